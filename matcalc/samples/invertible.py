"""Points at which a matrix that has to be invertible is not, for all that its numbers show.

Where X'*X is singular up to round-off its inverse is some matrix, not even a symmetric one, and
the function that contains it is smooth all the same: a derivative that is right may fail there.
"""

from __future__ import annotations

import numpy as np

from matcalc.expressions.binders import bound_in
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered, symbols_of
from matcalc.expressions.predicates import Has, Property
from matcalc.printing.text import to_text
from matcalc.rulebook import book
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, finite
from matcalc.samples.sampling import Point

_LARGEST_CONDITION = 1e12


class Inverted:
    """The matrices of an expression that have to be invertible and do not depend on `variable`.

    Without a variable it is all of them. Those that do depend on it show as round-off when it
    moves. A variable is one of them too: a skew matrix of odd order is singular, and so is a
    projection. What depends on the index of a sum has no value outside of it, and is left out.
    """

    def __init__(self, expression: Node, variable: Symbol | None = None) -> None:
        nodes = ordered(expression)
        found = {node: None for apply in nodes for node in _invertible(apply)}
        moving = {one.name for one in (*bound_in(expression), *([variable] if variable else []))}
        self._matrices = [
            Evaluated(node)
            for node in found
            if moving.isdisjoint(symbol.name for symbol in symbols_of(node))
        ]

    def require(self, point: Point) -> None:
        """Raises Unusable where one of the matrices is singular at the point."""
        for matrix in self._matrices:
            value = np.atleast_2d(finite(lambda matrix=matrix: matrix(point)))  # type: ignore[misc]
            if np.linalg.cond(value) > _LARGEST_CONDITION:
                raise Unusable(f"{to_text(matrix.expression)} is singular")


def _invertible(node: Node) -> list[Node]:
    """The arguments that have to be invertible."""
    if not isinstance(node, Apply) or not book.has(node.operation):
        return []
    required = (one.predicate for one in book.required(node, "requires"))
    return [
        predicate.subject
        for predicate in required
        if isinstance(predicate, Has) and predicate.property is Property.INVERTIBLE
    ]
