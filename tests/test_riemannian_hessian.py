"""Riemannian Hessians: the textbook's forms, pymanopt's values, derivatives along geodesics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

import matcalc as mc
from matcalc.expressions.errors import DomainError
from matcalc.printing.text import to_text
from matcalc.simplify.naming import names_in_order
from tests.geodesics import (
    Curve,
    entries,
    in_the_canonical_product,
    on_definite_matrices,
    on_grassmann,
    on_orthogonal_matrices,
    on_the_hyperboloid,
    on_the_simplex,
    on_the_sphere,
    second_difference,
)
from tests.oracle import evaluate

Inner = mc.Pairing | mc.Weighted | mc.AffineInvariant | mc.Hermitian | None

LORENTZ = mc.Space.named("hyperboloid", J="J")
FISHER = mc.Pairing("sum(U.*V./x)")
BOOKS: list[tuple[str, str, str, Any, Inner, str]] = [
    (
        "x'*A*x",
        "x",
        "A: symmetric(n)",
        "sphere",
        None,
        "2*(A*dx - (dx'*A*x)*x - (x'*A*x)*dx)",
    ),
    (
        "tr(X'*A*X)/2",
        "X",
        "A: symmetric(n), X: stiefel(n,p)",
        "grassmann",
        None,
        "(A - X*X'*A)*dX - dX*X'*A*X",
    ),
    (
        "inner(A,X)",
        "X",
        "A: matrix(n,p), X: stiefel(n,p)",
        "stiefel",
        None,
        "Z - X*(X'*Z + Z'*X)/2 with Z = -dX*(A'*X + X'*A)/2",
    ),
    (
        "tr(A*X)",
        "X",
        "A: square(n), X: orthogonal(n)",
        "orthogonal",
        None,
        "-((A'*X' + X*A)*dX + dX*(A*X + X'*A'))/4",
    ),
    (
        "tr(A*X)",
        "X",
        "A: symmetric(n), X: spd(n)",
        None,
        mc.AffineInvariant(),
        "(X*A*dX + dX*A*X)/2",
    ),
    (
        "tr(X'*A*X)/2",
        "X",
        "A: symmetric(n)",
        "oblique",
        None,
        "A*dX - dX*diag(diag(X'*A*X)) - X*diag(diag(X'*A*dX))",
    ),
    ("a'*x", "x", "a: vector(n), J: symmetric(n)", LORENTZ, None, "(a'*x)*dx"),
    (
        "a'*x",
        "x",
        "a: vector(n), x: positive_vector(n)",
        "simplex",
        FISHER,
        "((a - sum(a.*x)).*dx - sum(a.*dx)*x)/2",
    ),
    (
        "tr(A*X)",
        "X",
        "A: symmetric(n), X: spd(n)",
        "spd-det1",
        mc.AffineInvariant(),
        "X*A*dX/2 + dX*A*X/2 - tr(A*dX)*X/n",
    ),
]


@pytest.mark.parametrize(("f", "wrt", "where", "space", "inner", "expected"), BOOKS)
def test_the_form_is_that_of_the_books(
    f: str, wrt: str, where: str, space: Any, inner: Inner, expected: str
) -> None:
    hessian = mc.hessian(f, wrt, where, inner=inner, space=space)
    assert str(hessian) == expected


# ---------------------------------------------------------------- against the definition

A = "A: square(n)"
ON_SPACES: list[tuple[str, str, str, Any, Inner]] = [
    ("x'*A*x + sum(x.^4)", "x", f"x: vector(n), {A}", "sphere", None),
    ("tr(X'*A*X*B)", "X", f"X: matrix(n,p), {A}, B: square(p)", "sphere", None),
    ("tr(X'*A*X*B)", "X", f"X: stiefel(n,p), {A}, B: square(p)", "stiefel", None),
    ("tr(X'*A*X*B)", "X", f"X: matrix(n,p), {A}, B: square(p)", "stiefel", None),
    ("tr(X'*A*X*B)", "X", f"X: stiefel(n,p), {A}, B: square(p)", "stiefel-canonical", None),
    ("tr(X'*A*X)^2", "X", f"X: stiefel(n,p), {A}", "grassmann", None),
    ("tr(A*X) + tr(A*X*X)", "X", f"X: orthogonal(n), {A}", "orthogonal", None),
    ("tr(A*X)^2 + logdet(X)", "X", f"X: spd(n), {A}", "spd", None),
    ("tr(A*X)^2 + logdet(X)", "X", f"X: spd(n), {A}", None, mc.AffineInvariant()),
    ("tr(A*X)^2", "X", f"X: spd(n), {A}", "spd-det1", None),
    ("tr(A*X)^2", "X", f"X: spd(n), {A}", "spd-det1", mc.AffineInvariant()),
    ("tr(X'*A*X*B)", "X", f"X: matrix(n,m), {A}, B: square(m)", "oblique", None),
    ("x'*A*x", "x", f"x: vector(n), {A}", "hyperboloid", None),
    ("x'*A*x", "x", f"x: positive_vector(n), {A}", "simplex", None),
    ("x'*A*x", "x", f"x: positive_vector(n), {A}", "simplex", FISHER),
    ("x'*A*x", "x", f"x: vector(n), {A}, B: spd(n)", mc.Space.named("ellipsoid", B="B"), None),
    ("x'*A*x", "x", f"x: vector(n), {A}, M: spd(n)", "sphere", mc.Weighted("M")),
    ("x'*A*x", "x", f"x: vector(n), {A}", "sphere", mc.Pairing("sum(U.*V.*(1 + x.^2))")),
    ("tr(A*X*X)", "X", f"X: square(n), {A}, M: spd(n)", "traceless", mc.Weighted("M")),
    ("tr(A*X*X*X)", "X", f"X: square(n), {A}", "toeplitz", None),
    ("tr(A*X*X*X)", "X", f"X: square(n), {A}", "skew", None),
    ("tr(A*X*X)", "X", f"X: square(n), {A}", "symplectic", None),
    ("x'*A*x", "x", f"x: vector(n), {A}, C: matrix(k,n)", mc.Space.kernel("C*U"), None),
    ("x'*A*x", "x", f"x: vector(n), {A}", mc.Space.kernel("(x.^3)'*U"), None),
    ("tr(A*X)^2", "X", f"X: invertible(n), {A}", None, mc.Pairing("inner(U*inv(X),V*inv(X))")),
]


@pytest.mark.parametrize(("f", "wrt", "where", "space", "inner"), ON_SPACES)
def test_it_is_the_covariant_derivative_of_the_gradient(
    f: str, wrt: str, where: str, space: Any, inner: Inner
) -> None:
    report = mc.hessian(f, wrt, where, inner=inner, space=space).verify(samples=6)
    assert report.passed, str(report)


@pytest.mark.parametrize("space", ["sphere", "simplex"])
def test_a_wrong_hessian_does_not_pass(space: str) -> None:
    """The second derivative without the curvature of the space, and with it twice."""
    from matcalc.geometry.covariant import Factor
    from matcalc.verify.second_derivative import verify_hessian

    where = "x: positive_vector(n), A: symmetric(n)"
    inner = FISHER if space == "simplex" else None
    hessian = mc.hessian("x'*A*x", "x", where, inner=inner, space=space)
    setting = hessian.question.alone.setting
    tangent = hessian.map.tangent
    side = Factor(setting.covariant, tangent, hessian.gradient, hessian.gradient)
    plain = setting.represent(2 * mc.parse("A*dx", {"dx": "vector(n)", **KINDS}))
    for wrong in (plain, 2 * hessian.map.body - plain):
        block = tangent, wrong
        assert not verify_hessian((block, block), (side, side), [side]).passed


KINDS = {"A": "symmetric(n)"}


# ---------------------------------------------------------------- along geodesics

GEODESICS: list[tuple[Callable[[], tuple[Any, Any, Curve]], str, str, str | None, Inner]] = [
    (on_the_sphere, "x'*A*x + sum(x.^4)", "x: vector(n)", "sphere", None),
    (on_the_hyperboloid, "x'*A*x + sum(x.^4)", "x: vector(n)", "hyperboloid", None),
    (on_the_simplex, "x'*A*x + sum(x.^4)", "x: positive_vector(n)", "simplex", FISHER),
    (on_definite_matrices, "tr(A*X)^2 + logdet(X)", "X: spd(n)", None, mc.AffineInvariant()),
    (on_orthogonal_matrices, "tr(A*X) + tr(A*X*A*X)", "X: orthogonal(n)", "orthogonal", None),
    (on_grassmann, "tr(X'*A*X)^2", "X: stiefel(n,p)", "grassmann", None),
    (in_the_canonical_product, "tr(X'*A*X*B)", "X: stiefel(n,p)", "stiefel-canonical", None),
]


@pytest.mark.parametrize(("point", "f", "kind", "space", "inner"), GEODESICS)
def test_the_form_is_the_second_derivative_along_geodesics(
    point: Callable[[], tuple[Any, Any, Curve]],
    f: str,
    kind: str,
    space: str | None,
    inner: Inner,
) -> None:
    start, direction, curve = point()
    name, order = kind[0], len(start)
    where = (
        f"{kind}, A: square(n), B: square(p), V: {'vector(n)' if name == 'x' else 'matrix(n,p)'}"
    )
    if kind.startswith(("X: spd", "X: orthogonal")):
        where = where.replace("matrix(n,p)", "square(n)")
    known = {"A": entries(order, order, seed=2), "B": entries(2, 2, seed=3)}
    expression = mc.parse(f, where)
    hessian = mc.hessian(f, name, where, inner=inner, space=space)
    form = hessian.form("V", "V")
    found = evaluate(form, **known, **{name: start, "V": direction}, n=order)
    slope = second_difference(lambda t: float(evaluate(expression, **known, **{name: curve(t)})))
    assert found == pytest.approx(slope, rel=1e-5)


def test_along_curves_of_matrices_of_one_rank() -> None:
    """(f o c)'' = <V, Hess f[V]> + <grad f, c''> with c = (B + t*C)*(D + t*E)'."""
    B, C, D, E = (entries(*s, seed=k) for k, s in enumerate([(5, 2), (5, 2), (4, 2), (4, 2)]))
    A, X = entries(5, 4, seed=7), B @ D.T
    where = "X: matrix(m,n), A: matrix(m,n), V: matrix(m,n)"
    f = "norm2(A - X)^2 + sum(X.^3)"
    hessian = mc.hessian(f, "X", where, space="fixed-rank")
    gradient = evaluate(hessian.gradient, A=A, X=X)
    V = C @ D.T + B @ E.T
    found = evaluate(hessian.form("V", "V"), A=A, X=X, V=V) + np.vdot(gradient, 2 * C @ E.T)
    expression = mc.parse(f, where)

    def value(t: float) -> float:
        return float(evaluate(expression, A=A, X=(B + t * C) @ (D + t * E).T))

    assert found == pytest.approx(second_difference(value), rel=1e-6)


