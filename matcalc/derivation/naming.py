"""Answers in the names that a person gave: `2*A'*R with R = A*X - B`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate


@dataclass(frozen=True)
class NamedValue:
    """An expression in which names stand for subexpressions, and what they stand for."""

    value: Node
    names: Mapping[str, Node]


def with_names(value: Node, definitions: Mapping[str, Node]) -> NamedValue:
    """`value` with every named subexpression, or its transpose, replaced by its name.

    A definition that others use is written in terms of them too, as the person wrote it.
    """
    symbols = {node: Symbol(name, node.shape, node.structure) for name, node in definitions.items()}
    written = {
        name: _replaced(node, {n: s for n, s in symbols.items() if n is not node})
        for name, node in definitions.items()
        if not isinstance(node, Symbol)
    }
    short = _replaced(value, symbols)
    used: dict[str, Node] = {}
    waiting = [short]
    while waiting:
        for node in ordered(waiting.pop()):
            name = node.name if isinstance(node, Symbol) else ""
            if name in written and name not in used:
                used[name] = written[name]
                waiting.append(written[name])
    return NamedValue(short, {name: used[name] for name in definitions if name in used})


def _replaced(node: Node, symbols: Mapping[Node, Symbol]) -> Node:
    values: dict[Node, Node] = {}
    for inner, symbol in symbols.items():
        values[transpose(inner)] = transpose(symbol)
        values[inner] = symbol
    return instantiate(node, values, NO_DIMENSIONS, book.apply) if values else node
