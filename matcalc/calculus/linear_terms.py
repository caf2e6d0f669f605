"""A linear map as a sum of terms: s*A*V*B, s*A*V'*B, s*A*(W.*V)*B, s*<P, V>*Q, and others.

Products over sums are multiplied out as far as V stands inside; what is constant stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcalc.calculus.pull_back import moving_nodes
from matcalc.expressions.constructors import (
    UNIT,
    hadamard,
    identity,
    is_zero,
    multiply,
    number,
    ones,
    plus,
    scale,
    transpose,
)
from matcalc.expressions.nodes import Apply, Identity, Node, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import Diagonal, DiagonalOf, Hadamard, Kronecker, Triangle
from matcalc.rulebook import book
from matcalc.simplify.rewriting import simplify

Pair = tuple[Node, Node]

_MOST_TERMS = 64


@dataclass(frozen=True)
class LinearTerm:
    """scalar * left * core * right, where `core` moves: V, V', W.*V, or a scalar <P, V>."""

    scalar: Node
    left: Node
    core: Node
    right: Node

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the scalar stands around the core."""
        return is_identity(self.left) and is_identity(self.right)

    def weights(self, unknown: Node) -> Node | None:
        """W where the term is W.*V."""
        if not (self.is_plain and isinstance(self.core, Hadamard)):
            return None
        rest = [argument for argument in self.core.arguments if argument is not unknown]
        whole = len(rest) == len(self.core.arguments) - 1
        return multiply(self.scalar, hadamard(*rest)) if whole else None

    @property
    def expression(self) -> Node:
        return multiply(self.scalar, self.left, self.core, self.right)


def is_identity(node: Node) -> bool:
    """I, of any order: that of order 1 is the number 1."""
    return isinstance(node, Identity) or node is UNIT


def linear_terms(body: Node, unknown: Symbol) -> list[LinearTerm] | None:
    """The body as a sum of terms, products over sums multiplied out; None for too many."""
    moving = moving_nodes(ordered(body), unknown)
    start = LinearTerm(UNIT, identity(body.shape.rows), body, identity(body.shape.columns))
    waiting, done = [start], list[LinearTerm]()
    while waiting:
        term = waiting.pop()
        parts = _opened(term, moving, unknown)
        (done if parts is None else waiting).extend([term] if parts is None else parts)
        if len(done) + len(waiting) > _MOST_TERMS:
            return None
    return done


def _opened(term: LinearTerm, moving: set[Node], unknown: Symbol) -> list[LinearTerm] | None:
    """The term with its core taken apart, None where that is not possible further."""
    match term.core:
        case Sum(terms=terms) if not term.core.shape.is_scalar or unknown.shape.is_scalar:
            return [
                LinearTerm(scale(value, term.scalar), term.left, part, term.right)
                for value, part in terms
            ]
        case Product(coefficient=value, scalars=scalars, factors=factors):
            place = next((i for i, f in enumerate(factors) if f in moving), None)
            constants = [s for s in scalars if s not in moving]
            scalar = multiply(number(value), term.scalar, *constants)
            if place is None:
                (core,) = (s for s in scalars if s in moving)
                middle = multiply(*factors) if factors else UNIT
                if not factors and is_chain(core):
                    return None
                left = multiply(term.left, middle)
                return [LinearTerm(scalar, left, core, term.right)]
            if len(constants) < len(scalars) or term.core.shape.is_scalar:
                return None
            left = multiply(term.left, *factors[:place])
            right = multiply(*factors[place + 1 :], term.right)
            return [LinearTerm(scalar, left, factors[place], right)]
        case _:
            return _as_weights(term, moving) or _as_product(term, moving)


def is_chain(node: Node) -> bool:
    """Whether a scalar is a chain x'*A*y, which is taken as it is."""
    return isinstance(node, Product) and bool(node.factors)


def _as_weights(term: LinearTerm, moving: set[Node]) -> list[LinearTerm] | None:
    """tril(Y) = tril(ones).*Y, bands and diag(w.*diag(Y)) = diag(w).*Y, as entrywise products."""
    core = term.core
    if isinstance(core, Triangle):
        pattern = book.apply(core.operation, [ones(core.shape), *core.arguments[1:]])
        made = hadamard(pattern, core.arguments[0])
    elif isinstance(core, Diagonal):
        inside = core.arguments[0]
        parts = inside.arguments if isinstance(inside, Hadamard) else (inside,)
        taken = [p for p in parts if isinstance(p, DiagonalOf)]
        weights = [part for part in parts if part not in moving]
        if len(taken) != 1 or len(taken) + len(weights) != len(parts):
            return None
        weight = hadamard(*weights) if weights else ones(inside.shape)
        pattern = book.make(Diagonal, weight) if weights else identity(core.shape.rows)
        made = hadamard(pattern, taken[0].arguments[0])
    else:
        return None
    moving |= {made}
    return [LinearTerm(term.scalar, term.left, made, term.right)]


def _as_product(term: LinearTerm, moving: set[Node]) -> list[LinearTerm] | None:
    """A*Y*B for an operation with vec(f(Y)) = kron(B', A)*vec(Y) in the book, such as Y[:, j]."""
    core = term.core
    if not isinstance(core, Apply) or not book.has(core.operation):
        return None
    inside = [argument for argument in core.arguments if argument in moving]
    rules = book.rules_at(core, "vec")
    if len(inside) != 1 or len(rules) != 1:
        return None
    matrix = book.instantiate(rules[0], core.operation, core.arguments)
    if not isinstance(matrix, Kronecker):
        return None
    after, before = map(simplify, matrix.arguments)
    left, right = multiply(term.left, before), multiply(transpose(after), term.right)
    return [LinearTerm(term.scalar, left, inside[0], right)]


def together(pairs: list[Pair]) -> list[Pair]:
    """Pairs with a common second part put together, then those with a common first part."""
    return [(a, b) for b, a in grouped([(b, a) for a, b in grouped(pairs)])]


def grouped(pairs: list[Pair]) -> list[Pair]:
    """Pairs with the same second part, their first parts added."""
    found: dict[Node, list[Node]] = {}
    for first, second in pairs:
        found.setdefault(second, []).append(first)
    totals = [(plus(*firsts), second) for second, firsts in found.items()]
    return [(first, second) for first, second in totals if not is_zero(first)]
