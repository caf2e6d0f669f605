"""Expressions to a flat list and back, so that pickling deep ones does not recurse."""

from __future__ import annotations

from typing import Any

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
    ordered,
)


def records(root: Node) -> list[tuple[Any, ...]]:
    """The DAG as a flat list, so that pickling deep expressions does not recurse."""
    nodes = ordered(root)
    place = {node: index for index, node in enumerate(nodes)}
    found: list[tuple[Any, ...]] = []
    for node in nodes:
        match node:
            case Sum(terms=terms):
                found.append((Sum, tuple((value, place[term]) for value, term in terms)))
            case Product(coefficient=c, scalars=scalars, factors=factors):
                inner = tuple(tuple(place[part] for part in parts) for parts in (scalars, factors))
                found.append((Product, c, *inner))
            case Apply(operation=name, arguments=arguments, shape=shape, structure=structure):
                inside = tuple(place[argument] for argument in arguments)
                found.append((Apply, name, inside, shape, structure))
            case Symbol(name=name, shape=shape, structure=structure):
                found.append((Symbol, name, shape, structure))
            case Named(name=name, value=value):
                found.append((Named, name, place[value]))
            case Number(value=value):
                found.append((Number, value))
            case Identity(order=order):
                found.append((Identity, order))
            case _:
                found.append((Zero, node.shape))
    return found


def rebuilt(flat: list[tuple[Any, ...]]) -> Node:
    """The inverse of `records`: interning makes the rebuilt node the same object."""
    nodes: list[Any] = []
    for kind, *fields in flat:
        if kind is Sum:
            nodes.append(Sum(tuple((value, nodes[index]) for value, index in fields[0])))
        elif kind is Product:
            scalars, factors = (tuple(nodes[i] for i in part) for part in fields[1:])
            nodes.append(Product(fields[0], scalars, factors))
        elif kind is Apply:
            name, inside, shape, structure = fields
            nodes.append(Apply(name, tuple(nodes[i] for i in inside), shape, structure))
        elif kind is Named:
            nodes.append(Named(fields[0], nodes[fields[1]]))
        else:
            nodes.append(kind(*fields))
    return nodes[-1]  # type: ignore[no-any-return]
