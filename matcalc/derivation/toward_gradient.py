"""The second half of a derivation: from df, linear in dX, to <G, dX>.

First the laws of the trace bring dX to the right. Then `pull_back` takes away what stands around
dX, and each of its steps is a law of the inner product.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.calculus.pull_back import Moved, pull_back
from matcalc.derivation.lines import chain
from matcalc.derivation.steps import Reason
from matcalc.derivation.trace import Lines
from matcalc.derivation.turning import bring_to_the_right
from matcalc.expressions.constructors import (
    UNIT,
    conjugate,
    plus,
    real_part,
    split_coefficient,
    split_scalars,
)
from matcalc.expressions.nodes import Apply, Identity, Node, Product, Sum, Symbol
from matcalc.expressions.operations import (
    EntrySum,
    Hadamard,
    IndexSum,
    Ones,
    RealPart,
    Trace,
    Transpose,
)
from matcalc.rulebook import book
from matcalc.rulebook.laws import (
    CHAIN,
    DISTRIBUTIVE,
    DOT,
    ENTRYWISE,
    INNER_LINEAR,
    MIRRORED,
    OVER_INDEX,
    REAL_PAIRING,
    REAL_VARIABLE,
    SCALAR_FACTOR,
    SUM_LINEAR,
    TRACE_LINEAR,
    TRANSPOSED,
    Law,
    law_of,
    raw,
)


def toward_gradient(lines: Lines, tangents: Sequence[Symbol]) -> tuple[Node, ...]:
    """The lines from df to the sum of <G, dX> over the tangents; gives the G as they come out."""
    bring_to_the_right(lines)
    return _Frontier(lines, tangents).pull_back()


class _Frontier:
    """The inner products that a line is a sum of, as the pull-back goes down to the tangents."""

    def __init__(self, lines: Lines, tangents: Sequence[Symbol]) -> None:
        self.lines = lines
        self.tangents = tangents
        self.arrived: dict[Node, list[Node]] = {lines.line: [UNIT]}

    def pull_back(self) -> tuple[Node, ...]:
        """The lines down to the tangents, and what arrives at each."""
        waiting: list[Moved] = []
        found = pull_back(self.lines.line, self.tangents, UNIT, waiting.append)
        aside: list[Reason] = []
        while waiting:
            ready = _ready(waiting)
            law = self._law(ready[0])
            alike = [one for one in ready if self._law(one) is law]
            waiting = [one for one in waiting if one not in alike]
            reasons = [reason for one in alike for reason in self._move(one, law)]
            if law is DISTRIBUTIVE:  # scalars before inner products, which stand before dX soon
                aside += reasons
            elif reasons:
                self.lines.write([*aside, *reasons], self._line())
                aside = []
        self._gather(found)
        return found

    def _move(self, one: Moved, law: Law) -> list[Reason]:
        """The inner product with a node becomes those with its children."""
        cotangents = self.arrived.pop(one.node)
        reasons = []
        together = self._paired(one.cotangent, one.node)
        if len(cotangents) > 1:
            apart = plus_as_written([self._paired(c, one.node) for c in cotangents])
            reasons.append(Reason(INNER_LINEAR, apart, together))
        for child, share in one.shares:
            self.arrived.setdefault(child, []).append(share)
        after = plus_as_written([self._paired(share, child) for child, share in one.shares])
        if after is not together:
            reasons.append(Reason(law, together, after))
        return reasons

    def _law(self, one: Moved) -> Law:
        law = _law(one)
        over_complex = any(tangent.is_complex for tangent in self.tangents)
        return REAL_PAIRING if law is DOT and over_complex else law

    def _line(self) -> Node:
        pairs = ((c, node) for node, cotangents in self.arrived.items() for c in cotangents)
        return plus_as_written([self._paired(c, node) for c, node in pairs])

    def _paired(self, cotangent: Node, node: Node) -> Node:
        """<C, V>; <c, s> is c*s, <c*I, V> is c*tr(V) and <c*ones, V> is c*sum(V)."""
        if node in self.tangents:
            return raw("inner", cotangent, node)
        if node.shape.is_scalar:
            return real_part(chain(conjugate(cotangent), node))
        scalar, rest = split_scalars(cotangent)
        if isinstance(rest, Identity):
            return real_part(chain(conjugate(scalar), raw("tr", node)))
        if isinstance(rest, Ones):
            return real_part(chain(conjugate(scalar), book.apply("sum", [node])))
        return raw("inner", cotangent, node)

    def _gather(self, found: tuple[Node, ...]) -> None:
        """The sum of <C, dX> is <G, dX>."""
        for tangent, total in zip(self.tangents, found, strict=True):
            cotangents = self.arrived.get(tangent, [])
            if cotangents and not (len(cotangents) == 1 and cotangents[0] is total):
                before = plus_as_written([raw("inner", c, tangent) for c in cotangents])
                self.arrived[tangent] = [plus(*cotangents)]
                after = raw("inner", plus(*cotangents), tangent)
                reasons = [Reason(INNER_LINEAR, before, after)]
                if plus(*cotangents) is not total:
                    self.arrived[tangent] = [total]
                    last = raw("inner", total, tangent)
                    reasons.append(Reason(REAL_VARIABLE, after, last))
                self.lines.write(reasons, self._line())


def plus_as_written(terms: Sequence[Node]) -> Node:
    """A sum of the terms in their order, equal ones not collected."""
    parts = [split_coefficient(term) for term in terms]
    if len(parts) == 1:
        return terms[0]
    return Sum(tuple(parts))


def _ready(waiting: Sequence[Moved]) -> list[Moved]:
    """The steps at nodes to which nothing comes any more from one that waits."""
    later = {child for one in waiting for child, _ in one.shares}
    return [one for one in waiting if one.node not in later]


def _law(one: Moved) -> Law:
    """The law by which an inner product moves on from a node."""
    node = one.node
    rest = split_scalars(one.cotangent)[1]
    is_trace = isinstance(rest, Identity)
    is_sum = isinstance(rest, Ones)
    match node:
        case Sum() | Product(factors=()) if node.shape.is_scalar:
            return DISTRIBUTIVE
        case Sum():
            return TRACE_LINEAR if is_trace else SUM_LINEAR if is_sum else INNER_LINEAR
        case Product():
            moved_scalar = one.shares[0][0].shape.is_scalar and one.shares[0][0] in node.scalars
            if moved_scalar:
                return TRACE_LINEAR if is_trace else SCALAR_FACTOR
            return DOT if node.shape.is_scalar or is_trace else CHAIN
        case Transpose():
            return MIRRORED if is_trace else TRANSPOSED
        case Hadamard():
            return DOT if is_sum else ENTRYWISE
        case IndexSum():
            return OVER_INDEX
        case Trace() | EntrySum() | RealPart():
            return DOT
        case Apply():
            return _adjoint_law(node, one)
        case _:
            raise AssertionError("a leaf has no law")


def _adjoint_law(node: Apply, one: Moved) -> Law:
    """The adjoint equation of the entry, in the argument that moves."""
    moved = {child for child, _ in one.shares}
    operation = book.operation(node.operation)
    names = zip(operation.parameters, node.arguments, strict=True)
    name = next(parameter.name for parameter, argument in names if argument in moved)
    rule = next(r for r in book.rules_at(node, "adjoint") if r.argument == name)
    return law_of(rule)