def test_along_complex_geodesics() -> None:
    X, turn = (entries(3, 3, seed=k) + 1j * entries(3, 3, seed=k + 9) for k in (0, 1))
    X, turn = np.linalg.qr(X)[0], turn - turn.conj().T
    A = entries(3, 3, seed=4) + 1j * entries(3, 3, seed=5)
    where = "X: unitary(n), A: complex_matrix(n,n), V: complex_matrix(n,n)"
    f = "re(tr(A*X*A*X))"
    form = mc.hessian(f, "X", where, space="unitary").form("V", "V")
    found = float(evaluate(form, A=A, X=X, V=X @ turn).real)
    expression = mc.parse(f, where)
    slope = second_difference(lambda t: float(evaluate(expression, A=A, X=X @ expm(t * turn))))
    assert found == pytest.approx(slope, rel=1e-5)


# ---------------------------------------------------------------- against pymanopt

manifolds = pytest.importorskip("pymanopt.manifolds")
COMPARED: list[tuple[str, str, Inner, Callable[[], Any]]] = [
    ("sphere", "X: matrix(n,p)", None, lambda: manifolds.Sphere(5, 2)),
    ("stiefel", "X: stiefel(n,p)", None, lambda: manifolds.Stiefel(5, 2)),
    ("grassmann", "X: stiefel(n,p)", None, lambda: manifolds.Grassmann(5, 2)),
    ("oblique", "X: matrix(n,m)", None, lambda: manifolds.Oblique(5, 3)),
    ("spd", "X: spd(n)", mc.AffineInvariant(), lambda: manifolds.SymmetricPositiveDefinite(5)),
    ("symmetric", "X: symmetric(n)", None, lambda: manifolds.Symmetric(5)),
    ("skew", "X: skew(n)", None, lambda: manifolds.SkewSymmetric(5)),
    ("complex-grassmann", "X: complex_matrix(n,p)", None, lambda: manifolds.ComplexGrassmann(5, 2)),
]


