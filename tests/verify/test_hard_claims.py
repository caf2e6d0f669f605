"""Claims that something is zero, that are false by very little, at some sizes or far out only."""

from __future__ import annotations

import pytest

import matcalc as mc

SQUARES = "A: square(n), B: square(n)"
VECTORS = "x: vector(n), y: vector(n), K: skew(n), S: symmetric(n)"
TALL = "X: matrix(m,n)"
ZERO: list[tuple[str, str]] = [
    ("tr(S*K)", VECTORS),
    ("x'*K*x", VECTORS),
    ("K*K' - K'*K", VECTORS),
    ("tr(K^3)", VECTORS),
    ("norm2(x + y)^2 - norm2(x - y)^2 - 4*x'*y", VECTORS),
    ("A*adj(A) - det(A)*eye(n)", SQUARES),
    ("adj(A*B) - adj(B)*adj(A)", SQUARES),
    ("tr(A*B*A - A*A*B)", SQUARES),
    ("det(A*B) - det(A)*det(B)", SQUARES),
    ("inv(A) - inv(B) - inv(A)*(B - A)*inv(B)", SQUARES),
    ("A^2 - tr(A)*A + det(A)*eye(2)", "A: matrix(2,2)"),
    ("A^3 - tr(A)*A^2 + tr(adj(A))*A - det(A)*eye(3)", "A: matrix(3,3)"),
    ("proj(X)*proj(X) - proj(X)", TALL),
    ("proj(X)*proj_perp(X)", TALL),
    ("X*pinv(X)*X - X", TALL),
    ("det(eye(m) + X*X') - det(eye(n) + X'*X)", TALL),
    ("expm(A)*expm(-A) - eye(n)", SQUARES),
    ("cosm(A)^2 + sinm(A)^2 - eye(n)", SQUARES),
    ("(eye(n) - 2*P)^2 - eye(n)", "P: projection(n)"),
    ("Q'*Q - eye(n)", "Q: orthogonal(n)"),
    ("im(z'*H*z)", "H: hermitian(n), z: complex_vector(n)"),
    ("abs(x) - relu(x) - relu(-x)", VECTORS),
    ("A*sylvester(A, B, C) + sylvester(A, B, C)*B - C", f"{SQUARES}, C: square(n)"),
    ("logsumexp(x + 1000) - 1000 - logsumexp(x)", VECTORS),
]
DIFFERENT: list[tuple[str, str, str]] = [
    # by very little, or by a term that is lost beside a large one
    ("A*x + 1e-10*B*x", "A*x", ""),
    ("A + 1e-13*B", "A", SQUARES),
    ("A*(1 + 1e-14)", "A", SQUARES),
    ("inv(A)*(1 + 1e-14)", "inv(A)", SQUARES),
    ("softmax(x)*(1 + 10^(-15))", "softmax(x)", VECTORS),
    ("0.333333333333333*A", "A/3", SQUARES),
    ("3.14159265358979*x", "pi*x", VECTORS),
    ("10^14*tr(A*A') + tr(A)", "10^14*tr(A*A')", SQUARES),
    ("10^20*x + y", "10^20*x", VECTORS),
    ("10^60*x + y", "10^60*x", VECTORS),
    ("exp(50)*x + y/1000", "exp(50)*x", VECTORS),
    ("x + exp(-100)", "x", VECTORS),
    ("x.^1.0000000001", "x", "x: positive_vector(n)"),
    ("sin(s)/s + 1e-11*s", "sin(s)/s", "s: scalar"),
    # at some sizes only
    ("(n^2 - 5*n + 6)*A", "zeros(n,n)", SQUARES),
    ("(n-1)*(n-2)*(n-3)*(n-4)*(n-5)*A", "zeros(n,n)", SQUARES),
    ("band(A, 5, 5)", "A", SQUARES),
    ("A^2 - tr(A)*A + det(A)*eye(n)", "zeros(n,n)", SQUARES),
    ("(m - n)*(m - n + 1)*(m - n - 1)*X", "zeros(m,n)", TALL),
    ("sum(x)", "sum(i in 1..5, x[i])", VECTORS),
    ("0^((m - n)^2)*X", "zeros(m,n)", TALL),
    # on one side, or for some values only
    ("(k-1)*(k-2)*(k-3)*s", "0", "k: integer, s: scalar"),
    (
        "f(s+4) - 4*f(s+3) + 6*f(s+2) - 4*f(s+1) + f(s)",
        "0",
        "f: elementwise, s: scalar",
    ),
    ("abs(x'*A*x)", "-x'*A*x", "A: hurwitz(n), x: vector(n)"),
    ("tanh(10^8*s)", "sign(s)", "s: scalar"),
    ("abs(det(A))", "det(A)", SQUARES),
    ("sqrtm(A*A)", "A", SQUARES),
    ("log(exp(s)) + relu(s - 400)", "s", "s: scalar"),
    ("lambda_max(S)", "norm_spec(S)", VECTORS),
]


