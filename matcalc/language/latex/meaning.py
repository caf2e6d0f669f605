r"""What a formula of a paper means where matcalc's own language means something else.

Blocks stand one below the other by `&`, S^{1/2} is the principal root, and column i of the identity
is the unit vector e_i.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from matcalc.expressions import build
from matcalc.expressions.constructors import from_dimension
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.nodes import Identity, Node, Number
from matcalc.expressions.operations import Column
from matcalc.language.clashes import Clash
from matcalc.language.elaboration import Elaboration
from matcalc.language.inference import Inference
from matcalc.language.meeting import Sides
from matcalc.language.syntax import Blocks, Power, Selection, Syntax


class LatexInference(Inference):
    """One attempt to give every syntax node of a formula a shape."""

    def _fitted(self, word: str) -> Sides:
        """0 among blocks may be a number, and a bold 1 is a column."""
        if word == "zeros":
            return self.unifier.unknown(), self.unifier.unknown()
        rows, columns = super()._fitted(word)
        return rows, ONE if word == "column" else columns

    def _blocks(self, node: Blocks) -> Sides:
        if len({len(row) for row in node.rows}) == 1:
            for first, *below in zip(*node.rows, strict=True):
                for block in below:
                    widths = self.sides[first.place][1], self.sides[block.place][1]
                    if not self.unifier.unify(*widths):
                        raise Clash(node, "block_column", ([first], [block]))
        return super()._blocks(node)


class LatexElaboration(Elaboration):
    """The expression of every syntax node of one formula."""

    usages: ClassVar[Mapping[str, str]] = {
        "eye": "I_n",
        "ones": r"\mathbf{1}_n",
        "column": r"\mathbf{1}_n",
        "zeros": r"\mathbf{0}_{m,n}",
    }

    def _power(self, node: Power) -> Node:
        base, exponent = self._node(node.base), self._node(node.exponent)
        if node.entrywise or base.shape.is_scalar or not base.shape.is_square:
            return super()._power(node)
        if isinstance(exponent, Number) and exponent.value == Fraction(1, 2):
            return self._apply("sqrtm", base)
        return build.real_power(self.source.book, base, exponent)

    def _selection(self, node: Selection) -> Node:
        found = super()._selection(node)
        whole = found.arguments[0] if isinstance(found, Column) else None
        if isinstance(found, Column) and isinstance(whole, Identity):
            return self._apply("basis", found.arguments[1], from_dimension(whole.shape.rows))
        return found

    def _fill(self, node: Syntax, word: str) -> Node:
        rows, columns = self.inference.sides[node.place]
        for side in (rows, columns) if word == "zeros" else ():
            if self.inference.unifier.is_unknown(side):
                self.inference.unifier.unify(side, ONE)
        return super()._fill(node, word)
