"""Random well-typed formulas over all operations of the book and all signs of the language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from matcalc.expressions.constructors import identity, ones, zero
from matcalc.expressions.dimensions import ONE, SCALAR, Dimension, Shape, dimension
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation
from tests.fuzz import signs
from tests.fuzz.calls import OPERATIONS, call, is_negative, matched, sides, spellings
from tests.fuzz.guards import GUARDS
from tests.fuzz.trees import Form, Sizes, Tree, leaf
from tests.fuzz.variables import Random, Variable
from tests.meanings.values import Array

_FUNCTIONS = ("expm", "sinm", "cosm", "logm")
_NUMBERS = [Fraction(*pair) for pair in ((2, 1), (3, 1), (1, 2), (-1, 1), (5, 2), (-2, 3), (4, 1))]
_WHOLE = (("2", 2.0), ("3", 3.0), ("(-1)", -1.0), ("(-2)", -2.0), ("0", 0.0), ("1", 1.0))
_BROKEN = (("(1/2)", 0.5), ("(-1/2)", -0.5), ("(3/2)", 1.5), ("0.5", 0.5), ("2.5", 2.5))
_INDICES = ("i", "j", "h", "l")
_GUARDED = 0.85  # the share of arguments that are brought into the domain
_WRAPPED = 0.12


class Writer:
    """Writes formulas in the variables given, with the sides m, n and p of their shapes."""

    def __init__(
        self, random: Random, variables: Sequence[Variable], sides: Sequence[Dimension]
    ) -> None:
        self.random, self.variables, self.sides = random, variables, sides
        self.bound: list[tuple[str, Dimension]] = []

    def chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[int(self.random.integers(len(choices)))]

    def side(self) -> Dimension:
        return self.pick([*self.sides, *self.sides, ONE])  # type: ignore[no-any-return]

    def make(self, form: Form, shape: Shape, *parts: Tree) -> Tree:
        return Tree(form, shape, parts, bool(parts) and self.chance(_WRAPPED))

    # ------------------------------------------------------------ a problem

    def problem(self, shape: Shape, depth: int) -> Tree:
        """An expression, at times with a statement before it that names a part."""
        if self.chance(0.85):
            return self.tree(shape, depth)
        side = self.pick(self.sides)
        if self.chance(0.5) or side == ONE:
            named = Variable("R", "matrix", str(side), str(self.pick(self.sides)))
            parts = [self.tree(named.shape, depth - 1)]
            form = signs.definition("R")
        else:
            named = Variable("u", "vector", str(side))
            system = GUARDS["definite"](self, self.tree(Shape(side, side), 1))
            parts = [system, self.tree(named.shape, min(depth, 2))]
            form = signs.solution("u")
        self.variables = [*self.variables, *[named] * 4]
        return Tree(form, shape, (*parts, self.tree(shape, depth)), defines=named.name)

    # ------------------------------------------------------------ any expression of a shape

    def tree(self, shape: Shape, depth: int) -> Tree:
        if depth <= 0 or self.chance(0.1):
            return self.leaf(shape)
        for _ in range(8):
            found: Tree | None = self.pick(self.makers(shape))(shape, depth - 1)
            if found is not None:
                return found
        return self.leaf(shape)

    def makers(self, shape: Shape) -> list[Callable[[Shape, int], Tree | None]]:
        common: list[Callable[[Shape, int], Tree | None]] = [
            *[self.operation] * 5,
            self.sum,
            self.difference,
            *[self.product] * 2,
            self.scaled,
            self.entrywise,
            self.raised,
            self.index_sum,
            self.own_function,
        ]
        if shape.is_scalar:
            return [*common, self.entry, *[self.reduction] * 3]
        if shape.is_square:
            return [*common, self.matrix_power, self.quotient, self.transposed]
        return [*common, self.transposed, self.quotient, self.line]

    def leaf(self, shape: Shape) -> Tree:
        fitting = [one for one in self.variables if one.shape == shape]
        turned = [one for one in self.variables if one.shape.transposed == shape]
        if shape.is_scalar and self.bound and self.chance(0.3):
            return self.scalar_of_index()
        if fitting and self.chance(0.75):
            return leaf(self.pick(fitting).name, shape)
        if turned and not shape.is_scalar:
            return self.make(signs.TRANSPOSE, shape, leaf(self.pick(turned).name, shape.transposed))
        return self.constant(shape)

    def constant(self, shape: Shape) -> Tree:
        if shape.is_scalar:
            return self.make(signs.number(self.pick(_NUMBERS)), shape)
        if shape == Shape(dimension(3), ONE):
            return self.make(signs.THREE, shape, *(self.leaf(SCALAR) for _ in range(3)))
        if shape.is_square and self.chance(0.5):
            text, size = f"eye({shape.rows})", shape.rows
            return self.make(
                signs.constant(text, lambda s: np.eye(size.evaluate(s)), lambda: identity(size)),
                shape,
            )
        word, entry, known = ("ones", 1.0, ones) if self.chance(0.8) else ("zeros", 0.0, zero)

        def meaning(sizes: Sizes) -> Array:
            return np.full((shape.rows.evaluate(sizes), shape.columns.evaluate(sizes)), entry)

        text = f"{word}({shape.rows},{shape.columns})"
        return self.make(signs.constant(text, meaning, lambda: known(shape)), shape)

    # ------------------------------------------------------------ signs

    def sum(self, shape: Shape, depth: int) -> Tree:
        return self.make(signs.ADD, shape, *self.summands(shape, depth))

    def difference(self, shape: Shape, depth: int) -> Tree:
        if self.chance(0.3):
            return self.make(signs.NEGATE, shape, self.tree(shape, depth))
        return self.make(signs.SUBTRACT, shape, *self.summands(shape, depth))

    def summands(self, shape: Shape, depth: int) -> tuple[Tree, Tree]:
        """Of one shape, or one of them a scalar that is added to every entry."""
        pair = [self.tree(shape, depth), self.tree(shape, depth)]
        if self.chance(0.1):
            pair[int(self.random.integers(2))] = self.tree(SCALAR, depth)
        return pair[0], pair[1]

    def product(self, shape: Shape, depth: int) -> Tree:
        inner = self.side()
        left = self.tree(Shape(shape.rows, inner), depth)
        return self.make(signs.TIMES, shape, left, self.tree(Shape(inner, shape.columns), depth))

    def scaled(self, shape: Shape, depth: int) -> Tree:
        scalar = self.tree(SCALAR, min(depth, 1))
        value = self.tree(shape, depth)
        if self.chance(0.4):
            return self.make(signs.OVER, shape, value, self.away_from_zero(scalar))
        pair = (scalar, value) if self.chance(0.7) else (value, scalar)
        return self.make(signs.TIMES, shape, *pair)

    def away_from_zero(self, tree: Tree) -> Tree:
        return GUARDS["positive"](self, tree)

    def entrywise(self, shape: Shape, depth: int) -> Tree:
        left, right = self.tree(shape, depth), self.tree(shape, depth)
        if self.chance(0.3):
            return self.make(signs.ENTRYWISE_OVER, shape, left, self.away_from_zero(right))
        return self.make(signs.ENTRYWISE, shape, left, right)

    def raised(self, shape: Shape, depth: int) -> Tree:
        base = self.tree(shape, depth)
        if self.chance(0.15):
            exponent = leaf(self.pick(["s", "t", "alpha", "k"]), SCALAR)
            form = signs.RAISED if shape.is_scalar else signs.ENTRIES_RAISED
            return self.make(form, shape, GUARDS["positive"](self, base), exponent)
        text, value = self.pick(_WHOLE if self.chance(0.6) else _BROKEN)
        if value != int(value) and self.chance(_GUARDED):
            base = GUARDS["positive"](self, base)
        kind = signs.scalar_power if shape.is_scalar else signs.entry_power
        return self.make(kind(text, value), shape, base)

    def own_function(self, shape: Shape, depth: int) -> Tree | None:
        return (
            self.make(signs.OWN_FUNCTION, shape, self.tree(shape, depth))
            if self.chance(0.3)
            else None
        )

    def matrix_power(self, shape: Shape, depth: int) -> Tree:
        base = self.tree(shape, depth)
        if self.chance(0.15):
            return self.make(signs.MATRIX_RAISED, shape, base, leaf("k", SCALAR))
        if self.chance(0.25):
            form = self.pick([signs.INVERSE, signs.INVERSE_TRANSPOSED])
            return self.make(form, shape, base)
        text, value = self.pick(_WHOLE)
        if self.chance(0.3):
            text, value = self.pick(_BROKEN)
            spd = [one for one in self.variables if one.kind == "spd" and one.shape == shape]
            base = leaf(self.pick(spd).name, shape) if spd and self.chance(_GUARDED) else base
        return self.make(signs.matrix_power(text, value), shape, base)

    def quotient(self, shape: Shape, depth: int) -> Tree | None:
        left = self.chance(0.5)
        order = shape.rows if left else shape.columns
        if order == ONE:
            return None
        divisor = self.tree(Shape(order, order), min(depth, 1))
        value = self.tree(shape, depth)
        if left:
            return self.make(signs.LEFT_QUOTIENT, shape, divisor, value)
        return self.make(signs.RIGHT_QUOTIENT, shape, value, divisor)

    def transposed(self, shape: Shape, depth: int) -> Tree:
        return self.make(signs.TRANSPOSE, shape, self.tree(shape.transposed, depth))

    # ------------------------------------------------------------ entries and indices

    def position(self, side: Dimension) -> Tree:
        known = [name for name, size in self.bound if size == side]
        if known and self.chance(0.9):
            return leaf(self.pick(known), SCALAR)
        if self.chance(0.1):
            return leaf("q", SCALAR)
        if side.name and self.chance(0.25):
            return self.make(signs.size(side), SCALAR)
        return self.make(signs.number(Fraction(1 + int(self.random.integers(2)))), SCALAR)

    def entry(self, shape: Shape, depth: int) -> Tree:
        if self.chance(0.5):
            side = self.pick(self.sides)
            vector = self.tree(Shape(side, ONE), min(depth, 1))
            return self.make(signs.ENTRY, shape, vector, self.position(side))
        rows, columns = self.pick(self.sides), self.pick(self.sides)
        matrix = self.tree(Shape(rows, columns), min(depth, 1))
        places = self.position(rows), self.position(columns)
        return self.make(signs.ENTRY_OF, shape, matrix, *places)

    def line(self, shape: Shape, depth: int) -> Tree | None:
        """A row or a column of a matrix."""
        other = self.pick(self.sides)
        if shape.columns == ONE:
            matrix = self.tree(Shape(shape.rows, other), min(depth, 1))
            return self.make(signs.COLUMN, shape, matrix, self.position(other))
        if shape.rows == ONE:
            matrix = self.tree(Shape(other, shape.columns), min(depth, 1))
            return self.make(signs.ROW, shape, matrix, self.position(other))
        return None

    def scalar_of_index(self) -> Tree:
        name, size = self.pick(self.bound)
        vectors = [one for one in self.variables if one.shape == Shape(size, ONE)]
        if not vectors or self.chance(0.15):
            return leaf(name, SCALAR)
        return self.make(
            signs.ENTRY, SCALAR, leaf(self.pick(vectors).name, Shape(size, ONE)), leaf(name, SCALAR)
        )

    def index_sum(self, shape: Shape, depth: int) -> Tree | None:
        free = [name for name in _INDICES if name not in [taken for taken, _ in self.bound]]
        if len(self.bound) > 1:
            return None
        name, side = free[0] if self.chance(0.7) else self.pick(free), self.pick(self.sides)
        self.bound.append((name, side))
        body = self.tree(shape, depth)
        self.bound.pop()
        is_product = self.chance(0.15) and shape.is_square
        form = (signs.index_prod if is_product else signs.index_sum)(name, str(side))
        return Tree(form, shape, (body,), False, (name, str(side)))

    # ------------------------------------------------------------ operations of the book

    def operation(self, shape: Shape, depth: int) -> Tree | None:
        operation = self.pick(OPERATIONS)
        known = matched(operation.result, shape)
        return None if known is None else self.applied(operation, known, shape, depth)

    def applied(
        self, operation: Operation, known: dict[str, Dimension], shape: Shape | None, depth: int
    ) -> Tree | None:
        """The operation at random arguments, its free dimensions chosen."""
        bound = dict(known)
        for one in operation.parameters:
            names = [one.name] if one.kind == "dimension" else sorted(one.shape.names)
            for name in names:
                bound.setdefault(name, self.side())
        sizes = [s.substitute(bound) for p in operation.parameters for s in sides(p.shape)]
        result = operation.result.substitute(bound)
        if any(is_negative(size) for size in [*sizes, *sides(result)]):
            return None
        arguments, parts = [], []
        for one in operation.parameters:
            written = self.argument(operation, one, bound, depth)
            parts += [written] if isinstance(written, Tree) else []
            arguments.append(written)
        name = self.pick(spellings(operation)) if self.chance(0.3) else operation.name
        return self.make(call(name, operation, arguments, bound), shape or result, *parts)

    def argument(
        self, operation: Operation, one: Any, bound: dict[str, Dimension], depth: int
    ) -> Tree | str:
        """A part, or a text for what is not a value: a dimension, a function, a direction."""
        match one.kind:
            case "value":
                value = self.tree(one.shape.substitute(bound), depth)
                guard = GUARDS.get(f"{operation.name}.{one.name}")
                return guard(self, value) if guard and self.chance(_GUARDED) else value
            case "index":
                return self.make(signs.number(Fraction(1 + int(self.random.integers(2)))), SCALAR)
            case "integer":
                return self.make(signs.number(Fraction(int(self.random.integers(1, 4)))), SCALAR)
            case "function":
                return str(self.pick(_FUNCTIONS))
            case "dimension":
                return str(bound[one.name])
            case kind:
                return str(kind)

    def reduction(self, shape: Shape, depth: int) -> Tree | None:
        """A scalar of something whose shape is nothing that was asked for: kron, blocks, parts."""
        inner = self.anything(depth)
        if inner is None:
            return None
        names = ["sum", "norm2", "mean", "frobenius2", "max", "logsumexp_all", "norm1", "norm_nuc"]
        names += ["tr", "logdet", "det"] if inner.shape.is_square else []
        operation = book.operation(self.pick(names))
        parameter = operation.parameters[0]
        bound = matched(parameter.shape, inner.shape)
        if bound is None:
            return None
        form = call(operation.name, operation, [inner], bound)
        return self.make(form, SCALAR, inner)

    def anything(self, depth: int) -> Tree | None:
        choice = int(self.random.integers(4))
        if choice == 0:
            return self.part(depth)
        if choice == 1:
            return self.blocks(depth)
        operation = self.pick([one for one in OPERATIONS if not one.result.is_scalar])
        return self.applied(operation, {}, None, depth)

    def part(self, depth: int) -> Tree:
        rows, columns = self.pick(self.sides), self.pick(self.sides)
        ends = [
            None if self.chance(0.3) else self.pick([(1, 2), (1, 1), (2, 2), (2, 3)]) for _ in "rc"
        ]
        kept = [
            side if end is None else dimension(end[1] - end[0] + 1)
            for side, end in zip((rows, columns), ends, strict=True)
        ]
        matrix = self.tree(Shape(rows, columns), min(depth, 1))
        return self.make(signs.part_of(*ends), Shape(*kept), matrix)

    def blocks(self, depth: int) -> Tree:
        a, b, c, d = (self.side() for _ in range(4))
        if self.chance(0.4):
            parts = [self.tree(Shape(r, k), depth) for r in (a, b) for k in (c, d)]
            return self.make(signs.BLOCKS, Shape(a + b, c + d), *parts)
        if self.chance(0.5):
            return self.make(
                signs.BESIDE,
                Shape(a, b + c),
                self.tree(Shape(a, b), depth),
                self.tree(Shape(a, c), depth),
            )
        return self.make(
            signs.ABOVE,
            Shape(a + b, c),
            self.tree(Shape(a, c), depth),
            self.tree(Shape(b, c), depth),
        )
