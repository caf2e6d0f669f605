"""Riesz maps in closed form: where a paper has one, no Kronecker product is inverted."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

FISHER, X_SPD = mc.Pairing("sum(U.*V./X)"), "X: spd(n), A: spd(n), S: symmetric(n)"
LOGARITHMIC = {"space": "spd-log-euclidean"}
WRITTEN = [
    ("tr(logm(inv(A)*X)^2)", X_SPD, {"inner": mc.AffineInvariant()}, "2*X*logm(inv(A)*X)"),
    ("tr(logm(X)^2)", X_SPD, {"inner": mc.AffineInvariant()}, "2*logm(X)*X"),
    ("-logdet(X)", X_SPD, LOGARITHMIC, "-X"),
    ("tr(logm(X)*S)", X_SPD, LOGARITHMIC, "frechet(expm, logm(X), S)"),
    ("tr(A*X)", X_SPD, {"space": "spd-bures-wasserstein"}, "2*(A*X + X*A)"),
    (
        "tr(A*X)",
        "X: skew(n), M: spd(n)",
        {"space": "skew", "inner": mc.Weighted("M")},
        "sylvester(M, M, A' - A)",
    ),
]


@pytest.mark.parametrize(("f", "where", "chosen", "expected"), WRITTEN)
def test_gradients_as_papers_write_them(
    f: str, where: str, chosen: dict[str, object], expected: str
) -> None:
    answer = mc.gradient(f, "X", where, **chosen)  # type: ignore[arg-type]
    assert str(answer.value) == expected
    assert answer.verify(samples=4).passed


SOLVED = [
    ("X: matrix(n,m)", "stochastic-columns", FISHER),
    ("L: lower(n)", "lower", mc.Pairing("inner(U, V) + sum(d.*diag(U).*diag(V))")),
    ("X: stiefel(n,p), al: positive", "stiefel", mc.Pairing("tr(U'*V) + al*tr(U'*X*X'*V)")),
    ("X: matrix(3,4)", None, mc.Pairing("tr(U[:,1:3]'*V[:,1:3]) + w*U[:,4]'*V[:,4]")),
    ("x: vector(n)", mc.Space.kernel(["basis(1,n)'*U", "basis(n,n)'*U"]), None),
]


@pytest.mark.parametrize(("kind", "space", "inner"), SOLVED)
def test_no_kronecker_product_is_inverted(
    kind: str, space: mc.Space | str | None, inner: mc.Pairing | None
) -> None:
    where = f"{kind}, d: positive_vector(n), w: positive"
    answer = mc.gradient(f"sum(sin({kind[0]}))", kind[0], where, space=space, inner=inner)
    assert "kron" not in str(answer.value) and "reshape" not in str(answer.value)
    assert answer.verify(samples=4).passed


def test_columns_of_probabilities_in_the_fisher_metric() -> None:
    random = np.random.default_rng(2)
    X, A = random.uniform(0.1, 1, size=(2, 4, 3))
    X = X / X.sum(axis=0)
    where = "X: matrix(n,m), A: matrix(n,m)"
    given = mc.gradient("sum(A.*log(X))", "X", where, space="stochastic-columns", inner=FISHER)
    assert np.allclose(mc.evaluate(given.value, X=X, A=A), A - X * A.sum(axis=0))
