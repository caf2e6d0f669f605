"""Canonical form of sums of products of entries: deltas eliminated, powers of sums expanded,
scalars that stand by themselves seen as one thing, and what cancels a denominator cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from matcalc.expressions.nodes import Number
from matcalc.proofs.denominators import cancelled, divided_by_sums
from matcalc.proofs.inverses import met_inverse
from matcalc.proofs.networks import (
    AGAIN,
    DELTA,
    Digit,
    Factor,
    Head,
    Index,
    Place,
    Poly,
    Raw,
    Slots,
    Term,
    Unresolved,
    both_ways,
    components,
    filled,
    head_of_function,
    instances,
    is_apart,
    of_size,
    ordered_term,
)
from matcalc.proofs.ranges import met_ranges

_MOST_STEPS = 3000
_LARGEST_POWER = 6
_ONE = Fraction(1)


def canonical(raws: Iterable[Raw]) -> Poly:
    """The sum of the terms; equal ones, up to names of bound indices, are collected."""
    waiting = list(raws)
    total: dict[Term, Fraction] = {}
    for _ in range(_MOST_STEPS):
        if not waiting:
            return {term: value for term, value in total.items() if value}
        raw = _without_deltas(*waiting.pop())
        if raw is None:
            continue
        raw = _merged(*raw)
        parts = _parted(raw)
        if parts is not None:
            waiting += parts
        else:
            value, factors, bound = raw
            term = ordered_term(factors, bound)
            total[term] = total.get(term, Fraction(0)) + value
    raise Unresolved


def _parted(raw: Raw) -> list[Raw] | None:
    """The terms that this one is a sum of by one rule, None where no rule applies."""
    for rule in (
        _repeated,
        met_inverse,
        met_ranges,
        _unused_index,
        _expanded,
        cancelled,
        divided_by_sums,
        _folded,
    ):
        found = rule(*raw)
        if found is not None:
            return found
    return None


# ---------------------------------------------------------------- deltas


def _without_deltas(value: Fraction, factors: list[Factor], bound: list[Index]) -> Raw | None:
    """The term with equal indices made one; None where two that are different must be equal."""
    if any(f.power < 0 for f in factors if f.head.kind in ("delta", "range")):
        raise Unresolved
    deltas = [f.slots for f in factors if f.head is DELTA]
    if not deltas:
        return value, factors, bound
    others = [f for f in factors if f.head is not DELTA]
    new: dict[Digit, Digit] = {}
    kept: list[Factor] = []
    within = set(bound)
    for one, other in deltas:
        a, b = _followed(one, new), _followed(other, new)
        if a == b:
            continue
        if is_apart(a, b):
            return None
        gone, stays = _which_goes(a, b, within)
        new[gone] = stays
        if gone in within:
            within.discard(gone)
        else:
            kept.append(Factor(DELTA, (stays, gone), _ONE))
    kept = [_delta_of_last(one, new) for one in kept]
    moved = [Factor(f.head, tuple(_followed(d, new) for d in f.slots), f.power) for f in others]
    return value, moved + kept, [index for index in bound if index in within]


def _delta_of_last(factor: Factor, new: Mapping[Digit, Digit]) -> Factor:
    stays, gone = factor.slots
    return Factor(DELTA, (_followed(stays, new), gone), _ONE)


def _followed(digit: Digit, new: Mapping[Digit, Digit]) -> Digit:
    while digit in new:
        digit = new[digit]
    return digit


def _which_goes(a: Digit, b: Digit, within: set[Index]) -> tuple[Digit, Digit]:
    """Bound indices go first, then free ones with a larger number; places stay."""

    def weight(digit: Digit) -> tuple[int, int, str]:
        if isinstance(digit, Place):
            return 0, 0 if isinstance(digit.position, Number) else 1, str(digit.position)
        return (2, digit.number, "") if digit in within else (1, -digit.number, "")

    stays, gone = sorted((a, b), key=weight)
    return gone, stays


def _repeated(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """A function of entries whose indices became equal, of what its argument is there."""
    for place, (head, slots, power) in enumerate(factors):
        if head.kind in AGAIN and len(set(slots)) < len(slots):
            rest = [*factors[:place], *factors[place + 1 :]]
            there = canonical(instances(head.content, filled(slots)))
            return [
                (value * own, [*rest, *new], [*bound, *more])
                for own, new, more in instances(AGAIN[head.kind](there, power), {})
            ]
    return None


# ---------------------------------------------------------------- powers


def _merged(value: Fraction, factors: list[Factor], bound: list[Index]) -> Raw:
    """Powers of the same factor put together."""
    powers: dict[tuple[Head, Slots], Fraction] = {}
    for head, slots, power in factors:
        slots = next((way for way in both_ways(head, slots) if (head, way) in powers), slots)
        powers[head, slots] = powers.get((head, slots), Fraction(0)) + power
    found = []
    for (head, slots), power in powers.items():
        if head.kind == "step" and power < 0:
            raise Unresolved
        if head.kind == "step" and power > 1:
            power = _ONE
        if head.kind == "number" and power.denominator == 1:
            value, power = value * head.content ** int(power), Fraction(0)
        if head.kind == "number" and abs(power) > 1:
            whole = int(power)
            value, power = value * Fraction(head.content) ** whole, power - whole
        if power:
            found.append(Factor(head, slots, power))
    return value, found, bound


def _expanded(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """One positive power of a sum multiplied out."""
    for place, (head, slots, power) in enumerate(factors):
        if head.kind == "sin" and power >= 2:
            return _sine_squared(value, factors, bound, place)
        if head.kind == "net" and power >= 1 and is_spread(head, slots):
            if power > _LARGEST_POWER:
                raise Unresolved
            rest = [*factors[:place], *factors[place + 1 :]]
            if power > 1:
                rest.append(Factor(head, slots, power - 1))
            return [
                (value * own, [*rest, *new], [*bound, *more])
                for own, new, more in instances(head.content, filled(slots))
            ]
    return None


def _sine_squared(
    value: Fraction, factors: list[Factor], bound: list[Index], place: int
) -> list[Raw]:
    head, slots, power = factors[place]
    rest = [*factors[:place], *factors[place + 1 :], Factor(head, slots, power - 2)]
    cosine, turned = head_of_function("cos", head.content)
    at = tuple(filled(slots)[digit] for digit in turned)
    return [(value, rest, bound), (-value, [*rest, Factor(cosine, at, Fraction(2))], bound)]


def is_spread(head: Head, slots: Slots) -> bool:
    """Whether a power of a sum is multiplied out: not that of a scalar which is one sum."""
    return len(head.content) > 1 or any(isinstance(digit, Index) for digit in slots)


# ---------------------------------------------------------------- indices


def _unused_index(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """A sum over an index that nothing depends on: as many times."""
    used = {digit for factor in factors for digit in factor.slots}
    for index in bound:
        if index not in used:
            rest = [one for one in bound if one != index]
            return [
                (value * own, [*factors, *more], rest)
                for own, more, _ in instances(of_size(index.size), {})
            ]
    return None


def _folded(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """What is joined to no free index is one scalar."""
    within = set(bound)
    for group in components(factors, within):
        digits = {digit for factor in group for digit in factor.slots}
        own = within & digits
        if own and not any(isinstance(d, Index) for d in digits - own):
            joined = ordered_term(group, [index for index in bound if index in own])
            head, slots = head_of_function("net", {joined: _ONE})
            rest = [factor for factor in factors if factor not in group]
            return [(value, [*rest, Factor(head, slots, _ONE)], [i for i in bound if i not in own])]
    return None
