"""Lines of a derivation compared as they are written: sums collected, nothing turned round.

What constructors do to any expression (like terms, A*I = A, numbers together) is no step. To
rotate a trace, or to turn a scalar chain with dX inside, is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.derivation.lines import again, chain, replace
from matcalc.expressions.constructors import add, index_sum, is_zero, minus, multiply, number, plus
from matcalc.expressions.nodes import Apply, Node, Product, Sum, children, ordered
from matcalc.expressions.operations import Differential, IndexSum, Inner, Trace
from matcalc.rulebook import book


def written(line: Node) -> Node:
    """The line with its sums and products collected."""
    done: dict[Node, Node] = {}
    for node in ordered(line):
        done[node] = collected(node, done)
    return done[line]


def collected(node: Node, done: Mapping[Node, Node]) -> Node:
    parts = [done[child] for child in children(node)]
    match node:
        case Sum(terms=terms):
            return add(((value, done[term]) for value, term in terms), node.shape)
        case Product(coefficient=value):
            return chain(number(value), *parts)
        case IndexSum():
            return index_sum(*parts)
        case Trace() | Inner() | Differential():
            return type(node).raw(*parts, shape=node.shape, structure=node.structure)
        case _:
            return again(node, done)


def remade(node: Node, parts: Sequence[Node]) -> Node:
    """The node with other parts as the constructors have it; <C, V> and d(X) as written."""
    match node:
        case Sum(terms=terms):
            values = zip(terms, parts, strict=True)
            return add(((value, part) for (value, _), part in values), node.shape)
        case Product(coefficient=value):
            return multiply(number(value), *parts)
        case Inner() | Differential():
            return type(node).raw(*parts, shape=node.shape, structure=node.structure)
        case Apply(operation=name) if parts:
            return book.apply(name, parts, node.shape)
        case _:
            return node


def same(left: Node, right: Node) -> bool:
    return left is right or written(left) is written(right)


def put(line: Node, before: Node, after: Node) -> Node | None:
    """The line with one part of it replaced: a node in it, or some of its terms.

    None where the part does not stand in the line.
    """
    if before in ordered(line):
        return replace(line, {before: after})
    if same(line, before):
        return after
    match line, before, after:
        case IndexSum(), IndexSum(), IndexSum() if _same_range(line, before):
            inside = put(line.body, before.body, after.body)
            return inside and Apply(
                "index_sum", (*line.arguments[:3], inside), line.shape, frozenset()
            )
        case IndexSum(), IndexSum(), _:
            return None
    if before.shape != line.shape or not _cores(before) <= _cores(line):
        return None
    rest = minus(written(line), written(before))
    return after if is_zero(rest) else plus(rest, written(after))


def _same_range(one: IndexSum, other: IndexSum) -> bool:
    return one.arguments[:3] == other.arguments[:3]


def _cores(line: Node) -> set[Node]:
    """What stands in the terms of a line, without their coefficients."""
    whole = written(line)
    return {term for _, term in whole.terms} if isinstance(whole, Sum) else {_core(whole)}


def _core(node: Node) -> Node:
    if isinstance(node, Product) and node.coefficient != 1:
        return written(Product(number(1).value, node.scalars, node.factors))
    return node
