"""A claim is proved only where it has a value wherever the function has one, however it is said."""

from __future__ import annotations

import pytest

import matcalc as mc

PROVED = [
    # sqrt(det(J*J')) has a derivative only where the determinant is not 0
    ("sqrt(det(J*J'))", "J", "sqrt(det(J*J'))*inv(J*J')*J", "J: matrix(m,n)"),
    ("sum(inv(K)*v)/(ones(n)'*inv(K)*ones(n))", "v", "inv(K)*ones(n)/sum(inv(K))", "K: spd(n)"),
    ("p = R*x + t; p[1]/p[3]", "t", "basis(1,3)/(R*x + t)[3] - (R*x + t)[1]/(R*x + t)[3]^2"
     "*basis(3,3)", "R: matrix(3,3), x: vector(3), t: vector(3)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "claim", "where"), PROVED)
def test_a_demand_that_is_met_in_other_words_is_met(f: str, x: str, claim: str, where: str) -> None:
    assert mc.check(f, x, claim, where).status == "proved"


def test_a_demand_that_the_function_does_not_make_is_not_met() -> None:
    claim = "2*det(X'*X)*X*inv(X'*X)"
    assert mc.check("det(X'*X)", "X", claim, "X: matrix(m,n)").status == "verified"
