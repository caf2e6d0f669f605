"""Nodes are interned: equal expressions are one object, through pickling and across processes."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import given, settings

from matcalc.expressions.constructors import (
    identity,
    multiply,
    number,
    plus,
    power,
    symbol,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import SCALAR, shape
from matcalc.expressions.nodes import (
    NO_STRUCTURE,
    Apply,
    Node,
    Number,
    Product,
    Sum,
    children,
    dimension_names,
    dimension_symbol,
    ordered,
    symbols_of,
)
from matcalc.rulebook import book
from tests.expressions.trees import Tree, build, trees
from tests.printing.samples import SAMPLES

DEPTH = 3000


def deep(count: int) -> Node:
    """sin(W*sin(W*...)): as many layers as asked for."""
    W, value = symbol("W", shape("n", "n")), symbol("x", shape("n"))
    node: Node = value
    for _ in range(count):
        node = book.apply("sin", [multiply(W, node)])
    return node


def deep_sum(count: int) -> Node:
    node: Node = symbol("a", SCALAR)
    for _ in range(count):
        node = plus(power(node, number(2)), number(1))
    return node


COPIES: dict[str, Callable[[Node], Node]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle 2": lambda node: pickle.loads(pickle.dumps(node, protocol=2)),
    "pickle": lambda node: pickle.loads(pickle.dumps(node)),
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_copy_is_the_same_object(how: str, name: str) -> None:
    assert COPIES[how](SAMPLES[name]) is SAMPLES[name]


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("make", [deep, deep_sum])
def test_deep_expressions_are_copied_without_recursion(
    how: str, make: Callable[[int], Node]
) -> None:
    node = make(DEPTH)
    assert COPIES[how](node) is node


def test_deep_expressions_are_walked_and_dropped_without_recursion() -> None:
    node = deep(DEPTH)
    assert len(ordered(node)) == 2 * DEPTH + 2
    assert [s.name for s in symbols_of(node)] == ["W", "x"]
    assert dimension_names(node) == ["n"]
    del node
    gc.collect()
    assert len(ordered(deep(3))) == 8


def test_a_pickled_container_shares_what_it_shared() -> None:
    x = symbol("x", shape("n"))
    pair = [multiply(transpose(x), x), {"x": x}]
    again = pickle.loads(pickle.dumps(pair))
    assert again[0] is pair[0]
    assert again[1]["x"] is x


@settings(deadline=None, max_examples=60)
@given(trees())
def test_built_twice_is_built_once(tree: Tree) -> None:
    node = build(tree)
    assert build(tree) is node
    assert pickle.loads(pickle.dumps(node)) is node


def test_what_differs_in_anything_is_another_object() -> None:
    a = symbol("A", shape("n", "n"))
    assert symbol("A", shape("n", "n"), "symmetric") is not a
    assert symbol("A", shape("m", "m")) is not a
    assert symbol("a", shape("n", "n")) is not a
    assert identity("n") is not identity("m")
    assert zero(shape("n")) is not zero(shape("m"))
    assert Number(Fraction(1, 2)) is Number(Fraction(2, 4))
    assert number(0.1) is number("1/10")


def test_nodes_do_not_change() -> None:
    node = symbol("x", shape("n"))
    with pytest.raises(FrozenInstanceError):
        node.name = "y"  # type: ignore[misc]
    with pytest.raises(TypeError, match="not iterable"):
        iter(node)


@settings(deadline=None, max_examples=60)
@given(trees())
def test_children_stand_before_parents_once_each(tree: Tree) -> None:
    nodes = ordered(build(tree))
    place = {node: index for index, node in enumerate(nodes)}
    assert len(place) == len(nodes)
    for node in nodes:
        assert all(place[child] < place[node] for child in children(node))


def test_the_order_of_nodes_is_not_that_in_which_they_were_made() -> None:
    late, early = (symbol(name, SCALAR) for name in ("y_made_first", "x_made_second"))
    right = Apply("exp", (late,), SCALAR, NO_STRUCTURE)
    left = Apply("exp", (early,), SCALAR, NO_STRUCTURE)
    whole = Apply("max", (left, right), SCALAR, NO_STRUCTURE)
    assert ordered(whole) == [early, left, late, right, whole]
    assert ordered(right, left, right) == [late, right, early, left]


def test_raw_nodes_stay_as_they_are_written() -> None:
    x = symbol("x", SCALAR)
    assert Product(Fraction(1), (x, x), ()) is not multiply(x, x)
    assert Sum(((Fraction(1), x), (Fraction(1), x))).shape.is_scalar
    assert Apply("tr", (x,), SCALAR, frozenset()).arguments == (x,)


def test_variables_are_listed_without_dimensions() -> None:
    x, n = symbol("x", shape("n")), dimension_symbol("n")
    node = multiply(n, transpose(x), x, symbol("b", SCALAR))
    assert [s.name for s in symbols_of(node)] == ["b", "x"]
    assert dimension_names(node) == ["n"]
    assert dimension_names(dimension_symbol("k")) == ["k"]


_PRINTS = """
import matcalc as mc
from matcalc.expressions.nodes import ordered
texts = {texts!r}
for text in reversed(texts) if {turned} else texts:
    mc.parse(text)
for text in texts:
    node = mc.parse(text)
    print(node, [n.rank for n in ordered(node) if n is node])
"""
TEXTS = [
    "x'*A*y + tr(B*A')*alpha - c*beta*alpha/2",
    "(A + B + C').*A.*(B - A)",
    "gamma*beta*alpha*(alpha + beta)^2*(beta - gamma)",
    "tr(A*B*C + C*B*A) + sum(C .* B .* A)",
    "exp(y).*exp(x) + x.*y + log(x)./y",
    "norm2(A*x - b)^2 + lambda*norm2(x)^2 + logdet(S)*det(S)",
]


def test_forms_are_the_same_in_every_process() -> None:
    outputs = set()
    for seed, turned in (("0", False), ("1", True), ("4711", False)):
        code = _PRINTS.format(texts=TEXTS, turned=turned)
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) == len(TEXTS)
