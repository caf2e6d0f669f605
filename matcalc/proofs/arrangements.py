"""Entries of what arranges those of others: diagonals, stacks, ranges, sums over indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from matcalc.expressions.dimension_values import dimension_value, from_dimension
from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.nodes import (
    Apply,
    Node,
    Number,
    Symbol,
    ordered,
)
from matcalc.expressions.operations import (
    Basis,
    Column,
    Diagonal,
    DiagonalOf,
    Entry,
    EntryOfMatrix,
    HorizontalStack,
    IndexSum,
    Reshape,
    Row,
    Segment,
    SelectedRows,
    Slice,
    Vec,
    VerticalStack,
)
from matcalc.proofs.networks import (
    Digit,
    Factor,
    Index,
    Place,
    Raw,
    Unresolved,
    added,
    equal,
    fresh,
    outer,
)
from matcalc.proofs.ranges import range_head
from matcalc.proofs.shapes import (
    Entries,
    alike,
    at,
    divided,
    made,
    numbered,
    outside,
    plain_sizes,
    sizes_of,
    split_at,
    summing,
    turned,
    whole_size,
)

_ONE = Fraction(1)
Known = Mapping[Node, Entries]


def _diagonal(inner: Entries) -> Entries:
    rows = outside(inner.rows)
    columns = outside(rows)
    raws = [(v, [*f, *equal(rows, columns)], b) for v, f, b in at(inner, rows, ())]
    return made(rows, columns, raws)


def _diagonal_of(inner: Entries) -> Entries:
    one, _ = alike(inner, turned(inner))
    digits = outside(one.rows)
    return made(digits, (), at(one, digits, digits))


def _vec(inner: Entries) -> Entries:
    rows, columns = outside(inner.rows), outside(inner.columns)
    return made([*columns, *rows], (), at(inner, rows, columns))


def _reshape(node: Apply, known: Known) -> Entries:
    stacked = _vec(known[node.arguments[0]])
    rows, columns = node.shape.rows, node.shape.columns
    stacked = divided(stacked, [*plain_sizes(columns), *plain_sizes(rows)], [])
    digits = outside(stacked.rows)
    first, last = split_at(digits, columns)
    return made(last, first, at(stacked, digits, ()))


def _whole(node: Node) -> Dimension:
    size = dimension_value(node)
    if size is None:
        raise Unresolved
    return size


def _stacked(node: Apply, known: Known) -> Entries:
    upright = isinstance(node, VerticalStack)
    total = node.shape.rows if upright else node.shape.columns
    parts, start = [], ONE
    for block in node.blocks:  # type: ignore[attr-defined]
        inner = known[block] if upright else turned(known[block])
        parts.append(_in_range(inner, start, total))
        start = start + (block.shape.rows if upright else block.shape.columns)
    found = alike(*parts)
    whole = found[0]._replace(terms=added(*(one.terms for one in found)))
    return whole if upright else turned(whole)


def _in_range(inner: Entries, start: Dimension, total: Dimension) -> Entries:
    """The rows of a block, among those of the whole from `start` on."""
    columns, row = outside(inner.columns), fresh(total)
    small, factor = _range_of(inner.rows, start, row)
    raws = [(v, [*f, factor], b) for v, f, b in at(inner, small, columns)]
    return made([row], columns, summing(raws, *small))


def _range_of(rows: Sequence[Digit], start: Dimension, row: Digit) -> tuple[list[Index], Factor]:
    if len(rows) > 1:
        raise Unresolved
    if not rows:
        return [], equal([row], [Place(from_dimension(start), row.size)])[0]
    small = fresh(rows[0].size)
    return [small], Factor(range_head(start, small.size, row.size), (small, row), _ONE)


def _selected_rows(node: Apply, known: Known) -> Entries:
    start, _, total = (_whole(one) for one in node.arguments)
    row = fresh(total)
    wanted = numbered(plain_sizes(node.shape.rows))
    small, factor = _range_of(wanted, start, row)
    return made(small, [row], [(_ONE, [factor], [])])


def _segment(node: Apply, known: Known) -> Entries:
    return _cut(known[node.arguments[0]], _whole(node.arguments[1]), node.shape.rows)


def _slice(node: Apply, known: Known) -> Entries:
    inner = known[node.arguments[0]]
    first, _, third, _ = (_whole(one) for one in node.arguments[1:])
    below = _cut(inner, first, node.shape.rows)
    return turned(_cut(turned(below), third, node.shape.columns))


def _cut(inner: Entries, start: Dimension, size: Dimension) -> Entries:
    """Rows from `start` on, as many as `size`."""
    if whole_size(sizes_of(inner.rows)) == size:
        return inner
    if len(inner.rows) != 1:
        raise Unresolved
    row, columns = fresh(inner.rows[0].size), outside(inner.columns)
    small, factor = _range_of(numbered(plain_sizes(size)), start, row)
    raws = [(v, [*f, factor], b) for v, f, b in at(inner, [row], columns)]
    return made(small, columns, summing(raws, row))


def _at_places(node: Apply, known: Known) -> Entries:
    inner = known[node.arguments[0]]
    places = list(node.arguments[1:])
    rows, columns = outside(inner.rows), outside(inner.columns)
    if isinstance(node, Column):
        return made(rows, (), at(inner, rows, _placed(inner.columns, places[0])))
    at_row = _placed(inner.rows, places[0])
    if isinstance(node, Row):
        return made((), columns, at(inner, at_row, columns))
    if isinstance(node, EntryOfMatrix):
        return made((), (), at(inner, at_row, _placed(inner.columns, places[1])))
    return made((), (), at(inner, at_row, ()))


def _placed(digits: Sequence[Digit], place: Node) -> list[Place]:
    if len(digits) > 1:
        raise Unresolved
    return [Place(place, digit.size) for digit in digits]


def _basis(node: Apply, known: Known) -> Entries:
    size = _whole(node.arguments[1])
    row = [fresh(one) for one in plain_sizes(size)]
    at_row = [Place(node.arguments[0], digit.size) for digit in row]
    return made(row, (), [(_ONE, equal(row, at_row), [])])


def _index_sum(node: Apply, known: Known) -> Entries:
    assert isinstance(node, IndexSum)
    body, upper = known[node.body], dimension_value(node.upper)
    places = [d for d in outer(body.terms) if isinstance(d, Place) and _speaks_of(d, node.variable)]
    whole = all(d.position is node.variable and d.size == upper for d in places)
    if not whole or upper is None or not (isinstance(node.lower, Number) and node.lower.value == 1):
        raise Unresolved
    index = fresh(upper)
    rows, columns = outside(body.rows), outside(body.columns)
    new: dict[Digit, Digit] = dict.fromkeys(places, index)
    raws: list[Raw] = [
        (v, [Factor(h, tuple(new.get(d, d) for d in s), p) for h, s, p in f], b)
        for v, f, b in at(body, rows, columns)
    ]
    return made(rows, columns, summing(raws, index))


def _speaks_of(place: Place, variable: Symbol) -> bool:
    return variable in ordered(place.position)


def of_one(make: Callable[[Entries], Entries]) -> Callable[[Apply, Known], Entries]:
    """What is made of the entries of an operation's argument alone."""
    return lambda node, known: make(known[node.arguments[0]])


ARRANGED: Mapping[type, Callable[[Apply, Known], Entries]] = {
    Diagonal: of_one(_diagonal),
    DiagonalOf: of_one(_diagonal_of),
    Vec: of_one(_vec),
    Reshape: _reshape,
    HorizontalStack: _stacked,
    VerticalStack: _stacked,
    SelectedRows: _selected_rows,
    Segment: _segment,
    Slice: _slice,
    Entry: _at_places,
    Row: _at_places,
    Column: _at_places,
    EntryOfMatrix: _at_places,
    Basis: _basis,
    IndexSum: _index_sum,
}
