"""The cheap methods: the normal forms agree, or the difference leaves nothing expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from math import ceil

from matcalc.expressions.constructors import (
    UNIT,
    add,
    is_zero,
    minus,
    multiply,
    number,
    power,
    zero,
)
from matcalc.expressions.nodes import Node, Number, Product, Sum
from matcalc.expressions.operations import Power
from matcalc.proofs.proof import Line, Proof, Use
from matcalc.proofs.words import terms_of
from matcalc.rulebook.laws import MULTIPLIED, SUBTRACTED, Record, Rewritten
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

_ROUNDS = 4


def by_normal_forms(left: Node, right: Node) -> Proof | None:
    """Both sides simplify to the same."""
    if simplify(left) is not simplify(right):
        return None
    return Proof(left, right, "the normal forms agree", lambda: lines_of_simplified(left, right))


def by_expansion(left: Node, right: Node) -> Proof | None:
    """The difference, simplified and expanded, is zero."""
    if not is_zero(difference(left, right)):
        return None
    reason = "the difference, expanded, is zero"
    return Proof(left, right, reason, partial(lines_of_difference, left, right))


def by_common_denominator(left: Node, right: Node) -> Proof | None:
    """The difference times all that it is divided by, expanded, is zero."""
    if not is_zero(cleared(difference(left, right))):
        return None
    reason = "the difference, over a common denominator, is zero"
    return Proof(left, right, reason, partial(lines_of_cleared, left, right))


def difference(left: Node, right: Node, record: Record | None = None) -> Node:
    """left - right, simplified and expanded until nothing changes."""
    return expanded(minus(left, right), record)


def expanded(node: Node, record: Record | None = None) -> Node:
    """The node, simplified and expanded until nothing changes."""
    found = simplify(node, record)
    for _ in range(_ROUNDS):
        again = simplify(expand(found, record), record)
        if again is found:
            break
        found = again
    return found


def cleared(whole: Node) -> Node:
    """What is 0 where the whole is: it times the scalar sums that it is divided by, expanded."""
    for divisor in _divisors(whole):
        whole = expanded(_times(divisor, whole))
    return whole


def _times(divisor: Node, whole: Node) -> Node:
    """Term by term, so that the divisor cancels before brackets are multiplied out."""
    return add(((value, multiply(divisor, term)) for value, term in terms_of(whole)), whole.shape)


def _divisors(whole: Node) -> Iterator[Node]:
    """The powers of sums by which terms are divided, each as often as one of them is."""
    found: dict[Node, Fraction] = {}
    for _, term in terms_of(whole):
        for scalar in term.scalars if isinstance(term, Product) else ():
            match scalar:
                case Power(Sum() as base, Number(value=value)) if value < 0:
                    found[base] = max(found.get(base, Fraction(0)), -value)
    return (power(base, number(ceil(value))) for base, value in found.items())


def lines_of_cleared(left: Node, right: Node) -> Iterator[Line]:
    """The lines that lead to the difference times what it is divided by."""
    yield from lines_of_difference(left, right)
    nothing, whole = zero(left.shape), difference(left, right)
    for divisor in _divisors(whole):
        whole = _times(divisor, whole)
        yield Line(whole, nothing, (Use(UNIT, divisor, MULTIPLIED),))
        for after, uses in _sweeps(partial(expanded, whole)):
            whole = after
            yield Line(after, nothing, uses)


def lines_of_simplified(left: Node, right: Node) -> Iterator[Line]:
    """The sweeps over one side, then those over the other."""
    sides = [left, right]
    for place, side in enumerate((left, right)):
        for after, uses in _sweeps(partial(simplify, side)):
            sides[place] = after
            yield Line(sides[0], sides[1], uses)


def lines_of_difference(left: Node, right: Node) -> Iterator[Line]:
    """The lines that lead to the difference, simplified and expanded."""
    nothing, whole = zero(left.shape), minus(left, right)
    yield Line(whole, nothing, (Use(left, whole, SUBTRACTED),))
    for after, uses in _sweeps(partial(difference, left, right)):
        yield Line(after, nothing, uses)


def _sweeps(run: Callable[[Record], Node]) -> list[tuple[Node, tuple[Use, ...]]]:
    """What each sweep over an expression left of it, and what it used."""
    found: list[tuple[Node, tuple[Use, ...]]] = []

    def record(_: Node, after: Node, told: Mapping[Node, Rewritten]) -> None:
        uses = tuple(Use(node, one.node, one.by) for node, one in told.items())
        found.append((after, uses))

    run(record)
    return found
