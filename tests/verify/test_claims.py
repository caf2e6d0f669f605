"""Claims that are nearly right, right at some sizes or in part of the domain, and right ones."""

from __future__ import annotations

import subprocess
import sys

import pytest

import matcalc as mc

# f, by what, the claim, the kinds declared
TRUE: list[tuple[str, str, str, str]] = [
    ("det(X'*X)", "X", "2*det(X'*X)*X*inv(X'*X)", "X: matrix(m,n)"),
    ("norm2(y - X*pinv(X)*y)^2", "X", "-2*(y - X*pinv(X)*y)*(pinv(X)*y)'", ""),
    (
        "expm(A)",
        "A",
        "[eye(n), zeros(n,n)]*expm([A, dA; zeros(n,n), A])*[zeros(n,n); eye(n)]",
        "A: square(n)",
    ),
    ("log(s)", "s", "1/abs(s)", "s: scalar"),
    ("sum(sigmoid(x))", "x", "exp(-x)./(1 + exp(-x)).^2", "x: vector(n)"),
    ("u'*softmax(K*q)", "q", "K'*(diag(softmax(K*q)) - softmax(K*q)*softmax(K*q)')*u", ""),
]
FALSE: list[tuple[str, str, str, str]] = [
    ("sum(x.^2)", "x", "2*x + relu(x - 10)", "x: vector(n)"),
    ("norm2(x)^2", "x", "2*x + x/10^9", ""),
    ("10^10*x'*x + sum(x)", "x", "2*10^10*x", ""),
    ("relu(s - 20)", "s", "0", "s: scalar"),
    ("relu(-s - 20)", "s", "0", "s: scalar"),
    ("abs(s + 5)", "s", "1", "s: scalar"),
    ("max(x) + relu(norm2(x)^2 - 400)", "x", "max_indicator(x)", "x: vector(n)"),
    ("expm(A)", "A", "dA*expm(A)", "A: square(n)"),
    ("expm(A)", "A", "expm(A)*dA + A", "A: square(n)"),
]
EQUAL: list[tuple[str, str, str]] = [
    ("tr(S*K)", "0", "S: symmetric(n), K: skew(n)"),
    ("x'*K*x", "0", "K: skew(n), x: vector(n)"),
    ("expm(A)*expm(-A) - eye(n)", "zeros(n,n)", "A: square(n)"),
    ("tr(A*B*C) - tr(B*C*A)", "0", "A: matrix(m,n), B: matrix(n,p), C: matrix(p,m)"),
    ("det(Q)^2", "1", "Q: orthogonal(n)"),
]
UNEQUAL: list[tuple[str, str, str]] = [
    ("(n^2 - 5*n + 6)*A", "zeros(n,n)", "A: square(n)"),
    ("0.3333333333*A", "A/3", "A: square(n)"),
    ("A*x + 1e-10*B*x", "A*x", ""),
    ("relu(s - 20)", "0", "s: scalar"),
    ("relu(-s - 20)", "0", "s: scalar"),
    ("abs(s + 20)", "s + 20", "s: scalar"),
    ("A^2 - tr(A)*A + det(A)*eye(n)", "zeros(n,n)", "A: square(n)"),
    ("sum(x[1:3])", "sum(x)", "x: vector(n)"),
    ("inv(A)", "(A + 10^(-12)*eye(n))*inv(A)*inv(A)", "A: invertible(n)"),
]


@pytest.mark.parametrize(("f", "name", "claim", "where"), TRUE)
def test_a_right_claim_is_never_refuted(f: str, name: str, claim: str, where: str) -> None:
    assert mc.check(f, name, claim, where=where or None).holds


@pytest.mark.parametrize(("f", "name", "claim", "where"), FALSE)
def test_a_claim_that_is_nearly_right_is_refuted(f: str, name: str, claim: str, where: str) -> None:
    verdict = mc.check(f, name, claim, where=where or None)
    assert verdict.status == "refuted"
    assert verdict.counterexample is not None
    found, expected = str(verdict.counterexample).rsplit("found ", 1)[1].split(", expected ")
    assert found != expected


@pytest.mark.parametrize(("one", "other", "where"), EQUAL)
def test_equal_expressions_are_told_equal(one: str, other: str, where: str) -> None:
    assert mc.equivalent(one, other, where).holds


@pytest.mark.parametrize(("one", "other", "where"), UNEQUAL)
def test_a_small_difference_or_one_at_some_sizes_is_found(one: str, other: str, where: str) -> None:
    assert mc.equivalent(one, other, where or None).status == "refuted"


def test_a_claim_that_needs_more_than_the_problem_says_where_it_holds() -> None:
    verdict = mc.check("tr(A*A)", "A", "2*A + chol(A)*chol(A)' - A", where="A: square(n)")
    assert verdict.status == "refuted"
    assert "holds for symmetric positive definite matrices" in verdict.reason


def test_the_sizes_at_which_a_claim_has_no_value_are_said() -> None:
    verdict = mc.check("norm_nuc(X)", "X", "X*inv(sqrtm(X'*X))", where="X: matrix(m,n)")
    assert verdict.reason.endswith("valid where m >= n")


@pytest.mark.parametrize(
    ("text", "claim", "where"),
    [
        ("x^2", "2*sqrt(x)^2", "x: scalar"),
        ("x^3", "3*x^(5/2)/sqrt(x)", "x: scalar"),
        ("x^2", "2*x + log(x)*0", "x: scalar"),
        ("sum(x.^2)", "2*sqrt(x).*sqrt(x)", "x: vector(n)"),
        ("np.sum(x**2)", "2*np.sqrt(x)**2", "x: vector(n)"),
        ("x^2", "def g(t) = sqrt(t)^2; 2*g(x)", "x: scalar"),
    ],
)
def test_a_claim_is_held_to_what_vanished_from_it(text: str, claim: str, where: str) -> None:
    verdict = mc.check(text, "x", claim, where=where)
    assert verdict.status == "refuted" and "no value everywhere" in verdict.reason
    positive = where.replace("scalar", "positive").replace("vector", "positive_vector")
    assert mc.check(text, "x", claim, where=positive).status == "proved"


@pytest.mark.parametrize(
    ("claim", "where"), [("2*x^2/x", "x nonzero"), ("2*x*(x - 1)/(x - 1)", "x - 1 nonzero")]
)
def test_a_claim_without_value_at_single_points_is_proved_elsewhere(claim: str, where: str) -> None:
    verdict = mc.check("x^2", "x", claim, where="x: scalar")
    assert verdict.status == "proved" and verdict.reason.endswith(f", where {where}")


def test_no_point_outside_both_domains_refutes() -> None:
    assert mc.check("sqrt(x)^6", "x", "3*x*abs(x)", where="x: scalar").holds
    assert mc.equivalent("sqrt(x)^2", "abs(x)", where="x: scalar").holds
    assert mc.equivalent("sqrt(a)*sqrt(a)", "sqrt(a^2)", where="a: scalar").holds
    assert not mc.equivalent("sqrt(x)^2", "-abs(x)", where="x: scalar").holds


def test_a_proof_needs_no_arrays() -> None:
    script = (
        "import sys, matcalc as mc; "
        "mc.equivalent('inv(A)*A', 'eye(n)', {'A': 'invertible(n)'}); "
        "mc.check('norm2(A*X - B)^2', 'X', claim=\"2*A'*A*X - 2*A'*B\"); "
        "mc.check('tr(X*X)', 'X', claim=\"df[V] = 2*tr(X*V)\"); "
        "sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
