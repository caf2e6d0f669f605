"""Products multiplied out by what stands beside a sum, where something cancels and it is shorter.

v*(1 + q/v) is v + q, and (A - inv(S*S'))*S is A*S - inv(S)'. Where nothing cancels a product
stays as it is: (I - P)*y.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from matcalc.expressions.constructors import (
    add,
    base_and_exponent,
    multiply,
    number,
    power,
)
from matcalc.expressions.nodes import Node, Product, Rank, Sum, children, symbols_of, visible
from matcalc.expressions.operations import Ones
from matcalc.rulebook.laws import DISTRIBUTIVE, Record, Rewritten
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify

Rest = tuple[Sequence[Node], Sequence[Node]]


def multiplied_out(root: Node, kept: Collection[Node], record: Record | None = None) -> Node:
    """The expression with its products multiplied out so; matrices in `kept` stay whole.

    What cancels is left to the passes that follow.

    >>> from matcalc import parse
    >>> print(multiplied_out(parse("a/(v*(1 + q/v))"), ()))
    a/(v + q)
    """

    def shorter(_: Node, node: Node) -> Rewritten | None:
        if not isinstance(node, Product):
            return None
        found = min(_ways(node, root, kept), key=lambda way: way[:2], default=None)
        if found is None or found.size >= size(node):
            return None
        return Rewritten(found.node, DISTRIBUTIVE)

    return sweep(root, shorter, record, kept)


class _Way(NamedTuple):
    """A product multiplied out, by its size once what cancels has gone."""

    size: int
    rank: Rank
    node: Node


def _ways(node: Product, root: Node, kept: Collection[Node]) -> Iterator[_Way]:
    for found in _over_scalars(node, root):
        yield _Way(size(found), found.rank, found)
    for spread, (before, after) in _over_factors(node, kept):
        inside = simplify(spread)
        if inside is not spread:
            shortest = multiply(*before, factored(inside, kept), *after)
            yield _Way(size(shortest), shortest.rank, multiply(*before, spread, *after))


def _over_scalars(node: Product, root: Node) -> Iterator[Node]:
    """A factor taken into a sum of the same exponent, which stands nowhere else in the root."""
    parts = [base_and_exponent(scalar) for scalar in node.scalars]
    for place, (base, exponent) in enumerate(parts):
        if not isinstance(base, Sum) or _is_shared(base, root):
            continue
        for other, (factor, same) in enumerate(parts):
            if same is exponent and other != place and not isinstance(factor, Sum):
                inside = power(_each(base, [factor], []), exponent)
                rest = [s for at, s in enumerate(node.scalars) if at not in (place, other)]
                yield multiply(number(node.coefficient), *rest, inside, *node.factors)


def _is_shared(part: Node, root: Node) -> bool:
    """Whether it stands in several nodes: a reader meets it under one name then."""
    return sum(part in children(node) for node in visible(root)) > 1


def _over_factors(node: Product, kept: Collection[Node]) -> Iterator[tuple[Node, Rest]]:
    """The factor before a sum, that after it, or both, taken into it: the sum, and the others."""
    front, chain = [number(node.coefficient), *node.scalars], node.factors
    for place, factor in enumerate(chain):
        if not isinstance(factor, Sum) or factor in kept:
            continue
        for low, high in ((place - 1, place), (place, place + 1), (place - 1, place + 1)):
            if low < 0 or high == len(chain):
                continue
            before, after = chain[low:place], chain[place + 1 : high + 1]
            if _may_cancel(factor, before, after):
                rest = [*front, *chain[:low]], chain[high + 1 :]
                yield _each(factor, before, after), rest


def _may_cancel(total: Sum, before: Sequence[Node], after: Sequence[Node]) -> bool:
    """Whether a term meets what it has something in common with, or ones: a look before trying."""
    if any(isinstance(beside, Sum) for beside in (*before, *after)):
        return False
    ends = [term.factors if isinstance(term, Product) else (term,) for _, term in total.terms]
    pairs = [(one[0], beside) for one in ends for beside in before if one]
    pairs += [(one[-1], beside) for one in ends for beside in after if one]
    return any(_have_common(*pair) for pair in pairs)


def _have_common(one: Node, other: Node) -> bool:
    if isinstance(one, Ones) or isinstance(other, Ones):
        return True
    return not set(symbols_of(one)).isdisjoint(symbols_of(other))


def _each(total: Sum, before: Sequence[Node], after: Sequence[Node]) -> Node:
    return add((value, multiply(*before, term, *after)) for value, term in total.terms)
