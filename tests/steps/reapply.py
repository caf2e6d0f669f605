"""Whether each line of a derivation follows from the one before by its reasons, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcalc.derivation.lines import replace
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.nodes import Named, Node, children, ordered
from matcalc.expressions.operations import Differential, IndexSum
from matcalc.simplify.naming import opened
from matcalc.simplify.rewriting import simplify
from tests.steps.context import Context
from tests.steps.differentials import differential
from tests.steps.laws import LAWS
from tests.steps.rules import follows
from tests.steps.written import put, remade, same


def complaint(step: Step, known: Context) -> str:
    """ "" where the line follows; else what does not."""
    if step.after is step.before or str(step.after) == str(step.before):
        return "nothing happened"
    if not step.reasons or "simplify" in step.rule or step.rule == "expand":
        return "no reason"
    for reason in step.reasons:
        if not holds(reason, known):
            return f"not by {reason.name}: {reason.before} is not {reason.after}"
    if not reaches(step, known):
        return "its reasons lead elsewhere"
    return ""


def holds(reason: Reason, known: Context) -> bool:
    """Whether the law gives what the part of the line became."""
    before, after = reason.before, reason.after
    law = LAWS.get(reason.name) or LAWS.get(reason.law.words)
    if isinstance(before, Differential):
        return _of_differential(reason, known)
    if law is not None and law(before, after, known):
        return True
    while isinstance(before, IndexSum) and _same_sum(before, after):
        before, after = before.body, after.body  # type: ignore[attr-defined]
    if reason.rule is not None:
        return follows(reason.rule, before, after, known)
    return _of_the_problem(reason, known) if law is None else law(before, after, known)


def _same_sum(before: IndexSum, after: Node) -> bool:
    return isinstance(after, IndexSum) and before.arguments[:3] == after.arguments[:3]


def _of_differential(reason: Reason, known: Context) -> bool:
    """d(e) by the rule for e."""
    before, after = reason.before, reason.after
    assert isinstance(before, Differential)
    if isinstance(before.inner, Named):
        return same(after, known.d(before.inner.value))
    if reason.rule is not None:
        return follows(reason.rule, before, after, known)
    if reason.name.endswith("is linear") or reason.name == "block by block":
        return differential(before, after, known)
    return LAWS[reason.law.words or reason.name](before, after, known)


def _of_the_problem(reason: Reason, known: Context) -> bool:
    """What is declared of the variable, S' = S, and what its names stand for."""
    restored = replace(opened(reason.before), known.declared)
    if known.declared and settled(restored) is settled(opened(reason.after)):
        return True
    before, after = opened(reason.before), opened(reason.after)
    return before is after or simplify(before) is simplify(after)  # a name for 1/(1 + exp(-s))


def reaches(step: Step, known: Context) -> bool:
    """Whether the reasons lead from the line to the next: one by one, or in one sweep.

    That the variable is what it is declared to be may ride with them where nothing shows of it.
    """
    free = {declared: symbol for symbol, declared in known.declared.items()}
    ends = (step.after, replace(step.after, free))
    line: Node | None = step.before
    for reason in step.reasons:
        line = put(line, reason.before, reason.after) if line is not None else None
    if any(line is not None and same(line, end) for end in ends):
        return True
    return any(same(line, end) for line in _in_sweeps(step.before, step.reasons) for end in ends)


def _in_sweeps(line: Node, reasons: Sequence[Reason]) -> Iterator[Node]:
    """What the reasons lead to in sweeps from the leaves up, one after the other."""
    if not reasons:
        yield line
    for count in range(len(reasons), 0, -1):
        after = _swept(line, reasons[:count])
        if after is None and count == 1:
            after = put(line, reasons[0].before, reasons[0].after)
        if after is not None:
            yield from _in_sweeps(after, reasons[count:])


def _swept(line: Node, reasons: Sequence[Reason]) -> Node | None:
    """The line after one sweep, None where not all of the reasons come up in it."""
    told = {reason.before: reason.after for reason in reasons}
    used: set[Node] = set()
    done: dict[Node, Node] = {}
    for node in ordered(line):
        made = remade(node, [done[child] for child in children(node)])
        before = made if made in told else node
        done[node] = told.get(before, made)
        used.add(before)
    return done[line] if used >= told.keys() else None


def settled(line: Node) -> Node:
    """The line as the constructors have it, inner products as they are written."""
    done: dict[Node, Node] = {}
    for node in ordered(line):
        done[node] = remade(node, [done[child] for child in children(node)])
    return done[line]
