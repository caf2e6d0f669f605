"""Cost reports: known counts, the choice of the mode, solves and factorisations."""

from __future__ import annotations

import json

import numpy as np
import pytest

import matcalc as mc
from matcalc.answers.cost_report import CostReport
from matcalc.cli import main
from matcalc.expressions.dimensions import Dimension


def cost(f: str, wrt: str, where: str | None = None) -> CostReport:
    answer = mc.gradient(f, wrt, where=where)
    return answer.cost()


def leading(polynomial: Dimension) -> str:
    """The terms of highest degree."""
    degree = max(len(names) for names, _ in polynomial.terms)
    return str(Dimension(tuple(t for t in polynomial.terms if len(t[0]) == degree)))


def test_a_least_squares_gradient_takes_two_products() -> None:
    report = cost("norm2(A*X - B)^2", "X")
    assert leading(report.function.flops) == "2*m*n*p"
    assert leading(report.reverse.flops) == "4*m*n*p"
    assert str(report.reverse.passes) == "1"
    assert str(report.forward.passes) == "n*p"
    assert leading(report.forward.flops) == "2*m*n^2*p^2"
    assert report.choice is report.reverse
    assert report.reverse.solving == ""


def test_the_adjoint_method_is_two_solves() -> None:
    report = cost("norm2((A0 + p*p')^-1*b)^2", "p", "A0: symmetric(n)")
    assert report.reverse.solving == "2 solves with p*p' + A0, 1 factorisation"
    assert leading(report.reverse.flops) == "2*n^3/3"
    assert "2 solves with p*p' + A0, 1 factorisation" in str(report)


def test_a_solve_and_its_adjoint() -> None:
    report = cost("c'*inv(A)*b", "A")
    assert report.reverse.solving == "2 solves with A, 1 factorisation"
    assert leading(report.reverse.flops) == "2*n^3/3"


def test_a_determinant_shares_the_factorisation() -> None:
    report = cost("logdet(A) + b'*inv(A)*b", "b", "A: spd(n)")
    assert leading(report.function.flops) == "2*n^3/3"
    assert report.function.solving == "1 solve with A, 1 factorisation"


def test_one_input_and_many_outputs_go_forward() -> None:
    report = mc.jacobian("c*y", "c", where="c: scalar, y: vector(n)").cost()
    assert report.choice is report.forward
    assert str(report.forward.flops) == "n"


def test_a_loop_counts_as_often_as_it_runs() -> None:
    report = cost("sum(i in 1..k, norm2(A*x - i*b)^2)", "x", "A: matrix(m,n), x: vector(n)")
    assert "k" in report.function.flops.names


@pytest.mark.parametrize("f", ["norm2((A0 + p*p')^-1*b)^2", "b'*inv(A0 + p*p')*b"])
def test_the_form_that_is_computed_has_the_same_value(f: str) -> None:
    random = np.random.default_rng(2)
    A0 = random.normal(size=(4, 4)) + 5 * np.eye(4)
    p, b = random.normal(size=4), random.normal(size=4)
    answer = mc.gradient(f, "p")
    expected = mc.evaluate(answer.value, A0=A0, p=p, b=b)
    assert np.allclose(answer.compile()(A0=A0, p=p, b=b), expected)
    assert "inv(" not in answer.source().partition("def gradient")[2].split('"""')[2]


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "norm2(A*X - B)^2", "--wrt", "X"]) == 0
    text = capsys.readouterr().out
    assert "reverse:  1 pass: 4*m*n*p + m*p + n*p flops" in text
    assert "choice:   reverse mode" in text
    assert main(["cost", "logdet(A)", "--wrt", "A", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["choice"] == "reverse"