@pytest.mark.parametrize(("space", "kind", "inner", "make"), COMPARED)
def test_it_is_that_of_pymanopt(
    space: str, kind: str, inner: Inner, make: Callable[[], Any]
) -> None:
    manifold = make()
    point, direction = manifold.random_point(), None
    direction = manifold.random_tangent_vector(point)
    columns = kind.rstrip(")").split(",")[-1].split("(")[-1]
    prefix = "complex_" if "complex" in space else ""
    where = f"{kind}, A: {prefix}matrix(n,{columns})"
    f = "re(tr(A'*X)) + norm2(X)^4/4" if prefix else "inner(A,X) + norm2(X)^4/4"
    hessian = mc.hessian(f, "X", where, inner=inner, space=space)
    weights = entries(*point.shape) + (1j * entries(*point.shape, seed=1) if prefix else 0)
    square = np.vdot(point, point).real
    euclidean = weights + square * point
    second = square * direction + 2 * np.vdot(point, direction).real * point
    expected = manifold.euclidean_to_riemannian_hessian(point, euclidean, second, direction)
    found = evaluate(hessian.map("V"), A=weights, X=point, V=direction)
    assert np.allclose(found, expected, atol=1e-9)


# ---------------------------------------------------------------- the record


def test_it_has_what_every_hessian_has() -> None:
    where = "x: vector(n), A: symmetric(n)"
    on_all, on_sphere = (
        mc.hessian("x'*inv(A)*x", "x", where, space=space) for space in (None, "sphere")
    )
    known = {"x": on_the_sphere()[0], "A": np.diag([1.0, 2.0, 3.0, 4.0]) + 0.1}
    for hessian in (on_all, on_sphere):
        assert hessian.variable.name == "x"
        matrix = hessian.compile()(**known)
        direction = on_the_sphere()[1]
        image = evaluate(hessian.map("V"), V=direction, **known)
        assert np.allclose(matrix @ direction, image)
        assert "def hessian" in hessian.source()
        assert hessian.verify(samples=4).passed
        assert hessian.steps and hessian._repr_latex_().startswith("$")
        assert hessian.named is hessian.shown
    assert on_all.conditions == ("A invertible",)
    assert on_sphere.conditions == ("A invertible",)
    assert on_sphere.steps[-1].after is on_sphere.map.body
    assert (on_all.space, on_sphere.space) == ("all entries free", "sphere")
    assert on_all.inner == on_sphere.inner == "Frobenius"


