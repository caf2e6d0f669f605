"""The shape of every syntax node, by unification of dimensions in one pass over the arena.

Each form of syntax has its equations between the rows and columns of its parts; what cannot hold
raises Clash, which is only put in words when no other kinds of the undeclared names fit either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import assert_never

from matcalc.expressions.dimensions import ONE, Dimension, Shape, dimension
from matcalc.expressions.nodes import Symbol
from matcalc.language.clashes import Clash
from matcalc.language.entries import member, range_of, require_array, selected, take_ranges
from matcalc.language.fitting import Choices, Letters, fits
from matcalc.language.meeting import Sides, equal_sides, meeting, unify_sides
from matcalc.language.provenance import Shapes
from matcalc.language.requests import Request
from matcalc.language.signatures import Signature
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Comparison,
    Listed,
    Name,
    Negation,
    Numeral,
    Postfix,
    Power,
    Quoted,
    Repeated,
    Selection,
    Solution,
    Syntax,
    Total,
)
from matcalc.language.unification import Unifier
from matcalc.language.vocabulary import (
    CHOICE,
    Constant,
    Defined,
    Direction,
    Fitted,
    Silent,
    Source,
    Undeclared,
    Vocabulary,
)

_SCALAR: Sides = (ONE, ONE)
_PRODUCTS = ("*", "@", "⋅", "×")


class Inference:
    """One attempt to give every syntax node a shape, with kinds chosen for undeclared names."""

    def __init__(self, source: Source, vocabulary: Vocabulary, kinds: Mapping[str, str]) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.kinds = kinds
        flexible = set(source.sizes)
        if not source.rigid:
            flexible |= {n for symbol in source.declared.values() for n in symbol.shape.names}
            flexible |= {name for size in vocabulary.sizes.values() for name in size.names}
        new = vocabulary.new_sizes(source) if source.closed else ()
        self.unifier = Unifier(flexible, source.sizes, new)
        self.sides: list[Sides] = []
        self.chosen: dict[int, Signature] = {}
        self.choices = Choices(self.unifier)
        self.spread: list[Total | Chain] = []
        self.arrays: dict[int, Sides] = {}  # of which members are taken, by place of the member
        self.ranges: dict[int, Dimension] = {}
        self.matrices: dict[str, Sides] = {}  # the sides of the matrices of a family
        self.variables = {word: self._variable(word, kind) for word, kind in kinds.items()}
        declared = ((one.shape.rows, one.shape.columns) for one in source.declared.values())
        self.unifier.matrices = [*self.variables.values(), *declared]
        self.shapes = Shapes(source, vocabulary, self.unifier, self.sides, self.variables)

    def _variable(self, word: str, kind: str) -> Sides:
        unknown = self.unifier.unknown
        if kind == "scalar":
            return _SCALAR
        if kind == "any":
            return unknown(), unknown()
        if kind == "matrices":
            rows, columns = self.matrices[word] = unknown(proper=True), unknown(proper=True)
            return unknown(proper=True), rows * columns
        return unknown(proper=True), ONE if kind == "vector" else unknown(proper=True)

    def run(self, equal: tuple[Syntax, ...]) -> Inference:
        """Infer every node; raises Clash where shapes cannot fit."""
        letters = {one: self._asked(one) for one in self.source.requests}
        bodies = {function.place for function in self.source.functions.values()}
        for node in self.source.arena:
            self.sides.append(self._infer(node))
            if node.place in bodies and not unify_sides(self.unifier, self.sides[-1], _SCALAR):
                raise Clash(node, "body", ())
        for left, right in pairwise(equal):
            if not unify_sides(self.unifier, self.sides[left.place], self.sides[right.place]):
                raise Clash(right, "equate", (left, right))
        for one in self.source.placed:
            self._meet(letters[one.request], one.formula.shape, self.sides[one.root.place])
        if (unmet := self.choices.settle(self.chosen)) is not None:
            raise Clash(unmet[0], "result", tuple(sides for _, sides in unmet[1]))
        take_ranges(self)
        if not (all(one.settle() for one in letters.values()) and self.unifier.settle()):
            raise Clash(self.source.arena[-1], "undetermined", ())
        return self

    def _asked(self, request: Request) -> Letters:
        """What is asked of a variable, and of names that are formulas alone, known beforehand."""
        letters = Letters(self.unifier)
        self._meet(letters, request.shape, self._variable_sides(request.variable))
        for word, formula in self.vocabulary.new.items():
            if formula in request.formulas:
                self._meet(letters, formula.shape, self.variables[word])
        return letters

    def _meet(self, letters: Letters, wanted: Shape | None, found: Sides) -> None:
        if wanted is not None and not all(map(letters.meet, (wanted.rows, wanted.columns), found)):
            raise Clash(self.source.arena[-1], "undetermined", ())

    def _variable_sides(self, word: str) -> Sides:
        known = self.source.declared.get(word)
        if known is not None:
            return known.shape.rows, known.shape.columns
        if word not in self.variables:
            raise Clash(self.source.arena[-1], "undetermined", ())
        return self.variables[word]

    def exponents_of_matrices(self) -> set[str]:
        """Undeclared names in the exponents of matrices: they stand for integers."""
        found: set[str] = set()
        for node in self.source.arena if self.variables else ():
            if not isinstance(node, Power) or node.entrywise:
                continue
            if not self.unifier.is_one(self.sides[node.base.place][0]):
                inside = self.source.arena[node.exponent.first : node.exponent.place + 1]
                found |= {name.word for name in inside if isinstance(name, Name)}
        return found

    def expect(self, node: Syntax, shape: Shape) -> None:
        """Let what nothing tells of the size of a node be as in that shape."""
        for side, size in zip(self.sides[node.place], (shape.rows, shape.columns), strict=True):
            if self.unifier.has_unknown(side):
                self.unifier.unify(side, size)

    # ------------------------------------------------------------ equations between sides

    def _is_scalar(self, sides: Sides) -> bool:
        rows, columns = sides
        return (rows is ONE or self.unifier.is_one(rows)) and (
            columns is ONE or self.unifier.is_one(columns)
        )

    def is_scalar(self, node: Syntax) -> bool:
        """Whether a node was found to be 1 x 1."""
        return self._is_scalar(self.sides[node.place])

    # ------------------------------------------------------------ one node

    def _infer(self, node: Syntax) -> Sides:
        match node:
            case Name():
                whole = self._name(node)
                return member(self, node, whole) if node.indices else whole
            case Chain():
                return self._chain(node)
            case Total():
                return self._total(node)
            case Call():
                return self._call(node)
            case Postfix():
                return self._postfix(node)
            case Power():
                call = self.vocabulary.exponentials.get(node.place)
                return self._power(node) if call is None else self._call(call)
            case Negation(operand=operand):
                return self.sides[operand.place]
            case Selection():
                return selected(self, node)
            case Blocks():
                return self._blocks(node)
            case Repeated():
                return self._repeated(node)
            case Solution():
                return self._solution(node)
            case Numeral() | Quoted():
                return _SCALAR
            case Comparison(left=left, right=right):
                return self._met(node, [left, right])
            case Listed():
                raise Clash(node, "not_in_dialect", ())
            case _:
                assert_never(node)

    def _name(self, node: Name) -> Sides:
        match self.vocabulary.meanings[node.place]:
            case Symbol(shape=shape):
                return shape.rows, shape.columns
            case Undeclared(word=word):
                return self.variables[word]
            case Defined(place=place):
                return self.sides[place]
            case Fitted(word=word, size=size):
                return self._fitted(word) if size is None else (size, size)
            case Constant(signature=signature):
                return signature.result.rows, signature.result.columns
            case Direction(variable=word):
                return self._variable_sides(word)
            case Silent():
                return _SCALAR

    def _fitted(self, word: str) -> Sides:
        rows = self.unifier.unknown(proper=True)
        return (rows, rows) if word == "eye" else (rows, self.unifier.unknown())

    def _met(self, node: Syntax, parts: Sequence[Syntax]) -> Sides:
        """The sides of what meets entry by entry: of the arrays among the parts."""
        whole = [part for part in parts if not self.is_scalar(part)]
        sides = self.sides[whole[0].place] if whole else _SCALAR
        for part in whole[1:]:
            found = meeting(self.unifier, sides, self.sides[part.place])
            if found is None:
                raise Clash(node, "add", (whole[0], part))
            sides = found
        return sides

    def _total(self, node: Total) -> Sides:
        whole = [term for term in node.terms if not self.is_scalar(term)]
        if not whole:
            return _SCALAR
        sides = self._met(node, whole)
        if len(whole) < len(node.terms) or not all(
            equal_sides(self.unifier, self.sides[term.place], sides) for term in whole
        ):
            self.spread.append(node)
        return sides

    def _chain(self, node: Chain) -> Sides:
        sides = self.sides[node.factors[0].place]
        for place, operator in enumerate(node.operators):
            factor = node.factors[place + 1]
            sides = self._binary(node, place, sides, operator, factor)
        return sides

    def _binary(self, node: Chain, place: int, left: Sides, operator: str, factor: Syntax) -> Sides:
        right = self.sides[factor.place]
        if operator == "⊗":
            resolve = self.unifier.resolve
            rows, columns = (resolve(a) * resolve(b) for a, b in zip(left, right, strict=True))
            return rows, columns
        left_scalar, right_scalar = self._is_scalar(left), self._is_scalar(right)
        if operator in (".*", "./"):
            if left_scalar or right_scalar:
                return right if left_scalar else left
            met = meeting(self.unifier, left, right)
            if met is None:
                raise Clash(node, "entrywise", (place, left, right))
            if not (equal_sides(self.unifier, left, met) and equal_sides(self.unifier, right, met)):
                self.spread.append(node)
            return met
        if operator in _PRODUCTS and (left_scalar or right_scalar):
            return right if left_scalar else left
        if operator in "⋅×" and self.unifier.is_one(left[1]) and self.unifier.is_one(right[1]):
            length = dimension(3) if operator == "×" else right[0]
            if not (self.unifier.unify(left[0], length) and self.unifier.unify(right[0], length)):
                raise Clash(node, "multiply", (place, left, right))
            return (length, ONE) if operator == "×" else _SCALAR
        if operator == "/" and right_scalar:
            return left
        if operator == "\\" and left_scalar:
            return right
        return self._matrix_product(node, place, left, operator, right)

    def _matrix_product(
        self, node: Chain, place: int, left: Sides, operator: str, right: Sides
    ) -> Sides:
        """A*B, A/B = A*inv(B), A\\B = inv(A)*B."""
        unify = self.unifier.unify
        if operator in _PRODUCTS:
            if not unify(left[1], right[0]):
                raise Clash(node, "multiply", (place, left, right))
            return left[0], right[1]
        divided, divisor = (left, right) if operator == "/" else (right, left)
        if self._is_scalar(divided) or not unify(*divisor):
            raise Clash(node, "divide", (place, left, right))
        fits = unify(divided[1], divisor[0]) if operator == "/" else unify(divisor[0], divided[0])
        if not fits:
            raise Clash(node, "divide", (place, left, right))
        return divided

    def _power(self, node: Power) -> Sides:
        base, exponent = self.sides[node.base.place], self.sides[node.exponent.place]
        word = node.exponent.operand if isinstance(node.exponent, Negation) else node.exponent
        if isinstance(self.vocabulary.meanings.get(word.place), Silent):
            if word is not node.exponent and not self.unifier.unify(*base):
                raise Clash(node, "invert", ())
            return base[1], base[0]
        base_scalar, exponent_scalar = self._is_scalar(base), self._is_scalar(exponent)
        if node.entrywise:
            if (
                not base_scalar
                and not exponent_scalar
                and not unify_sides(self.unifier, base, exponent)
            ):
                raise Clash(node, "entrywise_power", ())
            return exponent if base_scalar else base
        if not exponent_scalar:
            raise Clash(node, "exponent", ())
        if not base_scalar and not self.unifier.unify(*base):
            raise Clash(node, "power", ())
        return base

    def _postfix(self, node: Postfix) -> Sides:
        rows, columns = self.sides[node.operand.place]
        if isinstance(node.operand, Name):
            require_array(self, node.operand)
        if node.operator == "inverse" and not self.unifier.unify(rows, columns):
            raise Clash(node, "invert", ())
        return columns, rows

    # ------------------------------------------------------------ functions

    def _call(self, node: Call) -> Sides:
        candidates = self.vocabulary.signatures.get(node.place)
        if candidates is None:
            return self._fill(node)
        found = fits(candidates, node, self.sides, self.vocabulary.sizes, self.unifier)
        if not found:
            raise Clash(node, "call", tuple(candidates))
        self.chosen[node.place] = found[0][0]
        self._check_arrays(node, found[0][0])
        return self.choices.result(node, found)

    def _check_arrays(self, node: Call, signature: Signature) -> None:
        for parameter, argument in zip(signature.parameters, node.arguments, strict=True):
            whole = parameter.kind == "value" and not parameter.shape.is_scalar
            if whole and signature.result.is_scalar:
                require_array(self, argument)

    def _fill(self, node: Call) -> Sides:
        """`eye(n)`, `ones(m,n)`, `zeros()`, and `vector(c)` with every entry c."""
        word = node.function.rsplit(".", 1)[-1]
        if word == CHOICE:
            return self._met(node, node.arguments)
        if word in ("vector", "matrix"):
            if not self.is_scalar(node.arguments[0]):
                raise Clash(node, "fill", ())
            rows = self.unifier.unknown(proper=True)
            return rows, ONE if word == "vector" else self.unifier.unknown(proper=True)
        sizes = [self.vocabulary.sizes[argument.place] for argument in node.arguments]
        if not sizes:
            return self._fitted(word)
        if word == "eye":
            return sizes[0], sizes[0]
        return sizes[0], sizes[1] if len(sizes) > 1 else ONE

    # ------------------------------------------------------------ entries, blocks, sums

    def _blocks(self, node: Blocks) -> Sides:
        total: Dimension | None = None
        width: Dimension | None = None
        for row in node.rows:
            sides = [self.sides[block.place] for block in row]
            for block, side in zip(row[1:], sides[1:], strict=True):
                if not self.unifier.unify(sides[0][0], side[0]):
                    raise Clash(node, "block_row", (row[0], block))
            columns = self._sum([side[1] for side in sides])
            if width is not None and not self.unifier.unify(width, columns):
                raise Clash(node, "block_column", (node.rows[0], row))
            width = columns if width is None else width
            total = sides[0][0] if total is None else self._sum([total, sides[0][0]])
        return total or ONE, width or ONE

    def _sum(self, sizes: list[Dimension]) -> Dimension:
        total = self.unifier.resolve(sizes[0])
        for size in sizes[1:]:
            total = total + self.unifier.resolve(size)
        return total

    def _repeated(self, node: Repeated) -> Sides:
        sides = self.sides[node.body.place]
        if node.upper is None:
            self.ranges[node.place] = range_of(self, node)
        if node.word == "prod" and not self._is_scalar(sides) and not self.unifier.unify(*sides):
            raise Clash(node, "repeated_product", ())
        return sides

    def _solution(self, node: Solution) -> Sides:
        """The unknown of an equation: there are as many equations as it has entries."""
        if node.word not in self.source.declared and node.word not in self.variables:
            raise Clash(node, "unsought", ())
        sides = self._variable_sides(node.word)
        if not unify_sides(self.unifier, sides, self.sides[node.residual.place]):
            raise Clash(node, "solution", (node.residual, sides))
        return sides
