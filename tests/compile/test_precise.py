"""Code run on numbers of mpmath: what floating point loses is there."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.compile.precise import evaluate_precisely
from matcalc.compile.sharpening import DIGITS


def test_what_cancels_in_floating_point_is_left() -> None:
    gap = evaluate_precisely(mc.parse("10^20 + s - 10^20", "s: scalar"), s=1e-3)
    assert gap == Fraction(1e-3)
    third = evaluate_precisely(mc.parse("s/3 - 0.3333333333*s", "s: scalar"), s=3.0)
    assert mpmath.almosteq(third, mpmath.mpf(1) / 10**10, rel_eps=1e-25)


def test_inverses_and_functions_of_matrices_have_all_digits() -> None:
    A = np.random.default_rng(0).normal(size=(4, 4))
    where = "A: square(n)"
    for text in (
        "inv(A)*A - eye(n)",
        "expm(A)*expm(-A) - eye(n)",
        "A*adj(A) - det(A)*eye(n)",
        "chol(A*A')*chol(A*A')' - A*A'",
    ):
        rest = evaluate_precisely(mc.parse(text, where), A=A)
        assert float(np.max(np.abs(rest))) < 1e-30


def test_values_are_those_of_plain_digits() -> None:
    random = np.random.default_rng(1)
    values = {"x": random.normal(size=3), "B": random.normal(size=(2, 3))}
    where = "x: vector(n), B: matrix(m,n)"
    for text in (
        "logsumexp(x) + norm2(B)/7 + sum(erf(x))",
        "softmax(x)'*B'*tanh(B*x)",
        "logdet(B*B' + eye(m)/10) + tr(pinv(B)*B)",
        "norm_spec(B) + pi*x[2] + sum(max(x, 0))",
    ):
        node = mc.parse(text, where)
        used = {name: value for name, value in values.items() if name in text}
        assert np.isclose(float(evaluate_precisely(node, **used)), mc.evaluate(node, **used))


def test_what_has_no_precise_code_says_so() -> None:
    with pytest.raises(Imprecise):
        evaluate_precisely(mc.parse("log(s)", "s: scalar"), s=-1.0)
    with pytest.raises(Imprecise):
        evaluate_precisely(mc.parse("perron(B)", "B: positive_matrix(2,2)"), B=np.ones((2, 2)))
    with pytest.raises(Undefined):
        evaluate_precisely(mc.parse("inv(A)", "A: square(n)"), A=np.ones((3, 3)))


def test_rounding_does_not_tell_the_rank_of_a_matrix() -> None:
    X, where = np.array([[0.0, 1.0], [1.0, 1.0]]), "X: symmetric(n)"
    with pytest.raises(Imprecise):  # the eigenvalue has rounding in its last digit
        evaluate_precisely(mc.parse("pinv(lambda_max(X)*eye(n) - X)", where), X=X)
    assert mc.equivalent("pinv(lambda_max(X)*eye(n) - X)", "reduced_resolvent(X, n)", where).holds


def test_factors_solutions_and_cofactors_have_all_digits() -> None:
    random = np.random.default_rng(2)
    values = {"A": random.normal(size=(3, 3)), "B": random.normal(size=(2, 2))}
    values |= {"C": random.normal(size=(3, 2)), "E": random.normal(size=(3, 3))}
    where = "A: square(m), B: square(n), C: matrix(m,n), E: square(m)"
    for text in (
        "A*sylvester(A, B, C) + sylvester(A, B, C)*B - C",
        "svd_u(C)*diag(svdvals(C))*svd_v(C)' - C",
        "adj_derivative(A, E)*A + adj(A)*E - tr(adj(A)*E)*eye(m)",
        "qr_q(C)*qr_r(C) - C",
        "lu_l(A)*lu_u(A) - A",
        "norm_nuc(C) - sum(svdvals(C))",
    ):
        used = {name: value for name, value in values.items() if name in text}
        rest = evaluate_precisely(mc.parse(text, where), 60, **used)
        assert float(np.max(np.abs(rest))) < 1e-50, text


def test_a_value_of_a_declared_kind_has_it_to_all_digits() -> None:
    Q = np.linalg.qr(np.random.default_rng(3).normal(size=(4, 2)))[0]
    node = mc.parse("Q'*Q - eye(p)", "Q: matrix(n,p)")
    plain = evaluate_precisely(node, Q=Q)
    sharp = evaluate_precisely(node, DIGITS, {"Q": frozenset({"stiefel"})}, Q=Q)
    assert float(np.max(np.abs(sharp))) < 1e-95 < float(np.max(np.abs(plain)))
