"""Norms of singular values and their derivatives, of tall, square and wide matrices alike.

The values are sums and quotients of NumPy's singular values, their derivatives central differences.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc

SHAPES = [(2, 4), (3, 5), (3, 3), (4, 2), (5, 3), (1, 3), (3, 1)]
STEP = 1e-5
Values = Callable[[Any], float]


def singular_values(X: Any) -> Any:
    return np.linalg.svd(X, compute_uv=False)


FUNCTIONS: dict[str, Values] = {
    "norm_nuc(X)": lambda X: float(np.sum(singular_values(X))),
    "norm_spec(X)": lambda X: float(singular_values(X)[0]),
    "cond(X)": lambda X: float(singular_values(X)[0] / singular_values(X)[-1]),
}


def differences(f: Callable[[Any], Any], X: Any) -> list[Any]:
    """The derivative in the direction of each entry, columns first."""
    units = np.eye(X.size).reshape((X.size, *X.shape[::-1])).transpose(0, 2, 1)
    return [(f(X + STEP * unit) - f(X - STEP * unit)) / (2 * STEP) for unit in units]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("text", FUNCTIONS)
def test_gradient_and_hessian(text: str, shape: tuple[int, int]) -> None:
    X = np.random.default_rng(6).normal(size=shape)
    where = f"X: matrix({shape[0]},{shape[1]})"
    gradient = mc.gradient(text, "X", where=where).compile()
    first = np.asarray(gradient(X=X)).reshape(-1, order="F")
    np.testing.assert_allclose(first, differences(FUNCTIONS[text], X), rtol=1e-6, atol=1e-8)

    def flat(Y: Any) -> Any:
        return np.asarray(gradient(X=Y)).reshape(-1, order="F")

    second = mc.hessian(text, "X", where=where).compile()(X=X)
    expected = np.transpose(differences(flat, X))
    np.testing.assert_allclose(second, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES[:5], ids=str)
def test_the_derivative_of_the_polar_factor_solves_its_equation(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(7)
    A, E = random.normal(size=shape), random.normal(size=shape)
    where = f"A: matrix({shape[0]},{shape[1]})"
    change = mc.differential("polar(A)", "A", where=where).apply("E")

    def factor(B: Any) -> Any:
        U, _, W = np.linalg.svd(B, full_matrices=False)
        return U @ W

    expected = (factor(A + STEP * E) - factor(A - STEP * E)) / (2 * STEP)
    np.testing.assert_allclose(mc.evaluate(change, A=A, E=E), expected, rtol=1e-6, atol=1e-8)
