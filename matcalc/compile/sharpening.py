"""Values of declared kinds, which floats have to sixteen digits only, made so to all of many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

DIGITS = 100  # of most functions they cost little more than 40
MORE_DIGITS = 350  # more than floating point has range
Kinds = Mapping[str, frozenset[str]]
NOTHING_DECLARED: Kinds = {}


def inexact(structure: frozenset[str]) -> bool:
    """Whether floats have a structure to their sixteen digits only."""
    return any(word.partition("(")[0] in _SHARPER for word in structure)


def sharpened(structure: frozenset[str] | None, value: Any) -> Any:
    """The value as what it is declared to be, to all digits of its numbers."""
    for word in structure or ():
        if sharper := _SHARPER.get(word.partition("(")[0]):
            for _ in range(_STEPS):
                value = sharper(value)
    return value


_STEPS = 6  # the digits double with each
_SHARPER: Mapping[str, Callable[[Any], Any]] = {
    "stiefel": lambda Q: (3 * Q - Q @ (Q.T @ Q)) / 2,
    "complex_stiefel": lambda Q: (3 * Q - Q @ (np.conj(Q).T @ Q)) / 2,
    "projection": lambda P: 3 * P @ P - 2 * P @ P @ P,
    "rank": lambda P: 3 * P @ P - 2 * P @ P @ P,
    "hermitian": lambda H: (H + np.conj(H).T) / 2,
    "probability": lambda p: p / np.sum(p),
}
