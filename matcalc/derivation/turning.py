"""The laws of the trace that bring what moves to the right: linear, tr M = tr M', cyclic."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeGuard

from matcalc.derivation.lines import chain
from matcalc.derivation.steps import Reason
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import (
    add,
    multiply,
    number,
    real_part,
    split_scalars,
    trace,
    transpose,
)
from matcalc.expressions.marks import is_moving, is_tangent
from matcalc.expressions.nodes import Node, Product, Sum, children, visible
from matcalc.expressions.operations import Trace, Transpose
from matcalc.rulebook.laws import (
    CYCLIC,
    DISTRIBUTIVE,
    MIRRORED,
    OWN_REAL_PART,
    OWN_TRACE,
    OWN_TRANSPOSE,
    TRACE_LINEAR,
)

_MOST_TERMS = 8  # more of them are no line that a reader takes in


def bring_to_the_right(lines: Lines) -> None:
    """Every trace and scalar chain with what moves as its last factor."""
    lines.use(TRACE_LINEAR, _Turning(lines.line).split)
    if lines.line.shape.is_scalar:
        lines.use(DISTRIBUTIVE, _Turning(lines.line).spread)
    if any(node.is_complex for node in visible(lines.line)):
        line = lines.line
        real = real_part(line)
        lines.write([Reason(OWN_REAL_PART, line, real)], real)
        return
    lines.use(MIRRORED, _Turning(lines.line).mirror)
    lines.use(OWN_TRANSPOSE, _Turning(lines.line).turn_chain)
    lines.use(OWN_TRACE, _Turning(lines.line).as_trace)
    lines.use(CYCLIC, _Turning(lines.line).rotate)


def merge_to_the_right(lines: Lines) -> None:
    """Terms of which one is the transpose of another made one: R'*d(R) for d(R)'*R in a trace."""
    if not lines.line.is_complex:
        lines.use(TRACE_LINEAR, _Turning(lines.line).split_mirrored)
        lines.use(MIRRORED, _Turning(lines.line).merge_traces)
        lines.use(OWN_TRANSPOSE, _Turning(lines.line).merge_chains)


def merge_as_ordered(lines: Lines) -> None:
    """The same, where the factors stay in the order that the constructors give them."""
    if not lines.line.is_complex:
        lines.use(TRACE_LINEAR, _Turning(lines.line).split_mirrored)
        lines.use(MIRRORED, _Turning(lines.line).order_trace)
        lines.use(OWN_TRANSPOSE, _Turning(lines.line).order_chain)


class _Turning:
    """The laws of the trace at the nodes of a line; None where they do not apply."""

    def __init__(self, line: Node) -> None:
        self.nodes = visible(line)
        self.moving = {node for node in self.nodes if is_moving(node)}

    def split(self, node: Node) -> Node | None:
        """tr(a*A + b*B*(V + W)) = a*tr(A) + b*tr(B*V) + b*tr(B*W) for the V and W that move."""
        inner = self._traced(node)
        if inner is None:
            return None
        found = add((value, _scalar_out(term)) for value, term in _terms(inner))
        return None if found is node else found

    def spread(self, node: Node) -> Node | None:
        """x'*(V + W)*y = x'*V*y + x'*W*y likewise."""
        terms = _terms(node) if self._is_chain(node) else []
        return add(terms) if len(terms) > 1 else None

    def split_mirrored(self, node: Node) -> Node | None:
        """The same where one of the terms is the transpose of another."""
        inner = self._traced(node)
        terms = {term for _, term in inner.terms} if isinstance(inner, Sum) else set()
        mirrored = any((turned := transpose(t)) in terms and turned is not t for t in terms)
        return self.split(node) if mirrored else None

    def merge_traces(self, node: Node) -> Node | None:
        """tr(M) = tr(M') where that stands in the line too."""
        found = self.mirror(node)
        return found if found in self.nodes else None

    def merge_chains(self, node: Node) -> Node | None:
        """d(u)'*u = u'*d(u) where that stands in the line too."""
        found = self.turn_chain(node)
        return found if found in self.nodes else None

    def order_trace(self, node: Node) -> Node | None:
        """tr(M) = tr(M') where that stands in the line too, in the order of the constructors."""
        inner = self._traced(node)
        found = None if inner is None else trace(inner)
        return found if found in self.nodes and found is not node else None

    def order_chain(self, node: Node) -> Node | None:
        """d(u)'*u and u'*d(u) likewise."""
        found = multiply(*children(node)) if self._is_chain(node) else None
        return found if found in self.nodes and found is not node else None

    def mirror(self, node: Node) -> Node | None:
        """tr(M) = tr(M') where dX is transposed in M."""
        inner = self._traced(node)
        if inner is None:
            return None
        turned = transpose(inner)
        return _scalar_out(turned) if self._transposed(turned) < self._transposed(inner) else None

    def turn_chain(self, node: Node) -> Node | None:
        """dx'*A*x = x'*A'*dx."""
        if not self._is_chain(node):
            return None
        turned = chain(*(transpose(factor) for factor in reversed(children(node))))
        return turned if self._transposed(turned) < self._transposed(node) else None

    def as_trace(self, node: Node) -> Node | None:
        """x'*dX*y = tr(x'*dX*y); where dX is last it is a dot product already."""
        if self._is_chain(node) and children(node)[-1] not in self.moving:
            return Trace.raw(node)
        return None

    def rotate(self, node: Node) -> Node | None:
        """tr(A*dX*B) = tr(B*A*dX)."""
        inner = self._traced(node)
        if not isinstance(inner, Product) or inner.scalars or inner.factors[-1] in self.moving:
            return None
        factors = inner.factors
        place = next(p for p, factor in enumerate(factors) if factor in self.moving)
        turned = Product(inner.coefficient, (), factors[place + 1 :] + factors[: place + 1])
        return turned if turned.shape.is_scalar else Trace.raw(turned)

    def _traced(self, node: Node) -> Node | None:
        """The M of a tr(M) that moves."""
        return node.inner if isinstance(node, Trace) and node in self.moving else None

    def _is_chain(self, node: Node) -> bool:
        return (
            isinstance(node, Product)
            and node in self.moving
            and node.shape.is_scalar
            and bool(node.factors)
            and not node.scalars
            and node.coefficient == 1
        )

    def _transposed(self, root: Node) -> int:
        """How many tangents are transposed in it."""
        inside = (node for node in visible(root) if isinstance(node, Transpose))
        return sum(is_tangent(node.inner) for node in inside)


