"""Claims that are right at random points, and wrong where a matrix is singular or an entry is 0."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.exact import evaluate_exactly
from matcalc.questions.reading import problem_of

SINGULAR = [
    ("pinv(A)*A", "eye(n)", "A: square(n)"),
    ("tr(A*pinv(A))", "n", "A: square(n)"),
    ("pinv(A*B)", "pinv(B)*pinv(A)", "A: square(n), B: square(n)"),
    ("pinv(A + B)*(A + B)", "eye(n)", "A: square(n), B: square(n)"),
    ("adj(A)", "det(A)*pinv(A)", "A: square(n)"),
    ("proj(A)", "eye(n)", "A: square(n)"),
    ("pinv(S)*S", "eye(n)", "S: psd(n)"),
    ("pinv(D)*D", "eye(n)", "D: diagonal(n)"),
    ("pinv(x)*x", "1", "x: vector(n)"),
    ("pinv(diag(x))*x", "ones(n)", "x: vector(n)"),
]
HOLDS = [
    ("pinv(A'*A)*A'", "pinv(A)", "A: matrix(m,n)"),
    ("pinv(A*A')", "pinv(A')*pinv(A)", "A: matrix(m,n)"),
    ("pinv(a)*a", "sign(a)^2", "a: scalar"),
    ("sign(a*b)", "sign(a)*sign(b)", "a: scalar, b: scalar"),
    ("norm_nuc(A)", "tr(sqrtm(A'*A))", "A: matrix(m,n)"),
]
NOT_AT_0 = [
    ("a", "a*sign(b^2)", "b^2"),
    ("abs(a)", "abs(a)*sign(b)^2", "b"),
    ("sign(a*b)", "sign(a)*sign(c)*sign(b*c)", "c"),
    ("heaviside(a^2)", "1", "a^2"),
    ("0^(a^2)", "0", "a^2"),
    ("sign(a - 1)^2", "1", "a - 1"),
]


@pytest.mark.parametrize(("one", "other", "where"), SINGULAR)
def test_what_differs_where_a_rank_falls_is_refuted(one: str, other: str, where: str) -> None:
    verdict = mc.equivalent(one, other, where)
    assert verdict.status == "refuted" and verdict.counterexample is not None
    assert not np.allclose(verdict.counterexample.expected, verdict.counterexample.found)


@pytest.mark.parametrize(("one", "other", "where"), HOLDS)
def test_what_is_true_at_singular_values_too_is_not(one: str, other: str, where: str) -> None:
    verdict = mc.equivalent(one, other, where)
    assert verdict.holds and "; not where" not in verdict.reason


@pytest.mark.parametrize(("one", "other", "zero"), NOT_AT_0)
def test_what_differs_at_0_only_says_so(one: str, other: str, zero: str) -> None:
    verdict = mc.equivalent(one, other, "a: scalar, b: scalar, c: scalar")
    assert verdict.holds and verdict.reason.endswith(f"; not where {zero} has zeros")


def test_the_counterexample_is_a_small_singular_matrix() -> None:
    point = mc.equivalent("pinv(A)*A", "eye(n)", "A: square(n)").counterexample
    assert point is not None
    A = point.values["A"]
    assert np.linalg.det(A) == 0 and np.max(np.abs(A)) <= 2
    assert np.allclose(point.expected, np.linalg.pinv(A) @ A)
    assert np.array_equal(point.found, np.eye(len(A)))


def test_a_gradient_that_is_right_of_regular_matrices_only_is_refuted() -> None:
    for f, name, claim, where in (
        ("tr(A'*X)", "X", "pinv(B)*B*A", "X: matrix(m,n), A: matrix(m,n), B: square(m)"),
        ("det(X)", "X", "det(X)*pinv(X)'", "X: square(n)"),
        ("prod(x)", "x", "prod(x)*pinv(diag(x))*ones(n)", "x: vector(n)"),
    ):
        assert mc.check(f, name, claim, where).status == "refuted", f


def test_f_that_has_no_derivative_at_a_lower_rank_is_not_held_to_it() -> None:
    verdict = mc.check("tr(B*pinv(A))", "A", "-pinv(A)'*B'*pinv(A)'", "A: square(n), B: square(n)")
    assert verdict.holds and verdict.reason.endswith("; not where A has a lower rank")


def test_the_pseudo_inverse_is_exact_whatever_the_rank_is() -> None:
    pinv = problem_of("pinv(A)", "A: matrix(m,n)").expression
    for A in (np.outer([1, 2], [3, 0, 1]), np.zeros((2, 3)), np.array([[0, 2, 1], [0, 0, 1]])):
        found = evaluate_exactly(pinv, A=A.astype(float))
        assert all(isinstance(entry, Fraction) for entry in found.ravel())
        assert np.allclose(found.astype(float), np.linalg.pinv(A))
