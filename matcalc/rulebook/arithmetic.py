"""The operations of the book that are arithmetic: the constructors make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matcalc.expressions import build
from matcalc.expressions.binders import ARITHMETIC
from matcalc.expressions.constructors import (
    UNIT,
    conjugate,
    divide,
    imaginary_part,
    ones,
    real_part,
)
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import KINDS, Apply, Node
from matcalc.expressions.operations import (
    Column,
    Conjugate,
    Differential,
    Entry,
    EntryOfMatrix,
    FunctionEntrywise,
    ImaginaryPart,
    Inverse,
    MatrixPower,
    Ones,
    RealPart,
    RealPower,
    Row,
    Segment,
    SelectedRows,
    Slice,
    Solution,
)
from matcalc.rulebook.solutions import Entries, solution

_MADE: Mapping[type[Apply], Callable[..., Node]] = {
    **ARITHMETIC,
    Conjugate: conjugate,
    RealPart: real_part,
    ImaginaryPart: imaginary_part,
    FunctionEntrywise: lambda *given: FunctionEntrywise.raw(*given, shape=given[2].shape),
    Differential: lambda inner: Differential.raw(inner, shape=inner.shape),
}
_MADE_BY_BOOK: Mapping[type[Apply], Callable[[Entries, Node, Node], Node]] = {
    MatrixPower: build.power,
    RealPower: build.real_power,
    Solution: solution,
}
_SUBSCRIPTS: Mapping[type[Apply], Callable[..., Sequence[build.Subscript]]] = {
    Entry: lambda place: [place],
    Row: lambda place: [place, None],
    Column: lambda place: [None, place],
    EntryOfMatrix: lambda row, column: [row, column],
    Segment: lambda first, last: [(first, last)],
    Slice: lambda top, bottom, left, right: [(top, bottom), (left, right)],
}


def by_arithmetic(
    book: Entries, name: str, arguments: Sequence[Node], shape: Shape | None
) -> Node | None:
    """The operation made by the constructors; None where it is none of theirs."""
    kind = KINDS.get(name)
    if kind is None:
        return None
    if kind is Inverse and arguments[0].shape.is_scalar:
        return divide(UNIT, arguments[0])
    if kind in _MADE:
        return _MADE[kind](*arguments)
    if kind in _MADE_BY_BOOK:
        return _MADE_BY_BOOK[kind](book, *arguments)
    if kind in _SUBSCRIPTS:
        return build.select(book, arguments[0], _SUBSCRIPTS[kind](*arguments[1:]))
    if kind is SelectedRows:
        first, last, size = arguments
        build.checked_subscript((first, last), as_dimension(size, name))
    return ones(shape) if kind is Ones and shape is not None else None
