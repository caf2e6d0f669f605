"""Two expressions side by side at random points: how far their values are apart.

Every set of sizes gets some points, each in the widest region where both values are finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.compile.sharpening import DIGITS, MORE_DIGITS, inexact
from matcalc.expressions.constructors import is_zero, minus
from matcalc.expressions.errors import MatcalcError, TooLarge
from matcalc.expressions.nodes import Node, Sum, Symbol, dimension_names, ordered
from matcalc.expressions.operations import AnyPower
from matcalc.rulebook.substitution import substitute
from matcalc.samples.coded import Coded, Run
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import COARSE, Unusable, finite, is_single, noise_of, reader, size
from matcalc.samples.place import EVERYWHERE, Place
from matcalc.samples.report import Report, bounded, sizes_text
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    draw,
    drawn_symbols,
    largest_index,
    size_sets,
)
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

EQUAL, DIFFERENT = 1e-8, 1e-5
_ROUND_OFF = 1e-12  # of a value; special functions have no more digits
LEFT = 1e-90  # what DIGITS leave of the larger value where two are the same
MOST_LOOKED_AT = 1_000  # entries in an array of numbers that are not the machine's
_FALLEN = 1e-100  # what more digits leave of that at least
_SMALL = 1e-5
_SINGLE = 1e-4  # of what has seven digits
_AGREE = "apart"
_TRIES = 4
_SAMPLES = 12


@dataclass(frozen=True)
class Sample:
    """A point with the value that is right there and the value that is claimed.

    `distance` is how far they are apart and `noise` what rounding alone makes of that, both
    relative to the larger. At a point `beyond`, of a wider region, only the right one has a value.
    """

    point: Point
    right: Array
    claimed: Array
    distance: float
    noise: float = 0.0
    beyond: Point | None = None

    @property
    def scale(self) -> float:
        """The size of the larger value."""
        return max(size(self.right), size(self.claimed))

    @property
    def agrees(self) -> bool:
        """Whether rounding explains the distance."""
        return self.distance <= max(_ROUND_OFF, self.noise)

    @property
    def rounding(self) -> float:
        """What rounding alone makes of the distance, in the units of the values."""
        return max(_ROUND_OFF, self.noise) * self.scale

    @property
    def error(self) -> float:
        """The distance relative to the larger, or to the value of which the noise is `EQUAL`."""
        return self.distance / max(1.0, self.noise / EQUAL)


def apart(one: Array, other: Array) -> float:
    """The distance of two arrays relative to the larger; 0 where both are nothing, or where it is
    rounding if one of them has single precision.
    """
    scale = max(size(one), size(other))
    distance = size(one - other) / scale if scale > np.finfo(float).tiny else 0.0
    return distance if distance > _SINGLE or not (is_single(one) or is_single(other)) else 0.0


class Look(NamedTuple):
    """What a closer look at two values shows: in fractions it is `exact`, else of many digits."""

    apart: bool
    exact: bool


class NoValue(Unusable):
    """A point at which what is right has a value, and the claim has none."""


class Pair:
    """The right expression and the claimed one, of one shape, to be evaluated at points."""

    def __init__(self, right: Node, claimed: Node | Coded, place: Place = EVERYWHERE) -> None:
        self.right, self.place = right, place
        self.claimed = None if isinstance(claimed, Coded) else claimed
        found = place.formula(right)
        self._claimed: Evaluated | Run
        self._between: Evaluated | Run
        if isinstance(claimed, Coded):
            parts = [*claimed.arguments.values()]
            self._claimed = self._between = Run(claimed.at(place.formula))
        else:
            parts, other = [claimed], place.formula(claimed)
            self._claimed, self._between = Evaluated(other), Evaluated(minus(found, other))
        self._right = Evaluated(found)
        self._defined = [Evaluated(place.formula(one)) for one in place.defined]
        self._parts = [Evaluated(place.formula(one)) for one in place.claimed]
        formulas = [found, *map(place.formula, parts)]
        self._read = reader(*formulas)
        self._read_claimed = finite if isinstance(claimed, Coded) else self._read
        self.expressions = formulas
        self._shapes = {node.shape for node in ordered(*formulas)}
        said = [substitute(body, place.directions) for body in (right, *parts)]
        self._shown = {s.name: place.formula(s) for s in drawn_symbols(right, *parts, *said)}
        defined = [one.expression for one in (*self._defined, *self._parts)]
        drawn = drawn_symbols(*formulas, *self._shown.values(), *defined)
        self.symbols: list[Symbol] = drawn
        self._kinds = {symbol.name: symbol.structure for symbol in drawn}
        self.dimensions = dimension_names(right, *parts, *formulas, *defined, *self.symbols)
        self.smallest = largest_index(*formulas)
        powers = (node for node in ordered(*formulas) if isinstance(node, AnyPower))
        exponents = {symbol.name for symbol in drawn_symbols(*(one.exponent for one in powers))}
        self.exponents = exponents.intersection(self._kinds)  # an index of a sum has no value

    @property
    def free(self) -> list[Symbol]:
        """The symbols that may have any values, as they are drawn."""
        return [symbol for symbol in self.symbols if self._shown.get(symbol.name) is symbol]

    @property
    def has_domain(self) -> bool:
        """Whether more has to have a value than the two expressions."""
        return bool(self._defined)

    @property
    def has_code(self) -> bool:
        """Whether the claim is a function, of which there are no more digits."""
        return isinstance(self._claimed, Run)

    @property
    def has_values(self) -> bool:
        """Whether a claimed function has returned a value anywhere."""
        return isinstance(self._claimed, Run) and self._claimed.has_worked

    @property
    def faults(self) -> Mapping[str, BaseException]:
        """What a claimed function raises, by the sizes at which it never has a value."""
        return self._claimed.faults if isinstance(self._claimed, Run) else {}

    def right_at(self, point: Point) -> Array:
        return self._read(lambda: self._right(point))

    def shown(self, point: Point) -> Mapping[str, Any]:
        """The values of the symbols of the two expressions themselves, and sizes that none has."""
        values = {
            name: point.values[body.name]
            if isinstance(body, Symbol)
            else self._read(lambda body=body: Evaluated(body)(point))  # type: ignore[misc]
            for name, body in self._shown.items()
        }
        told = dimension_names(*self._shown.values())
        return values | {name: point.sizes[name] for name in self.dimensions if name not in told}

    def at(self, point: Point) -> Sample:
        """The two values. Raises Unusable where one is not finite, not real or only round-off."""
        sample = self.exactly_at(point)
        if sample.distance <= _ROUND_OFF:
            return sample
        coarse = COARSE if self._is_single(point, sample.claimed) else 1.0
        scale = sample.scale
        noise = noise_of(lambda t: np.subtract(*self._values(self._near(point, t))), scale, coarse)
        return replace(sample, noise=noise / scale)

    def exactly_at(self, point: Point) -> Sample:
        """The same, whatever values nearby are: where one jumps they are others."""
        for defined in self._defined:
            finite(lambda defined=defined: defined(point))  # type: ignore[misc]
        right, claimed = self._values(point)
        return Sample(point, right, claimed, apart(right, claimed))

    def _is_single(self, point: Point, claimed: Array) -> bool:
        """Whether a function computes with seven digits, in what it returns or inside."""
        if not self.has_code or is_single(claimed):
            return self.has_code
        rounded = {name: _rounded(value) for name, value in point.values.items()}
        found = self._read_claimed(lambda: self._claimed(replace(point, values=rounded)))
        return np.array_equal(found, claimed)

    def is_apart(self, sample: Sample) -> bool:
        """Whether the two values differ by more than rounding. Raises Unusable where that is open.

        Of an operation that has no precise code plain digits are taken.
        """
        try:
            return self.looked_at(sample).apart
        except Undefined as undefined:
            raise Unusable(str(undefined)) from None
        except Imprecise:
            return self._is_plainly_apart(sample)

    def _is_plainly_apart(self, sample: Sample) -> bool:
        """The same by plain digits, for which small values may be what is left of larger ones."""
        if sample.agrees:
            return False
        if self._is_a_multiple_apart(sample):
            return True
        is_tiny = sample.distance * sample.scale <= _ROUND_OFF
        if is_tiny and sample.noise > EQUAL:  # values that are 0 but for rounding
            return False
        is_large = sample.scale > _SMALL or (self.has_code and not is_tiny)
        if is_large and sample.error > DIFFERENT:
            return True
        raise Unusable(f"the values differ by {sample.distance:.0e}, which may be round-off")

    def _is_a_multiple_apart(self, sample: Sample) -> bool:
        """Whether the difference is one term that is not 0: nothing cancels in 10^-9*perron(X)."""
        between = self._between
        if isinstance(between, Run) or any(isinstance(n, Sum) for n in ordered(between.expression)):
            return False
        return self._is_plainly_not_0(between, sample.point)

    def _is_plainly_not_0(self, value: Callable[[Point], Array], point: Point) -> bool:
        """Whether a value is more than what rounding makes of it."""
        try:
            found = size(self._read(lambda: value(point)))
            noise = noise_of(lambda t: self._read(lambda: value(self._near(point, t))), found)
        except Unusable:
            return False
        return noise <= EQUAL * found and found > 0

    def is_not_0(self, point: Point) -> bool:
        """Whether what is right is plainly not 0 there."""
        return self._is_plainly_not_0(self._right, point)

    def looked_at(self, sample: Sample) -> Look:
        """A closer look: in fractions, or with many digits. Raises Imprecise where there is no code
        for them, and Undefined where a value is one by rounding only.

        Where nothing but rounding is left with some digits, next to nothing is with more of them.
        """
        if self.entries(sample.point.sizes) > MOST_LOOKED_AT:
            raise Imprecise("too many numbers")
        if not any(map(inexact, self._kinds.values())):
            try:
                return Look(bool(np.any(self._between.exactly(sample.point))), exact=True)
            except Imprecise:
                pass
        few = self._left(sample, DIGITS)
        small = few <= LEFT * sample.scale
        return Look(not small and self._left(sample, MORE_DIGITS) > _FALLEN * few, exact=False)

    def _left(self, sample: Sample, digits: int) -> float:
        between = self._between.precisely(sample.point, digits, self._kinds)
        return size(np.vectorize(complex, otypes=[complex])(between))

    def _values(self, point: Point) -> tuple[Array, Array]:
        right = self.right_at(point)
        try:
            for part in self._parts:
                self._read(lambda part=part: part(point))  # type: ignore[misc]
            return right, self._read_claimed(lambda: self._claimed(point))
        except Unusable as unusable:
            raise NoValue(str(unusable)) from None

    def _near(self, point: Point, step: float) -> Point:
        """The point with entries a little larger or smaller, of the same symmetry; integers stay,
        and exponents that are halves, beside which powers of negative numbers have no value.
        """
        exponents = {n for n in self.exponents if not np.any(np.multiply(2, point.values[n]) % 1)}
        moved = {n: _nudged(v, step) for n, v in point.values.items() if n not in exponents}
        return replace(point, values={**point.values, **moved})

    def entries(self, sizes: Mapping[str, int]) -> int:
        """How many the largest part of the two expressions has at these sizes."""
        return max(s.rows.evaluate(sizes) * s.columns.evaluate(sizes) for s in self._shapes)

    def sizes(self, random: Random) -> list[dict[str, int]]:
        return size_sets(self.dimensions, self.symbols, random, self.smallest)


def _rounded(value: Any) -> Any:
    """The value with seven digits."""
    array = np.asarray(value)
    single = {"f": np.float32, "c": np.complex64}.get(array.dtype.kind)
    return array.astype(single).astype(array.dtype)[()] if single else value


def _nudged(value: Any, step: float) -> Any:
    array = np.asarray(value)
    if array.dtype.kind not in "fc":
        return value
    pattern = np.cos(np.indices(array.shape).sum(axis=0))
    return (array * (1 + step * pattern))[()]


def samples(
    pair: Pair, count: int, random: Random, sets: Sequence[dict[str, int]] = ()
) -> tuple[list[Sample], str]:
    """Usable samples, evenly over several sizes, and why the last unusable point was none.

    Sizes without a usable point are left out: V'*V of a wide V has no inverse.
    """
    found: list[Sample] = []
    reason = "no sizes fit the declarations"
    sets = sets or pair.sizes(random)
    for sizes in sets:
        try:
            for _ in range(-(-count // len(sets))):
                found.append(_usable(pair, sizes, random))
        except Unusable as unusable:
            reason = str(unusable)
        except TooLarge as error:
            reason = error.message
        except MatcalcError as error:  # a kind without random values, an operation without code
            return [], error.message
    return found, reason


def _usable(pair: Pair, sizes: dict[str, int], random: Random) -> Sample:
    """A usable sample in the widest region that has one. Raises Unusable where none has."""
    reason, beyond = "", None
    for region in Region:
        for _ in range(_TRIES):
            point = draw(pair.symbols, sizes, region, random)
            try:
                sample = pair.at(point)
            except Unusable as unusable:
                reason = str(unusable)
                beyond = beyond or (point if isinstance(unusable, NoValue) else None)
                continue
            narrower = beyond is not None and beyond.region is not region
            return replace(sample, beyond=beyond) if narrower else sample
    raise Unusable(reason)


def same_values(left: Node, right: Node) -> bool:
    """Whether two expressions agree: by their expanded forms, or else at random points.

    Raises MatcalcError where they cannot be evaluated.
    """
    if is_zero(expand(simplify(minus(left, right)))):
        return True
    found, reason = samples(Pair(left, right), _SAMPLES, np.random.default_rng(0))
    if not found:
        raise MatcalcError(f"the operator cannot be evaluated: {reason}")
    return all(sample.error <= EQUAL for sample in found)


def verify_same(right: Node, claimed: Node, count: int, seed: int) -> Report:
    """Check that two expressions agree at random points."""
    if right.shape != claimed.shape:
        return Report((), problem=f"it is {claimed.shape}, not {right.shape}")
    found, reason = samples(Pair(right, claimed), count, np.random.default_rng(seed))
    if not found:
        return Report((), problem=f"no usable sample: {reason}")
    errors: dict[str, list[float]] = {}
    for one in found:
        errors.setdefault(sizes_text(one.point.sizes), []).append(one.error)
    return Report(tuple(bounded(_AGREE, at, these, EQUAL) for at, these in errors.items()))


def worst(found: Iterable[Sample]) -> float:
    return max((sample.error for sample in found), default=0.0)
