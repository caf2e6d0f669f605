"""Dimensions are polynomials with one normal form."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from matcalc.expressions.dimensions import ONE, Dimension, Shape, dimension, shape

NAMES = ("k", "m", "n")
dimensions = st.recursive(
    st.sampled_from(NAMES).map(dimension) | st.integers(0, 4).map(dimension),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        st.tuples(inner, st.integers(0, 3)).map(lambda pair: pair[0] ** pair[1]),
    ),
    max_leaves=5,
)
values = st.fixed_dictionaries({name: st.integers(0, 6) for name in NAMES})


@given(dimensions, dimensions, dimensions, values)
def test_arithmetic_is_that_of_integers(
    a: Dimension, b: Dimension, c: Dimension, at: dict[str, int]
) -> None:
    x, y, z = (d.evaluate(at) for d in (a, b, c))
    assert (a + b).evaluate(at) == x + y
    assert (a * b - c).evaluate(at) == x * y - z
    assert (a + 3).evaluate(at) == x + 3
    assert (a**2).evaluate(at) == x**2
    assert (a * 4 / 2).evaluate(at) == 2 * x


@given(dimensions, dimensions, dimensions)
def test_equal_dimensions_are_equal_values(a: Dimension, b: Dimension, c: Dimension) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert a * (b + c) == a * b + a * c
    assert hash(a * (b + c)) == hash(a * b + a * c)
    assert a - a == dimension(0)
    assert a * ONE == a == a + 0
    assert (a - b) + b == a


@given(dimensions, values)
def test_substitution_is_evaluation_in_steps(a: Dimension, at: dict[str, int]) -> None:
    inner = {name: dimension(value) for name, value in at.items()}
    assert a.substitute(inner).integer == a.evaluate(at)
    only = a.substitute({"m": dimension("n") + 1})
    assert only.evaluate(at) == a.evaluate({**at, "m": at["n"] + 1})
    assert "m" not in only.names
    assert a.substitute({}) is a
    assert a.substitute({"unused": dimension(7)}) is a


@given(dimensions)
def test_names_and_integers_are_recognised(a: Dimension) -> None:
    assert (a.name is not None) == (a in map(dimension, NAMES))
    assert (a.integer is not None) == (not a.names)
    assert a.integer is None or dimension(a.integer) == a


def test_how_dimensions_are_written() -> None:
    n, m = dimension("n"), dimension("m")
    assert str(n * (n + 1) / 2) == "n^2/2 + n/2"
    assert str(m * n - 1) == str(n * m - 1) == "m*n - 1"
    assert str(n - n) == "0"
    assert str(n * -2) == "-2*n"
    assert str(2 * Fraction(1) * 1) == "2"


def test_shapes() -> None:
    column, row, square = shape("n"), shape(1, "n"), shape("n", "n")
    assert column.is_vector and not row.is_vector and row.is_row
    assert column.transposed == row
    assert square.is_square and not shape("m", "n").is_square
    assert shape(1, 1).is_scalar and not shape(1, 1).is_vector and not shape(1, 1).is_row
    assert shape("m", "n").size == dimension("n") * dimension("m")
    assert shape("m", "n").substitute({"m": ONE, "n": ONE}).is_scalar
    assert shape("m", "m").substitute({"m": dimension("n")}) == square
    assert hash(Shape(dimension("n"), ONE)) == hash(column)
    assert str(shape("m", dimension("p") * 2)) == "m x 2*p"
    assert shape("m", "n").names == {"m", "n"}
