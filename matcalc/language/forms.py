"""Operations that have a syntax of their own: entries, slices, blocks, powers, index sums.

Everybody who builds such a node builds it here, so that equal ones are one object.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.expressions.constructors import identity, is_number, multiply, power, transpose
from matcalc.expressions.dimensions import ONE, SCALAR, Dimension, Shape
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Number, Symbol

LARGEST_CHAIN = 16


def entry(vector: Node, index: Node) -> Node:
    """x[i]; of a row, the entry of its transpose."""
    if vector.shape.is_row:
        vector = transpose(vector)
    return vector if vector.shape.is_scalar else Apply("entry", (vector, index), SCALAR, NO_STRUCTURE)


def entry_of(matrix: Node, row_index: Node, column_index: Node) -> Node:
    """X[i, j]."""
    if matrix.shape.columns == ONE and is_number(column_index, 1):
        return entry(matrix, row_index)
    if matrix.shape.rows == ONE and is_number(row_index, 1):
        return entry(matrix, column_index)
    return Apply("entry_of", (matrix, row_index, column_index), SCALAR, NO_STRUCTURE)


def row(matrix: Node, index: Node) -> Node:
    """X[i, :], 1 x n."""
    if matrix.shape.columns == ONE:
        return entry(matrix, index)
    shape = Shape(ONE, matrix.shape.columns)
    return Apply("row", (matrix, index), shape, NO_STRUCTURE)


def column(matrix: Node, index: Node) -> Node:
    """X[:, j], m x 1."""
    if matrix.shape.rows == ONE:
        return entry(matrix, index)
    return Apply("column", (matrix, index), Shape(matrix.shape.rows, ONE), NO_STRUCTURE)


def segment(vector: Node, lower: Node, upper: Node, size: Dimension) -> Node:
    """x[a:b], of length `size`; of a row, a row."""
    if vector.shape.is_row:
        return transpose(segment(transpose(vector), lower, upper, size))
    if size == vector.shape.rows:
        return vector
    if size == ONE:
        return entry(vector, lower)
    return Apply("segment", (vector, lower, upper), Shape(size, ONE), NO_STRUCTURE)


def submatrix(matrix: Node, bounds: Sequence[Node], shape: Shape) -> Node:
    """X[a:b, c:d] with bounds a, b, c, d."""
    if shape == matrix.shape:
        return matrix
    return Apply("slice", (matrix, *bounds), shape, NO_STRUCTURE)


def hstack(left: Node, right: Node) -> Node:
    """[A, B]."""
    shape = Shape(left.shape.rows, left.shape.columns + right.shape.columns)
    return Apply("hstack", (left, right), shape, NO_STRUCTURE)


def vstack(above: Node, below: Node) -> Node:
    """[A; B]."""
    shape = Shape(above.shape.rows + below.shape.rows, above.shape.columns)
    return Apply("vstack", (above, below), shape, NO_STRUCTURE)


def matrix_power(base: Node, exponent: Node, invert: Callable[[Node], Node]) -> Node:
    """X^k for a square X: a chain for a small number k, else one operation.

    Raises DomainError where k is not an integer.
    """
    if base.shape.is_scalar:
        return power(base, exponent)
    if isinstance(exponent, Number):
        if exponent.value.denominator != 1:
            raise DomainError(
                f"the power {exponent.value} of a matrix is not an integer power",
                hint="a real power of an spd matrix is powm(A, s), a square root sqrtm(A)",
            )
        count = int(exponent.value)
        if count == 0:
            return identity(base.shape.rows)
        if abs(count) <= LARGEST_CHAIN:
            return multiply(*[base if count > 0 else invert(base)] * abs(count))
    return Apply("matrix_power", (base, exponent), base.shape, NO_STRUCTURE)


def indexed(word: str, index: Symbol, lower: Node, upper: Node, body: Node) -> Node:
    """sum(i in 1..n, body) for word `sum`; `prod` likewise."""
    return Apply(f"index_{word}", (index, lower, upper, body), body.shape, NO_STRUCTURE)
