"""Where a claim is looked at: at five sizes of every dimension, 1 and 5 among them, at equal sizes,
and far out.

A claim that is right at 2 and 3 only, or that a kink beside the origin tells from the right one,
agrees at the few points at which a derivative is verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count, islice, permutations
from operator import eq, ge, gt
from typing import Any

import numpy as np

from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import rank_of, stated_interval
from matcalc.samples.agreement import LEFT, MOST_LOOKED_AT, Look, Pair, Sample, worst
from matcalc.samples.numeric import Unusable, is_single
from matcalc.samples.report import sizes_text
from matcalc.samples.sampling import Point, Random, Region, possible

Sizes = Mapping[str, int]

_ORDER = (2, 3, 1, 5, 4)  # one to the next, smaller and larger by turns
_CLOSE_LOOKS = 3
_MOST_ENTRIES = 10_000
_LARGER = (10.0, -10.0, 100.0, -100.0, 1000.0, -1000.0)
_SMALLER = (1e-3, 1e-6, 1e-9)
_RELATIONS = {">=": ge, ">": gt, "=": eq}  # as of ranks
_SIGNED = frozenset({"positive", "nonnegative", "spd", "psd", "hpd", "hurwitz"})
_BOUNDED = frozenset({
    "onehot", "probability", "permutation", "projection", "orthogonal", "stiefel",
    "complex_stiefel", "callable", "index", "integer",
})  # fmt: skip


def many_sizes(pair: Pair, random: Random) -> list[dict[str, int]]:
    """Sizes all different, as far as the declarations allow; each name has each in turn.

    The last ones are larger and random: what is right at 1 to 5 need not be right.
    """
    least, names = max(1, pair.smallest) - 1, pair.dimensions
    order = [*_ORDER, *islice(count(len(_ORDER) + 1), max(0, len(names) - len(_ORDER)))]
    turned = [order[place:] + order[:place] for place in range(len(order))]
    found = [{n: least + size for n, size in zip(names, one, strict=False)} for one in turned]
    found += [one for one in pair.sizes(random) if one not in found]
    if all(pair.entries(one) > MOST_LOOKED_AT for one in found):
        found.insert(0, dict.fromkeys(names, least + 2))
    found = [one for one in found if all(possible(symbol, one) for symbol in pair.symbols)]
    return found[: len(order)] + _larger_sizes(pair, least, random)


def _larger_sizes(pair: Pair, least: int, random: Random) -> list[dict[str, int]]:
    names = pair.dimensions
    found = dict(zip(names, map(int, least + random.permutation(len(names) + 5) + 6), strict=False))
    cheap = bool(names) and pair.entries(found) <= _MOST_ENTRIES
    fits = cheap and all(possible(symbol, found) for symbol in pair.symbols)
    return [found] * fits


def equal_sizes(pair: Pair) -> list[dict[str, int]]:
    """The same size for all dimensions: where some are equal a claim may be another."""
    found = [dict.fromkeys(pair.dimensions, pair.smallest + size) for size in (1, 2, 3, 4)]
    return [one for one in found if all(possible(symbol, one) for symbol in pair.symbols)]


def far_out(pair: Pair, found: Sequence[Sample]) -> Iterator[Sample]:
    """The first point of every sizes once more, with entries 10 to 1000 times as large, to both
    sides, and of the first one nearly 0.
    """
    first = {tuple(one.point.sizes.items()): one.point for one in reversed(found)}
    for place, point in enumerate(first.values()):
        for factor in _LARGER if place else (*_LARGER, *_SMALLER):
            try:
                yield pair.at(scaled(pair, point, factor))
            except (Unusable, MatcalcError):
                continue


def is_apart_beyond(pair: Pair, one: Sample) -> bool:
    """Whether plain digits tell the values apart, and with entries three times as large too.

    What is left of values that cancel, as of 1 - sigmoid(36), is round-off over a short way only.
    """
    try:
        return pair.is_apart(one) and pair.is_apart(pair.at(scaled(pair, one.point, 3.0)))
    except (Unusable, MatcalcError):
        return False


def close_looks(pair: Pair, found: Sequence[Sample]) -> Iterator[tuple[Sample, Look]]:
    """The smallest points looked at closely, for a term that is lost beside larger ones: one with
    many digits, or some in fractions, until the values are apart.
    """
    for one in sorted(found, key=partial(entries_at, pair))[:_CLOSE_LOOKS]:
        try:
            look = pair.looked_at(one)
        except (Imprecise, Undefined):
            continue
        yield one, look
        if look.apart or not look.exact:
            return


def entries_at(pair: Pair, sample: Sample) -> tuple[bool, int]:
    """How many entries an array has there, sizes of 1 or too large ones last."""
    entries = pair.entries(sample.point.sizes)
    return 1 in sample.point.sizes.values() or entries > MOST_LOOKED_AT, entries


def closeness(looks: Sequence[tuple[Sample, Look]], is_rational: bool) -> str:
    """How near the values are to each other where they were looked at closely.

    Rational functions that differ agree at few points: at a random one of 2^50 with a chance below
    10^-9, as long as their degree is below a million.
    """
    if not looks:
        return ""
    if not all(look.exact for _, look in looks):
        return f", to {-round(np.log10(LEFT))} digits at one"
    chance = f" (by chance at these sizes: below 10^-{9 * len(looks)})" if is_rational else ""
    return f", exactly at {len(looks)}{chance}"


def scaled(pair: Pair, point: Point, factor: float, only: str = "") -> Point:
    """The point with all values, or with that of one name, times a number, as their kinds allow."""
    moved = [s for s in pair.symbols if only in ("", s.name)]
    values = {s.name: _larger(s, point.values[s.name], factor) for s in moved}
    return replace(point, values={**point.values, **values})


def _larger(symbol: Symbol, value: Any, factor: float) -> Any:
    """The value times a number; what is bounded comes nearer to its bounds, an integer grows."""
    words = symbol.structure
    if "integer" in words and "index" not in words:
        return value + max(0, round(2 * np.log10(abs(factor)))) if factor else value
    if "probability" in words:
        return _sharper(value, abs(factor))
    if (interval := stated_interval(words)) is not None and np.all(
        np.isfinite([*map(float, interval)])
    ):
        return _within(float(interval[0]), float(interval[1]), value, factor)
    bounded = words & _BOUNDED or rank_of(words) is not None or interval is not None
    if bounded or "tangent" in words:
        return value
    return np.multiply(value, abs(factor) if words & _SIGNED else factor)[()]


def _sharper(shares: Any, factor: float) -> Any:
    """Shares of which the larger have more: powers of them."""
    powers = (shares / np.max(shares)) ** factor
    return powers / np.sum(powers)


def _within(low: float, high: float, value: Any, factor: float) -> Any:
    """Near to the lower end for a small number, to the upper one for a large one."""
    odds = abs(factor) * (value - low) / (high - value)
    return low + (high - low) * odds / (1 + odds)


def sizes_covered(used: Sequence[Sizes]) -> str:
    """`m = 1, 2, 3; n = 1, 2, 4; `: the sizes that each dimension had."""
    names = used[0] if used else ()
    lengths = {name: sorted({sizes[name] for sizes in used}) for name in names}
    return "".join(f"{name} = {', '.join(map(str, all_))}; " for name, all_ in lengths.items())


def not_covered(unused: Sequence[Sizes]) -> str:
    """`; at n = 2, 3 no value was found`, which is no condition: other points may have values."""
    if not unused:
        return ""
    if len(unused[0]) == 1:
        return f"; at {sizes_covered(unused).removesuffix('; ')} no value was found"
    return f"; at {', '.join(map(sizes_text, unused))} no value was found"


def only_size_1(used: Sequence[Sizes], unused: Sequence[Sizes]) -> str:
    """`n = 1`, where there are values at that size, and at no other that was tried."""
    names = [name for name in used[0] if all(sizes[name] == 1 for sizes in used)]
    others = [one for one in unused if any(one[name] != 1 for name in names)]
    is_told = bool(names) and len(others) == len(unused) > 0
    return " and ".join(f"{name} = 1" for name in names) if is_told else ""


def told_apart(used: Sequence[Sizes], unused: Sequence[Sizes]) -> str:
    """How two dimensions stand to each other where there are values, and nowhere else: `n >= m`."""
    for relation, holds in _RELATIONS.items():
        for one, other in permutations(used[0] if unused else (), 2):
            fits = all(holds(sizes[one], sizes[other]) for sizes in used)
            if fits and not any(holds(sizes[one], sizes[other]) for sizes in unused):
                return f"{one} {relation} {other}"
    return ""


def summary(found: Sequence[Sample]) -> str:
    """`12 random points of 4 sizes, to 2e-16`, and where they had to be taken from."""
    sizes = {tuple(sample.point.sizes.items()) for sample in found}
    of = f" of {len(sizes)} sizes" if len(sizes) > 1 else ""
    narrow = {sample.point.region for sample in found} - {Region.ANYWHERE}
    where = "".join(f"; some have {region.value}" for region in Region if region in narrow)
    digits = f"{worst([one for one in found if one.agrees] or found):.0e}"
    if any(is_single(one.claimed) for one in found):
        digits = "the digits of single precision"
    return f"{len(found)} random points{of}, to {digits}{where}"


def is_of_square_only(pair: Pair, found: Sequence[Sample], sets: Sequence[Sizes]) -> bool:
    """Whether what is right, of f with a domain, is 0 at all samples but where sizes are equal."""
    alive = [one.point.sizes for one in found if pair.is_not_0(one.point)]
    unused = [one for one in sets if one not in alive]
    return pair.has_domain and (not alive or " = " in told_apart(alive, unused))
