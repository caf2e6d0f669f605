"""The one door to arithmetic that a person writes: sums, powers, entries, ranges and blocks.

Python operators, typed text and the function spellings of the rule book all go through these
functions, so that they accept the same, refuse the same and give the same nodes. Operations that
are not arithmetic come from the `book` that is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Protocol

from matcalc.expressions.constructors import (
    UNIT,
    add,
    identity,
    is_number,
    is_zero,
    multiply,
    number,
    ones,
    transpose,
)
from matcalc.expressions.constructors import power as scalar_power
from matcalc.expressions.dimension_values import as_dimension, dimension_value, from_dimension
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import DomainError, ShapeError
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, ordered, symbols_of
from matcalc.expressions.operations import (
    Column,
    Entry,
    EntryOfMatrix,
    HorizontalStack,
    Inverse,
    MatrixPower,
    Power,
    RealPower,
    Row,
    Segment,
    Slice,
    Stack,
    VerticalStack,
)

LARGEST_CHAIN = 16  # a power up to this one is written as a product, so that factors cancel

Range = tuple[Node, Node]  # both ends are included
Subscript = Node | Range | None  # a position, a range, everything


class Operations(Protocol):
    """What these functions need of the rule book."""

    def apply(self, name: str, arguments: Sequence[Node], shape: Shape | None = None) -> Node:
        """The operation applied; arguments of kind dimension are scalar expressions.

        `shape` is that of the value, where the arguments do not say it.
        """

    def make(self, kind: type[Apply], *arguments: Node) -> Node:
        """The same for an operation that the engine knows."""

    def unchanged(self, kind: type[Apply], *arguments: Node) -> Node:
        """The same as it stands, however its arguments look."""

    def structure(self, node: Node) -> frozenset[str]:
        """What is known of an expression: `symmetric`, `spd`, ..."""


# ---------------------------------------------------------------- sums and quotients


def total(terms: Iterable[tuple[int, Node]]) -> Node:
    """A signed sum; beside matrices of one shape, a scalar is added to every entry.

    Scalars in front of the first matrix are added to each other first, as from left to right.
    Raises ShapeError where two shapes differ.
    """
    signed = [(Fraction(sign), term) for sign, term in terms]
    shape = next((term.shape for _, term in signed if not term.shape.is_scalar), None)
    if shape is None:
        return add(signed)
    return add((sign, _in_shape(term, shape)) for sign, term in signed)


def _in_shape(term: Node, shape: Shape) -> Node:
    return multiply(term, ones(shape)) if term.shape.is_scalar else term


def inverse(book: Operations, node: Node) -> Node:
    """1/s of a scalar, inv(X) of a square matrix. Raises DomainError for 1/0."""
    return power(book, node, number(-1)) if node.shape.is_scalar else book.make(Inverse, node)


def divide(book: Operations, node: Node, divisor: Node) -> Node:
    """A/s, and A/B = A*inv(B)."""
    return multiply(node, inverse(book, divisor))


# ---------------------------------------------------------------- powers


def power(book: Operations, base: Node, exponent: Node) -> Node:
    """A scalar to a scalar, a square matrix to an integer, an spd matrix to any real number.

    Raises ShapeError and DomainError where it is none of these.
    """
    if not exponent.shape.is_scalar:
        raise ShapeError(f"an exponent is a scalar, found {exponent.shape}")
    if base.shape.is_scalar:
        if is_zero(base) and isinstance(exponent, Number) and exponent.value < 0:
            raise DomainError("this divides by 0")
        return scalar_power(base, exponent)
    if not base.shape.is_square:
        raise ShapeError(
            f"only a square matrix has powers, not one of shape {base.shape}",
            hint="an entrywise power is X.^p in text, elementwise_power(X, p) in Python",
        )
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return _numbered_power(book, base, int(exponent.value))
    if is_integer(exponent):
        return book.unchanged(MatrixPower, base, exponent)
    if "real_powers" in book.structure(base):
        return book.unchanged(RealPower, base, exponent)
    raise _no_power(exponent)


def real_power(book: Operations, base: Node, exponent: Node) -> Node:
    """powm(X, s): `power` for an integer s, which every square matrix has."""
    if base.shape.is_scalar or is_integer(exponent):
        return power(book, base, exponent)
    return book.unchanged(RealPower, base, exponent)


def _numbered_power(book: Operations, base: Node, count: int) -> Node:
    """X^k for a number k: a chain where it is short, else one operation."""
    factor = base if count >= 0 else book.make(Inverse, base)
    if count == 0:
        return identity(base.shape.rows)
    if abs(count) <= LARGEST_CHAIN:
        return multiply(*[factor] * abs(count))
    return book.unchanged(MatrixPower, factor, number(abs(count)))


def is_integer(root: Node) -> bool:
    """Whether a scalar is certainly a whole number."""
    whole: set[Node] = set()
    for node in ordered(root):
        if _is_whole(node, whole):
            whole.add(node)
    return root in whole


def _is_whole(node: Node, whole: set[Node]) -> bool:
    match node:
        case Number(value=value):
            return value.denominator == 1
        case Symbol(structure=structure):
            return "integer" in structure
        case Sum(terms=terms):
            return all(value.denominator == 1 and term in whole for value, term in terms)
        case Product(coefficient=coefficient, scalars=scalars, factors=()):
            return coefficient.denominator == 1 and whole.issuperset(scalars)
        case Power(base, Number(value=value)):
            return value.denominator == 1 and value > 0 and base in whole
        case _:
            return False


def _no_power(exponent: Node) -> DomainError:
    if isinstance(exponent, Number):
        message = f"the power {exponent} of a matrix is not an integer power"
    else:
        message = f"the exponent of a matrix is an integer, and {exponent} may be any number"
    whole = f"declare `{exponent}: integer`; " if isinstance(exponent, Symbol) else ""
    return DomainError(
        message,
        hint=f"{whole}a real power is that of an spd matrix (powm, sqrtm), declared `spd(n)`; "
        "entry by entry it is `X.^p`, in Python elementwise_power(X, p)",
    )


# ---------------------------------------------------------------- entries, rows, ranges


def select(book: Operations, array: Node, subscripts: Sequence[Subscript]) -> Node:
    """x[i], x[a:b], X[i, j], X[i, :], X[a:b, c:d], counted from 1 with both ends included.

    Raises ShapeError for subscripts that are no positions of the array, as far as sizes tell.
    """
    rows, columns = _both(array, subscripts)
    rows = checked_subscript(rows, array.shape.rows)
    columns = checked_subscript(columns, array.shape.columns)
    if array.shape.is_scalar and (rows, columns) != (None, None):
        raise ShapeError(
            f"`{array}` is a scalar, which has the one position 1; the subscript may be another",
            hint=f"write `{array}`",
        )
    if array.shape.rows == ONE and array.shape.columns != ONE and (rows is None or _is_first(rows)):
        return transpose(_part(book, transpose(array), columns, None))
    return _part(book, array, rows, columns)


def _both(array: Node, subscripts: Sequence[Subscript]) -> tuple[Subscript, Subscript]:
    """The subscripts of the rows and of the columns."""
    shape = array.shape
    if shape.is_scalar and not isinstance(array, Symbol):
        raise ShapeError(f"`{array}` (1 x 1) has no entries to select")
    if len(subscripts) == 2:
        return subscripts[0], subscripts[1]
    if len(subscripts) == 1 and ONE in (shape.rows, shape.columns):
        return (None, subscripts[0]) if shape.is_row else (subscripts[0], None)
    raise ShapeError(
        f"`{array}` ({shape}) takes two subscripts, found {len(subscripts)}",
        hint="write `X[i,j]`, `X[i,:]` or `X[:,j]`",
    )


def checked_subscript(subscript: Subscript, size: Dimension) -> Subscript:
    """The subscript, in its simplest form, of that many rows or columns."""
    match subscript:
        case None:
            return None
        case Node():
            check_position(subscript, size)
            return None if size == ONE and is_number(subscript, 1) else subscript
        case lower, upper:
            kept = extent(lower, upper)
            check_position(lower, size)
            check_position(upper, size)
            if kept == size and is_number(lower, 1):
                return None
            return lower if kept == ONE else subscript


def extent(lower: Node, upper: Node) -> Dimension:
    """How many positions a range has. Raises ShapeError where it has none."""
    kept = as_dimension(upper, "a range") - as_dimension(lower, "a range") + 1
    if _is_below_one(kept):
        raise empty_range(str(lower), str(upper))
    return kept


def empty_range(lower: str, upper: str) -> ShapeError:
    """The complaint about a range between these ends."""
    return ShapeError(f"the range `{lower}:{upper}` is empty")


def check_position(place: Node, size: Dimension) -> None:
    """Refuse what is certainly none of 1 to `size`; code checks what may be one."""
    if not place.shape.is_scalar:
        raise ShapeError(f"a subscript is an integer, found `{place}` ({place.shape})")
    broken = [s for s in symbols_of(place) if "integer" not in s.structure]
    if broken or (isinstance(place, Number) and not is_integer(place)):
        hint = f"declare `{broken[0]}: integer`" if broken else ""
        raise ShapeError(f"a subscript is an integer, found `{place}`", hint=hint)
    known = dimension_value(place)
    if known is not None and (_is_below_one(known) or (known - size).is_at_least(1)):
        hint = "subscripts count from 1" if _is_below_one(known) else ""
        raise ShapeError(f"the subscript `{place}` is outside 1 to {size}", hint=hint)


def _is_below_one(size: Dimension) -> bool:
    """Whether it certainly is."""
    return (size * -1).is_at_least(0)


def _is_first(subscript: Subscript) -> bool:
    return isinstance(subscript, Node) and is_number(subscript, 1)


def _part(book: Operations, array: Node, rows: Subscript, columns: Subscript) -> Node:
    """The part that checked subscripts select."""
    match rows, columns:
        case None, None:
            return array
        case Node(), None if array.shape.columns == ONE:
            return book.unchanged(Entry, array, rows)
        case Node(), None:
            return book.unchanged(Row, array, rows)
        case None, Node():
            return book.unchanged(Column, array, columns)
        case Node(), Node():
            return book.unchanged(EntryOfMatrix, array, rows, columns)
        case (lower, upper), None if array.shape.columns == ONE:
            return book.unchanged(Segment, array, lower, upper)
        case _:
            return _block(book, array, rows, columns)


def _block(book: Operations, array: Node, rows: Subscript, columns: Subscript) -> Node:
    """X[a:b, c:d]; a row or column at an index that is no size is taken first."""
    if isinstance(rows, Node) and dimension_value(rows) is None:
        return transpose(_part(book, transpose(_part(book, array, rows, None)), columns, None))
    if isinstance(columns, Node) and dimension_value(columns) is None:
        return _part(book, _part(book, array, None, columns), rows, None)
    ends = [*_ends(rows, array.shape.rows), *_ends(columns, array.shape.columns)]
    return book.unchanged(Slice, array, *ends)


def _ends(subscript: Subscript, size: Dimension) -> Range:
    match subscript:
        case None:
            return UNIT, from_dimension(size)
        case Node():
            return subscript, subscript
        case lower, upper:
            return lower, upper


# ---------------------------------------------------------------- blocks


def blocks(book: Operations, rows: Sequence[Sequence[Node]]) -> Node:
    """[A, B; C, D]: rows of blocks side by side, one above the other."""
    lines = [_joined(book, HorizontalStack, line) for line in rows]
    return _joined(book, VerticalStack, lines)


def _joined(book: Operations, way: type[Stack], parts: Sequence[Node]) -> Node:
    return reduce(lambda whole, part: book.make(way, part, whole), reversed(parts))
