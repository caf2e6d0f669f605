"""Numerical checks of a derivative along one direction.

A `Curve` is t -> f(X + t*V) together with L = f'(X)[V] as claimed. Two laws are measured:
the remainder f(X + t*V) - f(X) - t*L falls like t^2, and the central difference
(f(X + t*V) - f(X - t*V)) / 2t is L. Round-off is measured at the point itself, so that a
function that is linear, or large beside its derivative, is judged by what the numbers can show.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node
from matcalc.samples.sampling import Array

SLOPE_LIMIT = 1.8
ERROR_LIMIT = 1e-6
_TAYLOR_STEPS = 0.05 * 0.5 ** np.arange(12)
_CENTRAL_STEPS = (1e-3, 1e-4)
_NEAREST_STEPS = (1e-15, 2e-15, 5e-15)
_NEAR_STEPS = (1e-7, 4e-8)
_THIRD_OF_NOISE = 20**0.5  # of independent errors of size 1: 1 + 9 + 9 + 1
_SHOWN_IN_PART = 10  # rounding that is much the same at all nearby points
_DOUBLE = np.finfo(float)
COARSE = 2.0**29  # single precision beside double
_FITTED, _SECOND_ORDER = 4, 2.0
_LARGEST_NOISE = 1e-7
_SETTLING_STEPS = (1e-4, 1e-5)
_SETTLED = 0.05
_SURE = 0.1
_BENT = 0.03  # between 1/10 and 1/100, what a kink and a parabola leave of a ten times smaller step
_FAILURES = (ArithmeticError, IndexError, ValueError, np.linalg.LinAlgError, DomainError)


class Unusable(Exception):
    """A point at which the function has no finite real value, or only round-off."""


@dataclass(frozen=True)
class Curve:
    """f along a line through the point, and the derivative claimed for it."""

    value: Callable[[float], Array]
    derivative: Array

    @cached_property
    def start(self) -> Array:
        return self.value(0.0)

    @cached_property
    def noise(self) -> float:
        """The size of round-off in f near the point.

        Where values move in steps (1 - 10^-10 has six digits of its distance to 1), the nearest
        ones are all the same; so third differences are taken too, in which a smooth function of
        t leaves nothing, and a kink at t = 0 neither.
        """
        rough = [_third_difference(self.value, t) / _THIRD_OF_NOISE for t in _NEAR_STEPS]
        return max(4 * max(rough), round_off(self.value))


def round_off(value: Callable[[float], Array], coarse: float = 1.0) -> float:
    """By how much the nearest values differ."""
    start = value(0.0)
    moves = [size(value(t * coarse) - start) for t in _NEAREST_STEPS]
    return 4 * max(*moves, float(np.finfo(float).eps) * size(start))


def beside(scale: float, wrong: Callable[[float], Array], limit: float) -> float:
    """How large what should be 0 is beside a scale, or beside what rounding makes of it.

    Raises Unusable where it is nothing but round-off.
    """
    found = size(wrong(0.0))
    if found <= limit * scale:
        return found / scale if scale else 0.0
    return found / max(scale, noise_of(wrong, scale) / limit)


def noise_of(wrong: Callable[[float], Array], scale: float, coarse: float = 1.0) -> float:
    """What rounding alone may make of what should be 0, from nearby points, t = 1e-15 away.

    Of values in single precision they are COARSE times as far. Raises Unusable where that is not
    small beside the scale.
    """
    noise = _SHOWN_IN_PART * round_off(wrong, coarse)
    if noise > min(_LARGEST_NOISE * coarse, _SURE) * max(scale, 1.0):
        raise Unusable("the values are nothing but round-off")
    return noise


def _third_difference(value: Callable[[float], Array], step: float) -> float:
    outer, inner = (value(k * step) - value(-k * step) for k in (3, 1))
    return size(outer - 3 * inner)


def plain(value: Array) -> Any:
    """A number for an array without axes."""
    return value if value.ndim else value.item()


def size(value: Array) -> float:
    """The Euclidean norm, also of entries whose squares are beyond floating point."""
    largest = float(np.max(np.abs(value), initial=0.0))
    if not np.finfo(float).tiny < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(np.ravel(value) / largest))


def real(compute: Callable[[], object]) -> Array:
    """The value as a finite real array. Raises Unusable with the reason where it is not one."""
    value = finite(compute)
    if np.iscomplexobj(value) and np.any(np.abs(value.imag) > 1e-12 * (1 + np.abs(value.real))):
        raise Unusable("the value is not real")
    return value.real if is_single(value) else np.asarray(value.real, dtype=float)


def is_single(value: Array) -> bool:
    """Whether the numbers have seven digits, or fewer."""
    return value.dtype.kind in "fc" and np.finfo(value.dtype).nmant < _DOUBLE.nmant


def finite(compute: Callable[[], object]) -> Array:
    """The value as a finite array, real or complex. Raises Unusable where it is not one."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a point that is no use is judged by its value
            value = np.asarray(compute())
    except _FAILURES as error:
        raise Unusable(str(error).partition("\n")[0]) from None
    if not np.all(np.isfinite(value)):
        raise Unusable("the value is not finite")
    return value


def reader(*nodes: Node) -> Callable[[Callable[[], object]], Array]:
    """How values are read: as real ones, unless one of the expressions is complex."""
    return finite if any(node.is_complex for node in nodes) else real


