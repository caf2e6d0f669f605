"""Every verb reads an undeclared problem alike: the same kinds, sizes and dialect."""

from __future__ import annotations

import json
from typing import Any

import pytest

import matcalc as mc
from matcalc.answers.answer import Answer
from matcalc.cli.command import main
from matcalc.questions.reading import read
from matcalc.verbs.table import DERIVATIVES, VIEWS, function
from tests.language.assumed_kinds import assumed_kinds

SCALARS = [
    (text, name)
    for text, kinds in assumed_kinds()
    if read(text, None).expression.shape.is_scalar
    for name in [next((name for name, size in kinds.items() if size != "1 x 1"), "")]
    if name
][:40]
OF_REALS = [verb for verb in DERIVATIVES if verb != "wirtinger"]


def facts(answer: Answer) -> tuple[object, ...]:
    problem = answer.question.problem
    return problem.expression, dict(problem.symbols), problem.dialect, answer.assumptions


@pytest.mark.parametrize(("text", "name"), SCALARS, ids=lambda value: str(value)[:30])
def test_every_verb_reads_the_same_problem(
    text: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = mc.gradient(text, name)
    wanted = facts(answer)
    for verb in OF_REALS:
        how: dict[str, Any] = {"order": 1} if verb == "nth_derivative" else {}
        assert facts(function(verb)(text, name, **how)) == wanted, verb
    assert facts(mc.conventions(text, name).answer) == wanted
    verdict = mc.check(text, name, claim="0", samples=1)
    assert verdict.answer is not None
    assert facts(verdict.answer) == wanted
    assert mc.parse(text) is wanted[0]
    assert mc.equivalent(text, text).holds
    for verb in [*VIEWS, "conventions", "check", "gradient"]:
        more = ["--claim", "0"] if verb == "check" else []
        main([verb, text, "--wrt", name, *more, "--format", "json", "--samples", "1"])
        found = json.loads(capsys.readouterr().out)
        assert tuple(found["assumptions"]) == answer.assumptions, verb


def test_there_are_forty() -> None:
    assert len(SCALARS) == 40
