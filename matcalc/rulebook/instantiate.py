"""Putting arguments into a rule: symbols become expressions, dimension names dimensions.

`rebuild` is the one place where a node is made again from changed parts; substitution,
rewriting and rule application all go through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matcalc.expressions.binders import apart, down_to
from matcalc.expressions.constructors import (
    add,
    from_dimension,
    identity,
    multiply,
    named,
    number,
    zero,
)
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
)
from matcalc.expressions.operations import Solution

ApplyOperation = Callable[[str, Sequence[Node], Shape], Node]
NO_DIMENSIONS: Mapping[str, Dimension] = {}


def instantiate(
    root: Node,
    values: Mapping[Node, Node],
    dimensions: Mapping[str, Dimension],
    apply: ApplyOperation,
) -> Node:
    """`root` with nodes replaced by `values` and dimension names by `dimensions`.

    A bound variable whose name a value brings in is renamed first: it catches nothing. What a
    name stands for is at other values something else, and is written out; only where a variable
    takes the place of itself, known by another structure, the name stays.
    """
    if root in values:
        return values[root]
    root, values = apart(root, values)
    done: dict[Node, Node] = {}
    same = all(map(_is_same, values, values.values()))
    for node in down_to(root, values):
        value = values.get(node)
        done[node] = rebuild(node, done, dimensions, apply) if value is None else value
        if isinstance(node, Named) and not same and done[node] is not node and value is None:
            done[node] = done[node.value]
    return done[root]


def _is_same(old: Node, new: Node) -> bool:
    """Whether both stand for one value: a variable known by another structure, an equation's
    solution and what it is.
    """
    match old, new:
        case (Symbol(name=before), Symbol(name=after)) | (Named(name=before), Named(name=after)):
            return before == after
        case _:
            return isinstance(old, Solution)


def instantiate_in_order(
    nodes: Sequence[Node],
    values: Mapping[Node, Node],
    dimensions: Mapping[str, Dimension],
    apply: ApplyOperation,
) -> Node:
    """The same for nodes already put in order, the root last: rules are used again and again."""
    done: dict[Node, Node] = {}
    for node in nodes:
        value = values.get(node)
        done[node] = rebuild(node, done, dimensions, apply) if value is None else value
    return done[nodes[-1]]


def rebuild(
    node: Node,
    done: Mapping[Node, Node],
    dimensions: Mapping[str, Dimension],
    apply: ApplyOperation,
) -> Node:
    """The node with its children replaced by what `done` says, in normal form."""
    match node:
        case Symbol(name=name, shape=shape, structure=structure):
            if "dimension" in structure:
                return from_dimension(dimensions[name]) if name in dimensions else node
            return Symbol(name, shape.substitute(dimensions), structure)
        case Number():
            return node
        case Identity(order=order):
            return identity(order.substitute(dimensions))
        case Zero(shape=shape):
            return zero(shape.substitute(dimensions))
        case Sum(terms=terms, shape=shape):
            return add(((value, done[term]) for value, term in terms), shape.substitute(dimensions))
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            parts = [done[part] for part in scalars + factors]
            return multiply(*parts) if coefficient == 1 else multiply(number(coefficient), *parts)
        case Apply(operation=name, arguments=arguments, shape=shape):
            return apply(name, [done[a] for a in arguments], shape.substitute(dimensions))
        case Named(name=name, value=value):
            return named(name, done[value])
        case _:
            raise AssertionError(f"not a node: {type(node)}")
