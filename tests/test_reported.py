"""What was once wrong, each as it was reported: answers, refusals and messages."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc


def test_a_chain_times_a_number_keeps_both() -> None:
    hessian = mc.hessian("quad(y,sym(N))^-1", "N")
    assert str(hessian.value) == "2*vec(y*y')*vec(y*y')'/(y'*N*y)^3"
    assert hessian.verify(samples=6).passed
    x, A, y = mc.symbols("x: vector(n), A: matrix(n,m), y: vector(m)")
    where = "x: vector(n), A: matrix(n,m), y: vector(m)"
    assert -(x.T @ A @ y) is mc.parse("-x'*A*y", where)


@pytest.mark.parametrize(
    ("text", "wrt", "where"),
    [
        ("y'*y", "x", "x: vector(n)"),
        ("x - x", "x", "x: scalar"),
        ("sum(sign(x))", "x", "x: vector(n)"),
        ("norm2(kron(heaviside(y), sqrt(2*ones(p)')))", "y", "y: vector(n)"),
    ],
)
def test_a_constant_has_a_derivation(text: str, wrt: str, where: str) -> None:
    found = mc.gradient(text, wrt, where)
    assert str(found).count("= 0") + str(found).count("zeros(n)") >= 1
    assert found.latex().count("align*") == 2


@pytest.mark.parametrize("text", ["x[-1]", "x[0]", "X[-1,2]", "X[:,0]", "basis(0, n)"])
def test_positions_are_counted_from_one(text: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.parse(text, "x: vector(n), X: matrix(m,n)")


def test_indices_that_are_values_are_checked() -> None:
    entry = mc.parse("x[i]", "x: vector(n), i: index(n)")
    x = np.array([1.0, 2.0, 3.0])
    assert mc.evaluate(entry, x=x, i=2) == 2.0
    for index in (0, 2.7, 5):
        with pytest.raises(mc.MatcalcError):
            mc.evaluate(entry, x=x, i=index)


def test_what_would_take_too_long_is_refused() -> None:
    doubling = "; ".join(f"a{i + 1} = a{i}*a{i}" for i in range(14))
    with pytest.raises(mc.MatcalcError):
        mc.gradient(f"a0 = X; {doubling}; tr(a14)", "X")
    for order in (0, -1, 10**6):
        with pytest.raises(mc.MatcalcError):
            mc.nth_derivative("x'*x", "x", order)


def test_a_minus_before_a_quotient_is_read_back() -> None:
    value = mc.gradient("norm2(A - X)", "X").value
    assert mc.parse(str(value)) is value


def test_arguments_of_another_type_are_refused_with_a_message() -> None:
    with pytest.raises(mc.MatcalcError, match="Weighted"):
        mc.gradient("tr(X)", "X", inner=3)  # type: ignore[call-overload]
    with pytest.raises(mc.MatcalcError, match="declarations"):
        mc.gradient("tr(X)", "X", where=["X: square(n)"])  # type: ignore[call-overload]
    with pytest.raises(mc.MatcalcError, match="number"):
        mc.symbols("x: scalar")[0] * float("inf")


def test_a_map_onto_symmetric_matrices_has_no_inverse() -> None:
    with pytest.raises(mc.MatcalcError):
        mc.differential("X + X'", "X", "X: square(n)").solve("R")
    found = mc.differential("X + 3*X'", "X", "X: square(n)").solve("R")
    assert str(found) == "(3*R' - R)/8"


@pytest.mark.parametrize(
    ("text", "wrt", "where"),
    [
        ("tr(K'*A)", "K", "K: skew(n), A: square(n)"),
        ("sum(S'*A)", "S", "S: symmetric(n), A: square(n)"),
    ],
)
def test_what_was_typed_is_verified(text: str, wrt: str, where: str) -> None:
    assert mc.gradient(text, wrt, where).verify(samples=6).passed
