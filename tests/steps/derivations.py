"""Derivations to be checked: the answers of case files and of random problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import matcalc as mc
from matcalc.answers.naming import with_solutions
from matcalc.answers.second_order import second_order
from matcalc.answers.steps import blocks, restated
from matcalc.derivation.board import Block
from matcalc.derivation.steps import Step
from matcalc.derivation.toward_jacobian import sum_of_products
from matcalc.expressions.constructors import is_zero, zero
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Named, Node, ordered
from matcalc.expressions.operations import Inner
from tests.case_files import answers, read_cases
from tests.fuzz.__main__ import problem
from tests.steps.context import Context
from tests.steps.reapply import complaint
from tests.steps.truth import NoPoint, differing

_ASKED = ("gradient", "jacobian", "differential", "hessian")


@dataclass(frozen=True)
class Derivation:
    """A derivation in blocks, with what its lines are about."""

    name: str
    blocks: tuple[tuple[Step, ...], ...]
    known: Context
    unfinished: str = ""
    uncompared: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, answer: mc.Answer) -> Derivation:
        """The derivation of an answer, with the lines in which f is restated."""
        moving = answer.question.moving
        declared: dict[Node, Node] = {
            one.free: one.variable for one in moving if one.free is not one.variable
        }
        found = blocks(answer)
        shown = {one.label: _last(one) for one in found if isinstance(one.label, Node)}
        parts: dict[str, tuple[Node, Node]] = {
            one.label.name: (one.label, one.start) for one in found if isinstance(one.label, Named)
        }
        known = Context({one.free: one.tangent for one in moving}, declared, parts, shown)
        lines = (tuple(restated(answer)), *(tuple(block.steps) for block in found))
        return cls(name, tuple(filter(None, lines)), known, unfinished(answer, found))

    @property
    def steps(self) -> list[Step]:
        return [step for block in self.blocks for step in block]

    def complaints(self) -> list[str]:
        """What is wrong: lines that do not follow, that come twice, the first that is not true."""
        said = ((step, complaint(step, self.known)) for step in self.steps)
        found = [f"{step.after} by {step.rule}: {wrong}" for step, wrong in said if wrong]
        found += [wrong for block in self.blocks if (wrong := self._untrue(block))]
        found += [
            f"{name} is not what its lines say"
            for name, last in self.known.shown.items()
            if isinstance(name, Named) and name.value is not last
        ]
        found += [f"{line} comes twice" for block in self.blocks for line in _repeated(block)]
        return [*found, self.unfinished] if self.unfinished else found

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


def _last(block: Block) -> Node:
    return block.steps[-1].after if block.steps else block.start


def _repeated(block: tuple[Step, ...]) -> list[str]:
    """The lines that a block comes back to."""
    lines = Counter([str(block[0].before), *(str(step.after) for step in block)])
    return [line for line, times in lines.items() if times > 1]


def unfinished(answer: mc.Answer, found: Sequence[Block]) -> str:
    """What the last line has in another form than the answer, in the Frobenius product."""
    asked = answer.question
    if not found or not all(setting.is_plain for setting in asked.settings):
        return ""
    lasts = [_last(block) for block in found if not isinstance(block.label, Node)]
    if str(answer.kind) == "gradient":
        slopes = asked.slopes
        values = {one.tangent: with_solutions(answer, slopes[one.name]) for one in asked.moving}
        pairs = [node for node in ordered(lasts[-1]) if isinstance(node, Inner)]
        wrong: list[Node] = [one for one in pairs if values[one.right] is not one.left]  # type: ignore[index]
    elif str(answer.kind) in ("hessian", "jacobian"):
        ends = _in_matrices(answer)
        wrong = [] if lasts[-1] in ends else [lasts[-1]]
    else:
        wrong = [lasts[-1]] if lasts[-1] is not answer.value else []
    return "".join(f"{line} is not as the answer has it" for line in wrong)


def _in_matrices(answer: mc.Answer) -> list[Node]:
    """What the last line may be: the sum of J*vec(dX), or the operator where it has no matrix."""
    asked, last = answer.question, answer.question.moving[-1]
    value = answer.value[last.name] if asked.is_list and answer.order == 2 else answer.value
    matrices: dict[Node, Node] = {
        one.tangent: value[one.name] if asked.is_list else value for one in asked.moving
    }
    ends = [sum_of_products(matrices, is_flat) for is_flat in (True, False)]
    if all(map(is_zero, matrices.values())):
        ends = [zero(asked.expression.shape)]
    return [*ends, second_order(asked).body(last)] if answer.order == 2 else ends


def of_cases(folder: Path) -> Iterator[Derivation]:
    """Those of the gradients, Jacobians, differentials and Hessians of the case files."""
    for path in sorted(folder.glob("*.jsonl")):
        for case, arrays in read_cases(path):
            plain = not (case.get("metric") or case.get("space"))
            if case.get("ask") not in _ASKED or not plain:
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
