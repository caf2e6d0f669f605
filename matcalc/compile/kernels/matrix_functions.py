"""Derivatives of matrix functions, and divided differences of entrywise ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def change_of(f: Any, A: Any, E: Any) -> Any:
    """The change of f(A) where A changes by E: a block of f at a block matrix."""
    return f(np.block([[A, E], [np.zeros_like(A), A]]))[: len(A), len(A) :]


def second_change_of(f: Any, A: Any, E: Any, D: Any) -> Any:
    """The change of that change where A changes by D."""
    Z = np.zeros_like(A)
    blocks = [[A, E, D, Z], [Z, A, Z, D], [Z, Z, A, E], [Z, Z, Z, A]]
    return f(np.block(blocks))[: len(A), 3 * len(A) :]


def changes_of(f: Any, A: Any) -> Any:
    """The matrix that takes vec(E) to the vec of the change of f(A)."""
    units = np.eye(A.size).reshape(A.size, *A.shape).transpose(0, 2, 1)
    columns = [change_of(f, A, E).reshape(-1, order="F") for E in units]
    return np.stack(columns, axis=1)


def exp_differences(x: Any) -> Any:
    """(exp(x[i]) - exp(x[j]))/(x[i] - x[j]), exp(x[i]) where they are equal."""
    middle, half = np.add.outer(x, x) / 2.0, np.subtract.outer(x, x) / 2.0
    apart = np.where(half == 0.0, 1.0, half)
    return np.exp(middle) * np.where(half == 0.0, 1.0, np.sinh(half) / apart)


def log_differences(x: Any) -> Any:
    """(log(x[i]) - log(x[j]))/(x[i] - x[j]), 1/x[i] where they are equal."""
    quotient = np.divide.outer(x, x)
    apart = np.where(quotient == 1.0, 1.0, quotient - 1.0)
    return np.where(quotient == 1.0, 1.0, np.log(quotient) / apart) / x
