"""The half vectorisation of symmetric matrices, and the vectors of skew ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def half_vectorisation(X: Any) -> Any:
    """The entries on and below the diagonal, column by column, as a column."""
    return X.T[np.triu_indices(len(X))][:, None]


def half_places(n: Any) -> Any:
    """Where the entries of an n x n symmetric matrix stand in its half vectorisation."""
    r = np.arange(n)
    i, j = np.maximum(r[:, None], r), np.minimum(r[:, None], r)
    return j * n - j * (j + 1) // 2 + i


def duplication(n: Any) -> Any:
    """The matrix that takes vech(S) to vec(S)."""
    return np.eye(n * (n + 1) // 2)[half_places(n).ravel()]


def elimination(n: Any) -> Any:
    """The matrix that takes vec(X) to vech(X)."""
    j, i = np.triu_indices(n)
    return np.eye(n * n)[j * n + i]


def skew_vector(X: Any) -> Any:
    """The w of which hat(w) is the skew part of a 3 x 3 matrix, as a column."""
    return np.array([[X[2, 1] - X[1, 2]], [X[0, 2] - X[2, 0]], [X[1, 0] - X[0, 1]]]) / 2.0
