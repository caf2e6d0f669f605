"""The entries of a matrix in the index form: a polynomial in the digits of its row and its column.

A position among m*n is two digits, of sizes m and n, where it comes from an entry of an m x n
matrix, or from a Kronecker product; one among m + n is a position in one of two ranges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.proofs.networks import (
    AGAIN,
    DELTA,
    Digit,
    Factor,
    Index,
    Poly,
    Raw,
    Slots,
    Unresolved,
    changed,
    filled,
    fresh,
    instances,
    reordered,
    times,
)
from matcalc.proofs.reduction import canonical

_MOST_ROUNDS = 6
_ONE = Fraction(1)
Digits = tuple[Index, ...]
Pieces = Mapping[Digit, tuple[Digit, ...]]


class Entries(NamedTuple):
    """An entry in the digits of its row, -1, -2, ..., and of its column, the numbers after."""

    rows: Digits
    columns: Digits
    terms: Poly

    @property
    def free(self) -> Digits:
        return self.rows + self.columns


def numbered(sizes: Sequence[Dimension], first: int = 1) -> Digits:
    return tuple(Index(-place, size) for place, size in enumerate(sizes, first))


def sizes_of(digits: Sequence[Digit]) -> list[Dimension]:
    return [digit.size for digit in digits]


def plain_sizes(size: Dimension) -> list[Dimension]:
    return [] if size == ONE else [size]


def made(rows: Sequence[Digit], columns: Sequence[Digit], raws: list[Raw]) -> Entries:
    """The entries of terms in these free digits, which are numbered anew."""
    new_rows = numbered(sizes_of(rows))
    new_columns = numbered(sizes_of(columns), len(rows) + 1)
    new = dict(zip([*rows, *columns], new_rows + new_columns, strict=True))
    moved = [
        (value, [Factor(h, tuple(new.get(d, d) for d in s), p) for h, s, p in factors], bound)
        for value, factors, bound in raws
    ]
    return Entries(new_rows, new_columns, canonical(moved))


def outside(digits: Sequence[Digit]) -> Digits:
    """Digits of the same sizes that stand nowhere else, for rows and columns while at work."""
    return tuple(fresh(digit.size) for digit in digits)


def at(entries: Entries, rows: Sequence[Digit], columns: Sequence[Digit]) -> list[Raw]:
    """The terms of the entry at these positions."""
    return instances(entries.terms, dict(zip(entries.free, [*rows, *columns], strict=True)))


def summing(raws: list[Raw], *digits: Digit) -> list[Raw]:
    """The terms summed over more indices."""
    bound = [digit for digit in digits if isinstance(digit, Index)]
    return [(value, factors, [*own, *bound]) for value, factors, own in raws]


def contracted(left: Entries, right: Entries) -> Entries:
    """The matrix product."""
    left, right = _met(left, right)
    rows, inner, columns = map(outside, (left.rows, left.columns, right.columns))
    raws = times(at(left, rows, inner), at(right, inner, columns))
    return made(rows, columns, summing(raws, *inner))


def _met(left: Entries, right: Entries) -> tuple[Entries, Entries]:
    for _ in range(_MOST_ROUNDS):
        sizes = common(sizes_of(left.columns), sizes_of(right.rows))
        if sizes_of(left.columns) == sizes == sizes_of(right.rows):
            return left, right
        left = refined(left, sizes_of(left.rows), sizes)
        right = refined(right, sizes, sizes_of(right.columns))
    raise Unresolved


def alike(*all_entries: Entries) -> list[Entries]:
    """Matrices of one shape, their rows and columns in the same digits."""
    found = list(all_entries)
    for _ in range(_MOST_ROUNDS):
        rows = reduce(common, [sizes_of(one.rows) for one in found])
        columns = reduce(common, [sizes_of(one.columns) for one in found])
        if all(sizes_of(one.free) == [*rows, *columns] for one in found):
            return found
        found = [refined(one, rows, columns) for one in found]
    raise Unresolved


# ---------------------------------------------------------------- digits of positions


def quotient(size: Dimension, divisor: Dimension) -> Dimension | None:
    """A size divided by another, where both are one product of numbers and names."""
    if len(size.terms) != 1 or len(divisor.terms) != 1:
        return None
    ((names, value),), ((others, share),) = size.terms, divisor.terms
    left = list(names)
    for name in others:
        if name not in left:
            return None
        left.remove(name)
    rest = Dimension(((tuple(left), value / share),))
    return rest if (value / share).denominator == 1 else None


def common(one: Sequence[Dimension], other: Sequence[Dimension]) -> list[Dimension]:
    """The sizes of digits into which both ways to count the same positions part."""
    left, right, found = list(one), list(other), []
    while left and right:
        a, b = left.pop(0), right.pop(0)
        if a == b:
            found.append(a)
        elif (rest := quotient(a, b)) is not None:
            found.append(b)
            left.insert(0, rest)
        elif (rest := quotient(b, a)) is not None:
            found.append(a)
            right.insert(0, rest)
        else:
            raise Unresolved
    if left or right:
        raise Unresolved
    return found


def divided(entries: Entries, rows: Sequence[Dimension], columns: Sequence[Dimension]) -> Entries:
    """The entries with positions of rows and columns that part where these sizes do."""
    for _ in range(_MOST_ROUNDS):
        fine_rows = common(sizes_of(entries.rows), rows)
        fine_columns = common(sizes_of(entries.columns), columns)
        if sizes_of(entries.free) == [*fine_rows, *fine_columns]:
            return entries
        entries = refined(entries, fine_rows, fine_columns)
    raise Unresolved


def split_at(digits: Digits, size: Dimension) -> tuple[Digits, Digits]:
    """The first digits, whose sizes make up that size, and the others."""
    total = ONE
    for place, digit in enumerate(digits):
        if total == size:
            return digits[:place], digits[place:]
        total = total * digit.size
    if total != size:
        raise Unresolved
    return digits, ()


def refined(entries: Entries, rows: Sequence[Dimension], columns: Sequence[Dimension]) -> Entries:
    """The entries with finer digits; what must be equal to one that is parted is parted too."""
    if sizes_of(entries.free) == [*rows, *columns]:
        return entries
    parts = {**_parts(entries.rows, rows), **_parts(entries.columns, columns)}
    _part_equal_ones(entries.terms, parts)
    pieces: Pieces = {
        d: tuple(map(fresh, parts[d])) if d in parts else (fresh(d.size),) for d in entries.free
    }
    terms = resplit(entries.terms, pieces)
    raws = [changed(term, value, {}) for term, value in terms.items()]
    new_rows = [piece for d in entries.rows for piece in pieces[d]]
    return made(new_rows, [piece for d in entries.columns for piece in pieces[d]], raws)


def _parts(digits: Digits, sizes: Sequence[Dimension]) -> dict[Digit, list[Dimension]]:
    found: dict[Digit, list[Dimension]] = {}
    left = list(sizes)
    for digit in digits:
        own: list[Dimension] = []
        while whole_size(own) != digit.size:
            own.append(left.pop(0))
        if len(own) > 1:
            found[digit] = own
    return found


def whole_size(sizes: Sequence[Dimension]) -> Dimension:
    return reduce(lambda a, b: a * b, sizes, ONE)


def _part_equal_ones(poly: Poly, parts: dict[Digit, list[Dimension]]) -> None:
    deltas = [f.slots for term in poly for f in term.factors if f.head is DELTA]
    for _ in range(_MOST_ROUNDS):
        for pair in deltas:
            for one, other in (pair, pair[::-1]):
                if one in parts and other not in parts:
                    parts[other] = parts[one]


def resplit(poly: Poly, pieces: Pieces) -> Poly:
    """The polynomial with several digits in the place of one."""
    found: list[Raw] = []
    for term, value in poly.items():
        _, factors, bound = changed(term, value, {})
        raws: list[Raw] = [(value, [], bound)]
        for factor in factors:
            raws = times(raws, _parted(factor, pieces))
        found += raws
    return canonical(found)


def _parted(factor: Factor, pieces: Pieces) -> list[Raw]:
    head, slots, power = factor
    new = [pieces.get(digit, (digit,)) for digit in slots]
    if head is DELTA:
        if len(new[0]) != len(new[1]):
            raise Unresolved
        pairs = zip(*new, strict=True)
        return [(_ONE, [Factor(DELTA, pair, _ONE) for pair in pairs], [])]
    flat: Slots = tuple(digit for group in new for digit in group)
    if len(flat) == len(slots) or head.kind == "given":
        return [(_ONE, [Factor(head, flat, power)], [])]
    if head.kind not in AGAIN:
        raise Unresolved
    inside = {one: new[place] for place, one in enumerate(filled(slots))}
    return instances(AGAIN[head.kind](resplit(head.content, inside), power), {})


def turned(entries: Entries) -> Entries:
    """The transpose."""
    if any(factor.head is DELTA for term in entries.terms for factor in term.factors):
        columns, rows = outside(entries.columns), outside(entries.rows)
        return made(columns, rows, at(entries, rows, columns))
    rows = numbered(sizes_of(entries.columns))
    columns = numbered(sizes_of(entries.rows), len(rows) + 1)
    new: dict[Digit, Digit] = dict(zip(entries.free, columns + rows, strict=True))
    return Entries(rows, columns, reordered(entries.terms, new))
