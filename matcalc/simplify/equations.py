"""Shortening by equations that hold at a point, such as X'*X = eye(p) on the Stiefel manifold."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.expressions.constructors import hadamard, multiply, number
from matcalc.expressions.nodes import Apply, Node, Product, children, ordered
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild

Equations = Iterable[tuple[Node, Node]]


def shortened(root: Node, equations: Equations) -> Node:
    """The expression with left sides replaced by right sides, inside longer products too."""
    known = [(left, right) for left, right in equations if left is not right]
    if not known:
        return root
    done: dict[Node, Node] = {}
    for node in ordered(root):
        same = all(done[child] is child for child in children(node))
        again = node if same else rebuild(node, done, NO_DIMENSIONS, book.apply)
        for left, right in known:
            again = right if again is left else _inside(again, left, right)
        done[node] = again
    return done[root]


def _inside(node: Node, left: Node, right: Node) -> Node:
    if isinstance(node, Apply) and isinstance(left, Apply):
        return _in_entrywise_product(node, left, right)
    return _in_product(node, left, right)


def _in_entrywise_product(node: Apply, left: Apply, right: Node) -> Node:
    """The factors of `left` among those of a longer entrywise product, replaced."""
    if not (node.operation == left.operation == "hadamard"):
        return node
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
