"""What the lines of a derivation are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcalc.expressions.constructors import conjugate, transpose, zero
from matcalc.expressions.nodes import Named, Node, Symbol, ordered
from matcalc.expressions.operations import Conjugate, Differential, Positioned, Transpose
from matcalc.rulebook import book
from matcalc.rulebook.laws import unevaluated


@dataclass(frozen=True)
class Context:
    """What the lines are about: how the variables move, and what is declared of them.

    `parts` are dR by that name, with the line that those of its own begin with, and `shown` what
    such lines end with, by what they say it of.
    """

    tangents: Mapping[Symbol, Node]
    declared: Mapping[Node, Node]
    parts: Mapping[str, tuple[Node, Node]] = field(default_factory=dict)
    shown: Mapping[Node, Node] = field(default_factory=dict)

    def moves(self, node: Node) -> bool:
        return not set(self.tangents).isdisjoint(ordered(node))

    def _has_lines(self, part: Named) -> bool:
        """Whether there are lines for dR, which begin with the differential of what R is."""
        found = self.parts.get(f"d{part.name}")
        return found is not None and found[1] in (self.d(part.value), unevaluated(part.value))

    def d(self, node: Node) -> Node:
        """d(node): 0 for a constant, dX for the variable, dX' and dX[i] for what is taken of it."""
        if not self.moves(node):
            return zero(node.shape)
        match node:
            case Named(name=name) if self._has_lines(node):
                return self.parts[f"d{name}"][0]
            case Symbol():
                return self.tangents[node]
            case Transpose(inner):
                return transpose(self.d(inner))
            case Conjugate(inner):
                return conjugate(self.d(inner))
            case Positioned(operation=name, arguments=(array, *places)):
                moved = self.d(array)
                is_known = not isinstance(moved, Differential)
                return book.apply(name, [moved, *places]) if is_known else unevaluated(node)
            case _:
                return unevaluated(node)
