"""Riemannian gradients equal those of pymanopt, on every manifold that both have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

manifolds = pytest.importorskip("pymanopt.manifolds")

SIZES = {"n": 5, "p": 2, "m": 3}
COMPARED = [
    ("sphere", "X: matrix(n,p)", None, lambda: manifolds.Sphere(5, 2)),
    ("stiefel", "X: stiefel(n,p)", None, lambda: manifolds.Stiefel(5, 2)),
    ("grassmann", "X: stiefel(n,p)", None, lambda: manifolds.Grassmann(5, 2)),
    ("oblique", "X: matrix(n,m)", None, lambda: manifolds.Oblique(5, 3)),
    ("spd", "X: spd(n)", mc.AffineInvariant(), lambda: manifolds.SymmetricPositiveDefinite(5)),
    ("symmetric", "X: symmetric(n)", None, lambda: manifolds.Symmetric(5)),
    ("skew", "X: skew(n)", None, lambda: manifolds.SkewSymmetric(5)),
]


@pytest.mark.parametrize(("space", "kind", "inner", "make"), COMPARED)
def test_the_gradient_is_that_of_pymanopt(
    space: str, kind: str, inner: mc.AffineInvariant | None, make: Any
) -> None:
    manifold = make()
    point = manifold.random_point()
    shape = kind.partition("(")[2]
    columns = shape.rstrip(")").split(",")[-1]
    where = f"{kind}, A: matrix(n,{columns})"
    g = mc.gradient("inner(A,X) + norm2(X)^4/4", "X", where=where, inner=inner, space=space)
    weights = np.random.default_rng(0).standard_normal(point.shape)
    euclidean = weights + np.sum(point**2) * point
    expected = manifold.euclidean_to_riemannian_gradient(point, euclidean)
    assert np.allclose(g.compile()(X=point, A=weights), expected, atol=1e-9)


def test_the_gradient_on_the_orthogonal_group_is_that_of_pymanopt() -> None:
    """pymanopt writes a tangent X*S by the skew S."""
    manifold = manifolds.SpecialOrthogonalGroup(4)
    point = manifold.random_point()
    weights = np.random.default_rng(0).standard_normal(point.shape)
    where = "X: orthogonal(n), A: square(n)"
    g = mc.gradient("inner(A,X)", "X", where=where, space="orthogonal")
    expected = point @ manifold.euclidean_to_riemannian_gradient(point, weights)
    assert np.allclose(g.compile()(X=point, A=weights), expected, atol=1e-9)
