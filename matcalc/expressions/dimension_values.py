"""Dimensions as scalar expressions, and scalar expressions as dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod

from matcalc.expressions.dimensions import ONE, Dimension, dimension
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.limits import MOST_DIMENSION_FACTORS, MOST_DIMENSION_TERMS
from matcalc.expressions.nodes import Node, Number, Product, Sum, Symbol, dimension_symbol, ordered
from matcalc.expressions.operations import Power
from matcalc.expressions.products import multiply
from matcalc.expressions.sums import UNIT, add

NO_INDICES: Mapping[Node, Dimension] = {}


def from_dimension(size: Dimension) -> Node:
    """A dimension as a scalar expression."""
    return add(
        (value, multiply(*map(dimension_symbol, names)) if names else UNIT)
        for names, value in size.terms
    )


def as_dimension(node: Node, asking: str) -> Dimension:
    """A scalar expression made of dimension names and integers, as a dimension.

    Raises ShapeError for anything else; `asking` is what needs it.
    """
    size = dimension_value(node)
    if size is None:
        raise ShapeError(f"{asking} needs a dimension here, such as 3, n or m*n")
    return size


def dimension_value(root: Node, indices: Mapping[Node, Dimension] = NO_INDICES) -> Dimension | None:
    """The dimension that a scalar expression is, None where it is none.

    `indices` are names that stand for a number too.
    """
    known: dict[Node, Dimension | None] = dict(indices)
    for node in ordered(root):
        if node in known:
            continue
        size = _value(node, known)
        short = size is not None and len(size.terms) <= MOST_DIMENSION_TERMS.most
        known[node] = size if short else None
    return known[root]


def _value(node: Node, known: Mapping[Node, Dimension | None]) -> Dimension | None:
    match node:
        case Number(value=value) if value.denominator == 1:
            return dimension(int(value))
        case Symbol(name=name, structure=structure) if "dimension" in structure:
            return dimension(name)
        case Sum(terms=terms):
            parts = _all_known([term for _, term in terms], known)
            values = [value for value, _ in terms]
            scaled = (_scaled(p, value) for p, value in zip(parts or (), values, strict=False))
            return sum(scaled, dimension(0)) if parts else None
        case Product(coefficient=value, scalars=scalars, factors=()):
            short = len(scalars) <= MOST_DIMENSION_FACTORS.most
            parts = _all_known(scalars, known) if short else None
            return _scaled(prod(parts, start=ONE), value) if parts else None
        case Power(base, Number(value=value)):
            size = known[base]
            whole = value.denominator == 1 and 0 < value <= MOST_DIMENSION_FACTORS.most
            return size ** int(value) if size is not None and whole else None
    return None


def _all_known(
    nodes: Sequence[Node], known: Mapping[Node, Dimension | None]
) -> list[Dimension] | None:
    found = [size for size in map(known.__getitem__, nodes) if size is not None]
    return found if len(found) == len(nodes) else None


def _scaled(size: Dimension, value: Fraction) -> Dimension:
    return size * value.numerator / value.denominator
