"""A map over the complex numbers as the map of a real space that it is.

The pairing re(tr(U'*V)) is a real inner product, and so spaces such as the Hermitian matrices are
spaces over the real numbers, of twice as many dimensions as entries where all are free. In the
coordinates re(V), im(V), which keep lengths, the map V -> A(V) + B(conj(V)) has the matrix
[re(A + B), im(B - A); im(A + B), re(A - B)].
"""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.calculus.kronecker import kronecker_matrix, unstacked, vec
from matcalc.calculus.wirtinger import linear_parts
from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    UNIT,
    from_dimension,
    imaginary_part,
    minus,
    multiply,
    negate,
    plus,
    real_part,
)
from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.operations import Entry, Segment
from matcalc.rulebook import book
from matcalc.simplify.rewriting import simplify


def coordinate_matrix(body: Node, tangent: Symbol) -> Node:
    """The real matrix of tangent -> body, in real and imaginary parts of what is complex."""
    if not (body.is_complex or tangent.is_complex):
        return kronecker_matrix(body, tangent)
    parts = linear_parts(body, tangent) if tangent.is_complex else (body,)
    first, *second = (simplify(kronecker_matrix(part, tangent)) for part in parts)
    total, difference = plus(first, *second), minus(first, *second) if second else first
    top = [real_part(total), negate(imaginary_part(difference))]
    below = [imaginary_part(total), real_part(difference)]
    count = 2 if tangent.is_complex else 1
    rows = [top, below] if body.is_complex else [top]
    return blocks(book, [row[:count] for row in rows])


def coordinates(value: Node) -> Node:
    """The column of a value: vec(V), and of a complex one its real above its imaginary part."""
    column = vec(value)
    if not value.is_complex:
        return column
    return blocks(book, [[real_part(column)], [imaginary_part(column)]])


def from_coordinates(column: Node, like: Node) -> Node:
    """The value, of the shape of another one, whose coordinates these are."""
    if not like.is_complex:
        return unstacked(column, like.shape)
    (value,) = parted(column, [like])
    return value


def parted(column: Node, like: Iterable[Node]) -> list[Node]:
    """The values whose coordinates stand one below the other in a column."""
    found, start = [], dimension(0)
    for node in like:
        pieces = []
        for _ in range(2 if node.is_complex else 1):
            pieces.append(_piece(column, start, node.shape))
            start = start + node.shape.size
        found.append(plus(*(multiply(*part) for part in zip(_UNITS, pieces, strict=False))))
    return found


def _piece(column: Node, start: Dimension, shape: Shape) -> Node:
    """The part of a stacked column after `start` entries, as a value of that shape."""
    first = from_dimension(start + dimension(1))
    if shape.is_scalar:
        return book.make(Entry, column, first)
    return unstacked(book.make(Segment, column, first, from_dimension(start + shape.size)), shape)


_UNITS = (UNIT, IMAGINARY_UNIT)
