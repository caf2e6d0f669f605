"""Products multiplied out by what stands beside a sum, where something cancels and it is shorter.

v*(1 + q/v) is v + q, and (A - inv(S*S'))*S is A*S - inv(S)'. Where nothing cancels a product
stays as it is: (I - P)*y.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from matcalc.expressions.constructors import (
    add,
    base_and_exponent,
    multiply,
    number,
    power,
)
from matcalc.expressions.nodes import Node, Product, Sum, children, visible
from matcalc.rulebook.laws import DISTRIBUTIVE, Record, Rewritten
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify


def multiplied_out(root: Node, kept: Collection[Node], record: Record | None = None) -> Node:
    """The expression with its products multiplied out so; matrices in `kept` stay whole.

    >>> from matcalc import parse
    >>> print(multiplied_out(parse("a/(v*(1 + q/v))"), ()))
    a/(v + q)
    """

    def shorter(_: Node, node: Node) -> Rewritten | None:
        if not isinstance(node, Product):
            return None
        found = min(_ways(node, root, kept), key=size, default=node)
        return Rewritten(found, DISTRIBUTIVE) if size(found) < size(node) else None

    return sweep(root, shorter, record, kept)


def _ways(node: Product, root: Node, kept: Collection[Node]) -> Iterator[Node]:
    yield from _over_scalars(node, root)
    yield from _over_factors(node, kept)


def _over_scalars(node: Product, root: Node) -> Iterator[Node]:
    """A factor taken into a sum of the same exponent, which stands nowhere else in the root."""
    parts = [base_and_exponent(scalar) for scalar in node.scalars]
    for place, (base, exponent) in enumerate(parts):
        if not isinstance(base, Sum) or _is_shared(base, root):
            continue
        for other, (factor, same) in enumerate(parts):
            if same is exponent and other != place and not isinstance(factor, Sum):
                inside = power(_each(base, factor, True), exponent)
                rest = [s for at, s in enumerate(node.scalars) if at not in (place, other)]
                yield multiply(number(node.coefficient), *rest, inside, *node.factors)


def _is_shared(part: Node, root: Node) -> bool:
    """Whether it stands in several nodes: a reader meets it under one name then."""
    return sum(part in children(node) for node in visible(root)) > 1


def _over_factors(node: Product, kept: Collection[Node]) -> Iterator[Node]:
    """The factor before or after a sum taken into it, where that simplifies one of the products."""
    front = [number(node.coefficient), *node.scalars]
    chain = node.factors
    for place, factor in enumerate(chain):
        if not isinstance(factor, Sum) or factor in kept:
            continue
        for beside, is_before in ((place - 1, True), (place + 1, False)):
            if 0 <= beside < len(chain) and not isinstance(chain[beside], Sum):
                spread = _each(factor, chain[beside], is_before)
                inside = simplify(spread)
                if inside is not spread:
                    low, high = sorted((place, beside))
                    whole = factored(inside, kept)
                    yield multiply(*front, *chain[:low], whole, *chain[high + 1 :])


def _each(total: Sum, factor: Node, is_before: bool) -> Node:
    pair = (lambda term: (factor, term)) if is_before else (lambda term: (term, factor))
    return add((value, multiply(*pair(term))) for value, term in total.terms)
