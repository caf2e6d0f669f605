"""The public names and what they promise: parsing, operators, maps, answers, code, errors."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.nodes import Node

WHERE = "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"
SOLVE = "norm2(A*X - B)^2"


def derivation(text: str, name: str, where: str | None = None) -> mc.Answer:
    answer = mc.gradient(text, name, where)
    return answer


# ---------------------------------------------------------------- names


def test_every_public_name_is_there() -> None:
    for name in mc.__all__:
        assert getattr(mc, name) is not None
    assert set(mc.__all__) <= set(dir(mc))
    assert issubclass(mc.ShapeError, mc.MatcalcError)
    assert mc.Expr is Node


def test_operations_are_functions_of_the_module() -> None:
    A, X, B = mc.symbols(WHERE)
    assert mc.norm2(A @ X - B) ** 2 is mc.parse(SOLVE, WHERE)
    assert mc.tr(A @ A.T) is mc.parse("tr(A*A')", WHERE)
    assert mc.trace(A @ A.T) is mc.parse("tr(A*A')", WHERE)
    with pytest.raises(AttributeError, match="no_such_thing"):
        mc.no_such_thing  # noqa: B018
    with pytest.raises(AttributeError):
        mc._private  # noqa: B018


@pytest.mark.parametrize("name", ["tr", "power", "transpose", "inv", "elementwise_power"])
def test_operations_check_how_many_arguments_they_get(name: str) -> None:
    (X,) = mc.symbols("X: square(n)")
    for arguments in ((), (X, X, X)):
        with pytest.raises(mc.ShapeError, match="takes"):
            getattr(mc, name)(*arguments)


def test_importing_costs_no_arrays() -> None:
    heavy = ("numpy", "scipy", "lark", "sympy")
    code = f"import sys, matcalc; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["gradient", "--help"], ["gradeint"]])
def test_what_tells_of_the_program_loads_no_book(arguments: list[str]) -> None:
    code = f"""import sys
from matcalc.cli import main
try:
    main({arguments})
except SystemExit:
    pass
print([m for m in ("matcalc.rulebook", "matcalc.language", "lark") if m in sys.modules])"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == "[]", run.stderr


# ---------------------------------------------------------------- expressions


def test_operators_mean_what_the_language_means() -> None:
    A, X, x, a = mc.symbols("A: square(n), X: square(n), x: vector(n), a: scalar")
    same = {
        "A*X + 2*A - X'": A @ X + 2 * A - X.T,
        "A*X*x": A @ X @ x,
        "A/a": A / a,
        "A/X": A @ mc.inv(X),
        "X^3": mc.matrix_power(X, 3),
        "X^-2": mc.matrix_power(X, -2),
        "X + a": X + a,
        "1 - X": 1 - X,
        "-x": -x,
        "a^2/3": a**2 / 3,
        "0.5*a": 0.5 * a,
        "2^a": 2**a,
        "x[2]*X[1,3]": x[2] * X[1, 3],
        "X[:,2]": X[:, 2],
        "X[2,:]": X[2, :],
        "X^0": mc.matrix_power(X, 0),
    }
    for text, built in same.items():
        where = "A: square(n), X: square(n), x: vector(n), a: scalar"
        assert mc.parse(text, where) is built, text
    mistakes: list[Callable[[], Node]] = [
        lambda: x @ x,
        lambda: A + x,
        lambda: x**2,
        lambda: A**x,
        lambda: x / x,
    ]
    for wrong in mistakes:
        with pytest.raises(mc.MatcalcError):
            wrong()
    with pytest.raises(TypeError, match="not an expression"):
        A + "x"
    with pytest.raises(TypeError):
        True * A


def test_expressions_print_and_read_back() -> None:
    f = mc.parse(SOLVE, WHERE)
    assert str(f) == SOLVE
    assert mc.parse(str(f), WHERE) is f
    assert f._repr_latex_() == f"${f.latex()}$"
    assert "‖" in f.unicode()
    assert pickle.loads(pickle.dumps(f)) is f


@pytest.mark.parametrize(
    ("where"), [WHERE, {"A": "matrix(m,n)", "X": "matrix(n,p)", "B": "matrix(m,p)"}]
)
def test_declarations_are_text_or_a_dict(where: str | dict[str, str]) -> None:
    assert mc.parse(SOLVE, where) is mc.parse(SOLVE, WHERE)


# ---------------------------------------------------------------- derivatives


def test_the_gradient_of_least_squares() -> None:
    g = derivation(SOLVE, "X", WHERE)
    assert str(g.value) == "2*A'*(A*X - B)"
    assert str(g.value.shape) == "n x p"
    assert g.inner == "Frobenius"
    assert g.space == "all entries free"
    assert g.conditions == ()
    assert g.steps[-1].rule and g.problem.text == SOLVE
    assert g._repr_latex_() == f"${g.value.latex()}$"
    assert g.text().startswith(f"f = {SOLVE}")
    assert str(g) == str(g.value)


