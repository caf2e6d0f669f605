"""Laws of compiled code, and expressions of a size that nobody types."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.compile.function import compile_function, evaluate
from matcalc.compile.names import Identifiers
from matcalc.compile.sizes import solve
from matcalc.expressions.constructors import (
    hadamard,
    multiply,
    number,
    plus,
    power,
    scale,
    symbol,
    transpose,
)
from matcalc.expressions.dimensions import Shape, dimension, shape
from matcalc.expressions.errors import TooLarge
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Symbol
from tests.compile.expressions import A, C, S, T, a, apply, arrays, b, chain, inv, t, x, z

SIZES = {"k": 2, "m": 4, "n": 3, "p": 5}


@st.composite
def chains(draw: st.DrawFn) -> list[Symbol]:
    """Matrices W0, W1, ... whose dimensions fit, some of them vectors."""
    names = st.sampled_from([*SIZES, "one"])
    ends = draw(st.lists(names, min_size=3, max_size=7))
    sizes = [dimension(1) if name == "one" else dimension(name) for name in ends]
    return [symbol(f"W{i}", Shape(*pair)) for i, pair in enumerate(pairwise(sizes))]


def values_of(symbols: list[Symbol]) -> dict[str, Any]:
    random = np.random.default_rng(0)
    values = {}
    for variable in symbols:
        ends = (variable.shape.rows, variable.shape.columns)
        lengths = [size.evaluate(SIZES) for size in ends if size != dimension(1)]
        values[variable.name] = random.normal(size=lengths)
    return values


@given(chains())
def test_every_association_gives_the_same_value(factors: list[Symbol]) -> None:
    values = values_of(factors)
    product = np.eye(1)
    for index, factor in enumerate(factors):
        ends = (factor.shape.rows, factor.shape.columns)
        matrix = values[factor.name].reshape([size.evaluate(SIZES) for size in ends])
        product = matrix if index == 0 else product @ matrix
    found = evaluate(multiply(*factors), factors, **values)
    expected = product.reshape(np.shape(found))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    turned = multiply(*(transpose(factor) for factor in reversed(factors)))
    np.testing.assert_allclose(
        evaluate(turned, factors, **values), expected.T, rtol=1e-9, atol=1e-9
    )


@st.composite
def squares(draw: st.DrawFn) -> Node:
    """Square expressions in S, T, x, z with inverses, diagonals and dyads."""
    leaves = [S, T, t(S), inv(S), t(inv(S)), apply("diag", x), chain(x, t(z)), chain(t(A), C)]
    return multiply(*draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=5)))


def matrix_of(node: Node) -> Any:
    return evaluate(
        node, (A, C, S, T, x, z), **{k: arrays()[k] for k in ("A", "C", "S", "T", "x", "z")}
    )


@given(squares(), squares())
@settings(deadline=None)
def test_products_sums_and_traces_agree(left: Node, right: Node) -> None:
    product, first, second = matrix_of(multiply(left, right)), matrix_of(left), matrix_of(right)
    np.testing.assert_allclose(product, first @ second, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(matrix_of(plus(left, right)), first + second, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(
        matrix_of(hadamard(left, right)), first * second, rtol=1e-6, atol=1e-8
    )
    trace = Apply("tr", (multiply(left, right),), shape(1), NO_STRUCTURE)
    np.testing.assert_allclose(matrix_of(trace), np.trace(first @ second), rtol=1e-6, atol=1e-8)


@given(st.fractions(), st.floats(0.1, 10))
def test_rational_coefficients_are_exact_to_rounding(value: Fraction, at: float) -> None:
    assert evaluate(scale(value, a), (a,), a=at) == pytest.approx(float(value) * at, rel=1e-14)


@given(st.fractions())
def test_numbers_are_read_back(value: Fraction) -> None:
    assert evaluate(number(value)) == pytest.approx(float(value), rel=1e-15)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(3, 10**400), 0.0),
        (Fraction(10**400 + 1, 10**399), 10.0),
        (Fraction(-(10**30)), -1e30),
    ],
)
def test_numbers_beyond_floats(value: Fraction, expected: float) -> None:
    assert evaluate(number(value)) == expected
    assert evaluate(scale(value, a), a=1.0) == expected


def test_a_number_without_a_float_is_refused() -> None:
    with pytest.raises(TooLarge, match="the limit is 308"):
        evaluate(number(Fraction(10**400, 3)))
    with pytest.raises(TooLarge, match="the limit is 308"):
        evaluate(scale(10**400, a), a=1.0)


@given(st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=12))
def test_identifiers_differ_and_are_safe(names: list[str]) -> None:
    identifiers = Identifiers()
    found = [identifiers.claim(name) for name in names]
    assert len(set(found)) == len(names)
    for identifier in found:
        space: dict[str, Any] = {}
        exec(f"{identifier} = 1", {}, space)
        assert list(space) == [identifier]


@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 4), st.integers(0, 3))
def test_sizes_are_solved(value: int, m: int, linear: int, square: int) -> None:
    size = dimension("n") * linear + dimension("n") ** 2 * square + dimension("m")
    if linear + square:
        length = size.evaluate({"n": value, "m": m})
        assert solve(size, "n", length, {"m": m}) == value


def layers(count: int) -> Node:
    value: Node = x
    for _ in range(count):
        value = apply("sin", chain(S, value))
    return value


def test_a_thousand_layers() -> None:
    values = arrays()
    expected = values["x"]
    for _ in range(1000):
        expected = np.sin(values["S"] @ expected)
    np.testing.assert_allclose(evaluate(layers(1000), S=values["S"], x=values["x"]), expected)


def test_five_thousand_terms() -> None:
    variables = [symbol(f"x{i}", shape("n")) for i in range(5000)]
    function = compile_function(plus(*(apply("exp", v) for v in variables)), variables)
    found = function(**{v.name: np.zeros(2) for v in variables})
    np.testing.assert_allclose(found, 5000.0)


def test_a_thousand_nested_powers() -> None:
    value: Node = a
    for _ in range(1000):
        value = plus(power(value, number(2)), b)
    assert evaluate(value, a=0.1, b=0.1) == pytest.approx((1 - np.sqrt(0.6)) / 2)


def test_a_thousand_factors() -> None:
    variables = [symbol(f"W{i}", shape("n", "n")) for i in range(1000)]
    function = compile_function(chain(*variables, x), [*variables, x])
    found = function(x=np.ones(3), **{v.name: np.eye(3) for v in variables})
    np.testing.assert_array_equal(found, np.ones(3))
