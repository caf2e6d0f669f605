"""Inverses, determinants, factorisations, eigenvalues, singular values, linear matrix equations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.meanings.values import (
    Array,
    Borderline,
    Meaning,
    column,
    place,
    require,
    require_above,
    require_square,
    require_symmetric,
    unvec,
    vec,
)

_SMALL = 1e-12


def _inverse(x: Array) -> Array:
    """By Gauss and Jordan, the largest pivot of each column."""
    require_square(x)
    n = len(x)
    largest = float(np.max(np.abs(x))) or 1.0
    table = np.hstack([x.astype(complex if np.iscomplexobj(x) else float), np.eye(n)])
    for k in range(n):
        pivot = k + int(np.argmax(np.abs(table[k:, k])))
        require_above(abs(table[pivot, k]) / largest, "the inverse of a singular matrix")
        table[[k, pivot]] = table[[pivot, k]]
        table[k] = table[k] / table[k, k]
        for i in range(n):
            if i != k:
                table[i] = table[i] - table[i, k] * table[k]
    return table[:, n:]


def _determinant(x: Array) -> Any:
    """By elimination: the product of the pivots, with the sign of the exchanges."""
    require_square(x)
    u, value = x.astype(complex if np.iscomplexobj(x) else float), 1.0
    for k in range(len(u)):
        pivot = k + int(np.argmax(np.abs(u[k:, k])))
        if u[pivot, k] == 0:
            return 0.0
        value = value * (u[pivot, k] if pivot == k else -u[pivot, k])
        u[[k, pivot]] = u[[pivot, k]]
        for i in range(k + 1, len(u)):
            u[i] = u[i] - u[i, k] / u[k, k] * u[k]
    return value


def cofactors(x: Array) -> Array:
    require_square(x)
    n = len(x)
    found = np.zeros_like(x) if n > 1 else np.ones_like(x)
    for i in range(n if n > 1 else 0):
        for j in range(n):
            minor = np.delete(np.delete(x, i, 0), j, 1)
            found[i, j] = (-1) ** (i + j) * _determinant(minor)
    return found


def _log_determinant(x: Array) -> Any:
    return np.log(np.abs(_determinant(x)))


# ---------------------------------------------------------------- eigenvalues


def _signed(vectors: Array, by: Array | None = None) -> Array:
    """Each column with its entry of largest size positive, or that of the column beside it."""
    judges = vectors if by is None else by
    largest = np.array([judge[np.argmax(np.abs(judge))] for judge in judges.T])
    return np.asarray(vectors * np.abs(largest) / largest)


def _eigen(a: Array) -> tuple[Array, Array]:
    require_symmetric(a)
    w, v = np.linalg.eigh((a + a.conj().T) / 2)
    return w, _signed(v)


def _require_simple(values: Array, k: int | None = None) -> None:
    """Vectors belong to values that no other value equals."""
    for one in range(len(values)) if k is None else [k]:
        others = np.delete(values, one)
        if np.any(np.abs(others - values[one]) <= 1e-9 * np.max(np.abs(values))):
            raise Borderline("the vectors of a repeated eigenvalue or singular value")


def _eigenvectors(a: Array) -> Array:
    w, v = _eigen(a)
    _require_simple(w)
    return v


def _eigenvector(a: Array, i: Array) -> Array:
    w, v = _eigen(a)
    k = place(i, len(w))
    _require_simple(w, k)
    return v[:, [k]]


def _pencil(a: Array, m: Array) -> tuple[Array, Array]:
    """a v = w m v with v' m v = 1, through the root of m."""
    require_symmetric(a)
    root = _inverse(_cholesky(m))
    w, v = np.linalg.eigh(root @ a @ root.conj().T)
    return w, _signed(root.conj().T @ v)


def _pencil_vector(a: Array, m: Array, i: Array) -> Array:
    w, v = _pencil(a, m)
    k = place(i, len(w))
    _require_simple(w, k)
    return v[:, [k]]


def _resolvent(a: Array, i: Array) -> Array:
    """The pseudo-inverse of w_i I - a."""
    w, v = _eigen(a)
    k = place(i, len(w))
    gaps = [0.0 if j == k else 1 / (w[k] - w[j]) for j in range(len(w))]
    return v @ np.diag(gaps) @ v.conj().T


def _gaps(x: Array) -> Array:
    n = len(x)
    gap = [[0.0 if i == j else 1 / (x[j, 0] - x[i, 0]) for j in range(n)] for i in range(n)]
    return np.array(gap)


