"""The second half of a derivation: from df, linear in dX, to <G, dX>.

It is `pull_back` told step by step: each is a law of the inner product that takes away some of what
stands around dX. The laws of the trace may have brought dX to the right before (`turning`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcalc.calculus.pull_back import Moved, pull_back
from matcalc.derivation.lines import chain, replace
from matcalc.derivation.steps import Reason
from matcalc.derivation.told import adjoint_law
from matcalc.derivation.trace import Lines
from matcalc.expressions.binders import bound_in, free_names, names_in, renewed
from matcalc.expressions.constructors import (
    UNIT,
    conjugate,
    is_zero,
    plus,
    real_part,
    split_coefficient,
    split_scalars,
    zero,
)
from matcalc.expressions.nodes import (
    NO_STRUCTURE,
    Apply,
    Identity,
    Named,
    Node,
    Product,
    Sum,
    Symbol,
)
from matcalc.expressions.operations import (
    EntrySum,
    Hadamard,
    IndexSum,
    Inner,
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
    REAL_PAIRING,
    REAL_VARIABLE,
    SCALAR_FACTOR,
    SUM_LINEAR,
    TRACE_LINEAR,
    TRANSPOSED,
    Law,
    definition,
)


def toward_gradient(lines: Lines, tangents: Sequence[Node]) -> None:
    """The lines from df to the sum of <G, dX> over the tangents, with the G as they come out."""
    _Frontier(lines, tangents, lines.line, UNIT).pull_back()


def through_part(lines: Lines, tangents: Sequence[Node]) -> None:
    """The same from <C, dR>, by what dR stands for."""
    pair = lines.line
    assert isinstance(pair, Inner) and isinstance(pair.right, Named)
    frontier = _Frontier(lines, tangents, pair.right.value, pair.left)
    frontier.open(pair, definition(pair.right))
    frontier.pull_back()


_FIRST = (DISTRIBUTIVE, DOT, REAL_PAIRING)  # what makes inner products of a line


@dataclass(frozen=True, slots=True)
class _Term:
    """A cotangent that arrived at a node, and where among the terms of the line it stands."""

    cotangent: Node
    place: tuple[int, ...]


class _Frontier:
    """The inner products that a line is a sum of, as the pull-back goes down to the tangents."""

    def __init__(self, lines: Lines, tangents: Sequence[Node], body: Node, cotangent: Node) -> None:
        self.lines = lines
        self.tangents = tangents
        self.body = body
        self.cotangent = cotangent
        self.shown: dict[Node, Node] = {}
        self.arrived: dict[Node, list[_Term]] = {body: [_Term(cotangent, ())]}

    def open(self, pair: Node, law: Law) -> None:
        """The first line, where the body has stood under a name."""
        line = self._line()
        self.lines.write([Reason(law, pair, line)], line)

    def pull_back(self) -> None:
        """The lines down to the tangents."""
        waiting: list[Moved] = []
        found = pull_back(self.body, self.tangents, self.cotangent, waiting.append)
        if self.lines.line in self.tangents:
            self.lines.put([Reason(DOT, self.lines.line, self._line())])
        aside: list[Reason] = []
        while waiting:
            ready = _ready(waiting)
            laws = [self._law(one) for one in ready]
            law = next((one for one in _FIRST if one in laws), laws[0])
            alike = [one for one in ready if self._law(one) == law]
            waiting = [one for one in waiting if one not in alike]
            reasons = [reason for one in alike for reason in self._move(one, law)]
            if law is DISTRIBUTIVE:  # scalars before inner products, which stand before dX soon
                aside += reasons
            elif reasons:
                self.lines.write([*aside, *reasons], self._line())
                aside = []
        if aside:
            self.lines.write(aside, self._line())
        self._gather(found)

    def _move(self, one: Moved, law: Law) -> list[Reason]:
        """The inner product with a node becomes those with its children."""
        reasons = self._collect(one)
        if isinstance(one.node, IndexSum):
            self.lines.write(reasons, self._line())
            self._inside(one, one.node)
            reasons = []
        (term,) = self.arrived.pop(one.node)
        for place, (child, share) in enumerate(one.shares):
            self.arrived.setdefault(child, []).append(_Term(share, (*term.place, place)))
        together = self.shown.pop(one.node, self._paired(one.cotangent, one.node))
        if isinstance(one.node, Apply) and len(one.shares) > 1:
            return reasons + self._one_by_one(one, together)
        plain = plus_as_written([self._written(share, child) for child, share in one.shares])
        if plain is not together:
            reasons.append(Reason(law, together, plain))
        return reasons + self._at_tangents(one)

    def _collect(self, one: Moved) -> list[Reason]:
        """All that arrived at a node as one term, under a name where it has one."""
        terms = self.arrived[one.node]
        apart = plus_as_written([self._paired(term.cotangent, one.node) for term in terms])
        total = plus(*(term.cotangent for term in terms))
        plain = self._paired(total, one.node)
        reasons = [Reason(linear_in(one.node), apart, plain)] if len(terms) > 1 else []
        if isinstance(one.cotangent, Named) and one.cotangent is not total:
            together = self._paired(one.cotangent, one.node)
            reasons.append(Reason(definition(one.cotangent), plain, together))
        self.arrived[one.node] = [_Term(one.cotangent, min(term.place for term in terms))]
        return reasons

    def _at_tangents(self, one: Moved) -> list[Reason]:
        """c*tr(dX) is <c*I, dX>."""
        pairs = (
            (self._written(share, child), self._paired(share, child)) for child, share in one.shares
        )
        law = REAL_PAIRING if self._over_complex else DOT
        return [
            Reason(DISTRIBUTIVE if after.right.shape.is_scalar else law, before, after)
            for before, after in pairs
            if isinstance(after, Inner) and before is not after
        ]

    def _one_by_one(self, one: Moved, before: Node) -> list[Reason]:
        """The adjoint in each argument of an operation that is linear in several together."""
        assert isinstance(one.node, Apply)
        arguments, reasons = list(one.node.arguments), list[Reason]()
        moving = {child for child, _ in one.shares}
        places = (place for place, argument in enumerate(arguments) if argument in moving)
        for place, (child, share) in zip(places, one.shares, strict=True):
            arguments[place] = zero(child.shape)
            rest = book.apply(one.node.operation, arguments, one.node.shape)
            left = [] if is_zero(rest) else [self._paired(one.cotangent, rest)]
            after = plus_as_written([self._paired(share, child), *left])
            reasons.append(Reason(_adjoint_law(one.node, place), before, after))
            before = left[0] if left else before
        return reasons

    def _inside(self, one: Moved, node: IndexSum) -> None:
        """The lines inside a sum over an index, down to the sum of inner products with dX."""
        index, lower, upper, body = _own_index(node, one.cotangent)

        def over(line: Node) -> Node:
            return Apply("index_sum", (index, lower, upper, line), line.shape, NO_STRUCTURE)

        lines = Lines(self._paired(one.cotangent, body))
        _Frontier(lines, self.tangents, body, one.cotangent).pull_back()
        first = Reason(INNER_LINEAR, self._paired(one.cotangent, node), over(lines.steps[0].before))
        self._show(node, [first])
        for step in lines.steps:
            pairs = (
                (reason.law, over(reason.before), over(reason.after)) for reason in step.reasons
            )
            self._show(node, [Reason(*pair) for pair in pairs], over(step.after))

    def _show(self, node: Node, reasons: list[Reason], after: Node | None = None) -> None:
        """The next line, in which the inner product with the node is shown so."""
        self.shown[node] = reasons[-1].after if after is None else after
        self.lines.write(reasons, self._line())

    def _law(self, one: Moved) -> Law:
        if isinstance(one.node, IndexSum):
            return INNER_LINEAR
        reaches = any(
            child in self.tangents for child, _ in one.shares if not child.shape.is_scalar
        )
        is_line = isinstance(one.node, Sum | Product) and one.node.shape.is_scalar
        law = DOT if reaches and is_line else _law(one)
        return REAL_PAIRING if law is DOT and self._over_complex else law

    @property
    def _over_complex(self) -> bool:
        return any(tangent.is_complex for tangent in self.tangents)

    def _line(self) -> Node:
        found = [(term, node) for node, terms in self.arrived.items() for term in terms]
        found.sort(key=lambda pair: pair[0].place)
        return plus_as_written([self._paired(term.cotangent, node) for term, node in found])

    def _paired(self, cotangent: Node, node: Node) -> Node:
        """<C, V>; <c, s> is c*s, <c*I, V> is c*tr(V) and <c*ones, V> is c*sum(V)."""
        if node in self.shown:
            return self.shown[node]
        if node in self.tangents:
            return Inner.raw(cotangent, node)
        return self._written(cotangent, node)

    def _written(self, cotangent: Node, node: Node) -> Node:
        if node.shape.is_scalar:
            return real_part(chain(conjugate(cotangent), node))
        scalar, rest = split_scalars(cotangent)
        if isinstance(rest, Identity):
            return real_part(chain(conjugate(scalar), Trace.raw(node)))
        if isinstance(rest, Ones):
            return real_part(chain(conjugate(scalar), book.apply("sum", [node])))
        return Inner.raw(cotangent, node)

    def _gather(self, found: tuple[Node, ...]) -> None:
        """The sum of <C, dX> is <G, dX>."""
        for tangent, total in zip(self.tangents, found, strict=True):
            cotangents = [term.cotangent for term in self.arrived.get(tangent, [])]
            if cotangents and not (len(cotangents) == 1 and cotangents[0] is total):
                before = plus_as_written([Inner.raw(c, tangent) for c in cotangents])
                after = Inner.raw(plus(*cotangents), tangent)
                reasons = [Reason(linear_in(tangent), before, after)]
                if plus(*cotangents) is not total:
                    last = Inner.raw(total, tangent)
                    reasons.append(Reason(REAL_VARIABLE, after, last))
                self.arrived[tangent] = [_Term(total, ())]
                self.lines.write(reasons, self._line())


def linear_in(moving: Node) -> Law:
    """The law by which inner products with one node are added up; <c, s> is c*s."""
    return DISTRIBUTIVE if moving.shape.is_scalar else INNER_LINEAR


def _own_index(node: IndexSum, cotangent: Node) -> tuple[Symbol, Node, Node, Node]:
    """The arguments of the sum, its index under a name that nothing inside it has."""
    index, body = node.variable, node.body
    if index.name in {s.name for s in bound_in(body, cotangent)} | free_names(cotangent):
        new = renewed(index, names_in(body, cotangent))
        return new, node.lower, node.upper, replace(body, {index: new})
    return index, node.lower, node.upper, body


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
        case Named():
            return definition(node)
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
        case Trace() | EntrySum() | RealPart():
            return DOT
        case Apply():
            return _adjoint_law(node, node.arguments.index(one.shares[0][0]))
        case _:
            raise AssertionError("a leaf has no law")


def _adjoint_law(node: Apply, place: int) -> Law:
    """The adjoint equation of the entry, in the argument that moves."""
    name = book.operation(node.operation).parameters[place].name
    rule = next(r for r in book.rules_at(node, "adjoint") if r.argument == name)
    return adjoint_law(rule, node.is_complex)
