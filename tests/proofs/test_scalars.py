"""What SymPy proves of functions of numbers, and what it must not prove."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.rulebook.laws import BY_SYMPY
from tests.replayed_proofs import complaint

TRUE = {
    ("cos(t)^4 - sin(t)^4", "cos(2*t)"): "t: scalar",
    ("digamma(t + 1)", "digamma(t) + 1/t"): "t: positive",
    ("arcsinh(t)", "log(t + sqrt(t^2 + 1))"): "t: scalar",
    ("sqrt(x^2)", "abs(x)"): "x: scalar",
    ("arcsin(t) + arccos(t)", "pi()/2"): "t: scalar",
    # beside matrices that are none of its business, and entry by entry
    ("det(A)*(cos(3*t) + 3*cos(t))", "4*det(A)*cos(t)^3"): "t: scalar, A: square(n)",
    ("X'*diag(sin(2*(X*w)))*X", "2*X'*diag(sin(X*w).*cos(X*w))*X"): "X: matrix(m,n), w: vector(n)",
}
# The two sides differ somewhere, or one has values where the other has none.
FALSE = {
    ("sqrt(x^2)", "x"): "x: scalar",
    ("arctan(t) + arctan(1/t)", "pi()/2"): "t: scalar",
    ("arcsin(sin(t))", "t"): "t: scalar",
    ("log(exp(t) + 1)", "t + 1/exp(t)"): "t: scalar",
    ("abs(x + y)", "abs(x) + abs(y)"): "x: scalar, y: scalar",
    ("sin(2*(X*w))", "2*sin(X*w)"): "X: matrix(m,n), w: vector(n)",
}


@pytest.mark.parametrize("pair", TRUE)
def test_identities_of_functions_of_numbers_are_proved(pair: tuple[str, str]) -> None:
    proof = mc.equivalent(*pair, TRUE[pair]).proof
    assert proof is not None
    assert any(use.name.startswith(BY_SYMPY.words) for line in proof.lines for use in line.uses)
    assert complaint(proof) == ""


@pytest.mark.parametrize("pair", FALSE)
def test_false_ones_are_not(pair: tuple[str, str]) -> None:
    assert mc.equivalent(*pair, FALSE[pair]).status == "refuted"


@pytest.mark.parametrize("claim", ["sin(2*log(x))/cos(log(x))", "2*sin(log(x))"])
def test_a_claim_with_fewer_values_is_not_proved(claim: str) -> None:
    f = "2*sin(log(abs(x)))*x"
    assert mc.check(f, "x", f"{claim} + 2*cos(log(x))", "x: scalar").status == "refuted"