def test_text_and_expressions_give_the_same_answer() -> None:
    A, X, B = mc.symbols(WHERE)
    built = mc.gradient(mc.norm2(A @ X - B) ** 2, X)
    assert built.value is derivation(SOLVE, "X", WHERE).value
    named = mc.gradient(mc.norm2(A @ X - B) ** 2, "X")
    assert named.value is built.value


def test_what_was_inferred_is_told() -> None:
    g = derivation(SOLVE, "X")
    assert g.assumptions
    assert any("X" in line for line in g.assumptions)
    assert derivation(SOLVE, "X", WHERE).assumptions == ()


def test_several_variables_at_once() -> None:
    g = mc.gradient(SOLVE, ["X", "A"], WHERE)
    assert isinstance(g.value, mc.Blocks)
    assert {name: str(value) for name, value in g.value.items()} == {
        "X": "2*A'*(A*X - B)",
        "A": "2*(A*X - B)*X'",
    }
    values = {"A": np.ones((2, 3)), "X": np.ones((3, 4)), "B": np.zeros((2, 4))}
    found = g.compile(value=True)(**values)
    assert set(found) == {"X", "A", "value"}
    assert found["value"] == pytest.approx(72)
    np.testing.assert_array_equal(found["X"], 12 * np.ones((3, 4)))
    assert g.verify(samples=4).passed


def test_differentials_are_operators() -> None:
    L = mc.differential(SOLVE, "X", WHERE)
    assert isinstance(L.operator, mc.LinearMap)
    assert str(L.domain) == "n x p" and str(L.codomain) == "1 x 1"
    assert "V" in str(L("V"))
    assert L("V") is L.apply("V")
    assert L.kind == "differential" and L.steps


def test_jacobians() -> None:
    J = mc.jacobian("tanh(A*x)", "x", "A: matrix(m,n), x: vector(n)")
    assert str(J.value.shape) == "m x n"
    assert J.inner == "Frobenius"
    assert str(mc.jacobian("A*X", "X", "A: matrix(m,n), X: matrix(n,p)").value) == "eye(p) ⊗ A" or (
        str(mc.jacobian("A*X", "X", "A: matrix(m,n), X: matrix(n,p)").value) == "kron(eye(p), A)"
    )
    assert str(mc.jacobian("t*x", "t", "t: scalar, x: vector(n)").value) == "x"
    row = mc.jacobian("x'*A*x", "x", "A: symmetric(n), x: vector(n)").value
    assert str(row) == "2*x'*A"


@pytest.mark.parametrize(
    ("text", "name", "error", "says"),
    [
        ("A*x", "x", "ShapeError", "a gradient needs a scalar"),
        ("x'*x", "y", "UnknownName", "no variable 'y'"),
        ("x'*y*", "x", "SyntaxProblem", ""),
        ("nosuch(x, x)", "x", "UnknownName", "nosuch"),
        ("x'*[x, x; x]", "x", "ShapeError", ""),
    ],
)
def test_mistakes_are_told_with_a_message(text: str, name: str, error: str, says: str) -> None:
    with pytest.raises(getattr(mc, error)) as caught:
        mc.gradient(text, name, "x: vector(n)" if text == "A*x" else None)
    assert says in caught.value.message
    assert isinstance(caught.value, mc.MatcalcError)
    assert caught.value.report() == str(caught.value)


def test_an_integer_has_no_derivative() -> None:
    with pytest.raises(mc.MatcalcError, match="integer"):
        mc.gradient("tr(X^k)", "k", "X: square(n), k: integer")


# ---------------------------------------------------------------- numbers and code


def test_code_runs_with_and_without_the_package() -> None:
    g = derivation(SOLVE, "X", WHERE)
    random = np.random.default_rng(0)
    A, X, B = (random.standard_normal(s) for s in ((4, 3), (3, 2), (4, 2)))
    expected = 2 * A.T @ (A @ X - B)
    np.testing.assert_allclose(g.compile()(A=A, X=X, B=B), expected)
    f, again = g.compile(value=True)(A=A, X=X, B=B)
    assert f == pytest.approx(np.sum((A @ X - B) ** 2))
    np.testing.assert_allclose(again, expected)
    space: dict[str, object] = {}
    source = g.source("numpy")
    assert "matcalc" not in source
    exec(source, space)
    function = next(value for name, value in space.items() if name == g.kind)
    assert callable(function)
    np.testing.assert_allclose(function(A=A, X=X, B=B), expected)
    assert g.compile().source == source


