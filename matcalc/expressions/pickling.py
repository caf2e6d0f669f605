"""Expressions to a flat list and back, so that pickling deep ones does not recurse."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from matcalc.expressions.nodes import Node, ordered


class _Place(int):
    """Where a node stands in the list, in the place of the node."""


def records(root: Node) -> list[tuple[Any, ...]]:
    """The class and the fields of every node, children before parents."""
    nodes = ordered(root)
    places = {node: _Place(index) for index, node in enumerate(nodes)}

    def flat(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(flat, value))
        return places[value] if isinstance(value, Node) else value

    given = [[one.name for one in fields(node) if one.init] for node in nodes]
    return [
        (type(node), *(flat(getattr(node, name)) for name in names))
        for node, names in zip(nodes, given, strict=True)
    ]


def rebuilt(flat: list[tuple[Any, ...]]) -> Node:
    """The inverse of `records`: interning makes the rebuilt node the same object."""
    nodes: list[Node] = []

    def whole(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(whole, value))
        return nodes[value] if isinstance(value, _Place) else value

    for kind, *values in flat:
        nodes.append(kind(*map(whole, values)))
    return nodes[-1]
