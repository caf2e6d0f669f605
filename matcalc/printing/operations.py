"""Operations with a syntax of their own; the others by a template of the rule book, or by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from matcalc.expressions.constructors import (
    from_dimension,
    hadamard,
    is_number,
    multiply,
    split_scalars,
    upright,
)
from matcalc.expressions.nodes import Apply, Node, Number, Symbol
from matcalc.expressions.operations import (
    Column,
    Conjugate,
    Differential,
    ElementwisePower,
    Entry,
    EntryOfMatrix,
    Exponential,
    FunctionEntrywise,
    Hadamard,
    HorizontalStack,
    IndexProduct,
    IndexSum,
    Inverse,
    Logarithm,
    MatrixPower,
    Ones,
    Power,
    Row,
    Segment,
    Slice,
    Solution,
    Transpose,
    VerticalStack,
    blocks_along,
)
from matcalc.printing.layout import Form, Layout
from matcalc.printing.style import Piece, Style
from matcalc.printing.templates import filled, holes

if TYPE_CHECKING:
    from matcalc.rulebook.records import Operation
    from matcalc.rulebook.rule_book import RuleBook


def layout(root: Node, style: Style) -> Piece:
    """The expression in a style; every node of the DAG is laid out once."""
    return Layout(style, _formed).of(upright(root))


def _transpose(layout: Layout, node: Apply) -> Piece:
    inner = node.arguments[0]
    if isinstance(inner, Conjugate):
        return layout.style.dagger(layout.pieces[inner.arguments[0]])
    if inner.is_complex:
        return layout.style.plain_transpose(layout.pieces[inner])
    if isinstance(inner, Inverse):
        return layout.style.inverse_transpose(layout.pieces[inner.arguments[0]])
    return layout.style.transpose(layout.pieces[inner])


def _entries(
    layout: Layout, node: Apply, before: Sequence[str] = (), after: Sequence[str] = ()
) -> Piece:
    base, *places = node.arguments
    inside = [_text(layout, place) for place in places]
    return layout.style.index(layout.pieces[base], [*before, *inside, *after])


def _slice(layout: Layout, node: Apply) -> Piece:
    base, *ends = node.arguments
    sizes = [base.shape.rows, base.shape.columns][: len(ends) // 2]
    ranges = []
    for first, last, size in zip(ends[::2], ends[1::2], sizes, strict=True):
        full = len(sizes) == 2 and is_number(first, 1) and last is from_dimension(size)
        ranges.append(":" if full else f"{_text(layout, first)}:{_text(layout, last)}")
    return layout.style.index(layout.pieces[base], ranges)


def _text(layout: Layout, node: Node) -> str:
    return layout.style.whole(layout.pieces[node])


def _blocks(layout: Layout, node: Apply) -> Piece:
    rows = [
        [layout.pieces[part] for part in blocks_along(row, HorizontalStack)]
        for row in blocks_along(node, VerticalStack)
    ]
    return layout.style.blocks(rows)


def _big(layout: Layout, node: Apply) -> Piece:
    index, lower, upper, body = (layout.pieces[argument] for argument in node.arguments)
    return layout.style.big(isinstance(node, IndexSum), index, lower, upper, body)


def _function(layout: Layout, node: Apply) -> Piece:
    """An unknown function with as many primes as it has been differentiated: phi'(x)."""
    function, order, argument = node.arguments
    assert isinstance(function, Symbol) and isinstance(order, Number)
    return layout.style.call(function.name + "'" * int(order.value), [layout.pieces[argument]])


def _exponential(layout: Layout, node: Apply) -> Piece:
    """A.^B for exp(log(A).*B), which it is typed for."""
    scalar, exponent = split_scalars(node.arguments[0])
    parts = exponent.arguments if isinstance(exponent, Hadamard) else ()
    logarithms = [part for part in parts if isinstance(part, Logarithm)]
    if len(logarithms) != 1:
        return _named(layout, node)
    rest = multiply(scalar, hadamard(*(part for part in parts if part is not logarithms[0])))
    return layout.style.entry_power(layout.pieces[logarithms[0].inner], layout.of(rest))


FORMS: Mapping[type[Apply], Form] = {
    Transpose: _transpose,
    Inverse: lambda layout, node: layout.style.inverse(layout.pieces[node.arguments[0]], 1),
    Ones: lambda layout, node: layout.style.ones(node.shape),
    Power: lambda layout, node: layout.power(node),
    MatrixPower: lambda layout, node: layout.power(node),
    ElementwisePower: lambda layout, node: layout.entrywise(node),
    Hadamard: lambda layout, node: layout.entrywise(node),
    Exponential: _exponential,
    Entry: _entries,
    EntryOfMatrix: _entries,
    Row: lambda layout, node: _entries(layout, node, after=[":"]),
    Column: lambda layout, node: _entries(layout, node, before=[":"]),
    Slice: _slice,
    Segment: _slice,
    HorizontalStack: _blocks,
    VerticalStack: _blocks,
    IndexSum: _big,
    IndexProduct: _big,
    Differential: lambda layout, node: layout.style.differential(layout.pieces[node.arguments[0]]),
    FunctionEntrywise: _function,
    Solution: lambda layout, node: layout.pieces[node.arguments[0]],
}


def _formed(layout: Layout, node: Apply) -> Piece:
    return FORMS.get(type(node), _named)(layout, node)


def _named(layout: Layout, node: Apply) -> Piece:
    """An operation of the rule book: its template in the style, else its name and arguments."""
    style = layout.style
    operation = _operation(node.operation)
    arguments = [layout.pieces[argument] for argument in node.arguments]
    if operation is None:
        return style.call(node.operation, arguments)
    template = operation.templates.get(style.template)
    if template is None and not arguments:
        return Piece(style.named(operation.name))
    if template is None:
        return style.call(_spelling(operation, node), arguments)
    names = [parameter.name for parameter in operation.parameters]
    values = dict(zip(names, arguments, strict=True))
    if not holes(template) <= values.keys():
        for name, size in _book().bind(operation, node).items():
            values.setdefault(name, layout.of(from_dimension(size)))
    return filled(template, values, style)


def _spelling(operation: Operation, node: Apply) -> str:
    """The name that overloads share, where it is read as this one of them.

    softmax_rows(x) of a column is not softmax(x), which is the softmax of a vector.
    """
    read = _book().overload(operation.written, node.arguments)
    return operation.written if read is None or read is operation else operation.name


def _book() -> RuleBook:
    from matcalc.rulebook import book

    return book


def _operation(name: str) -> Operation | None:
    """The entry of the rule book, or None for a function that only the problem knows."""
    book = _book()
    return book.operation(name) if book.has(name) else None
