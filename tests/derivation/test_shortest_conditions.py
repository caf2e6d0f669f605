"""An answer prints no condition that cannot fail, and each in its smallest parts."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

SQUARES = "A: square(n), B: square(n), S: square(m), x: vector(n), s: scalar, k: integer"
STATED: list[tuple[str, str, tuple[str, ...]]] = [
    ("tr(B*A^k)", "A", ("0 <= k",)),
    ("tr(A^k)", "A", ("A invertible unless 1 <= k",)),
    ("sum(i in 1..n, tr(A^i))", "A", ()),
    ("sum(i in 0..n, tr(B*A^i))", "A", ()),
    ("logdet(A*B)", "A", ("A invertible", "B invertible")),
    ("logdet(-2*A')", "A", ("A invertible",)),
    ("logdet(s*A)", "A", ("s nonzero", "A invertible")),
    ("logdet(A^2)", "A", ("A invertible",)),
    ("s*logdet(kron(A, S))", "s", ("A invertible", "S invertible")),
    ("logdet(diag(x))", "x", ("x with nonzero entries",)),
    ("s/norm2(kron(A, S))", "s", ("A nonzero", "S nonzero")),
    ("1/tr(inv(A))", "A", ("A invertible", "tr(inv(A)) nonzero")),
    ("tr(inv(A'*A + B))", "A", ("A'*A + B invertible",)),
    ("tr(dlyap((A - B)', S1))", "A", ("A - B without two eigenvalues whose product is 1",)),
    ("s^(-k)", "s", ("s nonzero unless 1 <= -k",)),
    ("sum(arccosh(1 + exp(A)))", "A", ("1 < 1 + exp(A)",)),  # a matrix bounded by a number
]


@pytest.mark.parametrize(("text", "wrt", "conditions"), STATED)
def test_a_gradient_states(text: str, wrt: str, conditions: tuple[str, ...]) -> None:
    assert mc.gradient(text, wrt, SQUARES).conditions == conditions


@pytest.mark.parametrize(
    ("text", "wrt", "conditions"),
    [
        ("norm_nuc(X)", "X", ("X of full rank",)),
        ("tr(B*A^k)", "A", ("0 <= k",)),
        ("tr(A^k)", "A", ("1 <= k",)),
        ("sum(i in 1..n, tr(B*A^i))", "A", ()),
    ],
)
def test_a_hessian_states(text: str, wrt: str, conditions: tuple[str, ...]) -> None:
    assert mc.hessian(text, wrt, f"{SQUARES}, X: matrix(m,n)").conditions == conditions


def test_a_product_that_is_solved_with_is_tested_by_the_solve_alone() -> None:
    answer = mc.gradient("tr(inv(A*B))", "A", "A: square(n), B: square(n)")
    assert answer.conditions == ("A invertible", "B invertible")
    A, B = np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([[1.0, 1.0], [0.5, 2.0]])
    inverse = np.linalg.inv(A @ B)
    np.testing.assert_allclose(answer.compile()(A=A, B=B), -(B @ inverse @ inverse).T)
    assert "valid where" not in answer.source()
    with pytest.raises(mc.DomainError, match="Singular"):
        answer.compile()(A=A, B=np.ones((2, 2)))


@pytest.mark.parametrize("equation", ["x = x", "A*x - A*x = b", "x + b = x"])
def test_an_equation_from_which_its_unknown_cancels_is_refused(equation: str) -> None:
    with pytest.raises(mc.DomainError, match="says nothing about x, which cancels"):
        mc.gradient(f"x solves {equation}; c'*x", "c", "A: square(n), b: vector(n)")


@pytest.mark.parametrize(
    ("text", "wrt", "where"),
    [
        ("log(w'*exp(x))", "x", "w: positive_vector(n), x: vector(n)"),  # sums of positive terms
        ("sum(log(exp(X*W)*ones(k)))", "W", "X: matrix(n,p), W: matrix(p,k)"),
        (
            "sum(X.*log(X./(W*H)))",
            "H",
            "X: positive_matrix(m,n), W: positive_matrix(m,k), H: positive_matrix(k,n)",
        ),
        ("a'*x/(b'*x)", "x", "a: vector(n), b: positive_vector(n), x: positive_vector(n)"),
        ("1/det(X)", "X", "X: invertible(n)"),
        ("sum(log(diag(S)))", "S", "S: spd(n)"),
    ],
)
def test_what_always_holds_is_not_stated(text: str, wrt: str, where: str) -> None:
    assert mc.gradient(text, wrt, where).conditions == ()


def test_what_can_fail_is_stated() -> None:
    assert mc.gradient("log(a'*x)", "x", "a: positive_vector(n)").conditions == ("a'*x positive",)
    some = "X: positive_matrix(m,n), Y: matrix(n,n)"
    assert mc.gradient("sum(log(X*Y))", "Y", some).conditions == ("X*Y positive",)
