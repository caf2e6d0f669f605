"""Expressions to a flat list and back, so that pickling deep ones does not recurse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any


class _Place(int):
    """Where a node stands in the list, in the place of the node."""


def records(nodes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The class and the fields of every node; children come before parents."""
    places = {node: _Place(index) for index, node in enumerate(nodes)}

    def flat(value: Any) -> Any:
        return tuple(map(flat, value)) if isinstance(value, tuple) else places.get(value, value)

    given = [[one.name for one in fields(node) if one.init] for node in nodes]
    return [
        (type(node), *(flat(getattr(node, name)) for name in names))
        for node, names in zip(nodes, given, strict=True)
    ]


def rebuilt(flat: list[tuple[Any, ...]]) -> Any:
    """The inverse of `records`, the last node: interning makes it the same object."""
    nodes: list[Any] = []

    def whole(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(whole, value))
        return nodes[value] if isinstance(value, _Place) else value

    for kind, *values in flat:
        nodes.append(kind(*map(whole, values)))
    return nodes[-1]
