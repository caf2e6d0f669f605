"""Simplifying changes the form and never the value; factoring never makes an answer longer."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.expressions.constructors import multiply, number, plus, scale
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book
from matcalc.simplify.coordinates import in_coordinates
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify
from tests.expressions.trees import Tree, build, computed, largest, trees
from tests.strategies import SYMBOLS

laws = settings(
    deadline=None,
    max_examples=120,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
X, Y, M, P, S, A, C, x, a = (
    SYMBOLS[name] for name in ("X", "Y", "M", "P", "S", "A", "C", "x", "a")
)


def inv(node: Node) -> Node:
    return book.apply("inv", [node])


@st.composite
def chains(draw: st.DrawFn) -> Node:
    """Products of square matrices with inverses, transposes and determinants in them."""
    bases = [X, Y, S]
    atoms: list[Node] = []
    for _ in range(draw(st.integers(1, 5))):
        base: Node = draw(st.sampled_from(bases))
        for _ in range(draw(st.integers(0, 2))):
            wrap = draw(st.sampled_from(["inv", "turn", "times", "scaled", "eye"]))
            match wrap:
                case "inv":
                    base = inv(base)
                case "turn":
                    base = base.T
                case "times":
                    base = multiply(base, draw(st.sampled_from(bases)))
                case "scaled":
                    base = multiply(draw(st.sampled_from([a, number(-2), number("1/3")])), base)
                case _:
                    base = inv(inv(base))
        atoms.append(base)
    product = multiply(*atoms)
    name = draw(st.sampled_from(["", "", "tr", "det", "logdet", "sum", "diag_of", "vec"]))
    if name == "":
        return product
    scalar = book.apply(name, [product])
    return scalar


def is_tame(tree: Tree) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.isfinite(largest(tree)) and largest(tree) < 1e5)


def check_same(first: Node, second: Node) -> None:
    with np.errstate(all="ignore"):
        left, right = computed(first), computed(second)
    assert first.shape == second.shape
    if np.all(np.isfinite(left)):
        scale_of = max(1.0, float(np.max(np.abs(left))))
        np.testing.assert_allclose(right, left, rtol=1e-6, atol=1e-8 * scale_of)


@laws
@given(chains())
def test_identities_keep_the_value(node: Node) -> None:
    check_same(node, simplify(node))


@laws
@given(chains())
def test_simplifying_twice_is_simplifying_once(node: Node) -> None:
    once = simplify(node)
    assert simplify(once) is once


@laws
@given(trees(), st.sampled_from([simplify, factored, expand]))
def test_no_form_changes_the_value(tree: Tree, form: object) -> None:
    assume(is_tame(tree))
    assert callable(form)
    node = build(tree)
    check_same(node, form(node))


@laws
@given(trees())
def test_forms_are_idempotent(tree: Tree) -> None:
    node = build(tree)
    simple = simplify(node)
    assert simplify(simple) is simple
    wide = expand(simple)
    assert expand(wide) is wide


@laws
@given(trees(signed=False), st.integers(0, 10**6))
def test_simplification_does_not_see_how_a_formula_was_put_together(tree: Tree, seed: int) -> None:
    assert simplify(build(tree, random.Random(seed))) is simplify(build(tree))


@laws
@given(trees())
def test_factoring_never_makes_longer(tree: Tree) -> None:
    node = build(tree)
    assert size(factored(node)) <= size(node)


@laws
@given(st.lists(st.tuples(st.integers(-3, 3), chains()), min_size=1, max_size=4))
def test_factoring_sums_of_products_keeps_value_and_shortens(
    terms: list[tuple[int, Node]],
) -> None:
    shape = terms[0][1].shape
    node = plus(*(scale(c or 1, t) for c, t in terms if t.shape == shape))
    short = factored(node)
    check_same(node, short)
    assert size(short) <= size(node)


def test_factoring_leaves_what_a_person_wrote() -> None:
    written = mc.parse("A*x + B*x", "A: matrix(m,n), B: matrix(m,n)")
    assert str(factored(written)) == "(A + B)*x"
    assert factored(written, {written}) is written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.*b - a.*c", "a.*(b - c)"),
        ("a.^2.*b + 3*(a.*c) + b", "a.*(a.*b + 3*c) + b"),
        ("a - a.^2", "a - a.^2"),
        ("tanh(a) - tanh(a).^2", "tanh(a) - tanh(a).^2"),
        ("exp(C*a).*b./a - c.*exp(C*a)./a.^2", "exp(C*a).*(b./a - c./a.^2)"),
    ],
)
def test_entrywise_products_are_factored(text: str, expected: str) -> None:
    where = "a: vector(n), b: vector(n), c: vector(n), C: square(n)"
    assert str(factored(mc.parse(text, where))) == expected


FORMS: dict[str, tuple[str, str]] = {
    "inv(X)*X*y": ("X: square(n), y: vector(n)", "y"),
    "X*inv(X)": ("X: square(n)", "eye(n)"),
    "inv(inv(X))": ("X: square(n)", "X"),
    "inv(X')*X'": ("X: square(n)", "eye(n)"),
    "inv(2*X)": ("X: square(n)", "inv(X)/2"),
    "inv(a*X)*X": ("X: square(n), a: scalar", "eye(n)/a"),
    "Q'*Q": ("Q: orthogonal(n)", "eye(n)"),
    "inv(Q)*Q*X": ("Q: orthogonal(n), X: square(n)", "X"),
    "logdet(inv(X))": ("X: square(n)", "-logdet(X)"),
    "logdet(X')": ("X: square(n)", "logdet(X)"),
    "det(inv(X))*det(X)": ("X: square(n)", "1"),
    "det(2*X)": ("X: square(3)", "8*det(X)"),
    "exp(log(X))": ("X: matrix(m,n)", "X"),
    "ones(n)'*x": ("x: vector(n)", "sum(x)"),
    "sum(X')": ("X: matrix(m,n)", "sum(X)"),
    "tr(kron(A, B))": ("A: square(m), B: square(n)", "tr(A)*tr(B)"),
    "diag(diag(x))": ("x: vector(n)", "x"),
    "norm2(-x)": ("x: vector(n)", "norm2(x)"),
    "inv(expm(X))": ("X: square(n)", "expm(-X)"),
    "S'*inv(S)": ("S: symmetric(n)", "eye(n)"),
    "x.*y.*exp(z)./(1 + exp(z))": ("x: vector(n), y: vector(n), z: vector(n)", "sigmoid(z).*x.*y"),
    "exp(-z).*sigmoid(z)": ("z: vector(n)", "sigmoid(-z)"),
    "exp(t)/(1 + exp(t))": ("t: scalar", "sigmoid(t)"),
    "3/(1 + exp(-t))": ("t: scalar", "3*sigmoid(t)"),
    "kron(x', eye(m))*vec(B)": ("x: vector(n), B: matrix(m,n)", "B*x"),
    "diag_selection(n)'*kron(A, B)*diag_selection(n)": ("A: square(n), B: square(n)", "A.*B"),
}


@pytest.mark.parametrize("text", FORMS)
def test_known_simplifications(text: str) -> None:
    where, expected = FORMS[text]
    assert str(simplify(mc.parse(text, where))) == expected


KEPT: dict[str, str] = {
    "sqrt(x'*x)^2 - sqrt((x'*y)^2)": "x: vector(n), y: vector(n)",
    "abs(x)": "x: vector(n)",
    "inv(A'*A)": "A: matrix(m,n)",
    "X*Y*inv(X)": "X: square(n), Y: square(n)",
    "log(X.*Y)": "X: matrix(m,n), Y: matrix(m,n)",
    "Q*Q'": "Q: stiefel(n,p)",
    "det(A'*A)": "A: matrix(m,n)",
    "exp(z)./(2 + exp(z))": "z: vector(n)",
    "exp(z).*sigmoid(z)": "z: vector(n)",
    "exp(z).*sigmoid(-y)": "y: vector(n), z: vector(n)",
}


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_equal_is_not_rewritten(text: str) -> None:
    node = mc.parse(text, KEPT[text])
    assert simplify(node) is node


def test_a_thousand_layers_are_simplified_without_recursion() -> None:
    node: Node = x
    for _ in range(1000):
        node = book.apply("tanh", [multiply(X, inv(X), inv(S), node)])
    found = simplify(node)
    assert size(found) < size(node)
    assert factored(found) is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s*basis(1, 2) + t*basis(2, 2)", "[s; t]"),
        ("(s*basis(1, 2) + t*basis(2, 2))'", "[s, t]"),
        ("s*basis(1, 2)*basis(2, 3)' + t*basis(2, 2)*basis(1, 3)'", "[0, s, 0; t, zeros(1, 2)]"),
        ("s*basis(1, 9) + t*basis(2, 9)", "s*basis(1, 9) + t*basis(2, 9)"),
        ("s*basis(1, 2) + x", "s*basis(1, 2) + x"),
        ("[s; t] + 3*basis(2, 2)", "[s; t + 3]"),
    ],
)
def test_known_entries_are_written_as_a_matrix(text: str, expected: str) -> None:
    node = mc.parse(text, "s: scalar, t: scalar, x: vector(2)")
    assert str(in_coordinates(node)) == expected
