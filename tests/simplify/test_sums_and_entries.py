"""Identities whose left side is a sum or an entrywise product: found in any order, among others."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.simplify.rewriting import simplify

WHERE = (
    "t: scalar, s: scalar, x: vector(n), y: vector(n), Z: matrix(m,n), C: matrix(m,n), "
    "D: matrix(m,n), A: square(m), F: square(m), Q: symmetric(m), B: square(n)"
)
SHORTER = {
    "cosh(t)^2 - sinh(t)^2": "1",
    "sinh(t)^2 - cosh(t)^2": "-1",
    "s + 3*cos(t)^2 + 3*sin(t)^2": "s + 3",
    "cos(s*t)^2 + tr(A) + sin(s*t)^2": "tr(A) + 1",
    "cosh(Z).^2 - sinh(Z).^2 + D": "D + 1",
    "det([cosh(t), sinh(t); sinh(t), cosh(t)])": "1",
    "det(eye(n) + x*y')": "x'*y + 1",
    "Z .* D .* heaviside(Z)": "D.*relu(Z)",
    "(C*B) .* heaviside(C*B) .* D": "D.*relu(C*B)",
    "heaviside(Z - D) .* C .* relu(Z - D)": "C.*relu(Z - D)",
    "t*heaviside(t)*Z": "relu(t)*Z",
    "exp(x)/sum(exp(x))": "softmax(x)",
    "log(sum(exp(x)))": "logsumexp(x)",
    "D .* exp(Z) .* ((1 ./ (exp(Z)*ones(n)))*ones(1, n))": "D.*softmax(Z)",
    "inv(kron(eye(n), A) + kron(B, eye(m)))*vec(C)": "vec(sylvester(A, B', C))",
    "inv(kron(B - B', eye(m)) + kron(eye(n), A*A))'*vec(C)": "vec(sylvester(A'^2, B - B', C))",
    "vec(C)'*inv(kron(eye(n), A) + kron(B, eye(m)))": "vec(sylvester(A', B, C))'",
    "D .* exp(Z) .* ((1 ./ (exp(D)*ones(n)))*ones(1, n))": "diag(1./(exp(D)*ones(n)))*(D.*exp(Z))",
    "sylvester(A - F, A' - F', Q)'": "sylvester(A - F, A' - F', Q)",
}
KEPT = [
    "cosh(t)^2 + sinh(t)^2",
    "cosh(t)^2 - sinh(s)^2",
    "2*cos(t)^2 + sin(t)^2",
    "Z .* heaviside(D)",
    "inv(kron(eye(n), A) + kron(B, eye(m)) + eye(m*n))*vec(C)",
    "inv(kron(eye(n), A) - kron(B, eye(m)))*vec(C)",
    "sylvester(A, F, Q)'",
]


@pytest.mark.parametrize("text", SHORTER)
def test_shorter(text: str) -> None:
    assert str(simplify(mc.parse(text, WHERE))) == SHORTER[text]


@pytest.mark.parametrize("text", KEPT)
def test_kept(text: str) -> None:
    expression = mc.parse(text, WHERE)
    assert simplify(expression) is expression


def test_blocks_of_an_outer_product() -> None:
    where = "B: matrix(p,q), P: matrix(p,m), Q: matrix(q,n), A: matrix(m,n)"
    left = mc.parse("kron_left(B, vec(P)*vec(Q)', m, n)", where)
    right = mc.parse("kron_right(A, vec(P)*vec(Q)', p, q)", where)
    assert str(simplify(left)) == "P'*B*Q"
    assert str(simplify(right)) == "P*A*Q'"


def test_gradients_through_the_kronecker_form_of_a_lyapunov_equation() -> None:
    where = "A: square(n), B: matrix(n,m), F: matrix(k,n)"
    text = "vec(F'*F)'*inv(kron(eye(n), A) + kron(A, eye(n)))*vec(B*B')"
    gradient = mc.gradient(text, "B", where)
    assert str(gradient.value) == "-2*lyap(A', F'*F)*B"
    assert gradient.verify().passed
