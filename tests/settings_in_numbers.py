"""Spaces, inner products and maps as plain NumPy matrices, for answers of maps in settings.

Nothing here uses the package's calculus: a space is an orthonormal basis, a product a Gram
matrix, and a map the columns that its formula, written again in NumPy, has at unit matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import matcalc as mc

Array = Any
Values = dict[str, Any]

OTHERS = (
    "A: square(n), B: square(n), S: symmetric(n), W: positive_matrix(n,n), M: spd(n), N: spd(n)"
)

# the name, the declaration of X where it needs one, a basis of the space
SPACES: dict[str, tuple[str, Callable[[int], list[Array]]]] = {
    "symmetric": ("symmetric(n)", lambda n: _pairs(n, 1)),
    "skew": ("skew(n)", lambda n: _pairs(n, -1)),
    "diagonal": ("diagonal(n)", lambda n: _where(n, lambda i, j: i == j)),
    "lower": ("lower(n)", lambda n: _where(n, lambda i, j: i >= j)),
    "upper": ("upper(n)", lambda n: _where(n, lambda i, j: i <= j)),
    "strictly-lower": ("", lambda n: _where(n, lambda i, j: i > j)),
    "strictly-upper": ("", lambda n: _where(n, lambda i, j: i < j)),
    "zero-diagonal": ("", lambda n: _where(n, lambda i, j: i != j)),
    "banded(1,2)": ("", lambda n: _where(n, lambda i, j: -1 <= j - i <= 2)),
    "traceless": ("", lambda n: _without(_where(n, lambda i, j: True), [np.eye(n)])),
    "symmetric-traceless": ("", lambda n: _without(_pairs(n, 1), [np.eye(n)])),
    "fixed-column-sums": (
        "",
        lambda n: _without(
            _where(n, lambda i, j: True), [np.outer(np.ones(n), e) for e in np.eye(n)]
        ),
    ),
    "fixed-row-sums": (
        "",
        lambda n: _without(
            _where(n, lambda i, j: True), [np.outer(e, np.ones(n)) for e in np.eye(n)]
        ),
    ),
    "toeplitz": ("", lambda n: [np.eye(n, k=k) for k in range(1 - n, n)]),
    "symmetric-toeplitz": ("", lambda n: [np.eye(n, k=k) + np.eye(n, k=-k) for k in range(n)]),
    "hankel": ("", lambda n: [np.eye(n, k=k)[:, ::-1] for k in range(1 - n, n)]),
    "circulant": ("", lambda n: [np.roll(np.eye(n), k, axis=0) for k in range(n)]),
    "all entries free": ("square(n)", lambda n: _where(n, lambda i, j: True)),
}


def _pairs(n: int, sign: int) -> list[Array]:
    found = []
    for i in range(n):
        for j in range(i + 1):
            unit = np.zeros((n, n))
            unit[i, j] += 1
            unit[j, i] += sign
            found.append(unit)
    return found


def _where(n: int, inside: Callable[[int, int], bool]) -> list[Array]:
    found = []
    for i in range(n):
        for j in range(n):
            if inside(i, j):
                unit = np.zeros((n, n))
                unit[i, j] = 1
                found.append(unit)
    return found


def _without(basis: list[Array], normals: list[Array]) -> list[Array]:
    """The elements of a span that are orthogonal to some matrices."""
    columns = np.array([vec(b) for b in basis]).T
    rows = np.array([vec(normal) for normal in normals]) @ columns
    _, values, right = np.linalg.svd(rows)
    kernel = right[int(np.sum(values > 1e-9)) :].T
    n = basis[0].shape[0]
    return [unvec(column, n) for column in (columns @ kernel).T]


def vec(value: Array) -> Array:
    return np.asarray(value).reshape(-1, order="F")


def unvec(column: Array, n: int) -> Array:
    return column.reshape((n, n), order="F")


inv = np.linalg.inv

# the text, f, its derivative in the direction V
MAPS: dict[str, tuple[Callable[[Values], Array], Callable[[Values, Array], Array]]] = {
    "inv(X)": (lambda v: inv(v["X"]), lambda v, V: -inv(v["X"]) @ V @ inv(v["X"])),
    "A*X*A'": (lambda v: v["A"] @ v["X"] @ v["A"].T, lambda v, V: v["A"] @ V @ v["A"].T),
    "A*X + X*A'": (
        lambda v: v["A"] @ v["X"] + v["X"] @ v["A"].T,
        lambda v, V: v["A"] @ V + V @ v["A"].T,
    ),
    "A*X*B": (lambda v: v["A"] @ v["X"] @ v["B"], lambda v, V: v["A"] @ V @ v["B"]),
    "W.*X": (lambda v: v["W"] * v["X"], lambda v, V: v["W"] * V),
    "X*S*X'": (
        lambda v: v["X"] @ v["S"] @ v["X"].T,
        lambda v, V: V @ v["S"] @ v["X"].T + v["X"] @ v["S"] @ V.T,
    ),
    "X^2": (lambda v: v["X"] @ v["X"], lambda v, V: V @ v["X"] + v["X"] @ V),
    "X'": (lambda v: v["X"].T, lambda v, V: V.T),
    "X/2 - 3*X'": (lambda v: v["X"] / 2 - 3 * v["X"].T, lambda v, V: V / 2 - 3 * V.T),
    "5*X + tr(X)*S": (
        lambda v: 5 * v["X"] + np.trace(v["X"]) * v["S"],
        lambda v, V: 5 * V + np.trace(V) * v["S"],
    ),
    "tril(X*X)": (
        lambda v: np.tril(v["X"] @ v["X"]),
        lambda v, V: np.tril(V @ v["X"] + v["X"] @ V),
    ),
}

Form = Callable[[Values, Array, Array, Array], float]  # of the values, the point, U and V

PRODUCTS: dict[str, tuple[Any, Form]] = {
    "Frobenius": (None, lambda v, X, U, V: np.sum(U * V)),
    "weighted": (
        mc.Weighted(left="M", right="N"),
        lambda v, X, U, V: np.trace(U.T @ v["M"] @ V @ v["N"]),
    ),
    "elementwise": (mc.Elementwise("W"), lambda v, X, U, V: np.sum(v["W"] * U * V)),
    "form": (
        mc.Pairing("tr(U'*M*V) + tr(U*N*V')"),
        lambda v, X, U, V: np.trace(U.T @ v["M"] @ V) + np.trace(U @ v["N"] @ V.T),
    ),
    "affine-invariant": (
        mc.AffineInvariant(),
        lambda v, X, U, V: np.trace(inv(X) @ U @ inv(X) @ V),
    ),
}


@dataclass(frozen=True)
class InNumbers:
    """A map on a space between products: J on all matrices, Q and both Gram matrices."""

    values: Values
    basis: Array
    operator: Array
    gram: Array
    gram_out: Array

    @property
    def on_basis(self) -> Array:
        return self.operator @ self.basis

    @property
    def stays(self) -> bool:
        out = self.on_basis - self.basis @ (self.basis.T @ self.on_basis)
        return bool(np.abs(out).max(initial=0) < 1e-9 * max(1, np.abs(self.on_basis).max()))

    @property
    def inside(self) -> Array:
        """The matrix of a map of the space into itself, in the basis Q."""
        return self.basis.T @ self.on_basis

    @property
    def orthonormal(self) -> Array:
        """A basis that is orthonormal in the product of the domain."""
        factor = np.linalg.cholesky(self.basis.T @ self.gram @ self.basis)
        return self.basis @ inv(factor).T

    @property
    def stretched(self) -> Array:
        """Its images in coordinates that are orthonormal in the product of the values."""
        values, vectors = np.linalg.eigh(self.gram_out)
        root = vectors * np.sqrt(np.clip(values, 0, None))
        return root.T @ self.operator @ self.orthonormal

    @property
    def is_symmetric(self) -> bool:
        form = self.basis.T @ self.gram @ self.on_basis
        return bool(np.allclose(form, form.T, atol=1e-9 * np.abs(form).max()))

    @property
    def is_injective(self) -> bool:
        values = np.linalg.svd(self.on_basis, compute_uv=False)
        return bool(values[-1] > 1e-9 * values[0])


def drawn(space: str, n: int, seed: int, definite: bool) -> Values:
    """Values for all names; X is a point of the space, positive definite where that is needed."""
    random = np.random.default_rng(seed)
    square = {name: random.normal(size=(n, n)) for name in "ABS"}
    square["S"] = square["S"] + square["S"].T
    spd = {name: _spd(random, n) for name in "MN"}
    # sums that are fixed need not be zero: there X is any matrix
    basis = SPACES["all entries free" if space.startswith("fixed") else space][1](n)
    X = _spd(random, n) if definite else sum(random.normal() * unit for unit in basis)
    return {**square, **spd, "X": X, "W": random.uniform(0.5, 2, (n, n))}


def _spd(random: np.random.Generator, n: int) -> Array:
    factor = random.normal(size=(n, n))
    return factor @ factor.T / n + np.eye(n)


def gram(form: Form, values: Values, point: Array, n: int) -> Array:
    units = [unvec(column, n) for column in np.eye(n * n)]
    return np.array([[form(values, point, U, V) for V in units] for U in units])


def in_numbers(space: str, f: str, product: str, n: int, seed: int = 0) -> InNumbers:
    """The map as matrices. Raises LinAlgError where X has no inverse and f needs one."""
    values = drawn(space, n, seed, definite=product == "affine-invariant")
    basis = np.linalg.svd(np.array([vec(b) for b in SPACES[space][1](n)]).T, full_matrices=False)
    kept = basis[0][:, basis[1] > 1e-9]
    function, derivative = MAPS[f]
    columns = [vec(derivative(values, unvec(column, n))) for column in np.eye(n * n)]
    form = PRODUCTS[product][1]
    here = gram(form, values, values["X"], n)
    found = InNumbers(values, kept, np.array(columns).T, here, here)
    if not found.stays:
        return InNumbers(values, kept, found.operator, here, np.eye(n * n))
    point = function(values)
    if product == "affine-invariant" and np.linalg.eigvalsh(point).min() < 0:
        return InNumbers(values, kept, found.operator, here, np.eye(n * n))
    there = gram(form, values, point, n)
    return InNumbers(values, kept, found.operator, here, there)
