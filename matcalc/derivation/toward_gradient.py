"""The second half of a derivation: from df, linear in dX, to <G, dX>.

Terms are traces, scalar chains or inner products; each line uses one law: the trace is linear,
tr M = tr M', the trace is cyclic, the definition of the dot product, and then the adjoint of
whatever stands around dX, the same steps in the same order as `pull_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from matcalc.calculus.pull_back import moving_nodes, transposed
from matcalc.derivation.lines import raw
from matcalc.derivation.steps import Step
from matcalc.expressions.constructors import (
    UNIT,
    add,
    is_operation,
    multiply,
    number,
    plus,
    split_coefficient,
    transpose,
)
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, ordered
from matcalc.rulebook import book

DOT = "definition of the dot product"
TRANSPOSED_TRACE = "tr M = tr M'"
CYCLIC = "the trace is cyclic"
OWN_TRACE = "a scalar is its own trace"
OWN_TRANSPOSE = "a scalar is its own transpose"
TRACE_LINEAR = "the trace is linear"
INNER_LINEAR = "the inner product is linear"
SIMPLIFY = "simplify"


@dataclass(frozen=True)
class Term:
    """A constant scalar times a scalar expression linear in the tangent."""

    coefficient: Node
    core: Node


def gradient_steps(line: Node, tangent: Symbol, value: Node) -> list[Step]:
    """The lines from df to <value, dX>."""
    work = _Work(line, tangent)
    work.each(TRACE_LINEAR, work.split)
    work.each(TRANSPOSED_TRACE, work.turn_trace)
    work.each(OWN_TRANSPOSE, work.turn_chain)
    work.each(OWN_TRACE, work.as_trace)
    work.each(CYCLIC, work.rotate)
    work.to_inner_products()
    work.move_across()
    work.gather(value)
    return work.steps


class _Work:
    def __init__(self, line: Node, tangent: Symbol) -> None:
        self.tangent = tangent
        self.line = line
        self.steps: list[Step] = []
        self.moving = moving_nodes(ordered(line), tangent)
        self.terms = list(self._distributed(UNIT, line))

    def _write(self, rule: str, source: str = "") -> None:
        after = _line(self.terms)
        if after is not self.line:
            self.steps.append(Step(rule, source, self.line, after))
            self.line = after

    def _moves(self, node: Node) -> bool:
        if node not in self.moving:
            self.moving |= moving_nodes(ordered(node), self.tangent)
        return node in self.moving

    def _distributed(self, coefficient: Node, node: Node) -> Iterable[Term]:
        """A scalar linear in the tangent as constants times traces, chains or operations."""
        match node:
            case Sum(terms=terms):
                for value, term in terms:
                    yield from self._distributed(multiply(number(value), coefficient), term)
            case Product(coefficient=value, scalars=scalars) if scalars:
                place = next(p for p, scalar in enumerate(scalars) if self._moves(scalar))
                others = scalars[:place] + scalars[place + 1 :]
                constant = multiply(number(value), coefficient, *others)
                yield from self._distributed(constant, scalars[place])
            case _:
                yield Term(coefficient, node)

    def each(self, rule: str, law: Callable[[Node], Iterable[tuple[Fraction, Node]] | None]) -> None:
        """One line: the law applied to every core that it fits, like terms collected."""
        totals: dict[Node, Node] = {}
        for term in self.terms:
            for value, core in law(term.core) or [(Fraction(1), term.core)]:
                share = multiply(number(value), term.coefficient)
                totals[core] = plus(totals[core], share) if core in totals else share
        self.terms = [Term(coefficient, core) for core, coefficient in totals.items()]
        self._write(rule)

    def split(self, core: Node) -> Iterable[tuple[Fraction, Node]] | None:
        match core:
            case Apply(operation="tr", arguments=(Sum(terms=terms),)):
                return [(value, raw("tr", term)) for value, term in terms]
            case Apply(operation="tr", arguments=(Product(coefficient=c) as inner,)) if c != 1:
                return [(c, raw("tr", split_coefficient(inner)[1]))]
            case _:
                return None

    def turn_trace(self, core: Node) -> Iterable[tuple[Fraction, Node]] | None:
        match core:
            case Apply(operation="tr", arguments=(inner,)) if self._transposed_tangent(inner):
                value, turned = split_coefficient(transpose(inner))
                return [(value, raw("tr", turned))]
            case _:
                return None

    def turn_chain(self, core: Node) -> Iterable[tuple[Fraction, Node]] | None:
        if isinstance(core, Product) and self._transposed_tangent(core):
            turned = tuple(transpose(factor) for factor in reversed(core.factors))
            if not any(isinstance(factor, (Product, Number)) for factor in turned):
                return [(Fraction(1), Product(Fraction(1), (), turned))]
        return None

    def _transposed_tangent(self, node: Node) -> bool:
        parts = node.factors if isinstance(node, Product) else (node,)
        return any(is_operation(p, "transpose") and self._moves(p) for p in parts)

    def as_trace(self, core: Node) -> Iterable[tuple[Fraction, Node]] | None:
        """x'*dX*y = tr(x'*dX*y); where the moving factor is last, it is a dot product already."""
        if isinstance(core, Product) and core.factors and not self._moves(core.factors[-1]):
            return [(Fraction(1), raw("tr", core))]
        return None

    def rotate(self, core: Node) -> Iterable[tuple[Fraction, Node]] | None:
        match core:
            case Apply(operation="tr", arguments=(Product(factors=factors),)):
                place = next(p for p, factor in enumerate(factors) if self._moves(factor))
                if place < len(factors) - 1:
                    turned = factors[place + 1 :] + factors[: place + 1]
                    return [(Fraction(1), raw("tr", Product(Fraction(1), (), turned)))]
        return None

    def to_inner_products(self) -> None:
        """c*tr(G'*V) = <c*G, V>, and likewise for g'*v and sum(G.*V)."""
        changed = []
        for term in self.terms:
            pair = self._pair(term.core)
            cotangent, moving = pair if pair is not None else (UNIT, term.core)
            scaled = multiply(term.coefficient, cotangent)
            changed.append(Term(UNIT, raw("inner", scaled, moving)))
        self.terms = changed
        self._write(DOT)

    def _pair(self, core: Node) -> tuple[Node, Node] | None:
        match core:
            case Apply(operation="tr", arguments=(Product(factors=(*left, last)),)) if left:
                return transpose(multiply(*left)), last
            case Product(factors=(*left, last)) if left:
                return transpose(multiply(*left)), last
            case _:
                return None

    def move_across(self) -> None:
        """Take away, line by line, what stands around dX on the right of <C, V>."""
        while outer := [t for t in self.terms if _right(t) is not self.tangent]:
            top = max((_right(term) for term in outer), key=lambda node: node.serial)
            law, source = _law(top)
            arriving = plus(*(_left(t) for t in self.terms if _right(t) is top))
            self.terms = [term for term in self.terms if _right(term) is not top]
            self._moves(top)
            for child, share in transposed(top, self.moving, arriving):
                self.terms.append(Term(UNIT, raw("inner", share, child)))
            self._write(law, source)

    def gather(self, value: Node) -> None:
        """sum <C_i, dX> = <G, dX>, then G as the answer gives it."""
        total = plus(*(_left(term) for term in self.terms)) if self.terms else value
        self.terms = [Term(UNIT, raw("inner", total, self.tangent))]
        self._write(INNER_LINEAR)
        self.terms = [Term(UNIT, raw("inner", value, self.tangent))]
        self._write(SIMPLIFY)


def _left(term: Term) -> Node:
    assert isinstance(term.core, Apply)
    return term.core.arguments[0]


def _right(term: Term) -> Node:
    assert isinstance(term.core, Apply)
    return term.core.arguments[1]


def _line(terms: Iterable[Term]) -> Node:
    """The terms written down in their order, nothing collected or rotated."""
    written: list[tuple[Fraction, Node]] = []
    for term in terms:
        value, constant = split_coefficient(term.coefficient)
        if constant is UNIT:
            written.append((value, term.core))
        else:
            scalars = constant.scalars if isinstance(constant, Product) else (constant,)
            written.append((value, Product(Fraction(1), (*scalars, term.core), ())))
    if len(written) == 1 and written[0][0] == 1:
        return written[0][1]
    return Sum(tuple(written)) if written else add([], SCALAR)


def _law(node: Node) -> tuple[str, str]:
    """The law by which the outermost operation around dX moves to the other side."""
    match node:
        case Sum():
            return INNER_LINEAR, ""
        case Product(factors=factors) if factors and node.shape != SCALAR:
            return "<A*V*B, C> = <V, A'*C*B'>", ""
        case Product():
            return "<s*M, C> = <s, tr(M'*C)>", ""
        case Apply(operation="transpose"):
            return "<V', C> = <V, C'>", ""
        case Apply(operation="hadamard"):
            return "<A.*V, C> = <V, A.*C>", ""
        case Apply(operation=name):
            texts = [clause.text for clause in book.operation(name).texts("adjoint")]
            return texts[0] if texts else f"adjoint of {name}", book.operation(name).source
        case _:
            return "adjoint", ""
