"""What is printed as text parses back to the same object."""

from __future__ import annotations

import pytest
from hypothesis import given

from matcalc.expressions.nodes import Node
from matcalc.language.problem import parse_expression
from matcalc.printing.latex import to_latex
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.rulebook import book
from tests.strategies import SYMBOLS, expressions

TYPED = (
    "X'[1, 2]",
    "(X*Y)[:, 2]",
    "[X, Y; Y, X]",
    "[X; Y; S]",
    "[[X, Y], S]",
    "[[X; Y]; S]",
    "X[2:3, :]",
    "x[n - 1:n]",
    "X[1:3, 2:k]",
    "X^17",
    "inv(X)^20",
    "diag(x)*Y",
    "diag(X)",
    "kron(A, B)*kron(X, Y)",
    "reshape(A, 2*m, n/2)",
    "basis(1, n)",
    "commutation(m, n)",
    "sum(i in 1..n, x[i]^2)",
    "prod(i in 1..n, x[i])",
    "sum(i in 1..n, x[i]*sum(j in 1..n, X[i, j]))",
    "a^(b^2)",
    "(a^b)^alpha",
    "x.^(1/3)",
    "pi*x",
)


@given(expressions())
def test_text_parses_back(expression: Node) -> None:
    assert parse_expression(to_text(expression), SYMBOLS, book) is expression


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_is_printed_so(text: str) -> None:
    expression = parse_expression(text, SYMBOLS, book)
    assert parse_expression(to_text(expression), SYMBOLS, book) is expression
    if not text.startswith("sum(i in 1..n, x[i]*"):
        assert to_text(expression) == text


@given(expressions())
def test_the_other_styles_print_everything(expression: Node) -> None:
    assert to_unicode(expression)
    assert to_latex(expression).count(r"\left") == to_latex(expression).count(r"\right")
