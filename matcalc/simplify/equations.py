"""Shortening by equations that hold at a point, such as X'*X = eye(p) on the Stiefel manifold."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from matcalc.expressions.constructors import hadamard, multiply, number
from matcalc.expressions.nodes import Node, Product
from matcalc.expressions.operations import Hadamard
from matcalc.rulebook.laws import Equation, Law, Record, Rewritten
from matcalc.rulebook.substitution import sweep

Equations = Iterable[Equation]


def shortened(root: Node, equations: Equations, record: Record | None = None) -> Node:
    """The expression with left sides replaced by right sides, inside longer products too."""
    known = [(left, right) for left, right in equations if left is not right]
    if not known:
        return root

    def shorter(_: Node, again: Node) -> Rewritten | None:
        node, used = again, list[Equation]()
        for left, right in known:
            found = right if node is left else _inside(node, left, right)
            if found is not node:
                node, used = found, [*used, (left, right)]
        return Rewritten(node, _at_the_point(tuple(used))) if used else None

    return sweep(root, shorter, record)


@cache
def _at_the_point(used: tuple[Equation, ...]) -> Law:
    """What holds at the point: X'*X = eye(p)."""
    text = ", ".join(f"{left} = {right}" for left, right in used)
    return Law(text=text, equation=used[0] if len(used) == 1 else None)


def _inside(node: Node, left: Node, right: Node) -> Node:
    if isinstance(node, Hadamard) and isinstance(left, Hadamard):
        return _in_entrywise_product(node, left, right)
    return _in_product(node, left, right)


def _in_entrywise_product(node: Hadamard, left: Hadamard, right: Node) -> Node:
    """The factors of `left` among those of a longer entrywise product, replaced."""
    rest = list(node.arguments)
    for argument in left.arguments:
        if argument not in rest:
            return node
        rest.remove(argument)
    return hadamard(right, *rest)


def _in_product(node: Node, left: Node, right: Node) -> Node:
    """The run of factors of `left` inside a longer product, replaced."""
    if not (isinstance(node, Product) and isinstance(left, Product)) or left.scalars:
        return node
    length = len(left.factors)
    for start in range(len(node.factors) - length + 1):
        if length < len(node.factors) and node.factors[start : start + length] == left.factors:
            before, after = node.factors[:start], node.factors[start + length :]
            scalars = (number(node.coefficient / left.coefficient), *node.scalars)
            return multiply(*scalars, *before, right, *after)
    return node
