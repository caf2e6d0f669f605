"""Hessians: the reduced form on symmetric variables, against finite differences in vech(X)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.errors import DomainError

ORDER, ROWS, STEP = 3, 5, 1e-3


def unvech(stacked: Any) -> Any:
    """The symmetric matrix whose columns from the diagonal down are stacked."""
    columns, rows = np.triu_indices(ORDER)
    found = np.zeros((ORDER, ORDER))
    found[rows, columns] = stacked
    return found + np.tril(found, -1).T


def second_differences(f: Callable[[Any], float], start: Any) -> Any:
    units = STEP * np.eye(start.size)
    rows = [
        [f(start + u + v) - f(start + u - v) - f(start - u + v) + f(start - u - v) for v in units]
        for u in units
    ]
    return np.array(rows) / (4 * STEP**2)


@pytest.mark.parametrize(
    ("f", "where"),
    [
        ("logdet(X)", "X: spd(n)"),
        ("norm2(A*X)^2", "A: matrix(m,n), X: symmetric(n)"),
        ("tr(X^3)", "X: symmetric(n)"),
        ("tr(A*X*A') + tr(inv(X))", "A: matrix(m,n), X: spd(n)"),
    ],
)
def test_the_reduced_form(f: str, where: str) -> None:
    random = np.random.default_rng(5)
    factor = random.normal(size=(ORDER, ORDER))
    X = factor @ factor.T + 2 * np.eye(ORDER)
    known = {"A": random.normal(size=(ROWS, ORDER))} if "A" in where else {}
    expression, hessian = mc.parse(f, where), mc.hessian(f, "X", where=where)
    columns, rows = np.triu_indices(ORDER)
    start = X[rows, columns]

    def value(stacked: Any) -> float:
        return float(mc.evaluate(expression, X=unvech(stacked), **known))

    reduced = mc.evaluate(hessian.reduced, X=X, n=ORDER, **known)
    assert np.allclose(reduced, second_differences(value, start), rtol=1e-4, atol=1e-4)
    gradient = mc.evaluate(hessian.reduced_gradient, X=X, n=ORDER, **known)
    units = STEP * np.eye(start.size)
    slopes = [(value(start + u) - value(start - u)) / (2 * STEP) for u in units]
    assert np.allclose(gradient, slopes, rtol=1e-4, atol=1e-4)


def test_the_commutation_matrix_disappears() -> None:
    hessian = mc.hessian("logdet(X)", "X", where="X: spd(n)")
    expected = "-duplication(n)'*kron(inv(X), inv(X))*duplication(n)"
    assert str(hessian.reduced) == expected


def test_only_a_symmetric_variable_has_a_reduced_form() -> None:
    with pytest.raises(DomainError, match="symmetric"):
        _ = mc.hessian("norm2(A*X)^2", "X").reduced
