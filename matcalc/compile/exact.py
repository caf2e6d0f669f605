"""The value of an expression of rational operations, exactly: its own code, run on fractions."""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from matcalc.compile.arithmetic import Arithmetic, Imprecise, Library, algebra, entrywise, numpy_on
from matcalc.expressions.nodes import Node


def evaluate_exactly(expression: Node, /, **values: Any) -> Any:
    """The value as an array of fractions; numbers that are given are what they are as floats.

    Raises Imprecise where an operation is not rational, and Undefined where there is no value.
    """
    found = _EXACT.run(expression, values, lambda name, value: value)
    if not all(isinstance(entry, Rational) for entry in found.ravel()):
        raise Imprecise("a root")
    return found


def _eliminated(A: Any, B: Any) -> tuple[Any, Any]:
    """The determinant of A, and inv(A) @ B where it is not 0."""
    rows, size, determinant = np.hstack([A, B]), len(A), Fraction(1)
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i, k] != 0), None)
        if pivot is None:
            return Fraction(0), None
        if pivot != k:
            rows[[k, pivot]] = rows[[pivot, k]]
            determinant = -determinant
        determinant *= rows[k, k]
        rows[k] = rows[k] / Fraction(rows[k, k])
        for i in range(size):
            if i != k:
                rows[i] = rows[i] - rows[i, k] * rows[k]
    return determinant, rows[:, size:]


def _determinant(A: Any) -> Any:
    return _eliminated(A, A[:, :0])[0]


def _inverse(A: Any) -> Any:
    determinant, found = _eliminated(A, np.eye(len(A), dtype=int).astype(object))
    if determinant == 0:
        raise ZeroDivisionError("the matrix is singular")
    return found


def _pivots(A: Any) -> tuple[list[int], Any]:
    """The columns that none before them span, and the others in these."""
    found: list[int] = []
    rows = A + Fraction(0)
    for column in range(A.shape[1]):
        k = len(found)
        pivot = next((i for i in range(k, len(rows)) if rows[i, column] != 0), None)
        if pivot is None:
            continue
        rows[[k, pivot]] = rows[[pivot, k]]
        rows[k] = rows[k] / rows[k, column]
        others = np.arange(len(rows)) != k
        rows[others] -= np.outer(rows[others, column], rows[k])
        found.append(column)
    return found, rows[: len(found)]


def _pseudoinverse(A: Any, _: Any = None) -> Any:
    """By A = C @ F of full rank, whatever the rank is."""
    columns, F = _pivots(A)
    if not columns:
        return A.T + Fraction(0)
    C = A[:, columns]
    return F.T @ _inverse(F @ F.T) @ _inverse(C.T @ C) @ C.T


def _kept(x: Any) -> Any:
    return x


_LINEAR_ALGEBRA, _SCIPY, _KERNELS = algebra(_determinant, _inverse)
_NUMBERS = {"real": _kept, "imag": entrywise(lambda x: Fraction(0))}
_EXACT = Arithmetic(
    Fraction,
    {
        "np": numpy_on(Fraction, _NUMBERS, {**_LINEAR_ALGEBRA, "pinv": _pseudoinverse}),
        "scipy": Library({"linalg": Library(_SCIPY)}),
        **_KERNELS,
    },
    largest_exponent=1_000,
)
