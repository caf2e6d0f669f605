"""A function of expressions that is worked out from the leaves up, without recursion, and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Generic, TypeVar

from matcalc.expressions.nodes import Named, Node, Product, Sum, children, depth_first
from matcalc.expressions.operations import ElementwisePower, Hadamard

_MOST_KEPT = 8192

Made = TypeVar("Made")


class BottomUp(Generic[Made]):
    """`make`, which calls this object for the nodes that `inside` says it needs.

    What is needed is made first, so that such calls find it: an expression may be as deep as
    it likes. A bounded number of results is kept.
    """

    def __init__(
        self, inside: Callable[[Node], Sequence[Node]], make: Callable[[Node], Made]
    ) -> None:
        update_wrapper(self, make)
        self._inside, self._make = inside, make
        self._kept: dict[Node, Made] = {}

    def __call__(self, root: Node) -> Made:
        found = self._kept.get(root)
        if found is None:
            for node in depth_first([root], self._inside, self._kept):
                found = self._make(node)
                self._keep(node, found)
        assert found is not None
        return found

    def _keep(self, node: Node, made: Made) -> None:
        if len(self._kept) >= _MOST_KEPT:
            for old in list(self._kept)[: _MOST_KEPT // 2]:
                self._kept.pop(old, None)  # another thread may have dropped it
        self._kept[node] = made


def bottom_up(
    inside: Callable[[Node], Sequence[Node]],
) -> Callable[[Callable[[Node], Made]], BottomUp[Made]]:
    """A function that calls itself for what is `inside` a node, made so."""
    return lambda make: BottomUp(inside, make)


def transposed_together(node: Node) -> Sequence[Node]:
    """What is transposed with a node: terms, factors, entrywise factors and bases."""
    match node:
        case _ if node.shape.is_scalar:
            return ()
        case Product(factors=factors):
            return factors
        case Named(shape=shape) if not shape.is_square:
            return ()  # nothing that is its own transpose
        case Named() | Sum() | Hadamard() | ElementwisePower():
            return children(node)
        case _:
            return ()
