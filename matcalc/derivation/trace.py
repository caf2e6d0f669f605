"""The lines of a derivation as they are written, each from the one before by named reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as changed
from itertools import takewhile, zip_longest

from matcalc.derivation.lines import again, chain, inner_products, replace, settled
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.constructors import (
    divide,
    multiply,
    number,
    scale,
    split_coefficient,
    split_scalars,
    transpose,
)
from matcalc.expressions.nodes import Node, Product, Sum, children, depth_first, inside, visible
from matcalc.expressions.operations import Inner, Trace
from matcalc.rulebook.laws import (
    CYCLIC,
    DOT,
    INNER_LINEAR,
    MIRRORED,
    OWN_TRANSPOSE,
    TRACE_LINEAR,
    Law,
    Record,
    Rewritten,
    law_of,
)


class Lines:
    """A line, and the steps that led to it."""

    def __init__(self, line: Node, steps: Iterable[Step] = ()) -> None:
        self.line = line
        self.steps = list(steps)

    def write(self, reasons: Iterable[Reason], after: Node) -> None:
        """The next line, where it is another one.

        What needs no reason, such as another order of the terms, rides with the line before.
        """
        found = tuple(reasons)
        if after is not self.line and found:
            self.steps.append(Step(found, self.line, after))
        elif after is not self.line and self.steps:
            self.steps[-1] = changed(self.steps[-1], after=after)
        self.line = after

    def put(self, reasons: list[Reason]) -> None:
        """One line: what the reasons are about replaced, all of it at once, the outermost first."""
        values = {reason.before: reason.after for reason in reasons}
        reached = set(depth_first([self.line], lambda one: () if one in values else inside(one)))
        used = [reason for reason in reasons if reason.before in reached]
        self.write(used, replace(self.line, values))

    def apply(self, reasons: Iterable[Reason]) -> None:
        """One line: the reasons used one after the other."""
        after, reasons = self.line, list(reasons)
        for reason in reasons:
            after = replace(after, {reason.before: reason.after})
        self.write(reasons, after)

    def use(self, law: Law, change: Callable[[Node], Node | None]) -> None:
        """One line: the law used at every node that `change` rewrites."""
        found = ((node, change(node)) for node in visible(self.line))
        self.put([Reason(law, node, after) for node, after in found if after is not None])

    def sweep(self, before: Node, after: Node, told: Mapping[Node, Rewritten]) -> None:
        """One line: a part of it as a pass rewrote it in a sweep from the leaves up."""
        reasons = [Reason(law_of(one.by), node, one.node) for node, one in told.items()]
        self.write(reasons, replace(self.line, {before: after}))

    def shape(self, pairs: Sequence[Inner], form: Callable[[Node, Record], object]) -> None:
        """The left sides of inner products in their form, one line for a sweep over all of them."""
        formed = [Lines(pair) for pair in pairs]
        for one, pair in zip(formed, pairs, strict=True):
            form(pair.left, one.sweep)
        for row in zip_longest(*(one.steps for one in formed)):
            steps = [step for step in row if step is not None]
            values = {step.before: step.after for step in steps}
            reasons = (reason for step in steps for reason in step.reasons)
            self.write(reasons, replace(self.line, values))

    def settle(self) -> None:
        """One line: as the constructors have it, traces rotated and scalar chains turned."""
        reasons: list[Reason] = []
        done: dict[Node, Node] = {}
        for node in visible(self.line):
            made = again(node, done)
            # only these are written on the board as the constructors would not have them
            is_open = made is not node or isinstance(node, Product | Trace)
            done[node] = settled(node, done) if is_open else node
            reasons += _turned(made, done[node])
        self.write(reasons, done[self.line])

    def restore(
        self, restored: Callable[[Node], Node], law: Law, free: Mapping[Node, Node]
    ) -> None:
        """What is known of the variable put back; no line of its own where nothing shows of it."""
        values = _known(self.line, restored)
        after = replace(self.line, values) if values else restored(self.line)
        pairs = values or {self.line: after}
        used = [] if replace(after, free) is self.line else [Reason(law, *p) for p in pairs.items()]
        if str(after) != str(self.line):
            self.write(used, after)
            self._know_at_once(restored)
        elif self.steps:
            last = self.steps[-1]
            self.steps[-1] = changed(last, reasons=(*last.reasons, *used), after=after)
        self.line = after

    def _know_at_once(self, restored: Callable[[Node], Node]) -> None:
        """What the last line says of the variable rides with the dot product: <inv(X), dX>."""
        *steps, last = self.steps
        gathered = list(takewhile(_is_gathering, reversed(steps)))[::-1]
        start = len(steps) - len(gathered) - 1
        if start < 0 or DOT not in {reason.law for reason in steps[start].reasons}:
            return

        def known(line: Node) -> Node:
            return replace(line, _known(line, restored))

        first = steps[start]
        pairs = _known(first.after, restored).items()
        used = (Reason(last.reasons[0].law, *pair) for pair in pairs if pair[0] is not pair[1])
        self.steps[start:] = [
            Step((*first.reasons, *used), first.before, known(first.after)),
            *(step.mapped(known) for step in gathered),
        ]


def _known(line: Node, restored: Callable[[Node], Node]) -> dict[Node, Node]:
    """The inner products of a line, their left sides with what is known of the variable."""
    return {pair: Inner.raw(restored(pair.left), pair.right) for pair in inner_products(line)}


def _is_gathering(step: Step) -> bool:
    return {reason.law for reason in step.reasons} == {INNER_LINEAR}


def _turned(before: Node, after: Node) -> list[Reason]:
    """The laws by which the constructors turned a trace or a scalar chain."""
    if after is before:
        return []
    if isinstance(before, Trace):
        return _rotated(before, after)
    is_chain = isinstance(before, Product) and before.shape.is_scalar and bool(before.factors)
    return [Reason(OWN_TRANSPOSE, before, after)] if is_chain else []


def _rotated(before: Trace, after: Node) -> list[Reason]:
    """A rotation, or one of the transpose; scalars are taken out first."""
    scalar, rest = split_scalars(before.inner)
    if rest is not before.inner and not isinstance(before.inner, Sum):
        bare = Trace.raw(rest)
        linear = Reason(TRACE_LINEAR, before, multiply(scalar, bare))
        return [linear, *_turned(bare, divide(after, scalar))]
    factors = children(before.inner) if isinstance(before.inner, Product) else (before.inner,)
    rotations = (factors[place:] + factors[:place] for place in range(len(factors)))
    if any(Trace.raw(chain(*rotation)) is after for rotation in rotations):
        return [Reason(CYCLIC, before, after)]
    value, turned = split_coefficient(transpose(before.inner))
    mirrored = chain(number(value), Trace.raw(turned))
    found = [Reason(MIRRORED, before, mirrored)]
    if mirrored is not after:
        found.append(Reason(CYCLIC, Trace.raw(turned), scale(1 / value, after)))
    return found
