"""The value of an expression to many digits: its own code, run on numbers of mpmath.

Arrays are NumPy's, of objects; what NumPy and SciPy compute in floating point is computed here by
mpmath or by elimination. So a difference that rounding could explain is told from one that is
there. An operation that has no precise code raises `Imprecise`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np

from matcalc.compile.function import compiled
from matcalc.expressions.nodes import Node

DIGITS = 40


class Imprecise(Exception):
    """An operation that is known in floating point only."""


class _Precise:
    """A library of which some functions are precise, and others do not round."""

    def __init__(self, functions: Mapping[str, Any], others: Any = None, kept: str = "") -> None:
        self.__dict__.update(functions)
        self._others, self._kept = others, frozenset(kept.split())

    def __getattr__(self, name: str) -> Any:
        if name in self._kept:
            return getattr(self._others, name)
        raise Imprecise(name)


def evaluate_precisely(expression: Node, /, **values: Any) -> Any:
    """The value as an array of numbers of mpmath, with axes as NumPy's code has them.

    Numbers that are given are what they are as floats. Raises Imprecise where some operation has
    no precise code, or none at these values.
    """
    plain = compiled(expression, (), False)
    arguments = plain.arguments.bind(values)
    try:
        with mpmath.workdps(DIGITS):
            function = _run(plain.source, plain.name)
            return np.asarray(function(**{n: _exact(value) for n, value in arguments.items()}))
    except Exception as error:  # any operation of NumPy may know no objects, and says so its way
        raise Imprecise(str(error)) from error


def _exact(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind not in "fc":
        return value
    return _entrywise(mpmath.mpmathify)(array)


@lru_cache(maxsize=256)
def _run(source: str, name: str) -> Callable[..., Any]:
    """The function of a source, with precise libraries and its constants as they are written."""
    tree = ast.fix_missing_locations(_Constants().visit(ast.parse(source)))
    space: dict[str, Any] = {"exactly": mpmath.mpf}
    exec(compile(tree, f"<precise {name}>", "exec"), space)
    space |= {"np": _NUMPY, "scipy": _SCIPY, **_KERNELS}
    found: Callable[..., Any] = space[name]
    return found


class _Constants(ast.NodeTransformer):
    """0.1 is a tenth, and 1 / 3 a third."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return _called(repr(node.value)) if isinstance(node.value, float) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """X.real is np.real(X): arrays of objects have no parts."""
        self.generic_visit(node)
        if node.attr not in ("real", "imag") or _is_library(node.value):
            return node
        part = ast.Attribute(ast.Name("np", ast.Load()), node.attr, ast.Load())
        return ast.Call(part, [node.value], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and isinstance(node.left, ast.Constant):
            node.left = _called(str(node.left.value))
        return node


def _is_library(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "np"


def _called(text: str) -> ast.Call:
    return ast.Call(ast.Name("exactly", ast.Load()), [ast.Constant(text)], [])


# ---------------------------------------------------------------- entry by entry


def _entrywise(function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
    found: Callable[..., Any] = np.frompyfunc(function, count, 1)
    return found


def _rounded(A: Any) -> Any:
    """In floating point, in which a condition is tested as ever."""
    return np.asarray(A, dtype=complex)


def _real_where(holds: Callable[[Any], Any], function: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of the numbers for which something holds, and of complex ones."""

    def value(x: Any) -> Any:
        if isinstance(x, mpmath.mpc) or holds(x):
            return function(x)
        raise Imprecise(f"no real value at {x}")

    return _entrywise(value)


