"""Eigenvalues, singular values and factorisations over the complex numbers, by plain NumPy.

The functions are written here from their definitions, and differentiated by differences of real
and imaginary parts, entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc

Array = Any
rng = np.random.default_rng(11)


def entries(*axes: int) -> Array:
    return rng.normal(size=axes) + 1j * rng.normal(size=axes)


def hermitian(n: int) -> Array:
    Z = entries(n, n)
    return Z + Z.conj().T


def definite(n: int) -> Array:
    Z = entries(n, n)
    return Z @ Z.conj().T + np.eye(n)


def turned(vectors: Array, by: Array) -> Array:
    """The columns times numbers of modulus one: the largest entry in each of `by` positive."""
    largest = np.array([column[np.argmax(np.abs(column))] for column in by.T])
    return vectors * (largest.conj() / np.abs(largest))


def eigenvectors(A: Array) -> Array:
    V = np.linalg.eigh((A + A.conj().T) / 2)[1]
    return turned(V, V)


def eigenvalues(A: Array) -> Array:
    return np.linalg.eigvalsh((A + A.conj().T) / 2)


def singular(X: Array) -> tuple[Array, Array, Array]:
    U, s, W = np.linalg.svd(X, full_matrices=False)
    V = W.conj().T
    return turned(U, V), s, turned(V, V)


def triangle(A: Array) -> Array:
    """R of A = Q R with a positive diagonal: the Cholesky factor of A'A, turned."""
    return np.linalg.cholesky(A.conj().T @ A).conj().T


def upper(A: Array) -> Array:
    """U of A = L U, by elimination."""
    U = A.astype(complex)
    for k in range(len(U)):
        for i in range(k + 1, len(U)):
            U[i] -= U[i, k] / U[k, k] * U[k]
    return U


def differences(f: Callable[[Array], Any], X: Array, mirrored: bool = False) -> Array:
    """The gradient for <U, V> = re(tr(U'V)) among all matrices, or among the Hermitian ones."""
    found, t = np.zeros(X.shape, complex), 1e-5
    for place in np.ndindex(*X.shape):
        for unit in (1, 1j):
            E = np.zeros(X.shape, complex)
            E[place] = unit
            E = (E + E.conj().T) / 2 if mirrored else E
            found[place] += unit * (f(X + t * E) - f(X - t * E)) / (2 * t)
    return found


w, W = rng.uniform(1, 2, 3), entries(3, 3)
u, B = entries(3, 1), entries(3, 5)
GIVEN = {"w": w, "W": W, "u": u[:, 0], "B": B}
WHERE = "w: vector(n), W: complex_matrix(n,n), u: complex_vector(n), B: complex_matrix(n,k)"
HERMITIAN: list[tuple[str, Array, Callable[[Array], Any]]] = [
    ("lambda_max(A)", hermitian(3), lambda A: eigenvalues(A)[-1]),
    ("lambda_min(A)", hermitian(3), lambda A: eigenvalues(A)[0]),
    ("lambda(A, 2)^2", hermitian(3), lambda A: eigenvalues(A)[1] ** 2),
    ("w'*eigvals(A)", hermitian(3), lambda A: w @ eigenvalues(A)),
    ("re(u'*eigvec(A, 2))", hermitian(3), lambda A: np.vdot(u, eigenvectors(A)[:, 1]).real),
    ("im(u'*eigvec(A, 3))", hermitian(3), lambda A: np.vdot(u, eigenvectors(A)[:, 2]).imag),
    ("re(tr(W'*eigvecs(A)))", hermitian(3), lambda A: np.vdot(W, eigenvectors(A)).real),
    ("re(tr(W'*chol(A)))", definite(3), lambda A: np.vdot(W, np.linalg.cholesky(A)).real),
    (
        "lambda_max(A, B*B')",
        hermitian(3),
        lambda A: max(np.linalg.eigvals(np.linalg.solve(B @ B.conj().T, A)).real),
    ),
]
TALL: list[tuple[str, Callable[[Array, Array], Any]]] = [
    ("w'*svdvals(X)", lambda X, D: w @ singular(X)[1]),
    ("re(tr(D'*svd_u(X)))", lambda X, D: np.vdot(D, singular(X)[0]).real),
    ("re(tr(W'*svd_v(X)))", lambda X, D: np.vdot(W, singular(X)[2]).real),
    ("re(tr(W'*qr_r(X)))", lambda X, D: np.vdot(W, triangle(X)).real),
    ("re(tr(D'*qr_q(X)))", lambda X, D: np.vdot(D, orthonormal(X)).real),
    ("re(tr(W'*lu_u(X'*D)))", lambda X, D: np.vdot(W, upper(X.conj().T @ D)).real),
]
WIDE: list[tuple[str, Callable[[Array, Array], Any]]] = [
    ("w'*svdvals(X)", lambda X, D: w @ singular(X)[1]),
    ("re(tr(D'*qr_r(X)))", lambda X, D: np.vdot(D, orthonormal(X[:, :3]).conj().T @ X).real),
    ("re(tr(E'*qr_q(X)))", lambda X, D: np.vdot(D[:, 2:], orthonormal(X[:, :3])).real),
]
ANY: list[tuple[str, Callable[[Array, Array], Any]]] = [
    ("norm_spec(X)", lambda X, D: singular(X)[1][0]),
    ("norm_nuc(X)", lambda X, D: singular(X)[1].sum()),
    ("cond(X)", lambda X, D: singular(X)[1][0] / singular(X)[1][-1]),
    ("im(D[1, :]*singular_right(X, 2))", lambda X, D: (D[0] @ singular(X)[2][:, 1]).imag),
    ("re(D[:, 2]'*singular_left(X, 1))", lambda X, D: np.vdot(D[:, 1], singular(X)[0][:, 0]).real),
    ("re(tr(D*pinv(X)))", lambda X, D: np.trace(D @ np.linalg.pinv(X)).real),
    ("re(tr(D'*polar(X)))", lambda X, D: np.vdot(D, polar(X)).real),
    ("re(tr(D'*proj(X)*D))", lambda X, D: np.linalg.norm(singular(X)[0].conj().T @ D) ** 2),
    ("re(tr(D*row_proj(X)*D'))", lambda X, D: np.linalg.norm(D @ singular(X)[2]) ** 2),
]


