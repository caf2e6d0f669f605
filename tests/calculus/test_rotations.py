"""Derivatives of rotations expm(hat(w)) in the right Jacobian, as robotics writes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.printing.text import to_text

W, P = np.array([0.3, -1.1, 0.7]), np.array([1.0, 2.0, -0.5])


def hat(w: Any) -> Any:
    return np.array([[0, -w[2], w[1]], [w[2], 0, -w[0]], [-w[1], w[0], 0]])


def rotation(w: Any) -> Any:
    """By Rodrigues' formula."""
    t = np.linalg.norm(w)
    axis = hat(w / t)
    return np.eye(3) + np.sin(t) * axis + (1 - np.cos(t)) * axis @ axis


@pytest.mark.parametrize(
    ("f", "expected", "value"),
    [
        ("expm(hat(w))*p", "-expm(hat(w))*hat(p)*right_jacobian(w)", lambda w: rotation(w) @ P),
        ("expm(-hat(w))*p", "expm(-hat(w))*hat(p)*right_jacobian(w)'", lambda w: rotation(-w) @ P),
        ("expm(hat(w))'*p", "expm(-hat(w))*hat(p)*right_jacobian(w)'", lambda w: rotation(-w) @ P),
    ],
)
def test_the_jacobian_of_a_rotated_point(f: str, expected: str, value: Any) -> None:
    found = mc.jacobian(f, "w")
    assert to_text(found.value) == expected
    steps = 1e-6 * np.eye(3)
    slopes = [(value(W + step) - value(W - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(found.compile()(w=W, p=P), np.transpose(slopes), atol=1e-8)
    assert not np.isnan(found.compile()(w=np.zeros(3), p=P)).any()


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (
            "norm2(expm(hat(w))*p - q)^2",
            "2*right_jacobian(w)'*hat(p)*expm(-hat(w))*(expm(hat(w))*p - q)",
        ),
        ("tr(expm(-hat(w))*M)", "-2*right_jacobian(w)*vee(expm(hat(w))*M')"),
    ],
)
def test_the_gradient_of_a_function_of_a_rotation(f: str, expected: str) -> None:
    found = mc.gradient(f, "w")
    assert to_text(found.value) == expected
    assert found.verify(samples=3).passed


@pytest.mark.parametrize("length", [0.0, 1e-9, 1e-4, 1.0, 3.0])
def test_the_right_jacobian_is_exact_at_short_and_long_vectors(length: float) -> None:
    w = length * np.array([2.0, -1.0, 2.0]) / 3
    found = mc.evaluate(mc.parse("right_jacobian(w)", "w: vector(3)"), w=w)
    terms, expected = np.eye(3), np.eye(3)
    for k in range(2, 40):
        terms = terms @ -hat(w) / k
        expected = expected + terms
    np.testing.assert_allclose(found, expected, atol=1e-14)
    assert mc.gradient("tr(right_jacobian(w)*M)", "w").verify(samples=2).passed
