"""Operations that have a syntax of their own: entries, slices, blocks, powers, index sums.

The simple cases are arithmetic (an entry of a row is the entry of its transpose, all of a vector
is the vector); the rest are operations of the book.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.binders import over_index
from matcalc.expressions.constructors import identity, is_number, multiply, power, transpose
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Number, Symbol
from matcalc.language.signatures import Book

LARGEST_CHAIN = 16


def entry(book: Book, vector: Node, index: Node) -> Node:
    """x[i]; of a row, the entry of its transpose."""
    if vector.shape.is_scalar:
        return vector
    column_vector = transpose(vector) if vector.shape.is_row else vector
    return book.apply("entry", [column_vector, index])


def entry_of(book: Book, matrix: Node, row_index: Node, column_index: Node) -> Node:
    """X[i, j]."""
    if matrix.shape.columns == ONE and is_number(column_index, 1):
        return entry(book, matrix, row_index)
    if matrix.shape.rows == ONE and is_number(row_index, 1):
        return entry(book, matrix, column_index)
    return book.apply("entry_of", [matrix, row_index, column_index])


def row(book: Book, matrix: Node, index: Node) -> Node:
    """X[i, :], 1 x n."""
    if matrix.shape.columns == ONE:
        return entry(book, matrix, index)
    return book.apply("row", [matrix, index])


def column(book: Book, matrix: Node, index: Node) -> Node:
    """X[:, j], m x 1."""
    if matrix.shape.rows == ONE:
        return entry(book, matrix, index)
    return book.apply("column", [matrix, index])


def segment(book: Book, vector: Node, lower: Node, upper: Node, size: Dimension) -> Node:
    """x[a:b], of length `size`; of a row, a row."""
    if vector.shape.is_row:
        return transpose(segment(book, transpose(vector), lower, upper, size))
    if size == vector.shape.rows:
        return vector
    if size == ONE:
        return entry(book, vector, lower)
    return book.apply("segment", [vector, lower, upper])


def submatrix(book: Book, matrix: Node, bounds: Sequence[Node], shape: Shape) -> Node:
    """X[a:b, c:d] with bounds a, b, c, d."""
    if shape == matrix.shape:
        return matrix
    if shape.is_scalar:
        return entry_of(book, matrix, bounds[0], bounds[2])
    if matrix.shape.columns == ONE:
        return segment(book, matrix, bounds[0], bounds[1], shape.rows)
    if matrix.shape.rows == ONE:
        return segment(book, matrix, bounds[2], bounds[3], shape.columns)
    return book.apply("slice", [matrix, *bounds])


def blocks(book: Book, rows: Sequence[Sequence[Node]]) -> Node:
    """[A, B; C, D]: rows of blocks side by side, one above the other."""
    return _joined(book, "vstack", [_joined(book, "hstack", line) for line in rows])


def _joined(book: Book, operation: str, parts: Sequence[Node]) -> Node:
    whole = parts[-1]
    for part in reversed(parts[:-1]):
        whole = book.apply(operation, [part, whole])
    return whole


def matrix_power(book: Book, base: Node, exponent: Node) -> Node:
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
            factor = base if count > 0 else book.apply("inv", [base])
            return multiply(*[factor] * abs(count))
    if book.signatures("matrix_power"):
        return book.apply("matrix_power", [base, exponent])
    return Apply("matrix_power", (base, exponent), base.shape, NO_STRUCTURE)


def indexed(word: str, index: Symbol, lower: Node, upper: Node, body: Node) -> Node:
    """sum(i in 1..n, body) for word `sum`; `prod` likewise. Its index is bound, not a variable."""
    return over_index(f"index_{word}", index, lower, upper, body)
