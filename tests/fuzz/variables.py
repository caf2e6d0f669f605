"""The variables of a random problem, and arrays for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcalc.expressions.dimensions import SCALAR, Shape, dimension

Random = np.random.Generator


@dataclass(frozen=True)
class Variable:
    """A name with its kind; `rows` and `columns` are names of dimensions, numbers or 1."""

    name: str
    kind: str
    rows: str = "1"
    columns: str = "1"

    @property
    def shape(self) -> Shape:
        if self.kind == "index":
            return SCALAR
        return Shape(*(dimension(int(s) if s.isdigit() else s) for s in (self.rows, self.columns)))

    def declared(self) -> str:
        if self.kind in ("scalar", "positive", "integer"):
            return f"{self.name}: {self.kind}"
        sides = (
            self.rows
            if self.kind not in ("matrix", "positive_matrix", "stiefel")
            else (f"{self.rows},{self.columns}")
        )
        return f"{self.name}: {self.kind}({sides})"


def pool(m: str, n: str, p: str) -> list[Variable]:
    """A variable of every kind; m, n and p are names of dimensions or numbers."""
    squares = {
        "X": "square", "Y": "invertible", "S": "symmetric", "P": "spd", "K": "skew",
        "L": "lower", "U": "upper", "H": "diagonal", "Q": "orthogonal", "F": "projection",
        "G": "psd",
    }  # fmt: skip
    return [
        Variable("s", "scalar"),
        Variable("t", "positive"),
        Variable("alpha", "scalar"),
        Variable("k", "integer"),
        Variable("q", "index", n),
        Variable("x", "vector", n),
        Variable("y", "vector", n),
        Variable("z", "vector", m),
        Variable("v", "vector", p),
        Variable("w", "positive_vector", n),
        Variable("A", "matrix", m, n),
        Variable("B", "matrix", n, p),
        Variable("C", "matrix", m, p),
        Variable("D", "positive_matrix", m, n),
        Variable("M", "square", m, m),
        Variable("N", "spd", m, m),
        *(Variable(name, kind, n, n) for name, kind in squares.items()),
    ]


def arrays(
    variables: Iterable[Variable], sizes: Mapping[str, int], random: Random
) -> dict[str, Any]:
    return {one.name: _array(one, sizes, random) for one in variables}


def _array(one: Variable, sizes: Mapping[str, int], random: Random) -> Any:
    if one.kind == "integer":
        return int(random.integers(0, 4))
    if one.kind == "index":
        return int(
            random.integers(1, 1 + (sizes[one.rows] if one.rows in sizes else int(one.rows)))
        )
    rows, columns = one.shape.rows.evaluate(sizes), one.shape.columns.evaluate(sizes)
    plain = random.uniform(0.3, 1.5, (rows, columns)) * random.choice([-1.0, 1.0], (rows, columns))
    value = _structured(one.kind, plain, random)
    if one.shape == SCALAR:
        return float(value[0, 0])
    kept = [axis for axis in (one.shape.rows, one.shape.columns) if axis.integer != 1]
    return value.reshape([axis.evaluate(sizes) for axis in kept])


def _structured(kind: str, plain: Any, random: Random) -> Any:
    n = len(plain)
    match kind:
        case "positive" | "positive_vector" | "positive_matrix":
            return np.abs(plain)
        case "symmetric":
            return (plain + plain.T) / 2
        case "spd":
            return plain @ plain.T / n + np.eye(n) / 2
        case "psd":
            return plain @ plain.T / n
        case "skew":
            return (plain - plain.T) / 2
        case "lower":
            return np.tril(plain)
        case "upper":
            return np.triu(plain)
        case "diagonal":
            return np.diag(np.diag(plain))
        case "orthogonal":
            return np.linalg.qr(plain)[0]
        case "projection":
            basis = np.linalg.qr(plain)[0][:, : max(1, n // 2)]
            other = basis + 0.2 * plain[:, : max(1, n // 2)]
            return basis @ np.linalg.solve(other.T @ basis, other.T)
        case _:
            return plain


def tangent(one: Variable, value: Any, random: Random) -> Any:
    """A direction within the linear span of the kind, in which f is defined as it is declared."""
    move = np.asarray(random.standard_normal(np.shape(value)))
    match one.kind:
        case "symmetric" | "spd" | "psd":
            move = (move + move.T) / 2 if move.ndim == 2 else move
        case "skew":
            move = (move - move.T) / 2 if move.ndim == 2 else move
        case "lower":
            move = np.tril(move) if move.ndim == 2 else move
        case "upper":
            move = np.triu(move) if move.ndim == 2 else move
        case "diagonal":
            move = np.diag(np.diag(move)) if move.ndim == 2 else move
    return move if move.ndim else float(move)


FIXED = (
    "orthogonal",
    "projection",
    "psd",
    "integer",
    "index",
)  # no open set around them: not differentiated
