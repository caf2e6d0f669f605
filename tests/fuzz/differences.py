"""Slopes by central differences, which say how far off they may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_STEP = 2e-3


class Unsteady(Exception):
    """The differences do not settle: a kink, a pole, or nothing but round-off."""


def slope(curve: Callable[[float], Any]) -> tuple[Any, float]:
    """The derivative at 0 by central differences, extrapolated, and how far it may be off."""
    steps = (_STEP, _STEP / 2, _STEP / 4)
    try:
        start = curve(0.0)
        sides = [(curve(h), curve(-h)) for h in steps]
    except ValueError:
        raise Unsteady from None
    # Between the 1/16 that a parabola leaves of a step 4 times smaller, and the 1/4 of a kink.
    bends = [float(np.linalg.norm(np.ravel(up + down - 2 * start))) for up, down in sides]
    if bends[2] > max(0.12 * bends[0], 1e-9 * (1 + float(np.linalg.norm(np.ravel(start))))):
        raise Unsteady
    quotients = [(up - down) / (2 * h) for (up, down), h in zip(sides, steps, strict=True)]
    first, second = ((4 * quotients[k + 1] - quotients[k]) / 3 for k in (0, 1))
    off = float(np.linalg.norm(np.ravel(first - second)))
    if not off < 1e-5 * (1 + np.linalg.norm(np.ravel(second))):
        raise Unsteady
    return second, off
