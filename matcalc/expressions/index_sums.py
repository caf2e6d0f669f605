"""The normal form of a sum over an index."""

from __future__ import annotations

from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Number, Product, ordered
from matcalc.expressions.products import multiply
from matcalc.expressions.sums import ONE, UNIT, add


def index_sum(index: Node, lower: Node, upper: Node, body: Node) -> Node:
    """sum(i in lower..upper, body); what does not depend on i stands before it."""
    count = add([(ONE, upper), (-ONE, lower), (ONE, UNIT)])
    inside = set(ordered(body))
    if index not in inside:
        return multiply(count, body)
    outside: list[Node] = []
    if isinstance(body, Product):
        free = [s for s in body.scalars if index not in ordered(s)]
        outside = [Number(body.coefficient), *free]
        kept = [s for s in body.scalars if s not in free]
        body = multiply(*kept, *body.factors)
    total = Apply("index_sum", (index, lower, upper, body), body.shape, NO_STRUCTURE)
    return multiply(*outside, total)
