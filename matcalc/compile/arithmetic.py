"""The code of an expression, run on numbers of another kind: on many digits, or on fractions.

Arrays are NumPy's, of objects. Where the libraries compute in floating point, functions that do
not stand in for them. An operation that has none raises `Imprecise`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from matcalc.compile.function import compiled
from matcalc.expressions.nodes import Node

Function = Callable[..., Any]
Functions = Mapping[str, Any]


class Imprecise(Exception):
    """An operation that is known in floating point only."""


class Undefined(Exception):
    """There is no value: something is divided by 0 exactly."""


class Library:
    """A library of which some functions are replaced, and others do not round."""

    def __init__(self, functions: Functions, others: Any = None, kept: str = "") -> None:
        self.__dict__.update(functions)
        self._others, self._kept = others, frozenset(kept.split())

    def __getattr__(self, name: str) -> Any:
        if name in self._kept:
            return getattr(self._others, name)
        raise Imprecise(name)


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """What the code runs on: how a number is made, and what stands for the names in it."""

    number: Function
    names: Functions

    def run(self, expression: Node, values: Mapping[str, Any], kind: Function) -> Any:
        """The value as an array of such numbers, with axes as NumPy's code has them.

        Numbers that are given are what they are as floats, `kind(name, value)` the value then.
        Raises Imprecise where some operation has no such code, or none at these values, and
        Undefined where there is no value.
        """
        plain = compiled(expression, (), False)
        arguments = plain.arguments.bind(values)
        try:
            given = {name: kind(name, self._made(value)) for name, value in arguments.items()}
            return np.asarray(_function(plain.source, plain.name, self)(**given))
        except ZeroDivisionError as error:
            raise Undefined(str(error)) from error
        except Exception as error:  # any operation of NumPy may know no objects, and says so
            raise Imprecise(str(error)) from error

    def _made(self, value: Any) -> Any:
        array = np.asarray(value)
        return entrywise(self.number)(array) if array.dtype.kind in "fc" else value

    def quotient(self, left: Any, right: Any) -> Any:
        """1 / 3 is a third."""
        return (self.number(left) if isinstance(left, int) else left) / right


@lru_cache(maxsize=256)
def _function(source: str, name: str, arithmetic: Arithmetic) -> Function:
    """The function of a source, with other libraries and its constants as they are written."""
    tree = ast.fix_missing_locations(_Constants().visit(ast.parse(source)))
    space: dict[str, Any] = {"number": arithmetic.number, "quotient": arithmetic.quotient}
    exec(compile(tree, f"<precise {name}>", "exec"), space)
    space |= arithmetic.names
    found: Function = space[name]
    return found


class _Constants(ast.NodeTransformer):
    """0.1 is a tenth, and a quotient of integers is none of floats."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, float):
            return node
        return _called("number", ast.Constant(repr(node.value)))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """X.real is np.real(X): arrays of objects have no parts."""
        self.generic_visit(node)
        if node.attr not in ("real", "imag") or _is_library(node.value):
            return node
        part = ast.Attribute(ast.Name("np", ast.Load()), node.attr, ast.Load())
        return ast.Call(part, [node.value], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _called("quotient", node.left, node.right) if isinstance(node.op, ast.Div) else node


def _is_library(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "np"


def _called(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def entrywise(function: Function, count: int = 1) -> Function:
    found: Function = np.frompyfunc(function, count, 1)
    return found


# ---------------------------------------------------------------- what numbers of any kind share

_KEPT = """
    abs add all any append arange argmax argmin array asarray atleast_2d block
    column_stack concatenate conj conjugate convolve count_nonzero cross cumprod cumsum
    delete diag diff dot einsum hstack inner kron matmul max maximum mean min minimum moveaxis
    multiply outer prod ravel reshape roll shape size split square stack subtract sum
    tensordot trace transpose tril triu triu_indices vdot vstack where zeros_like
"""


_NEARLY_SINGULAR = 10**24  # entries of A'*A times those of its inverse: 10^12 of A, far from 10^40


def algebra(determinant: Function, inverse: Function) -> tuple[Functions, Functions, Functions]:
    """What follows from these two: parts of NumPy's and of SciPy's linear algebra, and kernels."""

    def solve(A: Any, B: Any) -> Any:
        return (inverse(A) @ B).reshape(np.shape(B))

    def sylvester(A: Any, B: Any, C: Any) -> Any:
        """The X with A @ X + X @ B = C."""
        p, q = np.shape(C)
        sums = np.kron(A, np.eye(q, dtype=int)) + np.kron(np.eye(p, dtype=int), B.T)
        return solve(sums, C.ravel()).reshape(p, q)

    def stein(A: Any, Q: Any) -> Any:
        """The X with X = A @ X @ A.conj().T + Q."""
        change = np.eye(Q.size, dtype=int) - np.kron(A, np.conj(A))
        return solve(change, Q.ravel()).reshape(Q.shape)

    def pseudoinverse(A: Any, _: Any = None) -> Any:
        """Of a matrix of full rank. Raises Imprecise for another, and where rounding may tell."""
        H, wide = np.conj(A).T, np.shape(A)[0] < np.shape(A)[1]
        gram = A @ H if wide else H @ A
        try:
            back = inverse(gram)
        except ZeroDivisionError:
            raise Imprecise("pinv of a matrix that has not full rank") from None
        if np.max(abs(gram), initial=0) * np.max(abs(back), initial=0) > _NEARLY_SINGULAR:
            raise Imprecise("pinv of a matrix that has not full rank, or nearly so")
        return H @ back if wide else back @ H

    def adjugate(A: Any) -> Any:
        """The transposed matrix of the cofactors, of a singular matrix too."""
        try:
            return determinant(A) * inverse(A)
        except ZeroDivisionError:
            return _cofactors(A, lambda i, j: determinant(_minor(A, i, j))).T

    def change(A: Any, E: Any) -> Any:
        """That of the adjugate of A where A changes by E."""
        try:
            turned = inverse(A) @ E
            return determinant(A) * (np.trace(turned) * inverse(A) - turned @ inverse(A))
        except ZeroDivisionError:
            return _cofactors(
                A, lambda i, j: np.sum(adjugate(_minor(A, i, j)).T * _minor(E, i, j))
            ).T

    numpy = {
        "LinAlgError": np.linalg.LinAlgError,
        "inv": inverse,
        "pinv": pseudoinverse,
        "solve": solve,
        "det": determinant,
        "matrix_rank": lambda A: np.linalg.matrix_rank(_rounded(A)),
    }
    scipy = {
        "toeplitz": lambda h: h[np.abs(np.subtract.outer(np.arange(len(h)), np.arange(len(h))))],
        "solve_sylvester": sylvester,
        "solve_continuous_lyapunov": lambda A, Q: sylvester(A, np.conj(A).T, Q),
        "solve_discrete_lyapunov": stein,
    }
    kernels = {
        "inverse": inverse,
        "solve": solve,
        "adjugate": adjugate,
        "adjugate_change": change,
        "refuse_singular": lambda A, X: None,
    }
    return numpy, scipy, kernels


def _cofactors(A: Any, value: Function) -> Any:
    places = range(len(A))
    rows = [[(-1) ** (i + j) * value(i, j) for j in places] for i in places]
    return np.array(rows, dtype=object).reshape(A.shape)


def _minor(A: Any, i: int, j: int) -> Any:
    return np.delete(np.delete(A, i, 0), j, 1)


def numpy_on(number: Function, functions: Functions, linear_algebra: Functions) -> Library:
    """NumPy on numbers of a kind; what it only moves, adds, multiplies and compares is its own."""
    made = entrywise(number)
    return Library(
        {
            "linalg": Library(linear_algebra, np.linalg, "matrix_power"),
            "eye": lambda *sizes, **more: made(np.eye(*sizes, **more)),
            "ones": lambda shape: made(np.ones(shape)),
            "zeros": lambda shape: made(np.zeros(shape)),
            "sign": entrywise(lambda x: number((x > 0) - (x < 0))),
            "heaviside": entrywise(lambda x, at_0: at_0 if x == 0 else number(int(x > 0)), 2),
            "allclose": lambda A, B, atol: np.allclose(_rounded(A), _rounded(B), atol=float(atol)),
            "result_type": lambda *arrays: object,
            "correlate": lambda c, a, mode: np.convolve(c, np.conj(a)[::-1], mode),
            **functions,
        },
        np,
        _KEPT,
    )


def _rounded(A: Any) -> Any:
    """In floating point, in which a condition is tested as ever."""
    return np.asarray(A, dtype=complex)
