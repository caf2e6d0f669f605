"""Wirtinger derivatives: df = sum((df/dZ).*dZ) + sum((df/dconj(Z)).*conj(dZ)).

The adjoint under the real pairing gives both: L*(c) = conj(P)*c + Q*conj(c) with P = df/dZ and
Q = df/dconj(Z). For a real f the gradient is 2*Q; for a holomorphic one P is f' and Q is zero.
Source: Kreutz-Delgado 2009 (arXiv 0906.4835), sec. 3; Hjorungnes 2011, ch. 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from matcalc.calculus.pull_back import moving_nodes, pull_back_to
from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    UNIT,
    ZERO,
    add,
    conjugate,
    is_real,
    multiply,
    number,
    scale,
    symbol,
)
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.operations import Conjugate, ImaginaryPart, RealPart
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild
from matcalc.rulebook.substitution import substitute

_HALF = Fraction(1, 2)
_ONLY_REAL_LINEAR = (Conjugate, RealPart, ImaginaryPart)


def wirtinger_derivatives(body: Node, tangent: Symbol) -> tuple[Node, Node]:
    """df/dZ and df/dconj(Z) for a scalar `body`, the differential in the complex `tangent`."""
    if is_real(body):
        half = scale(_HALF, pull_back_to(body, tangent, UNIT))
        return conjugate(half), half
    cotangent = symbol("c__", SCALAR, "complex")
    back = _without_parts(pull_back_to(body, tangent, cotangent), cotangent)
    plain = _put(back, cotangent, (UNIT, ZERO))
    return conjugate(plain), _put(back, cotangent, (ZERO, UNIT))


def _put(node: Node, cotangent: Symbol, values: tuple[Node, Node]) -> Node:
    """The node with values for c and conj(c), as if they had nothing to do with each other."""
    known: dict[Node, Node] = dict(zip((cotangent, conjugate(cotangent)), values, strict=True))
    return substitute(node, known)


def _without_parts(root: Node, cotangent: Symbol) -> Node:
    """re(Z) as (Z + conj(Z))/2 and im(Z) as (Z - conj(Z))/2i wherever c is inside."""
    nodes = ordered(root)
    moving = moving_nodes(nodes, cotangent)
    done: dict[Node, Node] = {}
    for node in nodes:
        done[node] = rebuild(node, done, NO_DIMENSIONS, _expanded) if node in moving else node
    return done[root]


def _expanded(name: str, arguments: Sequence[Node], shape: Shape) -> Node:
    match name:
        case "re":
            return add([(_HALF, arguments[0]), (_HALF, conjugate(arguments[0]))])
        case "im":
            twice = add([(Fraction(-1), arguments[0]), (Fraction(1), conjugate(arguments[0]))])
            return multiply(number(_HALF), IMAGINARY_UNIT, twice)
        case _:
            return book.apply(name, arguments, shape)


def require_complex_map(body: Node, tangent: Symbol) -> None:
    """Raises NoRule unless the map is linear over the complex numbers, from and to those."""
    require_complex_linear(body, tangent)
    if not (body.is_complex and tangent.is_complex):
        raise NoRule("a map between real and complex values has no inverse")


def require_complex_linear(body: Node, tangent: Symbol) -> None:
    """Raises NoRule where the map is linear over the real numbers only, so has no matrix."""
    nodes = ordered(body)
    moving = moving_nodes(nodes, tangent)
    for node in nodes:
        real = isinstance(node, _ONLY_REAL_LINEAR)
        if real and node in moving and tangent.is_complex:
            raise NoRule(
                "the map is linear over the real numbers only: no complex matrix, no inverse",
                hint="ask for the differential (an operator in dZ) or the Wirtinger derivatives",
            )
