"""Wirtinger derivatives: df = sum((df/dZ).*dZ) + sum((df/dconj(Z)).*conj(dZ)).

The adjoint under the real pairing gives both: L*(c) = conj(P)*c + Q*conj(c) with P = df/dZ and
Q = df/dconj(Z). For a real f the gradient is 2*Q; for a holomorphic one P is f' and Q is zero.
Source: Kreutz-Delgado 2009 (arXiv 0906.4835), sec. 3; Hjorungnes 2011, ch. 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from matcalc.calculus.pull_back import moving_nodes, pull_back_to
from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    UNIT,
    ZERO,
    conjugate,
    is_real,
    minus,
    multiply,
    number,
    plus,
    scale,
    symbol,
    zero,
)
from matcalc.expressions.dimensions import SCALAR
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
    plain = _at(back, cotangent, (UNIT, ZERO))
    return conjugate(plain), _at(back, cotangent, (ZERO, UNIT))


def _at(node: Node, cotangent: Symbol, values: tuple[Node, Node]) -> Node:
    """The node with values for c and conj(c), as if they had nothing to do with each other."""
    known: dict[Node, Node] = dict(zip((cotangent, conjugate(cotangent)), values, strict=True))
    return substitute(node, known)


def linear_parts(body: Node, tangent: Symbol) -> tuple[Node, Node]:
    """A(V) and B(V), linear over the complex numbers, of the map V -> A(V) + B(conj(V)).

    Every map that is linear over the real numbers is of this form.
    """
    spread = _without_parts(body, tangent)
    nothing = zero(tangent.shape)
    return _at(spread, tangent, (tangent, nothing)), _at(spread, tangent, (nothing, tangent))


def _without_parts(root: Node, cotangent: Symbol) -> Node:
    """re(Z) as (Z + conj(Z))/2 and im(Z) as (Z - conj(Z))/2i wherever c is inside."""
    nodes = ordered(root)
    moving = moving_nodes(nodes, cotangent)
    done: dict[Node, Node] = {}
    for node in nodes:
        done[node] = _without_part(node, done) if node in moving else node
    return done[root]


def _without_part(node: Node, done: Mapping[Node, Node]) -> Node:
    if isinstance(node, RealPart):
        return scale(_HALF, plus(done[node.inner], conjugate(done[node.inner])))
    if isinstance(node, ImaginaryPart):
        twice = minus(conjugate(done[node.inner]), done[node.inner])
        return multiply(number(_HALF), IMAGINARY_UNIT, twice)
    return rebuild(node, done, NO_DIMENSIONS, book.apply)


def is_complex_linear(body: Node, tangent: Symbol) -> bool:
    """Whether the map is linear over the complex numbers, and not over the real ones only."""
    nodes = ordered(body)
    moving = moving_nodes(nodes, tangent)
    return not tangent.is_complex or not any(
        isinstance(node, _ONLY_REAL_LINEAR) and node in moving for node in nodes
    )


def require_complex_linear(body: Node, tangent: Symbol) -> None:
    """Raises NoRule where the map is linear over the real numbers only, so has no matrix."""
    if not is_complex_linear(body, tangent):
        raise NoRule(
            "the map is linear over the real numbers only: no complex matrix",
            hint="ask for the differential (an operator in dZ) or the Wirtinger derivatives",
        )
