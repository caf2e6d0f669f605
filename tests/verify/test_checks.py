"""Right derivatives pass, wrong ones fail with a report, and points stay where f is defined."""

from __future__ import annotations

from dataclasses import replace

import pytest

import matcalc as mc
from matcalc.expressions.constructors import multiply, symbol
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.declarations import parse_declarations
from matcalc.language.problem import parse_expression
from matcalc.operators.linear_map import linear_map
from matcalc.rulebook import book
from matcalc.samples.report import Report
from matcalc.spaces.directions import direction
from matcalc.verify.checks import verify_map

pytestmark = pytest.mark.usefixtures("both_oracles")
MATRICES = "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p), V: matrix(n,p), W: matrix(m,p)"


def read(text: str, symbols: dict[str, Symbol]) -> Node:
    return parse_expression(text, symbols, book)


def gradient_report(
    f: str, wrt: str, gradient: str, where: str, seed: int = 0, samples: int = 8
) -> Report:
    """The map <gradient, dX> and its adjoint, a weight times the gradient."""
    symbols = parse_declarations(where)
    claimed, tangent, weight = (
        read(gradient, symbols),
        direction("dX", symbols[wrt]),
        symbol("w__", SCALAR),
    )
    change = linear_map(tangent, mc.inner(claimed, tangent))
    back = linear_map(weight, multiply(weight, claimed))
    known = symbols.values()
    return verify_map(read(f, symbols), symbols[wrt], change, known, samples, seed, back)


RIGHT = [
    ("norm2(A*X - B)^2", "X", "2*A'*(A*X - B)", MATRICES),
    ("norm_fro(X)", "X", "X/norm_fro(X)", "X: matrix(m,n)"),
    ("logdet(X)", "X", "inv(X)'", "X: square(n)"),
    ("det(X)", "X", "det(X)*inv(X)'", "X: square(n)"),
    ("x'*A*x", "x", "(A + A')*x", "x: vector(n), A: square(n)"),
    ("x'*A*x", "x", "2*A*x", "x: vector(n), A: symmetric(n)"),
    ("sum(log(x))", "x", "1./x", "x: vector(n)"),
    ("sum(log(X))", "X", "1./X", "X: matrix(m,n)"),
    ("s^2", "s", "2*s", "s: scalar"),
    ("a'*x", "x", "a", "a: vector(n), x: vector(n)"),
    ("logdet(S)", "S", "inv(S)", "S: spd(n)"),
    ("x'*S*y", "S", "x*y'", "S: symmetric(n), x: vector(n), y: vector(n)"),
    ("n*tr(X)", "X", "n*eye(n)", "X: square(n)"),
    ("M[2,7]^2", "M", "2*M[2,7]*basis(2,m)*basis(7,n)'", "M: matrix(m,n)"),
    ("log(det(X))", "X", "inv(X)'", "X: square(n)"),
    ("logdet(X'*X)", "X", "2*X*inv(X'*X)", "X: matrix(m,n)"),
]


@pytest.mark.parametrize(("f", "wrt", "gradient", "where"), RIGHT)
def test_right_gradients_pass(f: str, wrt: str, gradient: str, where: str) -> None:
    report = gradient_report(f, wrt, gradient, where)
    assert report.passed, str(report)


@pytest.mark.parametrize(
    ("f", "wrt", "gradient", "where"),
    [
        ("norm2(A*X - B)^2", "X", "A'*(A*X - B)", MATRICES),
        ("norm2(A*X - B)^2", "X", "2.0001*A'*(A*X - B)", MATRICES),
        ("logdet(X)", "X", "inv(X)", "X: square(n)"),
        ("tr(X*X)", "X", "2*X", "X: square(n)"),
        ("x'*A*x", "x", "2*A*x", "x: vector(n), A: square(n)"),
        ("x'*S*y", "S", "y*x'", "S: symmetric(n), x: vector(n), y: vector(n)"),
        ("sum(log(x))", "x", "x", "x: vector(n)"),
        ("a'*x", "x", "2*a", "a: vector(n), x: vector(n)"),
        ("s^2", "s", "s", "s: scalar"),
        ("a'*a", "x", "x", "a: vector(n), x: vector(n)"),
    ],
)
def test_wrong_gradients_fail(f: str, wrt: str, gradient: str, where: str) -> None:
    report = gradient_report(f, wrt, gradient, where)
    assert not report.passed and not report.problem
    assert "FAILS" in str(report) and report.summary().startswith("not verified")


def test_a_gradient_of_the_wrong_shape_fails() -> None:
    right = mc.gradient("norm2(A*X - B)^2", "X", MATRICES)
    report = replace(right, value=mc.parse("A*X - B", MATRICES)).verify()
    assert not report.passed
    assert "the gradient is m x p, X is n x p" in str(report)


def test_same_seed_same_report() -> None:
    reports = [gradient_report(*RIGHT[0], seed=seed) for seed in (1, 1, 2)]
    assert str(reports[0]) == str(reports[1]) != str(reports[2])


