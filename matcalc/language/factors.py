"""The factors of a chain such as `A*B.*C`, gathered from left to right."""

from __future__ import annotations

from matcalc.expressions.constructors import hadamard, multiply
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.nodes import Node


class Factors:
    """The factors of a chain met so far, multiplied only when something else needs their value."""

    def __init__(self, first: Node) -> None:
        self._nodes = [first]
        self._entrywise = False

    def multiply(self, node: Node) -> None:
        """Multiply from the right; a 1 x 1 product is a scalar from there on."""
        if self._entrywise:
            self._restart(self.finish())
        last = self._nodes[-1].shape
        if last.columns == ONE and node.shape.rows != ONE and len(self._nodes) > 1:
            self._restart(self.finish())
        self._nodes.append(node)

    def hadamard(self, node: Node) -> None:
        """Multiply entry by entry."""
        if not self._entrywise:
            self._restart(self.finish())
            self._entrywise = True
        self._nodes.append(node)

    def _restart(self, node: Node) -> None:
        self._nodes, self._entrywise = [node], False

    def finish(self) -> Node:
        """The product so far."""
        if len(self._nodes) == 1:
            return self._nodes[0]
        if not self._entrywise:
            return multiply(*self._nodes)
        scalars = [node for node in self._nodes if node.shape.is_scalar]
        whole = [node for node in self._nodes if not node.shape.is_scalar]
        return multiply(*scalars, hadamard(*whole)) if whole else multiply(*scalars)
