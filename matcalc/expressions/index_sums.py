"""The normal form of a sum over an index."""

from __future__ import annotations

from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.nodes import (
    NO_STRUCTURE,
    Apply,
    Node,
    Number,
    Product,
    Symbol,
    ordered,
)
from matcalc.expressions.products import multiply
from matcalc.expressions.sums import ONE, UNIT, add


def index_sum(index: Node, lower: Node, upper: Node, body: Node) -> Node:
    """sum(i in lower..upper, body); what does not depend on i stands before it."""
    count = add([(ONE, upper), (-ONE, lower), (ONE, UNIT)])
    inside = set(ordered(body))
    if index not in inside and _is_count(count):
        return multiply(count, body)
    outside: list[Node] = []
    if isinstance(body, Product):
        free = [s for s in body.scalars if index not in ordered(s)]
        outside = [Number(body.coefficient), *free]
        kept = [s for s in body.scalars if s not in free]
        body = multiply(*kept, *body.factors)
    total = Apply("index_sum", (index, lower, upper, body), body.shape, NO_STRUCTURE)
    return multiply(*outside, total)


def _is_count(count: Node) -> bool:
    """Whether upper - lower + 1 is how many terms there are: not where the sum may be empty.

    An integer that is no size is taken to be large enough; code refuses one that is not.
    """
    size = dimension_value(count)
    if size is not None:
        return size.is_at_least(0)
    return not any(isinstance(n, Symbol) and "index" in n.structure for n in ordered(count))