def test_the_report_is_a_table() -> None:
    lines = str(gradient_report(*RIGHT[0])).splitlines()
    assert lines[0].startswith("Taylor remainder: f(X + t*V) - f(X) - t*L(V)")
    header = next(line for line in lines if line.startswith("check"))
    rows = [line for line in lines if line.endswith("holds")]
    assert len(rows) == 12 and all(row.index("holds") == rows[0].index("holds") for row in rows)
    assert header.index("sizes") == rows[0].index("m=")
    assert lines[-1] == "verified: every check holds at 8 random points"


def test_a_linear_function_says_so() -> None:
    report = gradient_report("a'*x", "x", "a", "a: vector(n), x: vector(n)")
    assert {row.worst for row in report.rows if row.check.startswith("Taylor")} == {"linear"}


def test_points_are_taken_where_the_function_is_defined() -> None:
    report = gradient_report("sum(log(X))", "X", "1./X", "X: matrix(m,n)")
    assert report.passed and "positive entries" in str(report)
    report = gradient_report("sum(arccosh(x))", "x", "1./sqrt(x.^2 - 1)", "x: vector(n)")
    assert report.passed and report.notes


def test_sizes_at_which_nothing_is_defined_are_named() -> None:
    report = gradient_report("logdet(X'*X)", "X", "2*X*inv(X'*X)", "X: matrix(m,n)")
    assert report.passed
    assert any("no usable point with m=" in note for note in report.notes)


def test_no_usable_sample_is_not_a_pass() -> None:
    where = "x: vector(n)"
    report = gradient_report("sum(log(-(x.^2) - 1))", "x", "x", where)
    assert not report.passed and report.rows == ()
    assert "no usable sample" in str(report)
    assert not gradient_report("x'*x", "x", "2*x", where, samples=0).passed


def map_report(f: str, body: str, adjoint: str | None, where: str = MATRICES) -> Report:
    symbols = parse_declarations(where)
    back = linear_map(symbols["W"], read(adjoint, symbols)) if adjoint else None
    claimed = linear_map(symbols["V"], read(body, symbols))
    declared = [symbol for name, symbol in symbols.items() if name not in "VW"]
    return verify_map(read(f, symbols), symbols["X"], claimed, declared, 8, adjoint=back)


def test_maps_and_their_adjoints() -> None:
    square = "X: square(n), V: square(n), W: square(n)"
    assert map_report("A*X - B", "A*V", "A'*W").passed
    assert map_report("X^2", "X*V + V*X", "X'*W + W*X'", square).passed
    assert map_report("inv(X)", "-inv(X)*V*inv(X)", "-inv(X)'*W*inv(X)'", square).passed
    assert not map_report("X^2", "2*X*V", None, square).passed
    report = map_report("X^2", "X*V + V*X", "X*W + W*X", square)
    assert not report.passed
    assert {row.check for row in report.rows if not row.passed} == {"adjoint"}


def test_maps_of_the_wrong_shape_fail() -> None:
    assert "derivative is n x p" in str(map_report("A*X - B", "V", None))
    assert "adjoint is m x p" in str(map_report("A*X - B", "A*V", "W"))


@pytest.mark.parametrize(
    ("f", "wrt", "jacobian", "passes"),
    [
        ("A*x", "x", "A", True),
        ("A*x", "x", "2*A", False),
        ("A*x", "x", "A'", False),
        ("A*X", "X", "kron(eye(p), A)", True),
        ("A*X", "X", "kron(A, eye(p))", False),
        ("s^2*A", "s", "2*s*A", True),
        ("x'*x", "x", "2*x'", True),
        ("x'*x", "x", "2*x", False),
        ("s^3", "s", "3*s^2", True),
    ],
)
def test_jacobians(f: str, wrt: str, jacobian: str, passes: bool) -> None:
    symbols = parse_declarations("A: matrix(m,n), X: matrix(n,p), x: vector(n), s: scalar")
    right = mc.jacobian(read(f, symbols), wrt)
    report = replace(right, value=read(jacobian, symbols)).verify(8)
    assert report.passed is passes, str(report)


def test_directions_keep_the_structure_of_the_tangent() -> None:
    symbols = parse_declarations("X: square(n), V: symmetric(n)")
    f, wrong = read("tr(X*X)", symbols), read("2*tr(X*V)", symbols)
    half = read("tr(X*V) + tr(X'*V)", symbols)
    assert verify_map(f, symbols["X"], linear_map(symbols["V"], wrong), samples=4).passed
    assert verify_map(f, symbols["X"], linear_map(symbols["V"], half), samples=4).passed


def test_points_with_a_singular_matrix_are_not_taken() -> None:
    """Of X'*X with fewer rows than columns the inverse is round-off, and not even symmetric."""
    gradient = mc.gradient("logdet(X'*X) + b'*inv(X'*X)*b", "b", where="X: matrix(m,n)")
    report = gradient.verify(samples=20, seed=0)
    assert report.passed
    assert any("X'*X is singular" in note for note in report.notes)


def test_sizes_that_were_not_tried_are_not_said_to_have_no_usable_point() -> None:
    report = mc.gradient("norm2(A*x)^2", "x", "A: matrix(m,n), x: vector(n)").verify(samples=1)
    assert report.passed
    assert not report.notes
