"""Functions of any number of arrays: side by side, one above the other, on a diagonal, in a chain.

`concatenate`, `hstack`, `vstack`, `stack` and their kin are one way of joining: arrays are made
rows or columns first, or left as they are, and stand along an axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from matcalc.expressions import build
from matcalc.expressions.build import Operations
from matcalc.expressions.constructors import transpose, zero
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.nodes import Node
from matcalc.language.array_values import Array, Value, product, product_shape
from matcalc.language.syntax import Syntax
from matcalc.language.unification import Unifier

# What arrays of so many axes are made first, and along which axis they are joined then.
_MADE = {
    ("concatenate", 1): ("", 0),
    ("hstack", 0): ("entry", 0),
    ("hstack", 1): ("", 0),
    ("hstack", 2): ("", 1),
    ("vstack", 1): ("row", 0),
    ("vstack", 2): ("", 0),
    ("column_stack", 1): ("column", 1),
    ("column_stack", 2): ("", 1),
    ("stack", 0): ("entry", 0),
}


@dataclass(frozen=True)
class Joined:
    """`np.concatenate([A, B], axis=0)` and its kin; `word` says what is made of each first."""

    word: str
    operands: Sequence[Syntax]
    axis: int = 0

    def _made(self, axes: int) -> tuple[str, int] | None:
        """What an array of so many axes is made first, and the axis along which it stands."""
        if self.axis > axes - (self.word == "concatenate"):
            return None
        if self.word == "concatenate" and axes == 2:
            return ("", self.axis % 2)
        if self.word == "stack" and axes == 1:
            return ("column", 1) if self.axis % 2 else ("row", 0)
        return _MADE.get((self.word, axes))

    def shape(self, unifier: Unifier, arrays: Sequence[Array]) -> Array | None:
        ways = [self._made(array.axes) for array in arrays]
        made = [_made_shape(one, way[0]) for one, way in zip(arrays, ways, strict=True) if way]
        along = {way[1] for way in ways if way}
        if len(made) < len(arrays) or len({one.axes for one in made}) > 1 or len(along) > 1:
            return None
        axis = along.pop()
        first = made[0].sides
        if not all(unifier.unify(first[1 - axis], one.sides[1 - axis]) for one in made[1:]):
            return None
        whole = _sum([unifier.resolve(one.sides[axis]) for one in made])
        sides = (first[0], whole) if axis else (whole, first[1])
        return Array(sides, made[0].axes)

    def value(self, book: Operations, values: Sequence[Value]) -> Node:
        nodes, axis = [], 0
        for node, axes in values:
            way, axis = self._made(axes) or ("", 0)
            nodes.append(transpose(node) if way == "row" else node)
        return build.blocks(book, [nodes] if axis else [[node] for node in nodes])


def _made_shape(array: Array, way: str) -> Array:
    rows, columns = array.sides
    match way:
        case "row":
            return Array((columns, rows), 2)
        case "column":
            return Array((rows, columns), 2)
        case "entry":
            return Array((ONE, ONE), 1)
        case _:
            return array


def _sum(sizes: Sequence[Dimension]) -> Dimension:
    return reduce(lambda whole, size: whole + size, sizes)


@dataclass(frozen=True)
class Diagonal:
    """`scipy.linalg.block_diag(A, B)`."""

    operands: Sequence[Syntax]

    def shape(self, unifier: Unifier, arrays: Sequence[Array]) -> Array | None:
        if any(array.axes != 2 for array in arrays):
            return None
        rows, columns = zip(*(map(unifier.resolve, one.sides) for one in arrays), strict=True)
        return Array((_sum(rows), _sum(columns)), 2)

    def value(self, book: Operations, values: Sequence[Value]) -> Node:
        nodes = [value.node for value in values]
        rows = [
            [
                own if place == at else zero(Shape(own.shape.rows, other.shape.columns))
                for at, other in enumerate(nodes)
            ]
            for place, own in enumerate(nodes)
        ]
        return build.blocks(book, rows)


@dataclass(frozen=True)
class Chained:
    """`np.linalg.multi_dot([A, B, x])`."""

    operands: Sequence[Syntax]

    def shape(self, unifier: Unifier, arrays: Sequence[Array]) -> Array | None:
        found: Array | None = arrays[0]
        for array in arrays[1:]:
            found = None if found is None else product_shape(unifier, found, array)
        return found

    def value(self, book: Operations, values: Sequence[Value]) -> Node:
        return reduce(product, values).node
