"""Powers of a matrix whose exponents are indices of sums: the right value, or an error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.linalg import inv, matrix_power, slogdet
from numpy.typing import NDArray

import matcalc as mc

Array = NDArray[np.float64]
WHERE = "A: square(n), X: square(n)"
A = np.array([[1.0, -2.0, 0.5], [0.3, 1.5, 2.0], [-1.0, 0.7, 0.2]])
X = np.array([[2.0, 0.3, -0.4], [0.1, 1.6, 0.5], [-0.2, 0.6, 2.4]])


def central_differences(function: Callable[[Array], Array | float], step: float = 1e-4) -> Array:
    """The partial derivatives at X, one for each entry of X, in the last two axes."""
    found = np.empty((*np.shape(function(X)), *X.shape))
    for place in np.ndindex(X.shape):
        change = np.zeros(X.shape)
        change[place] = step
        found[..., place[0], place[1]] = (function(X + change) - function(X - change)) / (2 * step)
    return found


def total(*exponents: int) -> Callable[[Array], float]:
    return lambda Y: float(sum(np.trace(A @ matrix_power(Y, one)) for one in exponents))


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("sum(i in 0..3, tr(A*X^i))", total(0, 1, 2, 3)),
        ("sum(i in 2..4, tr(A*X^(i-2)))", total(0, 1, 2)),
        ("sum(i in 1..n, tr(A*X^(n-i)))", total(2, 1, 0)),
        ("sum(i in 1..2, tr(A*inv(X)^i))", total(-1, -2)),
        ("sum(i in 1..2, tr(A*inv(X^i)))", total(-1, -2)),
        ("sum(i in 1..2, sum(j in i+1..3, tr(A*X^j)))", total(2, 3, 3)),
        ("prod(i in 1..2, tr(A*X^i))", lambda Y: total(1)(Y) * total(2)(Y)),
        ("sum(i in 1..2, logdet(X^(2*i)))", lambda Y: 6 * float(slogdet(Y)[1])),
    ],
)
def test_derivatives_are_those_of_the_function(
    text: str, function: Callable[[Array], float]
) -> None:
    gradient = mc.gradient(text, "X", WHERE).compile()
    names = {"X": X} if "A" not in text else {"A": A, "X": X}
    np.testing.assert_allclose(gradient(**names), central_differences(function), rtol=1e-6)
    hessian = mc.hessian(text, "X", WHERE).compile()(**names)
    twice = central_differences(lambda Y: central_gradient(function, Y))
    stacked = twice.transpose(1, 0, 3, 2).reshape(9, 9)  # columns one below the other
    np.testing.assert_allclose(hessian, stacked, rtol=1e-4, atol=1e-5)


def central_gradient(function: Callable[[Array], float], at: Array) -> Array:
    return central_differences(lambda Y: function(at + Y - X))


@pytest.mark.parametrize(
    "text",
    [
        "sum(i in -1..-1, tr(A*X^i))",
        "sum(i in -1..1, tr(A*X^i))",
        "sum(i in 1..2, tr(A*X^(-i)))",
        "prod(i in 1..2, tr(A*X^(-i)))",
        "sum(i in 1..3, tr(A*X^(i-2)))",
        "sum(i in 1..2, tr(X^(-i)))",  # the powers in each term of its differential join
        "sum(i in 1..2, logdet(X^(-i)))",  # and here they cancel
    ],
)
def test_a_differential_that_holds_from_0_on_is_refused_below(text: str) -> None:
    names = {"X": X} if "A" not in text else {"A": A, "X": X}
    for derivative in (mc.gradient(text, "X", WHERE), mc.hessian(text, "X", WHERE)):
        with pytest.raises(mc.DomainError, match="no value at these arguments"):
            derivative.compile()(**names)


def test_a_negative_power_by_a_number_has_its_gradient() -> None:
    found = mc.gradient("tr(A*X^(-1))", "X", WHERE).compile()(A=A, X=X)
    np.testing.assert_allclose(found, -(inv(X) @ A @ inv(X)).T)
