"""Matrices of a small numbered size written entry by entry.

2*x[2]*basis(1, 2) + basis(2, 2) is [2*x[2]; 1]: sums, products, transposes and stacks of unit
vectors and scalars have known entries, and are the matrix of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import UNIT, identity, multiply, number, plus, zero
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.nodes import Identity, Node, Number, Product, Sum, Zero, children, visible
from matcalc.expressions.operations import Basis, Kronecker, Stack, Transpose, Vec, VerticalStack
from matcalc.rulebook import book
from matcalc.rulebook.laws import IN_COORDINATES, Record, Rewritten
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.forms import size

_LARGEST = 6
Entries = dict[tuple[int, int], Node]


def in_coordinates(root: Node, record: Record | None = None) -> Node:
    """The expression, its sums and products with known entries as matrices where that is shorter.

    >>> from matcalc import parse
    >>> print(in_coordinates(parse("a*basis(1, 2) + b*basis(2, 2)", "a: scalar, b: scalar")))
    [a; b]
    """
    if not any(isinstance(node, Basis) or _is_of_numbered_size(node) for node in visible(root)):
        return root
    known: dict[Node, Entries] = {}

    def shorter(node: Node, again: Node) -> Rewritten | None:
        entries = _entries(node, known)
        if entries is not None:
            known[node] = entries
        elif isinstance(node, Product) and (whole := _in_whole_numbers(node, known)) is not node:
            return Rewritten(whole, IN_COORDINATES)
        if entries is None or len(entries) < 2 or not _is_composed(node):
            return None
        matrix = _matrix(node, entries)
        return Rewritten(matrix, IN_COORDINATES) if size(matrix) < size(again) else None

    return sweep(root, shorter, record)


def _is_composed(node: Node) -> bool:
    """Whether it is no matrix of entries yet. Of n columns only rows in a stack become one."""
    if _size_of(node) is None:
        is_wide = node.shape.rows.integer is not None
        return isinstance(node, VerticalStack) and is_wide
    return isinstance(node, Sum | Product | Vec | Kronecker)


def _entries(node: Node, known: Mapping[Node, Entries]) -> Entries | None:
    """The entries of a matrix that are not 0, by row and column; None where they are not known."""
    if node.shape.is_scalar:
        return {(1, 1): node}
    if not _is_small(node) or any(
        child not in known for child in children(node) if not child.shape.is_scalar
    ):
        return None
    return _inside(node, known)


def _inside(node: Node, known: Mapping[Node, Entries]) -> Entries | None:
    """The same, of the parts of a matrix the entries of which are known."""
    match node:
        case Zero():
            return {}
        case Basis(Number(value=place), _):
            return {(int(place), 1): UNIT} if place <= _LARGEST else None
        case Transpose(inner):
            return {(column, row): value for (row, column), value in known[inner].items()}
        case Sum(terms=terms):
            found: Entries = {}
            for coefficient, term in terms:
                for where, value in known[term].items():
                    scaled = multiply(number(coefficient), value)
                    found[where] = plus(found[where], scaled) if where in found else scaled
            return found
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            scale = multiply(number(coefficient), *scalars)
            whole = reduce(_times, (known[factor] for factor in factors))
            return {where: multiply(scale, value) for where, value in whole.items()}
        case Identity(order=order) if order.integer:
            return {(k, k): UNIT for k in range(1, order.integer + 1)}
        case Vec(inner) if _size_of(inner):
            height = inner.shape.rows.integer or 0
            return {(i + (j - 1) * height, 1): value for (i, j), value in known[inner].items()}
        case Kronecker(first, second) if _size_of(second):
            return _kronecker(known[first], known[second], second.shape)
        case Stack(first, second) if _size_of(node) or isinstance(node, VerticalStack):
            rows, columns = (first.shape.rows.integer or 0, first.shape.columns.integer or 0)
            down, right = (rows, 0) if isinstance(node, VerticalStack) else (0, columns)
            later = {(i + down, j + right): value for (i, j), value in known[second].items()}
            return {**known[first], **later}
        case _:
            return None


def _in_whole_numbers(node: Product, known: Mapping[Node, Entries]) -> Node:
    """[4, 2; 2, 8]*x/2 = [2, 1; 1, 4]*x: a matrix of numbers divided where all stay whole."""
    if node.coefficient.denominator == 1:
        return node
    for place, factor in enumerate(node.factors):
        entries = _scaled(node.coefficient, known.get(factor, {})) if _size_of(factor) else {}
        if len(entries) > 1 and all(map(_is_whole, entries.values())):
            before, after = node.factors[:place], node.factors[place + 1 :]
            return multiply(*node.scalars, *before, _matrix(factor, entries), *after)
    return node


def _scaled(value: Fraction, entries: Entries) -> Entries:
    return {where: multiply(number(value), entry) for where, entry in entries.items()}


def _is_whole(node: Node) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1


def _is_of_numbered_size(node: Node) -> bool:
    return not node.shape.is_scalar and _size_of(node) is not None


def _is_small(node: Node) -> bool:
    """Whether it has few rows and columns, or as many as a name says."""
    return all((size.integer or 0) <= _LARGEST for size in (node.shape.rows, node.shape.columns))


def _size_of(node: Node) -> tuple[int, int] | None:
    rows, columns = node.shape.rows.integer, node.shape.columns.integer
    if rows is None or columns is None or max(rows, columns) > _LARGEST:
        return None
    return rows, columns


def _times(left: Entries, right: Entries) -> Entries:
    found: Entries = {}
    for (row, middle), first in left.items():
        for (inner, column), second in right.items():
            if inner == middle:
                value = multiply(first, second)
                place = (row, column)
                found[place] = plus(found[place], value) if place in found else value
    return found


def _kronecker(left: Entries, right: Entries, block: Shape) -> Entries:
    rows, columns = block.rows.integer or 0, block.columns.integer or 0
    return {
        ((i - 1) * rows + k, (j - 1) * columns + m): multiply(first, second)
        for (i, j), first in left.items()
        for (k, m), second in right.items()
    }


def _matrix(node: Node, entries: Entries) -> Node:
    """The rows of the entries, one above the other, and the columns of zeros that are left."""
    rows, columns = _size_of(node) or (node.shape.rows.integer or 0, max(c for _, c in entries))
    if rows == columns and entries == {(k, k): UNIT for k in range(1, rows + 1)}:
        return identity(node.shape.rows)
    lines = [
        [entries.get((row, column), zero(SCALAR)) for column in range(1, columns + 1)]
        for row in range(1, rows + 1)
    ]
    left = node.shape.columns - columns
    found = blocks(book, lines)
    return (
        found if left.integer == 0 else blocks(book, [[found, zero(Shape(node.shape.rows, left))]])
    )
