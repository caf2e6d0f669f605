"""Factors that signs, phases or an order make unique, and the pseudo-inverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def orthonormal_factor(A: Any) -> Any:
    """Q of A = Q @ R where the diagonal of R is positive."""
    Q, R = np.linalg.qr(A)
    return Q * (np.diag(R) / np.abs(np.diag(R)))


def triangular_factor(A: Any) -> Any:
    """R of A = Q @ R where the diagonal of R is positive."""
    R = np.linalg.qr(A, mode="r")
    return R * (np.abs(np.diag(R)) / np.diag(R))[:, None]


def upper_factor(A: Any) -> Any:
    """U of A = L @ U without pivoting, where L has ones on the diagonal."""
    U = np.array(A, dtype=np.result_type(A, float))
    for k in range(len(A) - 1):
        U[k + 1 :] -= np.outer(U[k + 1 :, k] / U[k, k], U[k])
    return np.triu(U)


def lower_factor(A: Any) -> Any:
    """L of A = L @ U without pivoting, with ones on the diagonal."""
    U = upper_factor(A)
    columns = A[:, :-1] @ np.linalg.inv(U[:-1, :-1])
    return np.tril(np.hstack([columns, np.eye(len(A))[:, -1:]]))


def polar_factor(A: Any) -> Any:
    """Q of A = Q @ H with H positive semidefinite."""
    U, _, W = np.linalg.svd(A, full_matrices=False)
    return U @ W


def polar_stretch(A: Any) -> Any:
    """H of A = Q @ H with H positive semidefinite."""
    _, s, W = np.linalg.svd(A, full_matrices=False)
    return (W.conj().T * s) @ W


def pseudo_inverse(A: Any) -> Any:
    """The inverse on the range; singular values below 1e-13 of the largest are round-off."""
    return np.linalg.pinv(A, 1e-13)
