"""Derivatives of higher order: linear in each of several directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcalc.calculus.differential import differential
from matcalc.calculus.surroundings import read_direction
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.rulebook.substitution import substitute


@dataclass(frozen=True)
class MultilinearMap:
    """`body`, linear in each of the `tangents`; `M(U, V)` applies it."""

    tangents: tuple[Symbol, ...]
    body: Node

    def __call__(self, *directions: Node | str) -> Node:
        """The value in these directions, expressions or names.

        Raises ShapeError for a wrong number of directions or a wrong shape.
        """
        if len(directions) != len(self.tangents):
            count = len(self.tangents)
            raise ShapeError(f"the map takes {count} directions, not {len(directions)}")
        values: dict[Node, Node] = {}
        for tangent, given in zip(self.tangents, directions, strict=True):
            direction = read_direction(given, tangent, self.body)
            if direction.shape != tangent.shape:
                raise ShapeError(f"a direction is {tangent.shape}, not {direction.shape}")
            values[tangent] = direction
        return substitute(self.body, values)

    def __str__(self) -> str:
        return str(self.body)


def nth_differential(
    expression: Node, variable: Symbol, tangents: Sequence[Symbol]
) -> MultilinearMap:
    """The differential taken once along each tangent, the earlier ones held fixed."""
    body = expression
    for tangent in tangents:
        body = differential(body, {variable: tangent})
    return MultilinearMap(tuple(tangents), body)
