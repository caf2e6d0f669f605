"""Points that random ones never meet: singular matrices, and zeros among entries.

pinv and the projectors jump where a rank falls, sign, heaviside and the powers of 0 at 0: what the
book calls smooth for a constant rank, or for nonzero entries without a subgradient. There small
integers are looked at, of which many are singular, and some with a row and a column of zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.expressions.binders import bound_in
from matcalc.expressions.constructors import UNIT
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.expressions.operations import AnyPower
from matcalc.expressions.predicates import Property, subjects
from matcalc.rulebook import book
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.substitution import substitute
from matcalc.samples.agreement import DIFFERENT, Pair, Sample
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, finite
from matcalc.samples.sampling import Array, Point, Random, Region, possible, value_of
from matcalc.samples.turns import Turn, is_of
from matcalc.verify.counterexamples import small_value

Change = Callable[[Array], Array]

_DRAWN = 6
_LINEAR = frozenset(
    {"symmetric", "psd", "hermitian", "diagonal", "lower", "upper", "skew", "complex"}
)
_TOLD = (Property.CONSTANT_RANK, Property.FULL_RANK, Property.NONZERO_ENTRIES)


def at_degenerate(pair: Pair, followed: Sequence[Turn]) -> tuple[Sample | None, str]:
    """A sample at which the values differ where a rank falls, and nothing else is in question;
    and where else they do: `; not where a has zeros`.
    """
    ranked, jumps = _ranked(pair.expressions), [turn for turn in followed if turn.jumps]
    said: dict[str, None] = {}
    for one in _samples(pair) if ranked or jumps else ():
        zero = next((turn for turn in jumps if turn.is_0_at(one.point)), None)
        low = next((node for node in ranked if _is_low(node, one.point)), None)
        if zero or (jumps and low is None):
            said[f"; not where {(zero or jumps[0]).argument} has zeros"] = None
        elif _is_certain(pair):
            return one, ""
        elif low is not None:
            said[f"; not where {low} has a lower rank"] = None
    return None, "".join(said)


def _smooth(roots: Sequence[Node]) -> list[Requirement]:
    """What the book demands for derivatives, of what is no power."""
    applied = (node for node in ordered(*roots) if isinstance(node, Apply))
    known = (one for one in applied if book.has(one.operation) and not isinstance(one, AnyPower))
    return [one for node in known for one in book.required(node, "smooth")]


def _ranked(roots: Sequence[Node]) -> list[Node]:
    """The arguments whose rank plays a part; inside a sum over an index that of the first term."""
    first: dict[Node, Node] = dict.fromkeys(bound_in(*roots), UNIT)
    found = [one for one in _smooth(roots) if is_of(one, Property.CONSTANT_RANK)]
    return [substitute(node, first) for one in found for node in subjects(one.predicate)]


def _is_certain(pair: Pair) -> bool:
    """Whether f has a derivative at every point, and no value depends on how it is computed, as
    eigenvectors at a tie do.
    """
    told = all(is_of(one, *_TOLD) for one in _smooth(pair.expressions))
    return told and not _smooth(pair.place.defined)


def _is_low(node: Node, point: Point) -> bool:
    value = np.atleast_2d(finite(lambda: Evaluated(node)(point)))
    return bool(np.linalg.matrix_rank(value) < min(value.shape))


def _samples(pair: Pair) -> Iterator[Sample]:
    """Those at which the values differ."""
    for point in _points(pair, np.random.default_rng(0)):
        try:
            sample = pair.exactly_at(point)
            if sample.distance > DIFFERENT and _is_apart(pair, sample):
                yield sample
        except (Unusable, MatcalcError):
            continue


def _is_apart(pair: Pair, sample: Sample) -> bool:
    """Whether more than rounding tells the values apart, which may jump as well."""
    try:
        return pair.looked_at(sample).apart
    except (Imprecise, Undefined):
        return pair.is_apart(pair.at(sample.point))


def _points(pair: Pair, random: Random) -> Iterator[Point]:
    for sizes in small_sizes(pair):
        for changed in _changes([one.name for one in pair.free]):
            values = {s.name: _value(pair, s, sizes, changed, random) for s in pair.symbols}
            yield Point(sizes, values, Region.ANYWHERE)


def small_sizes(pair: Pair) -> Iterator[dict[str, int]]:
    """All 2, all different, and all 1."""
    names, least = pair.dimensions, max(2, pair.smallest)
    found = [dict.fromkeys(names, least), dict(zip(names, range(least, 99), strict=False))]
    for one in [*found[: 1 + (len(names) > 1)], dict.fromkeys(names, pair.smallest)]:
        if all(possible(symbol, one) for symbol in pair.symbols):
            yield one


def _changes(names: Sequence[str]) -> list[Mapping[str, Change]]:
    """Nothing is changed, each variable by itself, and all together."""
    moved = [*((name,) for name in names), names]
    return [{}] * _DRAWN + [dict.fromkeys(one, to) for one in moved for to in (_nothing, _cut)]


def _nothing(value: Array) -> Array:
    return value * 0


def _cut(value: Array) -> Array:
    """The last entry is 0, or the last row and the last column are, which keeps a linear kind."""
    for axis in range(value.ndim):
        kept = np.arange(value.shape[axis]) < value.shape[axis] - 1
        value = value * np.expand_dims(
            kept, [other for other in range(value.ndim) if other != axis]
        )
    return value


def _value(
    pair: Pair,
    symbol: Symbol,
    sizes: Mapping[str, int],
    changed: Mapping[str, Change],
    random: Random,
) -> Any:
    if symbol not in pair.free:
        return value_of(symbol, sizes, Region.ANYWHERE, random)
    value = small_value(symbol, sizes, 1, random)
    if symbol.name not in changed or not symbol.structure <= _LINEAR:
        return value
    return changed[symbol.name](np.asarray(value))[()]
