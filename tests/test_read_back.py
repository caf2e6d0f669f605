"""What an answer prints is read back, with the declarations of the problem, as the same node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import matcalc as mc
from matcalc.expressions.nodes import Node
from tests.calculus.problems import MAPS, SCALARS

WHERE = (
    "A: matrix(m,n), B: matrix(n,p), C: matrix(m,n), X: square(n), Y: square(n), S: spd(n), "
    "R: symmetric(n), D: matrix(3,4), x: vector(n), y: vector(n), z: vector(m), v: vector(4), "
    "q: positive_vector(n), s: scalar, t: positive, k: integer, h: positive_vector(p)"
)
SCALAR_VALUES = {
    "X": [
        "tr(X^5)", "tr(X^17)", "tr(X^-17)", "tr(X^k)", "x'*X^k*y", "x'*X^17*y", "det(X)", "X[1,n]",
        "logdet(X*S*X')", "sum(X[1:2,:].^2)", "sum(X[:,2:n])", "tr(inv(X)*S)", "tr(expm(X)*Y)",
        "norm2(X)^2/n", "n*tr(X)", "tr(X)^n", "(2*n + 1)*sum(X)", "sum(X)/(n*m)", "mean(X)",
        "sum(i in 1..n, X[i,i]^2)", "sum(i in 1..n, sum(j in 1..n, X[i,j]*x[i]*y[j]))",
        "sum(i in 1..n, sum(j in 1..i, X[i,j]^2))", "prod(i in 1..n, X[i,i])", "s^n*tr(X)^3",
        "norm2(kron(X, Y))^2", "tr(kron(X, Y)*kron(Y, X))", "vec(X)'*vec(Y)", "tr(X .* Y*X)",
        "norm2(reshape(X, n^2, 1))^2", "sum(cumsum(X*x))", "exp(-tr(X'*X)/2)/(2*pi)^(n/2)",
        "log(exp(-(x - y)'*X*(x - y)/2)*s + 1)", "-(x - X*y)'*S*(x - X*y)/2", "-tr(X - Y)*tr(X)",
        "tr([X, Y; Y, X]*[X, X; Y, Y])", "x'*X'*X*x/(x'*x)",
    ],
    "x": [
        "x'*X*x", "-(x - y)'*S*(x - y)/2", "exp(-(x - y)'*S*(x - y)/2)/sqrt(det(2*pi*S))",
        "sum(softmax(x).*y)", "logsumexp(x - max(x))", "x[1]*x[n]", "x[k]^2",
        "sum(x[2:n] - x[1:n-1])",
        "n*norm2(x)", "norm2(x)^n", "sum(x)/n", "sum(1 ./ x)",
        "sum(i in 1..n-1, (x[i+1] - x[i])^2)",
        "sum(i in 1..n, sum(j in i+1..n, (x[i] - x[j])^2))", "sum(x.^k)", "sum((x.*y).^(1/3))",
        "norm2(A*x - z)^2/(2*m)", "sum(log(1 + exp(-y.*x)))", "x'*S^0.5*x", "x'*S^-1.5*x",
        "sum(x + s)",
        "norm2(x*x' - X)^2", "sum(basis(1,n).*x)", "sqrt(1 + x'*x)", "(1 + norm2(x)^2)^(-1/2)",
        "-(2*x - y)'*z[1]*x", "(y - x)'*(y - x)*(s - 1)",
    ],
    "S": ["tr(S^0.5)", "tr(S^2.5*R)", "logdet(S)", "x'*inv(S)*y", "tr(S^s)", "det(S)^(1/n)"],
    "s": ["tr(S^s)", "s^n*x'*y", "sum(i in 1..n, s^i)", "tr(X^k)*s^k", "sum(x.^s)", "m*n*s^2"],
    "D": ["sum(D[1:2,2:3].^2)", "D[3,4]^2", "norm2(D[2,:])^2", "sum(D[:,1] .* D[:,4])"],
    "C": ["m*norm2(C)^2", "norm2(C)^2*tr(eye(m))/n", "norm2(C - z*x')^2*(m - 1)", "sum(C*ones(n))"],
}  # fmt: skip
PROBLEMS = (
    [(text, wrt, WHERE) for wrt, texts in SCALAR_VALUES.items() for text in texts]
    + [(text, wrt, where) for text, (wrt, where) in SCALARS.items()]
    + [(text, wrt, where) for text, (wrt, where) in MAPS.items()]
)


def answers(text: str, wrt: str, where: str) -> Iterator[tuple[str, Node]]:
    """Everything that is printed of a problem, by what was asked, with all its declarations."""
    value = mc.jacobian(text, wrt, where)
    declared = ", ".join([where, *(a for a in value.assumptions if ": " in a and ";" not in a)])
    yield declared, mc.parse(text, where)
    yield declared, value.value
    variable = next(s for s in mc.symbols(declared) if s.name == wrt)
    kind = "scalar" if variable.shape.is_scalar else f"matrix({variable.shape.rows},"
    kind += "" if variable.shape.is_scalar else f"{variable.shape.columns})"
    direction = f"{declared}, V9: {kind}"
    yield direction, mc.differential(text, wrt, where)("V9")
    if value.value.shape.rows == mc.parse("1").shape.rows:
        yield declared, mc.gradient(text, wrt, where).value
        yield declared, mc.hessian(text, wrt, where).value


@pytest.mark.parametrize(("text", "wrt", "where"), PROBLEMS)
def test_an_answer_is_read_back(text: str, wrt: str, where: str) -> None:
    for declared, value in answers(text, wrt, where):
        assert mc.parse(str(value), declared) is value


@pytest.mark.parametrize(
    "text",
    ["exp(-(a - b)'*inv(S)*(a - b)/2)", "-(s - t)*A", "-(a - b)'*A + b'", "A*(-(a - b))*s"],
)
def test_a_sign_before_a_product_is_that_of_the_product(text: str) -> None:
    declarations = "a: vector(n), b: vector(n), S: spd(n), A: square(n), s: scalar, t: scalar"
    node = mc.parse(text, declarations)
    assert mc.parse(str(node), declarations) is node
    assert "-((" not in str(node)


def test_a_typed_sign_stays_where_it_was() -> None:
    text = "exp(-(a - b)'*inv(S)*(a - b)/2)"
    assert str(mc.parse(text, "a: vector(n), b: vector(n), S: spd(n)")) == text
