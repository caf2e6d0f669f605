"""Literal matrices: of scalars, of blocks, stacks of vectors."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.language.problem import parse_problem
from matcalc.rulebook import book

SCALARS = [
    ("det([a, b; c, d])", "abcd"),
    ("y'*[cos(t), -sin(t); sin(t), cos(t)]*x", "t"),
    ("c = cos(t); s = sin(t); y'*[c, -s; s, c]*x", "t"),
    ("x'*[a, b; b, c]*x", "abc"),
    ("sum([a, b, c; d, e, f]*x)", "abcdef"),
    ("det([2*a, 1; 0, exp(b)^2])", "ab"),
    ("tr([a, b; c, d]*X)", "abcd"),
]


@pytest.mark.parametrize(("text", "names"), SCALARS)
def test_small_names_in_a_table_are_scalars(text: str, names: str) -> None:
    symbols = parse_problem(text, None, book).symbols
    assert {name for name in symbols if symbols[name].shape.is_scalar} == set(names)


OTHERS = [
    ("norm2([x; y])^2", {"x": "n x 1", "y": "m x 1"}),
    ("logdet([A, v; v', s])", {"A": "n x n", "v": "n x 1", "s": "1 x 1"}),
    ("tr([A, B; C, D])", None),
    ("logdet([x'*x, x'*y; y'*x, y'*y])", {"x": "n x 1", "y": "n x 1"}),
    ("x'*[x[1], x[2]; x[2], x[1]]*x", {"x": "2 x 1"}),
    ("sum([norm2(x), x'*y; 0, 1])", {"x": "n x 1", "y": "n x 1"}),
]


@pytest.mark.parametrize(("text", "shapes"), OTHERS)
def test_blocks_and_stacks_stay(text: str, shapes: dict[str, str] | None) -> None:
    symbols = parse_problem(text, None, book).symbols
    if shapes is None:
        assert not any(symbol.shape.is_scalar for symbol in symbols.values())
    else:
        assert {name: str(symbol.shape) for name, symbol in symbols.items()} == shapes


def test_the_derivatives_of_a_determinant_and_of_a_rotation() -> None:
    assert str(mc.gradient("det([a, b; c, d])", "a")) == "d"
    assert str(mc.gradient("det([a, b; c, d])", "b")) == "-c"
    turned = mc.jacobian("[cos(t), -sin(t); sin(t), cos(t)]*x", "t").compile()
    t, x = 0.7, np.array([2.0, -1.0])
    expected = np.array([[-np.sin(t), -np.cos(t)], [np.cos(t), -np.sin(t)]]) @ x
    np.testing.assert_allclose(np.ravel(turned(t=t, x=x)), expected)
