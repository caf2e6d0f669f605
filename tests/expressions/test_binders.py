"""A bound variable catches nothing: substitution, derivatives and code mean what the text means.

The meanings are worked out by the trees below, in which a binder is a Python loop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.compile.function import evaluate
from matcalc.expressions.binders import (
    apart,
    bound_in,
    free_names,
    free_symbols,
    fresh,
    index_product,
    index_sum,
    names_in,
    over_index,
    parted,
    renamed,
    under_new_names,
)
from matcalc.expressions.constructors import multiply, number, plus, power, symbol
from matcalc.expressions.dimensions import SCALAR, shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Symbol
from matcalc.expressions.operations import IndexSum
from matcalc.language.kinds import closure
from matcalc.rulebook import book
from matcalc.rulebook.substitution import map_bottom_up, substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify
from tests.interpreter import interpret

N = 3
INDICES = ("i", "j", "i1", "i2")
ARRAYS = {"a": np.array([0.5, -1.5, 2.0]), "b": np.array([-0.25, 1.25, 0.75])}
FREE: Mapping[str, Any] = {**ARRAYS, "s": 0.7, "t": -1.1, "i": 2, "j": 3, "i1": 1, "i2": 3}


# ---------------------------------------------------------------- trees


@dataclass(frozen=True)
class Leaf:
    """A scalar s, an index i, or an entry a[i]."""

    array: str
    name: str

    def node(self) -> Node:
        if self.name in INDICES:
            place = Symbol(self.name, SCALAR, closure("index"))
            return book.apply("entry", [symbol(self.array, shape("n")), place])
        return symbol(self.name, SCALAR)

    def value(self, known: Mapping[str, Any]) -> float:
        if self.name in INDICES:
            return float(ARRAYS[self.array][known[self.name] - 1])
        return float(known[self.name])


@dataclass(frozen=True)
class Both:
    """A sum, a product or a square."""

    sign: str
    left: Tree
    right: Tree

    def node(self) -> Node:
        left, right = self.left.node(), self.right.node()
        if self.sign == "^":
            return power(left, number(2))
        return plus(left, right) if self.sign == "+" else multiply(left, right)

    def value(self, known: Mapping[str, Any]) -> float:
        one, other = self.left.value(known), self.right.value(known)
        return {"+": one + other, "*": one * other, "^": one * one}[self.sign]


@dataclass(frozen=True)
class Over:
    """sum(i in 1..upper, body), or prod; `raw` as it stands, with no care for names."""

    word: str
    index: str
    upper: int
    body: Tree
    raw: bool

    def node(self) -> Node:
        index, body = Symbol(self.index, SCALAR, closure("index")), self.body.node()
        ends = number(1), number(self.upper)
        if self.raw:
            return Apply(f"index_{self.word}", (index, *ends, body), SCALAR, NO_STRUCTURE)
        make = {"sum": index_sum, "prod": index_product}[self.word]
        return make(index, *ends, body)

    def value(self, known: Mapping[str, Any]) -> float:
        places = range(1, self.upper + 1)
        terms = [self.body.value({**known, self.index: place}) for place in places]
        return sum(terms) if self.word == "sum" else math.prod(terms)


Tree = Leaf | Both | Over
LEAVES = st.builds(Leaf, st.sampled_from("ab"), st.sampled_from(("s", "t", *INDICES)))


def _grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    words, indices = st.sampled_from(("sum", "prod")), st.sampled_from(INDICES)
    over = st.builds(Over, words, indices, st.integers(1, N), inner, st.booleans())
    return over | over | st.builds(Both, st.sampled_from("+*^"), inner, inner)


def _clash(order: list[str], inner: Tree, ends: tuple[int, int], raw: bool) -> Tree:
    """A sum inside another one, and beside them what is free and has the names of their indices."""
    one, other, _ = order
    entries = Both("*", Leaf("a", one), Leaf("b", other))
    body = Both("^", Both("+", entries, inner), inner)
    sums = Over("sum", one, ends[0], Over("sum", other, ends[1], body, raw), raw)
    return Both("*", sums, entries)


RANDOM: st.SearchStrategy[Tree] = st.recursive(LEAVES, _grown, max_leaves=7)
CLASHES = st.builds(
    _clash,
    st.permutations(("i", "i1", "i2")),
    LEAVES,
    st.tuples(st.integers(1, N), st.integers(1, N)),
    st.booleans(),
)
TREES: st.SearchStrategy[Tree] = RANDOM | CLASHES
SUBSTITUTES = st.dictionaries(st.sampled_from(("s", "t")), TREES, min_size=1)


def value_of(node: Node) -> float:
    """By the interpreter of the tests, which knows the names that stand in an expression."""
    return float(interpret(node, FREE, {"n": N}))


def by_code(node: Node) -> float:
    given = {name: FREE[name] for name in free_names(node) if name != "n"}
    return float(evaluate(node, **given))


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def _told_apart(node: Node, *others: Node) -> Node:
    """Nothing bound that has the name of something free in the node or in others."""
    free = free_names(node, *others)
    caught = [one for one in bound_in(node) if one.name in free]
    return under_new_names(node, fresh(caught, names_in(node, *others)))


# ---------------------------------------------------------------- laws


@settings(deadline=None, max_examples=300)
@given(TREES, SUBSTITUTES)
def test_substitution_puts_values_in(tree: Tree, chosen: Mapping[str, Tree]) -> None:
    values: dict[Node, Node] = {symbol(name, SCALAR): one.node() for name, one in chosen.items()}
    known = {**FREE, **{name: one.value(FREE) for name, one in chosen.items()}}
    found = substitute(tree.node(), values)
    assert value_of(found) == near(tree.value(known))
    assert by_code(found) == near(tree.value(known))


@settings(deadline=None, max_examples=200)
@given(TREES, st.sampled_from(INDICES), TREES)
def test_an_index_that_is_free_is_put_in_only_where_it_is_free(
    tree: Tree, index: str, other: Tree
) -> None:
    place = Symbol(index, SCALAR, closure("index"))
    found = substitute(tree.node(), {place: number(3), symbol("s", SCALAR): other.node()})
    assert value_of(found) == near(tree.value({**FREE, index: 3, "s": other.value(FREE)}))


@settings(deadline=None, max_examples=200)
@given(TREES)
def test_every_pass_keeps_the_value(tree: Tree) -> None:
    node, expected = tree.node(), near(tree.value(FREE))
    assert value_of(node) == expected
    assert by_code(node) == expected
    assert value_of(_told_apart(node, symbol("j", SCALAR))) == expected
    for change in (simplify, expand, factored):
        assert value_of(change(node)) == expected
    assert value_of(map_bottom_up(node, lambda _, again: again)) == expected


@settings(deadline=None, max_examples=150)
@given(TREES)
def test_no_name_is_bound_that_is_free(tree: Tree) -> None:
    node = _told_apart(tree.node())
    bound = {one.name for one in bound_in(node)}
    assert bound.isdisjoint(free_names(node))
    assert {one.name for one in free_symbols(node)} == {
        one.name for one in free_symbols(tree.node())
    }


@settings(deadline=None, max_examples=150)
@given(TREES, st.sampled_from("st"))
def test_derivatives_of_sums_over_any_index(tree: Tree, name: str) -> None:
    step = 1e-5
    ahead, behind = ({**FREE, name: FREE[name] + sign * step} for sign in (1, -1))
    slope = (tree.value(ahead) - tree.value(behind)) / (2 * step)
    scale = 1 + abs(tree.value(ahead)) + abs(tree.value(behind)) + abs(slope)
    variable = symbol(name, SCALAR)
    found = value_of(mc.gradient(plus(tree.node(), variable), variable).value)
    assert abs(found - (slope + 1)) <= 1e-6 * scale


# ---------------------------------------------------------------- what is renamed, and what not


def index(name: str) -> Symbol:
    return Symbol(name, SCALAR, closure("index"))


def typed(text: str) -> Node:
    return mc.parse(text, "x: vector(n), y: vector(n), t: scalar")


def test_nothing_is_renamed_without_need() -> None:
    t, total = symbol("t", SCALAR), typed("sum(i in 1..n, (t + x[i])^2)")
    closed = typed("sum(i in 1..n, y[i]^3)")
    assert str(substitute(total, {t: symbol("r", SCALAR)})) == "sum(i in 1..n, (x[i] + r)^2)"
    assert str(substitute(total, {t: typed("y[i]")})) == "sum(i1 in 1..n, (x[i1] + y[i])^2)"
    assert apart(total, {symbol("u", SCALAR): typed("y[i]")})[0] is total
    assert apart(total, {t: closed})[0] is total
    assert parted(total, closed) == total.arguments  # type: ignore[attr-defined, arg-type]


def test_the_inner_sum_keeps_its_name() -> None:
    inner = typed("sum(i in 1..n, y[i])")
    body = multiply(typed("x[i]"), power(plus(inner, typed("x[i]")), number(2)))
    whole = over_index(IndexSum, index("i"), number(1), number(3), body)
    assert str(whole) == "sum(i1 in 1..3, x[i1]*(sum(i in 1..n, y[i]) + x[i1])^2)"
    assert str(index_sum(index("i"), number(1), number(3), multiply(inner, typed("x[i]")))) == (
        "sum(i in 1..3, x[i])*sum(i in 1..n, y[i])"
    )
    assert str(index_sum(index("i"), number(1), number(3), inner)) == "3*sum(i in 1..n, y[i])"


def test_what_stands_for_something_under_a_sum_belongs_there() -> None:
    total = typed("sum(i in 1..n, t*x[i])")
    values = {typed("x[i]"): typed("y[i]^2"), symbol("t", SCALAR): typed("y[i]")}
    assert str(substitute(typed("sum(i in 1..n, x[i])"), {typed("x[i]"): typed("y[i]")})) == (
        "sum(i in 1..n, y[i])"
    )
    assert value_over(substitute(total, values)) == near(
        sum(FREE["b"][1] * y**2 for y in ARRAYS["b"])
    )


SQUARE = np.array([[1.0, 5.0, -2.0], [3.0, 4.0, 0.5], [2.0, -1.0, 7.0]])
PLACES = "X: matrix(n,n), x: vector(n), y: vector(n), t: scalar, i: index(n), j: index(n)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(i in 1..n, sum(j in 1..n, t*X[i,j]))", lambda x, y, t, Z: t * Z.sum()),
        ("sum(j in 1..n, exp(t*X[i,j]))", lambda x, y, t, Z: np.exp(t * Z[0]).sum()),
        ("sum(i in 1..n, exp(t*X[i,j]))", lambda x, y, t, Z: np.exp(t * Z[:, 2]).sum()),
        (
            "t*X[i,j] + sum(i in 1..n, exp(t*X[i,j]) + sum(j in 1..n, exp(t*X[i,j])))",
            lambda x, y, t, Z: t * Z[0, 2] + np.exp(t * Z[:, 2]).sum() + np.exp(t * Z).sum(),
        ),
    ],
)
def test_what_stands_for_an_entry_is_renamed_for_all_of_its_indices(
    text: str, expected: Any
) -> None:
    x, y = ARRAYS["a"], ARRAYS["b"]
    values = {
        mc.parse("X[i,j]", PLACES): mc.parse("x[i]^2*y[j]", PLACES),
        symbol("t", SCALAR): mc.parse("y[i]*y[j]", PLACES),
    }
    found = substitute(mc.parse(text, PLACES), values)
    assert "X" not in free_names(found)
    right = expected(x, y, y[0] * y[2], np.outer(x**2, y))
    assert evaluate(found, x=x, y=y, i=1, j=3, **_lengths(found)) == near(right)


def _lengths(node: Node) -> dict[str, int]:
    return {"n": N} if "n" in free_names(node) else {}


def test_what_stands_for_a_whole_sum_keeps_its_free_indices() -> None:
    node = mc.parse("sum(i in 1..n, t*x[i]^2) + sum(i in 1..n, x[i])", PLACES)
    place = mc.parse("y[i]", PLACES)
    values = {mc.parse("sum(i in 1..n, x[i])", PLACES): place, symbol("t", SCALAR): place}
    x, y = ARRAYS["a"], ARRAYS["b"]
    found = evaluate(substitute(node, values), x=x, y=y, i=3)
    assert found == near(y[2] * (x**2).sum() + y[2])


def test_indices_of_one_stem_stay_two() -> None:
    """i and i1 become two names that are not taken: not both i2."""
    X, x = np.array([[1.0, 5.0], [3.0, 4.0]]), np.array([2.0, -3.0])
    where = "i: index(2), i1: index(2), X: matrix(2,2), x: vector(2)"
    text = "sum(i in 1..2, sum(i1 in 1..2, X[i,i1]^2))*x[i]*x[i1]"
    given_ = {"X": X, "x": x, "i": 1, "i1": 2}
    assert evaluate(mc.parse(text, where), **given_) == near(51 * 2.0 * -3.0)
    answer = mc.gradient(text, "x", where)
    np.testing.assert_allclose(answer.compile()(**given_), 51 * x[::-1])
    sums = mc.parse("sum(i in 1..2, sum(i1 in 1..2, exp(X[i,i1] + t)))", f"{where}, t: scalar")
    found = substitute(sums, {symbol("t", SCALAR): mc.parse("x[i]*x[i1]", where)})
    assert evaluate(found, **given_) == near(np.exp(X - 6).sum())


def value_over(node: Node) -> float:
    known = {"x": ARRAYS["a"], "y": ARRAYS["b"], "t": 2.0, "i": 2}
    return float(interpret(node, known, {"n": N}))


def test_only_free_variables_are_renamed() -> None:
    node = plus(typed("x[i]"), typed("sum(i in 1..n, x[i])"))
    assert str(renamed(node, index("i"), index("k"))) == "sum(i in 1..n, x[i]) + x[k]"


def test_the_solution_of_an_equation_is_bound_too() -> None:
    node = mc.parse("x solves x^3 + x = t*b; x^2*t", "t: scalar, b: scalar")
    assert [one.name for one in free_symbols(node)] == ["b", "t"]
    found = substitute(node, {symbol("t", SCALAR): symbol("x", SCALAR)})
    assert [one.name for one in free_symbols(found)] == ["b", "x"]
    x = float(np.roots([1, 0, 1, -3.0])[-1].real)
    assert float(interpret(found, {"x": 2.0, "b": 1.5}, {})) == near(2 * x * x)
