"""What random problems found, kept small; each line was wrong once."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import matcalc as mc
from tests.oracle import evaluate

WHERE = "x: vector(n), z: vector(4), s: scalar, t: scalar, C: matrix(m,n), P: spd(n), G: psd(n)"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("C - (t + 4)", "C - t - 4"),
        ("scalar_maximum(C, 4 + t)", "relu(C - t - 4) + t + 4"),
        ("(t + 4)*ones(m,n) + C", "t + C + 4"),
        ("(t + 4)*ones(m,n)", "(t + 4)*ones(m, n)"),
        ("2*(t + 4) + C", "2*t + C + 8"),
        ("t*(t + 4) + C", "t*(t + 4) + C"),
    ],
)
def test_a_scalar_sum_beside_a_matrix_is_one_node_however_it_is_written(
    text: str, printed: str
) -> None:
    node = mc.parse(text, WHERE)
    assert str(node) == printed
    assert mc.parse(printed, WHERE) is node
    values = {"C": np.arange(6.0).reshape(2, 3), "t": 0.5}
    assert np.shape(evaluate(node, **values, **({} if "C" in text else {"m": 2, "n": 3}))) == (2, 3)


def test_python_builds_the_node_that_is_read() -> None:
    C, t = mc.symbols("C: matrix(m,n), t: scalar")
    assert C - (t + 4) is mc.parse("C - (t + 4)", WHERE)
    assert mc.scalar_maximum(C, t - 1) is mc.parse("relu(C - (t - 1)) + (t - 1)", WHERE)


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("norm2(1 - P./G)", "P"),
        ("mean_of_columns(arccos(4/5*tanh(x)), 1)", "x"),
        ("var_of_columns(z, 1)", "z"),
        ("std(x)", "x"),
    ],
)
def test_an_answer_with_a_sign_before_a_quotient_is_read_back(text: str, wrt: str) -> None:
    answer = (mc.gradient if mc.parse(text, WHERE).shape.is_scalar else mc.jacobian)(
        text, wrt, WHERE
    )
    assert mc.parse(str(answer.value), WHERE) is answer.value


@pytest.mark.parametrize(
    ("text", "declared", "seeds"),
    [
        ("s*max(vec(S))", "S: symmetric(4), s: scalar", [1, 2, 3]),  # S[i,j] = S[j,i]
        ("exp(max(prod_of_others(gelu(N))))", "N: spd(m)", [0, 1, 3]),
        ("sum(abs(A))", "A: matrix(m,n)", [1, 12, 22]),  # to one side of the point
        (
            "norm1([B', C'; B'*L, C'*N])",  # kinks to both sides of the point
            "L: lower(n), B: matrix(n,4), C: matrix(m,4), N: spd(m)",
            [1, 2, 3],
        ),
        ("logit(sigmoid(3*norm_nuc(D)))", "D: positive_matrix(4,m)", [0, 2, 3]),  # saturated
    ],
)
def test_a_right_gradient_is_not_said_to_be_wrong_beside_a_kink(
    text: str, declared: str, seeds: list[int]
) -> None:
    answer = mc.gradient(text, declared[0], declared)
    assert all(answer.verify(samples=6, seed=seed).passed for seed in seeds)


@pytest.mark.parametrize(
    "text",
    ["chol(A)", "lambda(B, A, 1)", "lambda_max(B, A)", "eigvec(B, A, 1)", "sum(inv(chol(A)))"],
)
def test_a_factorisation_reads_both_halves_of_its_matrix(text: str) -> None:
    node = mc.parse(text, "A: square(n), B: symmetric(n)")
    values = {"B": np.diag([1.0, 2.0])} if "B" in text else {}
    evaluate(node, A=np.array([[2.0, 0.5], [0.5, 1.0]]), **values)
    with pytest.raises(mc.DomainError, match="spd"):
        mc.evaluate(node, A=np.array([[2.0, 0.0], [0.5, 1.0]]), **values)


def test_the_lower_factor_of_a_singular_matrix_divides_by_no_last_pivot() -> None:
    """A matrix 4 x 4 of rank 3; its factor L needs the first three pivots only."""
    B = np.array([[1.1, -0.4, 0.4], [-0.4, -1.0, -1.2], [1.3, 0.7, 1.2], [1.5, 1.1, -1.1]])
    L = mc.evaluate(mc.parse("lu_l(B*B')", "B: matrix(n,p)"), B=B)
    above = np.linalg.solve(L, B @ B.T)
    np.testing.assert_allclose(np.tril(above, -1), 0, atol=1e-12)
    np.testing.assert_allclose(np.diag(L), 1.0, atol=1e-12)


def test_a_filter_is_no_longer_than_its_signal() -> None:
    node = mc.parse("correlate(a, c)", "a: vector(m), c: vector(p)")
    np.testing.assert_allclose(evaluate(node, a=[1.0, 2.0], c=[1.0, 2.0, 3.0]), [5.0, 8.0])
    with pytest.raises(mc.DomainError, match="m <= p"):
        mc.evaluate(node, a=[1.0, 2.0, 3.0], c=[1.0, 2.0])


@pytest.mark.parametrize("kind", ["skew(n)", "projection(n)", "square(n)"])
def test_a_right_gradient_is_not_said_to_be_wrong_at_singular_matrices(kind: str) -> None:
    """A skew matrix of odd order is singular, and every projection but the identity is."""
    report = mc.gradient("sum(K\\B)", "B", f"K: {kind}, B: matrix(n,p)").verify(samples=6)
    assert report.passed or not report.rows
    assert report.passed or kind == "projection(n)"


def test_a_real_expression_has_no_complex_value() -> None:
    where = "A: square(n), E: square(n)"
    node = mc.parse("frechet(logm, A, E)", where)
    E = np.array([[0.5, 1.0], [0.0, 2.0]])
    np.testing.assert_allclose(evaluate(node, A=2 * np.eye(2), E=E), E / 2, atol=1e-12)
    with pytest.raises(mc.DomainError, match="closed negative real axis"):
        mc.evaluate(node, A=np.diag([-1.0, 2.0]), E=E)


def test_a_function_that_is_zero_everywhere_refutes_nothing() -> None:
    """Of the matrices here those with p > n + 1 are singular, whatever B is."""
    declared = "B: matrix(n,p), P: spd(n)"
    answer = mc.gradient("det([ones(p,p), B'; B, P])", "B", declared)
    assert all(answer.verify(samples=3, seed=seed).passed for seed in (1, 2, 3))


def test_the_complementary_error_function_keeps_its_tail() -> None:
    """1 - erf(x) has no digit left at 6."""
    node = mc.parse("erfc(s)", "s: scalar")
    assert evaluate(node, s=6.0) == pytest.approx(2.1519736712498913e-17, rel=1e-12)
    answer = mc.gradient("log(erfc(s))", "s", "s: scalar")
    assert mc.evaluate(answer.value, s=6.0) == pytest.approx(-12.16232928040009, rel=1e-12)


def test_a_chain_of_a_skew_matrix_is_read_back_with_its_sign() -> None:
    """The transpose of K*w - x is -(w'*K + x')."""
    declared = "K: skew(n), w: vector(n), x: vector(n), B: matrix(n,p), v: vector(p)"
    node = mc.parse("v'*B'*((K*w) - x)", declared)
    assert mc.parse(str(node), declared) is node


@pytest.mark.parametrize(
    ("text", "at", "value", "slope"),
    [
        ("sigmoid(s)", -120.0, math.exp(-120), math.exp(-120)),
        ("softplus(s)", -40.0, math.exp(-40), math.exp(-40)),
        ("logsigmoid(s)", 120.0, -math.exp(-120), math.exp(-120)),
        ("silu(s)", -40.0, -40 * math.exp(-40), -39 * math.exp(-40)),
        ("mish(s)", -40.0, -40 * math.exp(-40), -39 * math.exp(-40)),
    ],
)
def test_a_sigmoid_keeps_its_tail(text: str, at: float, value: float, slope: float) -> None:
    """(1 + tanh(x/2))/2 has no digit left at -40; all these are exp there, to 17 digits."""
    node = mc.parse(text, "s: scalar")
    assert evaluate(node, s=at) == pytest.approx(value, rel=1e-12, abs=0)
    assert mc.gradient(node, "s").compile()(s=at) == pytest.approx(slope, rel=1e-12, abs=0)


def test_a_right_gradient_far_out_on_a_sigmoid_is_not_said_to_be_wrong() -> None:
    answer = mc.gradient("logsigmoid(phi(ones(p,1)')*v)", "v", "v: vector(p)")
    assert all(answer.verify(samples=3, seed=seed).passed for seed in range(8))


def test_a_right_gradient_on_a_space_is_not_said_to_be_wrong_beside_a_pole() -> None:
    answer = mc.gradient("normp(S, 1/2)", "S", "S: symmetric(n)", space="symmetric")
    assert all(answer.verify(samples=6, seed=seed).passed for seed in (8, 9))


def test_a_right_gradient_is_not_said_to_be_wrong_beside_a_pole() -> None:
    answer = mc.gradient("normp(N, 1/2)", "N", "N: spd(m)")
    assert all(answer.verify(samples=3, seed=seed).passed for seed in range(4))


@pytest.mark.parametrize("text", ["-P\\x", "(-P)\\x", "-2/3*P\\x", "-s*P\\x"])
def test_what_a_left_quotient_inverts_keeps_its_sign(text: str) -> None:
    P, x, s = mc.symbols("P: spd(n), x: vector(n), s: scalar")
    first = {"-2": Fraction(-2, 3) * P, "-s": -s * P}.get(text[:2], -P)
    assert mc.parse(text, WHERE) is mc.inv(first) @ x


def test_a_coefficient_that_no_float_holds_is_kept_exactly() -> None:
    where = "A: spd(n), X: diagonal(n), t: scalar"
    shorter = mc.gradient("tr(inv(7*A + X))", "X", where).value
    longer = mc.gradient(f"tr(inv({10**350}*A + X))", "X", where).value
    assert str(longer) == str(shorter).replace("7", str(10**350))
