"""Trace, determinant and norms of operators, against their matrices in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node, symbols_of
from tests.oracle import evaluate

SIZES = {"m": 4, "n": 3, "p": 2}
WHERE = (
    "X: matrix(n,p), A: matrix(n,n), B: matrix(p,p), W: matrix(n,p), C: matrix(n,p), "
    "D: matrix(p,n), s: scalar"
)
SQUARE = "X: matrix(n,n), A: matrix(n,n), B: matrix(n,n), W: matrix(n,n), C: matrix(n,n), s: scalar"

OPERATORS = [
    ("A*X*B", WHERE),
    ("-3*A*X", WHERE),
    ("s*X", WHERE),
    ("X*B", WHERE),
    ("W.*X", WHERE),
    ("A*X + X*B", WHERE),
    ("W.*X + tr(C'*X)*W", WHERE),
    ("2*X + tr(C'*X)*W", WHERE),
    ("A*(W.*X)*B", WHERE),
    ("tr(C'*X)*W", WHERE),
    ("X'", SQUARE),
    ("A*X'*B", SQUARE),
    ("3*X - s*X'", SQUARE),
    ("A*X + X'*B", SQUARE),
]


def arrays(*nodes: Node) -> dict[str, Any]:
    random = np.random.default_rng(3)
    found: dict[str, Any] = {}
    for variable in symbols_of(*nodes):
        shape = [d.evaluate(SIZES) for d in (variable.shape.rows, variable.shape.columns)]
        value = random.normal(size=shape)
        axes = [d.integer != 1 for d in (variable.shape.rows, variable.shape.columns)]
        found[variable.name] = value if all(axes) else value[:, 0] if axes[0] else value[0, 0]
    return found


def check(value: Node, expected: Any, values: dict[str, Any]) -> None:
    assert np.isclose(float(evaluate(value, **values, **SIZES)), expected), str(value)


@pytest.mark.parametrize(("f", "where"), OPERATORS)
def test_against_the_matrix(f: str, where: str) -> None:
    operator = mc.differential(f, "X", where=where)
    values = arrays(mc.parse(f, where))
    matrix = np.asarray(evaluate(operator.matrix, **values, **SIZES))
    check(operator.trace, np.trace(matrix), values)
    check(operator.determinant, np.linalg.det(matrix), values)
    check(operator.norm, np.linalg.norm(matrix, 2), values)
    check(operator.norm_fro, np.linalg.norm(matrix), values)


@pytest.mark.parametrize(
    ("f", "name", "expected"),
    [
        ("A*X*B", "trace", "tr(A)*tr(B)"),
        ("A*X*B", "determinant", "det(A)^p*det(B)^n"),
        ("A*X*B", "norm", "norm_spec(A)*norm_spec(B)"),
        ("A*X*B", "norm_fro", "norm2(A)*norm2(B)"),
        ("A*X", "trace", "p*tr(A)"),
        ("W.*X", "trace", "sum(W)"),
        ("W.*X", "determinant", "prod(W)"),
    ],
)
def test_closed_forms(f: str, name: str, expected: str) -> None:
    operator = mc.differential(f, "X", where=WHERE)
    assert str(getattr(operator, name)) == expected


def test_a_map_between_spaces() -> None:
    where = "A: matrix(m,n), X: matrix(n,p)"
    operator = mc.differential("A*X", "X", where=where)
    values = arrays(mc.parse("A*X", where))
    matrix = np.kron(np.eye(SIZES["p"]), values["A"])
    check(operator.norm, np.linalg.norm(matrix, 2), values)
    check(operator.norm_fro, np.linalg.norm(matrix), values)
    with pytest.raises(NoRule):
        _ = operator.trace
    with pytest.raises(NoRule):
        _ = operator.determinant


@pytest.mark.parametrize("f", ["A*s", "s*D", "tr(A)*s*C", "s*vec(C)"])
def test_a_scalar_is_stretched_over_a_matrix(f: str) -> None:
    operator = mc.differential(f, "s", where=WHERE)
    values = arrays(mc.parse(f, WHERE))
    matrix = np.asarray(evaluate(operator.matrix, **values, **SIZES))
    check(operator.norm, np.linalg.norm(matrix), values)
    check(operator.norm_fro, np.linalg.norm(matrix), values)
