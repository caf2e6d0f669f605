"""Where expressions have values, compared: a proof speaks of places where both sides have one."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.calculus.conditions import domain, implied
from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node
from matcalc.expressions.predicates import Has, Predicate, Property


def is_defined_with(values: Iterable[Node], others: Iterable[Node]) -> bool:
    """Whether the values have one wherever all the others do."""
    demanded = {one.predicate for one in domain(*values)}
    granted = {one.predicate for one in domain(*others)} if demanded else set()
    return all(granted.intersection(_alike(one)) or implied(one, granted) for one in demanded)


def _alike(predicate: Predicate) -> tuple[Predicate, ...]:
    """The same of a matrix and of its transpose, where it makes no difference."""
    match predicate:
        case Has(subject=subject, property=Property.INVERTIBLE):
            return predicate, Has(transpose(subject), Property.INVERTIBLE)
        case _:
            return (predicate,)
