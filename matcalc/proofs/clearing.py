"""A sum of fractions is zero where its numerator over a common denominator is."""

from __future__ import annotations

from fractions import Fraction

from matcalc.proofs.networks import Factor, Head, Poly, Slots, instances
from matcalc.proofs.reduction import canonical

_MOST_ROUNDS = 4


def without_denominators(poly: Poly) -> Poly:
    """The polynomial times all sums that it is divided by, as far as no index is summed in them."""
    for _ in range(_MOST_ROUNDS):
        below = _denominators(poly)
        if not below:
            return poly
        over = [Factor(head, slots, -power) for (head, slots), power in below.items()]
        poly = canonical((v, [*f, *over], b) for v, f, b in instances(poly, {}))
    return poly


def _denominators(poly: Poly) -> dict[tuple[Head, Slots], Fraction]:
    """The lowest power of each sum that a term is divided by."""
    found: dict[tuple[Head, Slots], Fraction] = {}
    for term in poly:
        for head, slots, power in term.factors:
            free = head.kind == "net" and not set(slots) & set(term.bound)
            if free and power < found.get((head, slots), Fraction(0)):
                found[head, slots] = power
    return found
