"""What the book says of the curvature of operations, on pairs of points of their domains."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from matcalc.expressions.nodes import Node
from matcalc.rulebook import book
from matcalc.rulebook.clauses import CURVATURE
from matcalc.rulebook.records import Operation
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import Array, Point
from tests.rulebook.sampling import value_at
from tests.rulebook.test_entries import application, by_name, usable

OPERATIONS = [one for one in map(book.operation, book.names()) if one.texts("curvature")]
_SMALL = 1e-9


def statements(operation: Operation) -> Iterator[tuple[str, Node]]:
    """Each word, and the operation at arguments for which it is said."""
    for clause in operation.texts("curvature"):
        match = CURVATURE.fullmatch(clause.text)
        assert match is not None
        words = {match["name"]: frozenset({"nonnegative"})} if match["name"] else {}
        for word in match["words"].split(", "):
            yield word, application(operation, words)


def pairs(node: Node) -> Iterator[tuple[Point, Point]]:
    found = [point for point, _ in usable(node, 12)]
    for one, other in combinations(found, 2):
        if one.sizes == other.sizes:
            yield one, other


def excess(word: str, node: Node, one: Point, other: Point) -> tuple[Array, Array]:
    """What is nonnegative where the word is true, and the size of the values."""
    (name,) = one.values
    ends: list[Any] = [one.values[name], other.values[name]]
    if word == "increasing":
        ends = [np.minimum(*ends), np.maximum(*ends)]
    ends.append((ends[0] + ends[1]) / 2)
    values = [np.asarray(value_at(node, one, {name: end})) for end in ends]
    values = [np.log(v) for v in values] if word.startswith("log-") else values
    bend = (values[0] + values[1]) / 2 - values[2]
    gaps = {"convex": bend, "concave": -bend, "log-concave": -bend}
    gap = gaps.get(word, values[1] - values[0])
    return gap, np.sum([np.abs(value) for value in values], axis=0)


def complaints(word: str, node: Node) -> tuple[int, int]:
    """How many pairs were looked at, and at how many the word is false."""
    used = wrong = 0
    for one, other in pairs(node):
        try:
            gap, size = excess(word, node, one, other)
        except Unusable:
            continue
        used += 1
        wrong += bool(np.any(gap < -_SMALL * (1 + size)))
    return used, wrong


@by_name(OPERATIONS)
def test_the_curvature_holds(operation: Operation) -> None:
    for word, node in statements(operation):
        used, wrong = complaints(word, node)
        assert used >= 3 and not wrong, word


@pytest.mark.parametrize(
    ("name", "word"),
    [("sin", "convex"), ("abs", "increasing"), ("norm2", "concave"), ("exp", "log-concave")],
)
def test_a_false_word_is_noticed(name: str, word: str) -> None:
    node = application(book.operation(name))
    is_true = name == "exp"  # its logarithm is affine
    assert bool(complaints(word, node)[1]) != is_true
