"""Answers with names for parts: those that a person gave, `2*A'*R with R = A*X - B`, and new ones
for what is repeated, `A'*diag(p.*(1 - p))*A with p = sigmoid(A*x)`."""

from __future__ import annotations

from matcalc.expressions.binders import bound_in, free_symbols, names_in
from matcalc.expressions.constructors import named
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Apply, Node, inside, visible
from matcalc.expressions.operations import ElementwisePower, Hadamard, OverIndex, Power
from matcalc.rulebook import book
from matcalc.simplify.forms import size
from matcalc.simplify.naming import in_names, with_turned

_LONG = 4  # exp(A*x); exp(x) needs no name
_ARITHMETIC = (Power, ElementwisePower, Hadamard, OverIndex)


def with_repeated(value: Node) -> Node:
    """`value` with a name for each value of a function that stands in it more than once."""
    taken = names_in(value)
    while (part := _repeated(value)) is not None:
        name = next((n for n in _letters(part.shape) if n not in taken), None)
        if name is None:
            break
        taken.add(name)
        value = in_names(value, with_turned({part: named(name, part)}))
    return value


def _letters(shape: Shape) -> str:
    return "stc" if shape.is_scalar else "pqrs" if shape.is_vector else "PQRS"


def _repeated(value: Node) -> Node | None:
    """The longest value of a function of a compound that a reader meets more than once."""
    nodes = visible(value)
    times = {value: 1}
    for node in reversed(nodes):
        for child in inside(node):
            times[child] = times.get(child, 0) + times[node]
    # A name for what depends on the index of a sum would lose the index.
    bound = set(bound_in(value))
    found = [
        node
        for node in nodes
        if times[node] > 1 and node is not value and _is_function(node)
        if bound.isdisjoint(free_symbols(node))
    ]
    return max(found, key=size, default=None)


def _is_function(node: Node) -> bool:
    """Whether a node is f(X) for a nonlinear f and a compound X: long enough for a name."""
    if not isinstance(node, Apply) or not book.has(node.operation) or size(node) < _LONG:
        return False
    return not book.operation(node.operation).linear and not isinstance(node, _ARITHMETIC)
