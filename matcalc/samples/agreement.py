"""Two expressions side by side at random points: how far their values are apart.

Every set of sizes gets some points, each in the widest region where both values are finite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matcalc.expressions.constructors import is_zero, minus
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.rulebook.substitution import substitute
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, beside, reader, size
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
_AGREE = "apart"
_TRIES = 4
_SAMPLES = 12


@dataclass(frozen=True)
class Sample:
    """A point with the value that is right there and the value that is claimed.

    `error` is their distance relative to the larger, or to what round-off shows at `limit`.
    """

    point: Point
    right: Array
    claimed: Array
    error: float


def apart(one: Array, other: Array) -> float:
    """The distance of two arrays relative to the larger; 0 where both are nothing."""
    scale = max(size(one), size(other))
    return size(one - other) / scale if scale > np.finfo(float).tiny else 0.0


@dataclass(frozen=True)
class Place:
    """Where two expressions are to agree: along directions in spaces, and at points of them.

    `directions` are the projections of symbols, `points` the formulas of others in seeds.
    """

    directions: Mapping[Node, Node]
    points: Mapping[Node, Node]

    def along(self, body: Node) -> Node:
        """A body as all that it says of directions in the spaces."""
        return simplify(substitute(body, self.directions)) if self.directions else body

    def formula(self, body: Node) -> Node:
        """A body in what is drawn: the seeds of the points and the directions as they come."""
        return substitute(substitute(body, self.directions), self.points)


EVERYWHERE = Place({}, {})


class Pair:
    """The right expression and the claimed one, of one shape, to be evaluated at points."""

    def __init__(self, right: Node, claimed: Node, place: Place = EVERYWHERE) -> None:
        found, other = place.formula(right), place.formula(claimed)
        self._right, self._claimed = Evaluated(found), Evaluated(other)
        self._read = reader(found, other)
        said = [substitute(body, place.directions) for body in (right, claimed)]
        self._shown = {s.name: place.formula(s) for s in drawn_symbols(right, claimed, *said)}
        self.symbols: list[Symbol] = drawn_symbols(found, other, *self._shown.values())
        self.dimensions = dimension_names(right, claimed, found, other, *self.symbols)
        self.smallest = largest_index(found, other)

    @property
    def free(self) -> list[Symbol]:
        """The symbols that may have any values, as they are drawn."""
        return [symbol for symbol in self.symbols if self._shown.get(symbol.name) is symbol]

    def shown(self, point: Point) -> Mapping[str, Any]:
        """The values of the symbols of the two expressions themselves."""
        return {
            name: point.values[body.name]
            if isinstance(body, Symbol)
            else self._read(lambda body=body: Evaluated(body)(point))  # type: ignore[misc]
            for name, body in self._shown.items()
        }

    def at(self, point: Point) -> Sample:
        """The two values. Raises Unusable where one is not finite, not real or only round-off."""
        right, claimed = self._values(point)
        scale = max(size(right), size(claimed))
        error = beside(scale, lambda step: np.subtract(*self._values(_near(point, step))), EQUAL)
        return Sample(point, right, claimed, error)

    def _values(self, point: Point) -> tuple[Array, Array]:
        right = self._read(lambda: self._right(point))
        return right, self._read(lambda: self._claimed(point))

    def sizes(self, random: Random) -> list[dict[str, int]]:
        return size_sets(self.dimensions, self.symbols, random, self.smallest)


def _near(point: Point, step: float) -> Point:
    """The point with entries a little larger or smaller, of the same symmetry; integers stay."""
    return replace(point, values={n: _nudged(value, step) for n, value in point.values.items()})


def _nudged(value: Any, step: float) -> Any:
    array = np.asarray(value)
    if array.dtype.kind not in "fc":
        return value
    pattern = np.cos(np.indices(array.shape).sum(axis=0))
    return (array * (1 + step * pattern))[()]


def samples(pair: Pair, count: int, random: Random) -> tuple[list[Sample], str]:
    """Usable samples, evenly over several sizes, and why the last unusable point was none.

    Sizes without a usable point are left out: V'*V of a wide V has no inverse.
    """
    found: list[Sample] = []
    reason = "no sizes fit the declarations"
    sets = pair.sizes(random)
    for sizes in sets:
        try:
            for _ in range(-(-count // len(sets))):
                found.append(_usable(pair, sizes, random))
        except Unusable as unusable:
            reason = str(unusable)
        except MatcalcError as error:  # a kind without random values, an operation without code
            return [], error.message
    return found, reason


def _usable(pair: Pair, sizes: dict[str, int], random: Random) -> Sample:
    """A usable sample in the widest region that has one. Raises Unusable where none has."""
    reason = ""
    for region in Region:
        for _ in range(_TRIES):
            try:
                return pair.at(draw(pair.symbols, sizes, region, random))
            except Unusable as unusable:
                reason = str(unusable)
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
    return all(sample.error < EQUAL for sample in found)


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


def summary(found: Sequence[Sample]) -> str:
    """`12 random points of 4 sizes, to 2e-16`, and where they had to be taken from."""
    sizes = {tuple(sample.point.sizes.items()) for sample in found}
    of = f" of {len(sizes)} sizes" if len(sizes) > 1 else ""
    narrow = {sample.point.region for sample in found} - {Region.ANYWHERE}
    where = "".join(f"; some have {region.value}" for region in Region if region in narrow)
    return f"{len(found)} random points{of}, to {worst(found):.0e}{where}"
