"""The examples of MIT 18.S096, lectures 1 and 4, in the form in which the board has them."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expressions.nodes import Symbol

GRADIENTS = [
    ("x'*x", "x", "", "2*x"),
    ("x'*y", "x", "", "y"),
    ("x'*A*x", "x", "", "(A + A')*x"),
    ("x'*A*x", "x", "A: symmetric(n)", "2*A*x"),
    ("(A*x - b)'*(A*x - b)", "x", "", "2*A'*(A*x - b)"),
    ("norm_fro(A)", "A", "", "A/norm2(A)"),
    ("tr(A'*A)", "A", "", "2*A"),
    ("x'*A*y", "A", "", "x*y'"),
    ("x'*A*y", "x", "", "A*y"),
    ("sum(A)", "A", "", "ones(m, n)"),
    ("tr(A)", "A", "", "eye(n)"),
    ("det(A)", "A", "", "adj(A)'"),
    ("det(A)", "A", "A: invertible(n)", "det(A)*inv(A)'"),
    ("logdet(A)", "A", "", "inv(A)'"),
    ("sqrt(x'*W*x)", "x", "W: spd(n)", "W*x/sqrt(x'*W*x)"),
    ("sum(A.*B)", "A", "", "B"),
    ("(x'*x)^4", "x", "", "8*(x'*x)^3*x"),
    ("tr(A^3)", "A", "", "3*A'^2"),
]

OPERATORS = [
    ("u*v'", "u", "du*v'"),
    ("x*x'", "x", "dx*x' + x*dx'"),
    ("A'", "A", "dA'"),
    ("1 + tr(A)", "A", "tr(dA)"),
    ("A^2", "A", "A*dA + dA*A"),
    ("A^3", "A", "A^2*dA + A*dA*A + dA*A^2"),
    ("A^-1", "A", "-inv(A)*dA*inv(A)"),
]

JACOBIANS = [
    ("A*x", "x", "", "A"),
    ("A*x + y", "x", "", "A"),
    ("x.*y", "x", "", "diag(y)"),
    ("A*(x.*x)", "x", "", "2*A*diag(x)"),
    ("[sin(t), 0, cos(t); t, t^2, t^3]", "t", "t: scalar", "[cos(t), 0, -sin(t); 1, 2*t, 3*t^2]"),
    ("A^2", "A", "", "kron(eye(n), A) + kron(A', eye(n))"),
    ("inv(A)", "A", "", "-kron(inv(A)', inv(A))"),
]


@pytest.mark.parametrize(("text", "wrt", "where", "expected"), GRADIENTS)
def test_gradients_are_those_of_the_board(text: str, wrt: str, where: str, expected: str) -> None:
    found = mc.gradient(text, wrt, where or None)
    assert str(found.value) == expected
    assert found.verify(samples=4).passed


@pytest.mark.parametrize(("text", "wrt", "expected"), OPERATORS)
def test_operators_keep_the_order_of_the_factors(text: str, wrt: str, expected: str) -> None:
    assert str(mc.differential(text, wrt)) == expected


@pytest.mark.parametrize(("text", "wrt", "where", "expected"), JACOBIANS)
def test_jacobians_are_those_of_the_board(text: str, wrt: str, where: str, expected: str) -> None:
    found = mc.jacobian(text, wrt, where or None)
    assert found.value is mc.parse(expected, where={s.name: _kind(s) for s in _symbols(found)})
    assert found.verify(samples=4).passed


def _symbols(found: mc.Answer) -> list[Symbol]:
    return list(found.problem.symbols.values())


def _kind(symbol: Symbol) -> str:
    shape = symbol.shape
    return "scalar" if shape.is_scalar else f"matrix({shape.rows},{shape.columns})"


WEIGHTED = [
    ("a'*x", "inv(W)*a"),
    ("x'*A*x", "inv(W)*(A + A')*x"),
    ("sqrt(x'*W*x)", "x/sqrt(x'*W*x)"),
]


@pytest.mark.parametrize(("text", "expected"), WEIGHTED)
def test_the_inner_product_changes_the_gradient_only(text: str, expected: str) -> None:
    where = "W: spd(n), x: vector(n)"
    weighted = mc.gradient(text, "x", where, inner=mc.Weighted(left="W"))
    assert str(weighted.value) == expected
    assert weighted.map.body is mc.gradient(text, "x", where).map.body
    assert weighted.verify(samples=4).passed


def test_other_products_of_the_lecture() -> None:
    where = "A: matrix(m,n), B: matrix(m,n), M: spd(m), N: spd(n), W: positive_matrix(m,n)"
    both = mc.gradient("tr(B'*A)", "A", where, inner=mc.Weighted("M", "N"))
    assert str(both.value) == "inv(M)*B*inv(N)"
    entrywise = mc.gradient("sum(A.*B)", "A", where, inner=mc.Elementwise("W"))
    assert str(entrywise.value) == "B./W"


def test_functions_as_vectors_have_the_gradient_of_the_integral() -> None:
    found = mc.gradient(
        "h*sum(sin(u))", "u", "h: positive, u: vector(n)", inner=mc.Pairing("h*U'*V")
    )
    assert str(found.value) == "cos(u)"


def test_affine_invariant_gradients() -> None:
    one = mc.gradient("logdet(X)", "X", "X: spd(n)", inner=mc.AffineInvariant())
    assert str(one.value) == "X"
    text, where = "logdet(A) + tr(inv(A)*X)", "A: spd(n), X: symmetric(n)"
    assert str(mc.gradient(text, "A", where, inner=mc.AffineInvariant()).value) == "A - X"


def test_why_two_a_da_is_wrong_for_the_square() -> None:
    verdict = mc.check("A^2", "A", claim="2*A*dA")
    assert verdict.status == "refuted"
    assert "commute" in str(verdict)
