"""Dimensions and shapes: integers or names, closed under sums and products.

A `Dimension` is a polynomial with rational coefficients in dimension names, kept in one
normal form, so that `m*n == n*m` and `n*(n + 1)/2` (the length of a vech) are values.
Vectors are n x 1 and scalars 1 x 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any
from zlib import crc32

from matcalc.expressions.limits import MOST_DIMENSION_FACTORS, refuse_long

Monomial = tuple[str, ...]


# Two threads that make one value at once get one object: whoever comes second takes the first's.
INTERNING = RLock()


class Shared(type):
    """Equal values are one object, so that what is computed once for a value stays known."""

    if not TYPE_CHECKING:

        def __init__(cls, name, bases, namespace):
            super().__init__(name, bases, namespace)
            cls._values = {}

        def __call__(cls, *fields):
            found = cls._values.get(fields)
            if found is None:
                with INTERNING:
                    found = cls._values.setdefault(fields, super().__call__(*fields))
            return found


@dataclass(frozen=True, eq=False)
class Dimension(metaclass=Shared):
    """A polynomial in dimension names: `terms` maps sorted monomials to coefficients.

    Build one with `dimension(3)`, `dimension("n")` and arithmetic.
    """

    terms: tuple[tuple[Monomial, Fraction], ...]

    def __reduce__(self) -> tuple[Any, ...]:
        return Dimension, (self.terms,)  # one object in each process, with what is kept of it

    def __add__(self, other: Dimension | int) -> Dimension:
        return _collect([*self.terms, *dimension(other).terms])

    def __sub__(self, other: Dimension | int) -> Dimension:
        return self + dimension(other) * -1

    def __mul__(self, other: Dimension | int) -> Dimension:
        right = dimension(other).terms
        MOST_DIMENSION_FACTORS.check(self._degree + dimension(other)._degree)
        return _collect([(tuple(sorted(a + b)), x * y) for a, x in self.terms for b, y in right])

    def __truediv__(self, divisor: int) -> Dimension:
        return _collect([(names, value / divisor) for names, value in self.terms])

    def __pow__(self, exponent: int) -> Dimension:
        result = ONE
        for _ in range(exponent):
            result = result * self
        return result

    @cached_property
    def _degree(self) -> int:
        return max((len(monomial) for monomial, _ in self.terms), default=0)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in it."""
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    @cached_property
    def integer(self) -> int | None:
        """The value where no name is left, else None."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0] and self.terms[0][1].denominator == 1:
            return int(self.terms[0][1])
        return None

    @cached_property
    def name(self) -> str | None:
        """The name where the dimension is nothing but one name, else None."""
        if len(self.terms) == 1:
            monomial, value = self.terms[0]
            if len(monomial) == 1 and value == 1:
                return monomial[0]
        return None

    def substitute(self, values: Mapping[str, Dimension]) -> Dimension:
        """Replace names by dimensions."""
        if not values or self.names.isdisjoint(values):
            return self
        if self.name is not None:
            return values[self.name]
        total = _collect([])
        for monomial, coefficient in self.terms:
            product = _collect([((), coefficient)])
            for name in monomial:
                product = product * values.get(name, dimension(name))
            total = total + product
        return total

    def is_at_least(self, least: int) -> bool:
        """Whether the value is certainly that or more, whatever positive integers the names are.

        With every name written as 1 + t, no coefficient may be negative.

        >>> n = dimension("n")
        >>> (n * n).is_at_least(1), (n * n - n).is_at_least(0), (n - 1).is_at_least(1)
        (True, True, False)
        """
        if self.name is not None:
            return least <= 1
        above = self.substitute({name: dimension(name) + 1 for name in self.names}) - least
        return all(value >= 0 for _, value in above.terms)

    def evaluate(self, values: Mapping[str, int]) -> int:
        """The integer that the dimension is when its names have `values`."""
        if self.name is not None:
            return values[self.name]
        total = Fraction(0)
        for monomial, coefficient in self.terms:
            for name in monomial:
                coefficient = coefficient * values[name]
            total += coefficient
        return int(total)

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        text = ""
        for monomial, value in self.terms:
            text += (" - " if value < 0 else " + ") if text else ("-" if value < 0 else "")
            text += _monomial_text(monomial, abs(value))
        return text or "0"


def _monomial_text(monomial: Monomial, value: Fraction) -> str:
    powers = [
        name if monomial.count(name) == 1 else f"{name}^{monomial.count(name)}"
        for name in sorted(set(monomial))
    ]
    if value.numerator != 1 or not powers:
        powers.insert(0, str(value.numerator))
    text = "*".join(powers)
    return text if value.denominator == 1 else f"{text}/{value.denominator}"


def _collect(terms: list[tuple[Monomial, Fraction]]) -> Dimension:
    totals: dict[Monomial, Fraction] = {}
    for monomial, value in terms:
        totals[monomial] = totals.get(monomial, Fraction(0)) + value
    refuse_long(*totals.values())
    kept = [(monomial, value) for monomial, value in totals.items() if value]
    return Dimension(tuple(sorted(kept, key=lambda term: (-len(term[0]), term[0]))))


def dimension(value: Dimension | int | str) -> Dimension:
    """The dimension that an integer or a name stands for.

    >>> str(dimension("n") * dimension("m") + 1)
    'm*n + 1'
    """
    if isinstance(value, Dimension):
        return value
    return _dimension(value)


@cache
def _dimension(value: int | str) -> Dimension:
    if isinstance(value, str):
        return Dimension((((value,), Fraction(1)),))
    return _collect([((), Fraction(value))])


ONE = dimension(1)


@dataclass(frozen=True, eq=False)
class Shape(metaclass=Shared):
    """Rows and columns of an expression."""

    rows: Dimension
    columns: Dimension

    def __reduce__(self) -> tuple[Any, ...]:
        return Shape, (self.rows, self.columns)

    @cached_property
    def is_scalar(self) -> bool:
        return self.rows == ONE and self.columns == ONE

    @property
    def is_vector(self) -> bool:
        """A column: n x 1 with n not 1."""
        return self.columns == ONE and self.rows != ONE

    @property
    def is_row(self) -> bool:
        return self.rows == ONE and self.columns != ONE

    @property
    def is_square(self) -> bool:
        return self.rows == self.columns

    @property
    def transposed(self) -> Shape:
        return Shape(self.columns, self.rows)

    @property
    def size(self) -> Dimension:
        """The number of entries."""
        return self.rows * self.columns

    @cached_property
    def names(self) -> frozenset[str]:
        return self.rows.names | self.columns.names

    @cached_property
    def code(self) -> int:
        """A number for the shape that is the same in every process."""
        return crc32(str(self).encode())

    def substitute(self, values: Mapping[str, Dimension]) -> Shape:
        if not values:
            return self
        return Shape(self.rows.substitute(values), self.columns.substitute(values))

    def __str__(self) -> str:
        return f"{self.rows} x {self.columns}"


def shape(rows: Dimension | int | str, columns: Dimension | int | str = 1) -> Shape:
    """A shape from integers, names or dimensions.

    >>> str(shape("m", "n").transposed)
    'n x m'
    """
    return Shape(dimension(rows), dimension(columns))


SCALAR = shape(1, 1)
