"""A point at which a claim fails, as one would write it down: sizes from 2 on, small integers.

Sizes 1 come last, for what fails there only. No kink is taken, where a derivative is a convention.
Values have the declared structure: a symmetric matrix is symmetric, an spd one is L*L' with a
unit triangular L, an orthogonal one a signed permutation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcalc.compile.sharpening import inexact
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import rank_of, stated_interval
from matcalc.samples.agreement import NoValue, Pair, Sample
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    axes_of,
    draw,
    one_hot,
    possible,
    within,
)
from matcalc.samples.turns import Turn
from matcalc.verify.shown_values import Counterexample

_BOUNDS = (2, 3, 30)
_LOOKED_AT = 3
_TRIES = 16
_MOST_SIZES = 24
_DIGITS = (2, 3, 4, 6, 9, 12)


def smallest(pair: Pair, known: Sample, kinks: Sequence[Turn], random: Random) -> Counterexample:
    """The smallest counterexample met in a short search, or the one that is known, rounded."""
    for sizes in _sizes(pair, known):
        for sample in sorted(_differing(pair, sizes, kinks, random), key=_weight)[:_LOOKED_AT]:
            if _is_apart(pair, sample):
                return _counterexample(pair, sample)
    return _counterexample(pair, _rounded(pair, known))


def without_value(pair: Pair, known: Point, random: Random) -> Counterexample:
    """A point at which the claim has no value, of small integers where such are met."""
    for _ in range(_TRIES):
        values = {s.name: small_value(s, known.sizes, _BOUNDS[0], random) for s in pair.symbols}
        point = Point(known.sizes, values, Region.ANYWHERE)
        try:
            pair.at(point)
        except NoValue:
            known = point
            break
        except Unusable:
            continue
    return Counterexample(pair.shown(known), pair.right_at(known), np.nan)


def lacking(pair: Pair, sets: Iterable[Mapping[str, int]]) -> list[tuple[Point, str]]:
    """A point of each of the sizes at which only the claim has no value, and why, if it has one."""
    random = np.random.default_rng(0)
    found = (
        _lacking(pair, sizes, random) for sizes in sorted(sets, key=lambda one: [*one.values()])
    )
    return [one for one in found if one]


def _lacking(pair: Pair, sizes: Mapping[str, int], random: Random) -> tuple[Point, str] | None:
    for region in Region:
        try:
            point = draw(pair.symbols, sizes, region, random)
            pair.at(point)
        except NoValue as missing:
            if pair.is_not_0(point):
                return point, str(missing)
        except (Unusable, MatcalcError):
            continue
    return None


def _is_apart(pair: Pair, sample: Sample) -> bool:
    try:
        return pair.is_apart(sample)
    except Unusable:
        return False


def _counterexample(pair: Pair, sample: Sample) -> Counterexample:
    return Counterexample(pair.shown(sample.point), sample.right, sample.claimed)


def _sizes(pair: Pair, known: Sample) -> Iterator[Mapping[str, int]]:
    """Dimensions 2 and 3, different ones first, then up to the known ones, then with a 1."""
    names, least = pair.dimensions, max(2, pair.smallest)
    larger = sorted(_choices(names, (least, least + 1)), key=lambda one: (-len(set(one)), sum(one)))
    smaller = sorted(_choices(names, (1, 2)) if least == 2 else (), key=lambda one: -sum(one))
    for lengths in larger[:_MOST_SIZES]:
        yield from _possible(pair, dict(zip(names, lengths, strict=True)))
    for smallest_size in range(least + 2, min(known.point.sizes.values(), default=0)):
        yield from _possible(pair, {name: smallest_size + i for i, name in enumerate(names)})
    yield known.point.sizes
    for lengths in smaller[:_MOST_SIZES]:
        yield from _possible(pair, dict(zip(names, lengths, strict=True)))


def _choices(names: Sequence[str], sizes: tuple[int, int]) -> Iterable[tuple[int, ...]]:
    if len(names) > 4:
        return [(size,) * len(names) for size in sizes]
    return product(sizes, repeat=len(names))


def _possible(pair: Pair, sizes: dict[str, int]) -> Iterator[dict[str, int]]:
    if all(possible(symbol, sizes) for symbol in pair.symbols):
        yield sizes


def _differing(
    pair: Pair, sizes: Mapping[str, int], kinks: Sequence[Turn], random: Random
) -> Iterator[Sample]:
    """Samples with small integers; larger ones only where no others differ."""
    for bound in _BOUNDS:
        found = [*_of_bound(pair, sizes, bound, kinks, random)]
        yield from found
        if any(not sample.agrees for sample in found):
            return


def _of_bound(
    pair: Pair, sizes: Mapping[str, int], bound: int, kinks: Sequence[Turn], random: Random
) -> Iterator[Sample]:
    for _ in range(_TRIES):
        try:
            values = {s.name: small_value(s, sizes, bound, random) for s in pair.symbols}
            point = Point(sizes, values, Region.ANYWHERE)
            sample = pair.at(point)
            at_kink = any((one.bends or one.jumps) and one.is_0_at(point) for one in kinks)
        except Unusable:
            continue
        if not at_kink and np.any(sample.right != sample.claimed):
            yield sample


def _weight(sample: Sample) -> tuple[bool, float]:
    """Whether rounding explains it, how large entries are, how many 0, repeated or negative."""
    arrays = [np.asarray(v) for v in sample.point.values.values() if not callable(v)]
    return sample.agrees, sum(map(_entries_weight, arrays))


def _entries_weight(array: Array) -> float:
    repeated = array.size - len(np.unique(array))
    negative = np.sum(array.real < 0)
    return float(np.sum(np.abs(array)) + 3 * np.sum(array == 0) + 2 * repeated + negative / 2)


def _rounded(pair: Pair, known: Sample) -> Sample:
    """The sample with as few digits as still tell the values apart, where its kind allows that."""
    if any(inexact(symbol.structure) for symbol in pair.symbols):
        return known
    for digits in _DIGITS:
        values = {n: shorter(value, digits) for n, value in known.point.values.items()}
        try:
            sample = pair.at(replace(known.point, values=values))
        except Unusable:
            continue
        if _is_apart(pair, sample):
            return sample
    return known


def shorter(value: Any, digits: int) -> Any:
    """So many digits of every entry."""
    if np.asarray(value).dtype.kind == "f":
        return np.vectorize(lambda entry: float(f"{entry:.{digits}g}"))(value)[()]
    return value


def small_value(symbol: Symbol, sizes: Mapping[str, int], bound: int, random: Random) -> Any:
    if "callable" in symbol.structure:
        return np.polynomial.Polynomial(random.integers(-bound, 1 + bound, 3).astype(float))
    axes = axes_of(symbol.shape, sizes)
    if symbol.is_complex:
        return _complex(symbol.structure, axes, bound, random)[()]
    value = np.asarray(_entries(symbol.structure, axes, bound, random), dtype=float)
    rank = rank_of(symbol.structure)
    if rank is not None:
        value = np.diag(random.permutation(np.arange(len(value)) < rank.evaluate(sizes)) + 0.0)
    return int(value) if not axes and "integer" in symbol.structure else value[()]


def _complex(structure: frozenset[str], axes: tuple[int, ...], bound: int, random: Random) -> Any:
    """Small integers as real and imaginary parts."""
    value = random.integers(-bound, 1 + bound, axes) + 1j * random.integers(-bound, 1 + bound, axes)
    if "hpd" in structure:
        return value @ value.conj().T + np.eye(axes[0])
    if "hermitian" in structure:
        return value + value.conj().T
    if "complex_stiefel" in structure and axes[0] >= axes[-1]:
        phases = np.diag(random.choice([1, -1, 1j, -1j], axes[0]))
        return phases[random.permutation(axes[0])][:, : axes[-1]]
    return np.asarray(value)


def _entries(
    structure: frozenset[str], axes: tuple[int, ...], bound: int, random: Random
) -> Array | NDArray[np.int64]:
    if len(axes) == 2 and axes[0] >= axes[1]:
        return _matrix(structure, axes, bound, random)
    if "onehot" in structure:
        return one_hot(axes, random)
    positive = structure & {"positive", "nonnegative", "integer"}
    integers = random.integers(1 if positive else -bound, 1 + bound, axes)
    if "probability" in structure:
        return np.asarray(integers / integers.sum())
    interval = stated_interval(structure)
    if interval is not None:
        return within(interval, (integers + 2.0 * bound) / (4 * bound))
    return np.asarray(integers)


def _matrix(structure: frozenset[str], axes: tuple[int, ...], bound: int, random: Random) -> Array:
    """Of the most special structure declared, as far as small integers have it."""
    free = np.asarray(random.integers(-bound, 1 + bound, axes), dtype=float)
    signs = np.diag(random.choice([-1.0, 1.0], axes[0]))
    if structure >= {"diagonal", "psd"}:
        free = np.abs(free) + 1
    for word, make in _STRUCTURED.items():
        if word in structure:
            return np.asarray(make(free, signs, random))
    return free


def _unit(free: Array) -> Array:
    """Lower triangular, with ones on the diagonal."""
    return np.asarray(np.tril(free, -1) + np.eye(len(free)))


def _permuted(rows: Array, random: Random) -> Array:
    return rows[random.permutation(len(rows))]


_STRUCTURED: dict[str, Callable[[Array, Array, Random], Array]] = {
    "permutation": lambda free, signs, random: _permuted(np.eye(len(free)), random),
    "orthogonal": lambda free, signs, random: _permuted(signs, random),
    "stiefel": lambda free, signs, random: _permuted(signs, random)[:, : free.shape[1]],
    "projection": lambda free, signs, random: np.diag(random.integers(0, 2, len(free)) + 0.0),
    "diagonal": lambda free, *_: np.diag(np.diag(free)),
    "spd": lambda free, *_: _unit(free) @ _unit(free).T,
    "psd": lambda free, *_: free @ free.T,
    "symmetric": lambda free, *_: np.tril(free) + np.tril(free, -1).T,
    "skew": lambda free, *_: np.tril(free, -1) - np.tril(free, -1).T,
    "lower": lambda free, *_: np.tril(free),
    "upper": lambda free, *_: np.triu(free),
    "hurwitz": lambda free, *_: np.triu(free, 1) - np.diag(np.abs(np.diag(free)) + 1),
    "invertible": lambda free, signs, _: _unit(free) @ (np.triu(free, 1) + signs),
    "positive": lambda free, *_: np.abs(free) + 1,
}
