"""Expressions and arrays for the tests: all dimensions different, nothing symmetric."""

from __future__ import annotations

from typing import Any

import numpy as np

from matcalc.expressions.constructors import multiply, symbol, transpose
from matcalc.expressions.dimensions import dimension, shape
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book

m, n, p = dimension("m"), dimension("n"), dimension("p")
SIZES = {"m": 4, "n": 3, "p": 5}

A = symbol("A", shape(m, n))
B = symbol("B", shape(n, p))
C = symbol("C", shape(m, n))
R = symbol("R", shape(m, m))
S = symbol("S", shape(n, n))
T = symbol("T", shape(n, n))
x = symbol("x", shape(n))
y = symbol("y", shape(m))
z = symbol("z", shape(n))
a = symbol("a", shape(1))
b = symbol("b", shape(1))
SYMBOLS = (A, B, C, R, S, T, x, y, z, a, b)


def arrays(seed: int = 0) -> dict[str, Any]:
    """A value for each of `SYMBOLS`; all entries positive, the square matrices invertible."""
    random = np.random.default_rng(seed)
    values: dict[str, Any] = {}
    for variable in SYMBOLS:
        lengths = [
            size.evaluate(SIZES)
            for size in (variable.shape.rows, variable.shape.columns)
            if size != dimension(1)
        ]
        values[variable.name] = (
            random.uniform(0.2, 1.8, lengths) if lengths else random.uniform(1, 2)
        )
    values["S"] = values["S"] + 3 * np.eye(3)
    values["R"] = values["R"] + 3 * np.eye(4)
    return values


def apply(operation: str, *arguments: Node) -> Node:
    """An operation of the rule book."""
    return book.apply(operation, arguments)


def inv(matrix: Node) -> Node:
    return apply("inv", matrix)


def chain(*factors: Node) -> Node:
    return multiply(*factors)


def t(matrix: Node) -> Node:
    return transpose(matrix)
