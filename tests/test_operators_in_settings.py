"""What a linear map tells of itself holds in the inner product and on the space it is asked in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from tests.operators_in_settings import RIGHT, WRONG, combinations, verdicts
from tests.settings_in_numbers import PRODUCTS, SPACES, unvec, vec

# All with the product that depends on the point; of the others each in turn.
_ALL = list(combinations())
_CHOSEN = [one for place, one in enumerate(_ALL) if one[2] == "affine-invariant" or place % 9 == 1]


def test_every_space_map_and_product_is_met() -> None:
    assert {one[0] for one in _CHOSEN} == set(SPACES)
    assert {one[2] for one in _CHOSEN} == set(PRODUCTS)
    assert {one[1] for one in _CHOSEN} == {one[1] for one in _ALL}


@pytest.mark.parametrize("combination", _CHOSEN, ids=" ".join)
def test_a_map_answers_in_its_setting_or_refuses(combination: tuple[str, str, str]) -> None:
    found = list(verdicts(*combination))
    wrong = [(name, answer) for name, verdict, answer in found if verdict == WRONG]
    assert not wrong
    # X on zero-diagonal matrices and the like: the matrix and the norm are always there
    answered = {name for name, verdict, _ in found if verdict == RIGHT}
    assert not found or {"matrix", "norm", "is_self_adjoint"} & answered


# ---------------------------------------------------------------- closed forms of books

SPD = "X: spd(n)"
ON_SPACES: list[tuple[str, str, str, str, str]] = [
    ("inv(X)", SPD, "symmetric", "trace", "-(tr(inv(X))^2 + tr(inv(X)^2))/2"),
    ("inv(X)", SPD, "symmetric", "determinant", "(-1)^(n*(n + 1)/2)*det(X)^(-n - 1)"),
    ("inv(X)", SPD, "symmetric", "norm", "norm_spec(inv(X))^2"),
    ("A*X*A'", "X: skew(n), A: square(n)", "skew", "determinant", "det(A)^(n - 1)"),
    ("A*X*A'", "X: symmetric(n), A: square(n)", "symmetric", "determinant", "det(A)^(n + 1)"),
    ("A*X + X*A'", "X: symmetric(n), A: square(n)", "symmetric", "trace", "(n + 1)*tr(A)"),
    ("A*X + X*A'", "X: skew(n), A: square(n)", "skew", "trace", "(n - 1)*tr(A)"),
    ("-2*X", "X: symmetric(n)", "symmetric", "determinant", "(-2)^(n*(n + 1)/2)"),
    ("3*X", "X: square(n)", "traceless", "determinant", "3^(n^2 - 1)"),
    ("A*X*A'", "X: diagonal(n), A: diagonal(n)", "diagonal", "trace", "sum(diag(A).^2)"),
    (
        "tril(A*X)",
        "X: lower(n), A: square(n)",
        "lower",
        "trace",
        "diag(A)'*tril(ones(n,n))*ones(n)",
    ),
    ("skew(A.*X)", "X: skew(n), A: square(n)", "skew", "trace", "(sum(A) - tr(A))/2"),
    ("sym(A.*X)", "X: symmetric(n), A: square(n)", "symmetric", "trace", "(sum(A) + tr(A))/2"),
]


@pytest.mark.parametrize(("f", "where", "space", "name", "expected"), ON_SPACES)
def test_closed_forms_on_spaces(f: str, where: str, space: str, name: str, expected: str) -> None:
    found = getattr(mc.differential(f, "X", where, space=space), name)
    random = np.random.default_rng(1)
    for n in (3, 4):
        A, X = random.normal(size=(2, n, n))
        A = np.diag(np.diag(A)) if "A: diagonal" in where else A
        X = X @ X.T + np.eye(n)
        wanted = mc.evaluate(mc.parse(expected, "X: spd(n), A: square(n)"), X=X, A=A, n=n)
        assert np.isclose(mc.evaluate(found, X=X, A=A, n=n), wanted)


def test_the_determinant_of_a_congruence_is_that_of_books() -> None:
    found = mc.differential("inv(X)", "X", SPD, space="symmetric").determinant
    assert "kron" not in str(found) and "elimination" not in str(found)


def test_inversion_is_an_isometry_of_the_affine_invariant_product() -> None:
    found = mc.differential("inv(X)", "X", SPD, inner=mc.AffineInvariant())
    assert str(found.norm) == "1"
    assert found.inner_out == "<U, V> = tr(X*U*X*V)"
    W = mc.parse("W", "W: symmetric(n)")
    assert mc.equivalent(found.adjoint(W), mc.parse("-X*W*X", f"{SPD}, W: symmetric(n)")).holds
    assert str(found.inverse) == "-X*R*X"


def test_a_congruence_is_an_isometry_too() -> None:
    where = "X: spd(n), A: invertible(n)"
    found = mc.differential("A*X*A'", "X", where, inner=mc.AffineInvariant()).norm
    random = np.random.default_rng(0)
    A, X = random.normal(size=(2, 3, 3))
    assert np.isclose(mc.evaluate(found, A=A, X=X @ X.T + np.eye(3)), 1)


def test_the_cholesky_factor_is_solved_for() -> None:
    found = mc.differential("L*L'", "L", "L: lower(n)", space="lower")
    assert str(found.solve("R")) == "L*halved_tril(inv(L)*R*inv(L)')"
    assert found.inverse.setting is found.operator.outer
    upper = mc.differential("U*U'", "U", "U: upper(n)", space="upper").solve("R")
    U = np.triu(np.random.default_rng(2).normal(size=(4, 4))) + 3 * np.eye(4)
    V = np.triu(np.random.default_rng(3).normal(size=(4, 4)))
    np.testing.assert_allclose(mc.evaluate(upper, U=U, R=V @ U.T + U @ V.T), V, atol=1e-9)


def test_norms_of_weighted_products() -> None:
    where = "X: matrix(n,p), A: matrix(n,n), B: matrix(p,p), M: spd(n), N: spd(p)"
    found = mc.differential("A*X*B", "X", where, inner=mc.Weighted("M", "N"))
    random = np.random.default_rng(4)
    values = {"A": random.normal(size=(3, 3)), "B": random.normal(size=(2, 2))}
    for name, order in (("M", 3), ("N", 2)):
        factor = random.normal(size=(order, order))
        values[name] = factor @ factor.T + np.eye(order)
    rooted = np.linalg.cholesky(np.kron(values["N"], values["M"])).T
    matrix = rooted @ np.kron(values["B"].T, values["A"]) @ np.linalg.inv(rooted)
    assert np.isclose(mc.evaluate(found.norm, **values), np.linalg.norm(matrix, 2))
    assert np.isclose(mc.evaluate(found.norm_fro, **values), np.linalg.norm(matrix))
    assert "kron" not in str(found.norm)


# ---------------------------------------------------------------- maps made of maps

ON_SYMMETRIC = "X: symmetric(n), A: square(n), B: square(n)"


def _on_symmetric(f: str) -> mc.LinearMap:
    found: mc.LinearMap = mc.differential(f, "X", ON_SYMMETRIC, space="symmetric").operator
    return found


MADE: list[tuple[Callable[[], mc.LinearMap], Callable[[Any, Any, Any], Any]]] = [
    (lambda: _on_symmetric("A*X*A'") @ _on_symmetric("B*X*B'"), lambda A, B, V: _both(A @ B, V)),
    (
        lambda: _on_symmetric("A*X*A'") + _on_symmetric("B*X*B'"),
        lambda A, B, V: _both(A, V) + _both(B, V),
    ),
    (lambda: 3 * _on_symmetric("A*X*A'"), lambda A, B, V: 3 * _both(A, V)),
    (lambda: _on_symmetric("A*X*A'").adjoint, lambda A, B, V: _both(A.T, V)),
    (lambda: _on_symmetric("A*X*A'").inverse, lambda A, B, V: _both(np.linalg.inv(A), V)),
]


def _both(A: Any, V: Any) -> Any:
    return A @ V @ A.T


@pytest.mark.parametrize(("make", "apply"), MADE)
def test_maps_made_of_maps_keep_their_setting(make: Any, apply: Any) -> None:
    random = np.random.default_rng(5)
    n = 3
    A, B = random.normal(size=(2, n, n))
    basis = np.linalg.qr(np.array([vec(unit) for unit in SPACES["symmetric"][1](n)]).T)[0]
    J = np.array([vec(apply(A, B, unvec(column, n))) for column in basis.T]).T
    found = make()
    inside = basis.T @ J
    for name, wanted in (
        ("trace", np.trace(inside)),
        ("determinant", np.linalg.det(inside)),
        ("norm", np.linalg.norm(inside, 2)),
        ("matrix", J @ basis.T),
    ):
        np.testing.assert_allclose(mc.evaluate(getattr(found, name), A=A, B=B, n=n), wanted)


def test_maps_in_different_settings_are_not_mixed() -> None:
    symmetric = _on_symmetric("A*X*A'")
    free = mc.differential("A*X", "X", ON_SYMMETRIC)
    weighted = mc.differential("A*X", "X", f"{ON_SYMMETRIC}, M: spd(n)", inner=mc.Weighted("M"))
    mixed: list[Callable[[], mc.LinearMap]] = [
        lambda: symmetric + free,
        lambda: free + symmetric,
        lambda: free + weighted,
        lambda: symmetric @ free,
    ]
    for wrong in mixed:
        with pytest.raises(mc.NoRule):
            wrong()
    assert str(free @ symmetric) == "A^2*dX*A'"
    assert (free @ symmetric).is_restricted


def test_the_map_of_a_gradient_knows_the_product() -> None:
    where = "X: symmetric(n), C: square(n)"
    found = mc.gradient("tr(C*X)", "X", where, space="symmetric")
    assert mc.equivalent(found.map.adjoint("1"), found.value).holds


# ---------------------------------------------------------------- refusals with their reason

REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: _on_symmetric("A*X").trace, "takes elements of the space symmetric out of it"),
    (lambda: _on_symmetric("A*X").determinant, "takes elements of the space symmetric out of it"),
    (lambda: _on_symmetric("A*X").structure, "takes elements of the space symmetric out of it"),
    (lambda: _on_symmetric("A*X").inverse, "not every element"),
    (lambda: _on_symmetric("tr(X)*(A + A')").solve("R"), "singular on the space symmetric"),
    (lambda: _on_symmetric("A*X*A'").solve("A"), "A is no value of the map"),
    (
        lambda: mc.differential("inv(X)", "X", SPD, inner=mc.AffineInvariant()).is_self_adjoint,
        "different inner products",
    ),
    (
        lambda: mc.differential("-X", "X", SPD, inner_out=mc.AffineInvariant()),
        "f has values of another kind",
    ),
]


@pytest.mark.parametrize(("ask", "message"), REFUSED)
def test_what_a_map_has_not_is_refused_with_the_reason(ask: Any, message: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        ask()
    assert message in caught.value.message


def test_the_product_of_the_values() -> None:
    where = "x: vector(n), A: matrix(m,n), B: square(n), M: spd(n), W: spd(n), V: spd(m)"
    inside = mc.differential("B*x", "x", where, inner=mc.Weighted("M"))
    assert inside.inner_out == "<U, V> = U'*M*V"
    assert mc.equivalent(inside.adjoint("w"), mc.parse("inv(M)*B'*M*w", where)).holds
    elsewhere = mc.differential("A*x", "x", where, inner=mc.Weighted("M"))
    assert elsewhere.inner_out == "Frobenius"
    named = mc.differential("B*x", "x", where, inner_out=mc.Weighted("W"))
    assert str(named.adjoint("u")) == "B'*W*u"
    plain = mc.differential("B*x", "x", where, inner=mc.Weighted("M"), inner_out=mc.Frobenius())
    assert plain.inner_out == "Frobenius"


# ---------------------------------------------------------------- Hessians on manifolds


def test_a_hessian_on_a_sphere_is_a_map_of_the_tangent_space() -> None:
    where = "x: vector(n), A: symmetric(n)"
    found = mc.hessian("x'*A*x", "x", where, space="sphere").map
    assert found.is_self_adjoint
    random = np.random.default_rng(6)
    A, x = random.normal(size=(4, 4)), random.normal(size=4)
    A, x = A + A.T, x / np.linalg.norm(x)
    Q = np.linalg.svd(x[None])[2][1:].T
    H = 2 * Q.T @ (A - (x @ A @ x) * np.eye(4)) @ Q
    for name, wanted in (
        ("trace", np.trace(H)),
        ("determinant", np.linalg.det(H)),
        ("norm", np.linalg.norm(H, 2)),
        ("matrix", Q @ H @ Q.T),
    ):
        np.testing.assert_allclose(
            mc.evaluate(getattr(found, name), A=A, x=x, n=4), wanted, atol=1e-9
        )
    R = Q @ np.array([1.0, -2.0, 0.5])
    V = mc.evaluate(found.solve("R"), A=A, x=x, R=R)
    np.testing.assert_allclose(V, Q @ np.linalg.solve(H, Q.T @ R), atol=1e-9)


def test_a_hessian_in_the_affine_invariant_product() -> None:
    found = mc.hessian("tr(A*X)", "X", "A: symmetric(n), X: spd(n)", inner=mc.AffineInvariant())
    assert found.map.is_self_adjoint
    assert mc.equivalent(
        found.map.trace, mc.parse("(n + 1)*tr(A*X)/2", "A: symmetric(n), X: spd(n)")
    ).holds
    assert "sylvester" in str(found.structure.solve("R"))
