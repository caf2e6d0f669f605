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
from matcalc.derivation.lines import raw, replace
from matcalc.derivation.steps import Step
from matcalc.expressions.constructors import (
    UNIT,
    add,
    dagger,
    hadamard,
    multiply,
    number,
    ones,
    plus,
    real_part,
    split_coefficient,
    trace,
    transpose,
)
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import EntrySum, Hadamard, IndexSum, RealPart, Trace, Transpose
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute

DOT = "definition of the dot product"
TRANSPOSED_TRACE = "tr M = tr M'"
CYCLIC = "the trace is cyclic"
OWN_TRACE = "a scalar is its own trace"
OWN_TRANSPOSE = "a scalar is its own transpose"
TRACE_LINEAR = "the trace is linear"
INNER_LINEAR = "the inner product is linear"
SIMPLIFY = "simplify"
REAL_PAIRING = "the inner product <U, V> = re(tr(U'*V))"
OWN_REAL_PART = "a real number is its own real part"
EXPAND = "expand"


Share = tuple[Fraction | Node, Node]


@dataclass(frozen=True)
class Term:
    """A constant scalar times a scalar expression linear in the tangent."""

    coefficient: Node
    core: Node


def gradient_steps(line: Node, tangent: Symbol, value: Node) -> list[Step]:
    """The lines from df to <value, dX>; none where df is 0."""
    if tangent not in ordered(line):
        return []
    if line.is_complex or tangent.is_complex:
        return _over_complex(line, tangent, value)
    work = _Work(line, tangent, value)
    traces = any(work.split(term.core) for term in work.terms)
    work.each(TRACE_LINEAR if traces else EXPAND, work.split)
    work.each(TRANSPOSED_TRACE, work.turn_trace)
    work.each(OWN_TRANSPOSE, work.turn_chain)
    work.each(OWN_TRACE, work.as_trace)
    work.each(CYCLIC, work.rotate)
    work.to_inner_products()
    work.move_across()
    work.gather()
    return work.steps


def _over_complex(line: Node, tangent: Symbol, value: Node) -> list[Step]:
    """The same in the pairing re(tr(U'*V)), from the real part of df."""
    first = _Work(line, tangent, value)
    first.each(TRACE_LINEAR, first.split)
    real = real_part(substitute(first.line, {}))
    own = [Step(OWN_REAL_PART, "", first.line, real)] if real is not first.line else []
    work = _Work(real, tangent, value)
    work.to_inner_products(REAL_PAIRING)
    work.move_across()
    work.gather()
    return first.steps + own + work.steps


