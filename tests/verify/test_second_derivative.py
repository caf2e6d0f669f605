"""Hessians in products that depend on the point: right ones pass at every seed, wrong ones fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import matcalc as mc
from matcalc.answers.answer import Answer
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import symbol
from matcalc.expressions.nodes import Node, Sum, ordered
from matcalc.geometry.covariant import christoffel
from matcalc.rulebook.substitution import substitute

WHERE = (
    "A: matrix(m,n), B: matrix(n,p), C: complex_matrix(m,n), M: spd(m), N: spd(n), S: symmetric(n),"
    "c: vector(n), x: vector(n), y: vector(m), X: matrix(m,n), P: spd(n), z: complex_vector(n)"
)
ROUND = "weighted((1 + x'*x)*eye(n))"
PROBLEMS: dict[str, Callable[[], Answer]] = {
    "linear": lambda: hessian("c'*x", "x", ROUND),
    "square": lambda: hessian("x'*S*x + c'*x", "x", "weighted(N + x*x')"),
    "entries": lambda: hessian("sum(x.^3)", "x", "weighted(diag(exp(x)))"),
    "matrix": lambda: hessian("tr(A'*X)^2", "X", "weighted(M + X*X', N)"),
    "one product of another variable": lambda: hessian(
        "y'*A*x", ["x", "y"], {"y": "weighted(M + A*x*x'*A')"}
    ),
    "each product of the other": lambda: hessian(
        "y'*A*x", ["x", "y"], {"x": "weighted((1 + y'*y)*N)", "y": "weighted((1 + x'*x)*M)"}
    ),
    "sphere": lambda: hessian("x'*S*x", "x", "weighted((2 + x'*N*x)*N)", "sphere"),
    "stiefel": lambda: hessian("tr(X'*M*X*S)", "X", "weighted(M + X*X')", "stiefel"),
    "symmetric": lambda: hessian("tr(S*P*P)", "P", mc.AffineInvariant(), "symmetric"),
    "sphere in a list": lambda: hessian(
        "y'*A*x", ["x", "y"], {"y": "weighted((1 + (c'*x)^2)*M)"}, {"x": "sphere"}
    ),
    "complex": lambda: hessian("norm2(C*z)^2", "z", "weighted((1 + norm2(z)^2)*eye(n))"),
}


def hessian(f: str, wrt: Any, inner: Any, space: Any = None) -> Answer:
    return mc.hessian(f, wrt, WHERE, inner=inner, space=space)


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_right_hessian_passes_at_every_seed(name: str) -> None:
    answer = PROBLEMS[name]()
    reports = [answer.verify(samples=8, seed=seed) for seed in range(6)]
    assert all(one.passed for one in reports), "\n\n".join(map(str, reports))


def changed(answer: Answer, change: Callable[[Node], Node]) -> Answer:
    """The answer with another operator, each row of it changed."""
    operator = answer.operator
    rows = {name: change(body) for name, body in operator.bodies.items()}
    made = operator.made(operator.slots, rows, operator.settings, operator.outers)
    return replace(answer, own_operator=made)


def is_refuted(answer: Answer) -> bool:
    report = answer.verify(samples=4)
    return bool(report.rows) and not report.passed


def slightly_larger(body: Node) -> Node:
    return (1 + Fraction(1, 10_000)) * body


def with_a_wrong_sign(body: Node) -> Node:
    """Of the first term of a sum, of one in a product, or of the whole."""
    found = next((node for node in ordered(body) if isinstance(node, Sum)), body)
    share, first = found.terms[0] if isinstance(found, Sum) else (1, found)
    return substitute(body, {found: found - 2 * share * first})


@pytest.mark.parametrize("change", [slightly_larger, with_a_wrong_sign])
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_wrong_operator_is_refuted(name: str, change: Callable[[Node], Node]) -> None:
    assert is_refuted(changed(PROBLEMS[name](), change))


@pytest.mark.parametrize("share", [0, -1])
@pytest.mark.parametrize("name", PROBLEMS)
def test_wrong_christoffel_terms_are_refuted(
    name: str, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "matcalc.answers.second_order.christoffel"
    monkeypatch.setattr(place, lambda *given: share * christoffel(*given))
    assert is_refuted(PROBLEMS[name]())


@pytest.mark.parametrize("name", ["square", "matrix", "sphere", "stiefel", "symmetric"])
def test_the_adjoint_in_the_frobenius_product_is_refuted(name: str) -> None:
    answer = PROBLEMS[name]()
    (along,) = answer.question.directions.values()
    other = symbol("W", along.shape, *along.structure)

    def adjoint(body: Node) -> Node:
        return substitute(pull_back_to(body, along, other), {other: along})

    assert is_refuted(changed(answer, adjoint))


def test_a_transposed_block_is_refuted() -> None:
    square = "A: matrix(n,n), x: vector(n), y: vector(n)"
    inner = {"y": "weighted((1 + x'*x)*eye(n))"}
    answer = mc.hessian("y'*A*x", ["x", "y"], square, inner=inner)
    there = answer.question.symbols
    matrix = next(one for one in there if one.name == "A")
    assert answer.verify(samples=6).passed
    assert is_refuted(changed(answer, lambda body: substitute(body, {matrix: matrix.T})))


def test_third_derivatives_in_products_pass_at_every_seed() -> None:
    third = mc.nth_derivative("sum((A*x).^4)", "x", 3, WHERE, "weighted(N)")
    assert all(third.verify(samples=8, seed=seed).passed for seed in range(6))
    assert is_refuted(changed(third, slightly_larger))
