"""What operations are equal to, in inverses and pseudo-inverses, where these exist.

An adjugate and its derivative are continuous, and the matrices that have an inverse are dense:
what holds for these holds for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc.expressions.constructors import identity, minus, multiply, negate, trace, transpose
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book
from matcalc.simplify.rewriting import simplify


def _of(name: str, *arguments: Node) -> Node:
    return book.apply(name, list(arguments))


def _inverse(matrix: Node) -> Node:
    """Simplified: that of a Kronecker product is one of inverses."""
    return simplify(_of("inv", matrix))


def _adjugate(matrix: Node) -> Node:
    return multiply(_of("det", matrix), _inverse(matrix))


def _adjugate_derivative(matrix: Node, direction: Node) -> Node:
    inverse = _inverse(matrix)
    along = multiply(inverse, direction)
    inside = minus(multiply(trace(along), inverse), multiply(along, inverse))
    return multiply(_of("det", matrix), inside)


def _complement(projection: Node) -> Node:
    return minus(identity(projection.shape.rows), projection)


def _on_columns(matrix: Node) -> Node:
    return multiply(matrix, _of("pinv", matrix))


def _on_rows(matrix: Node) -> Node:
    return multiply(_of("pinv", matrix), matrix)


UNFOLDED: Mapping[str, Callable[..., Node]] = {
    "adj": _adjugate,
    "adj_derivative": _adjugate_derivative,
    "proj": _on_columns,
    "row_proj": _on_rows,
    "proj_perp": lambda matrix: _complement(_on_columns(matrix)),
    "row_proj_perp": lambda matrix: _complement(_on_rows(matrix)),
    "lyap": lambda a, q: negate(_of("sylvester", a, transpose(a), q)),
}
