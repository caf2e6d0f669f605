"""What is assumed of names that nobody declared, and of dimensions."""

from __future__ import annotations

import pytest

from matcalc.expressions.errors import MatcalcError
from matcalc.language.problem import parse_problem
from matcalc.language.understanding import Problem
from matcalc.printing.phrases import fact_text
from tests.language.small_book import BOOK


def parse(text: str, where: str = "") -> Problem:
    return parse_problem(text, where, BOOK)


SUBTRACTED = ("X - 2*s subtracts 2*s from every entry; X - 2*s*I is the other reading",)

ASSUMED = (
    ("norm2(A*X - B)^2", "", ("A: matrix(m, n)", "X: matrix(n, p)", "B: matrix(m, p)")),
    ("x'*A*x", "", ("x: vector(n)", "A: square(n)")),
    ("a*X", "", ("a: scalar", "X: matrix(m, n)")),
    ("lambda*x", "", ("lambda: scalar", "x: vector(n)")),
    (
        "β_1*x + α",
        "",
        ("β_1: scalar", "x: scalar", "α: scalar"),
    ),
    ("a^b", "", ("a: scalar", "b: scalar")),
    ("A^k", "", ("A: square(n)", "k: integer")),
    ("normp(x, p)", "", ("x: vector(n)", "p: scalar")),
    ("tr(A*B)", "", ("A: matrix(m, n)", "B: matrix(n, m)")),
    ("x'*A*x + b'*x + c", "", ("x: vector(n)", "A: square(n)", "b: vector(n)", "c: scalar")),
    ("logdet(I + X'*X)", "", ("X: matrix(m, n)",)),
    ("I - rho*W", "", ("rho: scalar", "W: square(n)")),
    ("vector(c)'*x", "", ("c: scalar", "x: vector(n)")),
    ("kron(A, B)*vec(X)", "", ("A: matrix(m, n)", "B: matrix(p, q)", "X: matrix(q, n)")),
    ("eye(3)*x", "", ("x: vector(3)",)),
    ("eye(n)*x", "", ("x: vector(n)",)),
    ("n/2*logdet(S)", "S: spd(n)", ()),
    ("A*x + c", "A: matrix(m,n)", ("x: vector(n)", "c: vector(m)")),
    ("A*x", "A: matrix(n,p)", ("x: vector(p)",)),
    ("[A, b; c', 1]", "", ("A: matrix(m, n)", "b: vector(m)", "c: vector(n)")),
    ("X[i,j] + x[k]", "", ("X: matrix(m, n)", "x: vector(p)")),
    ("x[3:n]", "", ("x: vector(m)",)),
    ("T*X^T", "", ("T: matrix(m, n)", "X: matrix(p, n)")),
    ("[s, t; t, s]*x", "x: vector(n), s: scalar, t: scalar", ("n = 2",)),
    (
        "norm2(kron(A,X) - B)",
        "A: matrix(n,m), X: matrix(m,n), B: matrix(p,q)",
        ("p = m*n", "q = m*n"),
    ),
    ("X + 1", "X: square(n)", ("X + 1 adds 1 to every entry; X + 1*I is the other reading",)),
    ("X - 2*s", "X: square(n), s: scalar", SUBTRACTED),
    ("sum(i in 1..n, a[i]*x[i])", "", ("a: vector(n)", "x: vector(n)")),
)


@pytest.mark.parametrize(("text", "where", "assumed"), ASSUMED, ids=lambda value: str(value)[:30])
def test_what_is_assumed_is_said(text: str, where: str, assumed: tuple[str, ...]) -> None:
    assert tuple(map(fact_text, parse(text, where).facts)) == assumed


def test_a_forced_dimension_is_forced_everywhere() -> None:
    problem = parse("[s, t; t, s]*x + n*y", "x: vector(n), y: vector(n), s: scalar, t: scalar")
    assert str(problem.expression.shape) == "2 x 1"
    assert str(problem.symbols["y"].shape) == "2 x 1"


def test_an_undeclared_matrix_is_never_a_vector_by_accident() -> None:
    assert parse("X*x").symbols["X"].shape.columns.name is not None
    assert not parse("sum(X'*Y)").symbols["X"].shape.is_vector


def test_names_of_dimensions_do_not_clash_with_names_of_variables() -> None:
    problem = parse("m*X + n", "m: scalar, n: scalar")
    assert problem.symbols["X"].shape.names.isdisjoint({"m", "n"})


def test_declared_names_keep_their_shapes() -> None:
    for text in ("A*B", "A + B", "A.*B"):
        with pytest.raises(MatcalcError):
            parse(text, "A: matrix(m,n), B: matrix(p,q)")


def test_a_name_can_be_a_dimension_and_a_declared_integer() -> None:
    problem = parse("k*eye(k)", "k: integer")
    assert str(problem.expression.shape) == "k x k"