class _Work:
    def __init__(self, line: Node, tangent: Symbol, value: Node) -> None:
        self.tangent = tangent
        self.answer = Term(UNIT, raw("inner", value, tangent))
        self.line = line
        self.steps: list[Step] = []
        self.moving = moving_nodes(ordered(line), tangent)
        self.terms = list(self._distributed(UNIT, line))

    def _write(
        self, rule: str, source: str = "", equation: tuple[Node, Node] | None = None
    ) -> None:
        after = _line(self.terms)
        if replace(after, {}) is not replace(self.line, {}) or rule not in (EXPAND, SIMPLIFY):
            if after is self.line:
                return
            self.steps.append(Step(rule, source, self.line, after, equation))
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

    def each(self, rule: str, law: Callable[[Node], Iterable[Share] | None]) -> None:
        """One line: the law applied to every core that it fits, like terms collected."""
        totals: dict[Node, Node] = {}
        for term in self.terms:
            for value, core in law(term.core) or [(Fraction(1), term.core)]:
                constant = number(value) if isinstance(value, Fraction) else value
                share = multiply(constant, term.coefficient)
                totals[core] = plus(totals[core], share) if core in totals else share
        self.terms = [Term(coefficient, core) for core, coefficient in totals.items()]
        self._write(rule)

    def split(self, core: Node) -> Iterable[Share] | None:
        match core:
            case Trace(Sum(terms=terms)):
                return [self._taken_out(value, term) for value, term in terms]
            case Trace(Product() as inner) if inner.coefficient != 1 or inner.scalars:
                return [self._taken_out(Fraction(1), inner)]
            case _:
                return None

    def _taken_out(self, value: Fraction, inner: Node) -> Share:
        """value*tr(c*s*M) as a constant times the part that moves: tr(M), or s."""
        if not isinstance(inner, Product):
            return value, raw("tr", inner)
        constant = [s for s in inner.scalars if not self._moves(s)]
        moving = [s for s in inner.scalars if self._moves(s)]
        before = multiply(number(value * inner.coefficient), *constant)
        chain = multiply(*inner.factors)
        if moving:
            return multiply(before, trace(chain)), moving[0]
        return before, raw("tr", chain)

    def turn_trace(self, core: Node) -> Iterable[Share] | None:
        match core:
            case Trace(inner) if self._transposed_tangent(inner):
                value, turned = split_coefficient(transpose(inner))
                return [(value, raw("tr", turned))]
            case _:
                return None

    def turn_chain(self, core: Node) -> Iterable[Share] | None:
        if isinstance(core, Product) and self._transposed_tangent(core):
            turned = tuple(transpose(factor) for factor in reversed(core.factors))
            if not any(isinstance(factor, (Product, Number)) for factor in turned):
                return [(Fraction(1), Product(Fraction(1), (), turned))]
        return None

    def _transposed_tangent(self, node: Node) -> bool:
        parts = node.factors if isinstance(node, Product) else (node,)
        return any(isinstance(p, Transpose) and self._moves(p) for p in parts)

    def as_trace(self, core: Node) -> Iterable[Share] | None:
        """x'*dX*y = tr(x'*dX*y); where the moving factor is last, it is a dot product already."""
        if isinstance(core, Product) and core.factors and not self._moves(core.factors[-1]):
            return [(Fraction(1), raw("tr", core))]
        return None

    def rotate(self, core: Node) -> Iterable[Share] | None:
        match core:
            case Trace(Product(factors=factors)):
                place = next(p for p, factor in enumerate(factors) if self._moves(factor))
                if place < len(factors) - 1:
                    turned = factors[place + 1 :] + factors[: place + 1]
                    return [(Fraction(1), raw("tr", Product(Fraction(1), (), turned)))]
        return None

    def to_inner_products(self, rule: str = DOT) -> None:
        """c*tr(G'*V) = <c*G, V>, and likewise for g'*v and sum(G.*V)."""
        changed = []
        for term in self.terms:
            pair = self._pair(term.core)
            if pair is None or self._moves(pair[0]):
                pair = UNIT, term.core
            cotangent, moving = pair
            scaled = multiply(term.coefficient, cotangent)
            changed.append(Term(UNIT, raw("inner", scaled, moving)))
        if len(changed) == 1 and _right(changed[0]) is self.tangent:
            changed = [self.answer]
        self.terms = changed
        self._write(rule)

    def _pair(self, core: Node) -> tuple[Node, Node] | None:
        match core:
            case RealPart(inner):
                return self._complex_pair(inner)
            case Trace(Product(factors=(*left, last))) if left:
                return transpose(multiply(*left)), last
            case Product(factors=(*left, last)) if left:
                return transpose(multiply(*left)), last
            case EntrySum(Hadamard() as inner):
                moving = [factor for factor in inner.arguments if self._moves(factor)]
                others = [factor for factor in inner.arguments if not self._moves(factor)]
                return (hadamard(*others), moving[0]) if len(moving) == 1 else None
            case EntrySum(inner):
                return ones(inner.shape), inner
            case _:
                return None

    def _complex_pair(self, core: Node) -> tuple[Node, Node] | None:
        """re(tr(G'*V)) and re(g'*v) as <G, V>."""
        match core:
            case Trace(Product() as chain) | (Product() as chain):
                *left, last = chain.factors or (UNIT,)
                if left and not chain.scalars and not any(map(self._moves, left)):
                    return dagger(multiply(*left)), last
        return None

    def move_across(self) -> None:
        """Take away, line by line, what stands around dX on the right of <C, V>."""
        while outer := [t for t in self.terms if _right(t) is not self.tangent]:
            top = ordered(*map(_right, reversed(outer)))[-1]  # the first inside none of the others
            self._moves(top)
            law, source, equation = _law(top, self.moving)
            arriving = plus(*(_left(t) for t in self.terms if _right(t) is top))
            self.terms = [term for term in self.terms if _right(term) is not top]
            for child, share in transposed(top, self.moving, arriving, [self.tangent]):
                self.terms.append(Term(UNIT, raw("inner", share, child)))
            self._write(law, source, equation)

    def gather(self) -> None:
        """The sum of <C_i, dX> is <G, dX>, with G as the answer gives it."""
        rule = INNER_LINEAR if len(self.terms) > 1 else SIMPLIFY
        self.terms = [self.answer]
        self._write(rule)


