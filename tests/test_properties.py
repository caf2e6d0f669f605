"""What has to hold from end to end, for random expressions and for very large ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.expressions.constructors import multiply, plus
from matcalc.expressions.dimensions import SCALAR, shape
from matcalc.expressions.nodes import Node, ordered
from matcalc.rulebook import book
from matcalc.simplify.forms import size
from tests.expressions.trees import Tree, build, trees
from tests.oracle import by_meaning
from tests.strategies import SYMBOLS, expressions

laws = settings(
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
NAMES = st.sampled_from("xAXaD")


def gradient(f: Node, name: str) -> mc.Answer:
    """The gradient by a variable of f: any other is refused."""
    assume(SYMBOLS[name] in ordered(f))
    answer = mc.gradient(f, SYMBOLS[name])
    return answer


@laws
@given(expressions(SCALAR, depth=2), NAMES)
def test_random_answers_verify_themselves(f: Node, name: str) -> None:
    answer = gradient(f, name)
    report = answer.verify(samples=4)
    assume(report.rows)
    assert report.passed, f"{f}\n{report}"
    with by_meaning():
        meant = answer.verify(samples=2)
    assert meant.passed or not meant.rows, f"{f}\n{meant}"


@laws
@given(expressions(SCALAR, depth=2), NAMES)
def test_answers_read_back_from_their_text(f: Node, name: str) -> None:
    value = gradient(f, name).value
    declared = {s.name: s for s in SYMBOLS.values()}
    from matcalc.language.problem import parse_expression

    assert parse_expression(str(value), declared, book) is value


@laws
@given(expressions(SCALAR, depth=2), expressions(SCALAR, depth=2), NAMES)
def test_gradients_add(f: Node, g: Node, name: str) -> None:
    parts = plus(gradient(f, name).value, gradient(g, name).value)
    both = gradient(plus(f, g), name).value
    assert mc.equivalent(both, parts).status in ("proved", "verified", "undecided")


@laws
@given(trees(SCALAR, 2), NAMES)
def test_the_same_function_has_the_same_gradient(tree: Tree, name: str) -> None:
    f = build(tree)
    twice = gradient(plus(f, f), name).value
    assert mc.equivalent(twice, plus(*2 * [gradient(f, name).value])).status != "refuted"


@pytest.mark.parametrize("depth", [10, 1000])
def test_a_deep_network_has_a_gradient_of_linear_size(depth: int) -> None:
    W, x, y = (SYMBOLS[name] for name in ("X", "x", "y"))
    layer: Node = x
    for _ in range(depth):
        layer = book.apply("tanh", [multiply(W, layer)])
    f = multiply(y.T, layer)
    answer = mc.gradient(f, x)
    assert len(ordered(answer.value)) < 12 * depth + 20
    random = np.random.default_rng(0)
    given = {
        name: 0.3 * random.standard_normal(s) for name, s in (("X", (3, 3)), ("x", 3), ("y", 3))
    }
    found = answer.compile()(**given)
    value, forward = given["x"], []
    for _ in range(depth):
        value = np.tanh(given["X"] @ value)
        forward.append(value)
    expected = given["y"]
    for value in reversed(forward):
        expected = given["X"].T @ ((1 - value**2) * expected)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_sum_of_many_terms_has_a_gradient() -> None:
    names = [f"a{index}" for index in range(300)]
    declared = ", ".join(f"{name}: vector(n)" for name in names)
    text = " + ".join(f"norm2(x - {name})^2" for name in names)
    answer = mc.gradient(text, "x", f"x: vector(n), {declared}")
    assert str(answer.value.shape) == "n x 1"
    assert answer.value.shape == shape("n")
    assert size(answer.value) < 12 * len(names)
