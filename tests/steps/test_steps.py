"""Lines of derivations follow by their reasons, and a wrong line is seen: a part of the command.

`python -m tests.steps --cases CASES --random 100` looks at more.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

import matcalc as mc
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.constructors import scale
from tests.calculus.problems import MAPS, SCALARS
from tests.steps.derivations import Derivation, of_random_problems
from tests.steps.reapply import complaint

NAMED = {
    "R = A*X - B; tr(R'*R) + l*norm2(X)^2": ("X", "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"),
    "x solves A*x + x.^3 = b; c'*x": ("A", "A: square(n), x: vector(n)"),
    "logdet(S) + tr(inv(S)*C)": ("S", "S: spd(n), C: square(n)"),
}


@pytest.mark.parametrize("text", [*SCALARS, *NAMED])
def test_every_line_of_a_gradient_follows_from_the_one_before(text: str) -> None:
    name, where = {**SCALARS, **NAMED}[text]
    assert Derivation.of(text, mc.gradient(text, name, where)).complaints() == []


@pytest.mark.parametrize("text", MAPS)
def test_every_line_of_a_differential_follows_from_the_one_before(text: str) -> None:
    assert Derivation.of(text, mc.differential(text, *MAPS[text])).complaints() == []


@pytest.mark.parametrize("text", ["x'*A*x/(x'*x)", "sum(log(1 + exp(A*x)))", "norm2(A*x - b)"])
def test_every_line_of_a_hessian_follows_from_the_one_before(text: str) -> None:
    assert Derivation.of(text, mc.hessian(text, "x")).complaints() == []


def test_the_lines_of_random_gradients_follow() -> None:
    found = [one.complaints() for one in of_random_problems(seed=5, count=12)]
    assert found and not any(found)


def test_every_wrong_line_is_seen() -> None:
    """Each reason of a derivation with twice what it gives does not lead to the next line."""
    found = Derivation.of("", mc.gradient("log(1 + x'*A*x) + norm2(A*x)", "x", "A: square(n)"))
    for step in found.steps:
        for place, reason in enumerate(step.reasons):
            wrong = list(step.reasons)
            wrong[place] = Reason(reason.law, reason.before, scale(2, reason.after))
            assert complaint(replace(step, reasons=tuple(wrong)), found.known)
        wrong_line = Step(step.reasons, step.before, scale(2, step.after))
        assert complaint(wrong_line, found.known)
