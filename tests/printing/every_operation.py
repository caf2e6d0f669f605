"""Every operation of the rule book at arguments of every form, in every place a formula has.

The nodes are made as they stand, without the simplifications of the book: what is printed here
is more than any answer shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial

from matcalc.expressions.constructors import (
    hadamard,
    minus,
    multiply,
    number,
    plus,
    power,
    scale,
    symbol,
    transpose,
)
from matcalc.expressions.dimensions import ONE, SCALAR, Shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Product, Symbol, dimension_symbol
from matcalc.language.signatures import Parameter
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation


def _sum(wanted: Shape) -> Node:
    return plus(symbol("A", wanted), scale(-2, symbol("B_0", wanted)))


def _product(wanted: Shape) -> Node:
    if wanted.is_scalar:
        return multiply(symbol("alpha", SCALAR), symbol("b", SCALAR))
    inner = Shape(wanted.columns, wanted.columns)
    return multiply(symbol("A", wanted), symbol("theta_hat", inner))


def _negative(wanted: Shape) -> Node:
    return scale(-1, symbol("X", wanted))


def _quotient(wanted: Shape) -> Node:
    return multiply(power(symbol("t", SCALAR), number(-1)), symbol("X", wanted))


def _transposed(wanted: Shape) -> Node:
    return transpose(symbol("X_1", wanted.transposed))


def _raised(wanted: Shape) -> Node:
    return _square_of(symbol("x'", wanted))


def _inverse(wanted: Shape) -> Node:
    made = symbol("Sigma_hat", wanted)
    return _raw("inv", made) if _is_matrix(wanted) else _raised(wanted)


def _tangent(wanted: Shape) -> Node:
    return Symbol("dX", wanted, frozenset({"tangent"}))


ARGUMENTS: Mapping[str, Callable[[Shape], Node]] = {
    "letter": partial(symbol, "X"),
    "index": partial(symbol, "X_1"),
    "index of a word": partial(symbol, "theta_hat"),
    "word": partial(symbol, "rate"),
    "primes": partial(symbol, "Sigma''"),
    "sum": _sum,
    "product": _product,
    "negative": _negative,
    "quotient": _quotient,
    "transposed": _transposed,
    "raised": _raised,
    "inverse": _inverse,
    "tangent": _tangent,
}


def operations() -> list[Operation]:
    return [book.operation(name) for name in book.names()]


def applied_to(operation: Operation, form: Callable[[Shape], Node]) -> Node:
    """The operation with every argument of one form."""
    arguments = tuple(_argument(parameter, form) for parameter in operation.parameters)
    return Apply(operation.name, arguments, operation.result, NO_STRUCTURE)


def _argument(parameter: Parameter, form: Callable[[Shape], Node]) -> Node:
    match parameter.kind:
        case "value":
            return form(parameter.shape)
        case "function":
            return symbol("expm", SCALAR, "function")
        case "dimension":
            return dimension_symbol(parameter.name)
        case kind if kind.isdigit():
            return number(int(kind))
        case _:
            return symbol("k", SCALAR, "integer")


def in_every_place(node: Node) -> Iterator[Node]:
    """The node alone, in sums, products, quotients and powers, under every mark."""
    shape = node.shape
    left, right = (
        symbol("L", Shape(ONE * 3, shape.rows)),
        symbol("R_1", Shape(shape.columns, ONE * 2)),
    )
    yield node
    yield scale(-1, node)
    yield scale(Fraction(3, 2), node)
    yield plus(symbol("B", shape), node)
    yield minus(symbol("B", shape), node)
    yield scale(2, plus(symbol("B", shape), node))
    yield _product_of(left, node, right)
    yield _product_of(node, node) if shape.is_square else hadamard(node, symbol("B", shape))
    yield _raw("transpose", node)
    yield _raw("d", node)
    yield _square_of(node)
    yield from _scalar_places(node) if shape.is_scalar else _matrix_places(node)


def _scalar_places(node: Node) -> Iterator[Node]:
    yield power(node, symbol("p", SCALAR))
    yield power(node, number(Fraction(1, 2)))
    yield power(node, number(-1))
    yield power(node, number(-2))
    yield power(symbol("a", SCALAR), node)
    yield multiply(node, symbol("x", Shape(ONE * 3, ONE)))


def _matrix_places(node: Node) -> Iterator[Node]:
    yield Apply("elementwise_power", (node, number(-1)), node.shape, NO_STRUCTURE)
    yield Apply("elementwise_power", (node, symbol("p", SCALAR)), node.shape, NO_STRUCTURE)
    yield Apply(
        "entry_of", (node, *(symbol(i, SCALAR, "index") for i in "ij")), SCALAR, NO_STRUCTURE
    )
    yield Apply("hstack", (node, node), node.shape, NO_STRUCTURE)
    if _is_matrix(node.shape):
        yield _raw("inv", node)
        yield _raw("transpose", _raw("inv", node))
        yield _product_of(_raw("inv", node), _raw("inv", node))
        yield Apply(
            "matrix_power", (node, symbol("k", SCALAR, "integer")), node.shape, NO_STRUCTURE
        )


def _square_of(node: Node) -> Node:
    if node.shape.is_scalar:
        return power(node, number(2))
    if node.shape.is_square:
        return _product_of(node, node)
    return Apply("elementwise_power", (node, number(2)), node.shape, NO_STRUCTURE)


def _product_of(*factors: Node) -> Node:
    return Product(Fraction(1), (), factors)


def _raw(operation: str, node: Node) -> Node:
    turned = operation == "transpose"
    shape = node.shape.transposed if turned else node.shape
    return Apply(operation, (node,), shape, NO_STRUCTURE)


def _is_matrix(shape: Shape) -> bool:
    return shape.is_square and not shape.is_scalar
