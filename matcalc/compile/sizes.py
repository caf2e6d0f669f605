"""Dimensions read off the shapes of arrays: the equations `axis length = polynomial in names`.

Linear and quadratic polynomials in the one unknown name are solved, such as m*n for a known m,
and n*(n + 1)/2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm

from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.nodes import Symbol


@dataclass(frozen=True)
class Axis:
    """An axis of a variable's array, and the dimension declared for it."""

    symbol: Symbol
    place: int
    size: Dimension


@dataclass(frozen=True)
class Reading:
    """How a dimension name is read: from an axis, of which it is the only unknown name."""

    name: str
    axis: Axis


def array_dimensions(shape: Shape) -> tuple[Dimension, ...]:
    """The dimensions that are axes of an array: those that are not the integer 1."""
    return tuple(size for size in (shape.rows, shape.columns) if size != ONE)


def axes_of(symbols: Iterable[Symbol]) -> list[Axis]:
    return [
        Axis(symbol, place, size)
        for symbol in symbols
        for place, size in enumerate(array_dimensions(symbol.shape))
    ]


def readings(axes: Sequence[Axis], known: Iterable[str] = ()) -> Iterator[Reading]:
    """The names that the axes determine, in an order in which they can be read.

    A name alone is preferred to a polynomial, and earlier axes to later ones.
    """
    found = set(known)
    waiting = sorted(axes, key=lambda axis: axis.size.name is None)
    progress = True
    while progress:
        progress = False
        for axis in waiting:
            unknown = axis.size.names - found
            if len(unknown) == 1 and _degree(axis.size, min(unknown)) <= 2:
                found |= unknown
                progress = True
                yield Reading(min(unknown), axis)


def quadratic(size: Dimension, name: str) -> tuple[int, Dimension, Dimension, Dimension]:
    """(d, a, b, c) with integer coefficients: d*size = a + b*name + c*name^2."""
    whole = lcm(*(value.denominator for _, value in size.terms))
    parts: list[list[tuple[tuple[str, ...], Fraction]]] = [[], [], []]
    for monomial, value in size.terms:
        rest = tuple(other for other in monomial if other != name)
        parts[monomial.count(name)].append((rest, value * whole))
    constant, linear, square = (Dimension(tuple(part)) for part in parts)
    return whole, constant, linear, square


def solve(size: Dimension, name: str, length: int, known: Mapping[str, int]) -> int | None:
    """The positive integer `name` for which `size` is `length`; None where there is none."""
    whole, *parts = quadratic(size, name)
    constant, linear, square = (part.evaluate(known) for part in parts)
    rest = whole * length - constant
    if square == 0:
        return _quotient(rest, linear)
    under = linear * linear + 4 * square * rest
    if under < 0 or isqrt(under) ** 2 != under:
        return None
    return _quotient(isqrt(under) - linear, 2 * square)


def _quotient(top: int, bottom: int) -> int | None:
    """The quotient where it is a positive integer."""
    if bottom == 0 or top % bottom or top // bottom <= 0:
        return None
    return top // bottom


def _degree(size: Dimension, name: str) -> int:
    return max((monomial.count(name) for monomial, _ in size.terms), default=0)
