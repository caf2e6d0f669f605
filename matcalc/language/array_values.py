"""Arrays as NumPy has them, in shapes and in nodes: broadcasting, and the product `@`.

An array of one axis is a column here; beside one of two axes it counts as a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from matcalc.expressions.build import Operations
from matcalc.expressions.constructors import hadamard, multiply, ones, transpose
from matcalc.expressions.dimensions import ONE, SCALAR, Dimension
from matcalc.expressions.nodes import Node
from matcalc.language.broadcasting import met
from matcalc.language.meeting import Sides
from matcalc.language.syntax import Syntax
from matcalc.language.unification import Unifier


class Array(NamedTuple):
    """The sides of an array as a matrix, and how many axes it has."""

    sides: Sides
    axes: int


class Value(NamedTuple):
    """An array as a matrix, and how many axes it has."""

    node: Node
    axes: int


class ArrayFunction(Protocol):
    """A call of a function that takes any number of arrays: its operands and what it makes."""

    @property
    def operands(self) -> Sequence[Syntax]:
        """The arguments that are arrays."""

    def shape(self, unifier: Unifier, arrays: Sequence[Array]) -> Array | None:
        """The shape of the value, None where the operands do not fit."""

    def value(self, book: Operations, values: Sequence[Value]) -> Node:
        """The value at these operands."""


NUMBER = Array((ONE, ONE), 0)


def column(size: Dimension) -> Array:
    """An array of one axis."""
    return Array((size, ONE), 1)


# ---------------------------------------------------------------- shapes


def broadcast_shape(unifier: Unifier, arrays: Sequence[Array]) -> Array | None:
    """What arrays become when they meet entry by entry, None where they cannot."""
    axes = max(array.axes for array in arrays)
    aligned = [_aligned(array, axes) for array in arrays]
    rows = _meeting(unifier, [sides[0] for sides in aligned])
    columns = _meeting(unifier, [sides[1] for sides in aligned])
    return None if rows is None or columns is None else Array((rows, columns), axes)


def _aligned(array: Array, axes: int) -> Sides:
    """The sides beside an array of so many axes: one axis is the last."""
    rows, columns = array.sides
    return (columns, rows) if axes == 2 and array.axes == 1 else (rows, columns)


def _meeting(unifier: Unifier, sizes: Sequence[Dimension]) -> Dimension | None:
    """The size where several meet along one axis: those that are 1 are repeated."""
    wide = [size for size in sizes if not unifier.is_one(size)]
    if not all(unifier.unify(wide[0], size) for size in wide[1:]):
        return None
    return wide[0] if wide else ONE


def product_shape(unifier: Unifier, left: Array, right: Array) -> Array | None:
    """`A @ B`, `A @ x`, `x @ A`, `x @ y`."""
    if not left.axes or not right.axes:
        return None
    if not unifier.unify(left.sides[left.axes - 1], right.sides[0]):
        return None
    match left.axes, right.axes:
        case 1, 1:
            return NUMBER
        case 1, _:
            return column(right.sides[1])
        case _, 1:
            return column(left.sides[0])
        case _:
            return Array((left.sides[0], right.sides[1]), 2)


# ---------------------------------------------------------------- values


def product(left: Value, right: Value) -> Value:
    """The same of values."""
    match left.axes, right.axes:
        case 1, 1:
            return Value(multiply(transpose(left.node), right.node), 0)
        case 1, _:
            return Value(multiply(transpose(right.node), left.node), 1)
        case _, 1:
            return Value(multiply(left.node, right.node), 1)
        case _:
            return Value(multiply(left.node, right.node), 2)


def times(left: Node, right: Node) -> Node:
    """The product entry by entry of two arrays of one shape, or with a scalar."""
    scalar = left.shape.is_scalar or right.shape.is_scalar
    return multiply(left, right) if scalar else hadamard(left, right)


def broadcast(values: Sequence[Value]) -> list[Node]:
    """Arrays as matrices of one shape, scalars left as they are."""
    axes = max((value.axes for value in values), default=0)
    nodes = [
        transpose(value.node) if axes == 2 and value.axes == 1 else value.node for value in values
    ]
    return met(nodes)


def filled(nodes: Sequence[Node]) -> list[Node]:
    """Where arrays meet scalars, the scalars as arrays of their shape."""
    shape = next((node.shape for node in nodes if not node.shape.is_scalar), SCALAR)
    whole = shape if len(nodes) > 1 else SCALAR
    return [
        multiply(node, ones(whole)) if node.shape.is_scalar and not whole.is_scalar else node
        for node in nodes
    ]
