"""x_i under a sum over i: entries and families of vectors, each against plain NumPy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.printing.phrases import fact_text
from matcalc.questions.reading import problem_of

Arrays = dict[str, Any]
_SOURCE = np.random.default_rng(5)
GIVEN: Arrays = {
    "x": _SOURCE.normal(size=(4, 3)),
    "c": _SOURCE.normal(size=(2, 3)),
    "m": _SOURCE.normal(size=3),
    "w": _SOURCE.normal(size=3),
    "y": _SOURCE.normal(size=4),
    "u": _SOURCE.normal(size=4),
    "A": _SOURCE.normal(size=(4, 5)),
    "v": _SOURCE.normal(size=5),
}


def pairs(g: Arrays) -> Any:
    """The sum over i < j of |x_i - x_j|^2, by x."""
    return 2 * (len(g["x"]) * g["x"] - g["x"].sum(axis=0))


def strict_pairs(g: Arrays) -> Any:
    return [sum(g["y"]) - one for one in g["y"]]


def softly_nearest(g: Arrays) -> Any:
    """The sum over i of log sum_k exp(-|x_i - c_k|^2), by c."""
    apart = g["x"][:, None, :] - g["c"][None, :, :]
    near = np.exp(-(apart**2).sum(axis=2))
    near /= near.sum(axis=1, keepdims=True)
    return 2 * (near[:, :, None] * apart).sum(axis=0)


GRADIENTS: list[tuple[str, str, Callable[[Arrays], Any]]] = [
    ("sum(i in 1..n, norm2(x_i - m)^2)", "m", lambda g: 2 * (g["m"] - g["x"]).sum(axis=0)),
    ("sum(i in 1..n, norm2(x_i - m)^2)", "x", lambda g: 2 * (g["x"] - g["m"])),
    (
        "sum(i in 1..n, (y_i - x_i'*w)^2)",
        "w",
        lambda g: 2 * g["x"].T @ (g["x"] @ g["w"] - g["y"]),
    ),
    (
        "sum(i in 1..n, log(1 + exp(-y_i*(x_i'*w))))",
        "w",
        lambda g: -g["x"].T @ (g["y"] / (1 + np.exp(g["y"] * (g["x"] @ g["w"])))),
    ),
    ("sum(i in 1..n, y_i*u_i^2)", "u", lambda g: 2 * g["y"] * g["u"]),
    ("sum(k, y_k*u_k^2)", "u", lambda g: 2 * g["y"] * g["u"]),
    ("sum(k, y[k]*u[k]^2)", "u", lambda g: 2 * g["y"] * g["u"]),
    ("sum(i in 1..n, sum(j in i+1..n, y_i*y_j))", "y", strict_pairs),
    ("sum(i in 1..n, sum(j in i+1..n, norm2(x_i - x_j)^2))", "x", pairs),
    ("sum(i in 1..m, sum(j in 1..n, y_i*A_ij*v_j))", "A", lambda g: np.outer(g["y"], g["v"])),
    ("sum(i, sum(j, y_i*A_ij*v_j))", "v", lambda g: g["A"].T @ g["y"]),
    ("sum(i, sum(j, y[i]*A[i,j]*v[j]))", "y", lambda g: g["A"] @ g["v"]),
    ("sum(i in 1..n, log(sum(k in 1..q, exp(-norm2(x_i - c_k)^2))))", "c", softly_nearest),
]


@pytest.mark.parametrize(("text", "variable", "expected"), GRADIENTS)
def test_gradients(text: str, variable: str, expected: Callable[[Arrays], Any]) -> None:
    answer = mc.gradient(text, variable)
    names = {s.name for s in problem_of(text).symbols.values()}
    found = mc.evaluate(answer.value, **{name: GIVEN[name] for name in names & GIVEN.keys()})
    np.testing.assert_allclose(found, expected(GIVEN), rtol=1e-12)
    assert answer.verify().passed


def test_the_code_takes_the_family_as_an_array_of_rows() -> None:
    answer = mc.gradient("sum(i in 1..n, (y_i - x_i'*w)^2)", "w")
    given = {name: GIVEN[name] for name in ("x", "y", "w")}
    expected = 2 * GIVEN["x"].T @ (GIVEN["x"] @ GIVEN["w"] - GIVEN["y"])
    np.testing.assert_allclose(answer.compile()(**given), expected)
    assert "x_{i,:}" in answer.latex()


def test_the_value() -> None:
    given = {name: GIVEN[name] for name in ("x", "y", "w")}
    expected = ((GIVEN["y"] - GIVEN["x"] @ GIVEN["w"]) ** 2).sum()
    assert mc.evaluate("sum(i in 1..n, (y_i - x_i'*w)^2)", **given) == pytest.approx(expected)


def test_a_declared_family_is_passed_as_an_array_with_one_more_axis() -> None:
    text = "sum(i in 1..n, y_i*norm2(x_i)^2) where x_i: vector(p), y_i: positive"
    symbols = problem_of(text).symbols
    assert str(symbols["x"].shape) == "n x p"
    assert "positive" in symbols["y"].structure
    found = mc.evaluate(mc.gradient(text, "x").value, x=GIVEN["x"], y=GIVEN["y"] ** 2)
    np.testing.assert_allclose(found, 2 * (GIVEN["y"] ** 2)[:, None] * GIVEN["x"])


# ---------------------------------------------------------------- families of matrices

MIXED_MODEL = "sum(i in 1..n, logdet(V_i) + (y_i - X_i*b)'*inv(V_i)*(y_i - X_i*b))"
MODEL: Arrays = {
    "V": _SOURCE.normal(size=(4, 3, 3)) + 2 * np.eye(3),
    "X": _SOURCE.normal(size=(4, 3, 2)),
    "y": _SOURCE.normal(size=(4, 3)),
    "b": _SOURCE.normal(size=2),
}


def model_by_b() -> Any:
    residuals = MODEL["y"] - MODEL["X"] @ MODEL["b"]
    inverses = np.linalg.inv(MODEL["V"])
    both = inverses + inverses.transpose(0, 2, 1)
    return -sum(x.T @ w @ r for x, w, r in zip(MODEL["X"], both, residuals, strict=True))


def model_by_v() -> Any:
    inverses = np.linalg.inv(MODEL["V"])
    residuals = MODEL["y"] - MODEL["X"] @ MODEL["b"]
    return np.array(
        [(w - w @ np.outer(r, r) @ w).T for w, r in zip(inverses, residuals, strict=True)]
    )


@pytest.mark.parametrize(("variable", "expected"), [("b", model_by_b), ("V", model_by_v)])
def test_a_mixed_model(variable: str, expected: Callable[[], Any]) -> None:
    answer = mc.gradient(MIXED_MODEL, variable)
    found = np.reshape(answer.compile()(**MODEL), MODEL[variable].shape)
    np.testing.assert_allclose(found, expected(), rtol=1e-10)
    assert answer.verify().passed


def test_the_value_of_a_mixed_model() -> None:
    residuals = MODEL["y"] - MODEL["X"] @ MODEL["b"]
    squares = np.einsum("ni,nij,nj->", residuals, np.linalg.inv(MODEL["V"]), residuals)
    expected = np.linalg.slogdet(MODEL["V"])[1].sum() + squares
    assert mc.evaluate(MIXED_MODEL, **MODEL) == pytest.approx(expected)


def test_a_claim_may_have_members() -> None:
    claim = "-sum(i in 1..n, X_i'*(inv(V_i) + inv(V_i)')*(y_i - X_i*b))"
    assert mc.check(MIXED_MODEL, "b", claim).status == "proved"
    assert mc.check(MIXED_MODEL, "b", claim.replace("inv(V_i)'", "inv(V_i)")).status == "refuted"


def test_a_declared_family_of_matrices() -> None:
    text = "sum(i in 1..n, norm2(y_i - X_i*b)^2) where X_i: matrix(q,p), y_i: vector(q)"
    answer = mc.gradient(text, "X")
    given = {name: MODEL[name] for name in ("X", "y", "b")}
    residuals = MODEL["y"] - MODEL["X"] @ MODEL["b"]
    expected = -2 * residuals[:, :, None] * MODEL["b"]
    np.testing.assert_allclose(answer.compile()(**given), expected.reshape(4, 6))


def test_three_axes_tell_the_sizes_of_matrices_that_nothing_else_does() -> None:
    text = "sum(i in 1..n, sum(X_i.^2)*tr(X_i'*X_i))"
    squares = (MODEL["X"] ** 2).sum(axis=(1, 2))
    assert mc.evaluate(text, X=MODEL["X"]) == pytest.approx((squares**2).sum())
    rows = MODEL["X"].reshape(4, 6)
    assert mc.evaluate(text, X=rows, m=3, p=2) == pytest.approx((squares**2).sum())
    with pytest.raises(mc.MatcalcError, match="pass m"):
        mc.evaluate(text, X=rows)


def test_the_jacobian_of_members() -> None:
    assert mc.jacobian("sum(i in 1..n, X_i*b)", "X").verify().passed


def test_a_mixture_of_normal_densities_by_its_means() -> None:
    text = "log(sum(k in 1..m, w_k*exp(-(x - mu_k)'*S_k*(x - mu_k)/2)))"
    weights, means, precisions = np.array([0.3, 0.5, 0.2, 1.0]), MODEL["y"], MODEL["V"]
    x = np.array([0.1, -0.4, 0.7])
    apart = x - means
    parts = weights * np.exp(-np.einsum("ki,kij,kj->k", apart, precisions, apart) / 2)
    pulls = np.array([(s + s.T) @ d / 2 for s, d in zip(precisions, apart, strict=True)])
    expected = (parts / parts.sum())[:, None] * pulls
    found = mc.gradient(text, "mu").compile()(w=weights, mu=means, S=precisions, x=x)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


# ---------------------------------------------------------------- what is said


SAID = [
    ("sum(i in 1..n, x_i^2)", "`x_i` is the entry `x[i]`"),
    ("sum(i in 1..n, norm2(X_i)^2)", "`X_i` is one of a family `X` of n matrices (m x p)"),
    ("sum(i in 1..n, norm2(x_i)^2)", "`x_i` is row i of `x`, an array of vectors (n x m)"),
]


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_a_member_was_taken_for_is_said(text: str, said: str) -> None:
    assert said in map(fact_text, problem_of(text).facts)


def test_a_vector_that_stands_there_by_itself_has_entries() -> None:
    assert str(problem_of("sum(i in 1..n, y_i*x_i) + norm2(x)^2").symbols["x"].shape) == "n x 1"


def test_declared_names_that_look_like_entries_are_names() -> None:
    assert "x_in" in problem_of("sum(i in 1..n, y_i*x_in) where x_in: scalar").symbols


REFUSED = [
    ("sum(i in 1..n, A_ij*x_i)", "A[i,j]"),
    ("sum(i in 1..n, x_i) + x_1", "x[1]"),
    ("sum(i in 1..n, x_i)*x_i", "x[i]"),
    ("sum(i in 1..n, norm2(X_i)^2) where X: matrix(n,p)", "X[i,:]"),
    ("sum(i in 1..n, norm2(X_i - X)^2)", "X[i,:]"),
    ("sum(i in 1..n, logdet(V_i)) where V_i: spd(p)", "no families of these"),
    ("sum(i in 1..n, norm2(x_i)) where x_i: vector(p), x: vector(p)", "on its own too"),
    ("sum(k, x[k+1])", "sum(k in 1..n"),
    ("sum(k, x[k]*y[k]) where x: vector(3), y: vector(4)", "several ranges"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_may_mean_two_things_is_refused_with_how_it_is_typed(text: str, told: str) -> None:
    with pytest.raises(mc.MatcalcError, match=re.escape(told)):
        problem_of(text)
