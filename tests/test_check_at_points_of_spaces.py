"""A claim in a space has to hold at points of it, along directions in it, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

A = "A: symmetric(n)"
ROWS = "A: matrix(n,m), X: matrix(n,m)"
ZEROS = "A: matrix(n,m), M: matrix(n,m)"
HESSIAN = {"of": "hessian", "space": "sphere"}
HOLD = [
    ("x'*A*x", "x", "2*(A*x - rayleigh(A,x)*x)", A, {"space": "sphere"}),
    ("x'*A*x", "x", "2*A*x - 2*(x'*A*x)*x/norm2(x)^2", A, {"space": "sphere"}),
    ("x'*A*x", "x", "2*norm2(x)*(x'*A - (x'*A*x)*x')*dx", A, {"space": "sphere"}),
    (
        "x'*A*x",
        "x",
        "2*(A*dx - x*(x'*A*dx) - rayleigh(A,x)*dx)",
        A,
        HESSIAN,
    ),
    ("sum(X.*A)", "X", "A - X*diag(diag(X'*A))*diag(1./diag(X'*X))", ROWS, {"space": "oblique"}),
    (
        "x'*A*x",
        "x",
        "2*A*x - 2*(x'*B*A*x)/(x'*B*B*x)*(x'*B*x)*B*x",
        f"{A}, B: spd(n)",
        {"space": "ellipsoid(B)"},
    ),
    ("tr(A'*X)", "X", "M.*M.*A", ZEROS, {"space": "mask of M"}),
    ("tr(A*X)", "X", "(A' - X*A*inv(X'))/2", "A: square(n)", {"space": "orthogonal"}),
    ("tr(A*X)", "X", "(A' - det(X)*X*A*X)/2", "A: square(n)", {"space": "rotation"}),
    ("tr(X^3)", "X", "d2f = 6*tr(X*dX1*dX2)", "X: symmetric(n)", {"space": "symmetric"}),
    ("tr(X^3)", "X", "d3f = 6*tr(dX1*dX2*dX3)", "X: symmetric(n)", {"space": "symmetric"}),
    ("sum(x)^2 + x'*x", "x", "d2f = 2*dx1'*dx2", "x: vector(n)", {"space": "simplex"}),
    ("sum(x)^3 + sum(x.^3)", "x", "d3f = 6*sum(dx1.*dx2.*dx3)", None, {"space": "sum(U) = 0"}),
]


@pytest.mark.parametrize(("f", "wrt", "claim", "where", "how"), HOLD)
def test_what_holds_in_the_space_holds(
    f: str, wrt: str, claim: str, where: str | None, how: dict[str, Any]
) -> None:
    verdict = mc.check(f, wrt, claim, where, **how)
    assert verdict.holds, str(verdict)
    left, equals, right = claim.rpartition(" = ")
    assert mc.check(f, wrt, f"{left}{equals}3*({right})", where, **how).status == "refuted"


def values(*given: Any, **how: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The counterexample of a claim that does not hold."""
    verdict = mc.check(*given, **how)
    assert verdict.status == "refuted" and verdict.counterexample is not None
    return {name: np.asarray(value) for name, value in verdict.counterexample.values.items()}


def test_a_counterexample_is_a_point_of_the_space() -> None:
    x = values("x'*A*x", "x", "2*A*x", A, space="sphere")["x"]
    assert np.isclose(x @ x, 1)
    X = values("sum(X.*A)", "X", "A + X", ROWS, space="oblique")["X"]
    assert np.allclose(np.sum(X**2, axis=0), 1)
    x = values("c'*log(x)", "x", "c./x", space="simplex")["x"]
    assert np.isclose(np.sum(x), 1) and np.min(x) > 0
    X = values("tr(A*X)", "X", "A*X", "A: square(n)", space="rotation")["X"]
    assert np.allclose(X.T @ X, np.eye(len(X))) and np.isclose(np.linalg.det(X), 1)
    M = values("tr(A'*X)", "X", "A", ZEROS, space="mask of M")["M"]
    assert set(M.ravel()) <= {0, 1}
    at = values("x'*B*x + c'*x", "x", "x + c", "B: spd(n)", space="ellipsoid(B)")
    assert np.isclose(at["x"] @ at["B"] @ at["x"], 1)


def test_the_directions_of_a_counterexample_lie_in_the_space() -> None:
    at = values("x'*x", "x", "d2f = 4*dx1'*dx2", "x: vector(n)", space="sum(U) = 0")
    assert np.isclose(np.sum(at["dx1"]), 0) and np.isclose(np.sum(at["dx2"]), 0)
    at = values("tr(X^3)", "X", "d2f = tr(X*dX1*dX2)", "X: symmetric(n)", space="symmetric")
    assert all(np.array_equal(at[name], at[name].T) for name in ("X", "dX1", "dX2"))
    at = values("c'*x", "x", "df = 2*c'*dx", "c: vector(n)", space="sphere")
    assert np.isclose(at["x"] @ at["x"], 1) and np.isclose(at["x"] @ at["dx"], 0)
