"""Sums over an index as products of matrices: sum(k in 1..n, x[k]*A[k, :]') is A'*x.

A column that depends on the index is one of the columns of a matrix, a number an entry of a row:
the sum of s*c*r over all of them is C*diag(s)*R.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import (
    UNIT,
    add,
    elementwise_power,
    from_dimension,
    hadamard,
    identity,
    multiply,
    number,
    ones,
    transpose,
)
from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol, visible
from matcalc.expressions.operations import (
    Basis,
    Column,
    Diagonal,
    DiagonalOf,
    Entry,
    EntryOfMatrix,
    EntrySum,
    Hadamard,
    IndexSum,
    Power,
    Row,
    Transpose,
)
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.equations import tangent_of
from matcalc.rulebook.laws import OVER_INDEX, Record, Rewritten
from matcalc.rulebook.substitution import map_bottom_up, sweep
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify

_LARGEST = 80  # tokens of what is summed: it is multiplied out for this


def without_index_sums(root: Node, record: Record | None = None) -> Node:
    """The expression, its sums over an index as products of matrices where that is shorter.

    >>> from matcalc import parse
    >>> print(without_index_sums(parse("sum(k in 1..n, x[k]*A[k,:]')", "x: vector(n)")))
    A'*x
    """
    if not any(isinstance(node, IndexSum) for node in visible(root)):
        return root

    def shorter(_: Node, node: Node) -> Rewritten | None:
        found = _over_all(node) if isinstance(node, IndexSum) else node
        return Rewritten(found, OVER_INDEX) if size(found) < size(node) else None

    return sweep(root, shorter, record)


def _over_all(node: IndexSum) -> Node:
    """A sum over 1..n without the index; itself where there is no such form."""
    count = dimension_value(node.upper)
    if node.lower is not UNIT or count is None or size(node.body) > _LARGEST:
        return node
    body = expand(map_bottom_up(node.body, _inner_over_all))
    try:
        return factored(simplify(_Range(node.variable, count).total(body)))
    except _NoMatrix:
        return node


def _inner_over_all(_: Node, node: Node) -> Node:
    return _over_all(node) if isinstance(node, IndexSum) else node


class _NoMatrix(Exception):
    """What depends on the index is no column of a matrix."""


class _Range:
    """All the values 1..n of an index."""

    def __init__(self, index: Symbol, count: Dimension) -> None:
        self._index = index
        self._count = count

    def _moves(self, node: Node) -> bool:
        return self._index in free_symbols(node)

    def total(self, body: Node) -> Node:
        """The sum of what depends on the index. Raises _NoMatrix where that has no matrix."""
        match body:
            case Sum(terms=terms):
                return add((value, self.total(term)) for value, term in terms)
            case _ if not self._moves(body):
                return multiply(from_dimension(self._count), body)
            case Product(factors=(_, *_)) if not body.shape.is_scalar:
                return self._total_of_product(body)
            case Transpose(inner) | Diagonal(inner) if ONE not in (
                body.shape.rows,
                body.shape.columns,
            ):
                return book.apply(body.operation, [self.total(inner)])
            case _ if body.shape.rows == ONE and not body.shape.is_scalar:
                return transpose(self.total(transpose(body)))
            case _:
                return multiply(self.columns(body), ones(Shape(self._count, ONE)))

    def _total_of_product(self, body: Product) -> Node:
        """L*M*R with one factor that moves, or s*c*r with numbers, a column and a row."""
        scalars, factors = (number(body.coefficient), *body.scalars), body.factors
        places = [place for place, factor in enumerate(factors) if self._moves(factor)]
        if not places:
            return multiply(self.total(multiply(*scalars)), *factors)
        if len(places) == 1 and not any(map(self._moves, scalars)):
            (place,) = places
            before, after = factors[:place], factors[place + 1 :]
            return multiply(*scalars, *before, self.total(factors[place]), *after)
        sizes = [body.shape.rows, *(factor.shape.columns for factor in factors)]
        if ONE not in sizes:
            raise _NoMatrix
        cut = sizes.index(ONE)
        left = self.columns(multiply(*scalars, *factors[:cut]))
        return multiply(left, transpose(self.columns(transpose(multiply(*factors[cut:])))))

    def columns(self, node: Node) -> Node:
        """The matrix whose k-th column is a column, or a number, at k."""
        match node:
            case _ if not self._moves(node):
                return multiply(node, ones(Shape(ONE, self._count)))
            case Basis(place) if place is self._index and node.shape.rows == self._count:
                return identity(self._count)
            case Column(array, place) if place is self._index:
                return self._whole(array, array.shape.columns)
            case Transpose(Row(array, place)) | Entry(array, place) if place is self._index:
                return self._whole(transpose(array), array.shape.rows)
            case EntryOfMatrix((array, row, column)):
                return self._entries(array, row, column)
            case Sum(terms=terms):
                return add((value, self.columns(term)) for value, term in terms)
            case Product(coefficient=value, scalars=scalars, factors=factors):
                chain = [self._chain(factors)] if factors else []
                numbers = [self.columns(scalar) for scalar in scalars]
                return multiply(number(value), self._scaled(chain, numbers))
            case Power(base, exponent) if not self._moves(exponent):
                return elementwise_power(self.columns(base), exponent)
            case EntrySum(inner) if ONE in (inner.shape.rows, inner.shape.columns):
                column = inner if inner.shape.columns == ONE else transpose(inner)
                return multiply(ones(Shape(ONE, column.shape.rows)), self.columns(column))
            case Hadamard(arguments):
                return hadamard(*map(self.columns, arguments))
            case Apply(operation=name, arguments=(inner,)) if _is_entrywise(name):
                found = self.columns(inner)
                return transpose(book.apply(name, [transpose(found)]))
            case _:
                raise _NoMatrix

    def _whole(self, array: Node, length: Dimension) -> Node:
        if self._moves(array) or length != self._count:
            raise _NoMatrix
        return array

    def _entries(self, array: Node, row: Node, column: Node) -> Node:
        """A[k, j], A[i, k] or A[k, k] at all k, as a row."""
        rows, columns = array.shape.rows, array.shape.columns
        if row is self._index and column is self._index and rows == columns:
            return transpose(book.make(DiagonalOf, self._whole(array, rows)))
        if row is self._index and not self._moves(column):
            return transpose(book.apply("column", [self._whole(array, rows), column]))
        if column is self._index and not self._moves(row):
            return book.apply("row", [self._whole(array, columns), row])
        raise _NoMatrix

    def _chain(self, factors: Sequence[Node]) -> Node:
        """r*M*c, or M*c: what moves stands at an end."""
        first, *middle, last = (UNIT, *factors)[-max(2, len(factors)) :]
        if any(map(self._moves, middle)):
            raise _NoMatrix
        if not self._moves(first):
            return multiply(first, *middle, self.columns(last))
        rows = transpose(self.columns(transpose(first)))
        if not self._moves(last):
            return transpose(multiply(rows, *middle, last))
        return transpose(book.make(DiagonalOf, multiply(rows, *middle, self.columns(last))))

    def _scaled(self, chain: Sequence[Node], numbers: Sequence[Node]) -> Node:
        """Columns times numbers, each of them a row of all."""
        if not numbers or not chain or chain[0].shape.rows == ONE:
            return hadamard(*chain, *numbers)
        return multiply(*chain, book.make(Diagonal, transpose(hadamard(*numbers))))


@kept_for_an_edition(256)
def _is_entrywise(name: str) -> bool:
    """Whether an operation is a function of each entry: its differential is f'(X).*dX."""
    rules = book.rules(name, "differential") if book.has(name) else ()
    if not rules or len(rules[-1].symbols) != 1:
        return False
    (argument,) = rules[-1].symbols.values()
    if rules[-1].left.shape != argument.shape:
        return False
    return rules[-1].right is hadamard(book.slope(name, argument), tangent_of(argument))
