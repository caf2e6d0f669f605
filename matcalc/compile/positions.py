"""Positions in arrays, and the ranges of sums: checked when the code runs, where sizes leave doubt.

An index of a sum is known by the bounds of the sum, a dimension is a positive integer. What
follows from these needs no check, so that most code is free of them. A number beyond the end is
an error of the array itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.compile.term_table import TermTable
from matcalc.compile.terms import Level, Term
from matcalc.expressions.constructors import UNIT, from_dimension
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Node, Number

_LONGEST_NAME = 40


def position_term(
    table: TermTable, place: Node, size: Dimension, array: str, offset: int = 0
) -> Term:
    """A position of an array as an integer counted from 1, plus `offset`."""
    below = table.ranges.is_ordered(place, from_dimension(size))
    if table.ranges.is_ordered(UNIT, place) and (below or isinstance(place, Number)):
        return table.integer(place, offset)
    checked = _checked(table, "position", [place], size, array)
    if not offset:
        return checked
    return table.terms.make(
        checked, f" {'-' if offset < 0 else '+'} {abs(offset)}", level=Level.SUM
    )


def range_term(table: TermTable, first: Node, last: Node, size: Dimension, array: str) -> Term:
    """The positions from first to last as a slice."""
    certain = table.ranges.is_ordered
    if certain(UNIT, first) and certain(first, last, -1) and certain(last, from_dimension(size)):
        ends = (table.integer(first, -1), Level.SUM), ":", (table.integer(last), Level.SUM)
        return table.terms.make(*ends, cheap=True)
    return _checked(table, "span", [first, last], size, array)


def steps_term(table: TermTable, lower: Node, upper: Node) -> Term:
    """The integers from lower to upper.

    They have to be in order at every pass of the sums around: d(X^k) is a sum over i in 1..k,
    which is not 0 where k is negative.
    """
    terms = table.terms
    if table.ranges.is_ordered(lower, upper, -1):
        ends = (table.integer(lower), Level.SUM), ", ", (table.integer(upper, 1), Level.SUM)
        return terms.make("range(", *ends, ")", cheap=True)
    ends = (table.light(lower).term, Level.SUM), ", ", (table.light(upper).term, Level.SUM)
    return terms.make("steps(", *ends, ")", cheap=True)


def _checked(
    table: TermTable, kernel: str, places: Sequence[Node], size: Dimension, array: str
) -> Term:
    """A call of the kernel that checks the places."""
    terms = table.terms
    arguments = [table.light(place).term for place in places] + [table.dimension(size)]
    return terms.make(f"{kernel}(", (terms.joined(arguments), Level.ANY), f", {array!r})")


def label(array: Node) -> str:
    """What a message calls an array."""
    from matcalc.printing.text import to_text  # reads templates of the rule book

    text = to_text(array)
    return text if len(text) <= _LONGEST_NAME else f"the {array.shape} array"
