"""The smallest point at which a claim fails: small sizes first, small integers as entries.

Values have the declared structure: a symmetric matrix is symmetric, an spd one is L*L' with a
unit triangular L, an orthogonal one a signed permutation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import rank_of, stated_interval
from matcalc.samples.agreement import Pair, Sample
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    axes_of,
    one_hot,
    possible,
    within,
)
from matcalc.verify.verdict import Counterexample

_BOUNDS = (1, 2, 3, 30)
_LOOKED_AT = 3
_TRIES = 12
_MOST_SIZES = 40


def smallest(pair: Pair, known: Sample, random: Random) -> Counterexample:
    """The smallest counterexample met in a short search, or the one that is known."""
    for sizes in _sizes(pair):
        for sample in sorted(_differing(pair, sizes, random), key=_weight)[:_LOOKED_AT]:
            if _is_apart(pair, sample):
                return _counterexample(pair, sample)
    return _counterexample(pair, known)


def _is_apart(pair: Pair, sample: Sample) -> bool:
    try:
        return pair.is_apart(sample)
    except Unusable:
        return False


def _counterexample(pair: Pair, sample: Sample) -> Counterexample:
    return Counterexample(pair.shown(sample.point), sample.right, sample.claimed)


def _sizes(pair: Pair) -> Iterator[dict[str, int]]:
    """All dimensions 1, then more and more of them 2, then 3."""
    least = max(1, pair.smallest)
    names = pair.dimensions
    choices = product(range(least, least + 3), repeat=len(names)) if len(names) < 5 else ()
    ordered = sorted(choices, key=sum) or [(size,) * len(names) for size in range(least, least + 3)]
    for lengths in ordered[:_MOST_SIZES]:
        sizes = dict(zip(names, lengths, strict=True))
        if all(possible(symbol, sizes) for symbol in pair.symbols):
            yield sizes


def _differing(pair: Pair, sizes: dict[str, int], random: Random) -> Iterator[Sample]:
    for bound in _BOUNDS:
        for _ in range(_TRIES):
            try:
                values = {s.name: _value(s, sizes, bound, random) for s in pair.symbols}
                sample = pair.at(Point(sizes, values, Region.ANYWHERE))
            except Unusable:
                continue
            if np.any(sample.right != sample.claimed):
                yield sample


def _weight(sample: Sample) -> tuple[bool, float]:
    """Whether rounding explains it, how large the entries are, how many not zero or negative."""
    arrays = [np.asarray(v) for v in sample.point.values.values() if not callable(v)]
    sizes = (np.sum(np.abs(a)) + np.sum(a != 0) + np.sum(a < 0) / 2 for a in arrays)
    return sample.agrees, float(sum(sizes))


def _value(symbol: Symbol, sizes: dict[str, int], bound: int, random: Random) -> Any:
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
