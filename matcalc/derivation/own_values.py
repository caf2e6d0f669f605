"""A second derivative in the terms of the function and its gradient.

With r = x'*A*x/(x'*x) and its gradient g the Hessian of the Rayleigh quotient is
2*(A - r*I - x*g' - g*x')/(x'*x), as books print it; written out it takes many lines. The gradient
is written in terms of r, differentiated with dr = <g, dx>, and g put in where it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from matcalc.calculus.differential import differential
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.pull_back import inner_product
from matcalc.derivation.naming import NamedValue
from matcalc.expressions.binders import names_in
from matcalc.expressions.constructors import (
    base_and_exponent,
    multiply,
    number,
    power,
    symbol,
    transpose,
)
from matcalc.expressions.nodes import (
    Apply,
    Node,
    Number,
    Product,
    Symbol,
    ordered,
)
from matcalc.rulebook.substitution import map_bottom_up
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify

_READABLE = 24  # a matrix of this size is read at a glance and needs no names


def by_value_and_gradient(
    function: Node, gradient: Node, variable: Symbol, tangent: Symbol, matrix: Node
) -> NamedValue | None:
    """The Hessian `matrix` in terms of f and its gradient g, None where that is not shorter."""
    if not isinstance(function, Product | Apply) or size(matrix) <= _READABLE:
        return None
    if variable.shape.is_scalar:
        return None
    taken = names_in(function)
    value = symbol(_free("f", taken), function.shape)
    slope = symbol(_free("G" if variable.name.isupper() else "g", taken), gradient.shape)
    first = put(gradient, function, value)
    if first is gradient:
        return None
    moved = {variable: tangent, value: inner_product(slope, tangent)}
    second = put(differential(first, moved), first, slope)
    short = factored(simplify(put(kronecker_matrix(second, tangent), first, slope)))
    names = {value.name: function, slope.name: first}
    used = {node for node in ordered(short) if isinstance(node, Symbol)}
    if slope not in used or size(short) + size(function) + size(first) >= size(matrix):
        return None
    return NamedValue(short, names)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def put(root: Node, part: Node, name: Symbol) -> Node:
    """`root` with `name` for every `part` and its transpose, inside longer products too."""
    turned = transpose(part)

    def shorter(_: Node, node: Node) -> Node:
        node = _in_product(node, part, name)
        return node if turned is part else _in_product(node, turned, transpose(name))

    return map_bottom_up(root, shorter)


def _in_product(node: Node, part: Node, name: Node) -> Node:
    """`node` with `name` for `part` where it is that, or a product that has its factors."""
    if node is part:
        return name
    if not isinstance(node, Product):
        return node
    coefficient, scalars, factors = _parts(node)
    wanted_coefficient, wanted_scalars, wanted_factors = _parts(part)
    left = _without(scalars, wanted_scalars)
    place = _run(factors, wanted_factors)
    if left is None or place is None:
        return node
    outside = [number(coefficient / wanted_coefficient), *left]
    return multiply(*outside, *factors[:place], name, *factors[place + len(wanted_factors) :])


def _parts(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    """The coefficient, the scalars and the chain; a scalar chain is one of the scalars."""
    if not isinstance(node, Product):
        return Fraction(1), *(((node,), ()) if node.shape.is_scalar else ((), (node,)))
    if node.shape.is_scalar and node.factors:
        return node.coefficient, (*node.scalars, multiply(*node.factors)), ()
    return node.coefficient, node.scalars, node.factors


def _without(scalars: Sequence[Node], wanted: Sequence[Node]) -> list[Node] | None:
    """The scalars divided by the wanted ones, None where one of those is not among them."""
    exponents = dict(map(base_and_exponent, scalars))
    for base, exponent in map(base_and_exponent, wanted):
        known = exponents.get(base)
        if not isinstance(known, Number) or not isinstance(exponent, Number):
            return None
        rest = known.value - exponent.value
        if rest * exponent.value < 0 or rest * known.value < 0:
            return None
        exponents[base] = number(rest)
    return [power(base, exponent) for base, exponent in exponents.items()]


def _run(factors: Sequence[Node], wanted: Sequence[Node]) -> int | None:
    """Where `wanted` stand one after the other among the factors."""
    places = range(len(factors) - len(wanted) + 1)
    return next((i for i in places if tuple(factors[i : i + len(wanted)]) == tuple(wanted)), None)
