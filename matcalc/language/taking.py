"""What is taken from an array, as expressions: X[i, j], x[a:b], x_i, A_ij."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions import build
from matcalc.expressions.constructors import from_dimension, transpose
from matcalc.expressions.dimensions import ONE, SCALAR
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.valued_words import sizes_of
from matcalc.language.kinds import closure
from matcalc.language.syntax import Name, Selection, Subscript
from matcalc.language.vocabulary import Source


def index_symbol(word: str) -> Symbol:
    """What a sum runs over."""
    return Symbol(word, SCALAR, closure("index"))


def part_of(node: Selection, nodes: Sequence[Node], source: Source) -> Node:
    """X[i, j] from the nodes built so far; errors are placed at the subscript."""
    operand = nodes[node.operand.place]
    subscripts = [_subscript(subscript, nodes) for subscript in node.subscripts]
    shape = operand.shape
    sizes = (shape.rows, shape.columns) if len(subscripts) == 2 else (shape.size,)
    for place, subscript, size in zip(node.subscripts, subscripts, sizes, strict=True):
        try:
            build.checked_subscript(subscript, size)
        except MatcalcError as problem:
            raise problem.at(source.text, place.span) from None
    return build.select(source.book, operand, subscripts)


def _subscript(subscript: Subscript, nodes: Sequence[Node]) -> build.Subscript:
    if subscript.single is not None:
        return nodes[subscript.single.place]
    if subscript.lower is None or subscript.upper is None:
        return None
    return nodes[subscript.lower.place], nodes[subscript.upper.place]


def member_of(node: Name, whole: Node, source: Source) -> Node:
    """x_i: the entry x[i] of a vector, row i of an array as a column or as a matrix; A_ij."""
    indices = [index_symbol(word) for word in node.indices]
    sizes = sizes_of(whole.structure, "family") if isinstance(whole, Symbol) else ()
    if sizes:
        return source.book.apply("member", [whole, *indices, *map(from_dimension, sizes)])
    if len(indices) == 2 or ONE in (whole.shape.rows, whole.shape.columns):
        return build.select(source.book, whole, indices)
    return transpose(build.select(source.book, whole, [*indices, None]))
