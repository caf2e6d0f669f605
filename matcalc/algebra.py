"""The operators of expressions in Python: `A @ X`, `2*X`, `X + s`, `X**-1`, `X / s`, `X[i, j]`.

They mean what the same signs mean in the language: `*` and `@` are both the matrix product, and a
scalar added to a matrix is added to every entry. Indices are 1-based, as in mathematics.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import Any

from matcalc.expressions import constructors as build
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node, Number
from matcalc.printing.latex import to_latex
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.rulebook import book
from matcalc.rulebook.binding import bind

__all__ = ["to_latex", "to_text", "to_unicode"]

_LARGEST_CHAIN = 16


def expression(value: Any) -> Node:
    """An expression from an expression or a number. Raises TypeError for anything else."""
    if isinstance(value, Node):
        return value
    if isinstance(value, (int, float, Rational)) and not isinstance(value, bool):
        return build.number(Fraction(value) if isinstance(value, Rational) else value)
    raise TypeError(f"not an expression or a number: {value!r}")


def add(left: Any, right: Any) -> Node:
    a, b = expression(left), expression(right)
    if a.shape.is_scalar and not b.shape.is_scalar:
        a = build.multiply(a, build.ones(b.shape))
    elif b.shape.is_scalar and not a.shape.is_scalar:
        b = build.multiply(b, build.ones(a.shape))
    return build.plus(a, b)


def subtract(left: Any, right: Any) -> Node:
    return add(left, negate(expression(right)))


def negate(node: Node) -> Node:
    return build.negate(node)


def multiply(left: Any, right: Any) -> Node:
    return build.multiply(expression(left), expression(right))


def transpose(node: Node) -> Node:
    return build.transpose(node)


def divide(left: Any, right: Any) -> Node:
    """A / s for a scalar, A / B = A*inv(B) for a square B."""
    a, b = expression(left), expression(right)
    return build.divide(a, b) if b.shape.is_scalar else build.multiply(a, book.apply("inv", [b]))


def power(base: Any, exponent: Any) -> Node:
    """A scalar to a scalar, or a square matrix to an integer."""
    node, index = expression(base), expression(exponent)
    if node.shape.is_scalar:
        return build.power(node, index)
    if not node.shape.is_square:
        raise ShapeError(
            f"only a square matrix has powers, not one of shape {node.shape}",
            hint="for entrywise powers use elementwise_power(X, p), in text X.^p",
        )
    if not isinstance(index, Number) or index.value.denominator != 1:
        return book.apply("matrix_power", [node, index])
    count = int(index.value)
    if abs(count) > _LARGEST_CHAIN:
        return book.apply("matrix_power", [node, index])
    if count == 0:
        return build.identity(node.shape.rows)
    factor = node if count > 0 else book.apply("inv", [node])
    return build.multiply(*[factor] * abs(count))


def entry(node: Node, index: Any) -> Node:
    """x[i], X[i, j], X[:, j] and X[i, :], counted from 1."""
    if not isinstance(index, tuple):
        return book.apply("entry", [node, expression(index)])
    i, j = index
    everything = slice(None)
    if i == everything and j == everything:
        return node
    if i == everything:
        return book.apply("column", [node, expression(j)])
    if j == everything:
        return book.apply("row", [node, expression(i)])
    return book.apply("entry_of", [node, expression(i), expression(j)])


def function(name: str) -> Any:
    """The operation of that spelling as a Python function of expressions.

    >>> from matcalc import symbols
    >>> X, = symbols("X: invertible(n)")
    >>> print(function("logdet")(X))
    logdet(X)
    """

    def call(*arguments: Any) -> Node:
        nodes = [expression(argument) for argument in arguments]
        problem: ShapeError | None = None
        for signature in book.signatures(name):
            try:
                bind(signature, nodes)
                return book.apply(signature.operation, nodes)
            except ShapeError as error:
                problem = problem or error
        assert problem is not None
        raise problem

    call.__name__ = name
    call.__doc__ = f"The operation {name} of the rule book."
    return call
