"""Random points at which a derivative is checked: sizes for dimensions, values for variables.

Sizes are all different and come in several sets, each order of two dimensions met, so that a
lost transpose cannot hide. A value has the declared structure and nothing more: a plain square
matrix is not symmetric, its determinant has both signs. Where an expression is not finite at
such points, a narrower `Region` is tried, from the widest to the narrowest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.limits import MOST_SAMPLED
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Number, Symbol, ordered
from matcalc.expressions.operations import Basis, Positioned
from matcalc.expressions.valued_words import Interval, rank_of, stated_interval

Array = NDArray[np.float64]
Random = np.random.Generator
Words = frozenset[str]

_SMALLEST_SIZE = 2
_COEFFICIENTS = 8  # of a function that may be any: differences of a cubic vanish too soon


class Region(Enum):
    """Where entries without a declared structure are taken from, the widest first."""

    ANYWHERE = "entries of both signs"
    POSITIVE = "positive entries"
    DEFINITE = "square matrices with positive definite symmetric part"
    SYMMETRIC = "symmetric positive definite matrices"
    FRACTION = "entries between 0 and 1"
    SMALL = "small entries"
    LARGE = "entries greater than 1"


@dataclass(frozen=True)
class Point:
    """Sizes of the dimensions and a value for every variable."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    region: Region


def drawn_symbols(*roots: Node) -> list[Symbol]:
    """The variables of the expressions that need a value, in order of their names.

    Of a variable and its twin with free entries it is the one of which more is known.
    """
    known = sorted(free_symbols(*roots), key=lambda symbol: len(symbol.structure))
    found = {symbol.name: symbol for symbol in known}
    return [found[name] for name in sorted(found)]


def largest_index(*roots: Node) -> int:
    """The largest index that is written as a number, so that no size is smaller."""
    applied = (n for n in ordered(*roots) if isinstance(n, Positioned | Basis))
    written = (a.value for node in applied for a in node.arguments if isinstance(a, Number))
    return int(max(written, default=1))


def size_sets(
    names: Sequence[str],
    symbols: Iterable[Symbol],
    random: Random,
    smallest: int = 1,
    count: int = 4,
) -> list[dict[str, int]]:
    """Sets of sizes, different for different names; every second set turns the order around.

    Sets that a declaration forbids (orthonormal columns need rows >= columns) are left out.
    """
    first = max(smallest, _SMALLEST_SIZE)
    choices = np.arange(first, first + len(names) + 1)
    kept: list[dict[str, int]] = []
    declared = list(symbols)
    for attempt in range(16 * count):
        if attempt % 2 == 0:
            order = random.permutation(choices)
        else:
            order = choices[0] + choices[-1] - order
        sizes = {name: int(size) for name, size in zip(names, order, strict=False)}
        if all(possible(symbol, sizes) for symbol in declared) and sizes not in kept:
            kept.append(sizes)
        if len(kept) == count:
            break
    return kept


def possible(symbol: Symbol, sizes: Mapping[str, int]) -> bool:
    """Whether there are values of the kind of these sizes."""
    rows, columns = symbol.shape.rows.evaluate(sizes), symbol.shape.columns.evaluate(sizes)
    if symbol.structure & {"stiefel", "complex_stiefel"}:
        return rows >= columns >= 1
    if "probability" in symbol.structure:
        return rows > 1
    rank = rank_of(symbol.structure)
    return rows >= 1 and columns >= 1 and (rank is None or rank.evaluate(sizes) <= rows)


def draw(
    symbols: Iterable[Symbol], sizes: Mapping[str, int], region: Region, random: Random
) -> Point:
    """A random point: a value for each symbol, of its structure where it has one."""
    values = {symbol.name: value_of(symbol, sizes, region, random) for symbol in symbols}
    return Point(sizes, values, region)


def value_of(symbol: Symbol, sizes: Mapping[str, int], region: Region, random: Random) -> Any:
    """A float or int for a scalar, a 1-D array for a vector, a 2-D array for a matrix."""
    structure, axes = symbol.structure, axes_of(symbol.shape, sizes)
    MOST_SAMPLED.check(prod(axes))
    if symbol.is_complex:
        return _complex(structure, axes, region, random)
    if "callable" in structure:
        return np.polynomial.Polynomial(_entries((_COEFFICIENTS,), region, random))
    if "index" in structure:
        return int(random.integers(1, 1 + min(sizes.values(), default=_SMALLEST_SIZE)))
    if "integer" in structure:
        return int(random.integers(1, 4))
    if (rank := rank_of(structure)) is not None:
        return _projection((axes[0], axes[0]), random, structure, rank.evaluate(sizes))
    if len(axes) == 2:
        return _matrix(structure, (axes[0], axes[1]), region, random)
    value = _column(structure, axes, region, random)
    return value if axes else float(value)


