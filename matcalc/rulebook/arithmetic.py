"""The operations of the book that are arithmetic: the constructors make them."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions import build
from matcalc.expressions.constructors import (
    conjugate,
    elementwise_power,
    hadamard,
    imaginary_part,
    index_product,
    index_sum,
    ones,
    power,
    real_part,
    trace,
    transpose,
)
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node
from matcalc.language.signatures import Book


def by_arithmetic(
    book: Book, name: str, arguments: Sequence[Node], shape: Shape | None
) -> Node | None:
    """The operation made by the constructors; None where it is none of theirs."""
    match name, arguments:
        case "matrix_power", (base, exponent):
            return build.power(book, base, exponent)
        case "powm", (base, exponent):
            return build.real_power(book, base, exponent)
        case ("entry", (array, place)) | ("row", (array, place)):
            return build.select(book, array, [place] if name == "entry" else [place, None])
        case "column", (array, place):
            return build.select(book, array, [None, place])
        case "entry_of", (array, row, column):
            return build.select(book, array, [row, column])
        case "segment", (array, lower, upper):
            return build.select(book, array, [(lower, upper)])
        case "slice", (array, top, bottom, left, right):
            return build.select(book, array, [(top, bottom), (left, right)])
        case "selection", (first, last, size):
            build.checked_subscript((first, last), as_dimension(size, name))
    match name:
        case "transpose":
            return transpose(arguments[0])
        case "conj":
            return conjugate(arguments[0])
        case "re":
            return real_part(arguments[0])
        case "im":
            return imaginary_part(arguments[0])
        case "hadamard":
            return hadamard(*arguments)
        case "elementwise_power":
            return elementwise_power(*arguments)
        case "power":
            return power(*arguments)
        case "tr":
            return trace(arguments[0])
        case "index_sum":
            return index_sum(*arguments)
        case "elementwise":
            return Apply(name, tuple(arguments), arguments[2].shape, NO_STRUCTURE)
        case "implicit":
            return Apply(name, tuple(arguments), arguments[0].shape, NO_STRUCTURE)
        case "index_prod":
            return index_product(*arguments)
        case "ones" if shape is not None:
            return ones(shape)
        case "d":
            return Apply(name, tuple(arguments), arguments[0].shape, NO_STRUCTURE)
        case _:
            return None
