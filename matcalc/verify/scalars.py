"""The scalar that one array is of another, at several points: 2, -1/3, 1/n or lambda/norm2(x).

A scalar that varies is looked for among products of powers of at most two scalars that are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice

import numpy as np

from matcalc.expressions.constructors import (
    UNIT,
    ZERO,
    base_and_exponent,
    divide,
    is_number,
    multiply,
    number,
    power,
    scale,
    split_coefficient,
)
from matcalc.expressions.nodes import (
    Node,
    Number,
    Product,
    Symbol,
    dimension_symbol,
    ordered,
    symbols_of,
)
from matcalc.expressions.operations import Norm2
from matcalc.rulebook import book
from matcalc.samples.agreement import Pair, Sample
from matcalc.samples.numeric import size
from matcalc.samples.sampling import Array, Point
from matcalc.samples.together import Together

CLOSE, _NOTHING = 1e-6, 1e-4
_LARGEST = 12
_LARGEST_POWER = 2
_MOST_SCALARS = 16


def ratios(pairs: Sequence[tuple[Array, Array]], samples: Sequence[Sample]) -> Array | None:
    """The numbers k with other = k * one, NaN where both are 0; None where there are none.

    What is less than the rounding at a sample is 0.
    """
    found = np.full(len(pairs), np.nan)
    for place, ((one, other), sample) in enumerate(zip(pairs, samples, strict=True)):
        least = sample.rounding
        square = np.real(np.vdot(one, one))  # 0 for what is too small to be squared
        is_zero = size(one) <= least or not square
        ratio = 0.0 if is_zero else float(np.real(np.vdot(one, other)) / square)
        if size(other - ratio * one) > CLOSE * size(other) + least:
            return None
        found[place] = np.nan if is_zero else ratio
    return None if np.all(np.isnan(found)) else found


def simple_ratio(pairs: Sequence[tuple[Array, Array]], samples: Sequence[Sample]) -> Node | None:
    """The simple number, not 0, that the second of each pair is of the first."""
    values = ratios(pairs, samples)
    found = None if values is None else _simple(values[~np.isnan(values)])
    return None if found is ZERO else found


def simple_shares(terms: Sequence[Sequence[Array | None]], samples: Sequence[Sample]) -> list[Node]:
    """The simple numbers by which terms, given by their values, add up to the claim; all ones where
    there are none.
    """
    unknown: list[Node] = [UNIT] * len(terms)
    if any(value is None for row in terms for value in row):
        return unknown
    weights = [1 / sample.scale if sample.scale else 0.0 for sample in samples]
    table = np.stack([_long(row, weights) for row in terms], axis=1)  # type: ignore[arg-type]
    wanted = _long([sample.claimed for sample in samples], weights)
    found, _, rank, _ = np.linalg.lstsq(table, wanted, rcond=None)
    numbers = [_simple(value[None]) for value in found]
    simple = [number for number in numbers if number is not None]
    if rank < len(terms) or len(simple) < len(terms):
        return unknown
    off = np.linalg.norm(table @ [float(node.value) for node in simple] - wanted)
    fits = off <= CLOSE * np.linalg.norm(table.sum(axis=1) - wanted)
    return [*simple] if fits else unknown


def _long(values: Sequence[Array], weights: Sequence[float]) -> Array:
    """All entries in a column, the imaginary parts behind the real ones."""
    entries = [np.ravel(v) * weight for v, weight in zip(values, weights, strict=True)]
    column = np.concatenate(entries)
    return np.concatenate([column.real, column.imag])


class Scalars:
    """The scalars that occur in two expressions, the sizes and the norms of variables among them,
    with their values at points.
    """

    def __init__(self, pair: Pair, points: Sequence[Point]) -> None:
        self._pair, self._points = pair, points

    @cached_property
    def _values(self) -> Mapping[Node, Array]:
        """Those that are neither 0 nor without a value anywhere."""
        nodes = list(islice(_scalars(self._pair), _MOST_SCALARS))
        together = Together([self._pair.place.formula(node) for node in nodes])
        columns = zip(*map(together, self._points), strict=True)
        found = {n: c for n, c in zip(nodes, columns, strict=True) if all(v is not None for v in c)}
        arrays = {node: np.array(column, dtype=float) for node, column in found.items()}
        return {node: array for node, array in arrays.items() if np.all(array)}

    def named_ratio(
        self, pairs: Sequence[tuple[Array, Array]], samples: Sequence[Sample]
    ) -> Node | None:
        """What the second of each pair is of the first, at the samples of the points."""
        values = ratios(pairs, samples)
        found = None if values is None else self.named(values)
        return None if found is ZERO else found

    def named(self, values: Array) -> Node | None:
        """The expression that has these values: a simple number, or a product of the scalars."""
        known = values[~np.isnan(values)]
        plain = _simple(known)
        if plain is not None or not np.all(known):
            return plain
        return _product(values, self._values, 1 if self._pair.right.shape.is_scalar else 2)


def _scalars(pair: Pair) -> Iterator[Node]:
    yield from map(dimension_symbol, pair.dimensions)
    claimed = () if pair.claimed is None else (pair.claimed,)
    found = [n for n in ordered(pair.right, *claimed) if n.shape.is_scalar and not n.is_complex]
    plain = (
        n for n in found if not isinstance(n, Number | Product) and "function" not in n.structure
    )
    yield from dict.fromkeys(base_and_exponent(n)[0] for n in plain)
    for one in symbols_of(pair.right, *claimed):
        if not one.shape.is_scalar and not one.is_complex:
            yield book.make(Norm2, one)


def _simple(values: Array) -> Number | None:
    """The simple number that all values are."""
    if not np.all(np.isfinite(values)):
        return None
    found = Fraction(float(np.mean(values))).limit_denominator(_LARGEST)
    same = np.all(np.abs(values - float(found)) <= CLOSE * np.maximum(np.abs(values), _NOTHING))
    return number(found) if same and abs(found) <= _LARGEST else None


def _product(values: Array, scalars: Mapping[Node, Array], most: int) -> Node | None:
    """The values as a number times powers of at most so many of the scalars, the exponents found
    by logarithms. Of two one is a variable or a size: any scalar is the other times a quotient.
    """
    told = ~np.isnan(values)
    logarithms = {node: np.log(np.abs(of[told])) for node, of in scalars.items()}
    for count in range(1, most + 1):
        for chosen in combinations(scalars, count):
            if count > 1 and not any(isinstance(node, Symbol) for node in chosen):
                continue
            exponents = _exponents(np.log(np.abs(values[told])), [logarithms[c] for c in chosen])
            if not all(exponents):
                continue
            with np.errstate(invalid="ignore"):  # a root of a negative number
                powers = [
                    scalars[c][told] ** float(e) for c, e in zip(chosen, exponents, strict=True)
                ]
                left = _simple(values[told] / np.prod(powers, axis=0))
            if left is not None:
                raised = map(power, chosen, map(number, exponents))
                return multiply(left, *raised)
    return None


def _exponents(wanted: Array, columns: Sequence[Array]) -> list[Fraction]:
    """Halves, by least squares; zeros where they are too large."""
    centred = np.stack([column - column.mean() for column in columns], axis=1)
    found = np.linalg.lstsq(centred, wanted - wanted.mean(), rcond=None)[0]
    halves = [Fraction(round(2 * float(exponent)), 2) for exponent in found]
    return halves if max(map(abs, halves)) <= _LARGEST_POWER else [Fraction(0)]


# ---------------------------------------------------------------- in words


def multiple_text(multiple: Node, pair: Pair, term: str = "") -> str:
    """What is wrong with a claim, or a term of it, that is a multiple of what is right."""
    value, rest = split_coefficient(multiple)
    size = scale(abs(value), rest)
    if is_number(multiple, -1):
        claim = "the sign is wrong: the claim is -1 times what is right"
        return f"the sign of {term} is wrong" if term else claim
    if not _is_missing(size, pair):
        return f"{term or 'the claim'} is {multiple} times what is right"
    inside = f" in {term}" if term else ""
    sign = " (and the sign is wrong)" if value < 0 else ""
    return f"a factor {divide(UNIT, size)} is missing{inside}{sign}"


def _is_missing(multiple: Node, pair: Pair) -> bool:
    """Whether what is right is called a multiple of the claim, not the claim one of it."""
    if isinstance(multiple, Number):
        return multiple.value.numerator == 1
    scalars = multiple.scalars if isinstance(multiple, Product) else (multiple,)
    right = set(ordered(pair.right))
    claimed = set() if pair.claimed is None else set(ordered(pair.claimed))
    powers = dict(map(base_and_exponent, scalars))
    if any(base in right - claimed for base in powers):
        return True
    falls = all(isinstance(e, Number) and e.value < 0 for e in powers.values())
    return falls and not any(base in claimed - right for base in powers)
