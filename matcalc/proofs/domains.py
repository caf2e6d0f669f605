"""Where expressions have values, compared: a proof speaks of places where both sides have one."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.calculus.conditions import domain, implied
from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node
from matcalc.expressions.predicates import ForAll, Has, Predicate, Property

_POINTWISE = {Property.NONZERO, Property.NONZERO_ENTRIES}


def is_defined_with(values: Iterable[Node], others: Iterable[Node]) -> bool:
    """Whether the values have one wherever all the others do."""
    return not narrowing(values, others)


def narrowing(values: Iterable[Node], others: Iterable[Node]) -> list[Predicate]:
    """What has to hold for the values to have one, besides what the others demand."""
    demanded = [one.predicate for one in domain(*values)]
    granted = {one.predicate for one in domain(*others)} if demanded else set()
    return [
        one for one in demanded if granted.isdisjoint(_alike(one)) and not implied(one, granted)
    ]


def is_thin(predicate: Predicate) -> bool:
    """Whether it fails at single points, on curves and the like only, where it holds anywhere."""
    while isinstance(predicate, ForAll):
        predicate = predicate.predicate
    return isinstance(predicate, Has) and predicate.property in _POINTWISE


def _alike(predicate: Predicate) -> tuple[Predicate, ...]:
    """The same of a matrix and of its transpose, where it makes no difference."""
    match predicate:
        case Has(subject=subject, property=Property.INVERTIBLE):
            return predicate, Has(transpose(subject), Property.INVERTIBLE)
        case _:
            return (predicate,)
