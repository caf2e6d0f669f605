"""Shapes as MATLAB, Julia and SymPy have them: signs are those of matrices, a vector is a column.

Functions are those of the tool's table. Where the tool does so, a row or a column that meets a
matrix entry by entry is repeated.
"""

from __future__ import annotations

from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.language.arrays import Array, ArrayInference
from matcalc.language.clashes import Clash
from matcalc.language.inference import Inference
from matcalc.language.provenance import Sides
from matcalc.language.syntax import Call, Chain, Power, Selection, Subscript, Syntax, Total


class MatrixInference(ArrayInference):
    """One attempt to give every syntax node a shape, as a tool of matrices reads the text."""

    def _infer(self, node: Syntax) -> Sides:
        sides = Inference._infer(self, node)
        self.axes.append(0 if self._is_scalar(sides) else 2)
        return sides

    def exponents_of_matrices(self) -> set[str]:
        return Inference.exponents_of_matrices(self)

    def repeats(self, sign: str) -> bool:
        """Whether the sign repeats a row or a column."""
        return sign in self.source.dialect.repeat

    # ------------------------------------------------------------ signs

    def _total(self, node: Total) -> Sides:
        scalars = [self.is_scalar(term) for term in node.terms]
        if self.repeats(".+" if node.entrywise else "+"):
            if any(scalars) and not all(scalars):
                self.spread.append(node)
            return self.broadcast(node, [self.array(term) for term in node.terms]).sides
        if any(scalars) and not all(scalars):
            whole = node.terms[scalars.index(False)], node.terms[scalars.index(True)]
            raise Clash(node, "add", whole)
        return super()._total(node)

    def _binary(self, node: Chain, place: int, left: Sides, operator: str, factor: Syntax) -> Sides:
        if self.repeats(operator):
            return self.broadcast(node, [self._as_array(left), self.array(factor)]).sides
        return super()._binary(node, place, left, operator, factor)

    def _power(self, node: Power) -> Sides:
        if node.entrywise and self.repeats(".^"):
            return self.broadcast(node, [self.array(node.base), self.array(node.exponent)]).sides
        return super()._power(node)

    def _as_array(self, sides: Sides) -> Array:
        return Array(sides, 0 if self._is_scalar(sides) else 2)

    def _call(self, node: Call) -> Sides:
        return self._call_array(node).sides

    # ------------------------------------------------------------ entries

    def _selection(self, node: Selection) -> Sides:
        """`A(:)` is the columns stacked, `A[1, :]` in Julia a column."""
        rows, columns = self.sides[node.operand.place]
        is_whole = len(node.subscripts) == 1 and node.subscripts[0].is_whole
        if is_whole and not self.unifier.is_one(columns):
            return self.unifier.resolve(rows) * self.unifier.resolve(columns), ONE
        found = super()._selection(node)
        return found[::-1] if self.turns(node) else found

    def turns(self, node: Selection) -> bool:
        """Whether a row that is taken out is a vector, as in Julia."""
        if self.source.dialect.name != "julia" or len(node.subscripts) != 2:
            return False
        row, column = node.subscripts
        return row.single is not None and column.single is None

    def _extent(self, node: Selection, subscript: Subscript, whole: Dimension) -> Dimension:
        if subscript.lower is None or subscript.upper is None:
            return super()._extent(node, subscript, whole)
        if self.source.dialect.first == 0:
            raise Clash(node, "not_in_dialect", ())
        size = self.place(subscript.upper, whole) - self.place(subscript.lower, whole) + 1
        if (size * -1).is_at_least(0):
            raise Clash(node, "empty_range", (subscript.lower, subscript.upper))
        return size

    def place(self, node: Syntax, whole: Dimension) -> Dimension:
        """A position, in which `end` is the last."""
        return self.vocabulary.sizes[node.place].substitute({"end": self.unifier.resolve(whole)})
