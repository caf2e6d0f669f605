"""Texts read as NumPy's against NumPy itself: broadcasting, einsum, lists, entries, refusals."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.expressions.binders import free_symbols

SHAPES = {
    "s": (),
    "x": (3,),
    "y": (3,),
    "u": (4,),
    "X": (4, 3),
    "Y": (4, 3),
    "A": (3, 3),
    "B": (3, 2),
}
WHERE = {
    "s": "scalar",
    "x": "vector(3)",
    "y": "vector(3)",
    "u": "vector(4)",
    "X": "matrix(4,3)",
    "Y": "matrix(4,3)",
    "A": "matrix(3,3)",
    "B": "matrix(3,2)",
}
ARRAYS: dict[str, Any] = {
    name: np.random.default_rng(place).uniform(0.3, 1.2, size=shape)
    for place, (name, shape) in enumerate(SHAPES.items())
}


def value(text: str) -> np.ndarray[Any, Any]:
    """What matcalc computes for a text of NumPy's."""
    node = mc.parse(text, WHERE, dialect="numpy")
    names = {str(symbol) for symbol in free_symbols(node)}
    return np.asarray(mc.evaluate(node, **{k: v for k, v in ARRAYS.items() if k in names}))


def of_numpy(text: str) -> np.ndarray[Any, Any]:
    return np.asarray(eval(text, {"np": np, "scipy": scipy, **ARRAYS}))


def agrees(text: str) -> None:
    expected = of_numpy(text)
    found = value(text)
    if expected.ndim == 2:
        assert found.shape in (expected.shape, ()), text
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-9, err_msg=text)


TEXTS = [
    # einsum
    "np.einsum('ij,jk->ik', X, A)",
    "np.einsum('ij,jk', X, A)",
    "np.einsum('ij,jk->ki', X, A)",
    "np.einsum('ij,ij', X, Y)",
    "np.einsum('ij,ij->j', X, Y)",
    "np.einsum('i,j', u, x)",
    "np.einsum('ii', A)",
    "np.einsum('ii->i', A)",
    "np.einsum('ji', X)",
    "np.einsum('i,ij,j->', u, X, y)",
    "np.einsum('bi,ij,bj->b', X, A, Y)",
    "np.einsum('i,ij,j->ij', u, X, y)",
    "np.einsum('ij,j,kj->ik', X, x, Y)",
    "np.einsum('ij,jk,kl,l->i', X, A, A, x)",
    "np.einsum('ij,ik,jl,kl->', X, Y, A, A)",
    "np.einsum('ij->j', X)",
    "np.einsum('ij,k->k', X, x)",
    "np.einsum('i,i,i->i', x, y, x)",
    "np.einsum(',ij->ij', s, X)",
    # arrays side by side
    "np.concatenate([x, u])",
    "np.concatenate((X, Y))",
    "np.concatenate([X, Y], axis=1)",
    "np.hstack([x, u, y])",
    "np.hstack((A, B))",
    "np.vstack([x, X, y])",
    "np.stack([x, y])",
    "np.stack([x, y], axis=1)",
    "np.stack([x, y], axis=-1)",
    "np.column_stack([x, A, y])",
    "(np.expand_dims(x, -1) - np.expand_dims(u, 0)) ** 2",
    "np.expand_dims(x, axis=-2) - np.expand_dims(u, -1)",
    "np.array([s, x[0], 2.0]) @ A",
    "np.array([[s, 2], [x[1], s]]) @ np.array([1, s])",
    "np.sum([x, y], axis=0)",
    "scipy.linalg.block_diag(A, X, B)",
    "np.linalg.multi_dot([X, A, B])",
    "np.linalg.multi_dot((u, X, A, y))",
    # entries
    "X.max(axis=1)[0] + X.var(axis=0)",
    "X.std() + np.linalg.norm(X, axis=(0, 1))",
    "X[0] + x",
    "X[-1] * X[:, 0][1]",
    "X[1:3, :2]",
    "x[1:] - x[:-1]",
    "u[:, None] * X",
    "x[None, :] + u[:, None]",
    "X[1, 2] * u[-1]",
    "X[:, 1] @ u",
    # comparisons and sizes
    "(X > 0.7) * X",
    "np.where(x >= y, x, 2 * y)",
    "np.where(X < x, 1, 0).sum()",
    "np.sum(x == x) + np.sum(x != y)",
    "np.eye(X.shape[1]) * x",
    "np.ones((X.shape[0],)) @ X / len(X)",
    "X.sum() / X.size + np.full((2, 2), s).sum()",
    # a power, a quotient and a transpose work as NumPy has them
    "A**2 + A**-1",
    "2**x + x**y",
    "X / x - 1 / X",
    "x @ x.T + (A.T @ x) @ y",
    "-x**2",
    "X @ A @ x * 2",
    "np.sum(np.array([x, y,], dtype=np.float64), axis=0,) * float(x @ y,)",
    "np.linalg.norm(X - 1, float('inf'))",
    "np.linalg.svdvals(X.T) + np.linalg.svd(X, compute_uv=False)",
    "scipy.special.logsumexp(X - X.max(axis=1, keepdims=True), axis=1)",
]


def test_an_axis_from_the_end_is_one_of_the_value_where_this_has_more() -> None:
    apart = ((ARRAYS["x"][:, None] - ARRAYS["u"]) ** 2).sum()
    assert value("(x.unsqueeze(-1) - u.unsqueeze(-2)).pow(2).sum()") == pytest.approx(apart)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_what_numpy_computes(text: str) -> None:
    agrees(text)


