"""Declared symbols with unequal dimensions, and random expressions over them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from matcalc.expressions.constructors import (
    elementwise_power,
    hadamard,
    identity,
    multiply,
    number,
    ones,
    plus,
    power,
    scale,
    symbol,
    trace,
    transpose,
)
from matcalc.expressions.dimensions import SCALAR, Shape, shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Symbol
from matcalc.rulebook import book

SIZES = ("m", "n", "p")
SHAPES = [shape(rows, columns) for rows in (*SIZES, 1) for columns in (*SIZES, 1)]
SCALARS = [symbol(name, SCALAR) for name in ("a", "b", "alpha")]
SYMBOLS: dict[str, Symbol] = {
    made.name: made
    for made in [
        *SCALARS,
        symbol("x", shape("n")),
        symbol("y", shape("n")),
        symbol("z", shape("m")),
        symbol("w", shape("p")),
        symbol("A", shape("m", "n")),
        symbol("B", shape("m", "n")),
        symbol("C", shape("n", "p")),
        symbol("D", shape("p", "m")),
        symbol("X", shape("n", "n")),
        symbol("Y", shape("n", "n")),
        symbol("M", shape("m", "m")),
        symbol("P", shape("p", "p")),
        symbol("S", shape("n", "n"), "symmetric"),
    ]
}
_COEFFICIENTS = [Fraction(*pair) for pair in ((2, 1), (-1, 1), (1, 2), (3, 2), (-2, 3), (4, 1))]
_EXPONENTS = [Fraction(*pair) for pair in ((2, 1), (-1, 1), (3, 1), (-2, 1), (1, 2), (-1, 2))]


def applied(name: str, *arguments: Node, result: Shape = SCALAR) -> Node:
    """An operation as it stands, without the rule book."""
    return Apply(name, arguments, result, NO_STRUCTURE)


def leaves(wanted: Shape) -> st.SearchStrategy[Node]:
    """Symbols of a shape, their transposes, and the constants."""
    found: list[Node] = [made for made in SYMBOLS.values() if made.shape == wanted]
    found += [transpose(made) for made in SYMBOLS.values() if made.shape.transposed == wanted]
    found.append(number(3) if wanted.is_scalar else ones(wanted))
    if wanted.is_square and not wanted.is_scalar:
        found.append(identity(wanted.rows))
    return st.sampled_from(found)


@st.composite
def expressions(draw: st.DrawFn, wanted: Shape | None = None, depth: int = 3) -> Node:
    """A normalised expression of a shape (any, by default)."""
    if wanted is None:
        wanted = draw(st.sampled_from(SHAPES))
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(leaves(wanted))
    general = [_sum, _product, _scaled, _entrywise, _function]
    choices = [*general, _scalar_power, _reduction] if wanted.is_scalar else general
    if wanted.is_square and not wanted.is_scalar:
        choices = [*choices, _inverse]
    return draw(draw(st.sampled_from(choices))(wanted, depth - 1))


@st.composite
def _sum(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    terms = [draw(expressions(wanted, depth)) for _ in range(draw(st.integers(2, 3)))]
    return plus(*(scale(draw(st.sampled_from(_COEFFICIENTS)), term) for term in terms))


@st.composite
def _product(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    inner = draw(st.lists(st.sampled_from([*SIZES, "1"]), min_size=1, max_size=2))
    sizes = [shape(int(s) if s == "1" else s).rows for s in inner]
    ends = pairwise([wanted.rows, *sizes, wanted.columns])
    return multiply(*(draw(expressions(Shape(*pair), depth)) for pair in ends))


@st.composite
def _scaled(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    factor = draw(st.sampled_from(_COEFFICIENTS).map(number) | expressions(SCALAR, depth))
    return multiply(factor, draw(expressions(wanted, depth)))


@st.composite
def _entrywise(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    exponent = number(draw(st.sampled_from(_EXPONENTS)))
    raised = elementwise_power(draw(leaves(wanted)), exponent)
    return hadamard(draw(expressions(wanted, depth)), raised)


@st.composite
def _function(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    name = draw(st.sampled_from(["tanh", "exp", "log"]))
    return book.apply(name, [draw(expressions(wanted, depth))])


@st.composite
def _scalar_power(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    base = draw(st.sampled_from(SCALARS) | expressions(wanted, depth).map(_not_a_number))
    return power(base, draw(st.sampled_from(_EXPONENTS).map(number) | st.just(SCALARS[0])))


def _not_a_number(node: Node) -> Node:
    return multiply(SCALARS[1], node) if node.rank[0] else SCALARS[1]


@st.composite
def _reduction(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    size = draw(st.sampled_from(SIZES))
    return trace(draw(expressions(shape(size, size), depth)))


@st.composite
def _inverse(draw: st.DrawFn, wanted: Shape, depth: int) -> Node:
    name = draw(st.sampled_from(["inv", "adj"]))
    square = [made for made in SYMBOLS.values() if made.shape == wanted]
    return book.apply(name, [draw(st.sampled_from(square))])
