"""Newton's equation on a space: the step lies in the space and solves it, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.errors import NoRule
from tests.geodesics import Curve, entries, on_grassmann, on_the_simplex, on_the_sphere
from tests.oracle import evaluate

Inner = mc.Pairing | mc.Weighted | mc.AffineInvariant | None
FISHER = mc.Pairing("sum(U.*V./x)")
NEWTON: list[tuple[str, str, str, Any, Inner]] = [
    ("norm2(A*X - B)^2", "X", "A: matrix(m,n), X: symmetric(n), B: matrix(m,n)", "symmetric", None),
    ("norm2(A*X - B)^2", "X", "A: matrix(m,n), X: skew(n), B: matrix(m,n)", "skew", None),
    ("norm2(A*X - B)^2", "X", "A: matrix(m,n), X: square(n), B: matrix(m,n)", "traceless", None),
    ("tr(A*X*A'*X)", "X", "A: square(n), X: square(n)", "diagonal", None),
    ("norm2(A*x - b)^2", "x", "A: matrix(m,n), x: vector(n), b: vector(m)", "simplex", None),
    ("x'*A*x", "x", "A: symmetric(n), x: vector(n)", "sphere", None),
    ("tr(X'*A*X*B)", "X", "A: symmetric(n), B: square(p), X: stiefel(n,p)", "stiefel", None),
    ("tr(X'*A*X)", "X", "A: symmetric(n), X: stiefel(n,p)", "grassmann", None),
    ("logdet(X) + tr(inv(X)*A)", "X", "A: spd(n), X: spd(n)", None, mc.AffineInvariant()),
    ("a'*x + sum(x.^3)", "x", "a: vector(n), x: positive_vector(n)", "simplex", FISHER),
    ("tr(A*X)^2 + tr(X*X*A)", "X", "A: spd(n), X: spd(n)", "symmetric", mc.Weighted("W", "W")),
]
POINTS: dict[str, Callable[[], tuple[Any, Any, Curve]]] = {
    "sphere": on_the_sphere,
    "simplex": on_the_simplex,
    "stiefel": on_grassmann,
    "grassmann": on_grassmann,
}


@pytest.mark.parametrize(("f", "wrt", "where", "space", "inner"), NEWTON)
def test_newtons_step_solves_its_equation_in_the_space(
    f: str, wrt: str, where: str, space: Any, inner: Inner
) -> None:
    hessian = mc.hessian(f, wrt, where, inner=inner, space=space)
    step, known = hessian.newton_step(), values_at(hessian)
    found = np.asarray(evaluate(step, **known))
    image = evaluate(hessian.map("V"), V=found, **known)
    gradient = evaluate(hessian.gradient, **known)
    assert np.allclose(image, -gradient, atol=1e-8 * (1 + np.abs(gradient).max()))
    covariant = hessian.question.alone.setting.covariant
    inside = covariant.represent(covariant.lower(mc.parse("V", f"V: {shape_of(found)}")))
    inside = evaluate(inside, V=found, **known)
    assert np.allclose(inside, found, atol=1e-8 * (1 + np.abs(found).max()))


def shape_of(value: Any) -> str:
    if value.ndim == 1:
        return "vector(n)"
    return "square(n)" if value.shape[0] == value.shape[1] else "matrix(n,p)"


def values_at(hessian: mc.Answer) -> dict[str, Any]:
    """Values of n = 4 (5), p = 2 and m = 6 for everything, the variable a point of its space."""
    known: dict[str, Any] = {}
    start = POINTS.get(hessian.space, lambda: (None, None, None))()[0]
    order = 4 if start is None else len(start)
    sizes = {"n": order, "p": 2, "m": 6, "1": 1}
    symbols = [*hessian.problem.symbols.values(), *hessian.question.alone.setting.symbols]
    for seed, symbol in enumerate(symbols):
        axes = [sizes[str(d)] for d in (symbol.shape.rows, symbol.shape.columns) if str(d) != "1"]
        value = entries(*axes, seed=seed + 11)
        if "spd" in symbol.structure:
            value = value @ value.T / 4 + np.eye(order)
        elif "symmetric" in symbol.structure:
            value = value + value.T
        elif "skew" in symbol.structure:
            value = value - value.T
        known[symbol.name] = value
    if start is not None:
        known[hessian.variable.name] = start
    if "n" not in known:
        known["n"] = order
    return known


@pytest.mark.parametrize(
    ("f", "where", "space", "reason"),
    [
        ("tr(A*X)", "A: square(n), X: symmetric(n)", "symmetric", "the Hessian is zero"),
        ("tr(A*X)^2", "A: square(n), X: symmetric(n)", "symmetric", "is singular on the space"),
    ],
)
def test_newtons_equation_without_a_solution_is_refused(
    f: str, where: str, space: str, reason: str
) -> None:
    with pytest.raises(NoRule, match=reason):
        mc.hessian(f, "X", where, space=space).newton_step()