def test_the_steps_say_where_each_part_comes_from() -> None:
    where = "X: positive_matrix(n,m), A: matrix(n,m)"
    product = mc.Pairing("sum(U.*V./X)")
    steps = mc.hessian("inner(A,X)^2", "X", where, inner=product).steps
    assert any("Christoffel" in step.rule for step in steps)
    steps = mc.hessian("inner(A,X)^2", "X", where, space="oblique").steps
    assert any("curvature" in step.rule for step in steps)
    assert steps[-1].rule.startswith("orthogonal projection on the space")


def test_a_long_one_is_shown_as_what_is_projected() -> None:
    where = "X: stiefel(n,p), A: symmetric(n), N: diagonal(p)"
    hessian = mc.hessian("tr(X'*A*X*N)/2", "X", where, space="stiefel")
    assert to_text(hessian.named) == "Z - X*(X'*Z + Z'*X)/2"
    (inside,) = (one.value for one in names_in_order(hessian.named))
    assert str(inside) == "A*dX*N - dX*(N*X'*A*X + X'*A*X*N)/2"
    X, V, _ = on_grassmann()
    known = {"X": X, "dX": V, "A": entries(5, 5) + entries(5, 5).T, "N": np.diag([2.0, 5.0])}
    found = evaluate(hessian.named, **known)
    assert np.allclose(found, evaluate(hessian.map.body, **known))


def test_a_hessian_without_a_matrix_is_an_operator() -> None:
    hessian = mc.hessian("norm2(x)^4", "x", "x: complex_vector(n)")
    assert str(hessian) == "8*re(x'*dx)*x + 4*norm2(x)^2*dx"
    assert hessian.verify(samples=4).passed
    assert hessian.value is hessian.map.body
    x, dx = np.array([1 + 2j, 0.5 - 1j]), np.array([0.3 - 1j, 2 + 0.1j])
    expected = 8 * (x.conj() @ dx).real * x + 4 * np.linalg.norm(x) ** 2 * dx
    assert np.allclose(hessian.compile()(x=x, dx=dx), expected)
    where = "x: complex_vector(n), A: hermitian(n)"
    on_sphere = mc.hessian("re(x'*A*x)", "x", where, space="complex-sphere")
    assert on_sphere.value is on_sphere.map.body


def test_the_reduced_form_is_that_of_the_frobenius_product() -> None:
    f, where = "norm2(A*X)^2", "A: matrix(m,n), X: symmetric(n)"
    plain, symmetric = (mc.hessian(f, "X", where, space=s) for s in (None, "symmetric"))
    known = {"A": entries(6, 4), "X": np.eye(4), "n": 4}
    assert np.allclose(*(evaluate(h.reduced, **known) for h in (plain, symmetric)))
    with pytest.raises(DomainError, match="Frobenius"):
        _ = mc.hessian(f, "X", where, space="symmetric", inner=mc.Weighted("W", "W")).reduced


def test_what_there_is_no_hessian_for_is_refused() -> None:
    with pytest.raises(DomainError, match="jax conjugates"):
        mc.hessian("norm2(x)^2", "x", "x: complex_vector(n)", inner=mc.Hermitian("jax"))


@pytest.mark.parametrize(
    ("kind", "space", "reason"),
    [
        ("X: square(n)", "unitary", "the space unitary is complex, but X is real"),
        ("X: complex_matrix(n,n)", "toeplitz", "the space toeplitz is real, but X is complex"),
    ],
)
def test_spaces_of_the_other_field_are_refused(kind: str, space: Any, reason: str) -> None:
    with pytest.raises(DomainError, match=reason):
        mc.hessian("norm2(X)^2", "X", f"{kind}, A: matrix(k,n)", space=space)
