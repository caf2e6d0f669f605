"""Where two expressions are to agree: in spaces, and at points of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.nodes import Node
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify


@dataclass(frozen=True)
class Place:
    """Where two expressions are to agree: along directions in spaces, and at points of them.

    `directions` are the projections of symbols, `points` the formulas of others in seeds. What is
    `defined` has to have a value there, and what is `claimed` besides where the claim has one.
    """

    directions: Mapping[Node, Node]
    points: Mapping[Node, Node]
    defined: tuple[Node, ...] = ()
    claimed: tuple[Node, ...] = ()

    def along(self, body: Node) -> Node:
        """A body as all that it says of directions in the spaces."""
        return simplify(substitute(body, self.directions)) if self.directions else body

    def formula(self, body: Node) -> Node:
        """A body in what is drawn: the seeds of the points and the directions as they come."""
        for values in filter(None, (self.directions, self.points)):
            body = substitute(body, values)
        return body


EVERYWHERE = Place({}, {})
