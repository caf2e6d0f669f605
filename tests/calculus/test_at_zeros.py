"""Derivatives of polynomials where factors are 0 or the matrix is singular.

The values are differences of polynomials of low degree, computed in plain NumPy; both functions
and steps are chosen so that the differences are exact up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc

_random = np.random.default_rng(5)
A = _random.normal(size=(4, 4))
B = _random.normal(size=(2, 3))
LEFT, _, RIGHT = np.linalg.svd(_random.normal(size=(4, 4)))
VECTORS = [np.array(x) for x in ([0, 0, 0, 0], [0, 1, 2, 3], [0, 0, 2, -1], [1, -2, 0.5, 3.0])]
SQUARES = [LEFT @ np.diag(s) @ RIGHT for s in np.array([[1, 1, 1, 2], [1, 1, 2, 0], [1, 2, 0, 0]])]
SQUARES += [np.zeros((4, 4)), np.diag([0.0, 0, 1, 0])]


def cofactors(X: Any) -> Any:
    """By minors."""
    places = range(len(X))
    minors = [[np.delete(np.delete(X, i, 0), j, 1) for j in places] for i in places]
    return np.array(
        [[(-1) ** (i + j) * np.linalg.det(minors[i][j]) for j in places] for i in places]
    )


Function = Callable[[Any], Any]
OF_A_VECTOR: dict[str, Function] = {
    "prod(x)": np.prod,
    "prod(x)^2": lambda x: np.prod(x) ** 2,
    "prod(A*x)": lambda x: np.prod(A @ x),
    "prod(i in 1..4, x[i])": np.prod,
    "prod(i in 2..4, x[i]*x[i-1])": lambda x: np.prod(x[1:] * x[:-1]),
    "prod(i in 1..4, x[i]^2 - 1)": lambda x: np.prod(x**2 - 1),
    "sum(i in 1..4, prod(j in 1..4, A[i,j]*x[j] + x[i]))": lambda x: np.sum(
        np.prod(A * x + x[:, None], axis=1)
    ),
    "det(diag(x)*A)": lambda x: np.prod(x) * np.linalg.det(A),
    "det(x*x' + A)": lambda x: np.linalg.det(np.outer(x, x) + A),
    "tr(A*adj(diag(x)))": lambda x: np.trace(A @ cofactors(np.diag(x))),
    "sum(x.^3) + norm2(x)^4": lambda x: np.sum(x**3) + (x @ x) ** 2,
}
OF_A_MATRIX: dict[str, Function] = {
    "det(X)": np.linalg.det,
    "det(X)^2": lambda X: np.linalg.det(X) ** 2,
    "det(A*X*A + X)": lambda X: np.linalg.det(A @ X @ A + X),
    "tr(A'*adj(X))": lambda X: np.trace(A.T @ cofactors(X).T),
    "norm2(cof(X))^2": lambda X: np.sum(cofactors(X) ** 2),
    "prod(X)": np.prod,
    "tr(A*X^3)": lambda X: np.trace(A @ X @ X @ X),
}


def differences(f: Function, point: Any, step: float = 1e-3) -> tuple[Any, Any]:
    """The gradient and the Hessian in vec order, extrapolated to an error of step^4."""
    flat = point.reshape(-1, order="F")

    def at(change: Any) -> float:
        return float(f((flat + change).reshape(point.shape, order="F")))

    def both(h: float) -> tuple[Any, Any]:
        units = h * np.eye(flat.size)
        first = [(at(e) - at(-e)) / (2 * h) for e in units]
        second = [
            [(at(a + b) - at(a - b) - at(b - a) + at(-a - b)) / (4 * h * h) for b in units]
            for a in units
        ]
        return np.array(first), np.array(second)

    return tuple(
        (4 * fine - rough) / 3 for fine, rough in zip(both(step), both(2 * step), strict=True)
    )


def check(text: str, variable: str, f: Function, point: Any, where: str) -> None:
    values = {variable: point, "A": A}
    gradient, hessian = (verb(text, variable, where=where) for verb in (mc.gradient, mc.hessian))
    first, second = differences(f, point)
    found = np.asarray(gradient.compile()(**values)).reshape(-1, order="F")
    np.testing.assert_allclose(found, first, atol=1e-6 * (1 + np.abs(first).max()))
    np.testing.assert_allclose(
        hessian.compile()(**values), second, atol=1e-5 * (1 + np.abs(second).max())
    )


@pytest.mark.parametrize("point", VECTORS, ids=str)
@pytest.mark.parametrize("text", OF_A_VECTOR)
def test_of_a_vector_with_zeros(text: str, point: Any) -> None:
    check(text, "x", OF_A_VECTOR[text], point.astype(float), "x: vector(4), A: square(4)")


@pytest.mark.parametrize("point", SQUARES, ids=lambda X: f"rank {np.linalg.matrix_rank(X)}")
@pytest.mark.parametrize("text", OF_A_MATRIX)
def test_of_a_singular_matrix(text: str, point: Any) -> None:
    check(text, "X", OF_A_MATRIX[text], point, "X: square(4), A: square(4)")


def test_a_matrix_of_factors_need_not_be_square() -> None:
    point = np.where(B > 0, B, 0.0)
    check("prod(X)", "X", np.prod, point, "X: matrix(2,3), A: square(4)")


def test_no_condition_is_stated() -> None:
    for text, variable in (("prod(x)", "x"), ("det(X)", "X"), ("tr(A*cof(X))", "X")):
        assert mc.hessian(text, variable).conditions == ()


def test_of_an_invertible_matrix_the_inverse_is_written() -> None:
    found = mc.hessian("det(X)", "X", where="X: invertible(n)").map.body
    assert str(found) == "det(X)*(tr(inv(X)*dX)*inv(X) - inv(X)*dX*inv(X))'"


def test_third_derivatives_hold_at_zeros_too() -> None:
    third = mc.nth_derivative("prod(x)", "x", order=3)("u", "v", "w")
    u, v, w = np.eye(4)[:3]
    assert mc.evaluate(third, x=np.array([0.0, 0, 0, 7]), u=u, v=v, w=w) == 7
    third = mc.nth_derivative("det(X)", "X", order=3)("U", "V", "W")
    U, V, W = (np.outer(e, e) for e in np.eye(4)[:3])
    X = np.diag([0.0, 0, 0, 7])
    np.testing.assert_allclose(mc.evaluate(third, X=X, U=U, V=V, W=W), 7, atol=1e-12)


def test_positive_factors_of_a_product_are_divided_by() -> None:
    found = mc.gradient("log(prod(i in 1..n, normpdf(x[i] - t)))", "t", where="x: vector(n)").value
    x = np.array([0.5, -1.0, 2.5])
    np.testing.assert_allclose(mc.evaluate(found, x=x, t=0.25), np.sum(x - 0.25))
    assert "prod" not in str(found)
