"""Derivations to be checked: the answers of case files and of random problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matcalc as mc
from matcalc.derivation.steps import Step
from matcalc.expressions.dimensions import SCALAR
from matcalc.interface import DifferentialMap
from tests.case_files import answers, read_cases
from tests.fuzz.__main__ import problem
from tests.steps.context import Context
from tests.steps.reapply import complaint
from tests.steps.truth import NoPoint, differing


@dataclass(frozen=True)
class Derivation:
    """A derivation with what its lines are about."""

    name: str
    restated: tuple[Step, ...]
    steps: tuple[Step, ...]
    known: Context
    uncompared: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, answer: Any) -> Derivation:
        """The derivation of a gradient, a differential or a Hessian."""
        if isinstance(answer, DifferentialMap):
            answer = answer.derivation()
        asked = answer.question
        declared = {asked.free: asked.variable} if asked.free is not asked.variable else {}
        known = Context({asked.free: asked.tangent}, declared)
        return cls(name, getattr(answer, "written_out", ()), answer.steps, known)

    def complaints(self) -> list[str]:
        """What is wrong: lines that do not follow, and the first that is not true."""
        lines = (*self.restated, *self.steps)
        found = [
            f"{step.after} by {step.rule}: {said}" for step in lines if (said := self._of(step))
        ]
        return found + self._untrue()

    def _of(self, step: Step) -> str:
        return complaint(step, self.known)

    def _untrue(self) -> list[str]:
        if not self.steps:
            return []
        lines = [self.steps[0].before, *(step.after for step in self.steps)]
        tangents = dict(self.known.tangents)
        for free, declared in self.known.declared.items():
            tangents[declared] = tangents[free]  # type: ignore[index]
        try:
            wrong = differing(lines, tangents, self.known.declared)
        except NoPoint:
            self.uncompared.append(self.name)
            return []
        return [] if wrong is None else [f"{wrong} has another value"]


def of_cases(folder: Path) -> Iterator[Derivation]:
    """Those of the gradients, differentials and Hessians of the case files."""
    for path in sorted(folder.glob("*.jsonl")):
        for case, arrays in read_cases(path):
            plain = not (case.get("metric") or case.get("space") or isinstance(case["wrt"], list))
            if case.get("ask") not in ("gradient", "differential", "hessian") or not plain:
                continue
            try:
                yield Derivation.of(case["id"], next(answers(case, arrays)))
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
