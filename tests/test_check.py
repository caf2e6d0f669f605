"""Formulas worked out by hand: proved, verified, refuted with the slip named, or undecided."""

from __future__ import annotations

import json

import numpy as np
import pytest

import matcalc as mc
from matcalc.cli import main

pytestmark = pytest.mark.usefixtures("both_oracles")
LEAST_SQUARES = "norm2(A*X - B)^2"
X_IS_SPD = "X: spd(n)"


@pytest.mark.parametrize(
    ("f", "wrt", "claim", "where"),
    [
        (LEAST_SQUARES, "X", "2*A'*(A*X - B)", None),
        (LEAST_SQUARES, "X", "2*A'*A*X - 2*A'*B", None),
        ("x'*A*x", "x", "A*x + A'*x", None),
        ("x'*A*x", "x", "2*A*x", "A: symmetric(n)"),
        ("A^2", "A", "dA*A + A*dA", None),
        ("A^2", "A", "kron(eye(n), A) + kron(A', eye(n))", "A: square(n)"),
        ("tr(A)", "A", "I", None),
        ("logdet(A) + tr(A^-1*X)", "A", "(A^-1 - A^-1*X*A^-1)'", None),
        ("R = A*x - b; R'*R", "x", "2*A'*R", None),
        ("det(A)", "A", "tr(adj(A)*dA)", None),
    ],
)
def test_right_formulas_are_proved(f: str, wrt: str, claim: str, where: str | None) -> None:
    assert mc.check(f, wrt, claim=claim, where=where).status == "proved"


@pytest.mark.parametrize(
    ("f", "wrt", "claim"),
    [
        ("norm_nuc(X)", "X", "X*inv(sqrtm(X'*X))"),
        ("logsumexp(x)", "x", "exp(x)/sum(exp(x))"),
    ],
)
def test_right_formulas_without_a_proof_are_verified(f: str, wrt: str, claim: str) -> None:
    verdict = mc.check(f, wrt, claim=claim)
    assert verdict.holds and "agree" in verdict.reason


def test_a_proof_says_where_it_holds() -> None:
    verdict = mc.check("det(A)", "A", claim="det(A)*tr(inv(A)*dA)")
    assert verdict.status == "proved" and verdict.reason.endswith("where A invertible")


@pytest.mark.parametrize(
    ("f", "wrt", "claim", "where", "slip"),
    [
        (LEAST_SQUARES, "X", "A'*(A*X - B)", None, "a factor 2 is missing"),
        (LEAST_SQUARES, "X", "4*A'*(A*X - B)", None, "2 times"),
        (LEAST_SQUARES, "X", "2*A'*(B - A*X)", None, "sign"),
        (LEAST_SQUARES, "X", "2*(A*X - B)'*A", None, "layout"),
        ("logdet(X)", "X", "inv(X)", None, "transpose"),
        ("x'*A*x", "x", "2*A*x", None, "right only where A is symmetric"),
        ("x'*A*x", "x", "A*x", None, "the term A'*x is missing"),
        ("X'*X", "X", "2*X'*dX", None, "symmetrisation"),
        ("A^2", "A", "2*A*dA", None, "A and dA commute"),
        ("inv(A)", "A", "-inv(A)^2*dA", None, "A and dA commute"),
        ("logdet(X)", "X", "2*inv(X) - diag(diag(inv(X)))", X_IS_SPD, "diag(G)"),
        ("A*x", "x", "A'", None, "layout"),
        ("inv(A)", "A", "kron(inv(A)', inv(A))", None, "sign"),
        ("x'*x", "x", "zeros(n)", "x: vector(n)", "zero"),
        ("A^2", "A", "A", None, "dA"),
    ],
)
def test_wrong_formulas_are_refuted_and_the_slip_named(
    f: str, wrt: str, claim: str, where: str | None, slip: str
) -> None:
    verdict = mc.check(f, wrt, claim=claim, where=where)
    assert verdict.status == "refuted" and slip in verdict.hint
    assert f"hint: {verdict.hint}" in str(verdict)


def test_the_first_story_of_the_course() -> None:
    verdict = mc.check("A^2", "A", claim="2*A*dA")
    assert verdict.reason.endswith("is dA*A - A*dA")
    assert verdict.hint == "right only where A and dA commute"
    point = verdict.counterexample
    assert point is not None
    A, dA = point.values["A"], point.values["dA"]
    assert A.shape == (2, 2) and np.array_equal(A, A.round())
    assert np.allclose(point.expected, A @ dA + dA @ A)
    assert np.allclose(point.found, 2 * A @ dA)


@pytest.mark.parametrize("claim", ["A*dA*dA", "A*dA + dA*A + A", "norm2(dA)*A"])
def test_a_claim_about_the_differential_is_linear(claim: str) -> None:
    verdict = mc.check("A^2", "A", claim=claim)
    assert verdict.status == "refuted"


