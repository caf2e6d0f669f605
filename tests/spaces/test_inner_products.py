"""Weighted inner products change the gradient, never the derivative."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.calculus.pull_back import inner_product
from matcalc.expressions.constructors import trace
from matcalc.expressions.nodes import Node, dimension_names
from matcalc.rulebook.equations import tangent_of
from matcalc.samples.sampling import Region, draw, drawn_symbols, size_sets
from tests.calculus.problems import direction
from tests.rulebook.sampling import value_at

F = "tr(A*X*B) + norm2(X)^2"
WHERE = "A: matrix(p,m), X: matrix(m,n), B: matrix(n,p), M: spd(m), N: spd(n)"
SHAPES = "A: matrix(p,m), X: matrix(m,n), B: matrix(n,p)"


@pytest.mark.parametrize(
    ("left", "right"), [("M", None), (None, "N"), ("M", "N"), ("2*M + eye(m)", "inv(N)")]
)
def test_the_pairing_with_the_gradient_is_df(left: str | None, right: str | None) -> None:
    answer = mc.gradient(F, "X", WHERE, inner=mc.Weighted(left=left, right=right))
    plain = mc.gradient(F, "X", WHERE)
    assert answer.value is not plain.value
    variable = plain.variable
    tangent = tangent_of(variable)
    weights = [mc.parse(w, WHERE) if w else None for w in (left, right)]
    pairing = weighted(answer.value, tangent, weights)
    df = inner_product(plain.value, tangent)
    random = np.random.default_rng(1)
    symbols = drawn_symbols(pairing, df)
    for sizes in size_sets(dimension_names(pairing, df), symbols, random):
        point = draw(symbols, sizes, Region.ANYWHERE, random)
        step = {tangent.name: direction(tangent, point, random)}
        expected = value_at(df, point, step)
        np.testing.assert_allclose(value_at(pairing, point, step), expected, rtol=1e-9)


def weighted(gradient: Node, tangent: Node, weights: list[Node | None]) -> Node:
    """tr(G'*M*V*N)."""
    left, right = weights
    whole = gradient.T @ left if left is not None else gradient.T
    whole = whole @ tangent
    return trace(whole @ right if right is not None else whole)


def test_a_new_name_is_taken_for_a_positive_definite_weight() -> None:
    found = mc.gradient("x'*A*y", "x", inner=mc.Weighted(left="W"))
    assert str(found.value) == "inv(W)*A*y"
    assert found.inner == "<U, V> = U'*W*V"
    assert found.verify(samples=4).passed


def test_the_frobenius_product_is_the_default() -> None:
    plain = mc.gradient(F, "X", SHAPES)
    named = mc.gradient(F, "X", SHAPES, inner=mc.Frobenius())
    identity = mc.gradient(F, "X", SHAPES, inner=mc.Weighted())
    assert named.value is plain.value is identity.value
    assert plain.inner == "Frobenius"


REFUSED = {
    "X": "the weight is not square here",
    "B": "the weight has another shape",
    "symmetric": "a symmetric matrix can be indefinite",
    "-M": "the negative of a definite matrix",
    "M - M*M": "a difference",
    "zeros(m,m)": "zero",
}


@pytest.mark.parametrize("weight", REFUSED)
def test_weights_that_are_not_definite_are_refused(weight: str) -> None:
    where = f"{WHERE}, symmetric: symmetric(m)"
    with pytest.raises((mc.DomainError, mc.ShapeError)) as caught:
        mc.gradient(F, "X", where, inner=mc.Weighted(left=weight))
    assert any(word in caught.value.message for word in ("weight", "definite", "no inner product"))


def test_the_verification_of_a_weighted_gradient_can_fail() -> None:
    answer = mc.gradient(F, "X", WHERE, inner=mc.Weighted(left="M", right="N"))
    assert answer.verify(samples=6).passed
    wrong = mc.check(F, "X", "A'*B' + 2*X", WHERE)
    assert wrong.status in ("proved", "verified")
    assert mc.check(F, "X", "A'*B' + X", WHERE).status == "refuted"
