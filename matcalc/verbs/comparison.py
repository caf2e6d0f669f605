"""One claim held against the block of an answer that it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matcalc.answers.answer import Answer
from matcalc.calculus.kronecker import vec
from matcalc.expressions.blocks import Blocks, Path
from matcalc.expressions.constructors import multiply
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.errors import MatcalcError, ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.assumed import Sort
from matcalc.operators.operator import ALONE
from matcalc.printing.phrases import fact_text
from matcalc.questions.claims import Claimed, read_claim
from matcalc.questions.code import read_code
from matcalc.rulebook.substitution import substitute
from matcalc.verbs.claimed import Claim
from matcalc.verbs.repairs import likely_repair

if TYPE_CHECKING:
    from matcalc.samples.coded import Coded
    from matcalc.samples.place import Place
    from matcalc.verify.verdict import Verdict


@dataclass(frozen=True)
class Comparison:
    """What a claim says of one block of an answer, and the verdict on it."""

    answer: Answer
    path: Path
    claim: Claim
    samples: int
    seed: int

    @cached_property
    def directions(self) -> list[Symbol]:
        """The directions of the answer's operator, of all its slots."""
        from matcalc.answers.places import directions_of

        return [one for slot in directions_of(self.answer) for one in slot.values()]

    @cached_property
    def named(self) -> dict[Node, Node]:
        """The directions that the claim calls by other names."""
        return self.claim.directions(self.answer.question, self.directions)

    @property
    def known(self) -> list[Symbol]:
        """What the claim may speak of besides the names of f."""
        return [*self.directions, *(one for one in self.named if isinstance(one, Symbol))]

    @cached_property
    def has_directions(self) -> bool:
        """Whether the claim speaks of directions."""
        return not self.claim.words.isdisjoint({one.name for one in self.known})

    @property
    def is_map(self) -> bool:
        """Whether the claim is told as an operator on directions."""
        return self.answer.kind.is_operator and self.has_directions

    @cached_property
    def right(self) -> Node:
        """What the claim is held against. Raises MatcalcError where there is more than one."""
        right = (
            self.answer.question.shaped(_operator_at(self.answer, self.path))
            if self.is_map
            else _block(self.answer.value, self.path)
        )
        return vec(right) if self.claim.is_stacked else right

    def has_shape(self, shape: Shape) -> bool:
        """Whether the claim is a formula of that shape."""
        try:
            return self._coded is None and self._claimed.expression.shape == shape
        except ShapeError:
            return False

    @property
    def fits(self) -> bool:
        """Whether the claim has the shape of what it is held against."""
        if self._coded is not None:
            from matcalc.verify.coded_claims import fits

            return fits(self.right, self._coded, self._place)
        try:
            return self._has_the_shape(self._claimed.expression)
        except ShapeError:
            return False

    @cached_property
    def _coded(self) -> Coded | None:
        """The claim, if it is a function."""
        function = self.claim.formula
        if not callable(function):
            return None
        return read_code(function, self.answer.question, self.right, self.directions)

    @cached_property
    def _claimed(self) -> Claimed:
        return self._read(self.claim)

    def _read(self, claim: Claim) -> Claimed:
        assert not callable(claim.formula)
        asked, shape = self.answer.question, self.right.shape
        found = read_claim(claim.formula, asked, shape, self.known, claim.dialect)
        vanished = tuple(substitute(part, self.named) for part in found.vanished)
        expression = substitute(found.expression, self.named)
        return found._replace(expression=expression, vanished=vanished)

    @property
    def sizes(self) -> dict[str, Dimension]:
        """The sizes at which alone the claim fits: n = 2 of [a, b; c, d] for what is n x n."""
        formula, shape = self.claim.formula, self.right.shape
        if not isinstance(formula, str):
            return {}
        try:
            asked, dialect = self.answer.question, self.claim.dialect
            found = read_claim(formula, asked, shape, self.known, dialect, rigid=False)
        except MatcalcError:
            return {}
        told, said = dict(found.sizes), found.expression.shape
        for wanted, side in ((shape.rows, said.rows), (shape.columns, said.columns)):
            name, size = wanted.substitute(told).name, side.integer
            if name and size and size > 1:
                told[name] = side
        return told

    def _has_the_shape(self, claimed: Node) -> bool:
        from matcalc.verify.claims import is_plain_zero

        return claimed.shape == self.right.shape or is_plain_zero(claimed)

    def verdict(self) -> Verdict:
        """The verdict; a claim whose shapes do not fit, outwardly or within, is refuted."""
        from matcalc.verify.verdict import Verdict

        if self._coded is not None:
            return self._judged_code(self._coded)
        try:
            claimed, facts, _, vanished = self._claimed
        except ShapeError as misfit:
            reason = f"the shapes do not fit: {misfit.message}"
            verdict = Verdict("refuted", reason, hint=misfit.hint, right=self.right)
            return self._with_repair(verdict)
        verdict = self._judged(claimed, vanished)
        read = [fact_text(one) for one in facts if not isinstance(one.predicate, Sort | Node)]
        reason = "; ".join((verdict.reason, *read))  # another reading may be the one that was meant
        assumed = tuple(map(fact_text, facts))
        verdict = replace(verdict, reason=reason, claim=claimed, assumptions=assumed)
        fits = self._has_the_shape(claimed) or verdict.hint
        return verdict if fits else self._with_repair(verdict)

    @property
    def may_hold(self) -> bool:
        """Whether a first look does not tell it from what is right."""
        if self._coded is not None:
            return True
        return _may_hold(self.right, self._claimed.expression, self._place)

    @cached_property
    def _place(self) -> Place:
        from matcalc.answers.places import place_of

        return place_of(self.answer)

    @property
    def _how(self) -> dict[str, Any]:
        return {"count": self.samples, "seed": self.seed, "place": self._place}

    @property
    def _what(self) -> str:
        return f"the {self.answer.kind.in_words}"

    def _judged(self, claimed: Node, vanished: tuple[Node, ...] = ()) -> Verdict:
        """The verdict; a map need not be right along directions that no variable can take."""
        from matcalc.answers.places import within_kinds

        place = replace(self._place, claimed=vanished)
        verdict = self._judged_at(self.right, claimed, place)
        if verdict.holds or not (kept := within_kinds(self.answer)):
            return verdict
        place = replace(place, directions={**place.directions, **kept})
        along = f"along {', '.join(map(str, kept))} of the declared kind"
        if self.has_directions and _may_hold(self.right, claimed, place):
            again = self._judged_at(self.right, claimed, place)
            return replace(again, reason=f"{again.reason}, {along}") if again.holds else verdict
        is_right = self._is_right_map(claimed, vec(next(iter(kept))), place)
        return replace(verdict, hint=f"right as a map, {along}") if is_right else verdict

    def _is_right_map(self, claimed: Node, stacked: Node, place: Place) -> bool:
        """Whether a matrix takes a direction, `stacked`, to what the right one takes it to."""
        right = self.right
        if claimed.shape != right.shape or claimed.shape.columns != stacked.shape.rows:
            return False
        image, other = multiply(right, stacked), multiply(claimed, stacked)
        return _may_hold(image, other, place) and self._judged_at(image, other, place).holds

    def _judged_at(self, right: Node, claimed: Node, place: Place) -> Verdict:
        from matcalc.verify.claims import judge, judge_operator

        how: Any = {**self._how, "place": place}
        if self.is_map and len(self.directions) == 1:
            return judge_operator(right, claimed, self.directions[0], **how)
        return judge(right, claimed, self._what, **how)

    def _judged_code(self, claimed: Coded) -> Verdict:
        from matcalc.verify.coded_claims import judge_code

        return judge_code(self.right, claimed, self._what, **self._how)

    def _with_repair(self, verdict: Verdict) -> Verdict:
        """The verdict on a claim that does not fit, with the formula that was likely meant."""
        hint = self._repair()
        return replace(verdict, hint=hint) if hint else self._with_hint_of_map(verdict)

    def _repair(self) -> str:
        formula = self.claim.formula
        if not isinstance(formula, str):
            return ""

        def read(text: str) -> Node:
            return self._read(replace(self.claim, formula=text)).expression

        known = self.answer.question.problem.symbols.values()
        return likely_repair(formula, known, read, self.right.shape, self._judged)

    def _with_hint_of_map(self, verdict: Verdict) -> Verdict:
        """A matrix of a wrong shape may have been meant as an operator."""
        if verdict.hint or self.is_map:
            return verdict
        tangents = ", ".join(map(str, self.answer.question.directions.values()))
        hint = f"a claim about the differential is an expression in {tangents}"
        return replace(verdict, hint=hint)


def _may_hold(right: Node, claimed: Node, place: Place) -> bool:
    from matcalc.verify.claims import may_hold

    return may_hold(right, claimed, place)


def _block(value: Any, path: Path) -> Node:
    """The formula that the names lead to. Raises MatcalcError where there is more than one."""
    for name in path:
        value = value[name] if isinstance(value, Blocks) else value
    while isinstance(value, Blocks) and len(value) == 1:
        (value,) = value.values()
    if isinstance(value, Node):
        return value
    example = ", ".join(f'"{name}": ...' for name in value)
    raise MatcalcError(
        f"there is a formula for each of {', '.join(value)}",
        hint=f"claim={{{example}}}, or a list of equations df/dX = ...",
    )


def _operator_at(answer: Answer, path: Path) -> Node:
    """What the operator takes directions to: as a whole, in a row, or in a block of a Hessian."""
    operator = answer.operator
    if len(path) == 2:
        found: Node = operator.rows[path[0]][path[1]].body
        return found
    bodies = operator.bodies
    return bodies[ALONE] if ALONE in bodies else _block(Blocks(bodies), path)
