"""A whole derivation: f restated, df by one rule a line, and on to the answer in its form.

The passes that found the answer are run again and tell of what they do: `simplify` on f,
`differential`, `pull_back`, and what gives the answer its form. Where a definition such as
norm2(X) = sqrt(tr(X'*X)) leads to the same answer, the board begins with that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from matcalc.calculus.differential import differential, named_differential
from matcalc.derivation.definitions import Definition, definitions, put_back, write_out
from matcalc.derivation.forward import forward
from matcalc.derivation.lines import replace as in_line
from matcalc.derivation.steps import Reason, Step, joined
from matcalc.derivation.toward_gradient import toward_gradient
from matcalc.derivation.trace import Lines
from matcalc.derivation.turning import bring_to_the_right, merge_as_ordered, merge_to_the_right
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.operations import Inner
from matcalc.rulebook.laws import DISTRIBUTIVE, SAME_VALUE, Law, Record, definition
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order, opened
from matcalc.simplify.rewriting import simplify

_LARGEST_EXPANDED = 2000


class Asked(Protocol):
    """A question: what is differentiated by what, and how its answer gets its form.

    `tangents` are the variables, without what is declared of them, and their directions;
    `restored` puts back what is `declared`.
    """

    @property
    def expression(self) -> Node: ...
    @property
    def tangents(self) -> Mapping[Symbol, Node]: ...
    @property
    def declared(self) -> str: ...
    def restored(self, value: Node) -> Node: ...
    def shaped(self, value: Node, record: Record | None = None) -> Node: ...


@dataclass(frozen=True)
class Derived:
    """The lines: f `restated`, then the `steps` from `start`, which is d(f)."""

    restated: tuple[Step, ...]
    start: Node
    steps: tuple[Step, ...]

    @property
    def last(self) -> Node:
        """The line that the derivation ends with."""
        return self.steps[-1].after if self.steps else self.start


def derived_gradient(asked: Asked, values: Sequence[Node]) -> Derived:
    """The lines from f to the sum of <value, dX>, the gradients in the Frobenius product.

    >>> from matcalc import gradient
    >>> print(gradient("x'*A*x", "x").steps[-1].rule)
    distributive law
    """
    ways = (_Way.turned, _Way.settled_and_turned, _Way.as_computed, _Way.in_names)
    wanted = dict(zip(asked.tangents.values(), values, strict=True))

    def left(line: Node) -> dict[Node, Node]:
        pairs = {pair: wanted[pair.right] for pair in inner_products(line)}
        return {p: Inner.raw(v, p.right) for p, v in pairs.items() if p.left is not v}

    return _arriving(asked, left, ways, lambda way: way.to_gradient())


def inner_products(line: Node) -> list[Inner]:
    """The inner products that stand in a line."""
    return [node for node in ordered(line) if isinstance(node, Inner)]


def derived_differential(asked: Asked, value: Node) -> Derived:
    """The lines from f to `value`, which is df as an expression in dX."""
    ways = (_Way.settled, _Way.as_computed)
    return _arriving(asked, _all_but(value), ways, lambda way: way.to_form(simplify))


def derived_operator(asked: Asked, value: Node) -> Derived:
    """The same for the second derivative, d of a gradient: `value` has the form of an answer."""
    ways = (_Way.settled, _Way.as_computed)
    return _arriving(asked, _all_but(value), ways, lambda way: way.to_form(asked.shaped))


Left = Callable[[Node], Mapping[Node, Node]]
"""What of a line is not yet as the answer has it, with what it is there."""


def _all_but(value: Node) -> Left:
    return lambda line: {} if line is value else {line: value}


class _Way:
    """One way to write the lines: f as restated, and the definitions written out in that."""

    def __init__(self, asked: Asked, restated: Lines, known: list[Definition]) -> None:
        self.asked = asked
        self.restated = restated
        self.known = known
        self.tangents = asked.tangents
        self.lines = Lines(restated.line)

    def turned(self) -> None:
        """df, with dX brought to the right by the laws of the trace."""
        self.lines = forward(self.restated.line, self.tangents, merge_to_the_right)
        bring_to_the_right(self.lines)

    def settled_and_turned(self) -> None:
        """The same from df as the constructors order its factors."""
        self.settled()
        bring_to_the_right(self.lines)

    def settled(self) -> None:
        """df as the constructors order its factors."""
        self.lines = forward(self.restated.line, self.tangents, merge_as_ordered)
        self.lines.settle()

    def as_computed(self) -> None:
        """df as `differential` has it, in which no mirrored terms are merged."""
        self.lines = forward(self.restated.line, self.tangents)
        self.lines.settle()
        body = differential(self.restated.line, self.tangents)
        if _is_multiplied_out(body, self.lines.line):
            self.lines.put([Reason(DISTRIBUTIVE, self.lines.line, body)])

    def in_names(self) -> None:
        """The same with dR for the differential of every named part R."""
        self.as_computed()
        body = named_differential(self.restated.line, self.tangents)
        own = set(names_in_order(self.restated.line))
        new = [definition(part) for part in names_in_order(body) if part not in own]
        if opened(body, closed=own) is self.lines.line:
            line = self.lines.line
            self.lines.write([Reason(law, line, body) for law in new], body)

    def to_gradient(self) -> None:
        """From df to <G, dX>, and G to the form that the answer has."""
        inside = set(ordered(self.lines.line))
        tangents = [t for t in self.tangents.values() if t in inside and isinstance(t, Symbol)]
        if not tangents:
            return
        toward_gradient(self.lines, tangents)
        self._restore()
        for tangent in tangents:
            for pair in inner_products(self.lines.line):
                if pair.right is tangent:
                    self.asked.shaped(pair.left, self.lines.sweep)

    def to_form(self, form: Callable[[Node, Record], Node]) -> None:
        """From df to the form that the answer has."""
        self._restore()
        form(self.lines.line, self.lines.sweep)

    def _restore(self) -> None:
        """What comes before the form: the order of factors, the names, what is declared."""
        self.lines.settle()
        put_back(self.lines, self.known)
        free = {self.asked.restored(variable): variable for variable in self.tangents}
        self.lines.restore(self.asked.restored, Law(self.asked.declared), free)

    @property
    def derived(self) -> Derived:
        steps = joined(self.lines.steps)
        start = steps[0].before if steps else self.lines.line
        return Derived(tuple(self.restated.steps), start, steps)


def _is_multiplied_out(left: Node, right: Node) -> bool:
    """Whether only brackets are different, where that is not too long to tell."""
    short = max(size(left), size(right)) <= _LARGEST_EXPANDED
    return short and expand(left) is expand(right)


def _arriving(
    asked: Asked,
    left: Left,
    ways: Sequence[Callable[[_Way], None]],
    onward: Callable[[_Way], None],
) -> Derived:
    """The first way that arrives at the answer in its own form; the first one, if none does.

    That has one line more, in which what is left is written as the answer has it.
    """
    first: Derived | None = None
    for restated, known in _starts(asked):
        for begin in ways:
            way = _Way(asked, restated, known)
            begin(way)
            onward(way)
            found = way.derived
            if not left(found.last):
                return found
            first = first or found
    assert first is not None
    return _ended(first, left(first.last))


def _ended(found: Derived, left: Mapping[Node, Node]) -> Derived:
    reasons = [one for before, after in left.items() for one in _to_form(before, after)]
    last = Step(tuple(reasons), found.last, in_line(found.last, left))
    return replace(found, steps=(*found.steps, last))


def _to_form(before: Node, after: Node) -> list[Reason]:
    """Why two forms are one value: names written out, sums multiplied out, names put in."""
    if isinstance(before, Inner) and isinstance(after, Inner):
        before, after = before.left, after.left
    if _is_multiplied_out(before, after):
        return [Reason(DISTRIBUTIVE, before, after)]
    out, back = _written_out(before), _written_out(after)
    plain, wanted = opened(before), opened(after)
    law = DISTRIBUTIVE if _is_multiplied_out(plain, wanted) else SAME_VALUE
    between = [] if plain is wanted else [Reason(law, plain, wanted)]
    return [*out, *between, *(Reason(one.law, one.after, one.before) for one in reversed(back))]


def _written_out(node: Node) -> list[Reason]:
    """The names in a node written out, one after the other, the outermost first."""
    found: list[Reason] = []
    for name in reversed(names_in_order(node)):
        plain = opened(node, closed=[one for one in names_in_order(node) if one is not name])
        found.append(Reason(definition(name), node, plain))
        node = plain
    return found


def _starts(asked: Asked) -> Iterator[tuple[Lines, list[Definition]]]:
    """f with the definitions of operations written out, where it has any, and f without.

    Last, without the names of its parts: they may hide an identity.
    """
    plain = Lines(asked.expression)
    simplify(plain.line, plain.sweep)
    without_names = Lines(plain.line, plain.steps)
    opened(plain.line, without_names.sweep)
    simplify(without_names.line, without_names.sweep)
    for start in (plain, without_names)[: 1 + (without_names.line is not plain.line)]:
        known = definitions(start.line, asked.tangents.keys())
        if known:
            out = Lines(start.line, start.steps)
            write_out(out, known)
            yield out, known
        yield start, []
