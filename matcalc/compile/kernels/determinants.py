"""Adjugates, by the singular value decomposition: they exist for singular matrices too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def adjugate(X: Any) -> Any:
    """The transposed matrix of the cofactors."""
    U, s, W = np.linalg.svd(X)
    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])
    return np.linalg.det(U @ W) * (W.conj().T * others) @ U.conj().T


def products_without_two(s: Any) -> Any:
    """At (i, j) the product of all entries but two, 0 where i = j."""
    n = range(len(s))
    return np.array([[0.0 if i == j else np.prod(np.delete(s, [i, j])) for j in n] for i in n])


def adjugate_change(X: Any, E: Any) -> Any:
    """The change of the adjugate of X where X changes by E."""
    U, s, W = np.linalg.svd(X)
    P, F = products_without_two(s), U.conj().T @ E @ W.conj().T
    inside = np.diag(P @ np.diag(F)) - P * F
    return np.linalg.det(U @ W) * W.conj().T @ inside @ U.conj().T


def adjugate_changes(X: Any) -> Any:
    """The matrix that takes vec(E) to the vec of that change."""
    U, s, W = np.linalg.svd(X)
    P, select = products_without_two(s), np.eye(len(s) ** 2)[:, :: len(s) + 1]
    inside = select @ P @ select.T - np.diag(P.ravel())
    before, after = np.kron(W.conj(), U.conj().T), np.kron(U.conj(), W.conj().T)
    return np.linalg.det(U @ W) * after @ inside @ before
