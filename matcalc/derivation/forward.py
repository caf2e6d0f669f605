"""The first half of a derivation: from d(f) to an expression linear in dX, one rule a line.

It is `differential` told from the outside in: each line works out, by the same rules, every
pending d(e) that the chosen rule applies to; the rule is that of the largest one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace as replaced

from matcalc.calculus.differential import differentiated, named_differential
from matcalc.derivation.lines import chain, pending, replace
from matcalc.derivation.steps import Reason
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import number, transpose, zero
from matcalc.expressions.marks import transposes
from matcalc.expressions.nodes import (
    Named,
    Node,
    Number,
    Symbol,
    children,
    ordered,
    visible,
)
from matcalc.expressions.operations import (
    AnyPower,
    Conjugate,
    Differential,
    Positioned,
    Solution,
    Transpose,
)
from matcalc.printing.phrases import EQUALS
from matcalc.rulebook.equations import tangent_of
from matcalc.rulebook.laws import (
    IMPLICIT,
    LINEAR,
    PRODUCT,
    QUOTIENT,
    Law,
    Rewritten,
    definition,
    law_of,
    unevaluated,
)
from matcalc.rulebook.records import Rule
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order, opened

NO_PARTS: Mapping[Named, Named] = {}
SCALAR_CHAIN = "scalar chain rule"


class _Forward:
    """The differentials of one problem, each by one rule."""

    def __init__(
        self, expression: Node, tangents: Mapping[Symbol, Node], parts: Mapping[Named, Named]
    ) -> None:
        self.tangents = tangents
        self.parts = parts
        self.given = dict[Node, Node]([*tangents.items(), *parts.items()])
        self.names = {part.value: part for part in parts}
        self._moving: dict[Node, bool] = {}
        self.start = self.change(expression)

    def _moves(self, root: Node) -> bool:
        if root not in self._moving:
            for node in ordered(root):
                inside = any(self._moving[child] for child in children(node))
                self._moving[node] = inside or node in self.given
        return self._moving[root]

    def change(self, node: Node) -> Node:
        """dX for a variable, dR for a part, also transposed, or dX[i]; else d(e), not worked out.

        d(e') is written d(e)', which is nothing new where d(e) stands in the line.
        """
        inner = node
        while isinstance(inner, Transpose | Conjugate | Positioned):
            inner = children(inner)[0]
        if not self._moves(node):
            return zero(node.shape)
        if inner in self.given:
            return replace(node, {inner: self.given[inner]})
        turned = node if node.is_complex else transpose(node)
        if transposes(turned) < transposes(node):
            return transpose(self.change(turned))
        return unevaluated(node)

    def by_one_rule(self, waiting: Differential) -> Rewritten:
        """What d(e) is by the rule for e."""
        node = waiting.inner
        found = differentiated(node, self._changes(node), chain)
        if found.by is PRODUCT and (below := self._below(node)):
            return Rewritten(replace(found.node, below), QUOTIENT)
        return Rewritten(found.node, _law(node, found.by))

    def _below(self, node: Node) -> dict[Node, Node]:
        """The d(v^-k) of a product with moving v^-k, by the rule for a power."""
        parts = [part for part in children(node) if is_reciprocal(part) and self._moves(part)]
        waiting = [one for part in parts if isinstance(one := unevaluated(part), Differential)]
        return {one: self.by_one_rule(one).node for one in waiting}

    def _changes(self, node: Node) -> dict[Node, Node]:
        if isinstance(node, Solution):
            # x stands for itself in its equation: dg is with x held fixed
            return {node.residual: self._partial(node.residual)}
        return {part: self.change(part) for part in children(node) if self._moves(part)}

    def _partial(self, residual: Node) -> Node:
        """df of an equation, in the tangents and the dR that are given."""
        body = named_differential(residual, self.tangents)
        return opened(body, closed={*names_in_order(residual), *self.parts.values()})

    def reasons(self, waiting: Differential) -> list[Reason]:
        """The rule for d(e); where it only passes d on to what is inside, the rule for that too."""
        found = self.by_one_rule(waiting)
        reasons = [self._reason(waiting, found)]
        line = found.node
        while reasons[-1].law.passes_on and (following := self._following(line)):
            reasons += [self._reason(one, rewritten) for one, rewritten in following.items()]
            line = replace(line, {one: rewritten.node for one, rewritten in following.items()})
        part = self.names.get(waiting.inner, waiting.inner)
        if isinstance(part, Named) and part.value in visible(line):  # dp = p.*(1 - p).*du
            reasons.append(Reason(definition(part), part.value, part))
        return reasons

    def _following(self, line: Node) -> dict[Differential, Rewritten]:
        """The next rules at once: all that pass d on, else the one that all of them go by."""
        found = {one: self.by_one_rule(one) for one in pending(line)}
        passing = {one: rule for one, rule in found.items() if law_of(rule.by).passes_on}
        is_one = len({law_of(rule.by).words or rule.by for rule in found.values()}) == 1
        return passing or (found if is_one else {})

    def _equation_moved(self, node: Solution) -> Law:
        """What dx solves: the equation of x, differentiated by all that moves in it."""
        along = {**self.tangents, node.variable: tangent_of(node.variable)}
        closed = {*names_in_order(node.residual), *self.parts.values()}
        moved = opened(named_differential(node.residual, along), closed=closed)
        said = (f"{IMPLICIT.words}: ", moved, EQUALS, number(0))
        return replaced(IMPLICIT, text=f"{moved} = 0", phrase=said)

    def _reason(self, waiting: Differential, found: Rewritten) -> Reason:
        law = law_of(found.by)
        if law is IMPLICIT and isinstance(waiting.inner, Solution):
            law = self._equation_moved(waiting.inner)
        arguments = children(waiting.inner) if law.rule is not None else ()
        return Reason(law, waiting, found.node, tuple(map(self.change, arguments)))


def is_reciprocal(node: Node) -> bool:
    """Whether it stands below the line of a fraction."""
    exponent = node.exponent if isinstance(node, AnyPower) else None
    return isinstance(exponent, Number) and exponent.value < 0


def _law(node: Node, by: Rule | Law) -> Law:
    parts = children(node)
    scalars = all(part.shape.is_scalar and not part.is_complex for part in parts)
    return law_of(by, SCALAR_CHAIN if scalars and isinstance(by, Rule) else "")


def forward(
    expression: Node,
    tangents: Mapping[Symbol, Node],
    parts: Mapping[Named, Named] = NO_PARTS,
    merge: Callable[[Lines], None] | None = None,
) -> Lines:
    """The lines from d(f) to df in dX, every differential worked out; in dR for the `parts` R
    that are given with theirs.

    After each of them `merge` makes one of terms that are transposes of one another.
    """
    work = _Forward(expression, tangents, parts)
    lines = Lines(work.start)
    while waiting := pending(lines.line):
        lines.apply(_one_line({node: work.reasons(node) for node in waiting}))
        if merge is not None:
            merge(lines)
    return lines


def _one_line(reasons: Mapping[Node, list[Reason]]) -> Iterable[Reason]:
    """The reasons of the next line: one rule, and that d is passed on where it was before."""
    laws = {node: _laws(found) for node, found in reasons.items()}
    # the largest first: d(C'*R) brings another d(R) up, which the reasons for d(R) reach then
    chosen = laws[min(laws, key=lambda node: (not laws[node], -size(node), node.rank))]
    alike = [node for node, own in laws.items() if own <= chosen and (own or not chosen)]
    new = {one for node in alike for reason in reasons[node] for one in pending(reason.after)}
    alike += [node for node, own in laws.items() if not own and chosen and node not in new]
    used = [reason for node in alike for reason in reasons[node]]
    # d(e) of one may stand inside another, and is there only after the reasons for that
    return reversed(dict.fromkeys(reversed(used)))


def _laws(reasons: list[Reason]) -> set[str]:
    """The laws by name that are not only that d is passed on: one for functions of scalars."""
    return {reason.name for reason in reasons} - {LINEAR.name}
