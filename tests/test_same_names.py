"""A name stands for one variable: f, the variable asked about, claims, directions and sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.nodes import Symbol

TEXT = "x'*A*x"
WHERE = "x: vector(n), A: square(n)"
x, A, y = mc.symbols("x: vector(n), A: square(n), y: vector(n)")
(positive,) = mc.symbols("x: positive_vector(n)")
(longer,) = mc.symbols("x: vector(m)")
(symmetric,) = mc.symbols("A: symmetric(n)")
f = mc.parse(TEXT, WHERE)

Verb = Callable[[Any, Any], Any]
VERBS: dict[str, Verb] = {
    "gradient": mc.gradient,
    "jacobian": mc.jacobian,
    "hessian": mc.hessian,
    "differential": mc.differential,
    "wirtinger": mc.wirtinger,
    "conventions": mc.conventions,
    "nth_derivative": lambda f, x: mc.nth_derivative(f, x, 2),
    "check": lambda f, x: mc.check(f, x, claim="(A + A')*x"),
    "gradients": lambda f, x: mc.gradient(f, [A, x]),
    "differentials": lambda f, x: mc.differential(f, [A, x]),
    "hessians": lambda f, x: mc.hessian(f, [A, x]),
    "in a product": lambda f, x: mc.gradient(f, x, inner=mc.Weighted(left="M")),
    "on a space": lambda f, x: mc.gradient(f, x, space="sphere"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("asked", [f, TEXT], ids=["expression", "text"])
@pytest.mark.parametrize(
    ("variable", "kind"), [(positive, r"positive_vector\(n\)"), (longer, r"vector\(m\)")]
)
def test_a_variable_declared_otherwise_is_refused(
    verb: str, asked: Any, variable: Symbol, kind: str
) -> None:
    with pytest.raises(mc.DomainError, match=rf"x is vector\(n\), and here {kind}"):
        VERBS[verb](asked, variable)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("asked", [f, TEXT], ids=["expression", "text"])
@pytest.mark.parametrize("variable", [y, "y"], ids=["symbol", "name"])
def test_a_variable_that_does_not_occur_is_refused(verb: str, asked: Any, variable: Any) -> None:
    with pytest.raises(mc.UnknownName, match="no variable 'y'"):
        VERBS[verb](asked, variable)


@pytest.mark.parametrize("variable", [x, "x"], ids=["symbol", "name"])
def test_the_variable_itself_or_its_name_is_taken(variable: Any) -> None:
    assert mc.gradient(f, variable).value is mc.gradient(TEXT, "x", WHERE).value
    assert mc.gradient(TEXT, x, WHERE).value is mc.gradient(TEXT, "x", WHERE).value
    assert mc.check(f, variable, claim="(A + A')*x").holds


def test_what_is_declared_and_not_used_has_derivative_zero() -> None:
    found = mc.gradient("a^2", "x", "x: vector(n), a: scalar")
    assert np.array_equal(found.compile()(x=np.ones(3), a=2.0), np.zeros(3))
    assert str(mc.hessian("a^2", "x", "x: vector(n), a: scalar").value) == "zeros(n, n)"


@pytest.mark.parametrize(
    ("text", "variable"), [("k*t", "k: integer"), ("t*sum(phi(z))", "phi: elementwise")]
)
def test_what_is_no_variable_of_a_derivative_is_refused_as_a_symbol_too(
    text: str, variable: str
) -> None:
    expression = mc.parse(text, f"t: scalar, z: vector(n), {variable}")
    (symbol,) = mc.symbols(variable)
    with pytest.raises(mc.MatcalcError, match="no derivative with respect to it"):
        mc.differential(expression, symbol)


# ---------------------------------------------------------------- two variables of one name

TWO = x.T @ A @ x + x.T @ symmetric @ x


@pytest.mark.parametrize(
    "ask",
    [
        lambda: mc.gradient(TWO, "x"),
        lambda: mc.hessian(TWO, x),
        lambda: mc.evaluate(TWO, x=np.ones(2), A=np.eye(2)),
        lambda: mc.equivalent(x.T @ A @ x, x.T @ symmetric @ x),
        lambda: mc.check(f, x, claim=(A + symmetric) @ x),
        lambda: mc.differential(f, x) + mc.differential(x.T @ symmetric @ x, x),
        lambda: mc.differential(A @ x, x) @ mc.differential(symmetric @ x, x),
        lambda: mc.differential(A @ x, x)(symmetric @ x),
        lambda: mc.differential(A @ x, x).apply(symmetric @ y),
        lambda: mc.differential(A @ x, x).adjoint(symmetric @ y),
        lambda: mc.differential(A @ x, x).solve(symmetric @ y),
        lambda: mc.hessian(f, x).map(symmetric @ y),
        lambda: mc.hessian(f, x).form(symmetric @ y, y),
        lambda: mc.nth_derivative(f, x, 2)(y, symmetric @ y),
    ],
)
def test_two_variables_of_one_name_are_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(mc.DomainError) as caught:
        ask()
    assert "A is" in caught.value.message
    assert "square(n)" in caught.value.message and "symmetric(n)" in caught.value.message


def test_claims_made_in_python() -> None:
    assert mc.check(f, x, claim=(A + A.T) @ x).holds
    with pytest.raises(mc.DomainError, match=r"here positive_vector\(n\)"):
        mc.check(f, x, claim=(A + A.T) @ positive)
    with pytest.raises(mc.UnknownName, match="a variable y"):
        mc.check(f, x, claim=(A + A.T) @ y)
    (dx,) = mc.symbols("dx: vector(n)")
    assert mc.check(f, x, claim=dx.T @ A @ x + x.T @ A @ dx).holds
    assert not mc.check(f, x, claim=2 * dx.T @ A @ x).holds


def test_a_variable_with_the_name_of_a_dimension_is_refused() -> None:
    (n,) = mc.symbols("n: scalar")
    for ask in (lambda: mc.gradient(n * (x.T @ x), x), lambda: mc.evaluate(n * x, n=5.0, x=[1.0])):
        with pytest.raises(mc.DomainError, match="n is scalar, and the name of a dimension"):
            ask()
    (k,) = mc.symbols("k: integer")
    (z,) = mc.symbols("z: vector(k)")
    assert mc.evaluate(k * (z.T @ z), z=np.ones(3), k=3) == 9.0


# ---------------------------------------------------------------- names that the answers bring


def test_tangents_have_names_of_their_own() -> None:
    found = mc.nth_derivative("x^3*dx1", "x", 2, "x: scalar, dx1: scalar")
    assert mc.evaluate(found("u", "v"), x=2.0, dx1=5.0, u=3.0, v=7.0) == 6 * 2 * 5 * 3 * 7
    assert len({symbol.name for symbol in found.operator.directions} - {"dx1"}) == 2
    sized = mc.differential("x^2*sum(y)", "x", "y: vector(dx)")
    indexed = mc.differential("x*sum(dx in 1..n, y[dx])", "x", "y: vector(n)")
    assert sized.tangent.name == indexed.tangent.name == "ddx"


@pytest.mark.parametrize(
    "make",
    [
        lambda: mc.Weighted(left=A),  # type: ignore[arg-type]
        lambda: mc.Elementwise(A),  # type: ignore[arg-type]
        lambda: mc.Pairing(f),  # type: ignore[arg-type]
        lambda: mc.Space.kernel(A @ x),  # type: ignore[arg-type]
        lambda: mc.Space.span(A),  # type: ignore[arg-type]
        lambda: mc.Space.image(A @ x, S="symmetric(n)"),  # type: ignore[arg-type]
        lambda: mc.Space.mask(A),  # type: ignore[arg-type]
        lambda: mc.gradient(f, x, inner=A),  # type: ignore[arg-type]
        lambda: mc.gradient(f, x, space=A),  # type: ignore[arg-type]
    ],
)
def test_products_and_spaces_are_given_as_text(make: Callable[[], object]) -> None:
    with pytest.raises(mc.MatcalcError, match=r"as text|a space is|a product such as"):
        make()