def orthonormal(A: Array) -> Array:
    return A @ np.linalg.inv(triangle(A))


def polar(X: Array) -> Array:
    left, _, right = singular(X)
    return left @ right.conj().T


@pytest.mark.parametrize(("text", "A", "f"), HERMITIAN)
def test_a_gradient_among_the_hermitian_matrices(
    text: str, A: Array, f: Callable[[Array], Any]
) -> None:
    kind = "hpd" if "chol" in text else "hermitian"
    g = mc.gradient(text, "A", where=f"A: {kind}(n), {WHERE}", space="hermitian")
    value = g.compile()(A=A, **given(text))
    np.testing.assert_allclose(value, differences(f, A, mirrored=True), atol=2e-6)


def given(text: str) -> dict[str, Array]:
    return {
        name: value for name, value in GIVEN.items() if f"{name}'" in text or f"{name}*" in text
    }


@pytest.mark.parametrize(
    ("text", "shape", "f"),
    [(text, (5, 3), f) for text, f in TALL]
    + [(text, shape, f) for text, f in ANY for shape in ((5, 3), (3, 5), (3, 3))],
)
def test_a_gradient_among_all_complex_matrices(
    text: str, shape: tuple[int, int], f: Callable[[Array, Array], Any]
) -> None:
    X, D = entries(*shape), entries(*shape)
    where = f"X: complex_matrix(m,n), D: complex_matrix(m,n), {WHERE}"
    more = {**given(text), **({"D": D} if "D" in text else {})}
    value = mc.gradient(text, "X", where=where).compile()(X=X, **more)
    expected = differences(lambda Z: f(Z, D), X)
    np.testing.assert_allclose(value, expected, atol=1e-6 * (1 + np.abs(expected).max()))


@pytest.mark.parametrize("kind", ["matrix", "complex_matrix"])
@pytest.mark.parametrize(("text", "f"), WIDE)
def test_a_gradient_by_a_wide_matrix(
    kind: str, text: str, f: Callable[[Array, Array], Any]
) -> None:
    """What the result meets tells that it has the sizes of a wide matrix."""
    where = f"X: {kind}(m,n), D: {kind}(m,n), E: {kind}(m,m), w: vector(m)"
    part = np.real if kind == "matrix" else np.asarray
    X, D = part(entries(3, 5)), part(entries(3, 5))
    named = {"D": D, "E": D[:, 2:], "w": w}
    more = {name: value for name, value in named.items() if f"{name}'" in text}
    value = mc.gradient(text, "X", where=where).compile()(X=X, **more)
    expected = differences(lambda Z: f(Z, D), X)
    np.testing.assert_allclose(value, part(expected), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "f"),
    [
        ("lambda_max(A)", lambda A: eigenvalues(A)[-1]),
        ("w'*eigvals(A).^2", lambda A: w @ eigenvalues(A) ** 2),
        ("norm_spec(A)", lambda A: singular(A)[1][0]),
    ],
)
def test_a_second_derivative(text: str, f: Callable[[Array], Any]) -> None:
    A, V = hermitian(3), hermitian(3)
    H = mc.hessian(text, "A", where=f"A: hermitian(n), {WHERE}", space="hermitian")
    t = 1e-3
    expected = (f(A + t * V) - 2 * f(A) + f(A - t * V)) / t**2
    found = np.vdot(V, H.compile()(A=A, dA=V, **given(text))).real
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_matrix_that_is_not_hermitian_is_refused() -> None:
    g = mc.gradient("lambda_max(A)", "A", where="A: complex_matrix(n,n)")
    assert "A hermitian" in str(g.conditions)
    f = g.compile()
    f(A=hermitian(3))
    with pytest.raises(mc.DomainError, match="A hermitian"):
        f(A=entries(3, 3))
