"""The shape of a claim tells what it is about; one that fits nothing is refuted, and repaired."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.cli import main

FIT = "norm2(A*x - b)^2"


@pytest.mark.parametrize(
    ("f", "wrt", "claim", "kind", "wrong"),
    [
        ("x'*A*x", "x", "A + A'", "Hessian", "2*A"),
        ("x'*x", "x", "2*I", "Hessian", "3*eye(n)"),
        ("sum(exp(x))", "x", "diag(exp(x))", "Hessian", "exp(x)*exp(x)'"),
        ("norm2(A*X - B)^2", "X", "2*kron(eye(p), A'*A)", "Hessian", "2*kron(A'*A, eye(p))"),
        (FIT, "x", "2*A'*A*dx", "Hessian", "2*A*A'*dx"),
        (FIT, "x", "2*(A*x - b)'*A", "Jacobian", "(A*x - b)'*A"),
        (FIT, "x", "2*dx1'*A'*A*dx2", "derivative", "dx1'*A'*A*dx2"),
        ("z'*A*z", "z", "A.'*conj(z)", "Wirtinger derivative", "A*z"),
    ],
)
def test_the_shape_of_a_claim_tells_what_it_is_about(
    f: str, wrt: str, claim: str, kind: str, wrong: str
) -> None:
    where = "A: complex_matrix(n,n), z: complex_vector(n)" if wrt == "z" else None
    verdict = mc.check(f, wrt, claim, where, samples=6)
    assert verdict.holds and verdict.answer.kind.in_words == kind
    said = kind in ("Hessian", "Jacobian")
    assert verdict.reason.startswith(f"judged as the {kind}: ") is said
    if "eye" not in wrong:
        assert mc.check(f, wrt, wrong, where, samples=6).status == "refuted"


def test_what_is_said_of_a_claim_is_not_guessed() -> None:
    verdict = mc.check("x'*A*x", "x", "A + A'", of="gradient")
    assert verdict.status == "refuted" and "n x n" in verdict.reason
    assert mc.check("x'*A*x", "x", "df/dx = A + A'").status == "refuted"


MISFITS = [  # a claim, whose shapes do not fit outwardly or within, and the hint
    (FIT, "x", "2*A*(A*x - b)", "`2*A'*(A*x - b)` fits, and is right"),
    (FIT, "x", "2*(A*x - b)*A'", "`2*A'*(A*x - b)` fits, and is right"),
    (FIT, "x", "A*(A*x - b)", "`A'*(A*x - b)` fits; then: a factor 2 is missing"),
    (FIT, "x", "r = A*x - b; 2*A*r", "`r = A*x - b; 2*A'*r` fits, and is right"),
    (FIT, "x", "2*A @ (A @ x - b)", "`2*A.T @ (A @ x - b)` fits, and is right"),
    ("sum(x.^3)", "x", "3*x^2", "`3*x.^2` fits, and is right"),
    ("sum(x.^3)", "x", "x^2", "`x.^2` fits; then: a factor 3 is missing"),
    ("sum(log(1 + x.^2))", "x", "2*x/(1 + x^2)", "`2*x./(1 + x.^2)` fits, and is right"),
    ("tr(X'*A*X)", "X", "A*X'", "`A*X` fits; then: "),
    ("sum(exp(A*x))", "x", "exp(A*x)*A", "`(exp(A*x)'*A)'` fits, and is right"),
    (FIT, "x", "2*A'*A*x - b", "`2*A'*A*x - A'*b` fits; then: a factor 2 is missing"),
    ("tr(G'*X*W)", "W", "X'*W", "`X'*G` fits, and is right"),
    ("x'*A'*A*x + x'*x", "x", "2*(A'*A + eye(m))*x", "`2*(A'*A + eye(n))*x` fits, and is right"),
    (FIT, "x", "2*(Ax - b)*A", "`(2*(Ax - b)'*A)'` fits, and is right"),
    ("A*X*B", "X", "A'*B'", "A is matrix(m, n); B is matrix(p, q)"),
    ("x'*A*x", "x", "df/dx = A + A'", "the claim is the Hessian"),
    ("t^3 + a", "t", "6*t", "the claim is the Hessian"),
]


@pytest.mark.parametrize(("f", "wrt", "claim", "hint"), MISFITS)
def test_a_claim_that_does_not_fit_is_refuted_and_repaired(
    f: str, wrt: str, claim: str, hint: str
) -> None:
    verdict = mc.check(f, wrt, claim, "t: scalar, a: scalar" if wrt == "t" else None, samples=6)
    assert verdict.status == "refuted" and verdict.hint.startswith(hint), str(verdict)
    assert verdict.right is verdict.answer.value and "right is:" in str(verdict)


SYSTEM = "[x[1]; x[2] + c*x[1]^2]"
BY_HAND = "[1, 0; 2*c*x[1], 1]"


@pytest.mark.parametrize(
    ("f", "wrt", "claim", "where", "status", "part"),
    [
        (SYSTEM, "x", BY_HAND, None, "proved", "taken for n = 2: "),
        (SYSTEM, "x", "[1, 0; c*x[1], 1]", None, "refuted", "taken for n = 2: "),
        (SYSTEM, "x", BY_HAND, "x: vector(n)", "refuted", "hint: right only where n = 2"),
        ("det(A)", "A", "tr(A)*eye(2) - A'", None, "verified", "taken for n = 2: "),
        ("det(A)", "A", "tr(A)*eye(2) - A'", "A: square(k)", "refuted", "right only where k = 2"),
        ("logdet(X)", "X", "1/det(X)", None, "refuted", "the claim is 1 x 1"),
        ("mean(x)", "x", "ones(d)/d", "x: vector(n)", "proved", ""),
        ("norm2(A*x)^2", "x", "2*(A'*A + I_d)*x", None, "refuted", "counterexample"),
        ("A*X", "X", "kron(eye(q), A)", None, "proved", ""),
    ],
)
def test_sizes_that_nobody_declared_are_those_of_the_claim(
    f: str, wrt: str, claim: str, where: str | None, status: str, part: str
) -> None:
    verdict = mc.check(f, wrt, claim, where, samples=6)
    assert verdict.status == status and part in str(verdict), str(verdict)


def test_zero_has_every_shape() -> None:
    assert mc.check("tr(A) - tr(A')", "A", "0").status == "proved"
    assert mc.check("tr(A*A)", "A", "0").status == "refuted"
    verdict = mc.check("x'*A*x", "x", "0", of="hessian")
    assert verdict.status == "refuted" and "0 is taken as zeros(n, n)" in verdict.reason
    cayley_hamilton = "A^2 - tr(A)*A + det(A)*eye(2)"
    assert mc.equivalent(cayley_hamilton, "0").holds and mc.equivalent("0", cayley_hamilton).holds
    assert mc.equivalent("A*B - B*A", "0", "A: square(n), B: square(n)").status == "refuted"
    assert mc.equivalent("x*x'", "zeros(n)", "x: vector(n)").status == "refuted"


def test_a_claim_speaks_of_the_sizes_that_f_tells() -> None:
    claim = "det([ones(n), v, v.^2])*(ones(n,n)./(v*ones(n)' - ones(n)*v' + eye(n)) - eye(n))"
    assert mc.check("det([ones(n), v, v.^2])", "v", f"{claim}*ones(n)", "v: vector(n)").holds
    assert mc.check("logdet(unvech(v) + 9*eye(n))", "v", "0*vech(eye(n))").status == "refuted"


def test_the_exit_status_tells_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["check", "sum(x.^3)", "--wrt", "x", "--claim"]
    assert main([*asked, "3*x.^2"]) == 0
    assert main([*asked, "3*x^2"]) == 1
    assert "hint: `3*x.^2` fits, and is right" in capsys.readouterr().out
    assert main([*asked, "3*x.^"]) == 2
    assert main([*asked, "x*sqrt(-norm2(x))"]) == 3
    assert main(["check", "sum(x.^3)*y", "--wrt", "x", "--claim", "q*x"]) == 2


def test_how_a_claim_was_read_stands_in_the_verdict() -> None:
    found = mc.check(FIT, "x", claim="2*A.T*(A@x-b)")
    assert found.holds and "NumPy reads this as" in found.reason
    assert "NumPy" not in mc.check(FIT, "x", claim="2*A'*(A*x - b)").reason
    wrong = mc.equivalent("sum(x)/n", "mean(x)")
    assert str(wrong).endswith("assumed: n: scalar, x: vector(m)")


@pytest.mark.parametrize(
    ("one", "other"), [("inv(inv(A))", "A"), ("A", "A^1"), ("sym(A) + skew(A)", "A")]
)
def test_what_one_side_needs_is_taken_for_the_other(one: str, other: str) -> None:
    assert mc.equivalent(one, other)
