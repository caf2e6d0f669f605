"""What every operation means, on 2-D arrays: plain NumPy and SciPy, as the textbooks define it.

The tables beside this file are written from the meaning of the words, not from the rule book: the
tests compare the two. Where a textbook has no value, NoValue is raised; values that are not finite
are found by the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Meaning = Callable[..., Any]


class NoValue(ValueError):
    """There is no value at these arguments."""


class Borderline(NoValue):
    """Several values, or none: round-off decides, as of the rank of a matrix that is singular."""


def require(holds: bool | np.bool_, reason: str) -> None:
    if not holds:
        raise NoValue(f"there is no value: {reason}")


def require_above(margin: float, reason: str) -> None:
    """A margin above 0, relative to the sizes at hand; what is next to 0 is round-off."""
    if abs(margin) <= 1e-12:
        raise Borderline(reason)
    require(margin > 0, reason)


def whole(x: Array) -> int:
    """A scalar as the whole number that it has to be."""
    value = float(np.real(x[0, 0]))
    require(value.is_integer(), f"{value} is no whole number")
    return int(value)


def place(i: Array, count: int) -> int:
    """A position 1, ..., count as one that counts from 0."""
    position = whole(i)
    require(1 <= position <= count, f"position {position} of {count}")
    return position - 1


def stretch(first: Array, last: Array, count: int) -> slice:
    """The positions first, ..., last among 1, ..., count; none where last is first - 1."""
    start, end = whole(first), whole(last)
    inside = 1 <= start <= end + 1 <= count + 1
    require(inside, f"positions {start} to {end} of {count}")
    return slice(start - 1, end)


def column(entries: Any) -> Array:
    return np.asarray(entries).reshape(-1, 1)


def vec(x: Array) -> Array:
    """The columns, stacked."""
    return column([x[i, j] for j in range(x.shape[1]) for i in range(x.shape[0])])


def unvec(v: Array, rows: int, columns: int) -> Array:
    require(v.size == rows * columns, f"{v.size} entries as {rows} x {columns}")
    flat = v.reshape(-1)
    return np.array([[flat[j * rows + i] for j in range(columns)] for i in range(rows)])


def require_square(x: Array) -> None:
    require(x.shape[0] == x.shape[1], "a square matrix")


def close(left: Array, right: Array) -> bool:
    """To half of the digits."""
    digits = np.sqrt(np.finfo(np.result_type(left, 1.0)).eps)
    return bool(np.allclose(left, right, rtol=0, atol=digits * np.max(np.abs(left), initial=0.0)))


def require_symmetric(x: Array) -> None:
    require_square(x)
    symmetric = close(x, x.conj().T)
    if not symmetric and np.max(np.abs(x)) <= 1e-12:
        raise Borderline("whether a matrix of round-off is symmetric")
    require(symmetric, "a symmetric matrix")
