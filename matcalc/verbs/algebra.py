"""The operators of expressions in Python: `A @ X`, `2*X`, `X + s`, `s**2`, `X / s`, `X[i, j]`.

`@` is the matrix product, and a scalar added to a matrix is added to every entry. What NumPy and
the language read in two ways, `A * B`, `A / B` and `A**2` of arrays, is refused. Indices are
1-based and ranges contain both of their ends, as in mathematics. What an operator makes is made by
`expressions.build`; here its operands become expressions.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

from matcalc.expressions import build
from matcalc.expressions.binders import names_in
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.constructors import multiply as product
from matcalc.expressions.constructors import negate, number, transpose
from matcalc.expressions.errors import ShapeError, WrongArgument
from matcalc.expressions.nodes import Node
from matcalc.interchange.node_list import to_json
from matcalc.interchange.to_sympy import to_sympy
from matcalc.printing.definitions import LATEX, TEXT, by_names, complete
from matcalc.printing.latex import in_macros
from matcalc.printing.latex import to_latex as latex_of
from matcalc.printing.text import to_text as text_of
from matcalc.printing.typesetting import PLAIN, PaperStyle, typesetting_of
from matcalc.printing.unicode import to_unicode as unicode_of
from matcalc.rulebook import book

__all__ = ["negate", "to_json", "to_latex", "to_sympy", "to_text", "to_unicode", "transpose"]


def to_text(node: Node) -> str:
    return complete(node, text_of)


def to_unicode(node: Node) -> str:
    return complete(node, unicode_of)


def to_latex(node: Node, style: PaperStyle = PLAIN) -> str:
    return typesetting_of(style, names_in(node)).written(complete(node, in_macros, LATEX))


def blocks_to_text(blocks: Blocks) -> str:
    return by_names(blocks, text_of, TEXT)


def blocks_to_unicode(blocks: Blocks) -> str:
    return by_names(blocks, unicode_of, TEXT)


def blocks_to_latex(blocks: Blocks) -> str:
    return by_names(blocks, latex_of, LATEX)


def expression(value: Any) -> Node:
    """An expression from an expression or a number. Raises TypeError for anything else."""
    if isinstance(value, Node):
        return value
    if isinstance(value, (int, float, Rational)) and not isinstance(value, bool):
        return number(Fraction(value) if isinstance(value, Rational) else value)
    raise WrongArgument(f"not an expression or a number: {value!r:.60}")


def add(left: Any, right: Any) -> Node:
    return build.total([(1, expression(left)), (1, expression(right))])


def subtract(left: Any, right: Any) -> Node:
    return build.total([(1, expression(left)), (-1, expression(right))])


def multiply(left: Any, right: Any) -> Node:
    return product(expression(left), expression(right))


def times(left: Any, right: Any) -> Node:
    """s*X. Raises ShapeError for two arrays."""
    one, other = expression(left), expression(right)
    _require_scalar("A * B", one, other, "A @ B for the product, mc.hadamard(A, B) entry by entry")
    return product(one, other)


def divide(left: Any, right: Any) -> Node:
    """X/s. Raises ShapeError for two arrays."""
    one, other = expression(left), expression(right)
    _require_scalar(
        "A / B", one, other, "A @ mc.inv(B), or entry by entry mc.hadamard(A, mc.recip(B))"
    )
    return build.divide(book, one, other)


def power(base: Any, exponent: Any) -> Node:
    """s**p. Raises ShapeError for an array."""
    node = expression(base)
    if not node.shape.is_scalar:
        raise ShapeError(
            f"`**` is read in two ways for {node.shape}: as in mathematics, and as in NumPy",
            hint="write mc.matrix_power(A, k) or mc.inv(A), entry by entry mc.square(A) or "
            "mc.elementwise_power(A, p)",
        )
    return build.power(book, node, expression(exponent))


def _require_scalar(written: str, one: Node, other: Node, hint: str) -> None:
    if not (one.shape.is_scalar or other.shape.is_scalar):
        raise ShapeError(
            f"`{written}` of {one.shape} and {other.shape} is read in two ways: as in "
            "mathematics, and as in NumPy",
            hint=f"write {hint}",
        )


def entry(node: Node, index: Any) -> Node:
    """x[i], x[a:b], X[i, j], X[:, j], X[a:b, c:d]."""
    indices = index if isinstance(index, tuple) else (index,)
    return build.select(book, node, [_subscript(one) for one in indices])


def _subscript(index: Any) -> build.Subscript:
    if not isinstance(index, slice):
        return _position(index)
    if index.step is not None:
        raise ShapeError("a range has two ends and no step", hint="write X[a:b, :]")
    if index.start is None and index.stop is None:
        return None
    if index.start is None or index.stop is None:
        raise ShapeError(
            "a range needs both of its ends", hint="x[1:k] has the first k entries, x[:] all"
        )
    return _position(index.start), _position(index.stop)


def _position(index: Any) -> Node:
    if isinstance(index, bool) or not isinstance(index, (Node, Integral)):
        raise ShapeError(f"a subscript is an integer, found `{index!r}`")
    return expression(index)


def function(name: str) -> Any:
    """The operation of that spelling as a Python function of expressions.

    >>> from matcalc import symbols
    >>> X, = symbols("X: invertible(n)")
    >>> print(function("logdet")(X))
    logdet(X)
    """

    def call(*arguments: Any) -> Node:
        nodes = [expression(argument) for argument in arguments]
        meant = book.overload(name, nodes)
        assert meant is not None
        return book.apply(meant.name, nodes)

    call.__name__ = name
    call.__doc__ = f"The operation {name} of the rule book."
    return call
