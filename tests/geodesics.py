"""Geodesics of some manifolds: a point, a direction and the curve through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.linalg import expm

Curve = Callable[[float], Any]


def entries(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


def second_difference(f: Callable[[float], float]) -> float:
    """f'' at 0, extrapolated from two steps."""
    wide, narrow = ((f(h) - 2 * f(0) + f(-h)) / h**2 for h in (2e-3, 1e-3))
    return (4 * narrow - wide) / 3


def on_the_sphere() -> tuple[Any, Any, Curve]:
    x, v = entries(4), entries(4, seed=1)
    x = x / np.linalg.norm(x)
    v = v - (x @ v) * x
    speed = np.linalg.norm(v)
    return x, v, lambda t: np.cos(speed * t) * x + np.sin(speed * t) / speed * v


def on_the_hyperboloid() -> tuple[Any, Any, Curve]:
    J = np.diag([1.0, 1.0, 1.0, -1.0])
    x, v = entries(4), entries(4, seed=1)
    x[3] = np.sqrt(1 + x[:3] @ x[:3])
    v = v + (x @ J @ v) * x
    speed = np.sqrt(v @ J @ v)
    return x, v, lambda t: np.cosh(speed * t) * x + np.sinh(speed * t) / speed * v


def on_the_simplex() -> tuple[Any, Any, Curve]:
    """Square roots are points of a sphere of radius one; the Fisher product is four times its."""
    x = np.array([0.1, 0.2, 0.3, 0.4])
    v = entries(4)
    v = (v - v.mean()) / 8
    root, moved = np.sqrt(x), v / (2 * np.sqrt(x))
    speed = np.linalg.norm(moved)
    return x, v, lambda t: (np.cos(speed * t) * root + np.sin(speed * t) / speed * moved) ** 2


def on_definite_matrices() -> tuple[Any, Any, Curve]:
    factor, v = entries(4, 4), entries(4, 4, seed=1)
    X, V = factor @ factor.T + np.eye(4), v + v.T
    return X, V, lambda t: X @ expm(t * np.linalg.solve(X, V))


def on_orthogonal_matrices() -> tuple[Any, Any, Curve]:
    X, turn = np.linalg.qr(entries(4, 4))[0], entries(4, 4, seed=1)
    turn = turn - turn.T
    return X, X @ turn, lambda t: X @ expm(t * turn)


def on_grassmann() -> tuple[Any, Any, Curve]:
    X, V = np.linalg.qr(entries(5, 2))[0], entries(5, 2, seed=1)
    V = V - X @ X.T @ V
    left, values, right = np.linalg.svd(V, full_matrices=False)
    towards = X @ right.T
    return X, V, lambda t: (towards * np.cos(values * t) + left * np.sin(values * t)) @ right


def in_the_canonical_product() -> tuple[Any, Any, Curve]:
    """Edelman, Arias & Smith 1998, eq. 2.42: the geodesic by a skew matrix of order n."""
    X, V = np.linalg.qr(entries(5, 2))[0], entries(5, 2, seed=1)
    V = V - X @ (X.T @ V + V.T @ X) / 2
    turn = X.T @ V
    whole = V @ X.T - X @ V.T - X @ turn @ X.T
    return X, V, lambda t: expm(t * whole) @ X
