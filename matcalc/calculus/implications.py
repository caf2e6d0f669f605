"""Which conditions others imply: what is positive is not 0."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from matcalc.expressions.nodes import Apply, Node, Number
from matcalc.expressions.predicates import (
    ForAll,
    Has,
    Ordered,
    Predicate,
    Property,
    SimpleEigenvalue,
    Unless,
    of_all_entries,
)
from matcalc.rulebook.facts import decided

_STRONGER = {
    Property.NONNEGATIVE: {Property.POSITIVE},
    Property.NONZERO: {Property.POSITIVE, Property.NONZERO_ENTRIES, Property.INVERTIBLE},
    Property.NONZERO_ENTRIES: {Property.POSITIVE},
    Property.SYMMETRIC: {Property.SPD},
    Property.INVERTIBLE: {Property.SPD},
    Property.FULL_RANK: {Property.FULL_COLUMN_RANK, Property.INVERTIBLE},
}


def _has_positive_determinant(matrix: Node, found: Collection[Predicate]) -> bool:
    """Whether the determinant is said to be positive."""
    signed = (
        one.subject for one in found if isinstance(one, Has) and one.property is Property.POSITIVE
    )
    return any(
        isinstance(one, Apply) and one.operation == "det" and one.arguments[0] is matrix
        for one in signed
    )


def implied(predicate: Predicate, found: Collection[Predicate]) -> bool:
    """Whether another condition says more."""
    match predicate:
        case Has(subject=subject, property=one):
            known = {*found, *map(of_all_entries, found)}
            stronger = any(Has(subject, other) in known for other in _STRONGER.get(one, ()))
            return stronger or (
                one is Property.INVERTIBLE and _has_positive_determinant(subject, found)
            )
        case ForAll(index=index, lower=lower, upper=upper, predicate=inner):
            same = (one for one in found if isinstance(one, ForAll) and one.index is index)
            return implied(
                inner, [one.predicate for one in same if (one.lower, one.upper) == (lower, upper)]
            )
        case Ordered(smaller=smaller, larger=larger, strict=False):
            return Ordered(smaller, larger, True) in found
        case Ordered(smaller=Number(value=low), larger=larger) if low <= 0:
            return Has(larger, Property.POSITIVE) in found
        case SimpleEigenvalue(subject=subject, mass=None):
            return Has(subject, Property.SIMPLE_EIGENVALUES) in found
        case Unless(exception=exception) if exception in found:
            return True
        case Unless(condition=condition, exception=Ordered(smaller=low, larger=p) as exception):
            others = (one for one in found if isinstance(one, Unless) and one is not predicate)
            return any(
                one.condition == condition
                and isinstance(one.exception, Ordered)
                and one.exception.larger is p
                and decided(replace(exception, larger=one.exception.smaller)) is True
                and decided(Ordered(one.exception.smaller, low, False)) is False
                for one in others
            )
        case _:
            return False
