"""The lines of a derivation as they are written, each from the one before by named reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from matcalc.derivation.lines import again, replace
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.constructors import is_operation
from matcalc.expressions.nodes import Node, Product, children, ordered
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild
from matcalc.rulebook.laws import CYCLIC, OWN_TRANSPOSE, Law, Rewritten, law_of, raw

_MOST_REASONS = 2  # in one line, of the small ones that lead from a gradient to its form


class Trace:
    """A line, and the steps that led to it."""

    def __init__(self, line: Node) -> None:
        self.line = line
        self.steps: list[Step] = []

    def write(self, reasons: Iterable[Reason], after: Node) -> None:
        """The next line, where it is another one."""
        if after is not self.line:
            self.steps.append(Step(tuple(reasons), self.line, after))
            self.line = after

    def follow(self, steps: Iterable[Step]) -> None:
        """Lines that were written elsewhere, from where this one is."""
        for step in steps:
            self.write(step.reasons, step.after)

    def use(self, law: Law, change: Callable[[Node], Node | None]) -> None:
        """One line: the law used at every node that `change` rewrites."""
        found = ((node, change(node)) for node in ordered(self.line))
        values = {node: after for node, after in found if after is not None}
        reasons = [Reason(law, node, after) for node, after in values.items()]
        self.write(reasons, replace(self.line, values))

    def sweep(self, told: Mapping[Node, Rewritten]) -> None:
        """One line: what a pass rewrote in a sweep from the leaves up."""
        reasons = [Reason(law_of(one.by), node, one.node) for node, one in told.items()]
        self.write(reasons, swept(self.line, told))


    def settle(self) -> None:
        """The line as the constructors have it: traces rotated, scalar chains turned."""
        reasons: list[Reason] = []
        done: dict[Node, Node] = {}
        for node in ordered(self.line):
            made = again(node, done)
            done[node] = rebuilt(node, done, anew=True)
            law = _turned(made, done[node])
            if law is not None:
                reasons.append(Reason(law, made, done[node]))
        self.write(reasons, done[self.line])

    def restore(self, restored: Callable[[Node], Node], law: Law) -> None:
        """The line with what was known of the variable put back; no step where nothing shows."""
        parts = [node for node in ordered(self.line) if is_operation(node, "inner")]
        values = {node: raw("inner", restored(children(node)[0]), children(node)[1]) for node in parts}
        after = replace(self.line, values)
        if str(after) != str(self.line):
            self.write([Reason(law, *pair) for pair in values.items()], after)
        elif self.steps:
            self.steps[-1] = Step(self.steps[-1].reasons, self.steps[-1].before, after)
            self.line = after


def swept(line: Node, told: Mapping[Node, Rewritten]) -> Node:
    """The line with every node rewritten that is told of, children first."""
    done: dict[Node, Node] = {}
    for node in ordered(line):
        made = rebuilt(node, done)
        done[node] = told[made].node if made in told else made
    return done[line]


def rebuilt(node: Node, done: Mapping[Node, Node], anew: bool = False) -> Node:
    """The node with what `done` says of its children; inner products stay as they are written."""
    if not anew and all(done[child] is child for child in children(node)):
        return node
    if is_operation(node, "inner"):
        return raw("inner", *(done[child] for child in children(node)))
    return rebuild(node, done, NO_DIMENSIONS, book.apply)


def joined(steps: Iterable[Step]) -> list[Step]:
    """Neighbouring lines as one, as long as it has no more than a few reasons."""
    found: list[Step] = []
    for step in steps:
        whole = Step(found[-1].reasons + step.reasons, found[-1].before, step.after) if found else step
        if found and len(whole.laws) <= _MOST_REASONS:
            found[-1] = whole
        else:
            found.append(step)
    return [step for step in found if step.before is not step.after]


def _turned(before: Node, after: Node) -> Law | None:
    """The law by which the constructors turned a trace or a scalar chain."""
    if after is before:
        return None
    if is_operation(before, "tr"):
        return CYCLIC
    is_chain = isinstance(before, Product) and before.shape.is_scalar and bool(before.factors)
    return OWN_TRANSPOSE if is_chain else None
