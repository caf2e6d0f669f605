"""Riemannian gradients equal those of pymanopt, on every manifold that it has.

Each is compared by `euclidean_to_riemannian_gradient` at a random point; the table covers all of
`pymanopt.manifolds`, so that a manifold that is new there has to be put into it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.spaces.inner_products import InnerProduct
from matcalc.spaces.spaces import SpaceChoice

manifolds = pytest.importorskip("pymanopt.manifolds")

INVARIANT = mc.AffineInvariant()
BASIS = np.linalg.qr(np.random.default_rng(3).standard_normal((5, 2)))[0]
IN_RANGE = "sphere-in-range(Q)"
COMPLEMENT = mc.Space.kernel("[X, Q]'*U = 0")
Compared = tuple[str, str, SpaceChoice | None, InnerProduct | None, Callable[[], Any]]
COMPARED: list[Compared] = [
    ("Sphere", "matrix(n,p)", "sphere", None, lambda: manifolds.Sphere(5, 2)),
    ("Stiefel", "stiefel(n,p)", "stiefel", None, lambda: manifolds.Stiefel(5, 2)),
    ("Grassmann", "stiefel(n,p)", "grassmann", None, lambda: manifolds.Grassmann(5, 2)),
    ("Oblique", "matrix(n,p)", "oblique", None, lambda: manifolds.Oblique(5, 3)),
    ("Elliptope", "matrix(n,p)", "oblique-rows", None, lambda: manifolds.Elliptope(5, 3)),
    ("PSDFixedRank", "matrix(n,p)", None, None, lambda: manifolds.PSDFixedRank(5, 3)),
    ("Euclidean", "matrix(n,p)", None, None, lambda: manifolds.Euclidean(5, 3)),
    ("Symmetric", "symmetric(n)", "symmetric", None, lambda: manifolds.Symmetric(5)),
    ("SkewSymmetric", "skew(n)", "skew", None, lambda: manifolds.SkewSymmetric(5)),
    ("Positive", "positive_matrix(n,p)", "positive", None, lambda: manifolds.Positive(5, 3)),
    ("PoincareBall", "vector(n)", "poincare-ball", None, lambda: manifolds.PoincareBall(5)),
    (
        "SymmetricPositiveDefinite",
        "spd(n)",
        "spd",
        INVARIANT,
        lambda: manifolds.SymmetricPositiveDefinite(5),
    ),
    (
        "SphereSubspaceIntersection",
        "vector(n)",
        IN_RANGE,
        None,
        lambda: manifolds.SphereSubspaceIntersection(BASIS),
    ),
    (
        "SphereSubspaceComplementIntersection",
        "vector(n)",
        COMPLEMENT,
        None,
        lambda: manifolds.SphereSubspaceComplementIntersection(BASIS),
    ),
    (
        "ComplexEuclidean",
        "complex_matrix(n,p)",
        None,
        None,
        lambda: manifolds.ComplexEuclidean(5, 3),
    ),
    (
        "PSDFixedRankComplex",
        "complex_matrix(n,p)",
        None,
        None,
        lambda: manifolds.PSDFixedRankComplex(5, 3),
    ),
    (
        "ComplexCircle",
        "complex_vector(n)",
        "complex-circle",
        None,
        lambda: manifolds.ComplexCircle(5),
    ),
    (
        "ComplexGrassmann",
        "complex_stiefel(n,p)",
        "complex-grassmann",
        None,
        lambda: manifolds.ComplexGrassmann(5, 2),
    ),
    (
        "HermitianPositiveDefinite",
        "hpd(n)",
        "hpd",
        INVARIANT,
        lambda: manifolds.HermitianPositiveDefinite(5),
    ),
    (
        "SpecialHermitianPositiveDefinite",
        "hpd(n)",
        "hpd-det1",
        INVARIANT,
        lambda: manifolds.SpecialHermitianPositiveDefinite(5),
    ),
]
ONE_BY_ONE = {"SpecialOrthogonalGroup", "FixedRankEmbedded", "Product", "UnitaryGroup"}


def test_every_manifold_of_pymanopt_is_compared() -> None:
    assert {name for name, *_ in COMPARED} | ONE_BY_ONE == set(manifolds.__all__)


def weights_like(point: Any) -> Any:
    random = np.random.default_rng(0)
    weights = random.standard_normal(point.shape)
    imaginary = random.standard_normal(point.shape)
    return weights + 1j * imaginary if np.iscomplexobj(point) else weights


def declared(kind: str) -> str:
    """A declaration of A, free and of the shape of X."""
    field = "complex_" if kind.startswith(("complex", "hpd")) else ""
    sizes = kind.partition("(")[2].rstrip(")")
    if "vector" in kind:
        return f"{field}vector({sizes})"
    return f"{field}matrix({sizes if ',' in sizes else f'{sizes},{sizes}'})"


@pytest.mark.parametrize(("name", "kind", "space", "inner", "make"), COMPARED)
def test_the_gradient_is_that_of_pymanopt(
    name: str,
    kind: str,
    space: SpaceChoice | None,
    inner: InnerProduct | None,
    make: Callable[[], Any],
) -> None:
    np.random.seed(1)
    manifold = make()
    point = manifold.random_point()
    weights = weights_like(point)
    where = f"X: {kind}, A: {declared(kind)}, Q: matrix(n,q)"
    f = "re(inner(A,X)) + norm2(X)^4/4"
    g = mc.gradient(f, "X", where=where, inner=inner, space=space)
    euclidean = weights + np.sum(np.abs(point) ** 2) * point
    expected = manifold.euclidean_to_riemannian_gradient(point, euclidean)
    found = g.compile()(X=point, A=weights, Q=BASIS)
    assert np.allclose(found, expected, atol=1e-9), name


def test_the_gradient_on_the_orthogonal_group_is_that_of_pymanopt() -> None:
    """pymanopt writes a tangent X*S by the skew S."""
    manifold = manifolds.SpecialOrthogonalGroup(4)
    point = manifold.random_point()
    weights = weights_like(point)
    where = "X: orthogonal(n), A: square(n)"
    g = mc.gradient("inner(A,X)", "X", where=where, space="orthogonal")
    expected = point @ manifold.euclidean_to_riemannian_gradient(point, weights)
    assert np.allclose(g.compile()(X=point, A=weights), expected, atol=1e-9)


def test_the_gradient_on_the_unitary_group_is_that_of_pymanopt_where_its_own_is_tangent() -> None:
    """pymanopt 2.2.1 takes the skew part with the plain transpose; real points show no difference.

    Once its vectors are tangent at complex points, the group belongs in the table.
    """
    manifold = manifolds.UnitaryGroup(4)
    point = manifold.random_point()
    weights = weights_like(point)
    theirs = manifold.euclidean_to_riemannian_gradient(point, weights)
    assert np.abs(theirs + theirs.conj().T).max() > 0.1
    where = "X: unitary(n), A: complex_matrix(n,n)"
    g = mc.gradient("re(inner(A,X))", "X", where=where, space="unitary").compile()
    generator = point.conj().T @ g(X=point, A=weights)
    assert np.abs(generator + generator.conj().T).max() < 1e-12
    real = np.linalg.qr(point.real)[0]
    expected = real @ manifold.euclidean_to_riemannian_gradient(real, weights.real)
    assert np.allclose(g(X=real + 0j, A=weights.real + 0j), expected, atol=1e-9)


def test_the_gradient_at_fixed_rank_is_that_of_pymanopt() -> None:
    """pymanopt writes points as singular value decompositions, and tangents by their factors."""
    manifold = manifolds.FixedRankEmbedded(5, 4, 2)
    np.random.seed(2)
    u, s, vt = manifold.random_point()
    weights = np.random.default_rng(0).standard_normal((5, 4))
    up, middle, vp = manifold.euclidean_to_riemannian_gradient(
        (u, s, vt), (weights @ vt.T * s, np.diag(u.T @ weights @ vt.T), (u * s).T @ weights)
    )
    expected = u @ middle @ vt + up @ vt + u @ vp.T
    g = mc.gradient("inner(A,X)", "X", "X: matrix(m,n), A: matrix(m,n)", space="fixed-rank")
    assert np.allclose(g.compile()(X=u * s @ vt, A=weights), expected, atol=1e-9)


def test_the_gradient_on_a_product_is_that_of_pymanopt() -> None:
    manifold = manifolds.Product([manifolds.Stiefel(5, 2), manifolds.Sphere(3)])
    point = manifold.random_point()
    X, y = point
    A = np.random.default_rng(0).standard_normal((6, 3))
    where = "X: stiefel(n,p), y: vector(m), A: matrix(q,m), B: matrix(q,n), c: vector(p)"
    B, c = np.ones((6, 5)) + np.eye(6, 5), np.array([1.0, -2.0])
    both = mc.gradient(
        "norm2(A*y - B*X*c)^2/2", ["X", "y"], where, space={"X": "stiefel", "y": "sphere"}
    )
    rest = A @ y - B @ X @ c
    euclidean = [-np.outer(B.T @ rest, c), A.T @ rest]
    expected = manifold.euclidean_to_riemannian_gradient(point, euclidean)
    found = both.compile()(X=X, y=y, A=A, B=B, c=c)
    assert np.allclose(found["X"], expected[0], atol=1e-9)
    assert np.allclose(found["y"], expected[1], atol=1e-9)
