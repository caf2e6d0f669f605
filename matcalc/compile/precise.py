"""The value of an expression to many digits: its own code, run on numbers of mpmath.

So a difference that rounding could explain is told from one that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np

from matcalc.compile.arithmetic import Arithmetic, Imprecise, Library, algebra, entrywise, numpy_on
from matcalc.compile.sharpening import DIGITS, NOTHING_DECLARED, Kinds, sharpened
from matcalc.expressions.nodes import Node


def evaluate_precisely(
    expression: Node, digits: int = DIGITS, kinds: Kinds = NOTHING_DECLARED, /, **values: Any
) -> Any:
    """The value as an array of numbers of mpmath; `kinds` are the words declared of a variable.

    Raises Imprecise where some operation has no precise code, or none at these values, and
    Undefined where there is no value.
    """
    with mpmath.workdps(digits):
        return _PRECISE.run(expression, values, lambda name, x: sharpened(kinds.get(name), x))


# ---------------------------------------------------------------- entry by entry


def _real_where(holds: Callable[[Any], Any], function: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of the numbers for which something holds, and of complex ones."""

    def value(x: Any) -> Any:
        if isinstance(x, mpmath.mpc) or holds(x):
            return function(x)
        raise Imprecise(f"no real value at {x}")

    return entrywise(value)


_NAMES = {
    "exp": "exp", "expm1": "expm1", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "arctan": "atan", "arcsinh": "asinh",
}  # fmt: skip
_ENTRYWISE = {name: entrywise(getattr(mpmath, other)) for name, other in _NAMES.items()} | {
    "log": _real_where(lambda x: x > 0, mpmath.log),
    "log1p": _real_where(lambda x: x > -1, mpmath.log1p),
    "sqrt": _real_where(lambda x: x >= 0, mpmath.sqrt),
    "arcsin": _real_where(lambda x: abs(x) <= 1, mpmath.asin),
    "arccos": _real_where(lambda x: abs(x) <= 1, mpmath.acos),
    "arctanh": _real_where(lambda x: abs(x) < 1, mpmath.atanh),
    "arccosh": _real_where(lambda x: x >= 1, mpmath.acosh),
    "logaddexp": entrywise(lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)), 2),
}
_SPECIAL = {
    "expit": entrywise(lambda x: 1 / (1 + mpmath.exp(-x))),
    "gammaln": _real_where(lambda x: x > 0, mpmath.loggamma),
    "digamma": entrywise(mpmath.digamma),
    "polygamma": entrywise(lambda k, x: mpmath.polygamma(int(k), x), 2),
    "erf": entrywise(mpmath.erf),
    "erfc": entrywise(mpmath.erfc),
    "ndtr": entrywise(mpmath.ncdf),
    "logsumexp": lambda x, **axis: _ENTRYWISE["log"](np.sum(_ENTRYWISE["exp"](x), **axis)),
    "softmax": lambda x, axis=None: _shares(_ENTRYWISE["exp"](x), axis),
}


def _shares(x: Any, axis: int | None) -> Any:
    return x / np.sum(x, axis=axis, keepdims=axis is not None)


# ---------------------------------------------------------------- matrices


def _as_matrix(A: Any) -> Any:
    return mpmath.matrix(np.atleast_2d(A).tolist())


def _as_array(M: Any) -> Any:
    return np.array(M.tolist(), dtype=object).reshape(M.rows, M.cols)


def _of_matrices(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda A: _as_array(function(_as_matrix(A)))


def _determinant(A: Any) -> Any:
    return mpmath.det(_as_matrix(A))


def _log_determinant(A: Any) -> tuple[Any, Any]:
    value = _determinant(A)
    return mpmath.sign(value), mpmath.log(abs(value))


def _norm(x: Any, order: Any = None, axis: int | None = None, keepdims: bool = False) -> Any:
    """The Euclidean norm, along an axis; of a matrix for 2 the largest singular value."""
    if order == 2 and np.ndim(x) == 2:
        return _singular_values(x)[0]
    if order == "nuc":
        return np.sum(_singular_values(x))
    if order not in (None, "fro", 2):
        raise Imprecise("norm")
    return _ENTRYWISE["sqrt"](np.sum(np.abs(x) ** 2, axis=axis, keepdims=keepdims))


def _eigenvalues(A: Any) -> Any:
    values = mpmath.eighe(_as_matrix(A), eigvals_only=True)
    return np.array(list(values), dtype=object)


def _eigenvectors(A: Any) -> tuple[Any, Any]:
    values, vectors = mpmath.eighe(_as_matrix(A))
    return np.array(list(values), dtype=object), _as_array(vectors)


def _singular_values(A: Any) -> Any:
    wide = np.shape(A)[0] < np.shape(A)[1]
    return np.array(list(mpmath.svd_c(_as_matrix(A.T if wide else A), compute_uv=False)))


def _svd(A: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    if not compute_uv:
        return _singular_values(A)
    if full_matrices and np.shape(A)[0] != np.shape(A)[1]:
        raise Imprecise("svd")
    U, values, V = mpmath.svd_c(_as_matrix(A))
    return _as_array(U), np.array(list(values), dtype=object), _as_array(V)


def _triangular(A: Any) -> Any:
    """R of A = Q @ R where the diagonal of R is positive."""
    return np.conj(_cholesky(np.conj(A).T @ A)).T


_inverse, _cholesky = _of_matrices(mpmath.inverse), _of_matrices(mpmath.cholesky)
_NUMPY, _SCIPY, _KERNELS = algebra(_determinant, _inverse)
_LINEAR_ALGEBRA = {
    **_NUMPY,
    "slogdet": _log_determinant,
    "norm": _norm,
    "eigvals": lambda A: np.array(mpmath.eig(_as_matrix(A), left=False, right=False)),
    "eigvalsh": _eigenvalues,
    "eigh": _eigenvectors,
    "svd": _svd,
    "cholesky": _cholesky,
}
_OF_NUMBERS = {
    **_ENTRYWISE,
    "pi": mpmath.pi,
    "real": entrywise(mpmath.re),
    "imag": entrywise(mpmath.im),
    "angle": entrywise(mpmath.arg),
}
_MATRIX_FUNCTIONS = {
    name: _of_matrices(getattr(mpmath, name)) for name in ("expm", "logm", "sqrtm", "cosm", "sinm")
}
_PRECISE = Arithmetic(
    mpmath.mpmathify,
    {
        "np": numpy_on(mpmath.mpmathify, _OF_NUMBERS, _LINEAR_ALGEBRA),
        "scipy": SimpleNamespace(
            special=Library(_SPECIAL),
            linalg=Library(
                {
                    **_SCIPY,
                    **_MATRIX_FUNCTIONS,
                    "fractional_matrix_power": lambda A, s: _as_array(
                        mpmath.powm(_as_matrix(A), s)
                    ),
                }
            ),
        ),
        **_KERNELS,
        "cholesky": _cholesky,
        "triangular_factor": _triangular,
        "orthonormal_factor": lambda A: A @ _inverse(_triangular(A)),
    },
)
