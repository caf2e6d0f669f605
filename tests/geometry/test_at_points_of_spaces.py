"""What holds at points of a space is used in the answer; code takes arrays that lie elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

ANSWERS = [
    ("tr(X'*A*X)", "stiefel", "X: matrix(n,p)", "2*(A - X*X'*A)*X", "X'*X = eye(p)"),
    ("tr(A*X)", "rotation", "X: square(n)", "(A - X*A*X)/2", "X: orthogonal(n)"),
    ("x'*A*x/(x'*x)", "sphere", "x: vector(n)", "2*(A*x - (x'*A*x)*x)", "x'*x = 1"),
    ("tr(X^3)", "symmetric", "X: square(n)", "3*X^2", "X: symmetric(n)"),
    (
        "tr(A*X)",
        "spd-det1",
        "X: square(n)",
        "A - tr(A*inv(X))*inv(X)/tr(inv(X)^2)",
        "det(X) = 1",
    ),
    (
        "tr(X'*A*X)",
        "oblique",
        "X: matrix(n,m)",
        "2*(A*X - X*diag(diag(X'*A*X)))",
        "diag(X'*X) = ones(m)",
    ),
]


@pytest.mark.parametrize(("f", "space", "kind", "expected", "told"), ANSWERS)
def test_a_plainly_declared_variable_is_a_point_of_its_space(
    f: str, space: str, kind: str, expected: str, told: str
) -> None:
    answer = mc.gradient(f, kind[0], f"{kind}, A: symmetric(n)", space=space)
    assert str(answer.value) == expected
    assert told in answer.assumptions
    assert answer.verify(samples=4).passed
    assert mc.check(f, kind[0], expected, f"{kind}, A: symmetric(n)", space=space).holds


def test_code_projects_on_the_tangent_space_at_the_value_wherever_it_lies() -> None:
    random = np.random.default_rng(3)
    X, A = random.normal(size=(4, 2)), random.normal(size=(4, 4))
    A = A + A.T
    given = mc.gradient("tr(X'*A*X)", "X", "X: matrix(n,p), A: symmetric(n)", space="stiefel")
    maps = [X.T @ unit + unit.T @ X for unit in np.eye(8).reshape(8, 4, 2)]
    matrix = np.array([value.ravel() for value in maps]).T
    projection = np.eye(8) - np.linalg.pinv(matrix) @ matrix
    expected = (projection @ (2 * A @ X).ravel()).reshape(4, 2)
    assert np.allclose(given.compile()(X=X, A=A), expected)


def test_the_projection_on_the_symplectic_matrices_is_no_kronecker_formula() -> None:
    random = np.random.default_rng(5)
    X, C = random.normal(size=(2, 4, 4))
    form = np.kron([[0.0, 1.0], [-1.0, 0.0]], np.eye(2))
    where = "X: square(n), C: square(n)"
    given = mc.gradient("inner(C,X)", "X", where, space="symplectic")
    assert "kron" not in str(given.value)
    maps = [X.T @ form @ unit + unit.T @ form @ X for unit in np.eye(16).reshape(16, 4, 4)]
    matrix = np.array([value.ravel() for value in maps]).T
    expected = C.ravel() - np.linalg.pinv(matrix) @ matrix @ C.ravel()
    assert np.allclose(given.compile()(X=X, C=C), expected.reshape(4, 4))