def _perron(x: Array) -> tuple[float, Array]:
    """The largest real eigenvalue, and its unit eigenvector."""
    w, v = np.linalg.eig(x)
    real = np.abs(w.imag) <= 1e-9 * np.max(np.abs(w))
    require(np.any(real), "no real eigenvalue")
    k = int(np.argmax(np.where(real, w.real, -np.inf)))
    vector = v[:, [k]].real
    return float(w[k].real), _signed(vector / np.linalg.norm(vector))


def _perron_vector(x: Array) -> Array:
    value, vector = _perron(x)
    w = np.linalg.eigvals(x)
    if np.sum(np.abs(w - value) <= 1e-6 * np.max(np.abs(w))) > 1:
        raise Borderline("the vectors of a repeated eigenvalue")
    return vector


# ---------------------------------------------------------------- singular values


def _singular(x: Array) -> tuple[Array, Array, Array]:
    """x = u diag(s) v', the signs or phases by the columns of v."""
    u, s, w = np.linalg.svd(x, full_matrices=False)
    v = w.conj().T
    return _signed(u, v), s, _signed(v)


def _tall(x: Array) -> tuple[Array, Array, Array]:
    require(x.shape[0] >= x.shape[1], "a matrix with at least as many rows as columns")
    return _singular(x)


def _of_full_rank(x: Array) -> tuple[Array, Array, Array]:
    u, s, v = _singular(x)
    require_above(s[-1] / (s[0] or 1.0), "a matrix of full rank")
    return u, s, v


def _singular_vectors(x: Array, side: int) -> Array:
    found = _tall(x)
    _require_simple(found[1])
    if side == 0 and np.min(found[1]) <= _SMALL * np.max(found[1]):
        raise Borderline("the vectors of the singular value 0")
    return found[side]


def _singular_vector(x: Array, i: Array, side: int) -> Array:
    found = _singular(x)
    k = place(i, min(x.shape))
    _require_simple(found[1], k)
    if found[1][k] <= _SMALL * np.max(found[1]):
        raise Borderline("the vectors of the singular value 0")
    return found[side][:, [k]]


def _polar(x: Array) -> Array:
    u, _, v = _of_full_rank(x)
    return np.asarray(u @ v.conj().T)


def _polar_factor(x: Array) -> Array:
    """The positive definite root of x'x."""
    require(x.shape[0] >= x.shape[1], "a matrix with at least as many rows as columns")
    _, s, v = _of_full_rank(x)
    return np.asarray(v @ np.diag(s) @ v.conj().T)


def _pseudo_inverse(x: Array) -> Array:
    u, s, v = _singular(x)
    kept = s > _SMALL * np.max(s)
    return np.asarray(v[:, kept] @ np.diag(1 / s[kept]) @ u[:, kept].conj().T)


# ---------------------------------------------------------------- factorisations


def _cholesky(a: Array) -> Array:
    """Column by column (Cholesky and Banachiewicz)."""
    require_symmetric(a)
    n = len(a)
    factor = np.zeros_like(a, dtype=np.result_type(a, float))
    for j in range(n):
        rest = a[j, j].real - np.sum(np.abs(factor[j, :j]) ** 2)
        require_above(rest / np.max(np.abs(a)), "a positive definite matrix")
        factor[j, j] = np.sqrt(rest)
        for i in range(j + 1, n):
            factor[i, j] = (a[i, j] - factor[i, :j] @ factor[j, :j].conj()) / factor[j, j]
    return factor


def _gram_schmidt(a: Array) -> tuple[Array, Array]:
    """Orthonormal columns and an upper triangle with positive diagonal; twice, for precision."""
    require(a.shape[0] >= a.shape[1], "a matrix with at least as many rows as columns")
    q, r = np.array(a, dtype=np.result_type(a, float)), np.eye(a.shape[1])
    for _ in range(2):
        part = np.zeros((a.shape[1], a.shape[1]), dtype=q.dtype)
        for j in range(a.shape[1]):
            for i in range(j):
                part[i, j] = q[:, i].conj() @ q[:, j]
                q[:, j] = q[:, j] - part[i, j] * q[:, i]
            part[j, j] = np.linalg.norm(q[:, j])
            size = float(np.linalg.norm(a)) or 1.0
            require_above(part[j, j].real / size, "a matrix of full column rank")
            q[:, j] = q[:, j] / part[j, j]
        r = part @ r
    return q, r


