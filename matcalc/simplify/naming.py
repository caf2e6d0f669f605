"""Parts under names: put in where they stand, and written out again.

A name stands for one value wherever it occurs. What is worked out about an expression may use
what stands behind its names; what is shown keeps them, unless it is shorter without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction

from matcalc.expressions.bottom_up import transposed_together
from matcalc.expressions.constructors import (
    base_and_exponent,
    elementwise_power,
    multiply,
    named,
    number,
    power,
    transpose,
)
from matcalc.expressions.nodes import (
    Named,
    Node,
    Number,
    Product,
    Symbol,
    children,
    depth_first,
    ordered,
    visible,
)
from matcalc.expressions.operations import ElementwisePower, Power
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild
from matcalc.rulebook.laws import Record, Rewritten, definition
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.forms import size
from matcalc.simplify.rewriting import simplify

_WORTH_NAMING = 4
_FEW = 32  # names that are looked for in all the forms that their values have


def names_in_order(*roots: Node) -> list[Named]:
    """The named parts of the expressions, each after those that it is made of."""
    named = [root for root in roots if root.has_names]
    return [node for node in depth_first(named, _with_names) if isinstance(node, Named)]


def _with_names(node: Node) -> list[Node]:
    """The children in which names stand."""
    return [child for child in children(node) if child.has_names]


def length(root: Node) -> int:
    """About as many tokens as an expression and what its names stand for have in print."""
    return size(root) + sum(size(name.value) for name in names_in_order(root))


def opened(root: Node, record: Record | None = None, closed: Collection[Named] = ()) -> Node:
    """`root` with the values of its names written out, but for those that stay `closed`."""
    if not root.has_names:
        return root
    if record is None:
        (found,) = all_opened([root], closed)
        return found
    values = _without_names([root], closed)

    def written_out(_: Node, again: Node) -> Rewritten | None:
        if isinstance(again, Named) and again not in closed:
            return Rewritten(values[again], definition(again))
        return None

    return sweep(root, written_out, record)


def all_opened(roots: Sequence[Node], closed: Collection[Named] = ()) -> list[Node]:
    """The same for several expressions, what they share once."""
    values = _without_names(roots, closed)
    return [values[root] for root in roots]


def _value_itself(_: Named, value: Node) -> Node:
    return value


def _without_names(
    roots: Sequence[Node],
    closed: Collection[Node],
    put_for: Callable[[Named, Node], Node] = _value_itself,
) -> dict[Node, Node]:
    """Every node of the expressions with the names in it written out.

    For a name stands what `put_for` makes of it and of what it stands for.
    """
    done: dict[Node, Node] = {}

    def is_whole(node: Node) -> bool:
        return node in closed or not node.has_names

    for node in depth_first(roots, lambda node: () if is_whole(node) else children(node)):
        if is_whole(node):
            done[node] = node
        elif isinstance(node, Named):
            done[node] = put_for(node, done[node.value])
        else:
            same = all(done[child] is child for child in children(node))
            done[node] = node if same else rebuild(node, done, NO_DIMENSIONS, book.apply)
    return done


def behind_names(*roots: Node) -> dict[Node, Node]:
    """The named parts of the expressions by what they stand for with all names written out."""
    values = _without_names(roots, ())
    return {values[part]: part for part in names_in_order(*roots)}


def formed_together(
    roots: Sequence[Node], own: Collection[Node], form: Callable[[Node], Node]
) -> list[Node]:
    """The expressions in the form of an answer, and in it the parts that passes have named.

    A part that is used once, or is short, is written out where it stands; the problem's `own`
    names stay. Each part is formed once, whatever uses it.
    """
    kept = _repeated(roots, own)

    def put_for(part: Named, value: Node) -> Node:
        if part not in kept:
            return value
        value = form(value)
        return named(part.name, value) if size(value) >= _WORTH_NAMING else value

    values = _without_names(roots, own, put_for)
    return [form(values[root]) for root in roots]


def _repeated(roots: Sequence[Node], own: Collection[Node]) -> set[Node]:
    """The named parts that would stand in more than one place if none but these had names."""
    found: set[Node] = set()
    times = Counter(roots)
    for node in reversed(ordered(*roots)):
        passed = times[node]
        if isinstance(node, Named) and passed > 1 and node not in own:
            found.add(node)
            passed = 1
        for child in children(node):
            times[child] += passed
    return found


class OwnNames:
    """The names that a problem has for its parts: each is put where its value stands."""

    def __init__(self, definitions: Mapping[str, Node]) -> None:
        self._parts = {n: part for n, part in definitions.items() if isinstance(part, Named)}
        self.parts = frozenset(self._parts.values())
        known: dict[Node, Node] = {part.value: part for part in self.parts}
        if len(known) <= _FEW:
            known = {**known, **behind_names(*self.parts)}
            known = {**{simplify(value): part for value, part in known.items()}, **known}
        self._known = with_turned(known)
        self._products = [
            (value, name)
            for value, name in known.items()
            if isinstance(value, Product) and value.shape.is_scalar and value.coefficient == 1
            if len(value.scalars) > 1 and not value.factors
        ]
        self._roots = {
            value.base: (name, value.exponent.value)
            for value, name in known.items()
            if isinstance(value, Power | ElementwisePower) and isinstance(value.exponent, Number)
        }
        self._compared: dict[Node, Node | None] = {}  # every node that was looked at

    def put_into(self, root: Node, record: Record | None = None) -> Node:
        """`root` in these names; a part under one of them that is of another value is written out.

        It is of another value where a sum over its index has been renamed.
        """
        if not self.parts:
            return root
        nodes = visible(root)
        parts = [part for part in nodes if self._is_called(part)]
        same = {part: own for part in parts if (own := self._own(part)) is not None}
        powers = self._powers(nodes)
        if parts or powers or not self._known.keys().isdisjoint(nodes):
            if len(same) < len(parts):
                root = opened(root, record, closed=self.parts)
            root = in_names(root, {**powers, **self._known, **same}, record)
        for value, name in self._products:
            root = under_name(root, value, name, record)
        return root

    def _powers(self, nodes: Collection[Node]) -> dict[Node, Node]:
        """Powers of what a person has under a root: with s = sqrt(v), v^(-3/2) is s^(-3)."""
        found = {}
        for node in nodes if self._roots else ():
            base, exponent = _base_and_number(node)
            name, root = self._roots.get(base, (None, Fraction(1)))
            power_of = exponent / root
            is_worth = base is not node or size(base) >= _WORTH_NAMING
            if name is not None and power_of.denominator == 1 and is_worth:
                found[node] = elementwise_power(name, number(power_of))
        return found

    def _is_called(self, node: Node) -> bool:
        """Whether a part has one of the names without being the part of that name."""
        return isinstance(node, Named) and node.name in self._parts and node not in self.parts

    def _own(self, part: Node) -> Node | None:
        """The part of that name, where it has the same value; None where it has another one."""
        for node in depth_first([part], children, self._compared):
            self._compared[node] = self._compare(node) if self._is_called(node) else None
        return self._compared[part]

    def _compare(self, part: Node) -> Node | None:
        assert isinstance(part, Named)
        own = self._parts[part.name]
        inner = {n: found for n in visible(part.value) if (found := self._compared.get(n))}
        value = in_names(part.value, inner)
        if value is own.value or simplify(value) is simplify(own.value):
            return own
        few = len(self.parts) <= _FEW
        return own if few and simplify(opened(value)) is simplify(opened(own)) else None


def _base_and_number(node: Node) -> tuple[Node, Fraction]:
    match node:
        case Power(base, Number(value=exponent)) | ElementwisePower(base, Number(value=exponent)):
            return base, exponent
    return node, Fraction(1)


def in_names(root: Node, known: Mapping[Node, Node], record: Record | None = None) -> Node:
    """`root` with the name of every part that is known."""

    def under_name(node: Node, again: Node) -> Rewritten | None:
        found = known.get(again, known.get(node))
        return Rewritten(found, definition(_named_in(found))) if found is not None else None

    return root if known.keys().isdisjoint(visible(root)) else sweep(root, under_name, record)


def with_turned(known: Mapping[Node, Node]) -> Mapping[Node, Node]:
    """What is known of parts, and of their transposes, where those do not hold the parts."""
    turned = {value: name for value, name in known.items() if transposed_together(value)}
    return {**{transpose(value): transpose(name) for value, name in turned.items()}, **known}


def _named_in(name: Node) -> Named | Symbol:
    """R in R or its transpose."""
    (part,) = (node for node in visible(name) if isinstance(node, Named | Symbol))
    return part


def under_name(root: Node, part: Node, name: Node, record: Record | None = None) -> Node:
    """`root` with `name` for every `part` and its transpose, inside longer products too.

    What other names stand for is left alone.
    """
    if not isinstance(part, Product | Power):
        return in_names(root, with_turned({part: name}), record)
    turned = transpose(part)

    def shorter(_: Node, node: Node) -> Rewritten | None:
        found = _in_product(node, part, name)
        found = found if turned is part else _in_product(found, turned, transpose(name))
        return None if found is node else Rewritten(found, definition(_named_in(name)))

    return sweep(root, shorter, record)


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
