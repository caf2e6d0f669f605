"""The normal form of a trace: tr(A*B) = tr(B*A) and tr(M) = tr(M')."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from matcalc.expressions.dimension_values import from_dimension
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.marks import lone_marks, transposes
from matcalc.expressions.nodes import Identity, Node, Product, Zero
from matcalc.expressions.operations import Trace, Transpose
from matcalc.expressions.products import multiply, split_scalars, transpose
from matcalc.expressions.sums import ZERO, product_node, scale, split_coefficient

_LONGEST_ROTATED = 200  # all rotations of a longer chain would take too long to compare


def trace(node: Node) -> Node:
    """tr(M), with scalars taken out and a chain rotated to its canonical form.

    tr(A*B) = tr(B*A) and tr(M) = tr(M'): of all rotations and their transposes the one with
    fewest transposes is kept, a tangent last; a chain through an inner dimension 1 is a scalar.
    """
    if node.shape.is_scalar:
        return node
    if not node.shape.is_square:
        raise ShapeError(f"the trace needs a square matrix, not {node.shape}")
    scalar, rest = split_scalars(node)
    match rest:
        case Zero():
            return ZERO
        case Identity(order=order):
            return multiply(scalar, from_dimension(order))
        case Product(factors=factors):
            return multiply(scalar, _trace_of_chain(factors))
        case Transpose(inner):
            return multiply(scalar, _trace_node(inner))
        case _:
            return multiply(scalar, _trace_node(rest))


def _trace_node(node: Node) -> Node:
    return Trace.raw(node)


def _trace_of_chain(factors: tuple[Node, ...]) -> Node:
    for place, factor in enumerate(factors):
        if factor.shape.rows == ONE:
            return multiply(*factors[place:], *factors[:place])
    if len(factors) > _LONGEST_ROTATED:
        return _trace_node(product_node(Fraction(1), (), factors))
    turned = [split_coefficient(transpose(factor)) for factor in reversed(factors)]
    sign = Fraction(1)
    for value, _ in turned:
        sign *= value
    both = [(Fraction(1), factors), (sign, tuple(factor for _, factor in turned))]
    rotations = [rotation for value, chain in both for rotation in _rotations(value, chain)]
    _, value, best = min(rotations, key=lambda rotation: rotation[0])
    return scale(value, _trace_node(product_node(Fraction(1), (), best)))


Order = tuple[bool, int, int, bool, list[tuple[int, str, int]]]


def _rotations(
    value: Fraction, chain: tuple[Node, ...]
) -> Iterator[tuple[Order, Fraction, tuple[Node, ...]]]:
    """All rotations with their order: a tangent last, few transposes, a transpose first.

    So it is tr(A'*B) rather than tr(B*A').
    """
    moving = ["tangent" in factor.structure for factor in chain]
    strange = sum(lone_marks(factor) for factor in chain if factor.is_complex)
    counts = [transposes(factor) for factor in chain]
    ranks = [factor.rank for factor in chain]
    for place in range(len(chain)):
        order = (
            any(moving) and not moving[place - 1],
            strange,
            sum(counts),
            counts[place] <= 0,
            ranks[place:] + ranks[:place],
        )
        yield order, value, chain[place:] + chain[:place]
