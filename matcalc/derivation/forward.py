"""The first half of a derivation: from d(f) to an expression linear in dX, one rule a line.

It is `differential` told from the outside in: each line works out, by the same rules, every
pending d(e) that the chosen rule applies to; the rule is that of the largest one.
"""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.calculus.differential import differential, differentiated
from matcalc.derivation.lines import pending, replace
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.nodes import Apply, Node, Symbol, children, ordered
from matcalc.rulebook import book
from matcalc.rulebook.laws import IMPLICIT, LINEAR, Law, Rewritten, law_of, unevaluated
from matcalc.rulebook.records import Rule

SCALAR_CHAIN = "scalar chain rule"
_TRANSPARENT = ("transpose", "conj")


class _Forward:
    """The differentials of one problem, each by one rule."""

    def __init__(self, expression: Node, tangents: Mapping[Symbol, Node]) -> None:
        self.tangents = tangents
        self._moving: dict[Node, bool] = {}
        self.start = self.change(expression)

    def _moves(self, root: Node) -> bool:
        if root not in self._moving:
            for node in ordered(root):
                inside = any(self._moving[child] for child in children(node))
                self._moving[node] = inside or node in self.tangents
        return self._moving[root]

    def change(self, node: Node) -> Node:
        """dX for a variable, also transposed; d(e), not worked out, for anything else."""
        inner = node
        while isinstance(inner, Apply) and inner.operation in _TRANSPARENT:
            (inner,) = inner.arguments
        if not self._moves(node) or isinstance(inner, Symbol):
            return differential(node, self.tangents)
        return unevaluated(node)

    def by_one_rule(self, pending: Node) -> Rewritten:
        """What d(e) is by the rule for e."""
        (node,) = children(pending)
        found = differentiated(node, self._changes(node))
        return Rewritten(found.node, _law(node, found.by))

    def _changes(self, node: Node) -> dict[Node, Node]:
        if isinstance(node, Apply) and node.operation == "implicit":
            # x stands for itself in its equation: dg is with x held fixed
            return {part: differential(part, self.tangents) for part in children(node)[1:]}
        return {part: self.change(part) for part in children(node) if self._moves(part)}

    def reasons(self, waiting: Node) -> list[Reason]:
        """The rule for d(e); where it only passes d on to what is inside, the rule for that too."""
        found = self.by_one_rule(waiting)
        reasons = [_reason(waiting, found)]
        line = found.node
        while _passes_on(reasons[-1].law) and (inside := pending(line)):
            following = {one: self.by_one_rule(one) for one in inside}
            if len({one.by for one in following.values()}) != 1:
                break
            reasons += [_reason(one, rewritten) for one, rewritten in following.items()]
            line = replace(line, {one: rewritten.node for one, rewritten in following.items()})
        return reasons


def _law(node: Node, by: Rule | Law) -> Law:
    scalars = all(child.shape.is_scalar for child in children(node))
    return law_of(by, SCALAR_CHAIN if scalars and isinstance(by, Rule) else "")


def _passes_on(law: Law) -> bool:
    return law is LINEAR or law.words.endswith("is linear")


def _reason(before: Node, found: Rewritten) -> Reason:
    return Reason(law_of(found.by), before, found.node)


def forward_steps(expression: Node, tangents: Mapping[Symbol, Node]) -> list[Step]:
    """The lines from d(f) to df in dX, every differential worked out."""
    work = _Forward(expression, tangents)
    line = work.start
    steps: list[Step] = []
    while waiting := pending(line):
        reasons = {node: work.reasons(node) for node in waiting}
        first = min(waiting, key=lambda node: (-node.rank[0], node.rank[1:]))
        chosen = _laws(reasons[first])
        alike = [node for node in waiting if _laws(reasons[node]) == chosen]
        step = _step(line, [reason for node in alike for reason in reasons[node]])
        steps.append(step)
        line = step.after
    return steps


def _laws(reasons: list[Reason]) -> list[Law]:
    return list(dict.fromkeys(reason.law for reason in reasons))


def _step(line: Node, reasons: list[Reason]) -> Step:
    """The line with the reasons used one after the other; d passed on needs no words beside."""
    after = line
    for reason in reasons:
        after = replace(after, {reason.before: reason.after})
    return Step(tuple(reasons), line, after)


def written_out(expression: Node, variable: Symbol) -> list[Step]:
    """The definitions that the board begins with: norm2(X) = sqrt(tr(X'*X))."""
    values: dict[Node, Node] = {}
    reasons = []
    for node in ordered(expression):
        if isinstance(node, Apply) and book.has(node.operation) and variable in ordered(node):
            for rule in book.rules_at(node, "board")[:1]:
                values[node] = book.instantiate(rule, node.operation, node.arguments)
                law = law_of(rule, f"definition of {node.operation}")
                reasons.append(Reason(law, node, values[node]))
    return [Step(tuple(reasons), expression, replace(expression, values))] if values else []
