"""Functions that a problem brings along: unknown ones, and those that it defines."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from tests.oracle import evaluate

RANDOM = np.random.default_rng(7)
A, x = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=2)


def gradient(f: str, wrt: str, where: str | None = None) -> mc.Answer:
    answer = mc.gradient(f, wrt, where)
    return answer


def test_an_unknown_function_stays_symbolic() -> None:
    g = gradient("sum(phi(A*x))", "x")
    assert str(g.value) == "A'*phi'(A*x)"
    assert "phi: an unknown elementwise function" in g.assumptions
    assert g.verify(samples=4).passed


@pytest.mark.parametrize(
    ("f", "wrt", "answer"),
    [
        ("phi(x'*A*x)", "x", "phi'(x'*A*x)*(A + A')*x"),
        ("sum(h(W*x + b))", "W", "h'(W*x + b)*x'"),
        ("sum(phi(X).^2)", "X", "2*phi(X).*phi'(X)"),
        ("sum(phi'(x))", "x", "phi''(x)"),
        ("sum(phi(rho(x)))", "x", "phi'(rho(x)).*rho'(x)"),
    ],
)
def test_gradients_with_unknown_functions(f: str, wrt: str, answer: str) -> None:
    g = gradient(f, wrt)
    assert mc.equivalent(g.value, answer).holds and g.verify(samples=4).passed


def test_second_derivatives() -> None:
    hessian = mc.hessian("sum(phi(A*x))", "x")
    assert str(hessian.value) == "A'*diag(phi''(A*x))*A"


@pytest.mark.parametrize("text", ["phi''(A*x)", "phi(s)*x", "phi(X)'*phi'(X')", "tr(f(X)*X)"])
def test_what_is_printed_can_be_read_again(text: str) -> None:
    expression = mc.parse(text)
    assert mc.parse(str(expression)) is expression
    assert mc.parse(text.replace("'", "′")) is expression


def test_latex_has_primes() -> None:
    assert mc.parse("phi''(x)").latex() == r"\phi''\left(x\right)"


def test_values_need_the_functions() -> None:
    g = gradient("sum(phi(A*x))", "x")
    wanted = A.T @ np.cos(A @ x)
    assert np.allclose(mc.evaluate(g.value, A=A, x=x, phi_prime=np.cos), wanted)
    value, slope = g.compile(value=True)(A=A, x=x, phi=np.sin, phi_prime=np.cos)
    assert np.allclose(value, np.sin(A @ x).sum()) and np.allclose(slope, wanted)
    with pytest.raises(mc.DomainError, match="missing phi_prime: a function"):
        mc.evaluate(g.value, A=A, x=x, phi=np.sin)
    with pytest.raises(mc.DomainError, match="phi_prime is an unknown function"):
        mc.evaluate(g.value, A=A, x=x, phi_prime=2.0)


def test_a_polynomial_brings_its_derivatives() -> None:
    square = np.polynomial.Polynomial([0.0, 0.0, 1.0])
    g = gradient("sum(phi(A*x))", "x")
    assert np.allclose(evaluate(g.value, A=A, x=x, phi=square), 2 * A.T @ A @ x)


@pytest.mark.parametrize("text", ["sum(tahn(x))", "logdett(X)", "sum(sofplus(x))", "cost(x)"])
def test_a_slip_of_the_pen_is_no_unknown_function(text: str) -> None:
    with pytest.raises(mc.UnknownName, match="did you mean"):
        mc.parse(text)


def test_a_declared_function_may_have_any_name() -> None:
    g = gradient("sum(cost(x)) + sum(G(x))", "x", "cost: elementwise, G: elementwise")
    assert str(g.value) == "cost'(x) + G'(x)" or str(g.value) == "G'(x) + cost'(x)"
    assert not any("unknown" in line for line in g.assumptions)


@pytest.mark.parametrize("name", ["phi", "x0"])
def test_no_derivative_by_a_function(name: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.gradient("sum(phi(x))", name)


def test_claims_about_unknown_functions() -> None:
    assert mc.check("sum(phi(A*x))", "x", claim="A'*phi'(A*x)").status == "proved"
    verdict = mc.check("sum(phi(A*x))", "x", claim="A'*phi(A*x)")
    assert verdict.status == "refuted" and "phi" in str(verdict.counterexample)


# ---------------------------------------------------------------- functions defined


def test_a_function_is_defined_once() -> None:
    softabs = "def softabs(t) = sqrt(t^2 + eps)\n"
    assert mc.parse(softabs + "softabs(A*x)") is mc.parse(
        "sqrt((A*x).^2 + eps)", where="eps: scalar"
    )
    g = gradient(softabs + "sum(softabs(A*x)) + softabs(s)", "x", "s: scalar")
    assert "eps: scalar" in g.assumptions and g.verify(samples=4).passed
    found = mc.evaluate(g.value, A=A, x=x, eps=0.5)
    assert np.allclose(found, A.T @ (A @ x / np.sqrt((A @ x) ** 2 + 0.5)))


@pytest.mark.parametrize(
    ("definition", "call", "same"),
    [
        ("def f(t) = t*exp(-a*t)", "f(X)", "X.*exp(-a*X)"),
        ("def f(t) = c^t + 1", "f(X)", "exp(log(c)*X) + 1"),
        ("def f(t) = t^t", "f(x)", "exp(log(x).*x)"),
        ("def f(t) = pi", "f(x)", "pi*ones(n)"),
        ("def f(t) = 1/(1 + t)", "f(x)", "1./(1 + x)"),
        ("def f(t, d) = d^2*(sqrt(1 + (t/d)^2) - 1)", "f(x, y)", "y.^2.*(sqrt(1 + (x./y).^2) - 1)"),
        ("def f(t) = phi(t)^2", "f(x)", "phi(x).^2"),
        ("def f(t) = t^2; def g(t) = f(t) + f(2)", "g(x)", "x.^2 + 4"),
        ("def f(t) = b'*b*t", "f(x)", "(b'*b)*x"),
    ],
)
def test_a_body_is_applied_entry_by_entry(definition: str, call: str, same: str) -> None:
    where = "a: scalar, c: positive, x: vector(n), y: vector(n), X: matrix(m,n), b: vector(k)"
    assert mc.equivalent(mc.parse(f"{definition}\n{call}", where), mc.parse(same, where)).holds


def test_of_a_number_it_is_a_number() -> None:
    g = gradient("def f(t) = t^3; f(s)", "s", "s: scalar")
    assert str(g.value) == "3*s^2"