def _column(structure: Words, axes: tuple[int, ...], region: Region, random: Random) -> Array:
    """The entries of a vector, or a scalar."""
    if "onehot" in structure:
        return one_hot(axes, random)
    if "probability" in structure:
        parts = _entries(axes, Region.POSITIVE, random)
        return np.asarray(parts / parts.sum())
    interval = stated_interval(structure)
    if interval is not None:
        return within(interval, random.uniform(0.1, 0.9, axes))
    return _entries(axes, _narrowed(structure, region), random)


def one_hot(axes: tuple[int, ...], random: Random) -> Array:
    size = prod(axes)
    return np.asarray(np.eye(size)[random.integers(size)].reshape(axes))


def within(interval: Interval, share: Array) -> Array:
    """The points of an open interval at shares of it, which are numbers in (0, 1)."""
    low, high = map(float, interval)
    if np.isfinite(low) and np.isfinite(high):
        return np.asarray(low + (high - low) * share)
    ratio = np.asarray(share / (1 - share))
    if np.isfinite(low) or np.isfinite(high):
        return np.asarray(low + ratio if np.isfinite(low) else high - ratio)
    return np.asarray(np.log(ratio))


def _complex(structure: Words, axes: tuple[int, ...], region: Region, random: Random) -> Any:
    """A complex number or array, its real part from the region."""
    square = len(axes) == 2 and axes[0] == axes[1]
    part = _square((axes[0], axes[1]), region, random) if square else _entries(axes, region, random)
    share = 1.0 if region is Region.ANYWHERE else 0.2
    value = part + 1j * share * random.standard_normal(axes)
    if "hpd" in structure:
        value = value @ value.conj().T / axes[0] + np.eye(axes[0]) / 2
    elif "hermitian" in structure:
        value = (value + value.conj().T) / 2
    if "complex_stiefel" in structure:
        value = np.linalg.qr(value)[0]
    return value if axes else complex(value)


