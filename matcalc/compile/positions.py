"""Positions in arrays, and the ranges of sums: checked when the code runs, where sizes leave doubt.

An index of a sum is known by the bounds of the sum, a dimension is a positive integer. What
follows from these needs no check, so that most code is free of them. A number beyond the end is
an error of the array itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from matcalc.compile.terms import Level, Term
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import UNIT, from_dimension
from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.nodes import Node, Number
from matcalc.expressions.operations import OverIndex

if TYPE_CHECKING:
    from matcalc.compile.lowering import Lowering

_LONGEST_NAME = 40

Bounds = tuple[Dimension | None, Dimension | None]


class Certainty:
    """What is certain of positions in the code of some nodes (in order, children first)."""

    def __init__(self, nodes: Sequence[Node], roots: Sequence[Node]) -> None:
        loops = [n for n in nodes if isinstance(n, OverIndex)]
        bound = {loop.variable for loop in loops}.difference(free_symbols(*roots))
        self._names: Mapping[Node, Dimension] = {
            index: dimension(f"{index.name} in a sum") for index in bound
        }
        self._bounds: dict[str, list[Bounds]] = {}
        for loop in loops:
            if loop.variable in self._names:
                (name,) = self._names[loop.variable].names
                ends = (self._size(loop.lower), self._size(loop.upper))
                self._bounds.setdefault(name, []).append(ends)

    def is_ordered(self, smaller: Node, larger: Node, gap: int = 0) -> bool:
        """Whether both are integers with smaller + gap <= larger, at every pass of the loops."""
        low, high = self._size(smaller), self._size(larger)
        if low is None or high is None or not (_is_whole(low) and _is_whole(high)):
            return False
        return self._is_at_least(high - low, gap, frozenset())

    def _size(self, node: Node) -> Dimension | None:
        return dimension_value(node, self._names)

    def _is_at_least(self, size: Dimension, least: int, done: frozenset[str]) -> bool:
        """Whether size >= least, each index at the end of its range where size is smallest."""
        indices = size.names & self._bounds.keys()
        if not indices:
            return size.is_at_least(least)
        name = min(indices, key=lambda one: (self._is_outer(one, indices), one))
        slope = size.substitute({name: dimension(name) + 1}) - size
        if name in done or slope.integer is None:
            return False
        ends = [bounds[slope.integer < 0] for bounds in self._bounds[name]]
        return all(
            end is not None
            and self._is_at_least(size.substitute({name: end}), least, done | {name})
            for end in ends
        )

    def _is_outer(self, name: str, others: frozenset[str]) -> bool:
        """Whether the bounds of another index depend on this one, which is replaced later."""
        bounds = (ends for other in others - {name} for ends in self._bounds[other])
        return any(name in end.names for ends in bounds for end in ends if end is not None)


def _is_whole(size: Dimension) -> bool:
    return all(value.denominator == 1 for _, value in size.terms)


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
