"""Code run on fractions: what is rational has no rounding at all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.compile.exact import evaluate_exactly
from matcalc.expressions.nodes import symbols_of

VALUES: dict[str, Any] = {
    "A": np.array([[2.0, 1.0], [0.5, 3.0]]),
    "x": np.array([1.0, -2.0]),
    "s": 0.1,
}
WHERE = "A: square(n), x: vector(n), s: scalar"


def exactly(text: str) -> Any:
    node = mc.parse(text, WHERE)
    used = {one.name for one in symbols_of(node)} & VALUES.keys()
    return evaluate_exactly(node, **{name: VALUES[name] for name in used})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x'*inv(A)*x", Fraction(3 + 2 + 1 + 8) / Fraction(11, 2)),  # adj(A) = [3, -1; -1/2, 2]
        ("10^60*s + 1 - 10^60*s", 1),
        ("det(A)/n + mean(x)", Fraction(11, 4) - Fraction(1, 2)),
        ("sum(relu(x)) + norm1(x)/3 + max(x)", 3),
        ("tr(adj(A)) - x[1]^(-2)", 4),
    ],
)
def test_values_by_hand(text: str, value: Any) -> None:
    assert exactly(text) == value


def test_a_large_identity_leaves_nothing() -> None:
    assert not np.any(exactly("inv(A + x*x')*(A + x*x') - eye(n)"))
    assert not np.any(exactly("A^2 - tr(A)*A + det(A)*eye(n)"))


def test_what_is_not_rational_or_has_no_value_says_so() -> None:
    for text in ("norm2(x)", "exp(s)", "sqrt(s)", "pi*s"):
        with pytest.raises(Imprecise):
            exactly(text)
    with pytest.raises(Undefined):
        exactly("inv(x*x')")
