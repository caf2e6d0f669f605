"""Laws of the constructors on random formulas: what they mean, and one form for one meaning."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matcalc.expressions.constructors import (
    add,
    hadamard,
    identity,
    minus,
    multiply,
    negate,
    number,
    plus,
    power,
    scale,
    trace,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.nodes import Number, Product, Sum, ordered
from tests.expressions.trees import Tree, build, computed, largest, trees, value

laws = settings(
    deadline=None,
    max_examples=120,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
_TRUSTED = 1e5


def is_tame(tree: Tree) -> bool:
    with np.errstate(all="ignore"):
        size = largest(tree)
    return np.isfinite(size) and size < _TRUSTED


@laws
@given(trees())
def test_a_built_expression_means_what_was_written(tree: Tree) -> None:
    assume(is_tame(tree))
    node = build(tree)
    assert node.shape == tree.shape
    np.testing.assert_allclose(computed(node), value(tree), rtol=1e-7, atol=1e-9 * largest(tree))


@laws
@given(trees(signed=False), st.integers(0, 10**6))
def test_the_order_of_building_does_not_matter(tree: Tree, seed: int) -> None:
    assume(is_tame(tree))
    assert build(tree, random.Random(seed)) is build(tree)


@laws
@given(trees())
def test_the_transpose_is_an_involution(tree: Tree) -> None:
    node = build(tree)
    turned = transpose(node)
    assert turned.shape == node.shape.transposed
    assert transpose(turned) is node


@laws
@given(trees())
def test_nodes_are_in_normal_form(tree: Tree) -> None:
    for node in ordered(build(tree)):
        if isinstance(node, Sum):
            assert len(node.terms) > 1
            assert all(c and not isinstance(t, (Sum,)) for c, t in node.terms)
            assert all(not isinstance(t, Product) or t.coefficient == 1 for _, t in node.terms)
            assert len({t for _, t in node.terms}) == len(node.terms)
        if isinstance(node, Product):
            parts = node.scalars + node.factors
            assert node.coefficient
            assert len(parts) > 1 or node.coefficient != 1
            assert all(part.shape.is_scalar for part in node.scalars)
            assert not any(factor.shape.is_scalar for factor in node.factors)
            assert not any(isinstance(part, Number) for part in parts)
            assert not any(isinstance(factor, Product) for factor in node.factors)


@laws
@given(st.sampled_from(["m", "n", "p"]), st.data())
def test_arithmetic_identities(name: str, data: st.DataObject) -> None:
    wanted = Shape(identity(name).shape.rows, identity("n").shape.rows)
    a, b, c = (build(data.draw(trees(wanted, 2, signed=False))) for _ in range(3))
    left, s = identity(name), build(data.draw(trees(SCALAR, 2, signed=False)))
    assert plus(a, b) is plus(b, a)
    assert plus(a, plus(b, c)) is plus(plus(a, b), c)
    assert minus(a, a) is zero(wanted)
    assert plus(a, zero(wanted)) is a
    assert plus(a, a) is scale(2, a)
    assert negate(negate(a)) is a
    assert multiply(left, a) is a
    assert multiply(a, identity("n")) is a
    assert multiply(number(0), a) is zero(wanted)
    assert multiply(s, a) is multiply(a, s)
    assert hadamard(a, b) is hadamard(b, a)
    assert hadamard(a, hadamard(b, c)) is hadamard(hadamard(a, b), c)
    assert transpose(plus(a, b)) is plus(transpose(a), transpose(b))
    assert transpose(multiply(a, transpose(b))) is multiply(b, transpose(a))
    assert add([], wanted) is zero(wanted)


@laws
@given(st.data())
def test_the_trace_does_not_see_rotations_and_transposes(data: st.DataObject) -> None:
    sizes = [data.draw(st.sampled_from(["m", "n", "p"])) for _ in range(3)]
    rows = [identity(name).shape.rows for name in sizes]
    a, b, c = (
        build(data.draw(trees(Shape(rows[k], rows[(k + 1) % 3]), 2, signed=False)))
        for k in range(3)
    )
    assume(isinstance(multiply(a, b, c), Product))
    whole = trace(multiply(a, b, c))
    assert trace(multiply(b, c, a)) is whole
    assert trace(multiply(c, a, b)) is whole
    assert trace(transpose(multiply(a, b, c))) is whole


@laws
@given(trees(SCALAR, 2, signed=False), st.integers(-3, 3), st.integers(-3, 3))
def test_integer_powers_add_and_multiply(tree: Tree, first: int, second: int) -> None:
    base = build(tree)
    assume(not any(isinstance(node, Number) and node.value == 0 for node in ordered(base)))
    assume(not isinstance(base, Number))
    raised = multiply(power(base, number(first)), power(base, number(second)))
    assert raised is power(base, number(first + second))
    assert power(power(base, number(first)), number(second)) is power(base, number(first * second))
