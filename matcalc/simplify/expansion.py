"""Expansion: products and linear operations distributed over sums, for comparing and solving.

Answers are never shown expanded; two answers that differ in their brackets only are the same
expression when expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product as choices
from math import prod

from matcalc.expressions.constructors import add, hadamard, multiply, number
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, visible
from matcalc.expressions.operations import Hadamard, Power
from matcalc.rulebook import book
from matcalc.rulebook.laws import DISTRIBUTIVE, Record, Rewritten
from matcalc.rulebook.substitution import sweep

_MOST_TERMS = 2_000
_LARGEST_POWER = 4
Term = tuple[Fraction, Node]


def expand(root: Node, record: Record | None = None) -> Node:
    """`root` with every product distributed over the sums in it, where that stays of a size.

    >>> from matcalc import parse
    >>> print(expand(parse("A*(B + C)")))
    A*B + A*C
    """

    def apart(_: Node, node: Node) -> Rewritten | None:
        found = _distributed(node)
        return None if found is node else Rewritten(found, DISTRIBUTIVE)

    return sweep(root, apart, record)


def has_sums_in_terms(root: Node) -> bool:
    """Whether what is in brackets in a term of a sum may meet the other terms."""
    terms = (term for node in visible(root) if isinstance(node, Sum) for term in node.parts)
    return any(
        (isinstance(term, Apply) and _is_linear(term))
        or (isinstance(term, Product | Hadamard) and any(isinstance(p, Sum) for p in term.parts))
        for term in terms
    )


def _distributed(node: Node) -> Node:
    match node:
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            return _over_sums(
                [number(coefficient), *map(_power, scalars), *factors], node, multiply
            )
        case Hadamard(arguments):
            return _over_sums(arguments, node, hadamard)
        case Power():
            return _power(node)
        case Apply(operation=name, arguments=arguments) if _is_linear(node):
            terms = [(value, [term]) for value, term in _terms(arguments[0])]
            rest = list(arguments[1:])
            return add(((v, book.apply(name, a + rest, node.shape)) for v, a in terms), node.shape)
        case _:
            return node


def _is_linear(node: Apply) -> bool:
    """Linear in its first argument, which is a sum."""
    if not node.arguments or not isinstance(node.arguments[0], Sum):
        return False
    if not book.has(node.operation):
        return False
    operation = book.operation(node.operation)
    first = operation.parameters[0].name
    return any(group == {first} for group in operation.linear)


def _terms(node: Node) -> Sequence[Term]:
    return node.terms if isinstance(node, Sum) else ((Fraction(1), node),)


def _over_sums(parts: Iterable[Node], node: Node, join: Callable[..., Node]) -> Node:
    spread = [_terms(part) for part in parts]
    if all(len(terms) == 1 for terms in spread) or prod(map(len, spread)) > _MOST_TERMS:
        return node
    found: list[Term] = []
    for chosen in choices(*spread):
        value = prod((c for c, _ in chosen), start=Fraction(1))
        found.append((value, join(*(term for _, term in chosen))))
    return add(found, node.shape)


def _power(node: Node) -> Node:
    """(a + b)^2 multiplied out, for small whole powers."""
    match node:
        case Power(Sum() as base, Number(value=value)):
            if value.denominator == 1 and 1 < value <= _LARGEST_POWER:
                return _over_sums([base] * int(value), node, multiply)
    return node
