"""Eigenvectors and singular vectors: of the two signs, the largest entry is positive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def signed(v: Any) -> Any:
    """A vector with that sign, as a column."""
    return (v * np.sign(v[np.argmax(np.abs(v))]))[:, None]


def signed_columns(V: Any) -> Any:
    """The same for every column."""
    return V * np.sign(V[np.argmax(np.abs(V), axis=0), np.arange(len(V))])


def reduced_resolvent(A: Any, i: Any) -> Any:
    """The pseudo-inverse of w*I - A, where w is the i-th eigenvalue of A."""
    w, V = np.linalg.eigh(A)
    inverses = [0.0 if j == i - 1 else 1.0 / (w[i - 1] - w[j]) for j in range(len(w))]
    return (V * np.array(inverses)) @ V.T


def reciprocal_gaps(x: Any) -> Any:
    """1/(x[j] - x[i]) for a column x, 0 where i = j."""
    gaps, unit = x.T - x, np.eye(len(x))
    return np.where(unit > 0, 0.0, 1.0 / (gaps + unit))


def real_ones(w: Any) -> Any:
    """Eigenvalues with NaN in place of those that are not real."""
    return np.where(np.abs(w.imag) <= 1e-9 * np.abs(w).max(), w.real, np.nan)


def perron_root(X: Any) -> Any:
    """The largest real eigenvalue."""
    return np.nanmax(real_ones(np.linalg.eigvals(X)))


def perron_vector(X: Any) -> Any:
    """Its unit eigenvector."""
    w, V = np.linalg.eig(X)
    v = V[:, np.nanargmax(real_ones(w))].real
    return signed(v / np.linalg.norm(v))


def singular_vectors(X: Any) -> Any:
    """The left and the right ones, the right ones with that sign."""
    U, _, W = np.linalg.svd(X, full_matrices=False)
    signs = np.sign(W[np.arange(len(W)), np.argmax(np.abs(W), axis=1)])
    return U * signs, W.T * signs


def left_singular_vector(X: Any, i: Any) -> Any:
    """The i-th one, where the right one has that sign, as a column."""
    U, _, W = np.linalg.svd(X, full_matrices=False)
    return (U[:, i - 1] * np.sign(W[i - 1, np.argmax(np.abs(W[i - 1]))]))[:, None]


def right_singular_vector(X: Any, i: Any) -> Any:
    """The i-th one with that sign, as a column."""
    return signed(np.linalg.svd(X, full_matrices=False)[2][i - 1])
