"""Differentials, gradients and Jacobians against central differences, and the laws of maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.calculus.differential import differential
from matcalc.calculus.pull_back import inner_product, pull_back_to
from matcalc.expressions.constructors import UNIT, is_zero, multiply, plus, scale, symbol
from matcalc.expressions.dimensions import SCALAR, shape
from matcalc.expressions.nodes import Node, Symbol, ordered, symbols_of
from matcalc.operators.linear_map import LinearMap, linear_map
from matcalc.rulebook import book
from matcalc.rulebook.equations import tangent_of
from matcalc.samples.numeric import Unusable, size
from matcalc.samples.sampling import Array, Point
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify
from tests.calculus.problems import MAPS, SCALARS, differences_error, direction, drawn, problem
from tests.rulebook.sampling import value_at
from tests.strategies import SYMBOLS, expressions

LIMIT = 1e-6
laws = settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def derivative_map(f: Node, variable: Symbol) -> LinearMap:
    tangent = tangent_of(variable)
    return linear_map(tangent, differential(f, {variable: tangent}))


@pytest.mark.parametrize("text", SCALARS)
def test_the_gradient_agrees_with_central_differences(text: str) -> None:
    f, variable = problem(text, SCALARS)
    answer = mc.gradient(text, *SCALARS[text])
    assert answer.value.shape == variable.shape
    tangent = tangent_of(variable)
    along = inner_product(answer.value, tangent)
    free = Symbol(variable.name, variable.shape, frozenset())
    wide = linear_map(variable, f).apply(free)
    assert differences_error(wide, free, linear_map(variable, along).apply(free), tangent) < LIMIT


@pytest.mark.parametrize("text", MAPS)
def test_the_differential_agrees_with_central_differences(text: str) -> None:
    f, variable = problem(text, MAPS)
    found = mc.differential(text, *MAPS[text])
    assert found.domain == variable.shape
    assert found.codomain == f.shape
    assert differences_error(f, variable, found.body, found.tangent) < LIMIT


@pytest.mark.parametrize("text", MAPS)
def test_the_jacobian_is_the_matrix_of_the_differential(text: str) -> None:
    f, variable = problem(text, MAPS)
    found = mc.differential(text, *MAPS[text])
    matrix = mc.jacobian(text, *MAPS[text]).value
    assert found.matrix.shape == shape(f.shape.size, variable.shape.size)
    for point, step in steps(found.operator):
        image = value_at(found.body, point, {found.tangent.name: step})
        for jacobian in (matrix, found.matrix):
            rows = value_at(jacobian, point).reshape(image.size, np.size(step), order="F")
            product = rows @ np.asarray(step).ravel(order="F")
            np.testing.assert_allclose(product, image.ravel(order="F"), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("text", MAPS)
def test_the_adjoint_is_the_adjoint(text: str) -> None:
    found = mc.differential(text, *MAPS[text])
    adjoint = found.adjoint
    assert (adjoint.domain, adjoint.codomain) == (found.codomain, found.domain)
    twice = adjoint.adjoint
    random = np.random.default_rng(4)
    for point, step in steps(found.operator):
        image = value_at(found.body, point, {found.tangent.name: step})
        weight = direction(adjoint.tangent, point, random)
        back = value_at(adjoint.body, point, {adjoint.tangent.name: weight})
        assert pairing_error((image, np.asarray(weight)), (np.asarray(step), back)) < 1e-12
        again = value_at(twice.body, point, {twice.tangent.name: step})
        np.testing.assert_allclose(again, image, rtol=1e-9, atol=1e-9)


def pairing_error(left: tuple[Array, Array], right: tuple[Array, Array]) -> float:
    """How far <L(V), W> and <V, L*(W)> are apart, relative to the sizes of the four."""
    one, other = (float(np.vdot(a, b).real) for a, b in (left, right))
    scale = sum(size(a) * size(b) for a, b in (left, right))
    return abs(one - other) / scale if scale else 0.0


def steps(found: LinearMap) -> list[tuple[Point, Array]]:
    """Points at which the map can be evaluated, each with a direction."""
    random = np.random.default_rng(2)
    usable = []
    for point in drawn((found.body, found.tangent), random, count=2):
        step = direction(found.tangent, point, random)
        try:
            value_at(found.body, point, {found.tangent.name: step})
        except Unusable:
            continue
        usable.append((point, step))
    assert usable
    return usable


# ---------------------------------------------------------------- random expressions


VARIABLES = st.sampled_from([SYMBOLS[name] for name in ("x", "A", "X", "S", "a", "D")])


def wide_of(f: Node, variable: Symbol) -> tuple[Node, Symbol]:
    """The expression in a variable without structure, all entries free."""
    free = Symbol(variable.name, variable.shape, frozenset())
    return linear_map(variable, f).apply(free), free


@laws
@given(expressions(depth=2), VARIABLES)
def test_random_differentials(f: Node, variable: Symbol) -> None:
    f, variable = wide_of(f, variable)
    assume(variable in ordered(f))
    found = derivative_map(f, variable)
    assume(not is_zero(found.body))
    try:
        assert differences_error(f, variable, found.body, found.tangent) < LIMIT
    except AssertionError as error:
        assume("no usable point" not in str(error))
        raise


@laws
@given(expressions(SCALAR, depth=2), VARIABLES)
def test_random_gradients(f: Node, variable: Symbol) -> None:
    f, variable = wide_of(f, variable)
    assume(variable in ordered(f))
    found = derivative_map(f, variable)
    gradient = pull_back_to(found.body, found.tangent, UNIT)
    assert gradient.shape == variable.shape
    along = inner_product(gradient, found.tangent)
    try:
        assert differences_error(f, variable, along, found.tangent) < LIMIT
    except AssertionError as error:
        assume("no usable point" not in str(error))
        raise


@laws
@given(expressions(shape("m", "n"), depth=2), expressions(shape("n", "p"), depth=2), VARIABLES)
def test_leibniz_and_linearity_hold_symbolically(f: Node, g: Node, variable: Symbol) -> None:
    tangent = {variable: tangent_of(variable)}
    df, dg = differential(f, tangent), differential(g, tangent)
    product = differential(multiply(f, g), tangent)
    assert same(product, plus(multiply(df, g), multiply(f, dg)))
    assert same(differential(scale(3, f), tangent), scale(3, df))
    assert same(differential(plus(f, f.T.T), tangent), plus(df, df))
    assert same(differential(f.T, tangent), df.T)


def same(left: Node, right: Node) -> bool:
    return expand(simplify(left)) is expand(simplify(right))


# ---------------------------------------------------------------- maps


def test_linear_functions_are_their_own_differential() -> None:
    declared = "A: matrix(m,n), X: matrix(n,p), B: matrix(p,m)"
    for text in ("A*X", "A*X*B*A", "X'", "tr(A*X*B)", "vec(X)", "kron(A, X)", "sum(X)", "[X; X]"):
        f = mc.parse(text, declared)
        (variable,) = (s for s in symbols_of(f) if s.name == "X")
        found = derivative_map(f, variable)
        assert found.apply(variable) is f


def test_what_does_not_move_has_differential_zero() -> None:
    A, X = SYMBOLS["A"], SYMBOLS["X"]
    for f in (A, multiply(A.T, A), book.apply("exp", [A])):
        found = derivative_map(f, X)
        assert is_zero(found.body)
        assert found.codomain == f.shape
        assert is_zero(found.matrix)
        assert is_zero(found.pull_back(f))


def test_the_chain_rule_is_composition() -> None:
    x, y = mc.symbols("x: vector(n), y: vector(m)")
    inner, outer = mc.parse("tanh(A*x)", "A: matrix(m,n), x: vector(n)"), mc.exp(y)
    whole = derivative_map(linear_map(y, outer).apply(inner), x)
    first = derivative_map(inner, x)
    there = derivative_map(outer, y)
    second = linear_map(there.tangent, linear_map(y, there.body).apply(inner))
    assert (second @ first).body is whole.body
    assert (second @ first).domain == x.shape


def test_sums_multiples_and_compositions_of_maps() -> None:
    A, X, V = mc.symbols("A: square(n), X: square(n), V: square(n)")
    left, right = mc.differential(A @ X, X), mc.differential(X @ A, X)
    assert (left + right)(V) is plus(A @ V, V @ A)
    assert (2 * left)(V) is scale(2, A @ V)
    assert (left @ right)(V) is A @ V @ A
    assert (left @ right).adjoint(V) is A.T @ V @ A.T
    assert left.apply("V") is A @ V
    assert left("A + A'") is A @ (A + A.T)
    with pytest.raises(mc.UnknownName):
        left("V + A")
    with pytest.raises(mc.ShapeError, match="takes n x n"):
        left(mc.symbols("x: vector(n)")[0])
    with pytest.raises(mc.ShapeError, match="takes n x n"):
        left.operator.pull_back(symbol("c", SCALAR))


def test_what_is_not_linear_is_refused() -> None:
    V, A = symbol("V", shape("n", "n"), "tangent"), symbol("A", shape("n", "n"))
    a = symbol("t", SCALAR, "tangent")
    wrong: list[tuple[Symbol, Node]] = [
        (V, V @ V),
        (V, V @ A @ V.T),
        (V, mc.exp(V)),
        (V, mc.inv(V)),
        (V, mc.det(V)),
        (a, a**2),
        (a, multiply(a, a, A)),
        (V, multiply(mc.tr(V), V)),
    ]
    for tangent, body in wrong:
        with pytest.raises(mc.NotLinear) as caught:
            pull_back_to(body, tangent, symbol("C", body.shape))
        assert "linear" in caught.value.message


@pytest.mark.parametrize(
    ("text", "name"), [("frechet_matrix(expm, A)", "A"), ("kron_blocks(C,m,n,p,q)", "C")]
)
def test_a_missing_rule_is_named_with_its_place(text: str, name: str) -> None:
    with pytest.raises(mc.NoRule) as caught:
        mc.differential(text, name)
    operation = text.partition("(")[0]
    location = book.operation(operation).location
    assert caught.value.message.startswith(f"{operation} has no differential in the rule book")
    assert location in caught.value.message
    assert "`differential`" in caught.value.hint
