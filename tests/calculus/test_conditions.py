"""The conditions of second derivatives: a norm that cancels has none, a quotient by it has."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

SMOOTH = {
    "(1 + norm2(x)^2)^(-1/2)": -np.eye(3),
    "norm2(x)^4": np.zeros((3, 3)),
    "exp(norm2(x)^2)": 2 * np.eye(3),
    "sqrt(1 + norm2(x)^2)": np.eye(3),
    "norm2(x)^2*log(2 + norm2(x)^2)": 2 * np.log(2) * np.eye(3),
}


@pytest.mark.parametrize("text", SMOOTH)
def test_a_smooth_function_of_the_norm_has_no_condition(text: str) -> None:
    hessian = mc.hessian(text, "x")
    assert hessian.conditions == ()
    np.testing.assert_allclose(hessian.compile()(x=np.zeros(3)), SMOOTH[text], atol=1e-15)


@pytest.mark.parametrize("text", ["norm2(x)^3", "norm2(x)", "norm2(x)^(5/2)"])
def test_a_second_derivative_that_divides_by_the_norm_says_so(text: str) -> None:
    hessian = mc.hessian(text, "x")
    assert hessian.conditions == ("x nonzero",)
    with pytest.raises(mc.MatcalcError, match="x nonzero"):
        hessian.compile()(x=np.zeros(3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R = A*x - b; s = R'*R; u = 1/s; u + sum(y)", ("R nonzero",)),
        ("R = A*x - b; s = norm2(R); u = s; u + sum(y)", ("R nonzero",)),
        ("R = A*x - b; s = norm2(R); u = s^2; u + sum(log(y))", ("y positive",)),
        ("R = A*x - b; s = norm2(R); u = s^2; u + sum(y)", ()),
    ],
)
def test_conditions_are_those_behind_all_names(text: str, expected: tuple[str, ...]) -> None:
    assert mc.gradient(text, ["x", "y"]).conditions == expected
