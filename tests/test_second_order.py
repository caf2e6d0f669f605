"""Hessians: the reduced form on symmetric variables, and the forms and names that books use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.printing.text import to_text
from matcalc.simplify.naming import names_in_order
from tests.oracle import evaluate

ORDER, ROWS, STEP = 3, 5, 1e-3


def unvech(stacked: Any) -> Any:
    """The symmetric matrix whose columns from the diagonal down are stacked."""
    columns, rows = np.triu_indices(ORDER)
    found = np.zeros((ORDER, ORDER))
    found[rows, columns] = stacked
    return found + np.tril(found, -1).T


def second_differences(f: Callable[[Any], float], start: Any) -> Any:
    units = STEP * np.eye(start.size)
    rows = [
        [f(start + u + v) - f(start + u - v) - f(start - u + v) + f(start - u - v) for v in units]
        for u in units
    ]
    return np.array(rows) / (4 * STEP**2)


@pytest.mark.parametrize(
    ("f", "where"),
    [
        ("logdet(X)", "X: spd(n)"),
        ("norm2(A*X)^2", "A: matrix(m,n), X: symmetric(n)"),
        ("tr(X^3)", "X: symmetric(n)"),
        ("tr(A*X*A') + tr(inv(X))", "A: matrix(m,n), X: spd(n)"),
    ],
)
def test_the_reduced_form(f: str, where: str) -> None:
    random = np.random.default_rng(5)
    factor = random.normal(size=(ORDER, ORDER))
    X = factor @ factor.T + 2 * np.eye(ORDER)
    known = {"A": random.normal(size=(ROWS, ORDER))} if "A" in where else {}
    expression, hessian = mc.parse(f, where), mc.hessian(f, "X", where=where)
    columns, rows = np.triu_indices(ORDER)
    start = X[rows, columns]

    def value(stacked: Any) -> float:
        return float(evaluate(expression, X=unvech(stacked), **known))

    reduced = evaluate(hessian.reduced, X=X, n=ORDER, **known)
    assert np.allclose(reduced, second_differences(value, start), rtol=1e-4, atol=1e-4)
    gradient = evaluate(hessian.reduced_gradient, X=X, n=ORDER, **known)
    units = STEP * np.eye(start.size)
    slopes = [(value(start + u) - value(start - u)) / (2 * STEP) for u in units]
    assert np.allclose(gradient, slopes, rtol=1e-4, atol=1e-4)


def test_the_commutation_matrix_disappears() -> None:
    hessian = mc.hessian("logdet(X)", "X", where="X: spd(n)")
    expected = "-duplication(n)'*kron(inv(X), inv(X))*duplication(n)"
    assert str(hessian.reduced) == expected


def test_only_a_symmetric_variable_has_a_reduced_form() -> None:
    with pytest.raises(DomainError, match="symmetric"):
        _ = mc.hessian("norm2(A*X)^2", "X").reduced


# The Hessian as books print it, with the names it uses.
# The first name for a vector is p, here q: p is the number of rows of A.
# Sources: Boyd & Vandenberghe 2004, sec. 3.1.5 and 9.3; Absil, Mahony & Sepulchre 2008, sec. 6.2.
TEXTBOOK = [
    ("sum(log(1 + exp(A*x)) - y.*(A*x))", "A'*diag((1 - q).*q)*A", {"q": "sigmoid(A*x)"}),
    (
        "sum(log(1 + exp(-y.*(A*x))))",
        "A'*diag(y.^2.*(1 - q).*q)*A",
        {"q": "sigmoid(y.*(A*x))"},
    ),
    ("logsumexp(A*x)", "A'*(diag(q) - q*q')*A", {"q": "softmax(A*x)"}),
    ("log(sum(exp(A*x)))", "A'*(diag(q) - q*q')*A", {"q": "softmax(A*x)"}),
    ("logsumexp(x)", "diag(softmax(x)) - softmax(x)*softmax(x)'", {}),
    (
        "x'*S*x/(x'*x)",
        "2*(S - g*x' - x*g' - f*eye(n))/(x'*x)",
        {"f": "x'*S*x/(x'*x)", "g": "2*(S*x - f*x)/(x'*x)"},
    ),
    (
        "x'*S*x/(x'*M*x)",
        "2*(S - M*x*g' - g*x'*M - f*M)/(x'*M*x)",
        {"f": "x'*S*x/(x'*M*x)", "g": "2*(S - f*M)*x/(x'*M*x)"},
    ),
    ("norm2(x)", "eye(m)/norm2(x) - x*x'/norm2(x)^3", {}),
    ("logdet(A'*diag(x)*A)", "-(A*inv(A'*diag(x)*A)*A').^2", {}),
    ("norm2(A*x - y)^2", "2*A'*A", {}),
]
DECLARED = "S: symmetric(n), M: spd(n)"


@pytest.mark.parametrize(("f", "value", "names"), TEXTBOOK)
def test_hessians_as_books_print_them(f: str, value: str, names: dict[str, str]) -> None:
    hessian = mc.hessian(f, "x", where=DECLARED)
    named = hessian.named
    assert to_text(named) == value
    assert {one.name: to_text(one.value) for one in names_in_order(named)} == names
    assert hessian.verify(samples=6, seed=2).passed


@pytest.mark.parametrize("f", [f for f, _, names in TEXTBOOK if names])
def test_the_names_stand_for_the_value(f: str) -> None:
    """The named matrix with its names put in, one after the other, is the Hessian."""
    hessian = mc.hessian(f, "x", where=DECLARED)
    written = str(hessian.named)
    assert " with " in written
    shapes = ", ".join(f"{v}: {kind(v)}" for v in hessian.problem.symbols.values())
    assert mc.equivalent(mc.parse(written, where=shapes), hessian.value).holds


def kind(variable: mc.Expr) -> str:
    shape = variable.shape
    if shape.is_vector:
        return f"vector({shape.rows})"
    words = [word for word in ("spd", "symmetric") if word in variable.structure]
    return f"{words[0]}({shape.rows})" if words else f"matrix({shape.rows},{shape.columns})"


@pytest.mark.parametrize(
    ("f", "variable", "step"),
    [
        ("tr(inv(X))", "X", "X/2"),
        ("logdet(X)", "X", "X"),
        ("tr(X^3)", "X", "-sylvester(X', X', X'^2)'"),
        ("norm2(T - U*V')^2", "U", "(T - U*V')*V*inv(V'*V)"),
    ],
)
def test_newtons_step_without_a_large_matrix(f: str, variable: str, step: str) -> None:
    hessian = mc.hessian(f, variable)
    assert str(hessian.newton_step()) == step
    moved = hessian.map(hessian.newton_step())
    assert mc.equivalent(moved, -hessian.gradient).holds


@pytest.mark.parametrize("f", ["logsumexp(x)", "norm2(x)", "(c'*x)^2", "c'*x"])
def test_a_singular_hessian_has_no_newton_step(f: str) -> None:
    """The Hessian has a null direction everywhere: no step is better than a huge one."""
    with pytest.raises(NoRule, match="the map is singular"):
        mc.hessian(f, "x").newton_step()


@pytest.mark.parametrize(
    ("f", "where"),
    [
        ("logdet(X)", "X: spd(n)"),
        ("tr(X^3)", "X: symmetric(n)"),
        ("tr(A*inv(X)*A')", "X: spd(n), A: matrix(m,n)"),
        ("sum(log(diag(chol(X))))", "X: spd(n)"),
    ],
)
def test_hessians_of_structured_variables_are_verified(f: str, where: str) -> None:
    hessian = mc.hessian(f, "X", where=where)
    assert hessian.verify(samples=6, seed=1).passed
    doubled = replace(hessian, question=hessian.question.about(2 * hessian.question.expression))
    vars(doubled)["value"] = hessian.value
    assert not doubled.verify(samples=6, seed=1).passed


def test_no_name_is_that_of_a_dimension() -> None:
    hessian = mc.hessian("logsumexp(A*x)", "x", where="A: matrix(p,q), x: vector(q)")
    assert [one.name for one in names_in_order(hessian.named)] == ["r"]
    hessian = mc.hessian("norm2(A*x - b)", "x", where="A: matrix(f,g), x: vector(g)")
    assert [one.name for one in names_in_order(hessian.named)] == ["f1", "g1"]


def test_a_matrix_is_written_with_what_cancels_cancelled() -> None:
    """Nothing is left of y and of 1/p: Bishop 2006, eq. 4.97."""
    loss = "p = sigmoid(A*x); -y'*log(p) - (1 - y)'*log(1 - p)"
    found = mc.hessian(loss, "x", "A: matrix(m,n), y: vector(m)")
    assert str(found.value).startswith("A'*diag((1 - p).*p)*A with")
    rng = np.random.default_rng(3)
    A, x, y = rng.normal(size=(4, 3)), rng.normal(size=3), rng.uniform(size=4)
    p = 1 / (1 + np.exp(-A @ x))
    got = evaluate(found.value, A=A, x=x, y=y)
    np.testing.assert_allclose(got, A.T @ np.diag(p * (1 - p)) @ A, rtol=1e-10)


def test_reasons_typeset_the_names_that_they_speak_of() -> None:
    found = mc.gradient("R_a = A*X - B; norm2(R_a)^2", "X", "X: matrix(n,p)")
    assert r"\text{definition of $\mathrm{d}R_{a}$}" in found.latex()