def require_usable(curve: Curve) -> None:
    """Raises Unusable where the function has no derivative that its own values could show.

    At a singular matrix, say, an inverse is nothing but round-off: its difference quotients
    do not settle. What is claimed of the derivative plays no part in this.
    """
    wide, narrow = (_difference(curve, step) for step in _SETTLING_STEPS)
    if curve.noise > _LARGEST_NOISE * (size(curve.start) + size(wide)):
        raise Unusable("the values are nothing but round-off")
    allowed = _SETTLED * max(size(wide), size(narrow)) + 4 * curve.noise / _SETTLING_STEPS[1]
    if size(wide - narrow) > allowed:
        raise Unusable("the function is not smooth there")


def has_kink(curve: Curve) -> bool:
    """Whether the two one-sided derivatives differ at the point itself, as those of a maximum of
    two equal entries: f(t) - 2 f(0) + f(-t) then falls like t, and like t^2 where f is smooth.
    """
    wide, narrow = (_bend(curve, step) for step in _SETTLING_STEPS)
    return narrow > max(_BENT * wide, 50 * curve.noise)


def is_lost(curve: Curve) -> bool:
    """Whether f is exactly 0 all around, and its derivative nothing but round-off: a determinant
    that vanishes whatever its entries are.
    """
    values = [curve.value(side * step) for step in _SETTLING_STEPS for side in (-1.0, 0.0, 1.0)]
    return not any(map(np.any, values)) and size(curve.derivative) < _LARGEST_NOISE


def is_unsettled(curve: Curve) -> bool:
    """Whether two differences are apart nearly as far as the claim is from the nearer one.

    Then they say nothing against it: there is a kink or a pole beside the point, or the values
    move in steps that are wider than those that round-off was measured with.
    """
    wide, narrow = (_extrapolated(curve, step) for step in _SETTLING_STEPS)
    return size(wide - narrow) > _SURE * size(narrow - curve.derivative)


def require_certain(curve: Curve) -> None:
    """Raises Unusable where a difference says nothing against the derivative."""
    if has_kink(curve):
        raise Unusable("the function has a kink there")
    if is_lost(curve):
        raise Unusable("the function is 0 all around")
    if is_unsettled(curve):
        raise Unusable("the differences do not settle")


def _bend(curve: Curve, step: float) -> float:
    return size(curve.value(step) - 2 * curve.start + curve.value(-step))


def taylor_slope(curve: Curve) -> float:
    """The power of t with which the remainder falls; infinite where it is nothing but round-off.

    The fit takes the smallest steps that round-off leaves: an error in the derivative shows
    there as slope 1, to both sides; a kink near the point lies to one. A remainder that falls
    to round-off from one step to its half, faster than a parabola, is none of a wrong derivative.
    NaN says that round-off left too few steps to fit.
    """
    forward = _slope_to(curve, 1.0)
    return max(forward, _slope_to(curve, -1.0)) if forward < SLOPE_LIMIT else forward


def _slope_to(curve: Curve, side: float) -> float:
    steps, remainders = _remainders(curve, side)
    floor = max(50 * curve.noise, float(np.finfo(float).tiny))
    above = [k for k, remainder in enumerate(remainders) if remainder > floor]
    if not above:
        return np.inf
    last = above[-1]
    if last + 1 < len(steps):  # there it fell to round-off, off a kink perhaps
        fall = np.log(remainders[last] / floor) / np.log(steps[last] / steps[last + 1])
        if fall > _SECOND_ORDER:
            return float(fall)
    return _fitted([(steps[k], remainders[k]) for k in above])


def _remainders(curve: Curve, side: float) -> tuple[list[float], list[float]]:
    """At each step, but where a large one leaves the domain."""
    steps, remainders = [], []
    for step in map(float, _TAYLOR_STEPS):
        try:
            moved = curve.value(side * step)
        except Unusable:
            continue
        steps.append(step)
        remainders.append(size(moved - curve.start - side * step * curve.derivative))
    return steps, remainders


def _fitted(pairs: list[tuple[float, float]]) -> float:
    """The power of the smallest steps; NaN for too few."""
    if len(pairs) < _FITTED:
        return np.nan
    steps, remainders = np.log(pairs[-_FITTED:]).T
    return float(np.polyfit(steps, remainders, 1)[0])


def central_error(curve: Curve) -> float:
    """The relative error of L beside central differences, the better of two step sizes.

    Each is extrapolated from a step and its half. Relative to numbers so small that they drown
    in round-off an error says nothing; it is then taken relative to round-off. Raises Unusable
    where the function has no values beside the point.
    """
    errors = [_central_error(curve, step) for step in _CENTRAL_STEPS]
    if min(errors) == np.inf:
        raise Unusable("the function has no finite values around the point")
    return min(errors)


def certain_error(curve: Curve) -> float:
    """The same. Raises Unusable also where it is above its limit and the differences not sure."""
    error = central_error(curve)
    if error > ERROR_LIMIT:
        require_certain(curve)
    return error


def _central_error(curve: Curve, step: float) -> float:
    try:
        difference = _extrapolated(curve, step)
    except Unusable:
        return np.inf
    smallest = 4 * curve.noise / step / ERROR_LIMIT
    scale = max(size(difference), size(curve.derivative), smallest)
    return size(difference - curve.derivative) / scale if scale else 0.0


def _extrapolated(curve: Curve, step: float) -> Array:
    """The difference of a step and of its half, so that what is left of it falls like step^4."""
    return (4 * _difference(curve, step / 2) - _difference(curve, step)) / 3


def _difference(curve: Curve, step: float) -> Array:
    return np.asarray((curve.value(step) - curve.value(-step)) / (2 * step))
