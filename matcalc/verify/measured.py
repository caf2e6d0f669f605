"""What is claimed of a derivative, measured at random points of several sizes: the report on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from matcalc.expressions.nodes import Node
from matcalc.geometry.judged import Sampled, Samples
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import (
    ERROR_LIMIT,
    SLOPE_LIMIT,
    Curve,
    Unusable,
    beside,
    certain_error,
    plain,
    real,
    require_certain,
    require_usable,
    size,
    taylor_slope,
)
from matcalc.samples.report import Report, Row, bounded, sizes_text
from matcalc.samples.sampling import Array, Point, Region
from matcalc.spaces.directions import direction
from matcalc.spaces.metrics import Metric

TAYLOR, CENTRAL, ADJOINT = "Taylor remainder, slope", "central differences, error", "adjoint"
SYMMETRY, INSIDE = "symmetry, error", "part outside the space"
_LIMITS = {TAYLOR: SLOPE_LIMIT, CENTRAL: ERROR_LIMIT, ADJOINT: 1e-9, SYMMETRY: 1e-8, INSIDE: 1e-8}
_ORDER = tuple(_LIMITS)
_TRIES = 8
_NEAR = 1e-4
NOTHING = 1e-13
NOWHERE: Mapping[str, Any] = MappingProxyType({})

Measured = Iterator[tuple[str, float]]


class Claim(Protocol):
    """What can be checked at points: by what laws, and how wrong it is at one."""

    @property
    def laws(self) -> tuple[str, ...]:
        """What must hold."""

    def measure(self, sampled: Sampled) -> Measured:
        """A number for each check. Raises Unusable where the point says nothing."""


class Pairing:
    """An inner product of numbers, at a point or beside it."""

    def __init__(self, metric: Metric, like: Node) -> None:
        self.slots = tuple(direction(name, like) for name in ("L__", "R__"))
        self.formula = Evaluated(metric.pairing(*self.slots))

    def __call__(
        self, point: Point, left: Array, right: Array, moved: Mapping[str, Any] = NOWHERE
    ) -> float:
        values = {s.name: plain(v) for s, v in zip(self.slots, (left, right), strict=True)}
        return float(real(lambda: self.formula(point, {**moved, **values})))


def vanishing(check: str, wrong: Callable[[float], Array], scale: float) -> Measured:
    """The law that a value is 0, which it is beside a scale; a function of t, as in a curve."""
    yield check, beside(scale, wrong, _LIMITS[check])


def along(curve: Curve) -> Measured:
    """The two laws of a derivative along a curve; what is 0 all around has that of 0."""
    require_usable(curve)
    ends = max(size(curve.value(_NEAR)), size(curve.value(-_NEAR)), size(curve.derivative))
    if ends <= NOTHING:
        yield from ((TAYLOR, math.inf), (CENTRAL, 0.0))
        return
    slope, error = taylor_slope(curve), certain_error(curve)
    if slope < SLOPE_LIMIT:
        require_certain(curve)
    yield from ((TAYLOR, slope), (CENTRAL, error))


def verified(claim: Claim, drawn: Samples, samples: int) -> Report:
    """The report on a claim: a row for each check and set of sizes."""
    sets = drawn.all_sizes if drawn.is_plain else drawn.sizes
    if not sets or samples < 1:
        reason = "no sizes fit the declarations" if samples > 0 else "no samples were asked for"
        return Report((), claim.laws, problem=reason)
    points, found = _Points(claim, drawn), [_Found(sizes_text(sizes)) for sizes in sets]
    for sample in range(samples):
        place = sample % len(found)
        # Sizes at which the first point was hopeless are not tried over and over.
        if found[place].numbers or not found[place].reason:
            points.measure(sets[place], found[place])
    return _report(claim, found, points.used)


@dataclass
class _Found:
    """The numbers found at the usable points of one set of sizes."""

    sizes: str
    numbers: dict[str, list[float]] = field(default_factory=dict)
    reason: str = ""

    def rows(self) -> Iterator[Row]:
        for check, numbers in self.numbers.items():
            if check == TAYLOR:
                yield _of_slopes(self.sizes, numbers)
            else:
                yield bounded(check, self.sizes, numbers, _LIMITS[check])


def _of_slopes(sizes: str, numbers: list[float]) -> Row:
    slopes = [slope for slope in numbers if math.isfinite(slope)]
    without = "round-off" if any(map(math.isnan, numbers)) else "linear"
    worst = f"{min(slopes):.2f}" if slopes else without
    right = min(slopes, default=math.inf) >= SLOPE_LIMIT
    return Row(TAYLOR, sizes, len(numbers), worst, f">= {SLOPE_LIMIT}", right)


class _Points:
    """Usable points, one by one, in the widest region that has one."""

    def __init__(self, claim: Claim, drawn: Samples) -> None:
        self.claim, self.drawn = claim, drawn
        self.regions, self.used = list(Region), list[Region]()

    def measure(self, sizes: dict[str, int], found: _Found) -> None:
        """One usable point; none leaves a reason."""
        for region in list(self.regions):
            for _ in range(_TRIES):
                try:
                    numbers = self._numbers(self.drawn.sampled(sizes, region))
                except Unusable as unusable:
                    found.reason = str(unusable)
                    continue
                if not self.used:  # wider regions have had their chance
                    self.regions = self.regions[self.regions.index(region) :]
                self.used.append(region)
                for check, number in numbers:
                    found.numbers.setdefault(check, []).append(number)
                return

    def _numbers(self, sampled: Sampled) -> list[tuple[str, float]]:
        if not self.drawn.is_plain and sampled.is_degenerate:
            raise Unusable("some direction has length zero there")
        with np.errstate(all="ignore"):
            return list(self.claim.measure(sampled))


def _report(claim: Claim, found: list[_Found], used: list[Region]) -> Report:
    rows = sorted((r for one in found for r in one.rows()), key=lambda r: _ORDER.index(r.check))
    unusable = [one for one in found if one.reason and not one.numbers]
    if not rows:
        return Report((), claim.laws, problem=f"no usable sample: {unusable[0].reason}")
    notes = [f"no usable point with {one.sizes}: {one.reason}" for one in unusable]
    for region in Region:
        if region in used and region is not Region.ANYWHERE:
            notes.append(f"{used.count(region)} of {len(used)} points have {region.value}")
    return Report(tuple(rows), claim.laws, tuple(notes))
