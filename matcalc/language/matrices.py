"""Shapes as MATLAB, Julia and SymPy have them: signs are those of matrices, a vector is a column.

Functions are those of the tool's table. Where the tool does so, a row or a column that meets a
matrix entry by entry is repeated.
"""

from __future__ import annotations

from matcalc.expressions.dimensions import ONE, Dimension, dimension
from matcalc.language.array_values import Array
from matcalc.language.arrays import ArrayInference
from matcalc.language.clashes import Clash
from matcalc.language.inference import Inference
from matcalc.language.meeting import Sides, unify_sides
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Name,
    Power,
    Quoted,
    Selection,
    Subscript,
    Syntax,
    Total,
)


class MatrixInference(ArrayInference):
    """One attempt to give every syntax node a shape, as a tool of matrices reads the text."""

    def _infer(self, node: Syntax) -> Sides:
        if isinstance(node, Selection):
            sides = self._selection(node)
        else:
            sides = Inference._infer(self, node)
        self.axes.append(-1 if isinstance(node, Quoted) else self._as_array(sides).axes)
        return sides

    def _as_array(self, sides: Sides) -> Array:
        return Array(sides, 0 if self._is_scalar(sides) else 2)

    def exponents_of_matrices(self) -> set[str]:
        return Inference.exponents_of_matrices(self)

    # ------------------------------------------------------------ signs

    def repeats(self, sign: str) -> bool:
        """Whether the sign repeats a row or a column."""
        return sign in self.source.dialect.repeat

    def _total(self, node: Total) -> Sides:
        sides = [self.sides[term.place] for term in node.terms]
        scalars = [self._is_scalar(one) for one in sides]
        if self.repeats(".+" if node.entrywise else "+"):
            if any(scalars) and not all(scalars):
                self.spread.append(node)
            return self.broadcast(node, [self._as_array(one) for one in sides]).sides
        for term, one in zip(node.terms[1:], sides[1:], strict=True):
            if not unify_sides(self.unifier, sides[0], one):
                raise Clash(node, "add", (node.terms[0], term))
        return sides[0]

    def _binary(self, node: Chain, place: int, left: Sides, operator: str, factor: Syntax) -> Sides:
        right = self.sides[factor.place]
        if operator == "⋅" and not self._are_dotted(left, right):
            raise Clash(node, "dot_of_matrices", ())
        if operator not in (".*", "./"):
            return super()._binary(node, place, left, operator, factor)
        if not self._meets(operator, left, right):
            raise Clash(node, "entrywise", (place, left, right))
        return self.broadcast(node, [self._as_array(left), self._as_array(right)]).sides

    def _are_dotted(self, left: Sides, right: Sides) -> bool:
        """Whether both are columns, or one is a scalar."""
        columns = self.unifier.is_one(left[1]) and self.unifier.is_one(right[1])
        return columns or self._is_scalar(left) or self._is_scalar(right)

    def _meets(self, operator: str, left: Sides, right: Sides) -> bool:
        scalar = self._is_scalar(left) or self._is_scalar(right)
        return scalar or self.repeats(operator) or unify_sides(self.unifier, left, right)

    def _blocks(self, node: Blocks) -> Sides:
        """In Julia `[a, b]` is a vector of numbers."""
        if not self.is_list(node):
            return super()._blocks(node)
        row = node.rows[0]
        if not all(self.unifier.is_one(size) for one in row for size in self.sides[one.place]):
            raise Clash(node, "list_of_arrays", ())
        return dimension(len(row)), ONE

    def is_list(self, node: Blocks) -> bool:
        """Whether commas separate numbers, not blocks side by side."""
        return self.source.dialect.name == "julia" and len(node.rows) == 1

    def _power(self, node: Power) -> Sides:
        if node.entrywise and self.repeats(".^"):
            return self.broadcast(node, [self.array(node.base), self.array(node.exponent)]).sides
        return super()._power(node)

    def _call(self, node: Call) -> Sides:
        return self._call_array(node).sides

    # ------------------------------------------------------------ entries

    def _selection(self, node: Selection) -> Sides:
        """`A(:)` is the columns stacked, `A[1, :]` in Julia a column."""
        sides = self.sides[node.operand.place]
        if self.is_scalar(node.operand):
            return self._of_number(node)
        for subscript in node.subscripts:
            if subscript.single is not None and not self.is_scalar(subscript.single):
                raise Clash(node, "subscript", (subscript.single,))
        if len(node.subscripts) == 2:
            pairs = zip(node.subscripts, sides, strict=True)
            rows, columns = (self._kept(node, one, size) for one, size in pairs)
            return (columns, rows) if self.turns(node) else (rows, columns)
        if len(node.subscripts) != 1:
            raise Clash(node, "subscript_count", ())
        return self._of_vector(node, node.subscripts[0], sides)

    def _of_number(self, node: Selection) -> Sides:
        """`(x.T*A*x)[0, 0]` is the number itself; what is nothing but a name is no number then."""
        if isinstance(node.operand, Name) or not all(one.single for one in node.subscripts):
            raise Clash(node, "subscript_count", ())
        return self.sides[node.operand.place]

    def _of_vector(self, node: Selection, subscript: Subscript, sides: Sides) -> Sides:
        rows, columns = map(self.unifier.resolve, sides)
        if subscript.is_whole:
            return rows * columns, ONE
        if self.unifier.unify(columns, ONE):
            return self._kept(node, subscript, rows), ONE
        if not self.unifier.unify(rows, ONE):
            raise Clash(node, "subscript_count", ())
        return ONE, self._kept(node, subscript, columns)

    def turns(self, node: Selection) -> bool:
        """Whether a row that is taken out is a vector, as in Julia."""
        row, column = node.subscripts
        is_row = row.single is not None and column.single is None
        return self.source.dialect.name == "julia" and is_row

    def _kept(self, node: Selection, subscript: Subscript, whole: Dimension) -> Dimension:
        if subscript.single is not None:
            return ONE
        if subscript.is_whole:
            return whole
        if self.source.dialect.first == 0 or subscript.lower is None or subscript.upper is None:
            raise Clash(node, "not_in_dialect", ())
        size = self.place(subscript.upper, whole) - self.place(subscript.lower, whole) + 1
        if (size * -1).is_at_least(0):
            raise Clash(node, "empty_range", (subscript.lower, subscript.upper))
        return size

    def place(self, node: Syntax, whole: Dimension) -> Dimension:
        """A position, in which `end` is the last."""
        return self.vocabulary.sizes[node.place].substitute({"end": self.unifier.resolve(whole)})
