"""The second half of a derivation: from df, linear in dX, to <G, dX>.

First the laws of the trace bring dX to the right: it is linear, tr M = tr M', it is cyclic. Then
`pull_back` takes away what stands around dX, and each of its steps is a law of the inner product.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from matcalc.calculus.pull_back import Moved, moving_nodes, pull_back
from matcalc.derivation.lines import chain
from matcalc.derivation.steps import Reason, Step
from matcalc.derivation.trace import Trace
from matcalc.expressions.constructors import (
    UNIT,
    add,
    conjugate,
    dagger,
    is_operation,
    multiply,
    number,
    plus,
    real_part,
    split_coefficient,
    split_scalars,
    trace,
    transpose,
)
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    children,
    ordered,
)
from matcalc.rulebook import book
from matcalc.language.kinds import kind_text
from matcalc.rulebook.laws import (
    DISTRIBUTIVE,
    TRACE_LINEAR,
    MIRRORED,
    OWN_TRANSPOSE,
    OWN_TRACE,
    CYCLIC,
    OWN_REAL_PART,
    DOT,
    SUM_LINEAR,
    INNER_LINEAR,
    CHAIN,
    SCALAR_FACTOR,
    TRANSPOSED,
    ENTRYWISE,
    OVER_INDEX,
    REAL_VARIABLE,
    Law,
    Record,
    law_of,
    raw,
)

class Shaping(Protocol):
    """How an answer gets its form, each rewriting told to a record."""

    def restored(self, value: Node) -> Node: ...
    def shaped(self, value: Node, record: Record | None = None) -> Node: ...
    @property
    def variable(self) -> Symbol: ...


def gradient_steps(line: Node, tangent: Symbol, asked: Shaping) -> list[Step]:
    """The lines from df to <G, dX>, with G in the form that the answer has; none where df is 0."""
    if tangent not in ordered(line):
        return []
    steps, (found,) = toward_gradient(line, [tangent])
    written = Trace(line)
    written.follow(steps)
    return steps + form_steps(written.line, found, asked)


def form_steps(line: Node, found: Node, asked: Shaping) -> list[Step]:
    """The lines from <G, dX> as it came out to its form in the answer."""
    variable = asked.variable
    written = Trace(line)
    known = Law(f"{variable.name}: {kind_text(variable.shape, variable.structure)}")
    written.restore(asked.restored, known)
    asked.shaped(found, written.sweep)
    return written.steps


def toward_gradient(line: Node, tangents: Sequence[Symbol]) -> tuple[list[Step], tuple[Node, ...]]:
    """The lines from df to the sum of <G, dX> over the tangents, and the G as they come out."""
    written = Trace(line)
    _bring_to_the_right(written, tangents)
    frontier = _Frontier(written, tangents)
    found = frontier.pull_back()
    return written.steps, found


def _bring_to_the_right(written: Trace, tangents: Sequence[Symbol]) -> None:
    """Every trace and scalar chain with what moves as its last factor."""
    written.use(TRACE_LINEAR, _Turning(written.line, tangents).split)
    if written.line.is_complex or any(tangent.is_complex for tangent in tangents):
        line = written.line
        real = real_part(line)
        written.write([Reason(OWN_REAL_PART, line, real)], real)
        return
    written.use(MIRRORED, _Turning(written.line, tangents).mirror)
    written.use(OWN_TRANSPOSE, _Turning(written.line, tangents).turn_chain)
    written.use(OWN_TRACE, _Turning(written.line, tangents).as_trace)
    written.use(CYCLIC, _Turning(written.line, tangents).rotate)


class _Turning:
    """The laws of the trace at the nodes of a line; None where they do not apply."""

    def __init__(self, line: Node, tangents: Sequence[Symbol]) -> None:
        self.moving = moving_nodes(ordered(line), *tangents)

    def split(self, node: Node) -> Node | None:
        """tr(a*A + b*B) = a*tr(A) + b*tr(B)."""
        inner = self._traced(node)
        if inner is None:
            return None
        terms = inner.terms if isinstance(inner, Sum) else ((Fraction(1), inner),)
        found = add((value, _scalar_out(term)) for value, term in terms)
        return None if found is node else found

    def mirror(self, node: Node) -> Node | None:
        """tr(M) = tr(M') where dX is transposed in M."""
        inner = self._traced(node)
        if inner is None or not self._has_transposed(inner):
            return None
        return _scalar_out(transpose(inner))

    def turn_chain(self, node: Node) -> Node | None:
        """dx'*A*x = x'*A'*dx."""
        if not (self._is_chain(node) and self._has_transposed(node)):
            return None
        turned = tuple(transpose(factor) for factor in reversed(children(node)))
        return chain(*turned)

    def as_trace(self, node: Node) -> Node | None:
        """x'*dX*y = tr(x'*dX*y); where dX is last it is a dot product already."""
        if self._is_chain(node) and children(node)[-1] not in self.moving:
            return raw("tr", node)
        return None

    def rotate(self, node: Node) -> Node | None:
        """tr(A*dX*B) = tr(B*A*dX)."""
        inner = self._traced(node)
        if not isinstance(inner, Product) or inner.scalars or inner.factors[-1] in self.moving:
            return None
        factors = inner.factors
        place = next(p for p, factor in enumerate(factors) if factor in self.moving)
        turned = factors[place + 1 :] + factors[: place + 1]
        return raw("tr", Product(inner.coefficient, (), turned))

    def _traced(self, node: Node) -> Node | None:
        """The M of a tr(M) that moves."""
        return children(node)[0] if is_operation(node, "tr") and node in self.moving else None

    def _is_chain(self, node: Node) -> bool:
        return (
            isinstance(node, Product)
            and node in self.moving
            and node.shape.is_scalar
            and bool(node.factors)
            and not node.scalars
            and node.coefficient == 1
        )

    def _has_transposed(self, node: Node) -> bool:
        parts = node.factors if isinstance(node, Product) else (node,)
        return any(is_operation(part, "transpose") and part in self.moving for part in parts)


def _scalar_out(node: Node) -> Node:
    """tr(c*M) = c*tr(M), nothing rotated."""
    if isinstance(node, Sum):
        return raw("tr", node)
    scalar, rest = split_scalars(node)
    return multiply(scalar, raw("tr", rest))


class _Frontier:
    """The inner products that a line is a sum of, as the pull-back goes down to the tangents."""

    def __init__(self, written: Trace, tangents: Sequence[Symbol]) -> None:
        self.written = written
        self.tangents = tangents
        self.arrived: dict[Node, list[Node]] = {written.line: [UNIT]}

    def pull_back(self) -> tuple[Node, ...]:
        """The lines down to the tangents, and what arrives at each."""
        waiting: list[Moved] = []
        found = pull_back(self.written.line, self.tangents, UNIT, waiting.append)
        aside: list[Reason] = []
        while waiting:
            ready = _ready(waiting)
            law = _law(ready[0])
            alike = [one for one in ready if _law(one) is law]
            waiting = [one for one in waiting if one not in alike]
            reasons = [reason for one in alike for reason in self._move(one, law)]
            if law is DISTRIBUTIVE:  # scalars before inner products, which stand before dX soon
                aside += reasons
            elif reasons:
                self.written.write([*aside, *reasons], self._line())
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
        if is_operation(rest, "ones"):
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
                self.written.write(reasons, self._line())


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
    scalar, rest = split_scalars(one.cotangent)
    is_trace = isinstance(rest, Identity)
    is_sum = is_operation(rest, "ones")
    match node:
        case Sum() | Product(factors=()) if node.shape.is_scalar:
            return DISTRIBUTIVE
        case Sum():
            return TRACE_LINEAR if is_trace else SUM_LINEAR if is_sum else INNER_LINEAR
        case Product(factors=factors):
            moved_scalar = one.shares[0][0].shape.is_scalar and one.shares[0][0] in node.scalars
            if moved_scalar:
                return TRACE_LINEAR if is_trace else SCALAR_FACTOR
            return DOT if node.shape.is_scalar or is_trace else CHAIN
        case Apply(operation="transpose"):
            return MIRRORED if is_trace else TRANSPOSED
        case Apply(operation="hadamard"):
            return DOT if is_sum else ENTRYWISE
        case Apply(operation="index_sum"):
            return OVER_INDEX
        case Apply(operation="tr" | "sum" | "re"):
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
