"""Linear equations, refused where a matrix is invertible by round-off only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def solve(A: Any, B: Any) -> Any:
    """inv(A) @ B."""
    probe = np.cos(np.arange(len(A)) ** 2)
    X = np.linalg.solve(A, np.column_stack((B, probe)))
    refuse_singular(A, X[:, -1])
    return X[:, :-1].reshape(B.shape)


def inverse(A: Any) -> Any:
    """inv(A)."""
    X = np.linalg.inv(A)
    refuse_singular(A, X)
    return X


def invertible(A: Any) -> bool:
    """Whether A is so to working precision."""
    try:
        solve(A, np.ones(len(A)))
    except np.linalg.LinAlgError:
        return False
    return True


def cholesky(A: Any) -> Any:
    """The lower triangular L with L @ L.conj().T = A."""
    L = np.linalg.cholesky(A)
    if np.any(np.diag(L).real ** 2 < np.sqrt(np.finfo(L.dtype).eps) * np.diag(A).real):
        inverse(A)
    return L


def positive_definite(A: Any) -> bool:
    """Whether a symmetric matrix is so to working precision."""
    try:
        cholesky(A)
    except np.linalg.LinAlgError:
        return False
    return True


def refuse_singular(A: Any, X: Any) -> None:
    """An error where A is invertible by round-off only; X is inv(A), or that times a probe."""
    precision = np.finfo(X.dtype).eps
    squares = float(np.vdot(A, A).real), float(np.vdot(X, X).real)
    if squares[0] * squares[1] < (1e-5 / precision) ** 2:
        return
    sizes, inverses = np.abs(A), np.abs(X if X.ndim == 2 else np.linalg.inv(A))
    # The condition in the best units of rows and columns is the spectral radius of |inv(A)| |A|.
    image = np.ones(len(A))
    for _ in range(6):
        start = image / image.max()
        image = inverses @ (sizes @ start)
    if np.max(image / start) > 0.1 / precision:
        raise np.linalg.LinAlgError("Singular matrix: it is invertible by round-off only")
