"""Parts under names: put in where they stand, and written out again.

A name stands for one value wherever it occurs. What is worked out about an expression may use
what stands behind its names; what is shown keeps them, unless it is shorter without.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from fractions import Fraction

from matcalc.expressions.constructors import (
    base_and_exponent,
    multiply,
    number,
    power,
    transpose,
)
from matcalc.expressions.nodes import Named, Node, Number, Product, ordered
from matcalc.rulebook.substitution import map_bottom_up, substitute
from matcalc.simplify.forms import size


class _Names(Container[Node]):
    """All named parts, for those who do not look inside."""

    def __contains__(self, node: object) -> bool:
        return isinstance(node, Named)


NAMES = _Names()


def names_in_order(*roots: Node) -> list[Named]:
    """The named parts of the expressions, each after those that it is made of."""
    return [node for node in ordered(*roots) if isinstance(node, Named)]


def length(root: Node) -> int:
    """About as many tokens as an expression and what its names stand for have in print."""
    return size(root) + sum(size(name.value) for name in names_in_order(root))


def opened(root: Node, closed: Callable[[Named], bool] = lambda _: False) -> Node:
    """`root` with the values of its names written out, but for those that stay `closed`."""
    if not names_in_order(root):
        return root

    def written_out(_: Node, again: Node) -> Node:
        return again.value if isinstance(again, Named) and not closed(again) else again

    return map_bottom_up(root, written_out)


def behind_names(*roots: Node) -> dict[Node, Node]:
    """The named parts of the expressions by what they stand for with all names written out."""
    found: dict[Node, Node] = {}

    def written_out(old: Node, again: Node) -> Node:
        if not isinstance(again, Named):
            return again
        found.setdefault(again.value, old)
        return again.value

    for root in roots:
        map_bottom_up(root, written_out)
    return found


def in_own_names(root: Node, own: Mapping[str, Node]) -> Node:
    """`root` in the names of a problem: each where it stands, and where its value does."""
    names = {name: node for name, node in own.items() if isinstance(node, Named)}
    if not names:
        return root
    met: dict[Node, Node] = {
        node: names[node.name] for node in names_in_order(root) if node.name in names
    }
    known: dict[Node, Node] = {node.value: node for node in names.values()}
    known |= {node.value: names[node.name] for node in names_in_order(root) if node in met}
    return in_names(substitute(root, met), known)


def in_names(root: Node, known: Mapping[Node, Node]) -> Node:
    """`root` with the name of every part that is known, and of its transpose; names stay closed."""
    turned = {transpose(value): transpose(name) for value, name in known.items()}
    forms: Mapping[Node, Node] = {**turned, **known}
    return map_bottom_up(root, lambda _, again: forms.get(again, again), NAMES)


def put(root: Node, part: Node, name: Node) -> Node:
    """`root` with `name` for every `part` and its transpose, inside longer products too.

    What other names stand for is left alone.
    """
    turned = transpose(part)

    def shorter(_: Node, node: Node) -> Node:
        node = _in_product(node, part, name)
        return node if turned is part else _in_product(node, turned, transpose(name))

    return map_bottom_up(root, shorter, NAMES)


def _in_product(node: Node, part: Node, name: Node) -> Node:
    """`node` with `name` for `part` where it is that, or a product that has its factors."""
    if node is part:
        return name
    if not isinstance(node, Product):
        return node
    coefficient, scalars, factors = _parts(node)
    wanted_coefficient, wanted_scalars, wanted_factors = _parts(part)
    left = _without(scalars, wanted_scalars)
    place = _run(factors, wanted_factors)
    if left is None or place is None:
        return node
    outside = [number(coefficient / wanted_coefficient), *left]
    return multiply(*outside, *factors[:place], name, *factors[place + len(wanted_factors) :])


def _parts(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    """The coefficient, the scalars and the chain; a scalar chain is one of the scalars."""
    if not isinstance(node, Product):
        return Fraction(1), *(((node,), ()) if node.shape.is_scalar else ((), (node,)))
    if node.shape.is_scalar and node.factors:
        return node.coefficient, (*node.scalars, multiply(*node.factors)), ()
    return node.coefficient, node.scalars, node.factors


def _without(scalars: Sequence[Node], wanted: Sequence[Node]) -> list[Node] | None:
    """The scalars divided by the wanted ones, None where one of those is not among them."""
    exponents = dict(map(base_and_exponent, scalars))
    for base, exponent in map(base_and_exponent, wanted):
        known = exponents.get(base)
        if not isinstance(known, Number) or not isinstance(exponent, Number):
            return None
        rest = known.value - exponent.value
        if rest * exponent.value < 0 or rest * known.value < 0:
            return None
        exponents[base] = number(rest)
    return [power(base, exponent) for base, exponent in exponents.items()]


def _run(factors: Sequence[Node], wanted: Sequence[Node]) -> int | None:
    """Where `wanted` stand one after the other among the factors."""
    places = range(len(factors) - len(wanted) + 1)
    return next((i for i in places if tuple(factors[i : i + len(wanted)]) == tuple(wanted)), None)
