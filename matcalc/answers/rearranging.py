"""Which derivatives by a matrix are told as maps of dX, not as matrices in vec order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcalc.expressions.nodes import Apply, Node, visible
from matcalc.rulebook import book

if TYPE_CHECKING:
    from matcalc.operators.linear_map import LinearMap


def rearranges(value: Any, operator: LinearMap | None) -> bool:
    """Whether the matrix by a matrix has to move the entries of vec(dX), and its map does not.

    Textbooks write such a map with dX: X'*dX + dX'*X, without a commutation matrix.
    """
    if operator is None or not isinstance(value, Node) or operator.domain.is_vector:
        return False
    moving = filter(_moves_entries, visible(value))
    return not set(moving) <= set(visible(operator.body))


def _moves_entries(node: Node) -> bool:
    """Whether it is a matrix of the book that is made of dimensions only."""
    if not isinstance(node, Apply) or not book.has(node.operation):
        return False
    kinds = [parameter.kind for parameter in book.operation(node.operation).parameters]
    return bool(kinds) and set(kinds) == {"dimension"}
