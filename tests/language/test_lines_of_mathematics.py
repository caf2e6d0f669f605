"""Lines as papers and lecture notes have them, each gradient against plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

_SOURCE = np.random.default_rng(11)
A, x, b = (_SOURCE.normal(size=size) for size in ((4, 3), 3, 4))
R = _SOURCE.normal(size=(3, 3))
S = R @ R.T + np.eye(3)
X, U, V = (_SOURCE.normal(size=size) for size in ((4, 5), (4, 2), (5, 2)))
y = np.array([1.0, -1.0, -1.0, 1.0])
m = _SOURCE.normal(size=3)
residual = A @ x - b
margins = y * (A @ x)
quotient = x @ S @ x / (x @ x)
inverse = np.linalg.inv(S)

LINES: list[tuple[str, str, dict[str, Any], Any]] = [
    (
        "1/2 ||Ax - b||² + λ||x||²",
        "x",
        {"A": A, "x": x, "b": b, "λ": 0.3},
        A.T @ residual + 0.6 * x,
    ),
    ("||Ax - b||_1", "x", {"A": A, "x": x, "b": b}, A.T @ np.sign(residual)),
    ("x'Sx/(x'x)", "x", {"S": S, "x": x}, ((S + S.T) @ x - 2 * quotient * x) / (x @ x)),
    (
        "∑(i=1..n, log(1 + e^(-y_i a_i'x)))",
        "x",
        {"y": y, "a": A, "x": x},
        -A.T @ (y / (1 + np.exp(margins))),
    ),
    ("||X - U Vᵀ||_F^2", "U", {"X": X, "U": U, "V": V}, -2 * (X - U @ V.T) @ V),
    (
        "1/2 log|S| + 1/2 (x - m)' S⁻¹ (x - m)",
        "S",
        {"S": S, "x": x, "m": m},
        (inverse - inverse @ np.outer(x - m, x - m) @ inverse) / 2,
    ),
    ("<R, S> + ⟨S, S⟩", "S", {"R": R, "S": S}, R + 2 * S),
    ("∑(i=1..n, ||x_i - m||²)", "m", {"x": A, "m": m}, 2 * (m - A).sum(axis=0)),
    ("e^(-||x - m||²/2)", "x", {"x": x, "m": m}, -np.exp(-((x - m) @ (x - m)) / 2) * (x - m)),
    ("x ⋅ m + x'Sx", "x", {"x": x, "m": m, "S": S}, m + 2 * S @ x),
]


@pytest.mark.parametrize(("text", "variable", "given", "expected"), LINES)
def test_gradients(text: str, variable: str, given: dict[str, Any], expected: Any) -> None:
    answer = mc.gradient(text, variable)
    np.testing.assert_allclose(answer.compile()(**given), expected, rtol=1e-10)
