"""The lines of a derivation marked in turn: each may go on from the one before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from matcalc.answers.answer import Answer
from matcalc.answers.places import place_of, within_kinds
from matcalc.calculus.kronecker import vec
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import UNIT, is_zero, minus, multiply, zero
from matcalc.expressions.errors import (
    MatcalcError,
    NoRule,
    NotLinear,
    ShapeError,
    SyntaxProblem,
    UnknownName,
)
from matcalc.expressions.nodes import Node, Symbol, symbols_of
from matcalc.expressions.sums import scale
from matcalc.language.kinds import closure
from matcalc.printing.text import describe
from matcalc.questions.reading import problem_of
from matcalc.rulebook.substitution import substitute
from matcalc.samples.agreement import same_values
from matcalc.simplify.rewriting import simplify
from matcalc.verbs.handwriting import Written, words
from matcalc.verbs.repairs import likely_repair
from matcalc.verbs.unevaluated import Unevaluated, is_claim
from matcalc.verify.claims import is_plain_zero, judge, judge_operator, may_hold
from matcalc.verify.marks import DEFINED, GIVEN, REMARK, Mark
from matcalc.verify.verdict import Verdict, worst

_NAME = re.compile(r"[^\W\d]\w*")
_MULTIPLES = (1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2))
_ASSUMED = re.compile(
    r"(?<!\w)(?P<name>\w+)(?: is| are| be)? (?P<kind>symmetric|skew|orthogonal|diagonal|spd)\b"
    r"|(?<!\w)(?P<equal>\w+) ?= ?(?P=equal)'"
)


class Marking:
    """What the last line was about, what it said that is, and whether it was wrong."""

    def __init__(
        self, answer: Answer, text: str, how: Mapping[str, Any], samples: int, seed: int
    ) -> None:
        self._asked, self._read = answer.question, Unevaluated(text, answer.question, how)
        self._how: Any = {"count": samples, "seed": seed, "place": place_of(answer)}
        self._truth: Node | None = answer.question.problem.expression
        self._what = ""
        self._told: Node | None = None  # that, if it is a derivative
        self._is_condition = False  # whether a side may be a condition on the variables
        self._said: tuple[Node, Node] | None = None  # what a side says, and of what
        self._is_wrong = False
        self._has_only_given = True
        self._given: list[Node] = []  # what is 0 by an equation that holds, and its differential
        self._assumed: dict[Symbol, Symbol] = {}  # variables by those of a kind that is spoken of
        self._directions = within_kinds(answer)

    def mark(self, line: Written, later: Sequence[Written]) -> Mark:
        """The mark of a line; `later` ones may use a name that it defines."""
        try:
            verdict, follows = self._judged(line, later)
        except ShapeError as misfit:
            verdict, follows = self._misfit(misfit, line.left), None
        except MatcalcError as error:
            verdict = Verdict("undecided", f"cannot be read: {error.message}", hint=error.hint)
            follows = None
        if line.relation and verdict.holds:
            reason = f"{verdict.reason}; the relation behind it is not looked at"
            verdict = replace(verdict, status="undecided", reason=reason)
        self._is_wrong = verdict.status == "refuted"
        self._has_only_given &= verdict.reason in (GIVEN, REMARK)
        return Mark(line.text, verdict, follows)

    def _judged(self, line: Written, later: Sequence[Written]) -> tuple[Verdict, bool | None]:
        self._assume(line.text)
        for name, statement in line.definitions.items():
            self._read.define(name, statement)
        if not (line.left or line.sides):
            return Verdict("proved", REMARK), None
        found = [self._compared(side, later) for side in self._about(line, later)]
        if not found:
            return Verdict("proved", DEFINED), None
        verdict, follows = min(found, key=lambda one: worst(one[0]))
        if verdict.status == "refuted" and self._is_letter(line, later):
            reason = f"{line.name} is defined here; it is not that of f: {verdict.reason}"
            return replace(verdict, status="undecided", reason=reason), follows
        return verdict, follows

    def _about(self, line: Written, later: Sequence[Written]) -> Sequence[str]:
        """Takes up what a line is about; the sides that are to be held against that."""
        if not (line.left and line.sides):
            if self._truth is None:
                raise SyntaxProblem("it goes on from a line that cannot be read")
            return line.sides or (line.left,)
        self._what, self._truth, self._is_condition = line.left, None, True
        if self._is_elsewhere(line):
            raise MatcalcError(f"{line.left} is the value at another point, which is not read")
        self._told = self._truth = self._derivative(line, later)
        if self._told is not None:
            return line.sides
        if line.name and not self._read.knows(line.name):
            self._truth = self._read.define(line.name, f"{line.name} = {line.sides[0]}")
            self._said, self._is_wrong = (self._truth, self._truth), False
            return line.sides[1:]
        self._is_condition = not line.name or line.name in self._asked.by_name
        self._truth = self._read.read(line.name or line.left)
        return line.sides

    def _is_elsewhere(self, line: Written) -> bool:
        """Whether the left is a value at a point: f(y), f'(0), grad f(0)."""
        known = "|".join(map(re.escape, self._asked.problem.definitions)) or "(?!)"
        found = re.search(rf"(?<![A-Za-z0-9_])(?:{known})'*\(([^()]*)\)$", line.left)
        return found is not None and not words(found[1]) <= self._asked.by_name.keys()

    def _derivative(self, line: Written, later: Sequence[Written]) -> Node | None:
        """The derivative on the left. A letter as G that later lines use may define something of
        another shape, and stands for what it says from there on.
        """
        name = line.name
        if not self._is_letter(line, later):
            is_part = bool(name) and self._read.knows(name)
            return None if is_part else self._read.derivative(name or line.left)
        said = self._read.define(name, f"{name} = {line.sides[0]}")
        found = self._read.derivative(name)
        return found if found is not None and found.shape == said.shape else None

    def _is_letter(self, line: Written, later: Sequence[Written]) -> bool:
        name = line.name
        is_used = any(name in words(one.formulas) for one in later)
        return len(name) == 1 and is_used and is_claim(name)

    def _compared(self, side: str, later: Sequence[Written]) -> tuple[Verdict, bool | None]:
        """The verdict on a formula, and whether it follows from the wrong one before."""
        truth = self._truth
        assert truth is not None
        before, self._said = self._said, None
        try:
            said = self._read.read(side, truth.shape)
        except UnknownName:
            if not _NAME.fullmatch(side):
                raise
            self._read.defined[side], self._said = truth, before  # as g in grad f = g = ...
            return Verdict("proved", DEFINED), None
        except ShapeError as misfit:
            return self._misfit(misfit, side, truth), None
        truth = zero(said.shape) if is_plain_zero(truth) else truth
        verdict = self._held(said, truth)
        if said.shape == truth.shape:
            verdict = self._where_given(said, truth, verdict, later)
            verdict = self._unless_assumed(said, truth, verdict)
        elif open_ := self._open(f"{self._what} {side}"):
            verdict = replace(verdict, status="undecided", hint=f"declare {open_} too")
        elif not verdict.hint:
            verdict = replace(verdict, hint=self._repair(side, truth))
        follows = self._follows(said, truth, before) if self._is_wrong else None
        self._said, self._is_wrong = (said, truth), verdict.status == "refuted"
        return verdict, follows

    # ------------------------------------------------------------ equations that hold

    def _where_given(
        self, said: Node, truth: Node, verdict: Verdict, later: Sequence[Written]
    ) -> Verdict:
        """The verdict on an equation where others hold: q'*q = 1, which is differentiated, or
        grad f = 0, which is solved, are true at some points only.
        """
        if verdict.status == "refuted" and (kinder := self._along_kinds(said, truth)):
            return kinder
        rest, moves = minus(truth, said), self._moved(truth) or self._moved(said)
        if not moves and self._begins(later):
            change = self._read.change(rest)
            self._given += [] if is_zero(change) else [rest, change]
            is_given = not (is_zero(change) or verdict.holds)
            return Verdict("proved", GIVEN) if is_given else verdict
        if verdict.status != "refuted":
            return verdict
        if slopes := self._stationary(said, truth):
            self._given += slopes
            return Verdict("proved", GIVEN)
        if self._given and self._told is None and self._follows_from_given(said, truth, rest):
            return Verdict("verified", "it follows from the equation that holds")
        is_condition = self._is_condition and not moves and self._told is None
        if is_condition or (moves and self._given):
            reason = f"it holds at some points only, if at any: {verdict.reason}"
            return replace(verdict, status="undecided", reason=reason)
        return verdict

    def _stationary(self, said: Node, truth: Node) -> list[Node]:
        """The gradients that it says are 0: `grad f = 0`, `0 = 2*A'*(A*x - b)`, `df = 0`."""
        if is_zero(said) == is_zero(truth) or not self._asked.expression.shape.is_scalar:
            return []
        one = said if is_zero(truth) else truth
        if self._moved(one):
            whole = self._read.change(self._asked.expression)
            return self._slopes if same_values(one, whole) else []
        near = [slope for slope in self._slopes if slope.shape == one.shape]
        return [g for g in near if any(same_values(one, scale(k, g)) for k in _MULTIPLES)]

    @cached_property
    def _slopes(self) -> list[Node]:
        """The gradients of f by all variables."""
        return list(self._asked.slopes.values())

    def _along_kinds(self, said: Node, truth: Node) -> Verdict | None:
        """The verdict along directions of the declared kinds: dS of a symmetric S is symmetric."""
        if self._told is not None and not self._moved(truth) and len(self._directions) == 1:
            along = vec(next(iter(self._directions)))
            if truth.shape.columns == along.shape.rows:  # a Hessian takes them to others
                said, truth = multiply(said, along), multiply(truth, along)
        kept = {one: kind for one, kind in self._directions.items() if one in symbols_of(truth)}
        if not kept:
            return None
        place = self._how["place"]
        place = replace(place, directions={**place.directions, **kept})
        if not may_hold(truth, said, place):
            return None
        found = judge(truth, said, self._what, **{**self._how, "place": place})
        reason = f"{found.reason}, along {', '.join(map(str, kept))} of the declared kind"
        return replace(found, reason=reason) if found.holds else None

    def _begins(self, later: Sequence[Written]) -> bool:
        """Whether a derivation begins with this equation, which later lines differentiate."""
        moved = {str(one) for one in self._asked.directions.values()}
        is_plain = not self._asked.problem.definitions and self._has_only_given
        return is_plain and any(words(line.formulas) & moved for line in later)

    def _follows_from_given(self, said: Node, truth: Node, rest: Node) -> bool:
        """Whether an equation is a multiple of one that holds, or solves one for the variable."""
        given = [one for one in self._given if one.shape == rest.shape]
        if any(same_values(rest, scale(k, one)) for one in given for k in _MULTIPLES):
            return True
        if truth not in [one.variable for one in self._asked.moving]:
            return False
        solved = [simplify(substitute(one, {truth: said})) for one in self._given]
        return all(self._holds(one, zero(one.shape)) for one in solved)

    def _holds(self, right: Node, said: Node) -> bool:
        is_near = may_hold(right, said, self._how["place"])
        return is_near and judge(right, said, self._what, **self._how).holds

    # ------------------------------------------------------------ one formula

    def _held(self, said: Node, truth: Node) -> Verdict:
        """The verdict on what is said, held against what is true."""
        moved = self._moved(truth)
        if len(moved) == 1:
            return judge_operator(truth, said, moved[0], **self._how)
        return judge(truth, said, self._what, **self._how)

    def _assume(self, text: str) -> None:
        """Takes up what a line says of kinds that nobody declared: `A symmetric`, `A = A'`."""
        for found in _ASSUMED.finditer(text):
            name, kind = found["name"] or found["equal"], found["kind"] or "symmetric"
            known = self._asked.problem.symbols.get(name)
            if known is not None and known.shape.is_square and kind not in known.structure:
                kinder = Symbol(known.name, known.shape, known.structure | closure(kind))
                self._assumed[known] = kinder

    def _unless_assumed(self, said: Node, truth: Node, verdict: Verdict) -> Verdict:
        """A line that is right only where what it assumes holds is open: nothing declares that."""
        if verdict.status != "refuted" or not self._assumed or said.shape != truth.shape:
            return verdict
        kinder: dict[Node, Node] = dict(self._assumed.items())
        both = [simplify(substitute(one, kinder)) for one in (truth, said)]
        if not self._holds(*both):
            return verdict
        kinds = ", ".join(map(describe, self._assumed.values()))
        reason = f"{verdict.reason}; right where {kinds}, which nothing declares"
        return replace(verdict, status="undecided", reason=reason, hint=f"declare: where {kinds}")

    def _open(self, text: str) -> str:
        """The variables in a text whose sizes nobody declared, where sizes of others are."""
        return ", ".join(sorted(self._of_open_size & words(text)))

    @cached_property
    def _of_open_size(self) -> set[str]:
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
        if open_ := self._open(side):
            return Verdict("undecided", reason, hint=f"declare {open_} too", right=truth)
        hint = self._repair(side, truth) if truth is not None else ""
        return Verdict("refuted", reason, hint=hint or error.hint, right=truth)

    def _moved(self, node: Node) -> list[Symbol]:
        """The directions in a formula."""
        return [one for one in self._asked.directions.values() if one in symbols_of(node)]

    def _repair(self, side: str, truth: Node) -> str:
        known = self._asked.problem.symbols.values()
        return likely_repair(
            side, known, self._read.read, truth.shape, lambda said: self._held(said, truth)
        )

    def _follows(self, said: Node, truth: Node, last: tuple[Node, Node] | None) -> bool | None:
        """Whether it is what the line before makes it; None where that says nothing of it."""
        if last is None:
            return None
        form, of = last
        before = form if of is truth else self._gradient_of(form)
        if before is None or before.shape != said.shape:
            return None
        return self._holds(before, said)

    def _gradient_of(self, form: Node) -> Node | None:
        """The gradient that a linear form in dX says."""
        (moved, *others) = [*self._asked.directions.values()]
        if others or not form.shape.is_scalar or not self._moved(form):
            return None
        try:
            return self._asked.alone.setting.represent(pull_back_to(form, moved, UNIT))
        except (NotLinear, NoRule):
            return None
