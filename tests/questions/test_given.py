"""Texts that are evaluated: what is given by name tells what nobody declared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

A = np.array([[1.0, -2.0, 0.5], [3.0, 1.0, 4.0]])
X = A.T @ A + np.array([[0.0, 1.0, 2.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
x, y, b = np.array([1.0, 2.0, -1.0]), np.array([0.5, 3.0, 2.0]), np.array([4.0, -3.0])
z = x + 2j * y
LINES: list[tuple[str, dict[str, Any], Any]] = [
    ("||Ax - b||^2", {"A": A, "x": x, "b": b}, np.sum((A @ x - b) ** 2)),
    ("sum(x)*y", {"x": A, "y": 2.0}, np.sum(A) * 2),
    ("x*X", {"x": A, "X": y}, A @ y),
    ("np.sum(x - b)", {"x": A, "b": b[:, None]}, np.sum(A - b[:, None])),
    ("np.sum(s*x)", {"s": 1.5, "x": x}, 1.5 * np.sum(x)),
    ("np.sum(s*x)", {"s": y, "x": A}, np.sum(y * A)),
    ("tr(X^k + eye(3))", {"X": X, "k": 3}, np.trace(np.linalg.matrix_power(X, 3)) + 3),
    ("tr(X + eye(k))", {"X": X, "k": 3}, np.trace(X) + 3),
    ("sum(i in 1..k, y[i])", {"y": y, "k": 2}, 3.5),
    ("z'*x", {"z": z, "x": x}, np.vdot(z, x)),
    ("sum(i, (b_i - x_i'*y)^2)", {"b": b, "x": A, "y": y}, np.sum((b - A @ y) ** 2)),
    ("sum(phi'(x))", {"phi": np.sin, "phi_prime": np.cos, "x": x}, np.sum(np.cos(x))),
]


@pytest.mark.parametrize(("text", "given", "expected"), LINES)
def test_arrays_tell_what_their_names_are(text: str, given: Any, expected: Any) -> None:
    np.testing.assert_allclose(mc.evaluate(text, **given), expected, rtol=1e-12)


REFUSED = [
    ("np.sum(x)", {"x": x, "y": y}, "no such name"),
    ("norm2(beta*x)", {"beta": 2.0, "beat": 2.0, "x": x}, "did you mean `beta`?"),
    ("R = A*x; sum(R)", {"A": A, "x": x, "R": b}, "no such name"),
    ("x*y", {"x": x, "y": y}, "cannot multiply"),
    ("tr(X + eye(n))", {"X": X, "n": 4}, "n is 3"),
]


@pytest.mark.parametrize(("text", "given", "said"), REFUSED)
def test_what_does_not_belong_is_refused(text: str, given: Any, said: str) -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.evaluate(text, **given)
    assert said in str(refusal.value)


def test_declarations_come_before_what_is_given() -> None:
    assert mc.evaluate("x'*x", "x: vector(n)", x=x, n=3) == 6
    with pytest.raises(mc.MatcalcError):
        mc.evaluate("x'*x", "x: vector(n)", x=A)
