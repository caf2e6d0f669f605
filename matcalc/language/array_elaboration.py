"""Syntax that was read as NumPy reads it to expression nodes: broadcasting is written out.

`M + x` is M + ones(m)*x', `x @ A` is A'*x, `X[0]` the first row as a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matcalc.expressions import build
from matcalc.expressions.constructors import (
    elementwise_power,
    from_dimension,
    hadamard,
    multiply,
    number,
    ones,
    transpose,
)
from matcalc.expressions.dimensions import ONE, SCALAR, Dimension, Shape
from matcalc.expressions.nodes import Node
from matcalc.language.arrays import ArrayInference, is_new_axis
from matcalc.language.elaboration import Elaboration
from matcalc.language.syntax import Call, Chain, Postfix, Power, Selection, Subscript, Syntax, Total

_MINUS_ONE = number(-1)


class Value(NamedTuple):
    """An array as a matrix, and how many axes it has."""

    node: Node
    axes: int


class ArrayElaboration(Elaboration):
    """The expression of every syntax node of one text that was read as NumPy reads it."""

    inference: ArrayInference

    def _value(self, node: Syntax) -> Value:
        return Value(self._node(node), self.inference.axes[node.place])

    def _inner_totals(self) -> set[int]:
        return set()

    # ------------------------------------------------------------ signs

    def _total(self, node: Total) -> Node:
        terms = broadcast([self._value(term) for term in node.terms])
        return build.total(list(zip(node.signs, terms, strict=True)))

    def _chain(self, node: Chain) -> Node:
        found = self._value(node.factors[0])
        for operator, factor in zip(node.operators, node.factors[1:], strict=True):
            right = self._value(factor)
            if operator == "@":
                found = _product(found, right)
            else:
                axes = max(found.axes, right.axes)
                left, other = broadcast([found, right])
                other = elementwise_power(other, _MINUS_ONE) if operator == "/" else other
                found = Value(_times(left, other), axes)
        return found.node

    def _power(self, node: Power) -> Node:
        base, exponent = broadcast([self._value(node.base), self._value(node.exponent)])
        if exponent.shape.is_scalar:
            scalar = base.shape.is_scalar
            return (
                build.power(self.source.book, base, exponent)
                if scalar
                else elementwise_power(base, exponent)
            )
        return self._apply("exp", _times(self._apply("log", base), exponent))

    def _postfix(self, node: Postfix) -> Node:
        found = self._value(node.operand)
        return transpose(found.node) if found.axes == 2 else found.node

    # ------------------------------------------------------------ functions

    def _call(self, node: Call) -> Node:
        function, given = self.inference.called[node.place]
        met = [word for word, axes in function.axes.items() if axes is None]
        values = dict(
            zip(met, filled(broadcast([self._value(given[w]) for w in met])), strict=True)
        )
        arguments = [
            values.get(parameter.name, self._node(given[parameter.name]))
            if parameter.kind == "value"
            else from_dimension(self.inference.vocabulary.sizes[given[parameter.name].place])
            for parameter in function.signature.parameters
        ]
        return self._apply(function.signature.operation, *arguments)

    # ------------------------------------------------------------ entries

    def _selection(self, node: Selection) -> Node:
        found = self._value(node.operand)
        chosen = [s for s in node.subscripts if not is_new_axis(s, self.inference.vocabulary)]
        if not found.axes:
            return found.node
        sizes = (found.node.shape.rows, found.node.shape.columns)[: found.axes]
        positions = [self._position(s, size) for s, size in zip(chosen, sizes, strict=False)]
        positions += [None] * (found.axes - len(positions))
        node_ = build.select(self.source.book, found.node, positions)
        row = found.axes == 2 and _is_single(positions[0]) and not _is_single(positions[1])
        column = transpose(node_) if row else node_
        axes = self.inference.axes[node.place]
        is_row = axes == 2 and is_new_axis(node.subscripts[0], self.inference.vocabulary)
        return transpose(column) if is_row else column

    def _position(self, subscript: Subscript, size: Dimension) -> build.Subscript:
        """A subscript counted from 1, ends included."""
        if subscript.single is not None:
            known = self.inference.vocabulary.sizes.get(subscript.single.place)
            whole = known.integer if known is not None else None
            if whole is not None and whole < 0:
                return from_dimension(size + whole + 1)
            return build.total([(1, self._node(subscript.single)), (1, number(1))])
        if subscript.lower is None and subscript.upper is None:
            return None
        first, last = self.inference.ends(subscript, size)
        return from_dimension(first + 1), from_dimension(last)


def _is_single(position: build.Subscript) -> bool:
    return isinstance(position, Node)


def _times(left: Node, right: Node) -> Node:
    """The product entry by entry of two arrays of one shape, or with a scalar."""
    scalar = left.shape.is_scalar or right.shape.is_scalar
    return multiply(left, right) if scalar else hadamard(left, right)


def _product(left: Value, right: Value) -> Value:
    match left.axes, right.axes:
        case 1, 1:
            return Value(multiply(transpose(left.node), right.node), 0)
        case 1, _:
            return Value(multiply(transpose(right.node), left.node), 1)
        case _, 1:
            return Value(multiply(left.node, right.node), 1)
        case _:
            return Value(multiply(left.node, right.node), 2)


def broadcast(values: Sequence[Value]) -> list[Node]:
    """Arrays as matrices of one shape, scalars left as they are."""
    axes = max((value.axes for value in values), default=0)
    nodes = [
        transpose(value.node) if axes == 2 and value.axes == 1 else value.node for value in values
    ]
    rows = _widest([node.shape.rows for node in nodes])
    columns = _widest([node.shape.columns for node in nodes])
    return [_repeated(node, rows, columns) for node in nodes]


def filled(nodes: Sequence[Node]) -> list[Node]:
    """Where arrays meet scalars, the scalars as arrays of their shape."""
    shape = next((node.shape for node in nodes if not node.shape.is_scalar), SCALAR)
    whole = shape if len(nodes) > 1 else SCALAR
    return [
        multiply(node, ones(whole)) if node.shape.is_scalar and not whole.is_scalar else node
        for node in nodes
    ]


def _widest(sizes: Sequence[Dimension]) -> Dimension:
    return next((size for size in sizes if size != ONE), ONE)


def _repeated(node: Node, rows: Dimension, columns: Dimension) -> Node:
    """The array as often as it takes along the axes where it has one entry."""
    if node.shape.is_scalar:
        return node
    if node.shape.rows != rows:
        node = multiply(ones(Shape(rows, ONE)), node)
    if node.shape.columns != columns:
        node = multiply(node, ones(Shape(ONE, columns)))
    return node
