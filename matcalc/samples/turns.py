"""Where expressions turn: points a little to both sides of what is a kink or levels off.

relu(x - 10^4) is 0 wherever entries are moderate, relu(1/1000 - abs(x - 1/2)) nearly everywhere.
So the arguments of abs, relu, sign, sigmoid, ... are followed along the ray through a point, and
where one changes its sign, the place is closed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice, pairwise, product

import numpy as np

from matcalc.expressions.binders import bound_in
from matcalc.expressions.constructors import UNIT, is_zero
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Node, ordered, symbols_of
from matcalc.expressions.operations import Absolute, AnyPower, Operation
from matcalc.expressions.predicates import Has, Property
from matcalc.rulebook import book
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.substitution import substitute
from matcalc.samples.agreement import Pair, Sample
from matcalc.samples.coverage import scaled
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, finite
from matcalc.samples.sampling import Array, Point

_RAY = sorted(sign * 10.0**power for sign in (-1, 1) for power in range(-3, 10))
_HALVINGS = (10, 30)  # to a hundredth, and to the last digits
_MOST_TURNS, _MOST_PLACES, _STARTS, _MOST_ALONE = 6, 3, 2, 3


class Turn:
    """The argument of an operation that takes every entry by itself, or the exponent of 0."""

    def __init__(self, node: Apply, indices: Sequence[Node]) -> None:
        argument = node.arguments[-1]
        self.argument = substitute(argument, dict.fromkeys(indices, UNIT))
        bent = [] if node.is_complex else _bends(node)
        self.bends, self.jumps = bool(bent), not all(one.subgradient for one in bent)
        self.jumps = self.jumps or _is_power_of_0(node)
        self.is_kink = self.bends and not _has_one_sign(argument)
        names = [symbol.name for symbol in symbols_of(self.argument)][:_MOST_ALONE]
        self.movable = ["", *names] if len(names) > 1 else [""]  # all together, and each alone
        self._value = Evaluated(self.argument)

    def signs(self, point: Point) -> Array:
        """The sign of every entry. Raises Unusable where it has no value."""
        return np.atleast_1d(np.sign(finite(lambda: self._value(point)).real))

    def is_0_at(self, point: Point) -> bool:
        """Whether an entry is exactly 0. Raises Unusable where it has no value."""
        return not np.all(self.signs(point))


def turns(pair: Pair) -> list[Turn]:
    """Those in the two expressions; inside a sum over an index that of the first term."""
    indices = bound_in(*pair.expressions)
    found = {node.arguments: Turn(node, indices) for node in _entry_by_entry(pair.expressions)}
    known = set(pair.symbols)
    kept = (one for one in found.values() if known.issuperset(symbols_of(one.argument)))
    return list(islice(kept, _MOST_TURNS))


def _entry_by_entry(roots: Sequence[Node]) -> Iterator[Apply]:
    return (node for node in ordered(*roots) if isinstance(node, Apply) and _is_followed(node))


def _is_followed(node: Apply) -> bool:
    if isinstance(node, Operation):
        return isinstance(node, Absolute) or _is_power_of_0(node)
    return [argument.shape for argument in node.arguments] == [node.shape]


def _is_power_of_0(node: Apply) -> bool:
    return isinstance(node, AnyPower) and is_zero(node.base)


def _has_one_sign(argument: Node) -> bool:
    return not book.structure(argument).isdisjoint({"positive", "nonnegative"})


def _bends(node: Apply) -> list[Requirement]:
    required = book.required(node, "smooth") if book.has(node.operation) else []
    return [one for one in required if is_of(one, Property.NONZERO_ENTRIES)]


def is_of(one: Requirement, *properties: Property) -> bool:
    return isinstance(one.predicate, Has) and one.predicate.property in properties


def is_rational(pair: Pair) -> bool:
    """Whether no operation in the two expressions has pieces: what is smooth and exact is so."""
    applied = [node for node in ordered(*pair.expressions) if isinstance(node, Apply)]
    return not any(_has_pieces(node) for node in applied if book.has(node.operation))


def _has_pieces(node: Apply) -> bool:
    return not isinstance(node, AnyPower) and bool(book.required(node, "smooth"))


def beside(pair: Pair, found: Sequence[Sample], followed: Sequence[Turn]) -> Iterator[Sample]:
    """Samples to both sides of where the arguments change their signs."""
    starts = {tuple(one.point.sizes.items()): one.point for one in found}
    moves = [(turn, name) for turn in followed for name in turn.movable]
    for start, (turn, name) in product(islice(starts.values(), _STARTS), moves):
        along = partial(scaled, pair, start, only=name)
        for factor in _around(partial(_signs, turn, along)):
            try:
                yield pair.at(along(factor))
            except (Unusable, MatcalcError):
                continue


def _signs(turn: Turn, along: Callable[[float], Point], factor: float) -> Array:
    return turn.signs(along(factor))


def _around(signs: Callable[[float], Array]) -> Iterator[float]:
    """Factors closer and closer to those at which a sign changes."""
    known = [(factor, found) for factor in _RAY if (found := _or_none(signs, factor)) is not None]
    changes = (
        (low, high, before)
        for (low, before), (high, after) in pairwise(known)
        if low * high > 0 and np.any(before != after)
    )
    for low, high, before in islice(changes, _MOST_PLACES):
        for halvings in _HALVINGS:
            low, high = _closed_in(signs, low, high, before, halvings)
            yield from (low, high)


def _closed_in(
    signs: Callable[[float], Array], low: float, high: float, before: Array, halvings: int
) -> tuple[float, float]:
    for _ in range(halvings):
        middle = (low + high) / 2
        found = _or_none(signs, middle)
        if found is not None and np.array_equal(found, before):
            low = middle
        else:
            high = middle
    return low, high


def _or_none(signs: Callable[[float], Array], factor: float) -> Array | None:
    try:
        return signs(factor)
    except Unusable:
        return None


def not_met(pair: Pair, met: Sequence[Sample], followed: Sequence[Turn]) -> str:
    """The kinks of which one side was never met: `; x'*x + 1 was never negative`."""
    free = set(pair.free)
    kinks = [one for one in followed if one.is_kink and free.issuperset(symbols_of(one.argument))]
    return "".join(
        f"; {kink.argument} was never {'negative' if sign < 0 else 'positive'}"
        for kink in kinks
        for sign in (1, -1)
        if not any(np.any(kink.signs(one.point) == sign) for one in met)
    )
