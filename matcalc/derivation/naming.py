"""Answers with names for parts: those that a person gave, `2*A'*R with R = A*X - B`, and new ones
for what is repeated, `A'*diag(p.*(1 - p))*A with p = sigmoid(A*x)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.binders import bound_in, free_symbols, names_in
from matcalc.expressions.constructors import transpose
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import (
    Apply,
    Node,
    Symbol,
    children,
    ordered,
)
from matcalc.expressions.operations import ElementwisePower, Hadamard, OverIndex, Power
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.forms import size

_LONG = 4  # exp(A*x); exp(x) needs no name
_ARITHMETIC = (Power, ElementwisePower, Hadamard, OverIndex)


@dataclass(frozen=True)
class NamedValue:
    """An expression in which names stand for subexpressions, and what they stand for."""

    value: Node
    names: Mapping[str, Node]

    @property
    def size(self) -> int:
        """About as many tokens as the value and its names have in print."""
        return size(self.value) + sum(size(node) for node in self.names.values())


def with_names(value: Node, definitions: Mapping[str, Node]) -> NamedValue:
    """`value` with every named subexpression, or its transpose, replaced by its name.

    A definition that others use is written in terms of them too, as the person wrote it.
    """
    given = {node: Symbol(name, node.shape, node.structure) for name, node in definitions.items()}
    written = {
        name: _replaced(node, {n: s for n, s in given.items() if n is not node})
        for name, node in definitions.items()
        if not isinstance(node, Symbol)
    }
    short = _replaced(value, given)
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
    for inner, name in symbols.items():
        values[transpose(inner)] = transpose(name)
        values[inner] = name
    return substitute(node, values) if values else node


def with_repeated(value: Node) -> NamedValue:
    """`value` with a name for each value of a function that stands in it more than once."""
    names: dict[str, Node] = {}
    taken = names_in(value)
    while (part := _repeated(value)) is not None:
        name = next((n for n in _letters(part.shape) if n not in taken), None)
        if name is None:
            break
        taken.add(name)
        names[name] = part
        value = _replaced(value, {part: Symbol(name, part.shape, structure_of(part))})
    return NamedValue(value, names)


def _letters(shape: Shape) -> str:
    return "stc" if shape.is_scalar else "pqrs" if shape.is_vector else "PQRS"


def _repeated(value: Node) -> Node | None:
    """The longest value of a function of a compound that a reader meets more than once."""
    nodes = ordered(value)
    times = {value: 1}
    for node in reversed(nodes):
        for child in children(node):
            times[child] = times.get(child, 0) + times[node]
    # A name for what depends on the index of a sum would lose the index.
    inside = set(bound_in(value))
    found = [
        node
        for node in nodes
        if times[node] > 1 and node is not value and _is_function(node)
        if inside.isdisjoint(free_symbols(node))
    ]
    return max(found, key=size, default=None)


def _is_function(node: Node) -> bool:
    """Whether a node is f(X) for a nonlinear f and a compound X: long enough for a name."""
    if not isinstance(node, Apply) or not book.has(node.operation) or size(node) < _LONG:
        return False
    return not book.operation(node.operation).linear and not isinstance(node, _ARITHMETIC)
