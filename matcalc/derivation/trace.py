"""The lines of a derivation as they are written, each from the one before by named reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace as changed

from matcalc.derivation.lines import again, replace, settled
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.nodes import Node, Product, inside, visible
from matcalc.expressions.operations import Inner, Trace
from matcalc.rulebook.laws import CYCLIC, OWN_TRANSPOSE, Law, Rewritten, law_of, raw


class Lines:
    """A line, and the steps that led to it."""

    def __init__(self, line: Node, steps: Iterable[Step] = ()) -> None:
        self.line = line
        self.steps = list(steps)

    def write(self, reasons: Iterable[Reason], after: Node) -> None:
        """The next line, where it is another one; another order of terms is none."""
        used = tuple(reasons)
        if not used and self.steps:
            self.steps[-1] = changed(self.steps[-1], after=after)
        elif after is not self.line:
            self.steps.append(Step(used, self.line, after))
        self.line = after

    def put(self, reasons: list[Reason]) -> None:
        """One line: what the reasons are about replaced, all of it at once."""
        values = {reason.before: reason.after for reason in reasons}
        self.write(reasons, replace(self.line, values))

    def apply(self, reasons: list[Reason]) -> None:
        """One line: the reasons used one after the other."""
        after = self.line
        for reason in reasons:
            after = replace(after, {reason.before: reason.after})
        self.write(reasons, after)

    def use(self, law: Law, change: Callable[[Node], Node | None]) -> None:
        """One line: the law used at every node that `change` rewrites."""
        found = ((node, change(node)) for node in visible(self.line))
        self.put([Reason(law, node, after) for node, after in found if after is not None])

    def sweep(self, told: Mapping[Node, Rewritten]) -> None:
        """One line: what a pass rewrote in a sweep from the leaves up."""
        reasons = [Reason(law_of(one.by), node, one.node) for node, one in told.items()]
        self.write(reasons, swept(self.line, told))

    def settle(self) -> None:
        """One line: as the constructors have it, traces rotated and scalar chains turned."""
        reasons: list[Reason] = []
        done: dict[Node, Node] = {}
        for node in visible(self.line):
            made = again(node, done)
            done[node] = settled(node, done) if inside(node) else node
            law = _turned(made, done[node])
            if law is not None:
                reasons.append(Reason(law, made, done[node]))
        self.write(reasons, done[self.line])

    def restore(self, restored: Callable[[Node], Node], law: Law) -> None:
        """What is known of the variable put back into the gradients; no line if nothing shows."""
        parts = [node for node in visible(self.line) if isinstance(node, Inner)]
        values: dict[Node, Node] = {
            node: raw("inner", restored(node.left), node.right) for node in parts
        }
        after = replace(self.line, values) if parts else restored(self.line)
        if str(after) != str(self.line):
            pairs = values or {self.line: after}
            self.write([Reason(law, *pair) for pair in pairs.items()], after)
        elif self.steps:
            self.steps[-1] = changed(self.steps[-1], after=after)
        self.line = after


def swept(line: Node, told: Mapping[Node, Rewritten]) -> Node:
    """The line with every node rewritten that is told of, children first."""
    done: dict[Node, Node] = {}
    for node in visible(line):
        same = all(done[child] is child for child in inside(node))
        made = node if same else settled(node, done)
        done[node] = told[made].node if made in told else made
    return done[line]


def _turned(before: Node, after: Node) -> Law | None:
    """The law by which the constructors turned a trace or a scalar chain."""
    if after is before:
        return None
    if isinstance(before, Trace):
        return CYCLIC
    is_chain = isinstance(before, Product) and before.shape.is_scalar and bool(before.factors)
    return OWN_TRANSPOSE if is_chain else None
