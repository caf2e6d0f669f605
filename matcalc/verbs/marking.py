"""The lines of a derivation marked in turn: each may go on from the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from matcalc.answers.answer import Answer
from matcalc.answers.verification import place_of
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import UNIT, is_zero, minus
from matcalc.expressions.errors import MatcalcError, NoRule, NotLinear, ShapeError, SyntaxProblem
from matcalc.expressions.nodes import Node, Symbol, symbols_of
from matcalc.expressions.sums import scale
from matcalc.questions.reading import problem_of
from matcalc.samples.agreement import same_values
from matcalc.verbs.handwriting import Written, words
from matcalc.verbs.repairs import likely_repair
from matcalc.verbs.unevaluated import Unevaluated, is_claim
from matcalc.verify.claims import judge, judge_operator
from matcalc.verify.marks import Mark
from matcalc.verify.verdict import Verdict, worst

_MULTIPLES = (1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2))
_BY_DEFINITION = Verdict("proved", "by definition")


class Marking:
    """What the last line was about, what it said that is, and whether it was wrong."""

    def __init__(
        self, answer: Answer, text: str, how: Mapping[str, Any], samples: int, seed: int
    ) -> None:
        self._asked, self._read = answer.question, Unevaluated(text, answer.question, how)
        self._how: Any = {"count": samples, "seed": seed, "place": place_of(answer)}
        self._truth: Node | None = answer.question.problem.expression
        self._what = ""
        self._said: tuple[Node, Node] | None = None  # what a side says, and of what
        self._is_wrong = False
        self._given: Node | None = None  # left - right of an equation that holds, differentiated
        self._is_first = True

    def mark(self, line: Written, later: Sequence[Written]) -> Mark:
        """The mark of a line; `later` ones may use a name that it defines."""
        try:
            verdict, follows = self._judged(line, later)
        except ShapeError as misfit:
            verdict, follows = self._misfit(misfit, line.left), None
        except MatcalcError as error:
            verdict = Verdict("undecided", f"cannot be read: {error.message}", hint=error.hint)
            follows = None
        self._is_wrong, self._is_first = verdict.status == "refuted", False
        return Mark(line.text, verdict, follows)

    def _judged(self, line: Written, later: Sequence[Written]) -> tuple[Verdict, bool | None]:
        for name, statement in line.definitions.items():
            self._read.define(name, statement)
        found = [self._compared(side) for side in self._about(line, later)]
        if not found:
            return _BY_DEFINITION, None
        return min(found, key=lambda one: worst(one[0]))

    def _about(self, line: Written, later: Sequence[Written]) -> Sequence[str]:
        """Takes up what a line is about; the sides that are to be held against that."""
        if not (line.left and line.sides):
            if self._truth is None:
                raise SyntaxProblem("it goes on from a line that cannot be read")
            return line.sides or (line.left,)
        self._what, self._truth = line.left, None
        if self._is_definition(line, later):
            self._truth = self._read.define(line.name, f"{line.name} = {line.sides[0]}")
            self._said, self._is_wrong = (self._truth, self._truth), False
            return line.sides[1:]
        is_part = self._read.knows(line.name)
        told = None if is_part else self._read.derivative(line.left)
        self._truth = self._read.read(line.name or line.left) if told is None else told
        return line.sides

    def _is_definition(self, line: Written, later: Sequence[Written]) -> bool:
        name = line.name
        is_new = bool(name) and not self._read.knows(name)
        return is_new and not is_claim(name, later)

    def _compared(self, side: str) -> tuple[Verdict, bool | None]:
        """The verdict on a formula, and whether it follows from the wrong one before."""
        truth = self._truth
        assert truth is not None
        before, self._said = self._said, None
        try:
            said = self._read.read(side, truth.shape)
        except ShapeError as misfit:
            return self._misfit(misfit, side, truth), None
        verdict = self._held(said, truth)
        if said.shape != truth.shape and not verdict.hint:
            verdict = replace(verdict, hint=self._repair(side, truth))
        if said.shape == truth.shape:
            verdict = self._where_given(minus(truth, said), verdict)
        follows = self._follows(said, truth, before) if self._is_wrong else None
        self._said, self._is_wrong = (said, truth), verdict.status == "refuted"
        return verdict, follows

    def _where_given(self, rest: Node, verdict: Verdict) -> Verdict:
        """The verdict on an equation `rest = 0` where that holds with which a derivation begins,
        as q'*q = 1, which is true at some points only.
        """
        begins = self._is_first and not self._asked.problem.definitions and not self._moved(rest)
        if begins and not is_zero(change := self._read.change(rest)):
            self._given = change
            given = Verdict("proved", "taken as an equation that holds")
            return verdict if verdict.holds else given
        if verdict.holds or self._given is None:
            return verdict
        if any(same_values(rest, scale(k, self._given)) for k in _MULTIPLES):
            return Verdict("verified", "the differential of the equation that holds")
        return Verdict("undecided", "it is not the differential of the equation that holds")

    def _held(self, said: Node, truth: Node) -> Verdict:
        """The verdict on what is said, held against what is true."""
        moved = self._moved(truth)
        if len(moved) == 1:
            return judge_operator(truth, said, moved[0], **self._how)
        return judge(truth, said, self._what, **self._how)

    @cached_property
    def _of_open_size(self) -> set[str]:
        """The variables whose sizes nobody declared, where sizes of others are declared."""
        declared = problem_of("0", self._read.how.get("where")).symbols
        sizes = {name for one in declared.values() for name in one.shape.names}
        symbols = self._asked.problem.symbols
        found = {name for name, one in symbols.items() if not sizes.issuperset(one.shape.names)}
        return found if sizes else set()

    def _misfit(self, error: ShapeError, side: str, truth: Node | None = None) -> Verdict:
        """The verdict on a side whose shapes do not fit: wrong, unless sizes that nobody declared
        stand beside declared ones.
        """
        reason = f"the shapes do not fit: {error.message}"
        open_ = self._of_open_size & words(side)
        if open_:
            hint = f"declare {', '.join(sorted(open_))} too"
            return Verdict("undecided", reason, hint=hint, right=truth)
        hint = self._repair(side, truth) if truth is not None else ""
        return Verdict("refuted", reason, hint=hint or error.hint, right=truth)

    def _moved(self, node: Node) -> list[Symbol]:
        """The directions in a formula."""
        return [one for one in self._asked.directions.values() if one in symbols_of(node)]

    def _repair(self, side: str, truth: Node) -> str:
        names = [*self._asked.problem.symbols]
        return likely_repair(
            side, names, self._read.read, truth.shape, lambda said: self._held(said, truth)
        )

    def _follows(self, said: Node, truth: Node, last: tuple[Node, Node] | None) -> bool | None:
        """Whether it is what the line before makes it; None where that says nothing of it."""
        if last is None:
            return None
        form, of = last
        before = form if of is truth else self._gradient_of(form)
        if before is None or before.shape != said.shape:
            return None
        return judge(before, said, self._what, **self._how).holds

    def _gradient_of(self, form: Node) -> Node | None:
        """The gradient that a linear form in dX says."""
        (moved, *others) = [*self._asked.directions.values()]
        if others or not form.shape.is_scalar or not self._moved(form):
            return None
        try:
            return self._asked.alone.setting.represent(pull_back_to(form, moved, UNIT))
        except (NotLinear, NoRule):
            return None
