"""Blocks of positions: the k-th position of a block is the (start + k - 1)-th of the whole."""

from __future__ import annotations

from fractions import Fraction

from matcalc.expressions.constructors import number
from matcalc.expressions.dimension_values import dimension_value, from_dimension
from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.sums import minus, plus
from matcalc.proofs.networks import DELTA, Factor, Head, Index, Place, Raw, equal

_ONE = Fraction(1)


def range_head(start: Dimension, small: Dimension, large: Dimension) -> Head:
    """[j = start + k - 1], for k in a block of the positions j."""
    return Head(f"range {start} {small} {large}", "range", (start, small))


def met_ranges(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """One block of positions worked out, where it meets another one, a number or nothing."""
    for place, factor in enumerate(factors):
        if factor.head.kind != "range":
            continue
        rest = [*factors[:place], *factors[place + 1 :]]
        if factor.power != 1:
            return [(value, [*rest, Factor(factor.head, factor.slots, _ONE)], bound)]
        small, large = factor.slots
        if isinstance(small, Place) or isinstance(large, Place):
            found = _at_a_place(factor)
            if found is not None:
                return [(value, [*rest, *found], bound)] if found else []
        met = _meeting(factor, rest, bound)
        if met is not None:
            return [(value, one, bound) for one in met]
        if large in bound and not any(large in other.slots for other in rest):
            return [(value, rest, [index for index in bound if index != large])]
    return None


def _at_a_place(factor: Factor) -> list[Factor] | None:
    """A delta where a block is asked at a number, nothing where it does not have it."""
    start, size = factor.head.content
    small, large = factor.slots
    if isinstance(small, Place):
        moved = minus(plus(small.position, from_dimension(start)), number(1))
        return equal([large], [Place(moved, large.size)])
    assert isinstance(large, Place)
    position = dimension_value(large.position)
    if position is None:
        return None
    at = position - start + 1
    if (at - size).is_at_least(1) or (ONE - at).is_at_least(1):
        return []
    if not (at.is_at_least(1) and (size - at).is_at_least(0)):
        return None
    return equal([small], [Place(from_dimension(at), size)])


def _meeting(factor: Factor, rest: list[Factor], bound: list[Index]) -> list[list[Factor]] | None:
    """Two blocks of one bound position: the same, or apart."""
    start, size = factor.head.content
    for place, other in enumerate(rest):
        if other.head.kind != "range" or other.slots[1] != factor.slots[1] or other.power != 1:
            continue
        first, length = other.head.content
        if other.head == factor.head:
            new = Factor(DELTA, (factor.slots[0], other.slots[0]), _ONE)
            return [[*rest[:place], new, *rest[place + 1 :], factor]]
        if (first - start - size).is_at_least(0) or (start - first - length).is_at_least(0):
            return []
    return None
