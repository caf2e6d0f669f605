"""What is certain of integers: of dimensions, of indices that run over ranges, of their sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.nodes import Node, Symbol, ordered

Bounds = tuple[Dimension | None, Dimension | None]
_ANY_SIGN = " of any sign"


class Ranges:
    """Indices, each with the first and the last value that it takes, inner ones in any order."""

    def __init__(self, loops: Iterable[Sequence[Node]]) -> None:
        loops = list(loops)
        self._names: dict[Node, Dimension] = {
            index: dimension(f"{index.name} in a sum")
            for index, *_ in loops
            if isinstance(index, Symbol)
        }
        self._bounds: dict[str, list[Bounds]] = {}
        for index, lower, upper in loops:
            if index in self._names:
                (name,) = self._names[index].names
                self._bounds.setdefault(name, []).append((self._size(lower), self._size(upper)))

    def is_ordered(self, smaller: Node, larger: Node, gap: int = 0) -> bool:
        """Whether both are integers with smaller + gap <= larger, for all values of the indices."""
        low, high = self._size(smaller), self._size(larger)
        if low is None or high is None or not (_is_whole(low) and _is_whole(high)):
            return False
        return self._is_at_least(high - low, gap, frozenset())

    def _size(self, node: Node) -> Dimension | None:
        return dimension_value(node, {**_integers(node), **self._names})

    def _is_at_least(self, size: Dimension, least: int, done: frozenset[str]) -> bool:
        """Whether size >= least, each index at the end of its range where size is smallest."""
        indices = size.names & self._bounds.keys()
        if not indices:
            certain = not any(name.endswith(_ANY_SIGN) for name in size.names)
            return certain and size.is_at_least(least)
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


def _integers(node: Node) -> dict[Node, Dimension]:
    """The variables that are integers, which may be negative unless they are declared positive."""
    return {
        one: dimension(one.name + ("" if "positive" in one.structure else _ANY_SIGN))
        for one in ordered(node)
        if isinstance(one, Symbol) and "integer" in one.structure
    }


def _is_whole(size: Dimension) -> bool:
    return all(value.denominator == 1 for _, value in size.terms)