def _left(term: Term) -> Node:
    assert isinstance(term.core, Apply)
    return term.core.arguments[0]


def _right(term: Term) -> Node:
    assert isinstance(term.core, Apply)
    return term.core.arguments[1]


def _line(terms: Iterable[Term]) -> Node:
    """The terms written down in their order, nothing rotated; a common factor stands before."""
    written = list(terms)
    shared = {term.coefficient for term in written}
    if len(written) > 1 and len(shared) == 1 and UNIT not in shared:
        inside = Sum(tuple((Fraction(1), term.core) for term in written))
        return _times(shared.pop(), inside)
    split = [(split_coefficient(term.coefficient), term.core) for term in written]
    parts = [(value, _times(constant, core)) for (value, constant), core in split]
    if len(parts) == 1:
        return parts[0][1] if parts[0][0] == 1 else _times(number(parts[0][0]), parts[0][1])
    return Sum(tuple(parts)) if parts else add([], SCALAR)


def _times(constant: Node, core: Node) -> Node:
    """The product as it is written, without taking the core apart."""
    if constant is UNIT:
        return core
    value, rest = split_coefficient(constant)
    scalars = rest.scalars or (rest,) if isinstance(rest, Product) else (rest,)
    kept = tuple(scalar for scalar in scalars if scalar is not UNIT)
    return Product(value, (*kept, core), ())


Law = tuple[str, str, tuple[Node, Node] | None]


def _law(node: Node, moving: set[Node]) -> Law:
    """The law by which the outermost operation around dX moves to the other side."""
    match node:
        case Sum():
            return INNER_LINEAR, "", None
        case Product(factors=factors) if factors and node.shape != SCALAR:
            return "<A*V*B, C> = <V, A'*C*B'>", "", None
        case Product():
            return "<s*M, C> = <s, tr(M'*C)>", "", None
        case Transpose():
            return "<V', C> = <V, C'>", "", None
        case Hadamard():
            return "<A.*V, C> = <V, A.*C>", "", None
        case IndexSum():
            return "the sum of the adjoints", "", None
        case Apply():
            return _adjoint_law(node, moving)
        case _:
            raise AssertionError("a leaf has no law")


def _adjoint_law(node: Apply, moving: set[Node]) -> Law:
    """The adjoint equation of the entry, in the argument that moves."""
    operation = book.operation(node.operation)
    names = zip(operation.parameters, node.arguments, strict=True)
    name = next(parameter.name for parameter, argument in names if argument in moving)
    for rule in book.rules_at(node, "adjoint"):
        if rule.argument == name and rule.cotangent is not None:
            sides = (
                raw("inner", rule.left, rule.cotangent),
                raw("inner", rule.symbols[name], rule.right),
            )
            return rule.text, operation.source, sides
    return f"adjoint of {node.operation}", operation.source, None