@pytest.mark.parametrize(("one", "where"), ZERO)
def test_what_is_zero_is_told_so(one: str, where: str) -> None:
    assert mc.equivalent(one, "0", where).holds


@pytest.mark.parametrize(("one", "other", "where"), DIFFERENT)
def test_what_differs_somewhere_is_refuted(one: str, other: str, where: str) -> None:
    verdict = mc.equivalent(one, other, where or None)
    assert verdict.status == "refuted"
    assert verdict.counterexample is not None


def test_verified_says_how_closely_it_was_looked_at() -> None:
    exact = mc.equivalent("adj(A*B)", "adj(B)*adj(A)", SQUARES).reason
    assert "exactly at 3 (by chance at these sizes: below 10^-27)" in exact and "6 sizes" in exact
    assert "chance" not in mc.equivalent("max(x)", "-min(-x)", VECTORS).reason
    assert "to 90 digits at one" in mc.equivalent("expm(A)*expm(-A)", "eye(n)", SQUARES).reason


@pytest.mark.parametrize(
    ("f", "claim"),
    [
        ("logdet(X*X')", "2*X*inv(X'*X)"),
        ("tr(inv(X'*X))", "-2*inv(X*X')^2*X"),
        ("det(X*X')", "2*det(X*X')*X*inv(X'*X)"),
    ],
)
def test_a_claim_that_lives_at_equal_sizes_only_is_refuted(f: str, claim: str) -> None:
    verdict = mc.check(f, "X", claim, where="X: matrix(m,n)")
    assert verdict.status == "refuted" and "and the claim has none" in verdict.reason
    assert "no value" in str(verdict.counterexample)


@pytest.mark.parametrize("f", ["perron(X)", "cond(X)", "signm(X)", "lambda_max(A,M)"])
def test_a_small_error_passes_in_no_operation(f: str) -> None:
    assert mc.equivalent(f, f"{f}*(1 + 1e-9)").status == "refuted"


REAL = [
    ("tr(H*M)", "H", "M", "H: hpd(n); M: hermitian(n)"),
    ("det(Z'*Z)", "Z", "2*det(Z'*Z)*Z*inv(Z'*Z)", "Z: complex_matrix(m,n)"),
    ("log(det(Z'*Z))", "Z", "2*Z*inv(Z'*Z)", "Z: complex_matrix(m,n)"),
]


@pytest.mark.parametrize(("f", "name", "claim", "where"), REAL)
def test_what_is_real_of_hermitian_matrices_has_a_gradient(
    f: str, name: str, claim: str, where: str
) -> None:
    assert mc.check(f, name, claim, where=where).holds


def test_a_claim_judged_as_a_wirtinger_derivative_unasked_is_told_so() -> None:
    verdict = mc.check("det(Z)", "Z", "2*adj(Z).'", where="Z: complex_matrix(n,n)")
    assert verdict.status == "refuted"
    assert verdict.reason.startswith("judged as the Wirtinger derivative: ")


def test_a_claim_that_is_off_by_rounding_size_gets_no_hint_of_a_slip() -> None:
    assert mc.equivalent("A + 1e-10*A^2", "A", SQUARES).hint == ""
