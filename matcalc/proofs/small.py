"""Matrices of a small numbered size, entry by entry: every index takes each of its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations, product
from math import prod

from matcalc.expressions.constructors import multiply, number
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Node
from matcalc.expressions.operations import EntryOfMatrix
from matcalc.expressions.sums import add
from matcalc.proofs.networks import (
    AGAIN,
    Digit,
    Factor,
    Index,
    Place,
    Poly,
    Raw,
    Unresolved,
    filled,
    instances,
    outer,
    times,
)
from matcalc.proofs.reduction import canonical

LARGEST = 3
_MOST_PLACES = 300


def determinant(matrix: Node) -> Node:
    """det of a matrix of a small size: the signed products of entries (Leibniz)."""
    size = matrix.shape.rows.integer or 0
    terms = []
    for order in permutations(range(size)):
        turns = sum(a > b for k, a in enumerate(order) for b in order[k + 1 :])
        chosen = (
            EntryOfMatrix.raw(matrix, number(row + 1), number(column + 1))
            for row, column in enumerate(order)
        )
        terms.append((Fraction((-1) ** turns), multiply(*chosen)))
    return add(terms, SCALAR)


def at_all_places(poly: Poly) -> list[Poly]:
    """The polynomial at each value of its free indices, the sums over others written out, where
    the size of an index is a small number.

    Raises Unresolved where there are none such, or too many.
    """
    free = [digit for digit in outer(poly) if isinstance(digit, Index)]
    counts = [prod(len(_places(one)) for one in (*free, *term.bound)) for term in poly]
    if not len(counts) < sum(counts) <= _MOST_PLACES:
        raise Unresolved
    return [
        _written_out(poly, dict(zip(free, chosen, strict=True)))
        for chosen in product(*map(_places, free))
    ]


def _written_out(poly: Poly, new: Mapping[Digit, Digit]) -> Poly:
    raws: list[Raw] = []
    for term, value in poly.items():
        for chosen in product(*map(_places, term.bound)):
            own: dict[Digit, Digit] = dict(zip(term.bound, chosen, strict=True))
            at = {**new, **own}
            found: list[Raw] = [(value, [], [one for one in chosen if isinstance(one, Index)])]
            for factor in term.factors:
                found = times(found, instances(_factor(factor, at), {}))
            raws += found
    return canonical(raws)


def _factor(factor: Factor, at: Mapping[Digit, Digit]) -> Poly:
    slots = tuple(at.get(digit, digit) for digit in factor.slots)
    head, power = factor.head, factor.power
    if head.kind not in AGAIN:
        return canonical([(Fraction(1), [Factor(head, slots, power)], [])])
    return AGAIN[head.kind](_written_out(head.content, filled(slots)), power)


def _places(index: Index) -> Sequence[Digit]:
    """The numbers that it runs over; itself, where these are not a few."""
    size = index.size.integer
    if size is None or size > LARGEST:
        return [index]
    return [Place(number(place), index.size) for place in range(1, size + 1)]
