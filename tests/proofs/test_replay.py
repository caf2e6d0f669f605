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

PROVED = {
    ("inv(A)*(A*x + A*y)", "x + y"): "A: invertible(n), x: vector(n)",
    ("tr((A + B)'*(A + B))", "tr(A'*A) + 2*tr(A'*B) + tr(B'*B)"): "A: matrix(m,n)",
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
