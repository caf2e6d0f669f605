"""A matrix that only round-off makes invertible is an error; one in unequal units is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import hilbert

import matcalc as mc

ROWS_IN_LINE = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
ASKED = [
    "tr(inv(X)*C)",
    "a'*inv(X)*b",
    "a'*(X\\b)",
    "logdet(X)",
    "log(det(X))",
    "det(X)*tr(inv(X))",
    "tr(C*X^-2)",
    "tr(X^k)",
    "tr(C*inv(X*X'))",
    "x solves X*x = b; a'*x",
]


def singular(order: int, rank: int, seed: int) -> Any:
    random = np.random.default_rng(seed)
    factors = random.standard_normal((order, rank)) @ random.standard_normal((rank, order))
    scales = 10 ** random.uniform(-6, 6, (2, order)) if seed % 2 else np.ones((2, order))
    return scales[0][:, None] * factors * scales[1]


SINGULAR = [ROWS_IN_LINE, ROWS_IN_LINE.T / 7, ROWS_IN_LINE * 1e-30]
SINGULAR += [singular(order, order - 1 - seed % 2, seed) for order in (3, 8) for seed in range(6)]


@pytest.mark.parametrize("text", ASKED)
@pytest.mark.parametrize("value", SINGULAR)
def test_singular_to_round_off_is_an_error(text: str, value: Any) -> None:
    declared = "X: square(n), C: square(n), a: vector(n), b: vector(n), k: integer"
    answer = mc.gradient(text, "X", declared)
    n = len(value)
    given = {"X": value, "C": np.eye(n), "a": np.arange(1.0, n + 1), "b": value @ np.ones(n)}
    used = set(answer.problem.symbols) & set(given)
    point = {name: given[name] for name in used} | ({"k": -2} if "k" in text else {})
    with pytest.raises(mc.DomainError, match=r"Singular matrix|X invertible"):
        answer.compile()(**point)


def turned_in_units(order: int) -> Any:
    random = np.random.default_rng(order)
    orthogonal = np.linalg.qr(random.standard_normal((order, order)))[0]
    left, right = 10 ** random.uniform(-9, 9, (2, order))
    return left[:, None] * orthogonal * right, orthogonal.T / left / right[:, None]


@pytest.mark.parametrize("order", [2, 3, 7, 40])
def test_the_units_of_rows_and_columns_do_not_matter(order: int) -> None:
    value, inverse = turned_in_units(order)
    found = mc.evaluate(mc.parse("inv(X)", "X: square(n)"), X=value)
    np.testing.assert_allclose(found, inverse, rtol=1e-9)
    right = np.arange(1.0, order + 1)
    solved = mc.evaluate(mc.parse("inv(X)*b", "X: square(n), b: vector(n)"), X=value, b=right)
    np.testing.assert_allclose(solved, inverse @ right, rtol=1e-9)


@pytest.mark.parametrize(
    ("value", "inverse"),
    [
        (np.diag([1.0, 1e-20]), np.diag([1.0, 1e20])),
        ([[1e-10, 1.0], [-1.0, 1e10]], [[5e9, -0.5], [0.5, 5e-11]]),
        ([[1.0, 1e20], [0.0, 1.0]], [[1.0, -1e20], [0.0, 1.0]]),
        (1e-200 * np.eye(3), 1e200 * np.eye(3)),
        ([[1j, 1.0], [1.0, 1j]], [[-0.5j, 0.5], [0.5, -0.5j]]),
        (np.array([[3.0, 1.0], [1.0, 2.0]], np.float32), [[0.4, -0.2], [-0.2, 0.6]]),
    ],
)
def test_what_is_invertible_has_its_inverse(value: Any, inverse: Any) -> None:
    node = mc.parse("inv(X)", "X: complex_matrix(n,n)" if np.iscomplexobj(value) else None)
    np.testing.assert_allclose(mc.evaluate(node, X=value), inverse, rtol=1e-6)


def test_an_ill_conditioned_matrix_is_refused_where_no_digit_is_right() -> None:
    node = mc.parse("inv(X)", "X: square(n)")
    assert np.allclose(hilbert(8) @ mc.evaluate(node, X=hilbert(8)), np.eye(8), atol=1e-5)
    with pytest.raises(mc.DomainError, match="round-off"):
        mc.evaluate(node, X=hilbert(13))


@pytest.mark.parametrize("seed", range(12))
def test_semidefinite_to_round_off_is_an_error(seed: int) -> None:
    random = np.random.default_rng(seed)
    factor = random.standard_normal((4, 3))
    scales = np.diag(10 ** random.uniform(-5, 5, 4))
    semidefinite = scales @ factor @ factor.T @ scales
    with pytest.raises(mc.DomainError, match=r"positive definite|Singular"):
        mc.gradient("sum(chol(A))", "A").compile()(A=semidefinite)
    with pytest.raises(mc.DomainError, match=r"M spd|positive definite|Singular"):
        mc.gradient("lambda(A, M, 1)", "A").compile()(A=np.diag([1.0, 2, 3, 4]), M=semidefinite)


def test_definite_matrices_in_any_units_have_their_factor() -> None:
    lower = np.array([[1e-9, 0.0, 0.0], [2.0, 3.0, 0.0], [1e7, -1e7, 1e7]])
    found = mc.evaluate(mc.parse("chol(A)"), A=lower @ lower.T)
    np.testing.assert_allclose(found, lower, rtol=1e-6)


def test_code_that_solves_runs_alone() -> None:
    space: dict[str, Any] = {}
    exec(mc.gradient("a'*inv(X)*b", "X").source(), space)
    X, a, b = np.array([[2.0, 1.0], [0.5, 3.0]]), np.array([1.0, 2.0]), np.array([4.0, -1.0])
    inverse = np.array([[3.0, -1.0], [-0.5, 2.0]]) / 5.5
    np.testing.assert_allclose(space["gradient"](a, X, b), -np.outer(inverse.T @ a, inverse @ b))
    with pytest.raises(np.linalg.LinAlgError):
        space["gradient"](np.ones(3), ROWS_IN_LINE, np.ones(3))
