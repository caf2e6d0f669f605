"""Parts under names: put in where they stand, and written out again.

A name stands for one value wherever it occurs. What is worked out about an expression may use
what stands behind its names; what is shown keeps them, unless it is shorter without.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from matcalc.expressions.constructors import (
    base_and_exponent,
    multiply,
    number,
    power,
    transpose,
)
from matcalc.expressions.nodes import Named, Node, Number, Product, ordered, visible
from matcalc.rulebook.laws import Record, Rewritten, definition
from matcalc.rulebook.substitution import map_bottom_up, substitute, sweep
from matcalc.simplify.forms import size
from matcalc.simplify.rewriting import simplify

_FEW = 32  # names that are looked for in all the forms that their values have


def names_in_order(*roots: Node) -> list[Named]:
    """The named parts of the expressions, each after those that it is made of."""
    return [node for node in ordered(*roots) if isinstance(node, Named)]


def length(root: Node) -> int:
    """About as many tokens as an expression and what its names stand for have in print."""
    return size(root) + sum(size(name.value) for name in names_in_order(root))


def opened(
    root: Node,
    record: Record | None = None,
    closed: Collection[Named] = (),
) -> Node:
    """`root` with the values of its names written out, but for those that stay `closed`."""
    values: dict[Node, Node] = {}

    def written_out(_: Node, again: Node) -> Rewritten | None:
        found = values.get(again)
        return Rewritten(found, definition(again)) if found and isinstance(again, Named) else None

    for part in names_in_order(root):
        if part not in closed:
            values[part] = sweep(part.value, written_out)
    return sweep(root, written_out, record) if values else root


def behind_names(*roots: Node) -> dict[Node, Node]:
    """The named parts of the expressions by what they stand for with all names written out."""
    values: dict[Node, Node] = {}
    for part in names_in_order(*roots):
        values[part] = map_bottom_up(part.value, lambda _, again: values.get(again, again))
    return {value: part for part, value in values.items()}


def in_own_names(root: Node, own: Mapping[str, Node], record: Record | None = None) -> Node:
    """`root` in the names of a problem: each where it stands, and where its value does."""
    names = {name: node for name, node in own.items() if isinstance(node, Named)}
    if not names:
        return root
    met: dict[Node, Node] = {
        node: names[node.name] for node in names_in_order(root) if node.name in names
    }
    known: dict[Node, Node] = {node.value: node for node in names.values()}
    if len(names) <= _FEW:
        known = {**known, **behind_names(*names.values())}
        known = {**{simplify(value): name for value, name in known.items()}, **known}
    return in_names(substitute(root, met), known, record)


def in_names(root: Node, known: Mapping[Node, Node], record: Record | None = None) -> Node:
    """`root` with the name of every part that is known, and of its transpose."""
    forms = _with_turned(known)

    def under_name(_: Node, again: Node) -> Rewritten | None:
        found = forms.get(again)
        return Rewritten(found, definition(_named_in(found))) if found is not None else None

    return sweep(root, under_name, record) if known else root


def _with_turned(known: Mapping[Node, Node]) -> Mapping[Node, Node]:
    return {**{transpose(value): transpose(name) for value, name in known.items()}, **known}


def _named_in(name: Node) -> Named:
    """R in R or its transpose."""
    (part,) = (node for node in visible(name) if isinstance(node, Named))
    return part


def put(root: Node, part: Node, name: Node) -> Node:
    """`root` with `name` for every `part` and its transpose, inside longer products too.

    What other names stand for is left alone.
    """
    turned = transpose(part)

    def shorter(_: Node, node: Node) -> Node:
        node = _in_product(node, part, name)
        return node if turned is part else _in_product(node, turned, transpose(name))

    return map_bottom_up(root, shorter)


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
