"""The lines of a derivation marked in turn: each may go on from the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matcalc.answers.answer import Answer
from matcalc.answers.verification import place_of
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import UNIT
from matcalc.expressions.errors import MatcalcError, NoRule, NotLinear, ShapeError
from matcalc.expressions.nodes import Node, symbols_of
from matcalc.verbs.handwriting import Written
from matcalc.verbs.unevaluated import Unevaluated, is_claim
from matcalc.verify.claims import judge, judge_operator
from matcalc.verify.marks import Mark
from matcalc.verify.verdict import Verdict, worst

_BY_DEFINITION = Verdict("proved", "by definition")


class Marking:
    """What the last line was about, what it said that is, and whether it was wrong."""

    def __init__(
        self, answer: Answer, text: str, how: Mapping[str, Any], samples: int, seed: int
    ) -> None:
        self._asked, self._read = answer.question, Unevaluated(text, answer.question, how)
        self._how: Any = {"count": samples, "seed": seed, "place": place_of(answer)}
        self._truth: Node | None = None
        self._what = ""
        self._said: tuple[Node, Node] | None = None  # what a side says, and of what
        self._is_wrong = False

    def mark(self, line: Written, later: Sequence[Written]) -> Mark:
        """The mark of a line; `later` ones may use a name that it defines."""
        try:
            verdict, follows = self._judged(line, later)
        except ShapeError as error:
            reason = f"the shapes do not fit: {error.message}"
            verdict = Verdict("refuted", reason, hint=error.hint, right=self._truth)
            follows = self._said = None
        except MatcalcError as error:
            verdict = Verdict("undecided", f"cannot be read: {error.message}", hint=error.hint)
            follows = self._said = None
        self._is_wrong = verdict.status == "refuted"
        return Mark(line.text, verdict, follows)

    def _judged(self, line: Written, later: Sequence[Written]) -> tuple[Verdict, bool | None]:
        for name, formula in line.definitions:
            self._read.define(name, formula)
        found = [self._compared(side) for side in self._about(line, later)]
        if not found:
            return _BY_DEFINITION, None
        return min(found, key=lambda one: worst(one[0]))

    def _about(self, line: Written, later: Sequence[Written]) -> Sequence[str]:
        """Takes up what a line is about; the sides that are to be held against that."""
        if not (line.left and line.sides):
            self._truth = self._truth or self._asked.problem.expression
            return line.sides or (line.left,)
        self._what = line.left
        if self._is_definition(line, later):
            self._truth = self._read.define(line.name, line.sides[0])
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
        said = self._read.read(side, truth.shape)
        moved = [one for one in self._asked.directions.values() if one in symbols_of(truth)]
        if len(moved) == 1:
            verdict = judge_operator(truth, said, moved[0], **self._how)
        else:
            verdict = judge(truth, said, self._what, **self._how)
        follows = self._follows(said, truth) if self._is_wrong else None
        self._said, self._is_wrong = (said, truth), verdict.status == "refuted"
        return verdict, follows

    def _follows(self, said: Node, truth: Node) -> bool | None:
        """Whether it is what the line before makes it; None where that says nothing of it."""
        if self._said is None:
            return None
        form, of = self._said
        before = form if of is truth else self._gradient_of(form)
        if before is None or before.shape != said.shape:
            return None
        return judge(before, said, self._what, **self._how).holds

    def _gradient_of(self, form: Node) -> Node | None:
        """The gradient that a linear form in dX says."""
        (moved, *others) = [*self._asked.directions.values()]
        if others or not form.shape.is_scalar or moved not in symbols_of(form):
            return None
        try:
            return self._asked.alone.setting.represent(pull_back_to(form, moved, UNIT))
        except (NotLinear, NoRule):
            return None