def _terms(node: Node) -> list[tuple[Fraction, Node]]:
    """Those of a sum, products multiplied out over the sums that move; itself, if many."""
    found = list(_multiplied_out(node))
    return found if len(found) <= _MOST_TERMS else [(Fraction(1), node)]


def _multiplied_out(node: Node) -> Iterator[tuple[Fraction, Node]]:
    if isinstance(node, Sum):
        yield from ((c * own, one) for c, term in node.terms for own, one in _multiplied_out(term))
        return
    parts = children(node) if isinstance(node, Product) else ()
    place, moving = next(
        ((p, part) for p, part in enumerate(parts) if _is_moving_sum(part)), (0, None)
    )
    if moving is None or not isinstance(node, Product):
        yield Fraction(1), node
        return
    for value, term in moving.terms:
        opened = chain(number(node.coefficient), *parts[:place], term, *parts[place + 1 :])
        yield from ((value * own, one) for own, one in _multiplied_out(opened))


def _is_moving_sum(node: Node) -> TypeGuard[Sum]:
    return isinstance(node, Sum) and is_moving(node)


def _scalar_out(node: Node) -> Node:
    """tr(c*M) = c*tr(M), nothing rotated."""
    if isinstance(node, Sum):
        return Trace.raw(node)
    scalar, rest = split_scalars(node)
    return multiply(scalar, Trace.raw(rest))
