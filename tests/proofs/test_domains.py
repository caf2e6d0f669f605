"""A claim is proved only where it has a value wherever the function has one, however it is said."""

from __future__ import annotations

import pytest

import matcalc as mc

PROVED = [
    ("sqrt(tr(A*A'))", "A", "A/sqrt(tr(A*A'))", "A: matrix(m,n)"),
    ("sum(x)", "x", "ones(n)*sqrt(tr(x*x') + 1)/sqrt(x'*x + 1)", "x: vector(n)"),
    # sqrt(det(J*J')) has a derivative only where the determinant is not 0
    ("sqrt(det(J*J'))", "J", "sqrt(det(J*J'))*inv(J*J')*J", "J: matrix(m,n)"),
    ("sum(inv(K)*v)/(ones(n)'*inv(K)*ones(n))", "v", "inv(K)*ones(n)/sum(inv(K))", "K: spd(n)"),
    ("p = R*x + t; p[1]/p[3]", "t", "basis(1,3)/(R*x + t)[3] - (R*x + t)[1]/(R*x + t)[3]^2"
     "*basis(3,3)", "R: matrix(3,3), x: vector(3), t: vector(3)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "claim", "where"), PROVED)
def test_a_demand_that_is_met_in_other_words_is_met(f: str, x: str, claim: str, where: str) -> None:
    assert mc.check(f, x, claim, where).status == "proved"


ELSEWHERE = [
    ("det(X'*X)", "X", "2*det(X'*X)*X*inv(X'*X)", "X: matrix(m,n)", "X'*X invertible"),
    ("det(A*X*B)", "X", "det(A*X*B)*A'*inv(B'*X'*A')*B'", "A: matrix(p,n), X: matrix(n,m), "
     "B: matrix(m,p)", "B'*X'*A' invertible"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "claim", "where", "said"), ELSEWHERE)
def test_a_demand_that_fails_at_single_points_is_said(
    f: str, x: str, claim: str, where: str, said: str
) -> None:
    """Matrices without an inverse, and the zero of what is never negative."""
    verdict = mc.check(f, x, claim, where)
    assert verdict.status == "proved" and verdict.reason.endswith(f", where {said}")


def test_a_triangular_block_matrix_has_the_eigenvalues_of_its_diagonal_blocks() -> None:
    claim, where = "df[V] = logm([X, V; zeros(n,n), X])[1:n, n+1:2*n]", "X: spd(n), V: square(n)"
    assert mc.check("logm(X)", "X", claim, where, of="differential").status == "proved"


def test_a_demand_that_fails_on_more_than_single_points_is_not_met() -> None:
    claim = "2*sqrt(x)^2"
    assert mc.check("x^2", "x", claim, "x: scalar").status == "refuted"
    assert mc.equivalent("sqrt(x)^4", "x*abs(x)", "x: scalar").status != "proved"