_NAMES = {
    "exp": "exp", "expm1": "expm1", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "arctan": "atan", "arcsinh": "asinh",
}  # fmt: skip
_ENTRYWISE = {name: _entrywise(getattr(mpmath, other)) for name, other in _NAMES.items()} | {
    "log": _real_where(lambda x: x > 0, mpmath.log),
    "log1p": _real_where(lambda x: x > -1, mpmath.log1p),
    "sqrt": _real_where(lambda x: x >= 0, mpmath.sqrt),
    "arcsin": _real_where(lambda x: abs(x) <= 1, mpmath.asin),
    "arccos": _real_where(lambda x: abs(x) <= 1, mpmath.acos),
    "arctanh": _real_where(lambda x: abs(x) < 1, mpmath.atanh),
    "arccosh": _real_where(lambda x: x >= 1, mpmath.acosh),
    "logaddexp": _entrywise(lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)), 2),
}
_SPECIAL = {
    "expit": _entrywise(lambda x: 1 / (1 + mpmath.exp(-x))),
    "gammaln": _real_where(lambda x: x > 0, mpmath.loggamma),
    "digamma": _entrywise(mpmath.digamma),
    "polygamma": _entrywise(lambda k, x: mpmath.polygamma(int(k), x), 2),
    "erf": _entrywise(mpmath.erf),
    "erfc": _entrywise(mpmath.erfc),
    "ndtr": _entrywise(mpmath.ncdf),
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


def _solve(A: Any, B: Any) -> Any:
    """inv(A) @ B by elimination."""
    found = _inverse(A) @ B
    return found.reshape(np.shape(B))


def _determinant(A: Any) -> Any:
    return mpmath.det(_as_matrix(A))


def _log_determinant(A: Any) -> tuple[Any, Any]:
    value = _determinant(A)
    return mpmath.sign(value), mpmath.log(abs(value))


def _norm(x: Any, order: Any = None) -> Any:
    """The Euclidean norm of all entries, and the largest singular value of a matrix for 2."""
    if order == 2 and np.ndim(x) == 2:
        return _singular_values(x)[0]
    if order not in (None, "fro", 2):
        raise Imprecise("norm")
    return mpmath.sqrt(np.sum(np.abs(x) ** 2))


def _eigenvalues(A: Any) -> Any:
    values = mpmath.eighe(_as_matrix(A), eigvals_only=True)
    return np.array(list(values), dtype=object)


def _eigenvectors(A: Any) -> tuple[Any, Any]:
    values, vectors = mpmath.eighe(_as_matrix(A))
    return np.array(list(values), dtype=object), _as_array(vectors)


def _singular_values(A: Any) -> Any:
    wide = np.shape(A)[0] < np.shape(A)[1]
    return np.array(list(mpmath.svd_c(_as_matrix(A.T if wide else A), compute_uv=False)))


def _pseudoinverse(A: Any, _: Any = None) -> Any:
    """Of a matrix of full rank, to any precision; of another there is none here."""
    H = np.conj(A).T
    wide = np.shape(A)[0] < np.shape(A)[1]
    return H @ _inverse(A @ H) if wide else _inverse(H @ A) @ H


_inverse = _of_matrices(mpmath.inverse)
_LINEAR_ALGEBRA = {
    "LinAlgError": np.linalg.LinAlgError,
    "inv": _inverse,
    "pinv": _pseudoinverse,
    "solve": _solve,
    "det": _determinant,
    "slogdet": _log_determinant,
    "norm": _norm,
    "eigvalsh": _eigenvalues,
    "eigh": _eigenvectors,
    "cholesky": _of_matrices(mpmath.cholesky),
}
_KERNELS = {
    "inverse": _inverse,
    "solve": _solve,
    "cholesky": _LINEAR_ALGEBRA["cholesky"],
    "refuse_singular": lambda A, X: None,
}
_KEPT = """
    abs add all any append arange argmax argmin array asarray atleast_2d block
    column_stack concatenate conj conjugate convolve count_nonzero cross cumprod cumsum
    delete diag diff dot hstack inner kron matmul max maximum mean min minimum moveaxis
    multiply outer prod ravel reshape roll shape size split square stack subtract sum
    tensordot trace transpose tril triu triu_indices vdot vstack where zeros_like
"""
_NUMPY = _Precise(
    {
        **_ENTRYWISE,
        "linalg": _Precise(_LINEAR_ALGEBRA, np.linalg, "matrix_power"),
        "eye": lambda *sizes, **more: np.eye(*sizes, **more).astype(object),
        "ones": lambda shape: np.ones(shape, dtype=object),
        "zeros": lambda shape: np.zeros(shape, dtype=object),
        "sign": _entrywise(mpmath.sign),
        "heaviside": _entrywise(lambda x, at_0: at_0 if x == 0 else mpmath.mpf(x > 0), 2),
        "allclose": lambda A, B, atol: np.allclose(_rounded(A), _rounded(B), atol=float(atol)),
        "pi": mpmath.pi,
        "real": _entrywise(mpmath.re),
        "imag": _entrywise(mpmath.im),
    },
    np,
    _KEPT,
)
_SCIPY = SimpleNamespace(
    special=_Precise(_SPECIAL),
    linalg=_Precise(
        {
            "expm": _of_matrices(mpmath.expm),
            "logm": _of_matrices(mpmath.logm),
            "sqrtm": _of_matrices(mpmath.sqrtm),
            "cosm": _of_matrices(mpmath.cosm),
            "sinm": _of_matrices(mpmath.sinm),
        }
    ),
)
