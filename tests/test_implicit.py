"""Variables that equations define: the adjoint method, its names, its code, and its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.printing.text import to_text
from tests.oracle import evaluate

RANDOM = np.random.default_rng(3)
LINEAR = "x solves A*x - b = 0; c'*x"
NONLINEAR = "x solves A*x + x.^3 = b; sum(x.^2)"


def gradient(f: str, wrt: str, where: str | None = None) -> mc.Answer:
    answer = mc.gradient(f, wrt, where)
    return answer


def test_the_adjoint_method() -> None:
    g = gradient(LINEAR, "A")
    assert to_text(g.value) == "-inv(A)'*c*x'"
    assert g.text().splitlines()[-2] == (
        "gradient = -v*x'    (n x n, as A)    "
        "with x solves A*x = b, v solves A'*v = c (adjoint solution)"
    )
    assert r"v\text{ solves }A^{\top} v = c" in g.latex()
    assert g.conditions == ("A invertible",)
    assert any("differentiate the equation" in step.rule for step in g.steps)


@pytest.mark.parametrize(
    ("f", "wrt", "where"),
    [
        (LINEAR, "A", None),
        (LINEAR, "b", None),
        ("x solves (A0 + p*p')*x = b; norm2(x)^2", "p", "p: vector(n)"),
        ("x solves A*x = b; y solves B*y = x.*x; c'*y", "A", None),
        ("x solves S*x = A'*b; norm2(A*x - b)^2", "S", "S: spd(n)"),
        ("X solves A*X + X*B = C; tr(X'*X)", "A", None),
        (NONLINEAR, "A", None),
        ("x solves p[1]*x + sin(x) - b = 0; c'*x", "p", None),
        ("x solves p*x^3 + x - b = 0; x^2", "p", "x: scalar, p: positive, b: scalar"),
        ("x solves x + tanh(W*x + b) = 0; c'*x", "W", None),
    ],
)
def test_gradients_are_verified(f: str, wrt: str, where: str | None) -> None:
    report = gradient(f, wrt, where).verify(samples=4)
    assert report.passed, str(report)


def test_operators_and_jacobians() -> None:
    L = mc.differential("x solves A*x - b = 0; x", "b")
    assert str(L) == "inv(A)*db"
    assert str(mc.jacobian("x solves A*x - b = 0; x", "b").value) == "inv(A)"


def test_linear_equations_are_solved_in_code() -> None:
    A, b, c = RANDOM.normal(size=(3, 3)), RANDOM.normal(size=3), RANDOM.normal(size=3)
    g = gradient(LINEAR, "A")
    assert "inv(" not in g.source().split('"""')[2] and "solve(" in g.source().split('"""')[-1]
    value, found = g.compile(value=True)(A=A, b=b, c=c)
    x, v = np.linalg.solve(A, b), np.linalg.solve(A.T, c)
    assert np.allclose(value, c @ x) and np.allclose(found, -np.outer(v, x))
    assert np.allclose(evaluate(mc.parse(LINEAR), A=A, b=b, c=c), c @ x)


def test_the_solution_of_a_nonlinear_equation_is_an_argument() -> None:
    g = gradient(NONLINEAR, "A")
    A, x = np.eye(2) + 0.1 * RANDOM.normal(size=(2, 2)), RANDOM.normal(size=2)
    b = A @ x + x**3
    with pytest.raises(mc.DomainError, match="not linear"):
        evaluate(g.value, A=A, b=b)
    found = evaluate(g.value, A=A, b=b, x=x)
    v = np.linalg.solve((A + np.diag(3 * x**2)).T, 2 * x)
    assert np.allclose(found, -np.outer(v, x))
    assert "the solution of its equation" in g.source()


def test_the_code_needs_no_solution_that_it_finds_itself() -> None:
    source = gradient(LINEAR, "A").source()
    space: dict[str, Any] = {}
    exec(source, space)
    A, b, c = RANDOM.normal(size=(3, 3)), RANDOM.normal(size=3), RANDOM.normal(size=3)
    x, v = np.linalg.solve(A, b), np.linalg.solve(A.T, c)
    assert np.allclose(space["gradient"](A=A, b=b, c=c), -np.outer(v, x))
    assert "(the solution of its equation), not needed" in " ".join(source.split())


def test_a_system_of_two_equations() -> None:
    """x1 = p1*p2, x2 = x1 + p3 (as in pset 2 of MIT 18.S096, 2024, by other numbers)."""
    text = "x solves [x[1] - p[1]*p[2]; x[2] - x[1] - p[3]] = 0; norm2(x)"
    g = gradient(text, "p", "x: vector(2), p: vector(3)")
    p = np.array([1.0, 2.0, 1.0])
    x = np.array([2.0, 3.0])
    expected = np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 1.0]]).T @ (x / np.linalg.norm(x))
    assert np.allclose(evaluate(g.value, p=p), expected)


def test_no_derivative_by_what_an_equation_defines() -> None:
    with pytest.raises(mc.MatcalcError, match="defined by an equation"):
        mc.gradient(LINEAR, "x")


def test_claims_about_solutions() -> None:
    assert mc.check(LINEAR, "b", claim="inv(A)'*c").status == "proved"
    assert mc.check(LINEAR, "A", claim="-inv(A)'*c*x'").holds
    assert "transpose" in mc.check(LINEAR, "A", claim="-x*c'*inv(A)").hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X solves A*X + X*B = C; norm2(X)^2", "-2*sylvester(A', B', X)*X'"),
        ("X solves A*X + X*A' + Q = 0; tr(X)", "lyap(A', eye(n))*(X + X')"),
        ("X solves A*X*B = C; norm2(X)^2", "-2*inv(A)'*X*X'"),
    ],
)  # fmt: skip
def test_matrix_equations_are_solved_as_matrix_equations(text: str, expected: str) -> None:
    where = "A: square(n), B: square(n), C: square(n), Q: square(n)"
    found = mc.gradient(text, "A", where)
    assert to_text(found.value) == expected
    assert found.verify(samples=4).passed


@pytest.mark.parametrize(
    ("text", "where", "wrt", "expected"),
    [
        ("P solves A*P*A' - P + Q = 0; tr(P*W)", "Q: spd(n)", "A", "dlyap(A', W + W')*A*P"),
        ("P solves P = A*P*A' + B*B'; tr(P)", "", "A", "2*dlyap(A', eye(n))*A*P"),
        ("P solves A*P*A' - P + Q = 0; tr(P*W)", "A: square(n)", "Q", "dlyap(A', W')"),
        ("P solves A'*P + P*A = -Q; tr(P*W)", "Q: symmetric(n)", "A", "P*lyap(A, W + W')"),
        (
            "P solves (A-B*K)'*P*(A-B*K) - P + Q + K'*R*K = 0; tr(P*S)",
            "Q: spd(n), R: spd(m), S: spd(n)",
            "K",
            "2*(R*K - B'*P*(A - B*K))*dlyap(A - B*K, S)",
        ),
    ],
)
def test_a_solution_that_has_to_be_symmetric_is_known_to_be(
    text: str, where: str, wrt: str, expected: str
) -> None:
    found = mc.gradient(text, wrt, where or None)
    assert to_text(found.value) == expected
    assert found.verify(samples=4).passed


def test_a_symmetric_solution_of_riccati_is_one_that_is_declared() -> None:
    text, where = "P solves A'*P + P*A - P*S*P + Q = 0; tr(P)", "Q: spd(n), S: spd(n)"
    declared = mc.gradient(text, "A", f"{where}, P: symmetric(n)")
    assert to_text(declared.value) == "2*P*lyap(A - S*P, eye(n))"
    assert "P'" in to_text(mc.gradient(text, "A", where).value)
    A, P, S = RANDOM.normal(size=(3, 3)), np.diag([1.0, 2.0, 3.0]), np.eye(3)
    Q = P @ S @ P - A.T @ P - P @ A
    closed = A - S @ P  # dP solves closed'*dP + dP*closed = -(dA'*P + P*dA)
    matrix = np.kron(np.eye(3), closed.T) + np.kron(closed.T, np.eye(3))
    weights = np.linalg.solve(matrix.T, np.eye(3).ravel("F")).reshape(3, 3, order="F")
    found = evaluate(declared.value, A=A, P=P, S=S, Q=Q)
    np.testing.assert_allclose(found, -2 * P @ weights, rtol=1e-9)


def test_no_other_solution_is_taken_for_symmetric() -> None:
    text = "P solves A*P*A' - P + Q = 0; tr(P*W)"
    assert "P'" in to_text(mc.gradient(text, "A", "Q: square(n)").value)
    assert "P'" in to_text(
        mc.gradient("P solves A*P*B - P + Q = 0; tr(P*P)", "A", "Q: spd(n)").value
    )


def test_the_gradient_through_a_stein_equation_in_numbers() -> None:
    A, W = 0.4 * RANDOM.normal(size=(3, 3)), RANDOM.normal(size=(3, 3))
    Q = np.diag([1.0, 2.0, 3.0])

    def value(A: Any) -> Any:
        P = np.linalg.solve(np.eye(9) - np.kron(A, A), Q.ravel("F")).reshape(3, 3)
        return np.trace(P @ W)

    units = np.eye(9).reshape(9, 3, 3)
    slopes = [(value(A + 1e-6 * unit) - value(A - 1e-6 * unit)) / 2e-6 for unit in units]
    found = mc.gradient("P solves A*P*A' - P + Q = 0; tr(P*W)", "A", "Q: symmetric(n)")
    numbers = evaluate(found.value, A=A, Q=Q, W=W)
    np.testing.assert_allclose(numbers, np.reshape(slopes, (3, 3)), rtol=1e-5, atol=1e-6)


def test_an_equation_with_a_sum_over_an_index_is_differentiated() -> None:
    where = "A: square(n), b: vector(3), B: matrix(n,3)"
    text = "x solves A*x = sum(i in 1..3, b[i]*B[:,i]); norm2(x)^2"
    gradient = mc.gradient(text, "b", where=where)
    assert gradient.verify(samples=3).passed
    random = np.random.default_rng(0)
    A, b, B = random.normal(size=(2, 2)), random.normal(size=3), random.normal(size=(2, 3))
    inverse = np.linalg.inv(A)
    x = inverse @ B @ b
    np.testing.assert_allclose(mc.evaluate(mc.parse(text, where=where), A=A, b=b, B=B), x @ x)
    np.testing.assert_allclose(gradient.compile()(A=A, b=b, B=B), 2 * B.T @ inverse.T @ x)


def test_what_a_hessian_repeats_has_a_name_in_an_expression_too() -> None:
    f = mc.parse("x solves A*x + x.^3 = b; c'*x")
    assert "with M = 3*diag(x.^2) + A" in mc.hessian(f, "b").text()


def test_an_equation_is_told_with_its_unknown_on_one_side() -> None:
    g = mc.gradient("v solves A*v = z - y; norm2(v)^2", "A", where={"A": "square(n)"})
    assert str(g) == "-2*u*v' with v solves A*v = z - y, u solves A'*u = v"
