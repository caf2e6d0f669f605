"""The laws of the trace that bring what moves to the right: linear, tr M = tr M', cyclic."""

from __future__ import annotations

from fractions import Fraction

from matcalc.derivation.lines import chain
from matcalc.derivation.steps import Reason
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import (
    add,
    multiply,
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
    MIRRORED,
    OWN_REAL_PART,
    OWN_TRACE,
    OWN_TRANSPOSE,
    TRACE_LINEAR,
)


def bring_to_the_right(lines: Lines) -> None:
    """Every trace and scalar chain with what moves as its last factor."""
    lines.use(TRACE_LINEAR, _Turning(lines.line).split)
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
        """tr(a*A + b*B) = a*tr(A) + b*tr(B)."""
        inner = self._traced(node)
        if inner is None:
            return None
        terms = inner.terms if isinstance(inner, Sum) else ((Fraction(1), inner),)
        found = add((value, _scalar_out(term)) for value, term in terms)
        return None if found is node else found

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
        turned = factors[place + 1 :] + factors[: place + 1]
        return Trace.raw(Product(inner.coefficient, (), turned))

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


def _scalar_out(node: Node) -> Node:
    """tr(c*M) = c*tr(M), nothing rotated."""
    if isinstance(node, Sum):
        return Trace.raw(node)
    scalar, rest = split_scalars(node)
    return multiply(scalar, Trace.raw(rest))
