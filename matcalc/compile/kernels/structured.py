"""The nearest Toeplitz and circulant matrices, and their projections of vec(X)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def toeplitz_part(X: Any) -> Any:
    """Every entry the mean of its diagonal."""
    n = len(X)
    return sum(np.trace(X, k) / (n - abs(k)) * np.eye(n, k=k) for k in range(1 - n, n))


def toeplitz_projection(n: Any) -> Any:
    """The matrix that takes vec(X) to the vec of that part."""
    d = np.arange(n**2) % n - np.arange(n**2) // n
    return (d[:, None] == d) / (n - abs(d))


def circulant_part(X: Any) -> Any:
    """Every entry the mean of its cyclic diagonal."""
    n = len(X)
    shifts = [np.roll(np.eye(n), k, 0) for k in range(n)]
    return sum(np.sum(X * shift) / n * shift for shift in shifts)


def circulant_projection(n: Any) -> Any:
    """The matrix that takes vec(X) to the vec of that part."""
    d = (np.arange(n**2) - np.arange(n**2) // n) % n
    return (d[:, None] == d) / n
