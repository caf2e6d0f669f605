"""Comparisons, choices, derivatives with a prime, and what is said or refused of notation."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.printing.phrases import fact_text
from matcalc.questions.reading import problem_of

x = np.array([0.5, -2.0, 3.0, 0.0])
y = np.array([1.5, -3.0, 0.0, 0.0])
X = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -0.25]])
z = x + np.array([1j, 2.0, -1j, 0.5])
sigmoid = 1 / (1 + np.exp(-x))

VALUES: list[tuple[str, Any]] = [
    ("x > 0", x > 0),
    ("x >= 0", x >= 0),
    ("x < y", x < y),
    ("x ≤ y", x <= y),
    ("x == y", x == y),
    ("x != y", x != y),
    ("x > 0.5", x > 0.5),
    ("sum(x > 0)", 2),
    ("(x > 0).*y", (x > 0) * y),
    ("where(x > 0, x, 0)", np.maximum(x, 0)),
    ("where(x >= y, x.^2, 3*y)", np.where(x >= y, x**2, 3 * y)),
    ("c = x > 0; where(c, x, y)", np.where(x > 0, x, y)),
    ("where(y, x, 7)", np.where(y, x, 7)),
    ("where(X > 0, X, 0.5*X)", np.where(X > 0, X, 0.5 * X)),
    ("relu'(x)", (x > 0).astype(float)),
    ("sigmoid'(x)", sigmoid * (1 - sigmoid)),
    ("tanh'(X)", 1 - np.tanh(X) ** 2),
    ("exp'(x)", np.exp(x)),
    ("∑(i=1..n, x[i]^2)", 13.25),
    ("sum(i=1..n, x_i*y_i)", 6.75),
    ("∏(i=1..n, 2 + y[i])", -14.0),
    ("½ x'{X'X}x", np.sum((X @ x[:3]) ** 2) / 2),
    ("√(x'x)^{3}", 13.25**1.5),
    ("tr{X^{T}X}", np.sum(X**2)),
    ("‖X‖_{F}² + ‖x‖₁", np.sum(X**2) + 5.5),
    ("x'*(I_3 + 2*I₃)*x + 0*sum(X)", 3 * 13.25),
    ("∑(i=1..n, xᵢ²)", 13.25),
    ("π*x'*x", np.pi * 13.25),
    ("z⋅x", np.conj(z) @ x),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_values(text: str, expected: Any) -> None:
    narrow = x[:3] if "X" in text else x
    given = {
        name: one for name, one in {"x": narrow, "y": y, "z": z, "X": X}.items() if name in text
    }
    np.testing.assert_allclose(mc.evaluate(text, **given), expected, rtol=1e-13)


GRADIENTS = [
    ("sum(where(x > 0, x.^2, 3*x))", np.where(x > 0, 2 * x, 3)),
    ("sum((x > y).*x.*y)", (x > y) * y),
    ("sum(sigmoid'(x))", sigmoid * (1 - sigmoid) * (1 - 2 * sigmoid)),
]


@pytest.mark.parametrize(("text", "expected"), GRADIENTS)
def test_gradients_where_no_sides_are_equal(text: str, expected: Any) -> None:
    answer = mc.gradient(text, "x")
    given = {name: one[:3] for name, one in {"x": x, "y": y}.items() if name in text}
    np.testing.assert_allclose(answer.compile()(**given), expected[:3], rtol=1e-12)
    assert answer.verify().passed


SAID = [
    ("x'Ax", "`Ax` is read as A*x"),
    ("||Ax - b||^2", "`Ax` is read as A*x"),
    ("exp(-(AB))", "`AB` is read as A*B"),
    ("Wx*x + Wh*h", "Wx: matrix(m, n)"),
    ("logdet(Kx + Ky)", "Kx: square(n)"),
    ("||X||^2", "`||X||` is the Frobenius norm; the spectral one is `norm(X, 2)`"),
    ("tr(exp(A))", "`exp(A)` is entry by entry; the function of the matrix is `expm(A)`"),
]


@pytest.mark.parametrize(("text", "said"), SAID)
def test_how_notation_was_read_is_said(text: str, said: str) -> None:
    assert said in map(fact_text, problem_of(text).facts)


@pytest.mark.parametrize("text", ["||x||^2", "||X||_F^2", "sum(exp(x))", "A'A"])
def test_what_is_read_in_one_way_needs_no_word(text: str) -> None:
    assert not any("`" in fact_text(fact) for fact in problem_of(text).facts)


@pytest.mark.parametrize(
    ("first", "second"),
    [("||Ax - b||^2", "(Ax - b)'(Ax - b)"), ("tr(AB)", "tr(BA)"), ("x'A'Ax", "||Ax||^2")],
)
def test_words_of_two_texts_are_the_same_products(first: str, second: str) -> None:
    assert mc.equivalent(first, second).holds


REFUSED = [
    ("x'*a + xa", "x*a"),
    ("A(x - b)", "A*(x - b)"),
    ("x'*log x", "log(x)"),
    ("A^2x", "A^(2*x)"),
    ("a/b c", "a/(b*c)"),
    ("1/2m ||x||^2", "`1/(2*m)`"),
    ("sum(i in 0..n-1, x[i]^2)", "positions count from 1"),
    ("sum(i in 2..n, x[n-i]) where x: vector(n)", "positions count from 1"),
    ("sum(i in 1..n, X[i+1,1]) where X: matrix(n,m)", "the last position is n"),
    ("x'*x + max_{x} x'x", "is an optimum"),
    ("u solves du/dt = A*u; u'*u", "`du/dt` is a derivative"),
    ("sum_i (x_i)", "sum(i, ...)"),
    ("sum_{i=1}^n x_i", "sum(i in 1..n, ...)"),
    ("∑_i x_i", "sum(i in 1..n, ...)"),
    ("Σ_i x_i^2", "sum(i, ...)"),
    ("max_x x'x", "type the function alone, `x'x`"),
    ("argmin_{w} norm2(X*w - y)^2", "`norm2(X*w - y)^2`"),
    ("min_theta theta'*A*theta", "is an optimum"),
    ("E[x*x']", "is an expectation"),
    ("x'*x + lim_n x", "is a limit"),
    ("d/dx (x'A x)", "type the function alone, `x'A x`"),
    ("∂(x'A x)/∂x", "is a derivative"),
    ("sum(d(x))", "`d` is a derivative"),
    ("p(x|y)", "is a density given a value"),
    ("1'*x", "`ones(n)'`"),
    ("x ∈ R^n", "`x: vector(n)`"),
    ("√x'y", "`sqrt(x)`"),
    ("xTAx", "`x'*A*x`"),
    ("norm2(ATx - A'*b)^2", "`A'*x`"),
    ("|A*X|", "`det(A*X)`"),
    ("log det(A)", "`log(det(A))`"),
    ("tr[A*X]", "`tr(A*X)`"),
    ("A†", "`pinv(A)`"),
    ("tr(A^*X)", "`A'`"),
    ("sum(0 < x < 1)", "(0 < x).*(x < 1)"),
    ("where(x > 0, y)", "where(x > 0, a, b)"),
    ("sum(silu'(x))", "sum(silu(x))"),
    ("sum(sigmoid''(x))", "sigmoid'(x)"),
    ("tr'(X)", "differential"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_is_refused_is_refused_with_what_to_type(text: str, told: str) -> None:
    with pytest.raises(mc.MatcalcError, match=re.escape(told)):
        problem_of(text)


def test_words_that_are_declared_or_not_made_of_names_are_names() -> None:
    assert "xa" in problem_of("x'*a + sum(xa) where xa: vector(n)").symbols
    assert {"ab", "x"} == problem_of("ab'*x").symbols.keys()


def test_a_transpose_by_a_power_asks_for_no_scalar() -> None:
    answer = mc.gradient("½ x^T P x + q^T x + r", "x")
    assert answer.value is mc.gradient("x'*P*x/2 + q'*x + r", "x").value
    P, v, q = np.array([[1.0, 2.0], [-3.0, 5.0]]), np.array([0.5, -1.0]), np.array([3.0, 4.0])
    np.testing.assert_allclose(answer.compile()(P=P, x=v, q=q), (P + P.T) @ v / 2 + q)


def test_a_word_with_a_greek_letter_is_a_product_for_every_verb() -> None:
    assert str(mc.parse("y'Xβ")) == "y'*X*β"
    assert str(mc.gradient("y'Xβ", "y").value) == "X*β"
    with pytest.raises(mc.ShapeError, match="in Julia"):
        mc.parse("A⋅B", "A: matrix(m,n), B: matrix(n,p)", dialect="julia")
