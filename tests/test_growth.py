"""Large problems: each would take minutes if the work grew faster than the answer does."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.conjugation import conjugate, is_real

RANDOM = np.random.default_rng(5)


def others(values: np.ndarray, axis: int = 0) -> np.ndarray:
    """The sum over i of the products of all but the i-th."""
    count = values.shape[axis]
    return sum(np.prod(np.delete(values, i, axis), axis) for i in range(count))  # type: ignore[no-any-return]


@pytest.mark.parametrize("count", [8, 9, 16])
def test_an_entrywise_product_of_many_sums(count: int) -> None:
    factors = ".*".join(f"(x + a_{i})" for i in range(count))
    found = mc.gradient(f"sum({factors})", "x")
    x, a = RANDOM.standard_normal(3), RANDOM.standard_normal((count, 3))
    values = {f"a_{i}": a[i] for i in range(count)}
    assert np.allclose(found.compile()(x=x, **values), others(x + a))


def test_factoring_looks_into_few_of_many_ways() -> None:
    whole = mc.parse("+".join(f"a_{i}.*(b_{i} + c)" for i in range(20)).replace("(b_19 + c)", "d"))
    assert str(mc.gradient("sum(" + str(whole) + ")", "c").value) == str(
        mc.parse("+".join(f"a_{i}" for i in range(19)))
    )


def test_a_product_of_many_scalars() -> None:
    count = 200
    scalars = ", ".join(f"k_{i}: scalar" for i in range(count))
    text = "*".join(f"(s + k_{i})" for i in range(count))
    found = mc.gradient(text, "s", f"s: scalar, {scalars}")
    k = RANDOM.uniform(0.9, 1.1, count)
    values = {f"k_{i}": k[i] for i in range(count)}
    assert found.compile()(s=0.01, **values) == pytest.approx(float(others(0.01 + k)), rel=1e-10)


def test_the_norm_of_a_sum_of_many_products() -> None:
    count = 300
    total = " + ".join(f"A{i}*x" for i in range(count))
    found = mc.gradient(f"norm2({total})^2", "x")
    matrices, x = RANDOM.standard_normal((count, 3, 2)), RANDOM.standard_normal(2)
    values = {f"A{i}": matrices[i] for i in range(count)}
    whole = matrices.sum(axis=0)
    assert np.allclose(found.compile()(x=x, **values), 2 * whole.T @ whole @ x)


def test_a_large_power_is_one_power() -> None:
    X = np.array([[0.99, 0.02], [0.003, 0.98]])
    power = np.linalg.matrix_power
    first, second = mc.gradient("tr(X^10000)", "X"), mc.hessian("tr(X^300)", "X")
    assert str(first.value) == "10000*(X^9999)'"
    assert np.allclose(first.compile()(X=X), 10_000 * power(X, 9_999).T)
    V = np.array([[1.0, 2.0], [-1.0, 0.5]])
    expected = 300 * sum(power(X, i) @ V @ power(X, 298 - i) for i in range(299)).T
    assert np.allclose(mc.evaluate(second.map("V"), X=X, V=V), expected)


def test_values_whose_squares_overflow_are_verified() -> None:
    assert mc.gradient("tr(A*X^1000)", "X").verify().passed


def test_a_deep_expression_over_the_complex_numbers() -> None:
    z, s = mc.symbols("z: complex_scalar, s: scalar")
    for _ in range(3_000):
        z, s = mc.exp(z), mc.exp(s)
    assert conjugate(conjugate(z)) is z
    assert not is_real(z)
    assert is_real(z * conjugate(z))
    assert is_real(s)
