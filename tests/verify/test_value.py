"""The value of an answer, which is printed and compiled, is what its verification reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.expressions.blocks import map_leaves

WHERE = "A: square(n), B: square(n), M: spd(n), x: vector(n), y: vector(n)"
MATRICES = "A: square(n), B: square(n), M: spd(n), X: square(n), Y: square(n)"
FIRST: dict[str, Callable[..., mc.Answer]] = {
    "gradient": mc.gradient,
    "differential": mc.differential,
    "jacobian": mc.jacobian,
    "hessian": mc.hessian,
}
VECTORS: list[dict[str, Any]] = [{}, {"space": "sphere"}, {"inner": "weighted(M)"}]
SQUARE: list[dict[str, Any]] = [
    {"space": "symmetric"},
    {"space": "symmetric", "inner": mc.Weighted("M", "M")},
    {"space": "orthogonal"},
]


def judged(answer: mc.Answer) -> tuple[bool, bool]:
    """Whether the answer is right, and whether it still is with a value or an operator doubled."""
    value = replace(answer, value=map_leaves(answer.value, lambda node: 2 * node))
    operator = replace(answer, own_operator=2 * answer.operator)
    return answer.verify(2).passed, value.verify(2).passed or operator.verify(2).passed


@pytest.mark.parametrize("wrt", ["x", ["x"], ["x", "y"]], ids=str)
@pytest.mark.parametrize("setting", VECTORS, ids=str)
@pytest.mark.parametrize("kind", FIRST)
def test_a_doubled_value_fails(kind: str, setting: dict[str, Any], wrt: Any) -> None:
    answer = FIRST[kind]("(x'*A*x)*(y'*B*y) + x'*A*y", wrt, WHERE, **setting)
    assert judged(answer) == (True, False)


@pytest.mark.parametrize("wrt", ["X", ["X", "Y"]], ids=str)
@pytest.mark.parametrize("setting", SQUARE, ids=str)
@pytest.mark.parametrize("kind", FIRST)
def test_a_doubled_value_of_matrices_fails(kind: str, setting: dict[str, Any], wrt: Any) -> None:
    answer = FIRST[kind]("tr(A*X*B*X*M)*tr(B*Y*A*Y) + tr(A*X*B*Y)", wrt, MATRICES, **setting)
    assert judged(answer) == (True, False)


@pytest.mark.parametrize("wrt", ["X", ["X", "A"]], ids=str)
def test_a_doubled_value_of_a_matrix_function_fails(wrt: Any) -> None:
    where = "A: matrix(m,n), X: matrix(n,p)"
    for verb in (mc.differential, mc.jacobian):
        assert judged(verb("A*X*X'", wrt, where)) == (True, False)
    for order in (1, 2, 3):
        found = mc.nth_derivative("tr(X*X'*A'*A*X*X')", wrt, order, where)
        assert judged(found) == (True, False)


@pytest.mark.parametrize("wrt", ["Z", ["Z", "W"]], ids=str)
def test_a_doubled_wirtinger_derivative_fails(wrt: Any) -> None:
    where = "A: complex_matrix(m,n), Z: complex_matrix(n,m), W: complex_matrix(m,n)"
    for conjugate in (False, True):
        found = mc.wirtinger("tr(A*Z)*conj(tr(W*Z))*tr(W*W')", wrt, where, conjugate=conjugate)
        assert judged(found) == (True, False)


def test_a_doubled_hessian_without_a_matrix_fails() -> None:
    where = "x: complex_vector(n), A: hermitian(n)"
    for setting in ({}, {"space": "complex-sphere"}):
        found = mc.hessian("re(x'*A*x)*norm2(x)^2", "x", where, **setting)
        assert found.value is found.operator.body
        assert judged(found) == (True, False)


def test_a_value_of_another_shape_fails() -> None:
    hessian = mc.hessian("x'*A*x", "x", WHERE, space="sphere")
    report = replace(hessian, value=mc.parse("ones(n, n+1)")).verify(2)
    assert not report.passed and "not" in report.problem


# ------------------------------------------------------------ which matrix it is


def on_sphere() -> dict[str, Any]:
    random = np.random.default_rng(3)
    x = random.normal(size=4)
    return {"A": random.normal(size=(4, 4)), "x": x / np.linalg.norm(x)}


def test_the_hessian_on_the_sphere_is_the_matrix_of_its_operator() -> None:
    hessian = mc.hessian("x'*A*x", "x", "A: square(n), x: vector(n)", space="sphere")
    known = on_sphere()
    A, x = known["A"], known["x"]
    across = np.eye(4) - np.outer(x, x)
    expected = across @ (A + A.T) @ across - 2 * (x @ A @ x) * across
    found = hessian.compile()(**known)
    assert np.allclose(found, expected) and np.allclose(found, found.T)
    assert np.isclose(np.trace(found), mc.evaluate(hessian.trace, **known))
    assert np.allclose(found, mc.evaluate(hessian.matrix, **known, n=4))


def test_the_hessian_on_the_symmetric_matrices_vanishes_across_them() -> None:
    hessian = mc.hessian("tr(A*X)^2", "X", "A: square(n), X: square(n)", space="symmetric")
    A = np.random.default_rng(4).normal(size=(3, 3))
    half = ((A + A.T) / 2).ravel(order="F")
    found = hessian.compile()(A=A)
    assert np.allclose(found, 2 * np.outer(half, half))


def test_the_matrix_that_does_not_vanish_across_the_space_fails() -> None:
    hessian = mc.hessian("x'*A*x", "x", "A: square(n), x: vector(n)", space="sphere")
    other = kronecker_matrix(hessian.operator.body, hessian.operator.tangent)
    assert not replace(hessian, value=other).verify(2).passed
