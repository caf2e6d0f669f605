"""Declarations: every kind, its shape and all that it implies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcalc.language.declarations import parse_declarations
from matcalc.language.kinds import KINDS, closure, kind_text

STRUCTURES = {
    "spd(n)": {"spd", "psd", "symmetric", "invertible", "real_powers"},
    "psd(n)": {"psd", "symmetric"},
    "diagonal(n)": {"diagonal", "symmetric", "lower", "upper"},
    "orthogonal(n)": {"orthogonal", "invertible", "stiefel"},
    "permutation(n)": {"permutation", "orthogonal", "invertible", "stiefel"},
    "projection(n)": {"projection"},
    "index(n)": {"index", "integer", "positive"},
    "positive": {"positive"},
    "matrix(m,n)": set(),
    "hermitian(n)": {"hermitian", "complex"},
    "hpd(n)": {"hpd", "hermitian", "complex", "invertible"},
    "complex_stiefel(n,p)": {"complex_stiefel", "complex"},
    "unitary(n)": {"unitary", "complex_stiefel", "complex", "invertible"},
    "complex_vector(n)": {"complex"},
    "projection(n,p)": {"projection", "rank(p)"},
    "hurwitz(n)": {"hurwitz", "invertible"},
    "probability(n)": {"probability", "positive", "open_interval(0,1)"},
    "onehot(n)": {"onehot", "nonnegative"},
    "open_interval(0,1)": {"open_interval(0,1)", "positive"},
    "open_interval(-pi/2, 1/3, n)": {"open_interval(-pi/2,1/3)"},
    "elementwise": {"callable"},
}
SHAPES = {
    "scalar": "1 x 1",
    "integer": "1 x 1",
    "index(n)": "1 x 1",
    "vector(n)": "n x 1",
    "positive_vector(3)": "3 x 1",
    "matrix(m,n)": "m x n",
    "stiefel(n, p)": "n x p",
    "skew(n)": "n x n",
    "projection(n,p)": "n x n",
    "hurwitz(4)": "4 x 4",
    "probability(n)": "n x 1",
    "onehot(k)": "k x 1",
    "open_interval(0,1)": "1 x 1",
    "open_interval(0,1,n)": "n x 1",
    "elementwise": "1 x 1",
    "vector(m*n)": "m*n x 1",
    "vector(n*(n+1)/2)": "n^2/2 + n/2 x 1",
    "matrix(2*k, k^2)": "2*k x k^2",
}


@pytest.mark.parametrize(("kind", "words"), STRUCTURES.items())
def test_a_kind_implies(kind: str, words: set[str]) -> None:
    assert parse_declarations(f"X: {kind}")["X"].structure == words


@pytest.mark.parametrize(("kind", "expected"), SHAPES.items())
def test_a_kind_has_a_shape(kind: str, expected: str) -> None:
    assert str(parse_declarations(f"X: {kind}")["X"].shape) == expected


def test_declarations_keep_their_order() -> None:
    assert list(parse_declarations("c: scalar, x, y: vector(n);\nA: matrix(m,n) # end")) == [
        "c",
        "x",
        "y",
        "A",
    ]


USAGES = [usage for name, kind in KINDS.items() if name != "index" for usage in kind.usages]


@pytest.mark.parametrize("usage", USAGES)
def test_the_text_of_a_kind_declares_it_again(usage: str) -> None:
    symbol = parse_declarations(f"X: {usage}")["X"]
    written = kind_text(symbol.shape, symbol.structure)
    assert parse_declarations(f"X: {written}")["X"] is symbol


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=4))
def test_closure_is_a_closure(words: list[str]) -> None:
    once = closure(*words)
    assert closure(*once) == once
    assert once >= set(words)
