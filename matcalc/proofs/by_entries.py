"""Proofs entry by entry: the entry (i, j) of both sides is the same sum over indices."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.nodes import Node, children
from matcalc.proofs.clearing import without_denominators
from matcalc.proofs.entries import all_entries
from matcalc.proofs.networks import Poly, Unresolved, added, scaled
from matcalc.proofs.normal_forms import lines_of_simplified
from matcalc.proofs.notation import Notation
from matcalc.proofs.proof import Line, Proof, Use
from matcalc.proofs.shapes import Entries, alike
from matcalc.proofs.small import at_all_places
from matcalc.rulebook.laws import BY_ENTRIES, Law
from matcalc.simplify.rewriting import simplify

_REASON = "both sides have the same entries"


def by_entries(left: Node, right: Node) -> Proof | None:
    """Both sides have the same entries, written as sums over indices; else as simplified."""
    return _same_entries(left, right) or _of_simplified(left, right)


def _of_simplified(left: Node, right: Node) -> Proof | None:
    """An equation between operations may be known of those that stand there unfolded."""
    found = _same_entries(simplify(left), simplify(right))
    if found is None:
        return None
    before = lines_of_simplified(left, right)
    return Proof(left, right, _REASON, lambda: chain(before, found.lines))


def _same_entries(left: Node, right: Node) -> Proof | None:
    try:
        known = all_entries(left, right)
        one, other = alike(known[left], known[right])
        differ = added(one.terms, scaled(other.terms, Fraction(-1)))
        if not _is_nothing(differ):
            return None
    except (Unresolved, KeyError):
        return None
    return Proof(left, right, _REASON, lambda: _lines(left, right, known))


def _is_nothing(poly: Poly) -> bool:
    """Whether it is zero as it stands, over a common denominator, or at each of its places."""
    numerator = without_denominators(poly)
    return not numerator or not any(map(without_denominators, at_all_places(numerator)))


def _lines(left: Node, right: Node, known: dict[Node, Entries]) -> Iterator[Line]:
    """The entry of both sides, and all that they have in them, in the same indices."""
    notation = Notation(left, right)
    one, other = alike(known[left], known[right])
    form = notation.form(one)
    entered = [
        Use(side, notation.entry(side, of), _law(BY_ENTRIES.words, notation.ranges(of)))
        for side, of in ((left, one), (right, other))
    ]
    yield Line(entered[0].after, entered[1].after, tuple(entered))
    variables = set(free_symbols(left, right))
    parts = [
        (notation.entry(node, entries), notation.form(entries), notation.ranges(entries))
        for node, entries in known.items()
        if children(node) and set(free_symbols(node)) <= variables
    ]
    uses = [
        Use(entry, found, _law(f"{entry} = {found}", ranges))
        for entry, found, ranges in parts
        if entry is not found
    ]
    yield Line(form, form, tuple(uses))


def _law(words: str, ranges: str) -> Law:
    return Law(f"{words}{ranges}", ranges)
