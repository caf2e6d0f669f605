"""The order in which a chain of factors is multiplied, by cost on assumed sizes.

Dynamic programming over intervals [i, j]: cost(i, j) = min over s of cost(i, s) + cost(s+1, j)
+ the cost of joining the two. Integers count as they are and names as about a thousand, so that
vectors and small fixed sizes are seen. A chain of more than `LONGEST` factors goes from one end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from matcalc.compile.terms import Term
from matcalc.expressions.dimensions import Dimension, Shape

LONGEST = 40
_TYPICAL = 1000
_RANKS = "kr"


class Kind(Enum):
    """How a factor takes part in a product."""

    PLAIN = "an array"
    INVERSE = "the inverse of an array, applied by solving"
    DIAGONAL = "a diagonal matrix, given by its diagonal"
    ONES = "a vector of ones"


@dataclass(frozen=True)
class Factor:
    """One factor; `term` is the array, the matrix to invert or the diagonal."""

    kind: Kind
    shape: Shape
    term: Term


Split = dict[tuple[int, int], int]
Costs = dict[tuple[int, int], float]


def assumed(size: Dimension) -> float:
    """The size that planning assumes: names a little over 1000, earlier letters larger.

    k and r, which usually name a rank or a number of factors, are the smallest.
    """
    if size.integer is not None:
        return float(size.integer)
    values = {name: _TYPICAL + _place(name[0]) for name in size.names}
    return float(max(1, size.evaluate(values)))


def _place(letter: str) -> int:
    return -1 if letter in _RANKS else max(0, ord("z") - ord(letter))


@dataclass(frozen=True)
class _Extent:
    """A factor or a product of some, as far as its cost goes."""

    kind: Kind
    rows: float
    columns: float


def _join(left: _Extent, right: _Extent) -> float:
    """The cost of multiplying two pieces."""
    rows, inner, columns = left.rows, left.columns, right.columns
    inverted = (left.kind is Kind.INVERSE) + (right.kind is Kind.INVERSE)
    if inverted:
        others = columns if left.kind is Kind.INVERSE else rows
        explicit = 2 * inner**3 * (inverted - 1)
        return inner**3 * 2 / 3 + 2 * inner**2 * others + explicit
    if Kind.DIAGONAL in (left.kind, right.kind):
        return rows * columns
    if left.kind is Kind.ONES or right.kind is Kind.ONES:
        return rows * inner * columns
    return 2 * rows * inner * columns


def chain_costs(factors: Sequence[Factor], longest: int) -> tuple[Costs, Split]:
    """The least cost of every interval of at most `longest` factors, and where to split it."""
    ends = [assumed(f.shape.rows) for f in factors] + [assumed(factors[-1].shape.columns)]
    kinds = [factor.kind for factor in factors]
    costs: Costs = {(i, i): 0.0 for i in range(len(factors))}
    splits: Split = {}

    def extent(start: int, stop: int) -> _Extent:
        kind = kinds[start] if start == stop else Kind.PLAIN
        return _Extent(kind, ends[start], ends[stop + 1])

    def cost(start: int, stop: int, split: int) -> float:
        inside = costs[start, split] + costs[split + 1, stop]
        return inside + _join(extent(start, split), extent(split + 1, stop))

    for length in range(2, min(longest, len(factors)) + 1):
        for start in range(len(factors) - length + 1):
            stop = start + length - 1
            options = [(cost(start, stop, split), -split) for split in range(start, stop)]
            least, negative = min(options)
            costs[start, stop], splits[start, stop] = least, -negative
    return costs, splits
