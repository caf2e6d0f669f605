"""Expressions as they stand on the board: rewriting that turns nothing round.

A line may hold `d(e)`, a differential not yet worked out, and `<C, V>`, an inner product. The
constructors rotate traces and turn scalar chains; on the board each of these is a line of its own.
`meaning` turns a line into the expression that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.calculus.differential import differential
from matcalc.expressions.binders import apart
from matcalc.expressions.constructors import multiply, number, split_coefficient, split_scalars
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.marks import is_moving
from matcalc.expressions.nodes import (
    Identity,
    Node,
    Product,
    Symbol,
    Zero,
    children,
    depth_first,
    inside,
    visible,
)
from matcalc.expressions.operations import Differential, Inner, Trace
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild
from matcalc.rulebook.laws import unevaluated
from matcalc.rulebook.substitution import substitute


def _as_written(name: str, arguments: Sequence[Node], shape: Shape | None = None) -> Node:
    """As `book.apply`, but traces stay as they are written, but for numbers, and inner products."""
    if name != "tr":
        return _settled(name, arguments, shape)
    value, rest = split_coefficient(*arguments)
    return chain(number(value), Trace.raw(rest))


def _settled(name: str, arguments: Sequence[Node], shape: Shape | None = None) -> Node:
    """As `book.apply`, but inner products stay as they are written."""
    match name:
        case "inner":
            return Inner.raw(*arguments)
        case "d":
            return unevaluated(arguments[0])
        case _:
            return book.apply(name, arguments, shape)


def replace(line: Node, values: Mapping[Node, Node]) -> Node:
    """The line with some of its nodes replaced, all of them at once; names stay closed."""
    line, values = apart(line, values)
    done: dict[Node, Node] = {}
    for node in depth_first([line], lambda node: () if node in values else inside(node)):
        value = values.get(node)
        done[node] = again(node, done) if value is None else value
    return done[line]


def again(node: Node, done: Mapping[Node, Node]) -> Node:
    """The node with what `done` says of its children; as it was where that is nothing new."""
    if all(done[child] is child for child in inside(node)):
        return node
    if isinstance(node, Product):
        return chain(number(node.coefficient), *(done[part] for part in children(node)))
    return rebuild(node, done, NO_DIMENSIONS, _as_written)


def settled(node: Node, done: Mapping[Node, Node]) -> Node:
    """The node with what `done` says of its children as the constructors have it."""
    return rebuild(node, done, NO_DIMENSIONS, _settled)


def chain(*parts: Node) -> Node:
    """The product, in which scalar chains with dX or d(...) inside are not turned round."""
    scalars = [part for part in parts if part.shape.is_scalar]
    factors: list[Node] = []
    for part in parts:
        if not part.shape.is_scalar:
            scalar, rest = split_scalars(part)
            scalars.append(scalar)
            factors += rest.factors if isinstance(rest, Product) else [rest]
    if any(isinstance(factor, Zero) for factor in factors):
        return multiply(*parts)
    outer: list[Node] = []
    for segment in _segments(factors):
        if segment[0].shape.rows == ONE and segment[-1].shape.columns == ONE:
            scalars.append(_scalar(segment))
        else:
            outer += segment
    return multiply(*scalars, *outer)


def _segments(factors: Sequence[Node]) -> list[list[Node]]:
    """The factors, without I, cut where an inner dimension is 1."""
    kept = [factor for factor in factors if not isinstance(factor, Identity)] or list(factors[:1])
    found: list[list[Node]] = []
    for factor in kept:
        if not found or factor.shape.rows == ONE:
            found.append([])
        found[-1].append(factor)
    return found


def _scalar(factors: Sequence[Node]) -> Node:
    """x'*A*dx as it is written; a constant in the form that the constructors give it."""
    if len(factors) > 1 and any(map(is_moving, factors)):
        return Product(number(1).value, (), tuple(factors))
    return multiply(*factors)


def pending(line: Node) -> list[Differential]:
    """The differentials in a line that are not yet worked out."""
    return [node for node in visible(line) if isinstance(node, Differential)]


def inner_products(line: Node) -> list[Inner]:
    """The inner products that stand in a line."""
    return [node for node in visible(line) if isinstance(node, Inner)]


def meaning(line: Node, tangents: Mapping[Symbol, Node]) -> Node:
    """What a line stands for: differentials worked out, traces and inner products evaluated."""
    values: dict[Node, Node] = {node: differential(node.inner, tangents) for node in pending(line)}
    return substitute(line, values)
