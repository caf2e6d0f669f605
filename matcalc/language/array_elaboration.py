"""Syntax that was read as NumPy reads it to expression nodes: broadcasting is written out.

`M + x` is M + ones(m)*x', `x @ A` is A'*x, `X[0]` the first row as a column.
"""

from __future__ import annotations

from matcalc.expressions import build
from matcalc.expressions.constructors import (
    UNIT,
    elementwise_power,
    from_dimension,
    number,
    transpose,
)
from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.nodes import Node
from matcalc.language.array_values import ArrayFunction, Value, broadcast, filled, product, times
from matcalc.language.arrays import ArrayInference, is_new_axis
from matcalc.language.comparing import compared
from matcalc.language.constants import is_number_in_quotes
from matcalc.language.elaboration import Elaboration
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Comparison,
    Listed,
    Postfix,
    Power,
    Selection,
    Subscript,
    Syntax,
    Total,
)

_MINUS_ONE = number(-1)


class ArrayElaboration(Elaboration):
    """The expression of every syntax node of one text that was read as NumPy reads it."""

    inference: ArrayInference

    def _value(self, node: Syntax) -> Value:
        return Value(self._node(node), self.inference.axes[node.place])

    def _inner_totals(self) -> set[int]:
        return set()

    def _build(self, node: Syntax) -> Node:
        match node:
            case Listed() | Blocks():
                stack = self.inference.stacks.get(node.place)
                return UNIT if stack is None else self._of_arrays(stack)
            case Call() if is_number_in_quotes(node):
                return UNIT
            case _:
                return super()._build(node)

    # ------------------------------------------------------------ signs

    def _comparison(self, node: Comparison) -> Node:
        left, right = broadcast([self._value(node.left), self._value(node.right)])
        return compared(self.source.book, left, node.operator, right)

    def _total(self, node: Total) -> Node:
        terms = broadcast([self._value(term) for term in node.terms])
        return build.total(list(zip(node.signs, terms, strict=True)))

    def _chain(self, node: Chain) -> Node:
        found = self._value(node.factors[0])
        for operator, factor in zip(node.operators, node.factors[1:], strict=True):
            right = self._value(factor)
            if operator == "@":
                found = product(found, right)
            else:
                axes = max(found.axes, right.axes)
                left, other = broadcast([found, right])
                if operator == "/":
                    other = elementwise_power(other, _MINUS_ONE)
                    self.inverted[node.place].append(other)
                found = Value(times(left, other), axes)
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
        return self._apply("exp", times(self._apply("log", base), exponent))

    def _postfix(self, node: Postfix) -> Node:
        found = self._value(node.operand)
        return transpose(found.node) if found.axes == 2 else found.node

    # ------------------------------------------------------------ functions

    def _call(self, node: Call) -> Node:
        of_arrays = self.inference.vocabulary.of_arrays.get(node.place)
        if of_arrays is not None:
            return self._of_arrays(of_arrays)
        function, given = self.inference.called[node.place]
        met = [word for word, axes in function.axes.items() if axes is None]
        values = dict(
            zip(met, filled(broadcast([self._value(given[w]) for w in met])), strict=True)
        )
        arguments = [
            self._size(given[parameter.name])
            if parameter.kind == "dimension"
            else values.get(parameter.name, self._node(given[parameter.name]))
            for parameter in function.signature.parameters
        ]
        return self._apply(function.signature.operation, *arguments)

    def _size(self, node: Syntax) -> Node:
        size = self.inference.size(node)
        assert size is not None
        return from_dimension(self.inference.shapes.shape((size, ONE)).rows)

    def _of_arrays(self, function: ArrayFunction) -> Node:
        return function.value(self.source.book, [self._value(one) for one in function.operands])

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
