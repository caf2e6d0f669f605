"""Parts under names: a part whose index a sum has renamed is not the one that has the name."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

X = np.array([1.0, -2.0, 3.0])
SECOND = {"i": 2}
UNIT = np.array([0.0, 1.0, 0.0])


def test_the_hessian_of_a_sum_over_a_named_column() -> None:
    problem = "z = Z[:,i]; norm2(sum(i in 1..m, a[i]*z))^2"
    columns = np.array([[1.0, 2.0, -1.0], [0.5, -3.0, 4.0]])
    found = mc.hessian(problem, "a", "Z: matrix(p,m), a: vector(m)").compile()(Z=columns, a=X)
    assert np.allclose(found, 2 * columns.T @ columns)


def test_the_gradient_of_a_square_of_a_sum_over_a_named_entry() -> None:
    y = np.array([2.0, -1.0])
    problem = "q = x[i]*y; norm2(sum(i in 1..n, q*x[i]))^2"
    found = mc.gradient(problem, "x", "x: vector(n), y: vector(m)").compile()(x=X, y=y)
    assert np.allclose(found, 4 * (X @ X) * (y @ y) * X)


def test_a_name_inside_and_outside_of_a_sum_over_its_index() -> None:
    problem, where = "q = x[i]; sum(i in 1..n, q^2)*q", "x: vector(n)"
    found = mc.gradient(problem, "x", where).compile()(x=X, **SECOND)
    assert np.allclose(found, (X @ X) * UNIT + 2 * X[1] * X)
    right = "sum(j in 1..n, x[j]^2)*basis(i,n) + 2*x[i]*x"
    wrong = "sum(j in 1..n, x[j]^2)*basis(i,n) + 2*x[i]^2*ones(n)"
    assert mc.check(problem, "x", right, where).status in ("proved", "verified")
    assert mc.check(problem, "x", wrong, where).status == "refuted"


@pytest.mark.parametrize(
    "problem",
    [
        "q = y[i]; q*sum(i in 1..n, q*x[i])",
        "q = x[i]; sum(i in 1..n, exp(q))*q",
        "q = x[i]; sum(i in 1..n, q^2*sum(i in 1..n, q^3))",
        "q = y[i]; sum(j in 1..n, x[j]*q*sum(i in 1..n, q*x[i]))",
        "r = x[i]; sum(i in 1..n, r^2)*sum(i in 1..n, sum(i in 1..n, r)*r^3)",
    ],
)
def test_other_sums_over_the_index_of_a_name(problem: str) -> None:
    where = "x: vector(n), y: vector(n)" if "y" in problem else "x: vector(n)"
    assert mc.gradient(problem, "x", where).verify(samples=6).passed
    assert mc.hessian(problem, "x", where).verify(samples=6).passed
