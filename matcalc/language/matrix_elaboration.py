"""Syntax that was read as MATLAB, Julia or SymPy reads it to expression nodes."""

from __future__ import annotations

from matcalc.expressions import build
from matcalc.expressions.constructors import from_dimension, number, transpose
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Node
from matcalc.language.array_elaboration import ArrayElaboration
from matcalc.language.array_values import Value, broadcast
from matcalc.language.elaboration import Elaboration
from matcalc.language.factors import Factors
from matcalc.language.matrices import MatrixInference
from matcalc.language.syntax import Blocks, Chain, Postfix, Power, Selection, Subscript, Syntax


class MatrixElaboration(ArrayElaboration):
    """The expression of every syntax node of one text that a tool of matrices reads."""

    inference: MatrixInference

    def _build(self, node: Syntax) -> Node:
        return Elaboration._build(self, node)

    def _chain(self, node: Chain) -> Node:
        return Elaboration._chain(self, node)

    def _product(self, first: Syntax, node: Chain) -> Node:
        divisors = self.inverted[node.place]
        pending = Factors(self.source.book, self._node(first), divisors)
        for operator, factor in zip(node.operators, node.factors[1:], strict=True):
            right = self._node(factor)
            if self.inference.repeats(operator):
                left, right = _met(pending.finish(), right)
                pending = Factors(self.source.book, left, divisors)
            pending.meet(operator, right)
        return pending.finish()

    def _power(self, node: Power) -> Node:
        return super()._power(node) if node.entrywise else Elaboration._power(self, node)

    def _postfix(self, node: Postfix) -> Node:
        return Elaboration._postfix(self, node)

    def _blocks(self, node: Blocks) -> Node:
        if not self.inference.is_list(node):
            return super()._blocks(node)
        return build.blocks(self.source.book, [[self._node(one)] for one in node.rows[0]])

    def _selection(self, node: Selection) -> Node:
        operand = self._node(node.operand)
        if operand.shape.is_scalar:
            return operand
        if len(node.subscripts) == 1 and node.subscripts[0].is_whole:
            return self._apply("vec", operand)
        shape = operand.shape
        sizes = (shape.rows, shape.columns) if len(node.subscripts) == 2 else (shape.size,)
        pairs = zip(node.subscripts, sizes, strict=True)
        found = build.select(self.source.book, operand, [self._position(*pair) for pair in pairs])
        return transpose(found) if len(sizes) == 2 and self.inference.turns(node) else found

    def _position(self, subscript: Subscript, size: Dimension) -> build.Subscript:
        if subscript.single is not None:
            if subscript.single.place in self.inference.vocabulary.sizes:
                return self._place(subscript.single, size)
            first = self.source.dialect.first
            return build.total([(1, self._node(subscript.single)), (1, number(1 - first))])
        if subscript.lower is None or subscript.upper is None:
            return None
        return self._place(subscript.lower, size), self._place(subscript.upper, size)

    def _place(self, node: Syntax, size: Dimension) -> Node:
        return from_dimension(self.inference.place(node, size))


def _met(left: Node, right: Node) -> list[Node]:
    axes = [0 if one.shape.is_scalar else 2 for one in (left, right)]
    return broadcast([Value(left, axes[0]), Value(right, axes[1])])
