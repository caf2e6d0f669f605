"""Where a value is 0 but for round-off, a right answer passes in every row, a wrong one fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.samples.numeric import Unusable, beside

CORNER = ("row_proj(A)[n,n]", "A", "A: matrix(m,n)")  # 1 where A is tall, as mostly
VERBS: list[Callable[..., mc.Answer]] = [mc.gradient, mc.differential, mc.jacobian, mc.hessian]


@pytest.mark.parametrize("verb", VERBS)
def test_a_right_answer_that_is_zero_but_for_round_off_passes(verb: Any) -> None:
    answer = verb(*CORNER)
    for seed in range(5):
        report = answer.verify(samples=8, seed=seed)
        assert report.passed, str(report)


@pytest.mark.parametrize("verb", [mc.gradient, mc.differential, mc.jacobian])
def test_a_value_that_adds_a_millionth_fails(verb: Any) -> None:
    answer = verb(*CORNER)
    more = "dA[1,1]" if verb is mc.differential else "A/10^6"
    more = "vec(A)'/10^6" if verb is mc.jacobian else more
    wrong = answer.value + mc.parse(f"({more})", {"A": "matrix(m,n)", "dA": "matrix(m,n)"})
    report = replace(answer, value=wrong).verify(samples=8)
    assert report.rows and not report.passed


def test_a_claim_that_a_form_of_a_skew_matrix_is_zero_is_not_refuted() -> None:
    where = "S: skew(n), x: vector(n), A: square(n)"
    assert mc.equivalent("sin(x'*S*x)", "0", where).holds
    assert mc.equivalent("exp(x'*S*x)", "1", where).holds
    assert mc.equivalent("x'*A*x", "0", where).status == "refuted"
    assert mc.equivalent("10^(-20)*x'*A*x", "0", where).status == "refuted"


def test_what_should_be_zero_is_measured_beside_its_round_off() -> None:
    random = np.random.default_rng(0)

    def rounded(step: float) -> Any:
        return np.asarray(1e-15 * random.normal())

    assert beside(1e-15, rounded, 1e-9) <= 1e-9
    assert beside(1.0, lambda step: np.asarray(0.5), 1e-9) == 0.5
    assert beside(0.0, lambda step: np.asarray(0.0), 1e-9) == 0.0
    with pytest.raises(Unusable, match="nothing but round-off"):
        beside(1.0, lambda step: np.asarray(random.normal()), 1e-9)
