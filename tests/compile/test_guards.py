"""A condition that an answer prints is enforced by its code: an error there, never a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.calculus.conditions import domain
from matcalc.compile.function import source
from matcalc.expressions.predicates import ForAll, Has, Predicate, Property, Unless
from matcalc.printing.predicates import predicate_text
from matcalc.rulebook import book
from matcalc.rulebook.rule_book import REQUIREMENTS

RANK_1 = np.outer([1.0, 2.0], [3.0, 4.0, 5.0])
TURN = np.array([[0.0, -1.0], [1.0, 0.0]])

# a scalar function, its variable, declarations, a point outside, and the condition it breaks
OUTSIDE: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("sum(log(A*x))", "x", "", {"A": np.eye(2, 3), "x": [1.0, -2.0, 3.0]}, "A*x positive"),
    ("sum(sqrt(x))", "x", "", {"x": [1.0, 0.0]}, "x positive"),
    ("sum(x.^(3/2))", "x", "", {"x": [1.0, -1.0]}, "x nonnegative"),
    ("s^p", "s", "s: scalar, p: scalar", {"s": -2.0, "p": 0.5}, "s nonnegative unless p is"),
    ("s^p", "s", "s: scalar, p: scalar", {"s": 0.0, "p": 0.5}, "s nonzero unless 1 <= p"),
    ("c'*(1./x)", "x", "", {"c": [1.0, 2.0], "x": [1.0, 0.0]}, "x with nonzero entries"),
    (
        "norm2(A*x - b)",
        "x",
        "",
        {"A": np.eye(3, 2), "x": [0, 0], "b": [0, 0, 0]},
        "A*x - b nonzero",
    ),
    ("sum(arcsin(x))", "x", "", {"x": [0.5, 1.0]}, "x < 1"),
    ("sum(log1p(x))", "x", "", {"x": [0.5, -1.0]}, "-1 < x"),
    ("sum(arccosh(x))", "x", "", {"x": [1.0, 2.0]}, "1 < x"),
    (
        "sum(i in 1..n, log(x[i]))",
        "x",
        "x: vector(n)",
        {"x": [1.0, -1.0]},
        "x[i] positive for i in 1..n",
    ),
    ("a'*inv(X)*a", "X", "", {"a": [1.0, 2.0], "X": np.ones((2, 2))}, "Singular matrix"),
    (
        "logdet(A*X*A')",
        "X",
        "A: matrix(m,n), X: square(n)",
        {"A": RANK_1, "X": np.eye(3)},
        "Singular",
    ),
    ("lambda_max(A)", "A", "", {"A": [[1.0, 2.0], [0.0, 3.0]]}, "A symmetric"),
    ("lambda_max(A)", "A", "", {"A": np.eye(3)}, "A with a simple largest eigenvalue"),
    (
        "lambda(A, i)",
        "A",
        "i: index(n), A: square(n)",
        {"A": np.eye(3), "i": 2},
        "a simple eigenvalue i",
    ),
    ("sum(eigvals(A).^2)", "A", "", {"A": np.diag([1.0, 1.0, 2.0])}, "A with simple eigenvalues"),
    (
        "lambda(A, M, 1)",
        "A",
        "",
        {"A": np.diag([2.0, 6.0]), "M": np.diag([1.0, 3.0])},
        "of the pencil with M",
    ),
    (
        "lambda(A, M, 1)",
        "A",
        "",
        {"A": np.diag([2.0, 6.0]), "M": -np.eye(2)},
        "not positive definite",
    ),
    ("norm_spec(X)", "X", "", {"X": np.eye(3, 2)}, "a simple positive singular value 1"),
    ("sum(svdvals(X).^3)", "X", "", {"X": np.ones((2, 3))}, "n <= m"),
    (
        "c'*svdvals(X)",
        "X",
        "X: matrix(m,n)",
        {"X": RANK_1.T, "c": np.ones(2)},
        "X with distinct positive singular values",
    ),
    ("cond(X)", "X", "", {"X": np.eye(3, 2)}, "with simple extreme singular values"),
    ("norm_nuc(X)", "X", "", {"X": RANK_1}, "X of full rank"),
    ("sum(qr_r(X))", "X", "", {"X": RANK_1}, "n <= m"),
    ("sum(qr_r(X))", "X", "", {"X": RANK_1.T}, "X of full column rank"),
    ("tr(C'*polar(X'))", "X", "X: matrix(m,n)", {"X": RANK_1.T, "C": RANK_1}, "X of full rank"),
    ("sum(chol(A))", "A", "", {"A": [[1.0, 2.0], [0.0, 3.0]]}, "A spd"),
    ("sum(chol(A))", "A", "", {"A": [[1.0, 2.0], [2.0, 1.0]]}, "not positive definite"),
    ("sum(lu_l(A))", "A", "", {"A": TURN}, "A with nonzero leading minors"),
    (
        "tr(B*logm(X))",
        "X",
        "",
        {"B": TURN, "X": np.diag([1.0, -2.0])},
        "without eigenvalues on the closed negative real axis",
    ),
    ("tr(B*logm(X))", "X", "", {"B": TURN, "X": np.diag([1.0, 0.0])}, "closed negative real axis"),
    ("norm_spec(X)", "X", "", {"X": np.zeros((3, 2))}, "a simple positive singular value 1"),
    ("perron(X)", "X", "", {"X": np.eye(2)}, "X with a simple largest real eigenvalue"),
    ("sum(sqrt(abs(x)))", "x", "", {"x": [1.0, 0.0]}, "x with nonzero entries"),
    ("norm2(x) + norm1(x)", "x", "", {"x": [0.0, 0.0]}, "x nonzero"),
    ("sum(abs(x)) + sum(x.^(-1))", "x", "", {"x": [1.0, 0.0]}, "x with nonzero entries"),
    (
        "c'*x.^(x[1])",
        "x",
        "x: vector(n), c: vector(n)",
        {"x": [2.0, -2.0], "c": [1, 1]},
        "positive",
    ),
    ("x^p", "p", "x: scalar, p: scalar", {"x": -2.0, "p": 2.0}, "x positive"),
    (
        "sum(i in 1..2, log(x[i])) + sum(i in 1..n, log(x[i]))",
        "x",
        "x: vector(n)",
        {"x": [1.0, 1.0, -1.0]},
        "x[i] positive for i in 1..n",
    ),
    ("norm1(z)", "z", "z: complex_vector(n)", {"z": [1j, 0]}, "z with nonzero entries"),
    ("lambda(A, i)", "A", "i: index(n), A: square(n)", {"A": np.eye(2), "i": 5}, "position 5 of A"),
    ("tr(B*signm(X))", "X", "", {"B": TURN, "X": TURN}, "eigenvalues on the imaginary axis"),
    ("perron(X)", "X", "", {"X": TURN}, "X with a real eigenvalue"),
    ("tr(B*sylvester(A, A, C))", "C", "", {"A": TURN, "B": TURN, "C": TURN}, "add to 0"),
    (
        "tr(B*sylvester(A, S, C))",
        "C",
        "",
        {"A": np.eye(2), "S": -np.eye(2), "B": TURN, "C": TURN},
        "minus one of S",
    ),
    (
        "tr(B*dlyap(A, Q))",
        "Q",
        "",
        {"A": np.eye(2), "B": TURN, "Q": TURN},
        "without two eigenvalues whose product is 1",
    ),
    (
        "a'*X^k*b",
        "X",
        "k: integer",
        {"X": TURN, "a": [1.0, 2.0], "b": [3.0, 4.0], "k": -2},
        "0 <= k",
    ),
    ("tr(X^k)", "X", "k: integer", {"X": np.ones((2, 2)), "k": -2}, "X invertible unless 1 <= k"),
    (
        "x'*symplectic_form(n)*y",
        "x",
        "x: vector(n), y: vector(n)",
        {"x": [1.0, 2.0, 3.0], "y": [1.0, 0.0, 1.0]},
        "n even",
    ),
    ("c'*sum(i in 1..k, x*i)", "x", "k: integer", {"c": [1.0], "x": [1.0], "k": -3}, "0 <= k"),
]


@pytest.mark.parametrize(("text", "wrt", "where", "point", "message"), OUTSIDE)
def test_code_refuses_where_the_answer_does_not_hold(
    text: str, wrt: str, where: str, point: dict[str, Any], message: str
) -> None:
    answer = mc.gradient(text, wrt, where or None)
    with pytest.raises(mc.DomainError) as caught:
        answer.compile()(**point)
    assert message in str(caught.value)


# What no code tests: neighbours of a point, and kinks; and what no row above can break: positions
# that are refused before, the poles of the tangent, the entries of a list of eigenvalues.
NEVER_BROKEN = {
    Property.CONSTANT_RANK,
    Property.SINGLE_LARGEST_ENTRY,
    Property.SINGLE_SMALLEST_ENTRY,
    Property.SINGLE_LARGEST_ENTRY_IN_ROWS,
    Property.DISTINCT_ENTRIES,
}


def test_every_property_of_the_book_is_broken_above() -> None:
    asked = {
        one
        for name in book.names()
        for word in REQUIREMENTS
        for requirement in book.requirements(name, word)
        for one in _properties(requirement.predicate)
    }
    broken = {one for row in OUTSIDE for one in _broken(*row)}
    assert asked - broken == NEVER_BROKEN, asked - broken


def _broken(
    text: str, wrt: str, where: str, point: dict[str, Any], message: str
) -> Iterator[Property]:
    """The properties of the condition that the message of a row is about."""
    for one in mc.gradient(text, wrt, where or None).requirements:
        if message in f"valid where {predicate_text(one.predicate)}":
            yield from _properties(one.predicate)


def _properties(predicate: Predicate) -> list[Property]:
    match predicate:
        case Has(property=one):
            return [one]
        case Unless(condition=condition, exception=exception):
            return _properties(condition) + _properties(exception)
        case ForAll(predicate=inner):
            return _properties(inner)
        case _:
            return []


@pytest.mark.parametrize(
    ("text", "point", "condition", "subgradient"),
    [
        (
            "sum(abs(x))",
            [1.0, 0.0, -2.0],
            "x with nonzero entries (else by convention)",
            [1, 0, -1],
        ),
        (
            "sum(relu(x))",
            [1.0, 0.0, -2.0],
            "x with nonzero entries (else by convention)",
            [1, 0, 0],
        ),
        (
            "max(x)",
            [3.0, 1.0, 3.0],
            "x with a single largest entry (else by convention)",
            [0.5, 0, 0.5],
        ),
    ],
)
def test_a_kink_has_the_subgradient_that_the_answer_speaks_of(
    text: str, point: list[float], condition: str, subgradient: list[float]
) -> None:
    answer = mc.gradient(text, "x")
    assert answer.conditions == (condition,)
    np.testing.assert_array_equal(answer.compile()(x=point), subgradient)


@pytest.mark.parametrize(
    ("text", "wrt", "where"),
    [
        ("norm2(x)^2", "x", ""),
        ("norm2(x)^4", "x", ""),
        ("norm2(x)^3", "x", ""),
        ("(1 + norm2(x)^2)^(-1/2)", "x", ""),
        ("exp(norm2(x)^2)", "x", ""),
        ("sum(log(1 + exp(A*x)))", "x", ""),
        ("logdet(X*X' + S)", "S", "S: spd(m), X: matrix(m,n)"),
        ("det(X)", "X", ""),
        ("prod(x)", "x", ""),
        ("sum(x.^3)", "x", ""),
        ("sum(log(x))", "x", "x: positive_vector(n)"),
    ],
)
def test_what_holds_everywhere_states_no_condition(text: str, wrt: str, where: str) -> None:
    answer = mc.gradient(text, wrt, where or None)
    assert answer.conditions == ()
    assert "valid where" not in answer.source()


@pytest.mark.parametrize(
    ("text", "wrt", "where", "point"),
    [
        ("sum(x.^1.5)*norm2(x)", "x", "", {"x": [0.0, 1.0]}),
        ("sum(x.^1.5) + 1/norm2(x)", "x", "", {"x": [0.0, 1.0]}),
        ("sum(x.^1.5) + norm1(x)", "x", "", {"x": [0.0, 1.0]}),
        ("logdet(X)", "X", "", {"X": np.diag([1.0, 1e-20])}),
        ("logdet(X)", "X", "", {"X": [[1e-10, 1.0], [-1.0, 1e10]]}),
        ("sum(qr_r(X))", "X", "", {"X": np.diag([1e-10, 1e10])}),
        ("sum(lu_u(X))", "X", "", {"X": 1e-3 * np.eye(150)}),
        ("re(log1p(z))", "z", "z: complex_scalar", {"z": -2 + 1j}),
        ("sum(arcsin(x))", "x", "", {"x": [0.999999, -0.999999]}),
        ("tr(logm(X))", "X", "", {"X": [[0.0, -1.0], [1.0, 0.0]]}),
    ],
)
def test_code_answers_where_the_answer_holds(
    text: str, wrt: str, where: str, point: dict[str, Any]
) -> None:
    answer = mc.gradient(text, wrt, where or None)
    assert np.all(np.isfinite(answer.compile()(**point)))
    assert np.isfinite(mc.evaluate(answer.problem.expression, **point))


def test_single_precision_counts_as_symmetric() -> None:
    factor = np.random.default_rng(0).standard_normal((5, 5)).astype(np.float32)
    scales = np.diag(np.arange(1.0, 6.0)).astype(np.float32)
    value = (factor @ scales @ factor.T).astype(np.float32)
    assert np.any(value != value.T)
    assert np.all(np.isfinite(mc.gradient("lambda_max(A)", "A").compile()(A=value)))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("sum(relu(x).^2)", [1.0, 0.0]),
        ("norm1(x)^2", [1.0, 0.0]),
        ("max(x)^2", [1.0, 1.0]),
        ("sum(elu(x))", [1.0, 0.0]),
        ("sum(x.^(3/2))", [1.0, 0.0]),
    ],
)
def test_there_is_no_second_derivative_at_a_kink(text: str, point: list[float]) -> None:
    with pytest.raises(mc.DomainError, match="valid where"):
        mc.hessian(text, "x").compile()(x=point)
    assert np.all(np.isfinite(mc.hessian(text, "x").compile()(x=[1.0, 2.0])))


def test_the_conditions_of_a_second_derivative() -> None:
    assert mc.hessian("sum(x.^(3/2))", "x").conditions == ("x positive",)
    assert mc.hessian("s^(3/2)", "s", "s: scalar").conditions == ("s positive",)
    assert mc.gradient("c'*svdvals(X)", "X", "X: matrix(n^2,n)").conditions == (
        "X with distinct positive singular values",
    )


def test_a_value_has_the_domain_of_its_operations() -> None:
    roots, logarithm = mc.parse("sum(sqrt(x))"), mc.parse("log(s)", "s: scalar")
    assert mc.evaluate(roots, x=[4.0, 0.0]) == 2.0
    with pytest.raises(mc.DomainError, match="valid where x nonnegative"):
        mc.evaluate(roots, x=[4.0, -1.0])
    with pytest.raises(mc.DomainError, match="valid where s positive"):
        mc.evaluate(logarithm, s=-1.0)


LOOPS: list[tuple[str, str, dict[str, Any], float]] = [
    (
        "log(sum(i in 1..3, sum(j in 1..3, x[i]*exp(x[j] + x[i]/9)))) + i",
        "i: scalar",
        {"i": 0.25},
        np.log(sum(a * np.exp(b + a / 9) for a in (1, 2, 0.5) for b in (1, 2, 0.5))) + 0.25,
    ),
    ("sum(i in 1..3, log(x[i])) + x[i]", "i: index(3)", {"i": 3}, 0.5),
    ("sum(i in 1..i, log(x[i])) + x[i]", "i: index(3)", {"i": 2}, np.log(2) + 2),
    (
        "sum(i in 1..3, sum(i1 in 1..2, log(x[i] + i1)))*i*i1",
        "i: scalar, i1: scalar",
        {"i": 2, "i1": -0.5},
        -sum(np.log(a + k) for a in (1, 2, 0.5) for k in (1, 2)),
    ),
]


@pytest.mark.parametrize(("text", "where", "given", "expected"), LOOPS)
def test_tests_and_values_loop_over_the_same_names(
    text: str, where: str, given: dict[str, Any], expected: float
) -> None:
    node = mc.parse(text, f"x: vector(3), {where}")
    assert mc.evaluate(node, x=[1.0, 2.0, 0.5], **given) == pytest.approx(expected)
    with pytest.raises(mc.DomainError, match=r"valid where .* positive"):
        mc.evaluate(node, x=[-3.0, -3.0, -3.0], **given)


def test_what_is_tested_is_computed_once() -> None:
    node = mc.parse(LOOPS[0][0], "x: vector(3), i: scalar")
    assert source(node, [], required=domain(node)).count("np.exp(") == 1


def test_a_derivative_of_a_function_has_its_domain() -> None:
    derivative = mc.parse("frechet(logm, A, E)")
    where = "valid where A without eigenvalues on the closed negative real axis"
    with pytest.raises(mc.DomainError, match=where):
        mc.evaluate(derivative, A=np.diag([-1.0, 2.0]), E=TURN)
    found = mc.evaluate(derivative, A=np.diag([1.0, 2.0]), E=np.eye(2))
    np.testing.assert_allclose(found, np.diag([1.0, 0.5]), atol=1e-12)


def test_code_with_conditions_runs_alone() -> None:
    space: dict[str, Any] = {}
    exec(mc.gradient("norm2(A*x - b)", "x").source(), space)
    A, x, b = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]]), np.array([1.0, -1.0]), np.ones(3)
    residual = A @ x - b
    expected = A.T @ residual / np.sqrt(residual @ residual)
    np.testing.assert_allclose(space["gradient"](A, x, b), expected)
    with pytest.raises(ValueError, match=r"valid where A\*x - b nonzero"):
        space["gradient"](A, x, A @ x)
