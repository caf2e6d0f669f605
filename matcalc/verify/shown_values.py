"""A point at which a claim is wrong, with as many digits as tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_DIGITS = (4, 8, 12, 16, 17)  # more of them where two values look the same
_ROUNDING = 3e-16  # of the largest entry


@dataclass(frozen=True)
class Counterexample:
    """A point at which a claim is wrong: `expected` is the right value there, `found` the claim's,
    nan where it has none.

    `values` holds a number, a 1-D or a 2-D array for each variable.
    """

    values: Mapping[str, Any]
    expected: Any
    found: Any

    def as_dict(self) -> dict[str, Any]:
        """The point and both values as lists and numbers; complex ones as `re` and `im`."""
        values = {name: _plain(value) for name, value in self.values.items()}
        return {"values": values, "expected": _plain(self.expected), "found": _plain(self.found)}

    def __str__(self) -> str:
        point = ", ".join(f"{name} = {_whole(value)}" for name, value in self.values.items())
        largest = max(np.max(np.abs(one), initial=0.0) for one in (self.expected, self.found))
        both = [_without_rounding(one, largest) for one in (self.found, self.expected)]
        pairs = [(shown(both[0], k), shown(both[1], k)) for k in _DIGITS]
        found, expected = next((pair for pair in pairs if len(set(pair)) > 1), pairs[-1])
        beyond = "" if found != expected else ", apart beyond the digits of floats"
        return f"{point}: found {found}, expected {expected}{beyond}"


def _plain(value: Any) -> Any:
    if callable(value):
        return str(value)
    array = np.asarray(value)
    if np.iscomplexobj(array):
        return {"re": array.real.tolist(), "im": array.imag.tolist()}
    return None if _is_nothing(array) else array.tolist()


def _is_nothing(array: Any) -> bool:
    return array.ndim == 0 and bool(np.isnan(array))


def _whole(value: Any) -> str:
    """The value with as many digits as tell it."""
    if callable(value):
        return shown(value)
    entries = np.ravel(value)
    told = (
        k for k in _DIGITS if all(complex(_number(e, k).replace("i", "j")) == e for e in entries)
    )
    return shown(value, next(told, _DIGITS[-1]))


def shown(value: Any, digits: int = _DIGITS[0]) -> str:
    """A number, a vector `[1; 2]` or a matrix `[1, 2; 3, 4]`; nan is `no value`."""
    if isinstance(value, np.polynomial.Polynomial):
        terms = (f"{_number(c, digits)}*t^{k}" for k, c in enumerate(value.coef.tolist()) if c)
        return "t -> " + (" + ".join(terms) or "0")
    array = np.asarray(value)
    if _is_nothing(array):
        return "no value"
    if array.ndim == 0:
        return _number(array.item(), digits)
    rows = [[entry] for entry in array.tolist()] if array.ndim == 1 else array.tolist()
    return "[" + "; ".join(", ".join(_number(e, digits) for e in row) for row in rows) + "]"


def _without_rounding(array: Any, largest: float) -> Any:
    return np.where(np.abs(array) < _ROUNDING * largest, 0.0, array)


def _number(value: float | complex, digits: int) -> str:
    imaginary = f"{value.imag + 0.0:+.{digits}g}i" if isinstance(value, complex) else ""
    return f"{value.real + 0.0:.{digits}g}{imaginary}"
