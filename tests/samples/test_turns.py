"""Points to both sides of kinks, wherever they are."""

from __future__ import annotations

import pytest

import matcalc as mc

SCALAR, VECTOR = "x: scalar", "x: vector(n)"
DIFFERENT_BEYOND = [  # what agrees at moderate entries, or but for a short way
    ("relu(x - 10^4)", "0", VECTOR),
    ("relu(-x - 200)", "0", SCALAR),
    ("maximum(x, 10^4)", "10^4", VECTOR),
    ("minimum(x, -3000)", "-3000", VECTOR),
    ("heaviside(x - 5000)", "0", SCALAR),
    ("sign(x + 7777)", "1", SCALAR),
    ("abs(x - 37.5)", "37.5 - x", SCALAR),
    ("relu(x'*x - 10^8)", "0", VECTOR),
    ("hinge(x/10^4)", "1 - x/10^4", VECTOR),
    ("relu(1/1000 - abs(x - 1/2))", "0", SCALAR),
    ("relu(10^(-6) - abs(x - 5000))", "0", SCALAR),
    ("huber(x - 300)", "abs(x - 300) - 1/2", SCALAR),
    ("elu(x - 300)", "exp(x - 300) - 1", SCALAR),
    ("sigmoid(x - 3000)", "0", SCALAR),
    ("sum(i in 1..n, relu(x[i] - 5000))", "0", VECTOR),
]


@pytest.mark.parametrize(("one", "other", "where"), DIFFERENT_BEYOND)
def test_a_difference_beyond_a_kink_is_found(one: str, other: str, where: str) -> None:
    assert mc.equivalent(one, other, where).status == "refuted"


def test_a_side_that_was_never_met_is_said() -> None:
    for text in ("cos(s) + 2", "s^2 + 1 - s"):
        verdict = mc.equivalent(f"relu({text})", text, "s: scalar")
        assert verdict.holds
        assert verdict.reason.endswith(f"; {text} was never negative")


def test_values_that_are_apart_at_the_kink_itself_are_said() -> None:
    assert mc.equivalent("sign(x).^2", "ones(n)", VECTOR).reason.endswith("; not where x has zeros")
    assert "zeros" not in mc.equivalent("sign(x).^3", "sign(x)", VECTOR).reason


def test_equal_expressions_with_kinks_are_not_refuted_beside_them() -> None:
    for one, other in (
        ("maximum(x, 250)", "(x + 250 + abs(x - 250))/2"),
        ("log(1 + exp(x - 40))", "relu(x - 40) + log(1 + exp(-abs(x - 40)))"),
        ("exp(x).*(1 - sigmoid(x))", "sigmoid(x)"),
        ("(x - 300).*sign(x - 300)", "abs(x - 300)"),
    ):
        assert mc.equivalent(one, other, VECTOR).holds, one
