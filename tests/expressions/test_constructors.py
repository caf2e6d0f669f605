"""Normal forms, one by one: numbers, sums, chains, powers, transposes, traces, entries."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matcalc as mc
from matcalc.expressions.constructors import (
    UNIT,
    ZERO,
    add,
    content,
    divide,
    elementwise_power,
    from_dimension,
    hadamard,
    identity,
    index_sum,
    minus,
    multiply,
    negate,
    number,
    ones,
    plus,
    power,
    scale,
    symbol,
    trace,
    transpose,
    upright,
    zero,
)
from matcalc.expressions.dimensions import SCALAR, dimension, shape
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, dimension_symbol

A, B = symbol("A", shape("m", "n")), symbol("B", shape("m", "n"))
C = symbol("C", shape("n", "p"))
X, Y = symbol("X", shape("n", "n")), symbol("Y", shape("n", "n"))
S = symbol("S", shape("n", "n"), "symmetric")
K = symbol("K", shape("n", "n"), "skew")
x, y, z = symbol("x", shape("n")), symbol("y", shape("n")), symbol("z", shape("m"))
a, b, c = (symbol(name, SCALAR) for name in "abc")
HALF = number("1/2")


@given(st.fractions(), st.fractions(), st.integers(-9, 9))
def test_numbers_are_exact(left: Fraction, right: Fraction, exponent: int) -> None:
    assert plus(number(left), number(right)) is number(left + right)
    assert multiply(number(left), number(right)) is number(left * right)
    assert minus(number(left), number(right)) is number(left - right)
    if left or exponent > 0:
        assert power(number(left), number(exponent)) is number(left**exponent)


@given(st.fractions(min_value=0, max_value=10**6))
def test_roots_of_squares_of_numbers_are_exact(value: Fraction) -> None:
    square = number(value * value)
    assert power(square, HALF) is number(value)
    assert multiply(power(number(value), HALF), power(number(value), HALF)) is number(value)


def test_decimals_mean_their_digits() -> None:
    assert number(0.1) is number(Fraction(1, 10))
    assert number(2.5) is number("5/2")
    assert number(1e-3) is number(Fraction(1, 1000))


def test_powers_of_numbers_that_stay() -> None:
    for base, exponent in ((2, "1/2"), (-1, "1/2"), (0, -1), (2, "1/3")):
        node = power(number(base), number(exponent))
        assert isinstance(node, Apply) and node.operation == "power"
    assert isinstance(power(number(2), number(10**9)), Apply)
    assert power(ZERO, ZERO) is UNIT
    assert power(number("4/9"), number("-3/2")) is number("27/8")


def test_scalar_powers() -> None:
    two, three = number(2), number(3)
    assert multiply(a, a, a) is power(a, three)
    assert multiply(power(a, three), power(a, two), b) is multiply(b, power(a, number(5)))
    assert divide(a, a) is UNIT
    assert divide(power(a, three), a) is power(a, two)
    assert power(multiply(a, b), two) is multiply(power(a, two), power(b, two))
    assert power(power(a, HALF), two) is a
    assert multiply(power(a, b), power(a, c)) is power(a, plus(b, c))
    assert power(power(a, b), two) is power(a, scale(2, b))
    assert power(scale(2, plus(a, b)), two) is scale(4, power(plus(a, b), two))


def test_a_root_of_a_square_is_not_the_base() -> None:
    root = power(power(a, number(2)), HALF)
    assert root is not a
    assert power(power(a, b), HALF) is not power(a, multiply(b, HALF))
    assert power(multiply(a, b), HALF) is not multiply(power(a, HALF), power(b, HALF))
    assert multiply(root, root, a) is power(a, number(3))
    assert multiply(multiply(root, root), a) is power(a, number(3))


def test_powers_need_scalars() -> None:
    for base, exponent in ((X, number(2)), (a, X), (x, a), (x, x)):
        with pytest.raises(ShapeError):
            power(base, exponent)
    with pytest.raises(ShapeError):
        elementwise_power(X, x)


def test_sums_collect() -> None:
    assert plus(A, A, B) is add([(Fraction(1), B), (Fraction(2), A)])
    assert minus(plus(A, B), B) is A
    assert minus(A, A) is zero(shape("m", "n"))
    assert minus(a, a) is ZERO
    assert add([], shape("m", "n")) is zero(shape("m", "n"))
    assert scale(0, A) is zero(shape("m", "n"))
    assert scale(2, plus(A, B)) is plus(scale(2, A), scale(2, B))
    assert plus(multiply(a, A), multiply(a, A)) is multiply(number(2), a, A)
    assert content(plus(scale(4, A), scale(6, B))) == (Fraction(2), plus(scale(2, A), scale(3, B)))
    assert content(scale(Fraction(-1, 2), plus(A, B))) == (Fraction(-1, 2), plus(A, B))
    with pytest.raises(ShapeError, match="cannot add m x n and n x p"):
        plus(A, C)


def test_chains_break_at_inner_dimension_1() -> None:
    inner = multiply(transpose(x), y)
    assert multiply(x, transpose(y), x) is multiply(multiply(transpose(y), x), x)
    assert multiply(transpose(y), x) is inner
    assert multiply(transpose(x), X, y).shape.is_scalar
    outer = multiply(x, transpose(y))
    assert isinstance(outer, Product) and outer.factors == (x, transpose(y))
    longer = multiply(z, transpose(x), y, transpose(z))
    assert isinstance(longer, Product)
    assert longer.scalars == (inner,) and longer.factors == (z, transpose(z))
    assert multiply(inner, inner) is power(inner, number(2))
    assert multiply(outer, A.T, multiply(z, transpose(z))).shape == shape("n", "m")


def test_a_scalar_chain_and_its_transpose_are_one() -> None:
    assert multiply(transpose(x), X, y) is multiply(transpose(y), transpose(X), x)
    assert multiply(transpose(x), S, y) is multiply(transpose(y), S, x)
    assert multiply(transpose(x), K, y) is negate(multiply(transpose(y), K, x))
    assert multiply(transpose(x), X, transpose(Y), y) is multiply(transpose(y), Y, transpose(X), x)
    assert divide(UNIT, multiply(transpose(x), X, y)) is divide(
        UNIT, multiply(transpose(y), transpose(X), x)
    )


def test_identities_and_zeros_vanish() -> None:
    eye = identity("n")
    assert multiply(X, eye, Y) is multiply(X, Y)
    assert multiply(eye, eye) is eye
    assert multiply(a, eye, b).shape == shape("n", "n")
    assert multiply(A, zero(shape("n", "p"))) is zero(shape("m", "p"))
    assert multiply(transpose(x), zero(shape("n"))) is ZERO
    assert multiply(ZERO, A, C) is zero(shape("m", "p"))
    assert identity(1) is UNIT
    assert zero(SCALAR) is ZERO is number(0)
    assert ones(SCALAR) is UNIT


def test_products_check_shapes() -> None:
    with pytest.raises(ShapeError, match="columns n and rows m differ"):
        multiply(A, B)
    with pytest.raises(ShapeError):
        multiply(identity("n"), A)
    with pytest.raises(ShapeError):
        multiply(A, identity("m"))
    assert multiply(a, A, b, C, c).shape == shape("m", "p")
    with pytest.raises(ShapeError):
        multiply(A, a, B)


def test_transposes_are_at_the_leaves() -> None:
    assert transpose(multiply(A, C)) is multiply(transpose(C), transpose(A))
    assert transpose(plus(A, scale(2, B))) is plus(transpose(A), scale(2, transpose(B)))
    assert transpose(multiply(a, A)) is multiply(a, transpose(A))
    assert transpose(hadamard(A, B)) is hadamard(transpose(A), transpose(B))
    assert transpose(elementwise_power(A, a)) is elementwise_power(transpose(A), a)
    assert transpose(S) is S
    assert transpose(K) is negate(K)
    assert transpose(a) is a
    assert transpose(identity("n")) is identity("n")
    assert transpose(zero(shape("m", "n"))) is zero(shape("n", "m"))
    assert transpose(ones(shape("m", "n"))) is ones(shape("n", "m"))
    assert transpose(transpose(A)) is A
    assert transpose(multiply(X, K)) is negate(multiply(K, transpose(X)))


def test_traces() -> None:
    M = symbol("M", shape("p", "m"))
    whole = trace(multiply(A, C, M))
    assert trace(multiply(C, M, A)) is trace(multiply(M, A, C)) is whole
    assert trace(transpose(multiply(A, C, M))) is whole
    assert trace(multiply(a, X)) is multiply(a, trace(X))
    assert trace(multiply(x, transpose(y))) is multiply(transpose(x), y)
    assert trace(multiply(X, x, transpose(y))) is multiply(transpose(y), X, x)
    assert trace(identity("n")) is dimension_symbol("n")
    assert trace(identity(dimension("n") * 2)) is scale(2, dimension_symbol("n"))
    assert trace(scale(3, identity(4))) is number(12)
    assert trace(zero(shape("n", "n"))) is ZERO
    assert trace(a) is a
    assert trace(multiply(K, X)) is negate(trace(multiply(transpose(X), K)))
    with pytest.raises(ShapeError, match="square"):
        trace(A)


def test_entrywise_products() -> None:
    two = number(2)
    assert hadamard(A, A) is elementwise_power(A, two)
    assert hadamard(A, B, A) is hadamard(B, elementwise_power(A, two))
    assert hadamard(A, elementwise_power(A, number(-1))) is ones(shape("m", "n"))
    assert hadamard(A, ones(shape("m", "n"))) is A
    assert hadamard(scale(2, A), multiply(a, B)) is multiply(two, a, hadamard(A, B))
    assert hadamard(A, zero(shape("m", "n"))) is zero(shape("m", "n"))
    assert hadamard(a, b) is multiply(a, b)
    assert elementwise_power(hadamard(A, B), two) is hadamard(
        elementwise_power(A, two), elementwise_power(B, two)
    )
    assert elementwise_power(scale(2, A), number(-1)) is scale(
        Fraction(1, 2), elementwise_power(A, number(-1))
    )
    assert elementwise_power(A, ZERO) is ones(shape("m", "n"))
    with pytest.raises(ShapeError, match="entrywise"):
        hadamard(A, C)


def test_entrywise_powers_that_come_free_join_the_others() -> None:
    root = elementwise_power(elementwise_power(X, number(2)), HALF)
    assert hadamard(root, root, X) is hadamard(hadamard(root, root), X)
    assert hadamard(root, root, X) is elementwise_power(X, number(3))
    both = elementwise_power(hadamard(X, Y), HALF)
    assert hadamard(both, X, both) is hadamard(Y, elementwise_power(X, number(2)))
    twice = elementwise_power(scale(2, X), HALF)
    assert hadamard(twice, twice, Y) is scale(2, hadamard(X, Y))


def test_dimensions_as_scalars() -> None:
    n, m = dimension("n"), dimension("m")
    assert from_dimension(n * m + 2) is plus(
        multiply(dimension_symbol("m"), dimension_symbol("n")), number(2)
    )
    assert from_dimension(n * n) is power(dimension_symbol("n"), number(2))
    assert from_dimension(dimension(5)) is number(5)


def test_sums_over_an_index() -> None:
    i = symbol("i", SCALAR, "index", "integer", "positive")
    n = dimension_symbol("n")
    entry = Apply("entry", (x, i), SCALAR, frozenset())
    assert index_sum(i, UNIT, n, a) is multiply(n, a)
    assert index_sum(i, number(3), number(7), X) is scale(5, X)
    total = index_sum(i, UNIT, n, entry)
    assert index_sum(i, UNIT, n, multiply(number(2), a, entry)) is multiply(number(2), a, total)
    assert isinstance(total, Apply)


def test_an_upright_form_means_the_same() -> None:
    residual = minus(multiply(A, C), symbol("D", shape("m", "p")))
    turned = multiply(transpose(residual), A)
    written = upright(turned)
    assert str(written) == "(A*C - D)'*A"
    assert mc.parse(str(written), "A: matrix(m,n), C: matrix(n,p), D: matrix(m,p)") is turned
    untouched: list[Node] = [A, residual, multiply(A, C), a]
    assert all(upright(node) is node for node in untouched)
    assert not isinstance(written, (Sum, Number))
