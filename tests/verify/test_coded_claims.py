"""Claims that are Python functions of arrays: what they may take and return, and the verdicts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import pytest

import matcalc as mc

LEAST_SQUARES = "norm2(A*X - B)^2"
Gradient = Callable[..., Any]


class Tensor:
    """An array of another library, in single precision, which NumPy can read."""

    def __init__(self, value: Any) -> None:
        self._value = np.asarray(value, dtype=np.float32)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._value if dtype is None else self._value.astype(dtype)


def in_tensors(function: Gradient) -> Gradient:
    @wraps(function)
    def found(*arguments: Any) -> Tensor:
        return Tensor(function(*(np.asarray(Tensor(value)) for value in arguments)))

    return found


def doubled(A: Any, X: Any, B: Any) -> Any:
    return 2 * A.T @ (A @ X - B)


def halved(A: Any, X: Any, B: Any) -> Any:
    return A.T @ (A @ X - B)


def in_place(A: Any, x: Any) -> Any:
    A += A.T.copy()
    x[:] = A @ x
    return x


KEPT: dict[int, Any] = {}


def in_one_array(A: Any, x: Any) -> Any:
    out = KEPT.setdefault(len(x), np.zeros(len(x)))
    out[:] = (A + A.T) @ x
    return out


COMPILED = mc.gradient("x'*A*y", ["x", "y"]).compile()
RIGHT: list[tuple[Any, Any, Any, dict[str, Any]]] = [
    (LEAST_SQUARES, "X", doubled, {}),
    (LEAST_SQUARES, "X", in_tensors(doubled), {}),
    ("x'*A*x", "x", in_place, {}),
    ("x'*A*x", "x", in_one_array, {}),
    ("x'*A*x", "x", lambda A, x: (A + A.T) @ x[:, None], {}),
    ("x'*A*y", ["x", "y"], COMPILED, {}),
    ("x'*A*x", "x", lambda A, **others: (A + A.T) @ others["x"], {}),
    ("x'*A*x", "x", lambda A, x, dx: dx @ (A + A.T) @ x, {}),
    ("x'*A*x", "x", lambda A: A + A.T, {"of": "hessian"}),
    ("x'*A*x", "x", lambda A, dx: (A + A.T) @ dx, {"of": "hessian"}),
    ("log(x'*x)/n", "x", lambda x, n, scale=2: scale * x / (n * x @ x), {}),
    ("R = A*x - b; R'*R", "x", lambda A, R: 2 * A.T @ R, {}),
    ("x solves A*x = b; c'*x", "A", lambda c, A, x: -np.outer(np.linalg.solve(A.T, c), x), {}),
    (mc.parse("x solves A*x = b; norm2(x)^2"), "b", lambda A, x: 2 * np.linalg.solve(A.T, x), {}),
    ("x solves A*x + x.^3 = b; c'*x", "b",
     lambda c, A, x: np.linalg.solve((A + 3 * np.diag(x**2)).T, c), {}),
    ("x[i]^2", "x", lambda x, i: 2 * x[i - 1] * np.eye(len(x))[i - 1], {}),
    ("x'*x", "x", lambda x: 2 * x + 1e-17j, {}),
    ("A*x", "x", lambda A: A, {}),
    ("x'*A*y", ["x", "y"], lambda x, A, y: (A @ y, A.T @ x), {}),
    ("x'*A*y", ["x", "y"], lambda x, A, y: {"y": A.T @ x, "x": A @ y}, {}),
    ("x'*A*y", ["x", "y"], {"x": lambda A, y: A @ y, "y": "A'*x"}, {}),
    ("x'*A*x", "x", lambda A, x: 2 * (A @ x - (x @ A @ x) * x),
     {"where": "A: symmetric(n)", "space": "sphere"}),
    ("logdet(X)", "X", lambda X: X, {"where": "X: spd(n)", "inner": mc.AffineInvariant()}),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "options"), RIGHT)
def test_right_functions_are_verified(f: Any, wrt: Any, claim: Any, options: Any) -> None:
    verdict = mc.check(f, wrt, claim=claim, **options)
    assert verdict.status == "verified", verdict


WRONG: list[tuple[str, str, Gradient, str, str]] = [
    (LEAST_SQUARES, "X", halved, "`halved`", "a factor 2 is missing"),
    (LEAST_SQUARES, "X", in_tensors(halved), "`halved`", "a factor 2 is missing"),
    (LEAST_SQUARES, "X", lambda A, X, B: doubled(A, X, B).T, "n x p", "layout"),
    (LEAST_SQUARES, "X", lambda A, X, B: 2 * A @ (A @ X - B), "ValueError", "A is symmetric"),
    ("x'*A*x", "x", lambda A, x: 2 * A @ x, "values", "right only where A is symmetric"),
    ("x'*A*x", "x", lambda A, x: x[None] @ (A + A.T), "n x 1", "layout"),
    ("x'*A*x", "x", lambda A, x: x @ A @ x, "a number", ""),
    ("logdet(X)", "X", np.linalg.inv, "values", "transpose"),
    ("sum(sin(x))", "x", lambda x: -np.sin(x), "n x n", "the diagonal of the Hessian only"),
    (LEAST_SQUARES, "X", lambda A, X, B: doubled(A, X, B).ravel(), "n x p", "rows of the gradient"),
    ("x'*x", "x", lambda x: 2 * x + 1j, "values", ""),
    (LEAST_SQUARES, "X", lambda A, X, B: (2 + (len(A) == len(X))) * halved(A, X, B), "values", ""),
    ("1e-9*x'*x", "x", lambda x: 1e-9 * x, "values", "a factor 2 is missing"),
    ("log(x'*x)", "x", lambda x: 2 * x / (x @ x) + np.maximum(x - 10, 0), "values", ""),
]


def named(X: Any) -> Any:
    return np.linalg.inv(X)


@pytest.mark.parametrize(("f", "wrt", "claim", "reason", "hint"), WRONG)
def test_wrong_functions_are_refuted(
    f: str, wrt: str, claim: Gradient, reason: str, hint: str
) -> None:
    claim = named if claim is np.linalg.inv else claim
    verdict = mc.check(f, wrt, claim=claim, of="hessian" if "Hessian" in hint else "gradient")
    assert verdict.status == "refuted"
    assert reason in verdict.reason and hint in verdict.hint


def test_the_counterexample_is_one_of_the_function() -> None:
    point = mc.check(LEAST_SQUARES, "X", claim=halved).counterexample
    assert point is not None
    assert np.array_equal(halved(**point.values), point.found)
    assert np.array_equal(doubled(**point.values), point.expected)


def test_a_function_without_a_value_has_none_in_the_counterexample() -> None:
    verdict = mc.check("sum(log(abs(x)))", "x", claim=lambda x: np.exp(-np.log(x)))
    assert verdict.status == "refuted" and "it holds for positive entries" in verdict.reason
    assert "found no value, expected [" in str(verdict)
    assert verdict.as_dict()["counterexample"]["found"] is None


def test_what_a_function_cannot_do_says_nothing_of_its_formula() -> None:
    verdict = mc.check("x'*x", "x", claim=lambda x: torch.tensor(x))  # type: ignore[name-defined]  # noqa: F821
    assert verdict.status == "undecided"
    assert "raises NameError: name 'torch' is not defined" in verdict.reason


def test_arrays_that_fit_at_equal_sizes_only_are_a_slip() -> None:
    def turned(A: Any, X: Any, B: Any) -> Any:
        if A.shape[0] != A.shape[1]:
            raise TypeError("contracting dimensions have to have the same shape")
        return 2 * A @ (A @ X - B)

    verdict = mc.check(LEAST_SQUARES, "X", claim=turned)
    assert verdict.status == "refuted" and "right only where A is symmetric" in verdict.hint


def test_a_singular_matrix_tells_where_a_function_is_valid() -> None:
    def by_inverse(X: Any) -> Any:
        if X.shape[0] < X.shape[1]:
            raise np.linalg.LinAlgError("Singular matrix")
        return 2 * np.linalg.det(X.T @ X) * X @ np.linalg.inv(X.T @ X)

    verdict = mc.check("det(X'*X)", "X", claim=by_inverse)
    assert verdict.status == "verified" and "valid where m >= n" in verdict.reason


def raising(error: type[BaseException], at: Callable[..., bool], found: Gradient) -> Gradient:
    @wraps(found)
    def raises(*arrays: Any) -> Any:
        if at(*arrays):
            raise error("no")
        return found(*arrays)

    return raises


def test_the_sizes_are_told_at_which_only_the_claim_has_no_value() -> None:
    at_one = raising(ValueError, lambda A, X, B: len(B) == 1, doubled)
    verdict = mc.check(LEAST_SQUARES, "X", claim=at_one)
    assert verdict.status == "refuted" and "a value at m=1 n=" in verdict.reason
    assert "raises ValueError: no" in verdict.reason and not verdict.hint
    small = raising(np.linalg.LinAlgError, lambda X: len(X) > 2, lambda X: np.linalg.inv(X).T)
    verdict = mc.check("logdet(X)", "X", claim=small)
    assert verdict.status == "refuted" and "at n=3, n=4, n=5, n=" in verdict.reason


def test_a_function_that_ends_the_program_raises_like_any_other() -> None:
    verdict = mc.check("x'*x", "x", claim=raising(SystemExit, lambda x: True, lambda x: x))
    assert verdict.status == "undecided" and "raises SystemExit: no" in verdict.reason


def test_the_distance_is_told_of_single_precision_too() -> None:
    claim = in_tensors(lambda A, x: 1.0005 * (A + A.T) @ x)
    verdict = mc.check("x'*A*x", "x", claim=claim)
    assert verdict.status == "undecided" and "differ by 5e-04" in verdict.reason


def test_functions_without_names_of_what_they_are_about() -> None:
    claims: Any = [lambda A, y: A @ y, lambda A, x: A.T @ x]
    with pytest.raises(mc.MatcalcError, match=r'{"x": \.\.\., "y": \.\.\.}'):
        mc.check("x'*A*y", ["x", "y"], claim=claims)


def test_values_apart_by_more_than_rounding_and_less_than_a_slip_are_undecided() -> None:
    assert mc.check("x'*x", "x", claim=lambda x: (2 + 1e-9) * x).status == "undecided"


@pytest.mark.parametrize("claim", [lambda x, C: C @ x, lambda *arrays: arrays[0]])
def test_parameters_are_names_of_the_problem(claim: Gradient) -> None:
    with pytest.raises(mc.UnknownName) as caught:
        mc.check("x'*A*x", "x", claim=claim)
    assert "x, A, dx, n" in str(caught.value)


def test_an_asserted_gradient_fails_with_the_slip() -> None:
    mc.assert_gradient(doubled, LEAST_SQUARES, "X")
    mc.assert_gradient(lambda A: A, "A*x", "x", of="jacobian")
    with pytest.raises(AssertionError) as caught:
        mc.assert_gradient(halved, LEAST_SQUARES, "X", where="B: matrix(m,p)")
    told = str(caught.value).splitlines()
    assert told[0] == "refuted: the values of `halved` are not those of the gradient"
    assert told[1] == "right is: 2*A'*(A*X - B)" and told[2].startswith("counterexample: A = [")
    assert told[3] == "hint: a factor 2 is missing"
    with pytest.raises(AssertionError, match="undecided"):
        mc.assert_gradient(lambda x: (2 + 1e-9) * x, "x'*x", "x")


def test_what_is_verified_says_what_was_looked_at() -> None:
    verdict = mc.check("logdet(X*X')", "X", claim=lambda X: 2 * np.linalg.pinv(X).T)
    assert verdict.coverage.startswith("m = 1, 2, ")
    assert "valid where n >= m" in verdict.coverage
    assert not mc.check("x'*x", "x", claim="2*x").coverage
    both = mc.check("x'*A*y", ["x", "y"], claim=lambda A, x, y: (A @ y, A.T @ x))
    assert both.coverage.startswith("x: m = 1, 2, 3, ") and " | y: m = 1, 2, 3, " in both.coverage


def test_many_digits_are_loaded_where_they_are_needed() -> None:
    code = (
        "import sys, matcalc as mc; mc.check('x*x', 'x', claim='2*x');"
        "mc.assert_gradient(lambda x: 2 * x, 'x*x', 'x'); print('mpmath' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "False\n", run.stderr
