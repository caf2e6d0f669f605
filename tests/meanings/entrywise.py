"""Functions of the entries, and sums, norms and extremes of all of them or along a side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.special

from tests.meanings.values import Array, Meaning, require, whole

# ---------------------------------------------------------------- elementwise


def _raised(base: Array, exponent: Array) -> Array:
    """Entries to one power: a negative number to a whole one only, zero to none below zero."""
    p = exponent[0, 0]
    if np.iscomplexobj(base) or np.iscomplexobj(exponent):
        return np.asarray(np.power(base.astype(complex), p))
    require(float(p).is_integer() or np.all(base >= 0), "a negative number to a fraction")
    require(p >= 0 or bool(np.all(base != 0)), "zero to a negative power")
    return np.asarray(np.power(base.astype(float), float(p)))


def _within(function: Meaning, low: float, high: float) -> Meaning:
    def restricted(x: Array) -> Any:
        require(np.iscomplexobj(x) or bool(np.all((x > low) & (x < high))), "outside the domain")
        return function(x)

    return restricted


def _step(x: Array) -> Array:
    return np.where(x > 0, 1.0, 0.0)


def _sigmoid(x: Array) -> Array:
    return np.where(x >= 0, 1.0, np.exp(np.minimum(x, 0))) / (1.0 + np.exp(-np.abs(x)))


def _softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _polygamma(k: Array, x: Array) -> Array:
    """(-1)^(k+1) k! sum of 1/(x + j)^(k+1): the Hurwitz zeta function."""
    order = whole(k)
    require(bool(np.all(x > 0)) and order >= 0, "polygamma of numbers above 0, order 0 or more")
    if order == 0:
        return np.asarray(scipy.special.psi(x))
    sign = (-1.0) ** (order + 1)
    return np.asarray(sign * math.factorial(order) * scipy.special.zeta(order + 1, x))


ELEMENTWISE: Mapping[str, Meaning] = {
    "power": _raised,
    "elementwise_power": _raised,
    "square": lambda x: x * x,
    "recip": lambda x: 1 / x,
    "sqrt": lambda x: _raised(x, np.array([[0.5]])),
    "exp": np.exp,
    "log": _within(np.log, 0, np.inf),
    "log2": _within(np.log2, 0, np.inf),
    "log10": _within(np.log10, 0, np.inf),
    "logit": _within(lambda x: np.log(x) - np.log1p(-x), 0, 1),
    "logcosh": lambda x: np.abs(x) + np.log1p(np.exp(-2 * np.abs(x))) - math.log(2),
    "log1p": _within(np.log1p, -1, np.inf),
    "expm1": np.expm1,
    "abs": np.abs,
    "sign": np.sign,
    "heaviside": _step,
    "sin": np.sin,
    "cos": np.cos,
    "tan": lambda x: np.sin(x) / np.cos(x),
    "cot": lambda x: np.cos(x) / np.sin(x),
    "sec": lambda x: 1 / np.cos(x),
    "csc": lambda x: 1 / np.sin(x),
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "arcsinh": np.arcsinh,
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
    "relu": lambda x: np.where(x > 0, x, 0.0),
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: -_softplus(-x),
    "softplus": _softplus,
    "silu": lambda x: x * _sigmoid(x),
    "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
    "lognormcdf": lambda x: scipy.special.log_ndtr(x),
    "normcdf": lambda x: scipy.special.erfc(-x / math.sqrt(2)) / 2,
    "normpdf": lambda x: np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "gelu": lambda x: x * scipy.special.erfc(-x / math.sqrt(2)) / 2,
    "loggamma": _within(np.vectorize(math.lgamma, otypes=[float]), 0, np.inf),
    "digamma": _within(scipy.special.psi, 0, np.inf),
    "polygamma": _polygamma,
    "hadamard": lambda *parts: _entrywise(parts),
    "times": lambda x, y: _entrywise((x, y)),
    "leakyrelu": lambda x: np.where(x > 0, x, x / 100),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "hinge": lambda x: np.where(x < 1, 1 - x, 0.0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "maximum": np.maximum,
    "minimum": np.minimum,
    "maximum_with_scalar": np.maximum,
    "minimum_with_scalar": np.minimum,
    "scalar_maximum": np.maximum,
    "scalar_minimum": np.minimum,
    "logaddexp": np.logaddexp,
    "logaddexp_with_scalar": np.logaddexp,
    "conj": np.conj,
    "re": np.real,
    "im": np.imag,
}


def _entrywise(parts: tuple[Array, ...]) -> Array:
    require(len({part.shape for part in parts}) == 1, "entry by entry, of one shape")
    return np.asarray(np.prod(np.array(parts), axis=0))


# ---------------------------------------------------------------- sums, norms, extremes


def _trace(x: Array) -> Any:
    require(x.shape[0] == x.shape[1], "the trace of a square matrix")
    return sum(x[i, i] for i in range(len(x)))


def _normp(x: Array, p: Array) -> Any:
    return _raised(np.sum(_raised(np.abs(x), p), keepdims=True), 1 / p)


def _softmax(x: Array, axis: int | None) -> Array:
    weights = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return np.asarray(weights / np.sum(weights, axis=axis, keepdims=True))


def _log_softmax(x: Array, axis: int | None) -> Array:
    moved = x - np.max(x, axis=axis, keepdims=True)
    return np.asarray(moved - np.log(np.sum(np.exp(moved), axis=axis, keepdims=True)))


def _logsumexp(x: Array) -> Any:
    return np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))


def _huber(x: Array, width: Any = 1.0) -> Any:
    size = np.abs(x)
    return np.where(size <= width, x**2 / 2, width * (size - width / 2))


def _cross_entropy(p: Array, q: Array) -> Any:
    require(bool(np.all(q > 0)), "the logarithm of positive numbers")
    return -np.sum(p * np.log(q))


def _relative_entropy(p: Array, q: Array) -> Any:
    require(bool(np.all(p / q > 0)), "the logarithm of positive numbers")
    return np.sum(p * np.log(p / q))


def _cosine(x: Array, y: Array) -> Any:
    return np.sum(x * y) / np.linalg.norm(x) / np.linalg.norm(y)


def _entropy(x: Array) -> Any:
    require(bool(np.all(x > 0)), "the entropy of positive numbers")
    return -np.sum(x * np.log(x))


def _others(x: Array) -> Array:
    flat = x.reshape(-1)
    return np.array([np.prod(np.delete(flat, k)) for k in range(len(flat))]).reshape(x.shape)


def _without_pairs(x: Array) -> Array:
    flat = x.reshape(-1, order="F")
    places = range(len(flat))
    return np.array(
        [[np.prod(np.delete(flat, [i, j])) if i != j else 0.0 for j in places] for i in places]
    )


def _largest(x: Array, axis: int | None) -> Array:
    """Equal shares for the entries that attain the maximum."""
    attained = x == np.max(x, axis=axis, keepdims=True)
    return np.asarray(attained / np.sum(attained, axis=axis, keepdims=True))


def _variance(x: Array, axis: int | None) -> Any:
    deviations = x - np.mean(x, axis=axis, keepdims=True)
    return np.mean(deviations**2, axis=axis, keepdims=True)


def _along(function: Meaning, axis: int, number: int) -> Meaning:
    """sum(X, 1) and the like: the direction is a number in the text."""

    def reduced(x: Array, k: Array) -> Any:
        require(whole(k) == number, f"the direction {number}")
        return function(x, axis)

    return reduced


def _sums(x: Array, axis: int) -> Array:
    return np.asarray(np.sum(x, axis=axis, keepdims=True))


def _means(x: Array, axis: int) -> Array:
    return np.asarray(np.mean(x, axis=axis, keepdims=True))


REDUCTIONS: Mapping[str, Meaning] = {
    "tr": _trace,
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "rowsum": lambda x: _sums(x, 1),
    "colsum": lambda x: _sums(x, 0),
    "rowmax": lambda x: np.max(x, axis=1, keepdims=True),
    "max_indicator": lambda x: _largest(x, None),
    "rowmax_indicator": lambda x: _largest(x, 1),
    "prod_of_others": _others,
    "prod_without_pairs": _without_pairs,
    "var": lambda x: _variance(x, None),
    "std": lambda x: np.sqrt(_variance(x, None)),
    "sum_of_columns": _along(_sums, 0, 1),
    "sum_of_rows": _along(_sums, 1, 2),
    "mean_of_columns": _along(_means, 0, 1),
    "mean_of_rows": _along(_means, 1, 2),
    "var_of_columns": _along(_variance, 0, 1),
    "var_of_rows": _along(_variance, 1, 2),
    "norm2": lambda x: math.sqrt(np.sum(np.abs(x) ** 2)),
    "frobenius2": lambda x: np.sum(np.abs(x) ** 2),
    "norm1": lambda x: np.sum(np.abs(x)),
    "norm_inf": lambda x: np.max(np.abs(x)),
    "normp": _normp,
    "vector_norm": _normp,
    "vector_norm_inf": lambda x: np.max(np.abs(x)),
    "modulus": np.abs,
    "vector_norm_1": lambda x, k: np.sum(np.abs(x)),
    "vector_norm_2": lambda x, k: np.linalg.norm(x),
    "operator_norm_1": lambda x, k: max(np.sum(np.abs(column)) for column in x.T),
    "operator_norm_2": lambda x, k: np.linalg.svd(x)[1][0],
    "operator_norm_inf": lambda x: max(np.sum(np.abs(row)) for row in x),
    "normalize": lambda x: x / math.sqrt(np.sum(np.abs(x) ** 2)),
    "entropy": _entropy,
    "cross_entropy": _cross_entropy,
    "kl_div": _relative_entropy,
    "cosine_similarity": _cosine,
    "huber": _huber,
    "huber_of_width": lambda x, s: _huber(x, abs(s)),  # s^2*huber(x/s), even in s
    "mse": lambda x, y: np.mean(np.square(x - y)),
    "logsumexp": _logsumexp,
    "logsumexp_all": _logsumexp,
    "softmax": lambda x: _softmax(x, None),
    "softmax_rows": lambda x: _softmax(x, 1),
    "log_softmax": lambda x: _log_softmax(x, None),
    "log_softmax_rows": lambda x: _log_softmax(x, 1),
    "inner": lambda a, b: np.sum(np.conj(a) * b),
    "dot": lambda x, y: np.sum(np.conj(x) * y),
    "quad": lambda x, a: x.conj().T @ a @ x,
    "rayleigh": lambda a, x: (x.conj().T @ a @ x) / np.sum(np.abs(x) ** 2),
    "pi": lambda: math.pi,
    "imaginary_unit": lambda: 1j,
}
