"""Conjugates, conjugate transposes, real and imaginary parts.

Conjugates are pushed to the variables: conj(A*B) = conj(A)*conj(B), conj(f(Z)) = f(conj(Z)) for
every operation of the book, whose rules have real coefficients. What is real stays as it is, so
nothing here costs a problem over the real numbers more than a look at `is_complex`.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.binders import remade
from matcalc.expressions.bottom_up import bottom_up
from matcalc.expressions.marks import lone_marks
from matcalc.expressions.nodes import Apply, Named, Node, Product, Sum, children, ordered
from matcalc.expressions.operations import Binder, Conjugate, ImaginaryPart, ImaginaryUnit, RealPart
from matcalc.expressions.products import multiply, transpose
from matcalc.expressions.sums import negate, number, plus, scale, zero

Part = type[RealPart] | type[ImaginaryPart]
REAL = frozenset({"real"})


def conjugate(node: Node) -> Node:
    """The complex conjugate, entry by entry."""
    return _conjugate(node) if node.is_complex else node


def dagger(node: Node) -> Node:
    """The conjugate transpose, Z' in the language; of anything real, the transpose."""
    return transpose(_conjugate(node)) if node.is_complex else transpose(node)


def is_real(node: Node) -> bool:
    """Whether the value is real: nothing complex inside, or its own conjugate (x'*H*x)."""
    return not node.is_complex or _conjugate(node) is node


def _complex_children(node: Node) -> list[Node]:
    return [child for child in children(node) if child.is_complex]


@bottom_up(_complex_children)
def _conjugate(node: Node) -> Node:
    """The conjugate of a complex node."""
    match node:
        case Conjugate(inner):
            return inner
        case ImaginaryUnit():
            return negate(node)
        case Binder(variable=variable) if variable.is_complex:
            return Conjugate.raw(node, shape=node.shape, structure=node.structure)
        case Named(value=value) if conjugate(value) is value:
            return node
        case Sum() | Product() | Apply():
            return remade(node, [conjugate(child) for child in children(node)])
        case _:
            return Conjugate.raw(node, shape=node.shape, structure=node.structure)


def real_part(node: Node) -> Node:
    """re(Z): additive, and over real scalars linear; re(conj(Z)) = re(Z), re(i*Z) = -im(Z)."""
    return _spread(RealPart, node) if node.is_complex else node


def imaginary_part(node: Node) -> Node:
    """im(Z): additive, and over real scalars linear; im(conj(Z)) = -im(Z), im(i*Z) = re(Z)."""
    return _spread(ImaginaryPart, node) if node.is_complex else zero(node.shape)


def _spread(kind: Part, root: Node) -> Node:
    """re or im of scalar sums term by term, real factors before it."""
    found: list[Node] = []
    waiting: list[tuple[Node, Part, Node]] = [(number(1), kind, root)]
    while waiting:
        before, part, node = waiting.pop()
        if isinstance(node, Sum) and node.shape.is_scalar:
            waiting += [(scale(value, before), part, term) for value, term in node.terms]
            continue
        outside, turned, inside = _apart(node)
        before = multiply(before, outside)
        if turned:
            before = negate(before) if part is RealPart else before
            part = ImaginaryPart if part is RealPart else RealPart
        if isinstance(inside, Sum) and inside.shape.is_scalar:
            waiting.append((before, part, inside))
        else:
            found.append(multiply(before, _part(part, inside)))
    return plus(*found)


def _apart(node: Node) -> tuple[Node, bool, Node]:
    """A product as its real scalars, whether the imaginary unit is a factor, and the rest."""
    if not isinstance(node, Product):
        return number(1), isinstance(node, ImaginaryUnit), _without_unit(node)
    real = [scalar for scalar in node.scalars if not scalar.is_complex]
    others = [scalar for scalar in node.scalars if scalar.is_complex]
    turned = any(isinstance(scalar, ImaginaryUnit) for scalar in others)
    rest = multiply(*map(_without_unit, others), *node.factors)
    return multiply(number(node.coefficient), *real), turned, rest


def _without_unit(node: Node) -> Node:
    return number(1) if isinstance(node, ImaginaryUnit) else node


def _part(kind: Part, node: Node) -> Node:
    """re or im of what has no real factor; of a node and its conjugate the one that reads well."""
    if not node.is_complex:
        return node if kind is RealPart else zero(node.shape)
    other = _conjugate(node)
    if other is node and kind is ImaginaryPart:
        return zero(node.shape)
    best = min(node, other, key=_order)
    part = kind.raw(best, shape=node.shape, structure=REAL)
    return negate(part) if best is not node and kind is ImaginaryPart else part


def of_few_conjugates(nodes: Sequence[Node]) -> Sequence[Node]:
    """The nodes or all their conjugates, whichever reads better."""
    return min(nodes, list(map(conjugate, nodes)), key=lambda them: list(map(_order, them)))


def _order(node: Node) -> tuple[int, int, int, tuple[int, str, int]]:
    """A conjugated tangent comes last, then what reads badly or has more conjugates."""
    conjugates = [n for n in ordered(node) if isinstance(n, Conjugate)]
    moving = sum("tangent" in conjugated.structure for conjugated in conjugates)
    return moving, lone_marks(node), len(conjugates), node.rank


IMAGINARY_UNIT = ImaginaryUnit.raw(structure=frozenset({"complex"}))