def _doolittle(a: Array) -> tuple[Array, Array]:
    """Ones on the diagonal of the lower factor, no exchange of rows."""
    require_square(a)
    lower, upper = (
        np.eye(len(a), dtype=np.result_type(a, float)),
        np.array(a, dtype=np.result_type(a, float)),
    )
    for k in range(len(a)):
        last = k == len(a) - 1
        require(last or upper[k, k] != 0, "a matrix with nonzero leading minors")
        for i in range(k + 1, len(a)):
            lower[i, k] = upper[i, k] / upper[k, k]
            upper[i] = upper[i] - lower[i, k] * upper[k]
    return lower, np.triu(upper)


# ---------------------------------------------------------------- linear matrix equations


def _sylvester(a: Array, b: Array, c: Array) -> Array:
    """The x with a x + x b = c, entry by entry as one linear system."""
    m, n = c.shape
    system = np.kron(np.eye(n), a) + np.kron(b.T, np.eye(m))
    return unvec(np.linalg.solve(system, vec(c)), m, n)


def _discrete(a: Array, q: Array) -> Array:
    """The x with x = a x a' + q."""
    n = len(a)
    return unvec(np.linalg.solve(np.eye(n * n) - np.kron(a.conj(), a), vec(q)), n, n)


SPECTRA: Mapping[str, Meaning] = {
    "inv": _inverse,
    "solve": lambda a, b: _inverse(a) @ b,
    "det": _determinant,
    "logdet": _log_determinant,
    "logdet1p": lambda a: _log_determinant(np.eye(len(a)) + a),
    "adj": lambda x: cofactors(x).T,
    "cof": cofactors,
    "lambda": lambda a, i: _eigen(a)[0][place(i, len(a))],
    "lambda_max": lambda a: np.max(_eigen(a)[0]),
    "lambda_min": lambda a: np.min(_eigen(a)[0]),
    "eigvec": _eigenvector,
    "eigvals": lambda a: column(_eigen(a)[0]),
    "eigvecs": _eigenvectors,
    "reduced_resolvent": _resolvent,
    "reciprocal_gaps": _gaps,
    "lambda_of_pencil": lambda a, m, i: _pencil(a, m)[0][place(i, len(a))],
    "lambda_min_of_pencil": lambda a, m: np.min(_pencil(a, m)[0]),
    "lambda_max_of_pencil": lambda a, m: np.max(_pencil(a, m)[0]),
    "eigvec_of_pencil": _pencil_vector,
    "perron": lambda x: _perron(x)[0],
    "perron_vector": _perron_vector,
    "svdvals": lambda x: column(_tall(x)[1]),
    "svdvals_wide": lambda x: column(_tall(x.T)[1]),
    "svd_u": lambda x: _singular_vectors(x, 0),
    "svd_v": lambda x: _singular_vectors(x, 2),
    "singular_left": lambda x, i: _singular_vector(x, i, 0),
    "singular_right": lambda x, i: _singular_vector(x, i, 2),
    "norm_spec": lambda x: np.max(_singular(x)[1]),
    "norm_nuc": lambda x: np.sum(_singular(x)[1]),
    "cond": lambda x: _of_full_rank(x)[1][0] / _singular(x)[1][-1],
    "chol": _cholesky,
    "qr_q": lambda a: _gram_schmidt(a)[0],
    "qr_r": lambda a: _gram_schmidt(a)[1],
    "qr_q_wide": lambda a: _gram_schmidt(a[:, : len(a)])[0],
    "qr_r_wide": lambda a: _gram_schmidt(a[:, : len(a)])[0].conj().T @ a,
    "lu_l": lambda a: _doolittle(a)[0],
    "lu_u": lambda a: _doolittle(a)[1],
    "polar": _polar,
    "polar_h": _polar_factor,
    "pinv": _pseudo_inverse,
    "proj": lambda a: a @ _pseudo_inverse(a),
    "proj_perp": lambda a: np.eye(len(a)) - a @ _pseudo_inverse(a),
    "row_proj": lambda a: _pseudo_inverse(a) @ a,
    "row_proj_perp": lambda a: np.eye(a.shape[1]) - _pseudo_inverse(a) @ a,
    "sylvester": _sylvester,
    "lyap": lambda a, q: _sylvester(a, a.conj().T, -q),
    "dlyap": _discrete,
}
