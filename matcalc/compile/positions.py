"""Positions in arrays, and the ranges of sums: checked when the code runs, where sizes leave doubt.

An index of a sum is known by the bounds of the sum, a dimension is a positive integer. What
follows from these needs no check, so that most code is free of them. A number beyond the end is
an error of the array itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcalc.compile.terms import Level, Term
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import UNIT, from_dimension
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Node, Number
from matcalc.expressions.operations import OverIndex
from matcalc.expressions.ranges import Ranges

if TYPE_CHECKING:
    from matcalc.compile.lowering import Lowering

_LONGEST_NAME = 40


class Certainty:
    """What is certain of positions in the code of some nodes (in order, children first)."""

    def __init__(self, nodes: Sequence[Node], roots: Sequence[Node]) -> None:
        loops = [node for node in nodes if isinstance(node, OverIndex)]
        free = free_symbols(*roots) if loops else ()
        self._ranges = Ranges(
            (one.variable, one.lower, one.upper) for one in loops if one.variable not in free
        )

    def is_ordered(self, smaller: Node, larger: Node, gap: int = 0) -> bool:
        """Whether both are integers with smaller + gap <= larger, at every pass of the loops."""
        return self._ranges.is_ordered(smaller, larger, gap)


# ---------------------------------------------------------------- terms


def position_term(
    lowering: Lowering, place: Node, size: Dimension, array: str, offset: int = 0
) -> Term:
    """A position of an array as an integer counted from 1, plus `offset`."""
    below = lowering.certainty.is_ordered(place, from_dimension(size))
    if lowering.certainty.is_ordered(UNIT, place) and (below or isinstance(place, Number)):
        return lowering.integer(place, offset)
    checked = _checked(lowering, "position", [place], size, array)
    if not offset:
        return checked
    return lowering.terms.make(
        checked, f" {'-' if offset < 0 else '+'} {abs(offset)}", level=Level.SUM
    )


def range_term(lowering: Lowering, first: Node, last: Node, size: Dimension, array: str) -> Term:
    """The positions from first to last as a slice."""
    certain = lowering.certainty.is_ordered
    if certain(UNIT, first) and certain(first, last, -1) and certain(last, from_dimension(size)):
        ends = (lowering.integer(first, -1), Level.SUM), ":", (lowering.integer(last), Level.SUM)
        return lowering.terms.make(*ends, cheap=True)
    return _checked(lowering, "span", [first, last], size, array)


def steps_term(lowering: Lowering, lower: Node, upper: Node) -> Term:
    """The integers from lower to upper.

    They have to be in order at every pass of the sums around: d(X^k) is a sum over i in 1..k,
    which is not 0 where k is negative.
    """
    terms = lowering.terms
    if lowering.certainty.is_ordered(lower, upper, -1):
        ends = (lowering.integer(lower), Level.SUM), ", ", (lowering.integer(upper, 1), Level.SUM)
        return terms.make("range(", *ends, ")", cheap=True)
    ends = (lowering.light(lower).term, Level.SUM), ", ", (lowering.light(upper).term, Level.SUM)
    return terms.make("steps(", *ends, ")", cheap=True)


def _checked(
    lowering: Lowering, kernel: str, places: Sequence[Node], size: Dimension, array: str
) -> Term:
    """A call of the kernel that checks the places."""
    terms = lowering.terms
    arguments = [lowering.light(place).term for place in places] + [lowering.dimension(size)]
    return terms.make(f"{kernel}(", (terms.joined(arguments), Level.ANY), f", {array!r})")


def label(array: Node) -> str:
    """What a message calls an array."""
    from matcalc.printing.text import to_text  # reads templates of the rule book

    text = to_text(array)
    return text if len(text) <= _LONGEST_NAME else f"the {array.shape} array"
