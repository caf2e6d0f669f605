"""The laws of the trace, re-applied."""

from __future__ import annotations

from fractions import Fraction

from matcalc.derivation.lines import chain
from matcalc.expressions.constructors import (
    add,
    multiply,
    number,
    real_part,
    split_scalars,
    transpose,
)
from matcalc.expressions.nodes import Node, Product, Sum, children, ordered
from matcalc.expressions.operations import Trace
from matcalc.rulebook import book
from tests.steps.arithmetic import distributed, over_moving_sums, written_value
from tests.steps.context import Context
from tests.steps.differentials import entry_by_entry, substitute_written
from tests.steps.written import collected, same


def linear_trace(before: Node, after: Node, _: Context) -> bool:
    return same(_spread(before), _spread(after))


def _spread(line: Node) -> Node:
    """Every trace and every sum of entries taken apart, and products over the sums of these."""
    done: dict[Node, Node] = {}
    for node in ordered(line):
        done[node] = _apart(collected(node, done))
    return distributed(done[line])


def _apart(node: Node) -> Node:
    if not isinstance(node, Trace) and getattr(node, "operation", "") != "sum":
        return node
    inner = over_moving_sums(*children(node))
    terms = inner.terms if isinstance(inner, Sum) else ((Fraction(1), inner),)
    return add((value, _of_term(node, term)) for value, term in terms)


def _of_term(node: Node, term: Node) -> Node:
    scalar, rest = split_scalars(term)
    made = Trace.raw(rest) if isinstance(node, Trace) else book.apply("sum", [rest])
    return multiply(scalar, made)


def cyclic(before: Node, after: Node, _: Context) -> bool:
    """tr(A*B) = tr(B*A): the factors of one are a rotation of those of the other."""
    assert isinstance(before, Trace)
    factors = children(before.inner) if isinstance(before.inner, Product) else (before.inner,)
    rotations = [chain(*factors[k:], *factors[:k]) for k in range(len(factors))]
    scalars = [one for one in rotations if one.shape.is_scalar]
    return any(same(one, after) for one in (*scalars, *(Trace.raw(one) for one in rotations)))


def mirrored(before: Node, after: Node, _: Context) -> bool:
    """tr M = tr M', with numbers before it."""
    return same(_mirror(before), _mirror(after))


def _mirror(line: Node) -> Node:
    values: dict[Node, Node] = {}
    for node in ordered(line):
        if isinstance(node, Trace):
            scalar, turned = split_scalars(transpose(node.inner))
            both = [node.inner, turned]
            if min(both, key=lambda one: one.rank) is turned:
                values[node] = multiply(scalar, Trace.raw(turned))
    return substitute_written(line, values)


def own_transpose(before: Node, after: Node, known: Context) -> bool:
    """A scalar chain is its own transpose, also before a vector: v*(dx'*x) = v*x'*dx."""
    if not before.shape.is_scalar:
        return entry_by_entry(before, after, known)
    is_whole = isinstance(before, Product) and not before.scalars
    turned = chain(*map(transpose, reversed(children(before)))) if is_whole else before
    return same(turned, after) or _turned(before) is _turned(after)


def _turned(line: Node) -> Node:
    """Of every scalar chain and its transpose the one that comes first."""
    done: dict[Node, Node] = {}
    for node in ordered(line):
        done[node] = made = collected(node, done)
        if isinstance(made, Product) and made.factors and made.shape.is_scalar:
            turned = chain(*(transpose(factor) for factor in reversed(made.factors)))
            first = min(chain(*made.factors), turned, key=lambda one: one.rank)
            done[node] = chain(number(made.coefficient), *made.scalars, first)
    return done[line]


def own_trace(before: Node, after: Node, _: Context) -> bool:
    return same(after, Trace.raw(before))


def own_real_part(before: Node, after: Node, _: Context) -> bool:
    return written_value(after) is real_part(written_value(before))
