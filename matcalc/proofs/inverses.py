"""A variable matrix times its inverse: a delta."""

from __future__ import annotations

from fractions import Fraction

from matcalc.expressions.nodes import Symbol
from matcalc.expressions.operations import Inverse
from matcalc.proofs.networks import Factor, Index, Raw, both_ways, equal


def met_inverse(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """One index that only a matrix and its inverse share: the sum over it is a delta."""
    for place, factor in enumerate(factors):
        if not _is_inverse(factor):
            continue
        for other in range(len(factors)):
            rest = [f for k, f in enumerate(factors) if k not in (place, other)]
            for index in bound:
                ends = _ends(factor, factors[other], index)
                if ends and not any(index in f.slots for f in rest):
                    left = [one for one in bound if one != index]
                    return [(value, [*rest, *equal(ends[:1], ends[1:])], left)]
    return None


def _is_inverse(factor: Factor) -> bool:
    """Whether it is of a variable that has an inverse, as a skew one of odd order has not."""
    matrix = factor.head.content
    if not isinstance(matrix, Inverse) or not isinstance(matrix.inner, Symbol):
        return False
    return len(factor.slots) == 2 and "skew" not in matrix.inner.structure


def _ends(inverse: Factor, matrix: Factor, index: Index) -> list[Index] | None:
    """The other indices of inv(A)[i, k]*A[k, j] or A[i, k]*inv(A)[k, j]."""
    if matrix.head.content is not inverse.head.content.inner or len(matrix.slots) != 2:
        return None
    if matrix.power != 1 or inverse.power != 1:
        return None
    for one in both_ways(inverse.head, inverse.slots):
        for other in both_ways(matrix.head, matrix.slots):
            for (a, b), (c, d) in ((one, other), (one[::-1], other[::-1])):
                if b == c == index and index not in (a, d):
                    return [a, d]  # type: ignore[list-item]
    return None
