"""Every kind: what its declaration brings to derivatives, simplification, products and code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.language.kinds import KINDS
from matcalc.simplify.rewriting import simplify

RANDOM = np.random.default_rng(11)

SIMPLER = [
    ("sum(p)*x + y", "p: probability(n), x: vector(n), y: vector(n)", "x + y"),
    ("ones(n)'*p", "p: probability(n)", "1"),
    ("sum(y)", "y: onehot(n)", "1"),
    ("y.*y", "y: onehot(n)", "y"),
    ("y.^3 .* x", "y: onehot(n), x: vector(n)", "y .* x"),
    ("y'*y", "y: onehot(n)", "1"),
    ("P*P*A*P*P*P", "P: projection(n), A: square(n)", "P*A*P"),
    ("P'*P'", "P: projection(n)", "P'"),
    ("P^k", "P: projection(n), k: index(n)", "P"),
    ("tr(P)*x", "P: projection(n,r), x: vector(n)", "r*x"),
    ("tr(P*P)", "P: projection(n,3)", "3"),
]


@pytest.mark.parametrize(("text", "where", "expected"), SIMPLER)
def test_a_kind_simplifies(text: str, where: str, expected: str) -> None:
    assert simplify(mc.parse(text, where)) is mc.parse(expected, where)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("p.*p", "p: probability(n)"),
        ("sum(u)", "u: open_interval(0,1,n)"),
        ("P*P'", "P: projection(n)"),
        ("y.^(-1)", "y: onehot(n)"),
        ("tr(P)", "P: projection(n)"),
    ],
)
def test_and_says_no_more_than_holds(text: str, where: str) -> None:
    node = mc.parse(text, where)
    assert simplify(node) is node


FREE = [
    ("sum(p)^2", "p", "p: probability(n)", lambda p: 2 * np.ones(4)),
    ("p'*log(p)", "p", "p: probability(n)", lambda p: np.log(p) + 1),
    ("sum(y.*y)", "y", "y: onehot(n)", lambda y: 2 * y),
    ("tr(P*P*P)", "P", "P: projection(n,2)", lambda P: 3 * (P @ P).T),
    (
        "log(1 - t)/t",
        "t",
        "t: open_interval(0,1)",
        lambda t: -1 / (t * (1 - t)) - np.log(1 - t) / t**2,
    ),
]
VALUES = {
    "p": np.array([0.1, 0.2, 0.3, 0.4]),
    "y": np.array([0.0, 0.0, 1.0, 0.0]),
    "P": np.array([[1.0, 0, 2, 1], [0, 1, -1, 3], [0, 0, 0, 0], [0, 0, 0, 0]]),
    "t": 0.3,
}


@pytest.mark.parametrize(("text", "wrt", "where", "expected"), FREE)
def test_the_derivative_is_taken_with_all_entries_free(
    text: str, wrt: str, where: str, expected: Any
) -> None:
    gradient = mc.gradient(text, wrt, where)
    np.testing.assert_allclose(
        gradient.compile()(**{wrt: VALUES[wrt]}), expected(VALUES[wrt]), atol=1e-12
    )
    assert gradient.verify().passed


@pytest.mark.parametrize("kind", ["probability(n)", "onehot(n)"])
def test_the_cross_entropy_of_a_distribution(kind: str) -> None:
    gradient = mc.gradient("-y'*log(softmax(z))", "z", f"y: {kind}, z: vector(n)")
    assert str(gradient) == "softmax(z) - y"


INTERVALS = [
    ("sum(arcsin(x))", "x: open_interval(-1,1,n)"),
    ("sum(log(1 - x) + log(x))", "x: open_interval(0,1,n)"),
    ("sum(log(3 - x))", "x: open_interval(-inf, 3, n)"),
    ("sum(log(x - 1))", "x: open_interval(1, inf, n)"),
    ("sum(sqrt(1 - x.^2))", "x: open_interval(-1, 1/2, n)"),
    ("sum(log1p(x))", "x: open_interval(-1, inf, n)"),
    ("sum(log(1 - x))", "x: probability(n)"),
]


@pytest.mark.parametrize(("text", "where"), INTERVALS)
def test_an_interval_settles_the_conditions(text: str, where: str) -> None:
    gradient = mc.gradient(text, "x", where)
    assert gradient.conditions == ()
    assert gradient.verify().passed


@pytest.mark.parametrize(
    "where", ["x: open_interval(0, 2, n)", "x: open_interval(-2, 1, n)", "x: vector(n)"]
)
def test_only_the_interval_that_is_declared(where: str) -> None:
    assert mc.gradient("sum(sqrt(1 - x.^2))", "x", where).conditions == ("1 - x.^2 positive",)


@pytest.mark.parametrize("kind", ["probability(n)", "open_interval(0,1,n)"])
def test_the_fisher_product_is_definite(kind: str) -> None:
    where = f"w: vector(n), x: vector(n), p: {kind}"
    gradient = mc.gradient("w'*x", "x", where, inner=mc.Pairing("sum(U.*V./(p.*(1 - p)))"))
    w, p = RANDOM.standard_normal(3), np.array([0.2, 0.5, 0.3])
    np.testing.assert_allclose(gradient.compile()(w=w, p=p), w * p * (1 - p))


def test_the_fisher_product_of_plain_vectors_is_none() -> None:
    with pytest.raises(mc.DomainError, match="not positive definite"):
        mc.gradient("w'*x", "x", "w, x, p: vector(n)", inner=mc.Pairing("sum(U.*V./(p.*(1 - p)))"))


def test_a_stable_matrix_has_one_solution_of_the_lyapunov_equation() -> None:
    gradient = mc.gradient("tr(lyap(A, Q)*B)", "Q", "A: hurwitz(n), Q: square(n), B: square(n)")
    assert gradient.conditions == ()
    A = np.array([[-1.0, 2, 0], [0, -3, 1], [1, 0, -2]])
    B = RANDOM.standard_normal((3, 3))
    kronecker = np.kron(np.eye(3), A) + np.kron(A, np.eye(3))
    expected = -np.linalg.solve(kronecker.T, B.T.ravel(order="F")).reshape(3, 3, order="F")
    np.testing.assert_allclose(gradient.compile()(A=A, B=B), expected, atol=1e-12)


REFUSED = [
    (
        "p: probability(n)",
        np.array([0.5, 0.6]),
        "has entries that are not positive, or a sum other",
    ),
    ("p: probability(n)", np.array([1.5, -0.5]), "has entries outside that interval"),
    ("p: onehot(n)", np.array([0.5, 0.5]), "is not one 1 and zeros"),
    ("p: onehot(n)", np.array([1.0, 1.0]), "is not one 1 and zeros"),
    ("p: open_interval(-1,2,n)", np.array([0.0, 2.0]), "has entries outside that interval"),
    ("p: open_interval(-1,2)", -1.5, "has entries outside that interval"),
    ("p: hurwitz(n)", np.array([[-1.0, 3], [0, 0.5]]), "has an eigenvalue outside"),
    ("p: projection(n,1)", np.eye(2), "is of another rank"),
    ("p: projection(n,1)", np.array([[0.0, 1], [1, 0]]), "is not projection"),
]


@pytest.mark.parametrize(("where", "value", "said"), REFUSED)
def test_code_takes_values_of_the_kind_only(where: str, value: Any, said: str) -> None:
    node = mc.parse("s*sum(p)" if "(n" in where else "s*p", f"{where}, s: scalar")
    with pytest.raises(mc.DomainError, match=f"p is declared .*but the array given {said}"):
        mc.evaluate(node, p=value, s=2.0)


def test_a_function_is_declared_elementwise() -> None:
    gradient = mc.gradient("sum(phi(A*x))", "x", "phi: elementwise, A: matrix(m,n), x: vector(n)")
    assert str(gradient) == "A'*phi'(A*x)"
    with pytest.raises(mc.UnknownName, match="`function` is not a kind") as caught:
        mc.parse("phi(x)", "phi: function, x: vector(n)")
    assert caught.value.hint == "did you mean `elementwise`?"


WRONG = [
    ("open_interval(1,0)", "no number is between 1 and 0"),
    ("open_interval(a,1)", "the end of an interval is a number, found `a`"),
    ("open_interval(0,1,n,m)", "takes 2 or 3 parameters, found 4"),
    ("projection(n,p,q)", "takes 1 or 2 parameters, found 3"),
    ("projection(n,m*k)", "a rank is a name or a number here, found k\\*m"),
    ("probability(1)", "the probability of a single case is 1"),
    ("hurwitz", "takes 1 dimension, found 0"),
]


@pytest.mark.parametrize(("kind", "message"), WRONG)
def test_a_kind_is_written_as_it_is(kind: str, message: str) -> None:
    with pytest.raises(mc.SyntaxProblem, match=message):
        mc.symbols(f"X: {kind}")


SPECIFIED = """
    scalar vector matrix square invertible symmetric spd psd skew diagonal orthogonal lower upper
    permutation projection stiefel positive positive_vector positive_matrix integer index hurwitz
    probability onehot open_interval elementwise complex_scalar complex_vector complex_matrix
    hermitian unitary
"""


def test_the_kinds_of_the_language_are_there() -> None:
    assert set(SPECIFIED.split()) <= KINDS.keys()
