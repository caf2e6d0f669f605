"""Large problems: each would take minutes if the work grew faster than the answer does."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.conjugation import conjugate, is_real

RANDOM = np.random.default_rng(5)


def others(values: np.ndarray, axis: int = 0) -> np.ndarray:
    """The sum over i of the products of all but the i-th."""
    count = values.shape[axis]
    return sum(np.prod(np.delete(values, i, axis), axis) for i in range(count))  # type: ignore[no-any-return]


@pytest.mark.parametrize("count", [8, 9, 16])
def test_an_entrywise_product_of_many_sums(count: int) -> None:
    factors = ".*".join(f"(x + a_{i})" for i in range(count))
    found = mc.gradient(f"sum({factors})", "x")
    x, a = RANDOM.standard_normal(3), RANDOM.standard_normal((count, 3))
    values = {f"a_{i}": a[i] for i in range(count)}
    assert np.allclose(found.compile()(x=x, **values), others(x + a))


def test_factoring_looks_into_few_of_many_ways() -> None:
    whole = mc.parse("+".join(f"a_{i}.*(b_{i} + c)" for i in range(20)).replace("(b_19 + c)", "d"))
    assert str(mc.gradient("sum(" + str(whole) + ")", "c").value) == str(
        mc.parse("+".join(f"a_{i}" for i in range(19)))
    )


def test_a_product_of_many_scalars() -> None:
    count = 200
    scalars = ", ".join(f"k_{i}: scalar" for i in range(count))
    text = "*".join(f"(s + k_{i})" for i in range(count))
    found = mc.gradient(text, "s", f"s: scalar, {scalars}")
    k = RANDOM.uniform(0.9, 1.1, count)
    values = {f"k_{i}": k[i] for i in range(count)}
    assert found.compile()(s=0.01, **values) == pytest.approx(float(others(0.01 + k)), rel=1e-10)


def test_the_norm_of_a_sum_of_many_products() -> None:
    count = 300
    total = " + ".join(f"A{i}*x" for i in range(count))
    found = mc.gradient(f"norm2({total})^2", "x")
    matrices, x = RANDOM.standard_normal((count, 3, 2)), RANDOM.standard_normal(2)
    values = {f"A{i}": matrices[i] for i in range(count)}
    whole = matrices.sum(axis=0)
    assert np.allclose(found.compile()(x=x, **values), 2 * whole.T @ whole @ x)


def test_a_large_power_is_one_power() -> None:
    X = np.array([[0.99, 0.02], [0.003, 0.98]])
    power = np.linalg.matrix_power
    first, second = mc.gradient("tr(X^10000)", "X"), mc.hessian("tr(X^300)", "X")
    assert str(first.value) == "10000*(X^9999)'"
    assert np.allclose(first.compile()(X=X), 10_000 * power(X, 9_999).T)
    V = np.array([[1.0, 2.0], [-1.0, 0.5]])
    expected = 300 * sum(power(X, i) @ V @ power(X, 298 - i) for i in range(299)).T
    assert np.allclose(mc.evaluate(second.map("V"), X=X, V=V), expected)


def test_values_whose_squares_overflow_are_verified() -> None:
    assert mc.gradient("tr(A*(10^60*X)^3)", "X").verify().passed


def test_a_deep_expression_over_the_complex_numbers() -> None:
    z, s = mc.symbols("z: complex_scalar, s: scalar")
    for _ in range(3_000):
        z, s = mc.exp(z), mc.exp(s)
    assert conjugate(conjugate(z)) is z
    assert not is_real(z)
    assert is_real(z * conjugate(z))
    assert is_real(s)


def weights_of(layers: int) -> tuple[str, list[str], str]:
    """A net of tanh layers, statement by statement: the text, its weights, their kinds."""
    names = [f"W{k}" for k in range(1, layers + 1)]
    lines = [f"a{k} = tanh(W{k}*a{k - 1})" for k in range(1, layers + 1)]
    kinds = ", ".join([*(f"{name}: square(n)" for name in names), "a0: vector(n)", "y: vector(n)"])
    return "\n".join([*lines, f"norm2(a{layers} - y)^2"]), names, kinds


def test_all_weights_of_a_deep_net_at_once() -> None:
    """Against back-propagation written out in NumPy; the code shares what the gradients share."""
    layers = 40
    text, names, kinds = weights_of(layers)
    found = mc.gradient(text, names, kinds)
    W = RANDOM.standard_normal((layers, 3, 3))
    a = [RANDOM.standard_normal(3)]
    for one in W:
        a.append(np.tanh(one @ a[-1]))
    y = RANDOM.standard_normal(3)
    values = found.compile()(a0=a[0], y=y, **dict(zip(names, W, strict=True)))
    back = 2 * (a[-1] - y)
    for k in reversed(range(layers)):
        back = back * (1 - a[k + 1] ** 2)
        assert np.allclose(values[names[k]], np.outer(back, a[k]))
        back = W[k].T @ back
    assert len(found.source()) < 300 * layers
    assert len(str(found.value)) < 300 * layers


def test_a_chain_of_statements_is_never_written_out() -> None:
    count = 60
    lines = [f"a{k} = sin(a{k - 1}).*cos(a{k - 1})" for k in range(1, count + 1)]
    text = "\n".join([*lines, f"sum(a{count})"])
    found = mc.gradient(text, "a0", "a0: vector(n)")
    x = RANDOM.standard_normal(4)
    value, slope = x, np.ones(4)
    for _ in range(count):
        value, slope = np.sin(value) * np.cos(value), slope * np.cos(2 * value)
    assert np.allclose(found.compile()(a0=x), slope)
    for written in (str(found), found.formula_latex(), found.source()):
        assert len(written) < 400 * count
    assert len(found.text()) < 1200 * count  # it names every a and every g_a
    again = mc.parse(str(found), "a0: vector(n)")
    assert np.allclose(mc.evaluate(again, a0=x), slope)


def test_what_is_shared_without_names_gets_them_in_print() -> None:
    x = mc.symbols("x: vector(n)")[0]
    for _ in range(40):
        x = mc.sin(x) + mc.cos(x)
    text = str(x)
    assert len(text) < 4_000
    assert "with t1 = " in text
    at = RANDOM.standard_normal(3)
    right = at
    for _ in range(40):
        right = np.sin(right) + np.cos(right)
    assert np.allclose(mc.evaluate(mc.parse(text, "x: vector(n)"), x=at), right)


def test_blocks_of_blocks_and_kron_of_kron() -> None:
    doubled = "\n".join(f"A{k} = [A{k - 1}, A{k - 1}; A{k - 1}, A{k - 1}]" for k in range(1, 31))
    found = mc.gradient(f"{doubled}\ntr(A30)", "A0", "A0: square(n)")
    assert len(str(found)) < 10_000
    squared = "\n".join(f"A{k} = kron(A{k - 1}, A{k - 1})" for k in range(1, 31))
    with pytest.raises(mc.MatcalcError, match="too many factors in a dimension"):
        mc.gradient(f"{squared}\ntr(A30)", "A0", "A0: square(n)")
    with pytest.raises(mc.MatcalcError, match="too many"):
        mc.gradient(f"{squared}\ntr(A30)", "A0", "A0: square(2)")
