"""Lines as a lecturer writes them, each of which is true and follows from the one before."""

from __future__ import annotations

import pytest

import matcalc as mc
from tests.steps.derivations import Derivation

KINDS = (
    "X: matrix(n, m), A: spd(n), S: invertible(n), C: matrix(n^2, n^2), "
    "x: vector(n), y: vector(n), z: vector(n)"
)
LINES = {
    ("logdet(X'*A*X)", "X"): (
        "tr(inv(X'*A*X)*X'*A*dX) + tr(inv(X'*A*X)*dX'*A*X)    the trace is linear",
        "tr M = tr M'",
        "2*tr(inv(X'*A*X)*X'*A*dX)                            the trace is cyclic",
    ),
    ("y'*inv(S + x*x')*z", "x"): ("distributive law", "a scalar is its own transpose"),
    ("u solves S*u = y; z'*u", "S"): (
        "differentiate the equation: S*du + dS*u = 0",
        "inner(-v*u', dS)    with v solves S'*v = z (adjoint solution)    adjoint equation",
    ),
    ("logdet(A) + tr(S*A)", "A"): (
        "inner(S', dA)    definition of the dot product; A is symmetric: A' = A",
    ),
    ("x[1]^2*x[2]", "x"): ("= d(x[1]^2)*x[2] + dx[2]*x[1]^2", "<x[i], c> = <x, c*basis(i, n)>"),
    ("tr(C'*kron(A, S))", "S"): ("<kron(A, B), C> = <B, kron_right(A, C, p, q)>",),
    ("logdet(t*A + S) + t^2", "t"): ("= dt*(2*t + tr(inv(t*A + S)*A))           distributive law",),
}


@pytest.mark.parametrize(("text", "name"), LINES)
def test_the_lines_are_those_of_a_lecturer_and_follow(text: str, name: str) -> None:
    answer = mc.gradient(text, name, KINDS)
    assert Derivation.of(text, answer).complaints() == []
    assert [line for line in LINES[text, name] if line not in answer.text()] == []


def test_the_gradient_of_a_hessian_is_that_of_its_lines() -> None:
    """What is declared of X is used once the gradient is differentiated, whose entries are free."""
    answer = mc.hessian("logdet(X)", "X", "X: spd(n)")
    told = answer.text()
    assert "= inner(inv(X)', dX)" in told and "grad f = inv(X)'" in told
    assert "-inv(X)*dX'*inv(X)      X is symmetric: X' = X" in told
    assert Derivation.of("", answer).complaints() == []


def test_a_matrix_of_functions_is_differentiated_in_one_line() -> None:
    (line,) = mc.jacobian("[sin(t), 0; t, t^2]", "t").steps[:-1]
    assert str(line.after) == "[cos(t)*dt, 0; dt, 2*dt*t]"
    assert line.rule == "block by block; scalar chain rule"
