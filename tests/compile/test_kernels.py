"""Kernels as emitted code has them, beside what NumPy gives on another way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcalc.compile.kernels import KERNELS, kernel_texts
from matcalc.rulebook import book

rng = np.random.default_rng(3)
A = rng.normal(size=(4, 4)) + 2 * np.eye(4)
TALL = rng.normal(size=(5, 3))
S = A + A.T
x = rng.uniform(0.5, 2.0, 4)
E = rng.normal(size=(4, 4))


def called(name: str) -> Callable[..., Any]:
    """The kernel from its text alone, as a module of emitted code has it."""
    namespace: dict[str, Any] = {"np": np}
    exec("\n\n".join(kernel_texts(f"{name}(")), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def minor(X: np.ndarray, i: int, j: int) -> float:
    return float((-1) ** (i + j) * np.linalg.det(np.delete(np.delete(X, i, 0), j, 1)))


def adjugate(X: np.ndarray) -> np.ndarray:
    return np.array([[minor(X, j, i) for j in range(len(X))] for i in range(len(X))])


def change(f: Callable[[Any], Any], X: Any, D: Any) -> Any:
    return (f(X + 1e-5 * D) - f(X - 1e-5 * D)) / 2e-5


def cube(X: Any) -> Any:
    return X @ X @ X


def skew(w: np.ndarray) -> np.ndarray:
    return np.array([[0, -w[2], w[1]], [w[2], 0, -w[0]], [-w[1], w[0], 0]])


w, V = np.linalg.eigh(S)
SINGULAR = np.outer(x, x[::-1])
P = np.abs(A)
CASES: dict[str, tuple[Any, Any]] = {
    "adjugate": (called("adjugate")(A), adjugate(A)),
    "adjugate of a singular matrix": (
        called("adjugate")(TALL[:3] * [1, 1, 0]),
        adjugate(TALL[:3] * [1, 1, 0]),
    ),
    "adjugate_change": (called("adjugate_change")(A, E), change(adjugate, A, E)),
    "adjugate_changes": (
        called("adjugate_changes")(A) @ E.ravel(order="F"),
        change(adjugate, A, E).ravel(order="F"),
    ),
    "change_of": (called("change_of")(cube, A, E), A @ A @ E + A @ E @ A + E @ A @ A),
    "second_change_of": (
        called("second_change_of")(lambda X: X @ X, A, E, S),
        E @ S + S @ E,
    ),
    "changes_of": (
        called("changes_of")(lambda X: X @ X, A),
        np.kron(np.eye(4), A) + np.kron(A.T, np.eye(4)),
    ),
    "exp_differences": (
        called("exp_differences")(x)[0, 1],
        (np.exp(x[0]) - np.exp(x[1])) / (x[0] - x[1]),
    ),
    "exp_differences on the diagonal": (np.diag(called("exp_differences")(x)), np.exp(x)),
    "log_differences": (
        called("log_differences")(x)[2, 1],
        (np.log(x[2]) - np.log(x[1])) / (x[2] - x[1]),
    ),
    "signed": (called("signed")(np.array([1.0, -3.0])), np.array([[-1.0], [3.0]])),
    "signed_columns": (called("signed_columns")(V)[:, [2]], called("signed")(V[:, 2])),
    "reduced_resolvent": (
        called("reduced_resolvent")(S, 2),
        np.linalg.pinv(w[1] * np.eye(4) - S),
    ),
    "reciprocal_gaps": (called("reciprocal_gaps")(x[:, None])[0, 3], 1 / (x[3] - x[0])),
    "perron_root": (called("perron_root")(P), np.max(np.linalg.eigvals(P).real)),
    "perron_vector": (
        P @ called("perron_vector")(P),
        np.max(np.linalg.eigvals(P).real) * called("perron_vector")(P),
    ),
    "orthonormal_factor": (
        called("orthonormal_factor")(TALL) @ called("triangular_factor")(TALL),
        TALL,
    ),
    "triangular_factor": (
        called("triangular_factor")(TALL),
        np.linalg.cholesky(TALL.T @ TALL).T,
    ),
    "lower_factor": (called("lower_factor")(A) @ called("upper_factor")(A), A),
    "upper_factor": (called("upper_factor")(A)[0], A[0]),
    "polar_factor": (called("polar_factor")(TALL) @ called("polar_stretch")(TALL), TALL),
    "polar_stretch": (
        called("polar_stretch")(TALL) @ called("polar_stretch")(TALL),
        TALL.T @ TALL,
    ),
    "pseudo_inverse": (
        called("pseudo_inverse")(SINGULAR),
        SINGULAR.T / np.sum(SINGULAR**2),
    ),
    "shares": (called("shares")(np.array([[True, False], [False, True]])), np.eye(2) / 2),
    "shares_in_rows": (
        called("shares_in_rows")(np.array([[True, True], [False, True]])),
        [[0.5, 0.5], [0, 1]],
    ),
    "products_of_others": (called("products_of_others")(TALL), np.prod(TALL) / TALL),
    "products_without_pairs": (
        called("products_without_pairs")(x),
        np.prod(x) / np.outer(x, x) * (1 - np.eye(4)),
    ),
    "toeplitz_part": (np.diag(called("toeplitz_part")(A), 1), [np.mean(np.diag(A, 1))] * 3),
    "toeplitz_projection": (
        called("toeplitz_projection")(4) @ A.ravel(order="F"),
        called("toeplitz_part")(A).ravel(order="F"),
    ),
    "circulant_part": (
        called("circulant_part")(A)[0, 0],
        np.trace(A) / 4,
    ),
    "circulant_projection": (
        called("circulant_projection")(4) @ A.ravel(order="F"),
        called("circulant_part")(A).ravel(order="F"),
    ),
    "half_vectorisation": (
        called("half_vectorisation")(S)[:, 0],
        np.concatenate([S[j:, j] for j in range(4)]),
    ),
    "half_places": (called("half_vectorisation")(S)[called("half_places")(4), 0], S),
    "duplication": (called("duplication")(4) @ called("half_vectorisation")(S), S.reshape(-1, 1)),
    "elimination": (
        called("elimination")(4) @ A.ravel(order="F"),
        called("half_vectorisation")(A)[:, 0],
    ),
    "skew_vector": (called("skew_vector")(skew(x[:3])), x[:3, None]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_kernel_gives_what_it_says(case: str) -> None:
    found, expected = CASES[case]
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


def test_singular_vectors_belong_together_and_have_a_sign() -> None:
    U, W = called("singular_vectors")(TALL)
    s = np.linalg.svd(TALL, compute_uv=False)
    np.testing.assert_allclose(U * s @ W.T, TALL)
    assert np.all(np.max(W, axis=0) == np.max(np.abs(W), axis=0))
    for i in (1, 2, 3):
        np.testing.assert_allclose(called("left_singular_vector")(TALL, i), U[:, [i - 1]])
        np.testing.assert_allclose(called("right_singular_vector")(TALL, i), W[:, [i - 1]])


def test_a_circulant_matrix_is_its_own_part() -> None:
    C = np.array([np.roll(x, k) for k in range(4)])
    np.testing.assert_allclose(called("circulant_part")(C), C)


def test_a_kernel_brings_the_kernels_that_it_calls() -> None:
    texts = list(kernel_texts("perron_vector($[X])"))
    assert [text.partition("(")[0] for text in texts] == [
        "def signed_columns",
        "def phases",
        "def signed",
        "def real_ones",
        "def perron_vector",
    ]


def test_every_kernel_is_used_and_no_template_has_a_function_of_its_own() -> None:
    codes = [book.operation(name).templates.get("numpy", "") for name in book.names()]
    assert not [code for code in codes if "lambda" in code]
    folder = Path(__file__).parents[2] / "matcalc" / "compile"
    text = "\n".join([*codes, *(path.read_text() for path in sorted(folder.rglob("*.py")))])
    calls = re.findall(r'(?<!def )(?<![\w.])(\w+)\(|"(\w+)"', text)
    assert KERNELS.keys() <= {name for call in calls for name in call}
