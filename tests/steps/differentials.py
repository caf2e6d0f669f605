"""The laws of d, re-applied: sums, products of any kind, linear operations, equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from matcalc.calculus.differential import differential as d
from matcalc.calculus.kronecker import new_indices
from matcalc.derivation.forward import is_reciprocal
from matcalc.derivation.lines import chain, replace
from matcalc.expressions.constructors import (
    add,
    hadamard,
    index_sum,
    multiply,
    number,
    plus,
    transpose,
    zero,
)
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, children, ordered
from matcalc.expressions.operations import (
    AnyPower,
    Differential,
    ElementwisePower,
    Hadamard,
    IndexProduct,
    IndexSum,
    Solution,
)
from matcalc.rulebook import book
from matcalc.rulebook.laws import unevaluated
from matcalc.rulebook.substitution import substitute
from tests.steps.context import Context
from tests.steps.truth import NoPoint, differing
from tests.steps.written import same, written


def upright(line: Node) -> Node:
    """The line with one of d(M) and d(M') only: d is linear."""
    values: dict[Node, Node] = {}
    for node in ordered(line):
        if isinstance(node, Differential) and not node.is_complex:
            turned = transpose(node.inner)
            if turned.rank < node.inner.rank:
                values[node] = transpose(unevaluated(turned))
    return substitute_written(line, values)


def substitute_written(line: Node, values: Mapping[Node, Node]) -> Node:
    """The line with parts replaced, as it is written."""
    return written(replace(line, values))


def differential(before: Node, after: Node, known: Context) -> bool:
    """d of a sum, of a product of any kind, and of a linear operation."""
    assert isinstance(before, Differential)
    return any(same(upright(one), upright(after)) for one in _by_linearity(before.inner, known))


def quotient(before: Node, after: Node, known: Context) -> bool:
    """d(U*v^-k) by the product rule, and in that d(v^-k) = -k*v^(-k - 1)*d(v)."""
    assert isinstance(before, Differential)
    below: dict[Node, Node] = {}
    for part in children(before.inner):
        if is_reciprocal(part):
            assert isinstance(part, AnyPower) and isinstance(part.exponent, Number)
            join = hadamard if isinstance(part, ElementwisePower) else multiply
            slope = book.apply(part.operation, [part.base, number(part.exponent.value - 1)])
            below[unevaluated(part)] = multiply(part.exponent, join(slope, known.d(part.base)))
    found = (substitute_written(one, below) for one in _by_linearity(before.inner, known))
    return any(same(upright(one), upright(after)) for one in found)


def _by_linearity(node: Node, known: Context) -> Iterator[Node]:
    match node:
        case Sum(terms=terms):
            yield add(((value, known.d(term)) for value, term in terms), node.shape)
        case Product(coefficient=value):
            parts = children(node)
            yield _each(parts, lambda *factors: chain(number(value), *factors), known)
        case Hadamard(arguments):
            yield _each(arguments, hadamard, known)
        case IndexSum(index, lower, upper, body):
            yield index_sum(index, lower, upper, known.d(body))
        case IndexProduct(index, lower, upper, body):
            yield multiply(node, index_sum(index, lower, upper, known.d(body) * body**-1))
            yield from _product_over_index(node, known)
        case Apply(arguments=arguments):
            operation = book.operation(node.operation)
            names = [parameter.name for parameter in operation.parameters]
            applied = []
            for group in operation.linear:
                moved = [
                    known.d(argument) if name in group else argument
                    for name, argument in zip(names, arguments, strict=True)
                ]
                applied.append(book.apply(node.operation, moved, node.shape))
            yield add(((Fraction(1), one) for one in applied), node.shape)


def _each(parts: tuple[Node, ...], join: Callable[..., Node], known: Context) -> Node:
    terms = []
    for place, part in enumerate(parts):
        if known.moves(part):
            terms.append(join(*parts[:place], known.d(part), *parts[place + 1 :]))
    return plus(*terms)


def _product_over_index(node: IndexProduct, known: Context) -> Iterator[Node]:
    """sum(i, df(i)*prod(j < i, f(j))*prod(j > i, f(j)))."""
    index, lower, upper, body = node.variable, node.lower, node.upper, node.body
    other = next(new_indices(node))
    factor = substitute(body, {index: other})
    ends = ((lower, index - 1), (index + 1, upper))
    others = [book.apply("index_prod", [other, *end, factor]) for end in ends]
    yield index_sum(index, lower, upper, multiply(known.d(body), *others))


def unknown_function(before: Node, after: Node, known: Context) -> bool:
    assert isinstance(before, Differential) and isinstance(before.inner, Apply)
    function, order, inner = before.inner.arguments
    derived = book.apply("elementwise", [function, plus(order, number(1)), inner])
    return same(upright(after), upright(hadamard(derived, known.d(inner))))


def solution_of_equation(before: Node, after: Node, known: Context) -> bool:
    """V = dx solves dg/dx[V] + dg = 0, wherever x is."""
    assert isinstance(before, Differential) and isinstance(before.inner, Solution)
    node = before.inner
    moving = {node.variable: substitute(after, {node: node.variable}), **known.tangents}
    change = d(node.residual, moving)
    return differing([zero(change.shape), change], known.tangents) is None


def entry_by_entry(before: Node, after: Node, known: Context) -> bool:
    """Both are the same at all points tried."""
    try:
        return differing([before, after], known.tangents, known.declared) is None
    except NoPoint:
        return False