def test_a_comparison_at_a_tie() -> None:
    where = {"x": "vector(3)"}
    for sign in (">", ">=", "<", "<=", "==", "!="):
        text = f"np.where(x {sign} 1, 1, 0)"
        found = mc.evaluate(mc.parse(text, where), x=[0.5, 1.0, 2.0])
        expected = eval(text, {"np": np, "x": np.array([0.5, 1.0, 2.0])})
        assert np.ravel(found).tolist() == expected.tolist()


REFUSED = [
    ("np.einsum('ij,ik->ijk', X, X)", "three axes"),
    ("np.einsum('ij,ik,il->jkl', X, X, X)", "three axes"),
    ("np.einsum('ij,ik,jk,il,jl,kl->', A, A, A, A, A, A)", "axes"),
    ("np.einsum('ij,jk->ii', X, A)", "no result"),
    ("np.einsum('ij,jk->ik', X)", "operands"),
    ("np.einsum(X, [0, 1])", "einsum"),
    ("X[:, None]", "read"),
    ("np.stack([X, Y])", "meet"),
    ("np.concatenate([x, y], axis=1)", "meet"),
    ("np.exp(X) + u", "meet"),
    ("X @ u", "cannot multiply"),
    ("np.sum(X, axis=2)", "np.sum"),
    ("np.sum(X, 1, True)", "np.sum"),
    ("np.mean(X, dtype=int)", "np.mean"),
    ("np.exp(x) + np.inf", "np.inf"),
    ("np.exp(x) + None", "None"),
    ("np.exp(x) + 'fro'", ""),
    ("np.exp(sum(X))", "np.sum"),
    ("np.exp(max(x, y))", "np.maximum"),
    ("np.median(x)", "median"),
    ("np.nonsense * x", "np.nonsense"),
    ("np.linalg.norm(x, ord='fro')", "norm"),
    ("np.trace(A, offset=1)", "trace"),
    ("X.reshape(1, -1)[1:]", "empty"),
    ("X.max(1)[0]", "first entry"),
    ("np.exp(cosine_similarity(X, Y))", "cosine_similarity"),
    ("F.cross_entropy(X @ W, labels)", "one-hot"),
    ("F.cross_entropy(logits, labels)", "one-hot"),
    ("X.sum() + X.var()", "n - 1"),
    ("X.std(0).sum()", "n - 1"),
]


@pytest.mark.parametrize(("text", "word"), REFUSED)
def test_what_cannot_be_read_is_refused(text: str, word: str) -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.parse(text, WHERE)
    assert word in str(refusal.value)


# ---------------------------------------------------------------- random texts

NAMES = st.sampled_from([*SHAPES, "0.5", "2"])
REDUCED = st.sampled_from(["sum", "mean", "max", "min", "prod", "var"])
AXES = st.sampled_from(
    ["", "axis=0", "axis=1", "axis=-1", "axis=0, keepdims=True", "keepdims=True"]
)
JOINED = st.sampled_from(["concatenate", "hstack", "vstack", "stack", "column_stack"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "@", "*", "+"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, signs, inner),
        st.builds("np.{}({}, {})".format, REDUCED, inner, AXES),
        st.builds("np.{}([{}, {}])".format, JOINED, inner, inner),
        st.builds("np.where({} > {}, {}, {})".format, inner, inner, inner, inner),
        st.builds(
            "np.{}({}, {})".format, st.sampled_from(["outer", "dot", "maximum"]), inner, inner
        ),
        st.builds("np.tanh({})".format, inner),
        st.builds("{}[:, None]".format, inner),
        st.builds("{}[0]".format, inner),
        st.builds("({}).T".format, inner),
    )


@settings(max_examples=400)
@given(st.recursive(NAMES, _larger, max_leaves=5))
def test_random_texts_mean_what_numpy_computes_or_are_refused(text: str) -> None:
    """Where NumPy computes a value it is ours or refused; where shapes do not fit we refuse too."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = of_numpy(text)
        except (ValueError, IndexError):
            with pytest.raises(mc.MatcalcError):
                value(text)
            return
        except (AttributeError, TypeError):
            return  # a number of Python's is no array
    try:
        found = value(text)
    except mc.MatcalcError:
        return
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-7, err_msg=text)


LETTERS = st.lists(st.text("ijkl", min_size=1, max_size=2), min_size=1, max_size=4)


@settings(max_examples=300)
@given(LETTERS, st.text("ijkl", max_size=2, min_size=0))
def test_random_einsums_are_those_of_numpy(terms: list[str], result: str) -> None:
    sizes = {"i": 2, "j": 3, "k": 4, "l": 5}
    rng = np.random.default_rng(1)
    arrays = [rng.uniform(size=[sizes[one] for one in term]) for term in terms]
    names = [f"V{place}" for place in range(len(terms))]
    text = f"np.einsum('{','.join(terms)}->{result}', {', '.join(names)})"
    try:
        expected = np.einsum(f"{','.join(terms)}->{result}", *arrays)
    except ValueError:
        with pytest.raises(mc.MatcalcError):
            mc.parse(text)
        return
    where = {
        name: f"vector({len(array)})" if array.ndim == 1 else "matrix({},{})".format(*array.shape)
        for name, array in zip(names, arrays, strict=True)
    }
    try:
        node = mc.parse(text, where)
    except mc.SyntaxProblem:
        return  # an array of three axes would be needed
    found = np.asarray(mc.evaluate(node, **dict(zip(names, arrays, strict=True))))
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-9)