def test_arguments_are_checked() -> None:
    function = derivation(SOLVE, "X", WHERE).compile()
    good = {"A": np.ones((4, 3)), "X": np.ones((3, 2)), "B": np.ones((4, 2))}
    before = {name: value.copy() for name, value in good.items()}
    function(**good)
    assert all(np.array_equal(good[name], before[name]) for name in good)
    with pytest.raises(mc.ShapeError):
        function(**{**good, "X": np.ones((4, 2))})
    with pytest.raises(mc.MatcalcError):
        function(**good, Z=1.0)
    with pytest.raises(mc.MatcalcError):
        function(A=good["A"])


def test_evaluate() -> None:
    (x,) = mc.symbols("x: vector(n)")
    assert mc.evaluate(x.T @ x, x=[3.0, 4.0]) == 25.0
    assert mc.evaluate(mc.parse("tr(eye(n))"), n=4) == 4.0
    X = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(mc.evaluate(mc.parse("X'", "X: matrix(m,n)"), X=X), X.T)
    both = mc.parse("X^k + sum(i in 1..k, X^i)", "X: square(n), k: integer")
    np.testing.assert_array_equal(mc.evaluate(both, X=2 * np.eye(2), k=3), 22 * np.eye(2))


ONE_BY_ONE = {
    "inv(x'*A*x)": 1 / 31.0,
    "det(x'*A*x)": 31.0,
    "logdet(x'*A*x)": np.log(31.0),
    "expm(x'*x/10)": np.exp(0.5),
    "diag(x'*x)": 5.0,
    "adj(x'*x)": 1.0,
    "tril(x'*x)": 5.0,
    "kron(x'*x, 2)": 10.0,
}


@pytest.mark.parametrize("text", ONE_BY_ONE)
def test_matrix_functions_take_1_by_1_matrices(text: str) -> None:
    A, x = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([1.0, 2.0])
    f = mc.parse(text, "A: square(n), x: vector(n)")
    given = {"x": x, "A": A} if "A" in text else {"x": x}
    assert mc.evaluate(f, **given) == pytest.approx(ONE_BY_ONE[text])
    assert derivation(text, "x", "A: square(n), x: vector(n)").verify(samples=4).passed


INTEGER_POWERS = [
    "tr(X^k)",
    "sum(i in 1..k, tr(X^i))",
    "tr(X^k)^2 + tr((X^k)^k)",
    "sum(i in 1..k, i*tr(X^k*X^i))",
    "tr(A*X^(k+1))",
]


@pytest.mark.parametrize("text", INTEGER_POWERS)
def test_symbolic_powers_and_sums_over_an_index(text: str) -> None:
    g = derivation(text, "X", "X: square(n), A: square(n), k: integer")
    report = g.verify(samples=8)
    assert report.passed, str(report)


NESTED = [
    "sum(i in 1..n, x[i]*sum(i in 1..n, x[i]^2*y[i]))",
    "sum(i in 1..n, x[i])*sum(i in 1..n, x[i]^2)",
    "sum(i in 1..n, y[i]*sum(i in 1..n, x[i]*sum(i in 1..n, x[i]^2)) + x[i])",
    "sum(i in 1..n, x[i]^2*sum(j in 1..n, x[j]*sum(i in 1..n, x[i]*x[j])))",
]


@pytest.mark.parametrize("text", NESTED)
def test_an_inner_sum_has_an_index_of_its_own(text: str) -> None:
    where = "x: vector(n), y: vector(n)"
    report = derivation(text, "x", where).verify(samples=8)
    assert report.passed, str(report)
    f = mc.parse(text, where)
    assert mc.parse(str(f), where) is f


def test_nested_sums_have_the_value_of_nested_loops() -> None:
    x, y = np.array([1.0, 2.0, -0.5]), np.array([0.5, 3.0, 1.0])
    f = mc.parse(NESTED[0], "x: vector(n), y: vector(n)")
    assert mc.evaluate(f, x=x, y=y) == pytest.approx(np.sum(x) * np.sum(x**2 * y))


def test_verification_reports() -> None:
    report = derivation(SOLVE, "X", WHERE).verify(samples=6, seed=3)
    assert report.passed
    assert report.rows
    assert "verified" in str(report)
    assert str(derivation(SOLVE, "X", WHERE).verify(samples=6, seed=3)) == str(report)


def test_a_claim_is_judged() -> None:
    right = mc.check(SOLVE, "X", "2*A'*(A*X - B)", WHERE)
    wrong = mc.check(SOLVE, "X", "A'*(A*X - B)", WHERE)
    assert right.status in ("proved", "verified")
    assert wrong.status == "refuted"
    assert mc.equivalent("tr(A*B)", "tr(B*A)").status in ("proved", "verified")
    assert mc.equivalent("A*B", "B*A", "A: square(n), B: square(n)").status == "refuted"


def test_the_rule_book_can_be_read() -> None:
    table, entry = mc.rules(), mc.rules("logdet")
    assert "logdet" in table and "norm2" in table
    assert "tr(inv(X)*dX)" in entry and "Magnus" in entry
    with pytest.raises(mc.MatcalcError):
        mc.rules("logdett")
