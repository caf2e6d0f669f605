"""Proofs follow line by line; one that does not is seen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

import matcalc as mc
from matcalc.cli.command import main
from matcalc.expressions.constructors import plus
from matcalc.proofs.proof import Proof
from tests.replayed_proofs import complaint

WOODBURY = "A: invertible(n), C: invertible(k), U: matrix(n,k), V: matrix(k,n)"
PROVED = {
    ("inv(A)*(A*x + A*y)", "x + y"): "A: invertible(n), x: vector(n)",
    ("tr((A + B)'*(A + B))", "tr(A'*A) + 2*tr(A'*B) + tr(B'*B)"): "A: matrix(m,n)",
    # 1/s for a sum s, and for two of them
    ("1/(1 + x'*x) + 1", "(2 + x'*x)/(1 + x'*x)"): "x: vector(n)",
    ("1/(1 + s) - 1/(1 + t)", "(t - s)/((1 + s)*(1 + t))"): "s: scalar, t: scalar",
    # by the equations of the operations
    ("inv(A + U*C*V)", "inv(A) - inv(A)*U*inv(inv(C) + V*inv(A)*U)*V*inv(A)"): WOODBURY,
    ("inv(A + u*v')*u", "inv(A)*u/(1 + v'*inv(A)*u)"): "A: invertible(n), u: vector(n)",
    ("tr(inv(A + B))", "tr(inv(A)) - tr(inv(inv(A) + inv(B))*inv(A)^2)"): "A: invertible(n), "
    "B: invertible(n)",
    ("logdet(inv(X))/2", "-logdet(X)/2"): "X: invertible(n)",
}


def proof(pair: tuple[str, str]) -> Proof:
    found = mc.equivalent(*pair, PROVED[pair]).proof
    assert found is not None
    return found


@pytest.mark.parametrize("pair", PROVED)
def test_every_line_follows(pair: tuple[str, str]) -> None:
    assert complaint(proof(pair)) == ""


@pytest.mark.parametrize("pair", PROVED)
def test_a_wrong_line_is_seen(pair: tuple[str, str]) -> None:
    found = proof(pair)
    for place, line in enumerate(found.lines):
        wrong = replace(line, left=plus(line.left, found.left))
        lines = (*found.lines[:place], wrong, *found.lines[place + 1 :])
        assert complaint(replace(found, write=partial(iter, lines)))


def test_a_proof_is_shown_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    pair = ("inv(A)*A*x", "x")
    assert main(["equivalent", *pair, "--where", "A: invertible(n)", "--proof"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "proved: the normal forms agree"
    assert lines == ["inv(A)*A*x = x", "x = x    [inverse on the left]"]


def test_what_is_wrong_is_not_proved() -> None:
    wrong = "inv(A) - inv(A)*U*inv(C + V*inv(A)*U)*V*inv(A)"  # C for inv(C)
    assert mc.equivalent("inv(A + U*C*V)", wrong, WOODBURY).status == "refuted"


def test_a_claim_without_values_where_the_right_one_has_some_is_not_proved() -> None:
    claim = "2*exp(log(x))"
    assert mc.check("x^2", "x", claim, "x: scalar").status == "refuted"
    assert mc.check("x^2", "x", claim, "x: positive").status == "proved"
    verdict = mc.check("x'*x/2", "x", "inv(A)*A*x", "A: square(n), x: vector(n)")
    assert verdict.reason.endswith(", where A invertible")
