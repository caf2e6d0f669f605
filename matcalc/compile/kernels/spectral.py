"""Eigenvectors and singular vectors: of all signs or phases, the largest entry is positive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def signed_columns(V: Any) -> Any:
    """Columns with that sign or phase."""
    return V / phases(V)


def phases(V: Any) -> Any:
    """Of every column the sign, or over the complex numbers the phase, of its largest entry."""
    largest = V[np.argmax(np.abs(V), axis=0), np.arange(V.shape[1])]
    return largest / np.abs(largest)


def signed(v: Any) -> Any:
    """A vector with that sign or phase, as a column."""
    return signed_columns(v[:, None])


def reduced_resolvent(A: Any, i: Any) -> Any:
    """The pseudo-inverse of w*I - A, where w is the i-th eigenvalue of A."""
    w, V = np.linalg.eigh(A)
    inverses = [0.0 if j == i - 1 else 1.0 / (w[i - 1] - w[j]) for j in range(len(w))]
    return (V * np.array(inverses)) @ V.conj().T


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
    """The left and the right ones, the right ones with that sign or phase."""
    U, _, W = np.linalg.svd(X, full_matrices=False)
    V = W.conj().T
    return U / phases(V), V / phases(V)


def left_singular_vector(X: Any, i: Any) -> Any:
    """The i-th one, where the right one has that sign or phase, as a column."""
    return singular_vectors(X)[0][:, [i - 1]]


def right_singular_vector(X: Any, i: Any) -> Any:
    """The i-th one with that sign or phase, as a column."""
    return singular_vectors(X)[1][:, [i - 1]]
