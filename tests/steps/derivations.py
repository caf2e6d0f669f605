"""Derivations to be checked: the answers of case files and of random problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import matcalc as mc
from matcalc.answers.steps import blocks, restated
from matcalc.derivation.steps import Step
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Node
from tests.case_files import answers, read_cases
from tests.fuzz.__main__ import problem
from tests.steps.context import Context
from tests.steps.reapply import complaint
from tests.steps.truth import NoPoint, differing


@dataclass(frozen=True)
class Derivation:
    """A derivation in blocks, with what its lines are about."""

    name: str
    blocks: tuple[tuple[Step, ...], ...]
    known: Context
    uncompared: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, answer: mc.Answer) -> Derivation:
        """The derivation of an answer, with the lines in which f is restated."""
        moving = answer.question.moving
        declared: dict[Node, Node] = {
            one.free: one.variable for one in moving if one.free is not one.variable
        }
        known = Context({one.free: one.tangent for one in moving}, declared)
        lines = (tuple(block.steps) for block in blocks(answer))
        return cls(name, tuple(filter(None, (tuple(restated(answer)), *lines))), known)

    @property
    def steps(self) -> list[Step]:
        return [step for block in self.blocks for step in block]

    def complaints(self) -> list[str]:
        """What is wrong: lines that do not follow, and the first that is not true."""
        said = ((step, complaint(step, self.known)) for step in self.steps)
        found = [f"{step.after} by {step.rule}: {wrong}" for step, wrong in said if wrong]
        return found + [wrong for block in self.blocks if (wrong := self._untrue(block))]

    def _untrue(self, block: tuple[Step, ...]) -> str:
        lines = [block[0].before, *(step.after for step in block)]
        tangents = dict(self.known.tangents)
        for free, declared in self.known.declared.items():
            tangents[declared] = tangents[free]  # type: ignore[index]
        try:
            wrong = differing(lines, tangents, self.known.declared)
        except NoPoint:
            self.uncompared.append(self.name)
            return ""
        return "" if wrong is None else f"{wrong} has another value"


def of_cases(folder: Path) -> Iterator[Derivation]:
    """Those of the gradients, differentials and Hessians of the case files."""
    for path in sorted(folder.glob("*.jsonl")):
        for case, arrays in read_cases(path):
            plain = not (case.get("metric") or case.get("space"))
            if case.get("ask") not in ("gradient", "differential", "hessian") or not plain:
                continue
            try:
                answer = next(answers(case, arrays))
                assert isinstance(answer, mc.Answer)
                yield Derivation.of(case["id"], answer)
            except mc.MatcalcError:
                continue


def of_random_problems(seed: int, count: int) -> Iterator[Derivation]:
    """Those of the gradients of random scalars."""
    for number in range(count):
        asked = problem(seed, number)
        if asked.tree.shape != SCALAR:
            continue
        for variable in asked.variables:
            try:
                answer = mc.gradient(asked.text, variable.name, asked.where)
                yield Derivation.of(f"{seed}:{number} by {variable.name}", answer)
            except mc.MatcalcError:
                continue