def test_a_counterexample_has_the_declared_structure() -> None:
    verdict = mc.check("logdet(X)", "X", claim="X", where="X: spd(n)")
    assert verdict.counterexample is not None
    X = np.asarray(verdict.counterexample.values["X"])
    assert np.array_equal(X, X.T) and np.linalg.eigvalsh(X).min() > 0


def test_complex_values_decide() -> None:
    where = "z: complex_vector(n), w: complex_vector(n)"
    verdict = mc.equivalent("z + w", "w + 2*z", where=where)
    assert verdict.status == "refuted" and verdict.counterexample is not None
    assert np.iscomplexobj(verdict.counterexample.values["z"])
    where = "X: complex_matrix(n,m), A: complex_matrix(n,m)"
    assert mc.check("re(tr(A'*X))", "X", claim="A", where=where).status == "proved"
    assert "conjugate" in mc.check("re(tr(A'*X))", "X", claim="conj(A)", where=where).hint


MAPS_OVER_THE_COMPLEX_NUMBERS = [  # what is right, and what its real parts do not tell from it
    ("exp(z)", "z: complex_scalar", "exp(z)*dz", "conj(exp(z)*dz)"),
    ("A*Z", "A: complex_matrix(m,n), Z: complex_matrix(n,k)", "A*dZ", "conj(A*dZ)"),
    ("A*Z", "A: complex_matrix(m,n), Z: complex_matrix(n,k)", "A*dZ", "re(A*dZ)"),
    ("tr(A*Z)", "A: complex_matrix(m,n), Z: complex_matrix(n,m)", "tr(dZ*A)", "conj(tr(A*dZ))"),
    ("det(Z)", "Z: complex_matrix(n,n)", "tr(adj(Z)*dZ)", "re(tr(adj(Z)*dZ))"),
    ("norm2(Z)^2", "Z: complex_matrix(m,n)", "2*re(tr(Z'*dZ))", "2*tr(Z'*dZ)"),
    ("logdet(Z)", "Z: complex_matrix(n,n)", "re(tr(inv(Z)*dZ))", "tr(inv(Z)*dZ)"),
    ("re(Z)", "Z: complex_matrix(m,n)", "re(dZ)", "dZ"),
    ("c*x", "c: complex_scalar, x: vector(n)", "c*dx", "conj(c)*dx"),
    ("re(c'*x)", "c: complex_vector(n), x: vector(n)", "re(c'*dx)", "c'*dx"),
    ("x'*x", "x: vector(n)", "2*x'*dx", "2*x'*dx + imaginary_unit()*sum(dx)"),
]


@pytest.mark.parametrize(("f", "where", "right", "wrong"), MAPS_OVER_THE_COMPLEX_NUMBERS)
def test_imaginary_parts_of_a_differential_decide(
    f: str, where: str, right: str, wrong: str
) -> None:
    (wrt,) = {"z", "Z", "x"} & {line.split(":")[0].strip() for line in where.split(",")}
    assert mc.check(f, wrt, claim=f"df = {right}", where=where).status == "proved"
    assert mc.check(f, wrt, claim=f"df = {wrong}", where=where).status == "refuted"


def test_equivalent() -> None:
    assert mc.equivalent("tr(A*B)", "tr(B*A)").status == "proved"
    assert mc.equivalent("(A + B)*(A + B)", "A^2 + A*B + B*A + B^2").status == "proved"
    assert mc.equivalent("det(A*B)", "det(A)*det(B)", "A: square(n), B: square(n)").holds
    assert "commute" in mc.equivalent("(A + B)^2", "A^2 + 2*A*B + B^2").hint
    assert mc.equivalent("x'*x", "x*x'").status == "refuted"
    A, B = mc.symbols("A: square(n), B: square(n)")
    assert mc.equivalent(A @ B, "A*B").holds and mc.equivalent("B*A", A @ B).status == "refuted"
    assert mc.equivalent(mc.jacobian("A*x", "x").value, "A").holds


