"""Answers in the words of books: each is what a textbook or a paper prints."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.questions.question import pose
from matcalc.questions.reading import problem_of

GRADIENTS = [
    ("tr(B*expm(t*A))", "t", "", "tr(A*expm(t*A)*B)"),
    ("tr(B*cosm(t*A))", "t", "", "-tr(A*sinm(t*A)*B)"),
    ("tr(B*sqrtm(t*A))", "t", "", "tr(B*sqrtm(t*A))/(2*t)"),
    ("logdet(eye(n) + inv(S)*K)", "K", "K: spd(n), S: spd(n)", "inv(S + K)"),
    ("sum(softplus(-M*s))", "s", "", "-M'*sigmoid(-M*s)"),
    ("a'*log(exp(X)*ones(n))", "X", "X: matrix(m,n)", "diag(a)*softmax(X)"),
    ("-vec(Q)'*inv(kron(eye(n), A) + kron(A, eye(n)))*vec(B)", "Q", "B: square(n)", "lyap(A, B)"),
    ("sqrt(x'*x)", "x", "x: vector(n)", "x/norm2(x)"),
    ("det(X'*A*X)", "X", "X: invertible(n)", "2*det(X)^2*det(A)*inv(X)'"),
    ("sum(svd_u(A)*diag(svdvals(A))*svd_v(A)')", "A", "A: matrix(m,n)", "ones(m, n)"),
    (
        "-y'*log(sigmoid(X*w)) - (1-y)'*log(1-sigmoid(X*w))",
        "w",
        "X: matrix(m,n), y: vector(m)",
        "X'*(sigmoid(X*w) - y)",
    ),
    ("sum(A.^B)", "A", "A: matrix(m,n), B: matrix(m,n)", "B.*A.^(B - 1)"),
    ("sum(A.^(2*B))", "B", "A: matrix(m,n), B: matrix(m,n)", "2*log(A).*A.^(2*B)"),
    ("x'*x/(1 + x'*x)", "x", "x: vector(n)", "2*x/(1 + x'*x)^2"),
    ("sum(x.^2./(1 + x.^2))", "x", "x: vector(n)", "2*x./(1 + x.^2).^2"),
    ("x'*[8, 4; 4, 80]*x/8", "x", "x: vector(2)", "[2, 1; 1, 20]*x"),
    ("w'*M*kron(w, w)", "w", "", "(kron(eye(n), w') + kron(w', eye(n)))*M'*w + M*kron(w, w)"),
    ("det(E)/det(E + H)", "E", "E: spd(n)", "det(E)*(inv(E) - inv(E + H)')/det(E + H)"),
    (
        "exp(-x'*inv(S)*x/2)/sqrt(det(2*pi*S))",
        "x",
        "S: spd(n)",
        "-exp(-x'*inv(S)*x/2)*inv(S)*x/sqrt(det(2*pi*S))",
    ),
    ("exp(s)/((2*pi)^n*det(S))", "s", "s: scalar, S: spd(n)", "exp(s)/((2*pi)^n*det(S))"),
    ("tr(inv(L*L')*S)", "L", "L: square(n), S: spd(n)", "-2*inv(L*L')*S*inv(L)'"),
    ("a'*unvech(v)*b", "v", "v: vector(6), a: vector(3)", "duplication(3)'*kron(b, a)"),
    ("log(abs(sin(t)))", "t", "t: scalar", "cos(t)/sin(t)"),
    (
        "norm2(F - F*inv(sqrtm(F'*F)))^2",
        "F",
        "F: square(3)",
        "2*F*(eye(3) - inv(sqrtm(F'*F)))",
    ),
    ("inv(X)[1, 2]", "X", "X: square(n)", "-inv(X)[1, :]'*inv(X)[:, 2]'"),
    ("log(1 + x'*P*x/v)", "x", "P: spd(n), v: positive", "2*P*x/(x'*P*x + v)"),
    ("sum((X.*(a*ones(1, n))).^2)", "X", "X: matrix(m,n)", "2*diag(a.^2)*X"),
    (
        "logdet(S*S') + x'*inv(S*S')*x",
        "S",
        "S: square(n)",
        "2*(inv(S)' - inv(S*S')*x*x'*inv(S)')",
    ),
]
JACOBIANS = [
    ("diag(x)*y", "x", "diag(y)"),
    ("A*diag(x)*y", "x", "A*diag(y)"),
    ("A'*X + X*A - X*G*X", "X", "kron(A' - X'*G', eye(n)) + kron(eye(n), A' - X*G)"),
    ("inv(Q)*q - S*inv(Q)*q", "Q", "kron(q'*inv(Q)', S*inv(Q) - inv(Q))"),
    ("tanh(W*h)", "W", "kron(h', diag(1 - tanh(W*h).^2))"),
    ("A*X'*b", "X", "kron(A, b')"),
    (
        "(X^3 - eye(n))*inv(X - eye(n))*y",
        "X",
        "kron(y' + y'*X', eye(n)) + kron(y', X)",
    ),
    ("[x[1]; x[2] + a*x[1]^2]", "x", "[[1, 0; 2*x[1]*a, 1], zeros(2, n - 2)]"),
]


@pytest.mark.parametrize(("f", "wrt", "where", "wanted"), GRADIENTS)
def test_a_gradient_has_no_word_to_be_looked_up(f: str, wrt: str, where: str, wanted: str) -> None:
    assert str(mc.gradient(f, wrt, where or None)) == wanted


@pytest.mark.parametrize(("f", "wrt", "wanted"), JACOBIANS)
def test_a_jacobian_has_none_either(f: str, wrt: str, wanted: str) -> None:
    assert str(mc.jacobian(f, wrt)) == wanted


def test_a_variable_in_two_blocks_of_a_symmetric_matrix() -> None:
    where = "A: spd(n), D: spd(m), B: matrix(n,m)"
    answer = mc.gradient("logdet([A, B; B', D])", "B", where)
    assert str(answer) == "2*inv([A, B; B', D])[1:n, 1 + n:m + n]"
    spd, low, b = np.diag([3.0, 4]), np.array([[5.0]]), np.array([[1.0], [2]])
    wanted = -2 * np.linalg.inv(spd) @ b / (low - b.T @ np.linalg.inv(spd) @ b)
    assert np.allclose(answer.compile()(A=spd, D=low, B=b), wanted)  # by the Schur complement


def test_a_hessian_is_over_one_denominator() -> None:
    """Of the pseudo-Huber loss."""
    answer = mc.hessian("sum(sqrt(1 + z.^2/d^2) - 1)", "z", "z: vector(n), d: scalar")
    assert str(answer) == "diag(1./(1 + z.^2/d^2).^(3/2))/d^2"
    found = answer.compile()(z=[1.0, 2.0, -3.0], d=2.0)
    assert np.allclose(found, np.diag((1 + np.array([1, 4, 9]) / 4) ** -1.5) / 4)


def test_the_hessian_of_an_entropy_is_over_one_denominator() -> None:
    answer = mc.hessian("p'*log(p) + (1 - p)'*log(1 - p)", "p", "p: vector(n)")
    assert str(answer) == "diag(1./((1 - p).*p))"
    assert np.allclose(answer.compile()(p=[0.5, 0.2]), np.diag([4, 6.25]))


def test_a_function_of_eigenvalues_is_one_of_the_matrix() -> None:
    f = "tr(B*eigvecs(A)*diag(exp(eigvals(A)))*eigvecs(A)')"
    answer = mc.gradient(f, "A", "A: symmetric(n), B: square(n)")
    assert str(answer) == "(frechet(expm, A, B) + frechet(expm, A, B)')/2"
    assert answer.compile()(A=[[2.0, 0], [0, 2]], B=[[0, 1], [0, 0]]) == pytest.approx(
        mc.evaluate("exp(2)*[0, 1; 1, 0]/2")
    )


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("kron_left(v, v, 1, 1)", "v: vector(p)", "v'*v"),
        ("B'*halved_tril(K)[:,1]", "B: matrix(n,p), K: skew(n)", "B'*tril(K)[:, 1]"),
        ("row_proj(K)", "K: skew(n)", "proj(K)"),
        ("signm(inv(s))", "s: scalar", "signm(1/s)"),
        ("proj_perp(P)*z", "P: invertible(n), z: vector(n)", "zeros(n)"),
        ("(z' + sum(i in 1..m, z'))*ones(m,1)", "z: vector(m)", "(1 + m)*sum(z)"),
    ],
)
def test_words_and_forms_of_answers_meet_identities(text: str, where: str, expected: str) -> None:
    problem = problem_of(text, where)
    formed = pose(problem, []).formed(problem.expression)
    assert str(formed) == expected
