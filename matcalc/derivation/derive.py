"""A whole derivation: f restated, df by one rule a line, and on to the answer in its form.

The passes that found the answer are run again and tell of what they do: `simplify` on f,
`differential`, `pull_back`, and what gives the answer its form. Where a definition such as
norm2(X) = sqrt(tr(X'*X)) leads to the same answer, the board begins with that; parts that the
problem names have lines of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from matcalc.calculus.differential import named_differential
from matcalc.calculus.kronecker import vec
from matcalc.derivation.board import Block
from matcalc.derivation.closing import between, is_multiplied_out
from matcalc.derivation.definitions import Definition, definitions, put_back, write_out
from matcalc.derivation.forward import NO_PARTS, forward
from matcalc.derivation.lines import inner_products
from matcalc.derivation.lines import replace as in_line
from matcalc.derivation.parts import Chain, Products, chain_of, differentials, moving_parts
from matcalc.derivation.steps import Reason, Step
from matcalc.derivation.toward_gradient import toward_gradient
from matcalc.derivation.toward_jacobian import (
    is_stacked,
    multiply_out,
    sum_of_products,
    toward_jacobian,
)
from matcalc.derivation.trace import Lines
from matcalc.derivation.turning import bring_to_the_right, merge_as_ordered, merge_to_the_right
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.marks import is_moving
from matcalc.expressions.nodes import Named, Node, Symbol
from matcalc.expressions.operations import Inner
from matcalc.expressions.phrases import Written
from matcalc.rulebook.laws import DISTRIBUTIVE, Law, Record
from matcalc.simplify.forms import is_longer_behind
from matcalc.simplify.naming import names_in_order, opened
from matcalc.simplify.rewriting import simplify

_LONGEST_WRITTEN_OUT = 400  # tokens with all names written out, where lines do that


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
    def declared(self) -> Law: ...
    def restored(self, value: Node) -> Node: ...
    def formed(self, value: Node, record: Record | None = None) -> Node: ...
    def shaped(self, value: Node, record: Record | None = None) -> Node: ...


@dataclass(frozen=True)
class Derived:
    """The lines: f `restated`, then in chains, of which the last one ends with the answer."""

    restated: tuple[Step, ...]
    chains: tuple[Chain, ...]

    @property
    def last(self) -> Node:
        """The line that the derivation ends with."""
        return self.chains[-1].last

    def blocks(self, label: Written, onward: Sequence[Step] = ()) -> list[Block]:
        """The lines on a board: of the derivative under its label, which go `onward` at the end."""
        *before, end = self.chains
        chains = (*before, replace(end, steps=(*end.steps, *onward)))
        return [Block(one.label(label), one.start, one.steps) for one in chains]


def derived_gradient(asked: Asked, values: Sequence[Node]) -> Derived:
    """The lines from f to the sum of <value, dX>, the gradients in the Frobenius product.

    >>> from matcalc import gradient
    >>> print(gradient("x'*A*x", "x").steps[-1].rule)
    distributive law
    """
    ways = (_Way.turned, _Way.settled_and_turned, _Way.as_computed)
    wanted = dict(zip(asked.tangents.values(), values, strict=True))

    def left(line: Node) -> dict[Node, Node]:
        pairs = {pair: wanted[pair.right] for pair in inner_products(line)}
        return {p: Inner.raw(v, p.right) for p, v in pairs.items() if p.left is not v}

    return _arriving(asked, left, ways, lambda way: way.to_gradient(left))


def derived_differential(asked: Asked, value: Node) -> Derived:
    """The lines from f to `value`, which is df as an expression in dX."""
    ways = (_Way.settled, _Way.as_computed)
    return _arriving(asked, _all_but(value), ways, lambda way: way.to_form(simplify))


def derived_operator(asked: Asked, value: Node) -> Derived:
    """The same for the second derivative, d of a gradient: `value` has the form of an answer."""
    ways = (_Way.settled, _Way.as_computed)
    return _arriving(asked, _all_but(value), ways, lambda way: way.to_form(asked.shaped))


def derived_map(asked: Asked, wanted: Mapping[Node, Node]) -> Derived:
    """The lines from f to df, and on to the sum of J*vec(dX), each J as `wanted` for its dX.

    Only to df where none are wanted.
    """
    is_turned = asked.expression.shape.columns == ONE and not asked.expression.is_complex
    ways = (_Way.multiplied_out, _Way.merged) if is_turned else ()
    ends = [sum_of_products(wanted, flat) for flat in (True, False)]

    def left(line: Node) -> dict[Node, Node]:
        return {line: ends[0]} if is_moving(ends[0]) and line not in ends else {}

    return _arriving(asked, left, (*ways, _Way.settled), lambda way: way.to_map(wanted))


Left = Callable[[Node], Mapping[Node, Node]]
"""What of a line is not yet as the answer has it, with what it is there."""


def _all_but(value: Node) -> Left:
    return lambda line: {} if line is value else {line: value}


class _Way:
    """One way to write the lines: f as restated, the definitions written out in that, and dR for
    the parts of it that have lines of their own.
    """

    def __init__(self, asked: Asked, start: _Start) -> None:
        self.asked = asked
        self.start = start
        self.tangents = asked.tangents
        self.before: list[Chain] = []
        self.lines = Lines(start.line)
        self.is_stacked = self.is_merged = False

    def merged(self) -> None:
        """df, mirrored terms made one with dX on the right."""
        self.lines = forward(self.start.line, self.tangents, self.start.parts, merge_to_the_right)
        self.is_merged = True

    def multiplied_out(self) -> None:
        """The same, as a vector in which dX is a factor of each term."""
        self.merged()
        multiply_out(self.lines)

    def turned(self) -> None:
        """The same, with dX brought to the right by the laws of the trace."""
        self.merged()
        bring_to_the_right(self.lines)

    def settled_and_turned(self) -> None:
        """The same from df as the constructors order its factors."""
        self.settled()
        bring_to_the_right(self.lines)

    def settled(self) -> None:
        """df as the constructors order its factors."""
        self.lines = forward(self.start.line, self.tangents, self.start.parts, merge_as_ordered)
        self.lines.settle()

    def as_computed(self) -> None:
        """df as `differential` has it, in which no mirrored terms are merged."""
        self.lines = forward(self.start.line, self.tangents, self.start.parts)
        self.lines.settle()
        if is_multiplied_out(self.start.body, self.lines.line):
            self.lines.put([Reason(DISTRIBUTIVE, self.lines.line, self.start.body)])

    def to_gradient(self, left: Left) -> None:
        """From df to <G, dX>, and what is `left` of it to the form that the answer has."""
        if is_moving(self.lines.line):
            tangents = [t for t in self.tangents.values() if isinstance(t, Symbol)]
            ends = [*self.start.parts.values(), *tangents]
            toward_gradient(self.lines, ends)
            self._through_parts(ends)
            self._restore()
            pairs = [pair for pair in left(self.lines.line) if isinstance(pair, Inner)]
            self.lines.shape(pairs, self.asked.shaped)

    def _through_parts(self, ends: Sequence[Node]) -> None:
        """From the inner products with parts to those with dX, in lines of their own."""
        if self.start.parts:
            products = Products(Lines(self.lines.line), self.start.parts, ends, self.asked.formed)
            told = list(products.followed())
            if told:
                self.before = [chain_of(self.lines), *told]
                self.lines = products.lines

    def to_form(self, form: Callable[[Node, Record], Node]) -> None:
        """From df to the form that the answer has."""
        opened(self.lines.line, self.lines.sweep, closed=self.start.own)
        self._restore()
        form(self.lines.line, self.lines.sweep)

    def to_map(self, wanted: Mapping[Node, Node]) -> None:
        """From df to a map of dX, the names that are not of f written out, and to its matrices."""
        opened(self.lines.line, self.lines.sweep, closed=self.start.own)
        self._put_back()
        if self.is_merged:
            bring_to_the_right(self.lines)
        body = self.lines.line
        if not is_moving(body):
            return
        if is_stacked(body, wanted):
            self.before = [chain_of(self.lines)]
            self.lines = Lines(vec(body))
            self.is_stacked = True
        if wanted:
            toward_jacobian(self.lines, body, wanted, self.asked)

    def _restore(self) -> None:
        """What comes before the form: the order of factors, the names, what is declared."""
        self.lines.settle()
        self._put_back()

    def _put_back(self) -> None:
        put_back(self.lines, self.start.known)
        free = {self.asked.restored(variable): variable for variable in self.tangents}
        self.lines.restore(self.asked.restored, self.asked.declared, free)

    @property
    def derived(self) -> Derived:
        last = replace(chain_of(self.lines), is_stacked=self.is_stacked)
        chains = (*self.start.differentials, *self.before, last)
        return Derived(tuple(self.start.restated), chains)


def _arriving(
    asked: Asked,
    left: Left,
    ways: Sequence[Callable[[_Way], None]],
    onward: Callable[[_Way], None],
) -> Derived:
    """The first way that arrives at the answer, brackets aside; the first one, if none does.

    One line more writes what is left as the answer has it.
    """
    first: Derived | None = None
    for start in _starts(asked):
        if first is not None and is_longer_behind(start.body, _LONGEST_WRITTEN_OUT):
            break
        for begin in ways:
            way = _Way(asked, start)
            begin(way)
            onward(way)
            found = way.derived
            rest = left(found.last)
            if all(is_multiplied_out(*map(_cotangent, pair)) for pair in rest.items()):
                return _ended(found, rest)
            first = first or found
    assert first is not None
    return _ended(first, left(first.last))


def _cotangent(node: Node) -> Node:
    return node.left if isinstance(node, Inner) else node


def _ended(found: Derived, left: Mapping[Node, Node]) -> Derived:
    if not left:
        return found
    reasons = [one for before, after in left.items() for one in between(before, after)]
    end = found.chains[-1]
    last = Step(tuple(reasons), end.last, in_line(end.last, left))
    return replace(found, chains=(*found.chains[:-1], replace(end, steps=(*end.steps, last))))


@dataclass
class _Start:
    """f as it is restated, the definitions written out in that, and its parts that move."""

    asked: Asked
    lines: Lines
    known: list[Definition]
    parts: Mapping[Named, Named]

    @property
    def line(self) -> Node:
        return self.lines.line

    @property
    def restated(self) -> list[Step]:
        return self.lines.steps

    @cached_property
    def own(self) -> set[Named]:
        """The names that f has."""
        return set(names_in_order(self.line))

    @cached_property
    def body(self) -> Node:
        """df, in terms of the dR that have lines of their own."""
        closed = {*self.own, *self.parts.values()}
        return opened(named_differential(self.line, self.asked.tangents), closed=closed)

    @cached_property
    def differentials(self) -> list[Chain]:
        """What each dR is."""
        return list(differentials(self.parts, self.asked.tangents))


def _starts(asked: Asked) -> Iterator[_Start]:
    """f with the definitions of operations written out, where it has any, and f without.

    First with lines for each of its named parts. Last, without the names: they may hide an
    identity.
    """
    plain = Lines(asked.expression)
    simplify(plain.line, plain.sweep)
    parts = moving_parts(plain.line, asked.tangents)
    if parts:
        yield from _with_definitions(asked, plain, parts)
    yield from _with_definitions(asked, plain, NO_PARTS)
    without_names = Lines(plain.line, plain.steps)
    opened(plain.line, without_names.sweep)
    simplify(without_names.line, without_names.sweep)
    if without_names.line is not plain.line:
        yield from _with_definitions(asked, without_names, NO_PARTS)


def _with_definitions(asked: Asked, plain: Lines, parts: Mapping[Named, Named]) -> Iterator[_Start]:
    known = definitions(plain.line, asked.tangents.keys())
    if known:
        out = Lines(plain.line, plain.steps)
        write_out(out, known)
        yield _Start(asked, out, known, parts)
    yield _Start(asked, plain, [], parts)
