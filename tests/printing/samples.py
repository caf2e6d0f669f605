"""Expressions, one for every construct that the printers write in a way of its own.

The functions among them (f, g, F, size, total) are unknown to the rule book.
"""

from __future__ import annotations

from fractions import Fraction

from matcalc.expressions.constructors import (
    divide,
    elementwise_power,
    hadamard,
    identity,
    minus,
    multiply,
    negate,
    number,
    ones,
    plus,
    power,
    scale,
    symbol,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import SCALAR, Shape, dimension, shape
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, dimension_symbol
from tests.strategies import applied

SQUARE = shape("n", "n")
A, B, X, W2 = (symbol(name, SQUARE) for name in ("A", "B", "X", "W2"))
x, y = (symbol(name, shape("n")) for name in "xy")
a, b, p, i, j, k, alpha, eps = (
    symbol(name, SCALAR) for name in ("a", "b", "p", "i", "j", "k", "alpha", "eps")
)
DX = Symbol("dX", SQUARE, frozenset({"tangent"}))
n = dimension_symbol("n")
one = ones(x.shape)
HALF, TWO, UNIT = number(Fraction(1, 2)), number(2), number(1)


def square(name: str, *arguments: Node) -> Node:
    return applied(name, *arguments, result=SQUARE)


def inv(node: Node) -> Node:
    return square("inv", node)


def entries(node: Node, exponent: int) -> Node:
    return elementwise_power(node, number(exponent))


def entrywise(name: str, node: Node) -> Node:
    return applied(name, node, result=node.shape)


def raw(coefficient: int, *factors: Node) -> Node:
    """A product as it stands."""
    return Product(Fraction(coefficient), (), factors)


def raw_sum(*terms: tuple[int, Node]) -> Node:
    return Sum(tuple((Fraction(value), node) for value, node in terms))


ROW: Shape = shape(1, "n")
GRAM = multiply(transpose(x), x)
QUADRATIC = multiply(transpose(x), A, x)
SAMPLES: dict[str, Node] = {
    "content": plus(scale(2, A), scale(2, transpose(A))),
    "half content": scale(Fraction(1, 2), plus(A, transpose(A))),
    "three halves": scale(Fraction(3, 2), plus(A, transpose(A))),
    "no content": plus(scale(2, A), scale(4, B)),
    "negative sum": negate(plus(A, B)),
    "difference": minus(A, B),
    "negative product": negate(multiply(transpose(A), B)),
    "constant": minus(a, number(3)),
    "centred": minus(x, multiply(divide(applied("total", x), n), one)),
    "one minus": minus(ones(SQUARE), entries(entrywise("f", X), 2)),
    "ones": multiply(a, one),
    "sum of ones": plus(multiply(a, one), multiply(b, one)),
    "two scalars added": plus(multiply(a, one), multiply(b, one), x),
    "minus identity": minus(A, identity("n")),
    "scaled identity": multiply(a, identity("n")),
    "identity": identity(dimension("n") * 2),
    "zero": zero(SQUARE),
    "row of ones": ones(ROW),
    "matrix of ones": ones(shape("m", "n")),
    "number": number(Fraction(-3, 2)),
    "over scalar": divide(A, applied("size", A, p)),
    "chain over scalar": divide(multiply(A, x), power(GRAM, HALF)),
    "over product": divide(x, multiply(TWO, power(GRAM, HALF))),
    "three halves times": scale(Fraction(3, 2), x),
    "reciprocal": divide(UNIT, multiply(a, b)),
    "reciprocal square": power(plus(a, b), number(-2)),
    "cofactor": divide(negate(transpose(inv(X))), a),
    "scalar chain times": multiply(TWO, QUADRATIC, x),
    "scalar chain": multiply(TWO, QUADRATIC),
    "two scalar chains": multiply(QUADRATIC, multiply(transpose(y), y)),
    "quotient of chains": divide(QUADRATIC, GRAM),
    "sum times": multiply(plus(a, b), A),
    "outer product": multiply(x, transpose(y)),
    "cube": multiply(X, X, X),
    "inverse squared": multiply(inv(X), inv(X)),
    "transpose squared": multiply(A, transpose(X), transpose(X), B),
    "sum squared": multiply(plus(A, B), plus(A, B)),
    "inverse of sum": inv(plus(A, B)),
    "transpose of call": transpose(square("F", multiply(A, B))),
    "symbolic power": square("matrix_power", X, k),
    "square": power(a, TWO),
    "root": power(a, HALF),
    "one over root": power(a, number(Fraction(-1, 2))),
    "power minus one": power(a, minus(p, UNIT)),
    "power of fraction": power(HALF, p),
    "two times power": multiply(TWO, power(number(3), p)),
    "entry square": entries(X, 2),
    "entry root": elementwise_power(X, HALF),
    "entry reciprocal": entries(X, -1),
    "two over entries": scale(2, entries(X, -1)),
    "entry quotient": hadamard(A, entries(X, -1)),
    "long entry quotient": hadamard(A, B, entries(X, -2)),
    "reciprocal of entry product": entries(hadamard(A, B), -1),
    "scaled entry product": scale(2, hadamard(A, B)),
    "entry product of chain": hadamard(multiply(x, transpose(y)), X),
    "chain of entry product": multiply(hadamard(A, B), X),
    "entry": applied("entry", x, i),
    "entry of": applied("entry_of", X, i, j),
    "entry of indexed name": applied("entry_of", W2, i, j),
    "row": applied("row", multiply(A, B), i, result=ROW),
    "column": applied("column", X, j, result=shape("n")),
    "slice": applied("slice", X, UNIT, n, TWO, k, result=shape("n", "q")),
    "segment": applied("segment", x, UNIT, k, result=shape("k")),
    "blocks": square("vstack", square("hstack", A, B), square("hstack", X, A)),
    "sum over index": applied("index_sum", i, UNIT, n, applied("entry", x, i)),
    "twice sum over index": scale(2, applied("index_sum", i, UNIT, n, applied("entry", x, i))),
    "product over index": applied("index_prod", i, UNIT, n, applied("entry", x, i)),
    "function of yours": entrywise("phi'", x),
    "tangent": multiply(transpose(A), DX, inv(X)),
    "names": multiply(alpha, eps, W2),
    "unevaluated": square("d", multiply(A, X)),
    "raw call": Apply("g", (raw(1, transpose(A), DX),), SCALAR, frozenset()),
    "raw single term": raw_sum((2, A)),
    "raw single factor": raw(1, A),
    "raw nested sum": raw_sum((-1, raw_sum((1, A), (-1, B))), (1, X)),
    "raw nested product": raw(1, A, raw(1, B, X)),
    "raw signs": raw(2, raw(-3, A)),
    "raw negative sum": raw(-1, plus(A, B)),
    "raw number": Product(Fraction(1), (), (Number(Fraction(2)), A)),
}
