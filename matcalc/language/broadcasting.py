"""Broadcasting written out: a column beside a matrix is repeated, x + y' is x*ones(1,n) + ..."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.constructors import multiply, ones
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.nodes import Node


def met(nodes: Sequence[Node]) -> list[Node]:
    """Matrices that meet entry by entry, repeated to one shape; scalars are left as they are.

    >>> from matcalc import symbols
    >>> x, A = symbols("x: vector(m), A: matrix(m,n)")
    >>> print(*met([x, A]))
    x*ones(1, n) A
    """
    rows = _widest([node.shape.rows for node in nodes])
    columns = _widest([node.shape.columns for node in nodes])
    return [repeated(node, rows, columns) for node in nodes]


def _widest(sizes: Sequence[Dimension]) -> Dimension:
    return next((size for size in sizes if size != ONE), ONE)


def repeated(node: Node, rows: Dimension, columns: Dimension) -> Node:
    """A matrix as often as it takes along the axes where it has one entry; a scalar as it is."""
    if node.shape.is_scalar:
        return node
    if node.shape.rows != rows:
        node = multiply(ones(Shape(rows, ONE)), node)
    if node.shape.columns != columns:
        node = multiply(node, ones(Shape(ONE, columns)))
    return node
