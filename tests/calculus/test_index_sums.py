"""Derivatives of functions of sums over an index, against differences of plain NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import matcalc as mc
from matcalc.simplify.naming import names_in_order

Array = NDArray[np.float64]
M, N, P = 4, 3, 5
RANDOM = np.random.default_rng(7)
VALUES: dict[str, Array] = {
    "a": RANDOM.standard_normal(M),
    "b": RANDOM.standard_normal(M),
    "Z": RANDOM.standard_normal((P, M)),
    "A": RANDOM.standard_normal((P, P)),
    "X": RANDOM.standard_normal((N, P)),
    "Y": RANDOM.standard_normal((P, M)),
}
WHERE = {
    "a": "vector(m)",
    "b": "vector(m)",
    "Z": "matrix(p,m)",
    "A": "square(p)",
    "X": "matrix(n,p)",
    "Y": "matrix(p,m)",
}
a, b, Z, A, X, Y = VALUES.values()
s2 = "sum(i in 1..m, a[i]*b[i])"

PROBLEMS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "norm2(sum(i in 1..m, a[i]*Z[:,i]))^2": ("a", lambda a: np.sum((Z @ a) ** 2)),
    "norm2(sum(i in 1..m, a[i]^2*Z[:,i]))^2": ("a", lambda a: np.sum((Z @ a**2) ** 2)),
    "norm2(sum(i in 1..m, exp(a[i])*Z[:,i]))^2": ("a", lambda a: np.sum((Z @ np.exp(a)) ** 2)),
    "norm2(sum(i in 1..m, sin(a[i])*A*Z[:,i]))^2": (
        "a",
        lambda a: np.sum((A @ Z @ np.sin(a)) ** 2),
    ),
    "log(1 + norm2(sum(i in 1..m, a[i]*b[i]*Z[:,i]))^2)": (
        "a",
        lambda a: np.log(1 + np.sum((Z @ (a * b)) ** 2)),
    ),
    "sum(i in 1..m, a[i]*Z[:,i])'*A*sum(i in 1..m, a[i]^2*Z[:,i])": (
        "a",
        lambda a: (Z @ a) @ A @ (Z @ a**2),
    ),
    "S = sum(i in 1..m, a[i]*Z[:,i]); norm2(S)^2 + norm2(S)^4/8": (
        "a",
        lambda a: np.sum((Z @ a) ** 2) + np.sum((Z @ a) ** 2) ** 2 / 8,
    ),
    f"{s2}^2 + 0.5*sum(k in 1..m, a[k]^2)": (
        "a",
        lambda a: (a @ b) ** 2 + 0.5 * np.sum(a**2),
    ),
    "sum(i in 1..m, exp(a[i]))*sum(i in 1..m, a[i]^2)": (
        "a",
        lambda a: np.sum(np.exp(a)) * np.sum(a**2),
    ),
    "sum(i in 1..m, (a[i]*sum(j in 1..m, a[j]^2))^2)": ("a", lambda a: np.sum(a**2) ** 3),
    f"log(1 + {s2}^2)*prod(i in 1..m, a[i]^2 + b[i]^2)": (
        "a",
        lambda a: np.log(1 + (a @ b) ** 2) * np.prod(a**2 + b**2),
    ),
    f"sum(i in 1..m, a[i]*{s2}^2)": ("a", lambda a: np.sum(a) * (a @ b) ** 2),
    "sum(i in 1..m, Y[:,i]'*A*Y[:,i])^2": ("Y", lambda Y: np.trace(Y.T @ A @ Y) ** 2),
    "norm2(sum(i in 1..m, X*Z[:,i]*a[i]))^2 + norm2(X)^2": (
        "X",
        lambda X: np.sum((X @ Z @ a) ** 2) + np.sum(X**2),
    ),
    "S = sum(i in 1..m, a[i]*Z[:,i]); sum(i in 1..m, (S'*Z[:,i])^2*a[i])": (
        "a",
        lambda a: np.sum((Z.T @ Z @ a) ** 2 * a),
    ),
    f"exp({s2}/4)*sum(i in 1..m, a[i]*{s2}) + 3*sum(i in 1..m, a[i]^2)": (
        "a",
        lambda a: np.exp(a @ b / 4) * np.sum(a) * (a @ b) + 3 * np.sum(a**2),
    ),
}


def hessian_by_differences(f: Callable[[Any], Any], at: Array) -> tuple[Array, Array]:
    """The gradient and the Hessian in vec order."""
    step, start = 1e-4, at.reshape(-1, order="F")
    moves = step * np.eye(at.size)

    def value(entries: Array) -> float:
        return float(f(entries.reshape(at.shape, order="F")))

    slope = [(value(start + e) - value(start - e)) / (2 * step) for e in moves]
    bend = [
        (value(start + e + d) - value(start + e - d) - value(start - e + d) + value(start - e - d))
        / (4 * step**2)
        for e in moves
        for d in moves
    ]
    return np.array(slope), np.array(bend).reshape(at.size, at.size)


def stacked(value: Any) -> Array:
    return np.asarray(value).reshape(-1, order="F")


def used(text: str) -> dict[str, Any]:
    return {n: value for n, value in VALUES.items() if f"{n}[" in text or f"{n}*" in text}


@pytest.mark.parametrize("text", PROBLEMS)
def test_first_and_second_derivatives(text: str) -> None:
    name, f = PROBLEMS[text]
    given = used(text)
    where = {one: WHERE[one] for one in given}
    slope, bend = hessian_by_differences(f, VALUES[name])
    largest = float(np.abs(bend).max())

    def near(found: Any, expected: Any) -> bool:
        return np.allclose(stacked(found), stacked(expected), rtol=1e-5, atol=1e-5 * largest)

    gradient = mc.gradient(text, name, where)
    assert near(gradient.compile()(**given), slope)
    hessian = mc.hessian(text, name, where)
    assert near(hessian.compile()(**given), bend)
    direction = np.random.default_rng(1).standard_normal(VALUES[name].shape)
    moved = mc.evaluate(hessian.map("V"), V=direction, **given)
    assert near(moved, bend @ stacked(direction))
    second = mc.nth_derivative(text, name, 2, where)("V", "V")
    expected = stacked(direction) @ bend @ stacked(direction)
    assert np.isclose(mc.evaluate(second, V=direction, **given), expected, rtol=1e-5)


@pytest.mark.parametrize("text", PROBLEMS)
def test_what_is_printed_means_what_is_meant(text: str) -> None:
    name, _ = PROBLEMS[text]
    given = used(text)
    where = {one: WHERE[one] for one in given}
    hessian = mc.hessian(text, name, where)
    again = mc.parse(str(hessian.value), where)
    found = mc.evaluate(again, **given, n=N)
    assert np.allclose(found, hessian.compile()(**given), rtol=1e-12)


@pytest.mark.parametrize("text", [text for text, (name, _) in PROBLEMS.items() if name == "a"])
def test_newton_steps(text: str) -> None:
    name, f = PROBLEMS[text]
    given = used(text)
    slope, bend = hessian_by_differences(f, VALUES[name])
    step = mc.hessian(text, name, {one: WHERE[one] for one in given}).newton_step()
    if np.linalg.matrix_rank(bend, tol=1e-4 * np.abs(bend).max()) < len(bend):
        with pytest.raises(mc.DomainError, match="Singular matrix"):
            mc.evaluate(step, **given)
        return
    found = mc.evaluate(step, **given)
    assert np.allclose(bend @ found, -slope, rtol=1e-4, atol=1e-4 * float(np.abs(slope).max()))


def test_directions_that_have_the_name_of_an_index() -> None:
    map_ = mc.differential("sum(i in 1..m, a[i]^2*b[i])", "a", "a: vector(m), b: vector(m)")
    direction = np.arange(1.0, 5.0)
    expected = float(np.sum(2 * a * b * direction))
    assert mc.evaluate(map_("i"), a=a, b=b, i=direction) == pytest.approx(expected)
    where = {"Z": WHERE["Z"], "w": "vector(p)", "a": "vector(m)"}
    squares = mc.differential("sum(i in 1..m, (w'*Z[:,i])^2)", "w", where)
    column = mc.parse("Z[:,i]", {"Z": WHERE["Z"]})
    w = np.arange(5.0)
    expected = float(2 * (Z.T @ w) @ (Z.T @ Z[:, 2]))
    assert mc.evaluate(squares(column), Z=Z, w=w, i=3) == pytest.approx(expected)
    adjoint = mc.differential("sum(i in 1..m, a[i]*Z[:,i])", "a", where).adjoint
    assert np.allclose(mc.evaluate(adjoint(column), Z=Z, i=3), Z.T @ Z[:, 2])


def test_variables_that_have_the_name_of_an_index() -> None:
    where = {"i": "vector(m)", "a": "vector(m)"}
    text = "(i'*a)*sum(i in 1..m, a[i]^3)"
    i = np.arange(4.0)
    found = mc.gradient(text, "a", where)
    expected = np.sum(a**3) * i + (i @ a) * 3 * a**2
    assert np.allclose(found.compile()(a=a, i=i), expected)
    assert np.allclose(mc.gradient(text, "i", where).compile()(a=a, i=i), np.sum(a**3) * a)
    assert mc.evaluate(mc.parse(text, where), a=a, i=i) == pytest.approx((i @ a) * np.sum(a**3))
    assert found.verify().passed


def test_a_free_index_beside_a_bound_one() -> None:
    found = mc.gradient("a[i]*sum(i in 1..m, a[i]^2)", "a", {"a": "vector(m)"})
    expected = np.sum(a**2) * np.eye(4)[2] + 2 * a[2] * a
    assert np.allclose(found.compile()(a=a, i=3), expected)


def test_equations_with_sums_in_them() -> None:
    text = "x solves sum(i in 1..m, b[i]^2*C*x) = c; sum(i in 1..n, x[i]^2*d[i])"
    where = {"C": "square(n)", "c": "vector(n)", "d": "vector(n)", "b": "vector(m)"}
    C, c, d = RANDOM.standard_normal((N, N)), np.arange(1.0, 4.0), np.array([0.5, 2.0, -1.0])
    found = mc.gradient(text, "c", where)
    K = np.sum(b**2) * C
    expected = np.linalg.solve(K.T, 2 * d * np.linalg.solve(K, c))
    assert np.allclose(found.compile()(C=C, c=c, d=d, b=b), expected)
    assert "v solves" not in str(found)  # v would have to be another one for each i
    assert found.verify().passed


def test_a_nonlinear_equation_with_a_sum_in_it() -> None:
    text = "x solves sum(i in 1..m, b[i]^2*x^3) + x = c; x^2"
    found = mc.gradient(text, "c", {"c": "scalar", "b": "vector(m)"})
    k, c = float(np.sum(b**2)), 1.5
    x = float(next(root.real for root in np.roots([k, 0, 1, -c]) if abs(root.imag) < 1e-12))
    assert found.compile()(b=b, c=c, x=x) == pytest.approx(2 * x / (3 * k * x**2 + 1))
    assert found.verify().passed


def test_repeated_parts_that_depend_on_the_index_get_no_name() -> None:
    text = "sum(i in 1..m, sin(exp(-norm2(w - Z[:,i])^2)))"
    named = mc.hessian(text, "w", {"Z": WHERE["Z"], "w": "vector(p)"}).named
    assert not names_in_order(named)
    assert "i in 1..m" in str(named)
