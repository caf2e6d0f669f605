"""What is neither convex nor concave: points and directions that show both signs of d2f.

They are looked for among small integers, inside the domain, with the other variables fixed. What is
found counts only if second differences of f itself, to many digits, agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, permutations
from typing import Any

import mpmath
import numpy as np

from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.convexity.domain import Domain, told
from matcalc.convexity.record import Bent
from matcalc.expressions.constructors import multiply, plus, symbol
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.errors import MatcalcError, NoRule
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.rulebook.structure import range_of
from matcalc.rulebook.substitution import substitute
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, finite
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    drawn_symbols,
    largest_index,
    possible,
    structured_part,
)
from matcalc.verify.counterexamples import small_value

_BOUNDS = (1, 2, 3)
_PARAMETERS, _DIRECTIONS = 3, 6
_LEAST = 1e-6  # of the largest value found; less may be rounding
_STEP, _DIGITS = 2.0**-60, 90
_STEPS = symbol("step__", SCALAR)
_AGREES = 1e-4
_SCALES = (1.0, 0.0, 0.25, 2.0, 1.25)  # a minimum is often at 0, or far out, or between integers

_SHORTER = (1.0, 0.5)  # past a kink, and not too far beyond it

Values = Mapping[str, Any]
Bends = Sequence[tuple[float, Values]]


def bent(f: Node, place: Domain, is_convex: bool, samples: int, seed: int) -> Bent | None:
    """Two points and directions along which f is bent in opposite ways, certified.

    In a domain that is not convex they may be in two convex parts of it. A function with kinks is
    looked at by differences of a whole step, inside a convex domain.
    """
    for search in _searches(f, place, is_convex, samples, seed):
        with np.errstate(all="ignore"), suppress(NoRule):
            if found := next(search.both_ways(), None):
                return found
    return None


def is_bent(f: Node, place: Domain, is_convex: bool, samples: int, seed: int) -> bool:
    """Whether f is not affine: a second difference, certified, is not 0."""
    for search in _searches(f, place, is_convex, samples, seed):
        with np.errstate(all="ignore"), suppress(NoRule):
            if any(search.certified(sizes, [*up, *down]) for sizes, up, down in search.found()):
                return True
    return False


def _searches(
    f: Node, place: Domain, is_convex: bool, samples: int, seed: int
) -> Iterator[_Search]:
    for step in (_STEP, 1.0) if is_convex and not place.is_smooth(f) else (_STEP,):
        yield _Search(f, place, step, samples, np.random.default_rng(seed))


@dataclass
class _Search:
    f: Node
    place: Domain
    step: float
    samples: int
    random: Random

    @cached_property
    def second(self) -> Evaluated:
        return Evaluated(self.place.second(self.f))

    @cached_property
    def roots(self) -> list[Node]:
        """All that needs values: conditions may have symbols and sizes that f has not."""
        subjects = (subject for one in self.place.conditions for subject, _ in told(one))
        return [self.f, *self.place.variables, *subjects]

    @cached_property
    def symbols(self) -> list[Symbol]:
        return drawn_symbols(*self.roots)

    @cached_property
    def conditions(self) -> list[tuple[Evaluated, frozenset[int]]]:
        known = (pair for one in self.place.conditions for pair in told(one))
        return [(Evaluated(subject), sign) for subject, sign in known]

    def both_ways(self) -> Iterator[Bent]:
        """What bends both ways, the other variables the same."""
        for sizes, *sides in self.found():
            match [self.certified(sizes, side) for side in sides if all(sides)]:
                case [(one, first), (other, second)]:
                    yield Bent((first, second), (one, other), self.step == 1)

    def found(self) -> Iterator[tuple[Values, Bends, Bends]]:
        """Where f is bent upwards, and where downwards."""
        moving = self.place.variables
        for sizes in self._sizes():
            for bound in _BOUNDS:
                for _ in range(_PARAMETERS if len(self.symbols) > len(moving) else 1):
                    yield sizes, *self._at_parameters(sizes, bound)

    def _sizes(self) -> Iterator[dict[str, int]]:
        """Twos, then different small sizes."""
        names = dimension_names(*self.roots)
        least = max(2, largest_index(*self.roots))
        several = [least + k for k in range(len(names))]
        for chosen in dict.fromkeys([(least,) * len(names), *islice(permutations(several), 1, 2)]):
            sizes = dict(zip(names, chosen, strict=True))
            if all(possible(symbol, sizes) for symbol in self.symbols):
                yield sizes

    def _at_parameters(self, sizes: Mapping[str, int], bound: int) -> tuple[Bends, Bends]:
        moving = {one.name for one in self.place.variables}
        others = (symbol for symbol in self.symbols if symbol.name not in moving)
        fixed = {s.name: small_value(s, sizes, bound, self.random) for s in others}
        bends = [b for point in self._points(sizes, bound, fixed) for b in self._bends(point)]
        return [b for b in bends if b[0] > 0], [b for b in bends if b[0] < 0]

    def _points(self, sizes: Mapping[str, int], bound: int, fixed: Values) -> Iterator[Point]:
        """Points of the domain."""
        for k in range(self.samples):
            moved = {
                one.name: _SCALES[k % len(_SCALES)] * small_value(one, sizes, bound, self.random)
                for one in self.place.variables
            }
            point = Point(sizes, {**fixed, **moved}, Region.ANYWHERE)
            if self._is_inside(point):
                yield point

    def _bends(self, point: Point) -> Iterator[tuple[float, Values]]:
        """d2f along some directions, where it is not 0."""
        for _ in range(_DIRECTIONS):
            along = self._direction(point.values)
            try:
                value = self._bend(point, along)
            except (Unusable, MatcalcError):
                continue
            if abs(value) > _LEAST:
                yield value, {**point.values, **along}

    def _bend(self, point: Point, along: Values) -> float:
        """d2f, or the difference of a whole step."""
        if self.step < 1:
            return float(finite(lambda: self.second(point, along)))
        sides = [self._stepped(point, along, side) for side in (-1, 0, 1)]
        if not all(self._is_inside(self._moved(point, along, side)) for side in (-1, 1)):
            raise Unusable("the step leaves the domain")
        before, here, after = (float(finite(lambda: self.along(p))) for p in sides)  # noqa: B023
        return before - 2 * here + after

    def _stepped(self, point: Point, along: Values, side: int) -> Point:
        values = {**point.values, **along, _STEPS.name: side * self.step}
        return replace(point, values=values)

    def _moved(self, point: Point, along: Values, side: int) -> Point:
        pairs = self.place.tangents.items()
        there = {one.name: point.values[one.name] + side * along[str(v)] for one, v in pairs}
        return replace(point, values={**point.values, **there})

    def _direction(self, moved: Values) -> dict[str, Array]:
        found = {}
        for one, tangent in self.place.tangents.items():
            entries = self.random.integers(-1, 2, np.shape(moved[one.name])).astype(float)
            part = structured_part(one.structure, entries)
            part = part if np.all(part == np.round(part)) else 2 * part
            if "probability" in one.structure:
                part = part - np.roll(part, 1)  # inside the simplex
            shorter = self.random.choice(_SHORTER) if self.step == 1 else 1
            found[str(tangent)] = (part * shorter)[()]
        return found

    def _is_inside(self, point: Point) -> bool:
        try:
            for variable in self.place.variables:
                if not _has_kind(variable, point.values[variable.name]):
                    return False
            return all(
                set(np.unique(np.sign(finite(lambda: of(point))))) <= (sign - {0} or sign)  # noqa: B023
                for of, sign in self.conditions
            )
        except (Unusable, MatcalcError):
            return False

    # ------------------------------------------------------------ certifying

    def certified(self, sizes: Mapping[str, int], found: Bends) -> tuple[float, Values] | None:
        """One that second differences agree with, short to write."""
        largest = max((abs(value) for value, _ in found), default=0)
        telling = [pair for pair in found if abs(pair[0]) > _LEAST * largest]
        for value, values in sorted(telling, key=lambda pair: _weight(pair[1]))[:3]:
            if self._agrees(sizes, value, values):
                return value, values
        return None

    @cached_property
    def along(self) -> Evaluated:
        """f on a line through the point."""
        moved: dict[Node, Node] = {
            one: plus(one, multiply(_STEPS, tangent))
            for one, tangent in self.place.tangents.items()
        }
        return Evaluated(substitute(self.f, moved))

    def _agrees(self, sizes: Mapping[str, int], value: float, values: Values) -> bool:
        """Whether second differences of f, to many digits, are the value."""
        kinds = {symbol.name: symbol.structure for symbol in self.symbols}
        point = Point(sizes, values, Region.ANYWHERE)
        sides = [self._stepped(point, {}, side) for side in (-1, 0, 1)]
        try:
            before, here, after = (self.along.precisely(p, _DIGITS, kinds).item() for p in sides)
        except (Imprecise, Undefined, MatcalcError, ArithmeticError, ValueError):
            return False
        with mpmath.workdps(_DIGITS):
            difference = (before - 2 * here + after) / mpmath.mpf(self.step) ** 2
            return bool(abs(difference - value) <= _AGREES * abs(value))


def _has_kind(variable: Symbol, value: Any) -> bool:
    """Whether a value, perhaps scaled, is inside the kind."""
    low, high = range_of(variable)[:2]
    if "positive" in variable.structure and np.any(np.asarray(value) <= 0):
        return False
    if np.any(np.asarray(value) < float(low)) or np.any(np.asarray(value) > float(high)):
        return False
    return "psd" not in variable.structure or bool(np.all(np.linalg.eigvalsh(value) > 0))


def _weight(values: Values) -> float:
    """How long it is to write: integers are short."""
    arrays = [np.ravel(value) for value in values.values() if not callable(value)]
    return float(sum(np.sum(np.abs(a) + 8 * (a != np.round(a))) for a in arrays))
