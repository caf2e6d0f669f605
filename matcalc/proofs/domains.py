"""Where expressions have values, compared: a proof speaks of places where both sides have one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from matcalc.calculus.conditions import domain
from matcalc.calculus.implications import implied
from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node
from matcalc.expressions.predicates import ForAll, Has, Predicate, Property, mapped
from matcalc.proofs.normal_forms import expanded
from matcalc.simplify.naming import opened

_POINTWISE = {Property.NONZERO, Property.NONZERO_ENTRIES}


def is_defined_with(values: Iterable[Node], others: Iterable[Node]) -> bool:
    """Whether the values have one wherever all the others do."""
    return not narrowing(values, others)


def narrowing(values: Iterable[Node], others: Iterable[Node]) -> list[Predicate]:
    """What has to hold for the values to have one, besides what the others demand."""
    demanded = [one.predicate for one in domain(*values)]
    granted = {one.predicate for one in domain(*others)} if demanded else set()
    missing = [one for one in demanded if not _is_granted(one, granted)]
    if not missing or not granted:
        return missing
    plain = {mapped(one, _plain) for one in granted}
    return [one for one in missing if not _is_granted(mapped(one, _plain), plain)]


def is_thin(predicate: Predicate) -> bool:
    """Whether it fails at single points, on curves and the like only, where it holds anywhere."""
    while isinstance(predicate, ForAll):
        predicate = predicate.predicate
    return isinstance(predicate, Has) and predicate.property in _POINTWISE


def _is_granted(predicate: Predicate, granted: Collection[Predicate]) -> bool:
    return any(one in granted or implied(one, granted) for one in _alike(predicate))


def _plain(node: Node) -> Node:
    """The same value without names, expanded: what is demanded is often written otherwise."""
    return expanded(opened(node))


def _alike(predicate: Predicate) -> tuple[Predicate, ...]:
    """The same of a matrix and of its transpose, where it makes no difference."""
    match predicate:
        case Has(subject=subject, property=Property.INVERTIBLE | Property.NONZERO as one):
            return predicate, Has(transpose(subject), one)
        case _:
            return (predicate,)
