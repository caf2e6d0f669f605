"""The two cheap methods: the normal forms agree, or the difference leaves nothing expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from matcalc.expressions.constructors import is_zero, minus, zero
from matcalc.expressions.nodes import Node
from matcalc.proofs.proof import Line, Proof, Use
from matcalc.rulebook.laws import SUBTRACTED, Record, Rewritten
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

_ROUNDS = 4


def by_normal_forms(left: Node, right: Node) -> Proof | None:
    """Both sides simplify to the same."""
    if simplify(left) is not simplify(right):
        return None
    return Proof(left, right, "the normal forms agree", lambda: _simplified(left, right))


def by_expansion(left: Node, right: Node) -> Proof | None:
    """The difference, simplified and expanded, is zero."""
    if not is_zero(difference(left, right)):
        return None
    reason = "the difference, expanded, is zero"
    return Proof(left, right, reason, lambda: _expanded(left, right))


def difference(left: Node, right: Node, record: Record | None = None) -> Node:
    """left - right, simplified and expanded until nothing changes."""
    found = simplify(minus(left, right), record)
    for _ in range(_ROUNDS):
        again = simplify(expand(found, record), record)
        if again is found:
            break
        found = again
    return found


def _simplified(left: Node, right: Node) -> Iterator[Line]:
    """The sweeps over one side, then those over the other."""
    sides = [left, right]
    for place, side in enumerate((left, right)):
        for after, uses in _sweeps(partial(simplify, side)):
            sides[place] = after
            yield Line(sides[0], sides[1], uses)


def _expanded(left: Node, right: Node) -> Iterator[Line]:
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
