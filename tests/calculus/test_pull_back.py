"""One reverse sweep for several tangents: the adjoint of a map of a product space."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.calculus.differential import differential
from matcalc.calculus.pull_back import pull_back
from matcalc.expressions.constructors import UNIT, is_zero, symbol
from matcalc.expressions.dimensions import shape
from matcalc.expressions.nodes import Node, Symbol

RANDOM = np.random.default_rng(7)
A, B, x, y = mc.symbols("A: matrix(m, n), B: matrix(p, m), x: vector(n), y: vector(p)")
TANGENTS = [symbol(f"d{one.name}", one.shape, "tangent") for one in (A, B, x, y)]

SIZES = {"A": (3, 2), "B": (4, 3), "x": (2,), "y": (4,)}


def swept(f: Node, cotangent: Node = UNIT) -> list[Node]:
    moved = dict(zip((A, B, x, y), TANGENTS, strict=True))
    return list(pull_back(differential(f, moved), TANGENTS, cotangent))


def test_all_parts_of_a_gradient_at_once() -> None:
    """d norm2(B*tanh(A*x) - y)^2 by the chain rule, written in NumPy by hand."""
    given = {name: RANDOM.standard_normal(size) for name, size in SIZES.items()}
    found = [mc.evaluate(part, **given) for part in swept(mc.norm2(B @ mc.tanh(A @ x) - y) ** 2)]
    hidden = np.tanh(given["A"] @ given["x"])
    residual = 2 * (given["B"] @ hidden - given["y"])
    back = (given["B"].T @ residual) * (1 - hidden**2)
    expected = [np.outer(back, given["x"]), np.outer(residual, hidden), given["A"].T @ back]
    for value, right in zip(found, [*expected, -residual], strict=True):
        assert np.allclose(value, right)


def test_a_tangent_that_does_not_occur_gets_zero() -> None:
    parts = swept(mc.parse("sum(i in 1..n, exp(i)*x[i])", "x: vector(n)"))
    assert [is_zero(part) for part in parts] == [True, True, False, True]


def test_the_map_has_to_be_linear_in_all_tangents_together() -> None:
    u, v = (symbol(name, shape("n", "n"), "tangent") for name in "uv")
    both: list[Symbol] = [u, v]
    with pytest.raises(mc.NotLinear):
        pull_back(u @ v, both, symbol("C", shape("n", "n")))
