"""Functions of a square matrix and their derivatives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipy.linalg

from tests.meanings.spectra import cofactors
from tests.meanings.values import Array, Meaning, require, require_above, whole


def _slope(function: Meaning, radius: float) -> Array:
    """The derivative at 0 of an analytic function of t, as the mean over a circle (Cauchy)."""
    count = 8
    turns = np.exp(2j * np.pi * np.arange(count) / count)
    return np.asarray(sum(function(radius * w) / w for w in turns) / (count * radius))


def _frechet(f: Meaning, a: Array, *directions: Array) -> Array:
    """The derivative of f at a in a direction, or in two: analytic along each."""
    if not directions:
        return np.asarray(f(a.astype(complex)))
    *first, last = directions
    if not np.any(last):
        return np.zeros_like(a)
    # The logarithm is analytic as far as its matrix is from a singular one.
    reach = float(np.linalg.svd(a)[1][-1]) if f is MATRIX_FUNCTIONS["logm"] else 1.0
    radius = 0.02 * reach / float(np.linalg.norm(last, 2))
    found = _slope(lambda t: _frechet(f, a + t * last, *first).astype(complex), radius)
    return np.asarray(found if any(map(np.iscomplexobj, (a, *directions))) else found.real)


def _frechet_matrix(f: Meaning, a: Array) -> Array:
    """Column k is vec of the derivative in the direction of the k-th unit matrix."""
    n = len(a)
    units = np.eye(n * n)
    columns = [_frechet(f, a, unit.reshape((n, n), order="F")) for unit in units]
    return np.column_stack([one.reshape(-1, order="F") for one in columns])


def _differences(f: Meaning, derivative: Meaning) -> Meaning:
    """(f(a) - f(b))/(a - b), and f'(a) where the two are one number."""

    def table(x: Array) -> Array:
        a, b = np.broadcast_arrays(x, x.T)
        apart = np.where(a == b, 1.0, a - b)
        return np.asarray(np.where(a == b, derivative(a), (f(a) - f(b)) / apart))

    return table


def _real_if(a: Array, value: Array) -> Array:
    return value if np.iscomplexobj(a) else np.asarray(value.real)


def _sine(a: Array) -> Array:
    turned = scipy.linalg.expm(1j * a) - scipy.linalg.expm(-1j * a)
    return _real_if(a, turned / 2j)


def _cosine(a: Array) -> Array:
    return _real_if(a, (scipy.linalg.expm(1j * a) + scipy.linalg.expm(-1j * a)) / 2)


def _principal(function: Meaning) -> Meaning:
    """Functions with a cut along the closed negative real axis."""

    def cut(a: Array, *more: Array) -> Array:
        w = np.linalg.eigvals(a)
        on_cut = (np.abs(w.imag) <= 1e-12 * np.abs(w)) & (w.real <= 0)
        for one in w[on_cut]:
            require_above(
                -abs(one) / (np.max(np.abs(w)) or 1.0), "an eigenvalue on the negative real axis"
            )
        return _real_if(a, np.asarray(function(a, *more)))

    return cut


def _sign(a: Array) -> Array:
    """a times the inverse of the principal root of its square."""
    w = np.linalg.eigvals(a)
    for one in w[np.abs(w.real) <= 1e-12 * np.abs(w)]:
        require_above(-abs(one) / (np.max(np.abs(w)) or 1.0), "an eigenvalue on the imaginary axis")
    return _real_if(a, a @ np.linalg.inv(scipy.linalg.sqrtm(a @ a)))


def _matrix_power(a: Array, k: Array) -> Array:
    """Repeated products, of the inverse for a negative exponent."""
    require(a.shape[0] == a.shape[1], "a power of a square matrix")
    count = whole(k)
    base = a if count >= 0 else np.linalg.inv(a)
    power = np.eye(len(a))
    for _ in range(abs(count)):
        power = power @ base
    return np.asarray(power)


def _adjugate(a: Array) -> Array:
    """A polynomial of the entries, so analytic along every line."""
    return cofactors(a).T


MATRIX_FUNCTIONS: Mapping[str, Meaning] = {
    "expm": scipy.linalg.expm,
    "logm": _principal(scipy.linalg.logm),
    "sqrtm": _principal(scipy.linalg.sqrtm),
    "powm": _principal(lambda a, s: scipy.linalg.expm(s[0, 0] * scipy.linalg.logm(a))),
    "sinm": _sine,
    "cosm": _cosine,
    "signm": _sign,
    "matrix_power": _matrix_power,
    "frechet": _frechet,
    "frechet2": _frechet,
    "frechet_matrix": _frechet_matrix,
    "adj_derivative": lambda a, e: _frechet(_adjugate, a, e),
    "adj_derivative_matrix": lambda a: _frechet_matrix(_adjugate, a),
    "exp_differences": _differences(np.exp, np.exp),
    "log_differences": _differences(np.log, lambda x: 1 / x),
    "sin_differences": _differences(np.sin, np.cos),
    "cos_differences": _differences(np.cos, lambda x: -np.sin(x)),
}
