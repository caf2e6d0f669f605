"""Where expressions have values, compared: a proof speaks of places where both sides have one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from matcalc.calculus.conditions import domain
from matcalc.calculus.shortest_conditions import implied
from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node, Zero
from matcalc.expressions.operations import HorizontalStack, VerticalStack
from matcalc.expressions.predicates import ForAll, Has, Predicate, Property, mapped
from matcalc.proofs.normal_forms import expanded
from matcalc.rulebook.facts import decided
from matcalc.rulebook.structure import structure_of
from matcalc.simplify.naming import opened

_POINTWISE = {Property.NONZERO, Property.NONZERO_ENTRIES, Property.INVERTIBLE}
# What fails at single points only of a value that is known to be so.
_AT_THE_EDGE = {
    Property.POSITIVE: "nonnegative",
    Property.SPD: "psd",
    Property.NO_NEGATIVE_EIGENVALUE: "psd",
}


def is_defined_with(values: Iterable[Node], others: Iterable[Node]) -> bool:
    """Whether the values have one wherever all the others do."""
    return not narrowing(values, others)


def narrowing(values: Iterable[Node], others: Iterable[Node]) -> list[Predicate]:
    """What has to hold for the values to have one, besides what the others demand."""
    demanded = [part for one in domain(*values) for part in _of_blocks(one.predicate)]
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
    if not isinstance(predicate, Has):
        return False
    needed = _AT_THE_EDGE.get(predicate.property)
    return predicate.property in _POINTWISE or needed in structure_of(predicate.subject)


def _of_blocks(predicate: Predicate) -> Iterator[Predicate]:
    """What is not known: [A, B; 0, D] has the eigenvalues of A and of D."""
    match predicate:
        case Has(
            VerticalStack(HorizontalStack(A, _), HorizontalStack(Zero(), D)),
            Property.NO_NEGATIVE_EIGENVALUE as one,
        ) if A.shape.is_square and D.shape.is_square:
            for block in (A, D):
                yield from _of_blocks(Has(block, one))
        case _ if not decided(predicate):
            yield predicate


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