def axes_of(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The axes of an array of that shape: a dimension that is the number 1 has none."""
    kept = (axis for axis in (shape.rows, shape.columns) if axis.integer != 1)
    return tuple(axis.evaluate(sizes) for axis in kept)


def _narrowed(structure: frozenset[str], region: Region) -> Region:
    if structure & {"positive", "nonnegative"} and region in (Region.ANYWHERE, Region.SMALL):
        return Region.POSITIVE
    return region


def _entries(axes: tuple[int, ...], region: Region, random: Random) -> Array:
    match region:
        case Region.ANYWHERE:
            return np.asarray(random.standard_normal(axes))
        case Region.FRACTION:
            return np.asarray(random.uniform(0.1, 0.9, axes))
        case Region.SMALL:
            return np.asarray(0.1 * random.standard_normal(axes))
        case Region.LARGE:
            return np.asarray(random.uniform(1.2, 3.0, axes))
        case Region.POSITIVE | Region.DEFINITE | Region.SYMMETRIC:
            return np.asarray(random.uniform(0.5, 2.0, axes))


def _matrix(
    structure: frozenset[str], axes: tuple[int, int], region: Region, random: Random
) -> Array:
    """The value of the most special structure declared."""
    for word, make in _STRUCTURED.items():
        if word in structure:
            return make(axes, random, structure)
    if axes[0] == axes[1] and not structure & {"positive", "nonnegative"}:
        return _square(axes, region, random)
    return _entries(axes, _narrowed(structure, region), random)


def _square(axes: tuple[int, int], region: Region, random: Random) -> Array:
    match region:
        case Region.ANYWHERE:
            return _invertible(axes, random, NO_STRUCTURE)
        case Region.DEFINITE:
            return _spd(axes, random) + 0.3 * _skew(axes, random)
        case Region.SYMMETRIC:
            return _spd(axes, random)
        case Region.POSITIVE | Region.FRACTION | Region.SMALL | Region.LARGE:
            return _entries(axes, region, random)


def _orthogonal(axes: tuple[int, int], random: Random) -> Array:
    """Orthonormal columns; a square one has determinant 1 or -1."""
    factor, triangle = np.linalg.qr(random.standard_normal(axes))
    return np.asarray(factor * np.sign(np.diag(triangle)))


def _spread(size: int, random: Random) -> Array:
    """Distinct positive numbers, for eigenvalues and singular values far from each other."""
    steps = np.arange(size) + random.uniform(0.1, 0.9, size)
    return np.asarray(0.6 + 1.8 * steps / size)


def _signed_spread(size: int, random: Random, structure: Words) -> Array:
    """The same in random order and with random signs, where the structure allows them."""
    positive = structure & {"positive", "nonnegative", "spd", "psd"}
    signs = np.ones(size) if positive else random.choice([-1.0, 1.0], size)
    return np.asarray(signs * random.permutation(_spread(size, random)))


def _invertible(axes: tuple[int, int], random: Random, structure: Words) -> Array:
    """Well-conditioned, not symmetric, with a determinant of either sign."""
    if structure & {"positive", "nonnegative"}:
        return _entries(axes, Region.POSITIVE, random)
    left, right = _orthogonal(axes, random), _orthogonal(axes, random)
    return np.asarray(left * _spread(axes[0], random) @ right)


def _symmetric(axes: tuple[int, int], random: Random, structure: Words) -> Array:
    if structure & {"positive", "nonnegative"}:
        entries = _entries(axes, Region.POSITIVE, random)
        return np.asarray(entries @ entries.T if "psd" in structure else entries + entries.T)
    basis = _orthogonal(axes, random)
    value = basis * _signed_spread(axes[0], random, structure) @ basis.T
    return np.asarray((value + value.T) / 2)


def _spd(axes: tuple[int, int], random: Random) -> Array:
    return _symmetric(axes, random, frozenset({"spd"}))


def _skew(axes: tuple[int, int], random: Random) -> Array:
    value = random.standard_normal(axes)
    return np.asarray(value - value.T)


def _diagonal(axes: tuple[int, int], random: Random, structure: Words) -> Array:
    return np.diag(_signed_spread(axes[0], random, structure))


def _lower(axes: tuple[int, int], random: Random, structure: Words) -> Array:
    below = np.tril(random.standard_normal(axes), -1)
    below = np.abs(below) if structure & {"positive", "nonnegative"} else below
    return np.asarray(below + _diagonal(axes, random, structure))


def _hurwitz(axes: tuple[int, int], random: Random, structure: Words) -> Array:
    """A negative definite symmetric part and any skew one, in any basis."""
    below = np.tril(random.standard_normal(axes), -1)
    basis = np.eye(axes[0]) + 2.0 / np.sqrt(axes[0]) * below
    return np.asarray(basis @ (_skew(axes, random) - _spd(axes, random)) @ np.linalg.inv(basis))


def _projection(
    axes: tuple[int, int], random: Random, structure: Words, rank: int | None = None
) -> Array:
    """On a subspace, of half the dimension where no rank is declared; orthogonal only where it is
    known symmetric.
    """
    basis = _orthogonal((axes[0], max(1, axes[0] // 2) if rank is None else rank), random)
    if "symmetric" in structure:
        return np.asarray(basis @ basis.T)
    other = basis + 0.3 * random.standard_normal(basis.shape)
    return np.asarray(basis @ np.linalg.solve(other.T @ basis, other.T))


_STRUCTURED: dict[str, Callable[[tuple[int, int], Random, Words], Array]] = {
    "permutation": lambda axes, random, _: np.eye(axes[0])[random.permutation(axes[0])],
    "projection": _projection,
    "orthogonal": lambda axes, random, _: _orthogonal(axes, random),
    "stiefel": lambda axes, random, _: _orthogonal(axes, random),
    "diagonal": _diagonal,
    "spd": _symmetric,
    "psd": _symmetric,
    "symmetric": _symmetric,
    "skew": lambda axes, random, _: _skew(axes, random),
    "lower": _lower,
    "upper": lambda axes, random, structure: _lower(axes, random, structure).T,
    "hurwitz": _hurwitz,
    "invertible": _invertible,
}


def tangent_to(structure: Words, axes: tuple[int, ...], random: Random) -> Array:
    """A random direction: within the linear span of the structure, where it has one."""
    direction = np.asarray(random.standard_normal(axes))
    if "complex" in structure:
        return np.asarray(direction + 1j * random.standard_normal(axes))
    return structured_part(structure, direction)


def structured_part(structure: Words, value: Array) -> Array:
    """The orthogonal projection of an array on the linear span of a structure."""
    if value.ndim == 2:
        for word, project in _LINEAR.items():
            if word in structure:
                return np.asarray(project(value))
    return value


_LINEAR: dict[str, Callable[[Array], Array]] = {
    "diagonal": lambda value: np.diag(np.diag(value)),
    "hermitian": lambda value: (value + value.conj().T) / 2,
    "symmetric": lambda value: (value + value.T) / 2,
    "skew": lambda value: (value - value.T) / 2,
    "lower": np.tril,
    "upper": np.triu,
}
