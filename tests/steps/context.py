"""What the lines of a derivation are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.constructors import (
    conjugate,
    transpose,
    zero,
)
from matcalc.expressions.nodes import (
    Node,
    Symbol,
    ordered,
)
from matcalc.expressions.operations import (
    Conjugate,
    Transpose,
)
from matcalc.rulebook.laws import unevaluated


@dataclass(frozen=True)
class Context:
    """What the lines are about: how the variables move, and what is declared of them."""

    tangents: Mapping[Symbol, Node]
    declared: Mapping[Node, Node]

    def moves(self, node: Node) -> bool:
        return not set(self.tangents).isdisjoint(ordered(node))

    def d(self, node: Node) -> Node:
        """d(node): 0 for a constant, dX for the variable, and so for its transpose."""
        if not self.moves(node):
            return zero(node.shape)
        match node:
            case Symbol():
                return self.tangents[node]
            case Transpose(inner):
                return transpose(self.d(inner))
            case Conjugate(inner):
                return conjugate(self.d(inner))
            case _:
                return unevaluated(node)