@pytest.mark.parametrize("claim", ["A*", "2*Q*x", "f(x"])
def test_a_claim_that_cannot_be_read_is_an_error(claim: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.check("x'*A*x", "x", claim=claim)


def test_the_same_seed_gives_the_same_verdict() -> None:
    one, other = (str(mc.check("tr(A^3)", "A", claim="A^2", seed=5)) for _ in range(2))
    assert one == other


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", LEAST_SQUARES, "--wrt", "X", "--claim", "2*A'*(A*X - B)"]) == 0
    assert capsys.readouterr().out.startswith("proved")
    assert main(["check", LEAST_SQUARES, "--wrt", "X", "--claim", "-A'*B", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "refuted" and found["counterexample"]["values"]["A"]
    assert main(["check", LEAST_SQUARES, "--wrt", "X", "--claim", "Q"]) == 2
    assert main(["check", LEAST_SQUARES, "--wrt", "X"]) == 2


SIGMOID = "def s(t) = 1/(1 + exp(-t))"
SAME = [
    (f"{SIGMOID}\nsum(s(x))", "sum(sigmoid(x))"),
    ("sum(sigmoid(x))", f"{SIGMOID}; sum(s(x))"),
    (f"{SIGMOID}; s(x)'*y", "def g(t) = exp(t)/(1 + exp(t)); y'*g(x)"),
    (f"{SIGMOID}; s(x)'*y", "y'*s(x)"),
    ("R = A*X - B; norm2(R)^2", "S = A*X - B; tr(S'*S)"),
    ("R = A*X - B; norm2(R)^2", "R = B - A*X; tr(R*R')"),
    ("R = A*X - B; norm2(R)^2", "tr(R'*R)"),
    ("c'*inv(A)*b", "x solves A*x = b; c'*x"),
    ("x solves A*x - b = 0; c'*x", "y solves A'*y = c; y'*b"),
    ("x solves A*x - b = 0; c'*x", "x solves 2*A*x = b; 2*c'*x"),
    ("sum(x.^2)", "x'*x where x: vector(3)"),
]
DIFFERENT = [
    ("def s(t) = t^2; sum(s(x))", "def s(t) = t^3; sum(s(x))"),
    ("R = A*X - B; norm2(R)^2", "R = A*X + B; norm2(R)^2"),
    ("x solves A*x = b; c'*x", "x solves A'*x = b; c'*x"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_both_of_two_expressions_may_bring_statements(first: str, second: str) -> None:
    assert mc.equivalent(first, second).holds
    assert mc.equivalent(second, first).holds


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_a_name_of_both_is_what_each_says_that_it_is(first: str, second: str) -> None:
    assert mc.equivalent(first, second).status == "refuted"


def test_an_expression_made_in_python_is_compared_with_a_text_with_statements() -> None:
    f = mc.parse("norm2(A*x - b)^2")
    assert mc.equivalent(f, "r = A*x - b; r'*r").holds
    assert mc.equivalent("r = b - A*x; r'*r", f).holds
    assert not mc.equivalent(f, "r = b + A*x; r'*r").holds


CLAIMS = [
    (f"{SIGMOID}; sum(s(x))", "x", "s(x).*(1 - s(x))"),
    ("sum(softplus(x))", "x", f"{SIGMOID}; s(x)"),
    ("def q(t) = eps*t^2; sum(q(x))", "x", "def q(t) = 2*eps*t; q(x)"),
    ("norm2(A*x - b)^2", "x", "r = A*x - b; 2*A'*r"),
    ("norm2(A*x - b)^2", "x", "r = A*x - b; 2*r'*A*dx"),
    ("r = A*x - b; norm2(r)^2", "x", "r = 2*(A*x - b); A'*r"),
    ("c'*inv(A)*b", "b", "y solves A'*y = c; y"),
    ("x solves A*x = b; c'*x", "A", "y solves A'*y = c; -y*x'"),
    ("x solves A*x = b; c'*x", "b", "x solves A'*x = c; x"),
]


@pytest.mark.parametrize(("f", "wrt", "claim"), CLAIMS)
def test_a_claim_may_bring_statements_and_use_those_of_f(f: str, wrt: str, claim: str) -> None:
    assert mc.check(f, wrt, claim).holds
    assert mc.check(f, wrt, f"{claim} + {claim.rpartition(';')[2]}").status == "refuted"


@pytest.mark.parametrize(("f", "wrt"), {(f, wrt): None for f, wrt, _ in CLAIMS})
def test_what_claims_are_held_against_is_the_derivative(f: str, wrt: str) -> None:
    assert mc.gradient(f, wrt).verify(samples=4).passed


def test_a_claim_cannot_redefine_a_variable_of_f() -> None:
    with pytest.raises(mc.MatcalcError, match="cannot be defined here"):
        mc.check("norm2(A*x - b)^2", "x", "b = A*x; 2*A'*b")


def test_a_claim_cannot_declare() -> None:
    with pytest.raises(mc.MatcalcError, match="declarations are not expected here"):
        mc.check("x'*A*x", "x", "2*A*x where A: symmetric(n)")


def test_a_name_that_was_inferred_is_not_said_to_be_declared() -> None:
    verdict = mc.check(LEAST_SQUARES, "X", "A'*X'*B")
    assert verdict.status == "refuted" and "A is matrix(m, n)" in verdict.hint
    assert "declared" not in str(verdict)
