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


@pytest.mark.parametrize(
    ("text", "where", "value", "expected"),
    [
        ("sqrt(x)^6", "x: scalar", "3*x^2", ("x nonnegative",)),
        ("x^(5/2)/sqrt(x)", "x: scalar", "2*x", ("x positive",)),
        ("x^2/x", "x: scalar", "1", ("x nonzero",)),
        ("log(x)*0 + x^3", "x: scalar", "3*x^2", ("x positive",)),
        ("def g(t) = sqrt(t)^4; g(x)", "x: scalar", "2*x", ("x nonnegative",)),
        ("sum(i, sqrt(x[i])^4)", "x: vector(n)", "2*x", ("x[i] nonnegative for i in 1..n",)),
        ("sum(x.^3 ./ x)", "x: vector(n)", "2*x", ("x with nonzero entries",)),
        ("np.sum(x**3 / x)", "x: vector(n)", "2*x", ("x with nonzero entries",)),
        ("R = sqrt(y); x^2", "x: scalar, y: scalar", "2*x", ()),
        ("sqrt(x)^6/x", "x: positive", "2*x", ()),
        ("exp(log(x))^3", "x: scalar", "3*x^2", ("x positive",)),
        ("s = sqrt(x); s^6", "x: scalar", "3*s^4 with s = sqrt(x)", ("x nonnegative",)),
    ],
)
def test_what_vanished_has_to_have_a_value_too(
    text: str, where: str, value: str, expected: tuple[str, ...]
) -> None:
    gradient = mc.gradient(text, "x", where)
    assert (str(gradient), gradient.conditions) == (value, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tr(expm(logm(X)))", ("X without eigenvalues on the closed negative real axis",)),
        ("R = inv(X); tr(X*R*X)", ("X invertible",)),
        ("log(det(X))", ("X invertible",)),
        ("1/sqrt(det(X))", ("det(X) positive",)),
        ("log(abs(det(X)))", ("X invertible",)),
        ("det(inv(X))", ("X invertible",)),
        ("sum(log(diag(chol(X))))", ("X spd",)),
        ("tr(dlyap(X', A))", ("X without two eigenvalues whose product is 1",)),
        ("tr(inv(eye(n^2) - kron(X', X')))", ("X without two eigenvalues whose product is 1",)),
    ],
)
def test_each_condition_on_a_matrix_stands_once(text: str, expected: tuple[str, ...]) -> None:
    assert mc.gradient(text, "X", "X: square(n)").conditions == expected
