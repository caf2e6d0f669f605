"""Sums of entries that are divided by sums: what cancels a denominator is cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from matcalc.proofs.networks import (
    DELTA,
    ONE_TERM,
    Digit,
    Factor,
    Head,
    Index,
    Place,
    Poly,
    Raw,
    Slots,
    Term,
    both_ways,
    changed,
    factor_key,
    filled,
    instances,
)

_ONE = Fraction(1)


def divided_by_sums(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """The leading term of a sum over the sum itself: 1 without the other terms over it."""
    for factor in factors:
        head, slots, power = factor
        if head.kind != "net" or power >= 0 or len(head.content) < 2:
            continue
        for used, sign in _used(head, slots, factors):
            rest = _quotient(factors, used)
            if rest is not None:
                return _by_others(value, rest, bound, factor, used, sign)
    return None


def _used(
    head: Head, slots: Slots, factors: list[Factor]
) -> Iterator[tuple[tuple[Term, list[Factor]], Fraction]]:
    """The terms of a sum that are cleared from what stands over it."""
    lead = leading(head.content)
    if lead is None:
        return
    yield (lead, changed(lead, _ONE, filled(slots))[1]), _ONE
    if ONE_TERM in head.content and len(lead.factors) == 1 and lead.factors[0].head.kind == "exp":
        (own,) = changed(lead, _ONE, filled(slots))[1]
        if any(f.head == own.head and f.slots == own.slots and f.power < 0 for f in factors):
            yield (ONE_TERM, []), _ONE


def leading(content: Poly) -> Term | None:
    """The largest term of a sum that has no index of its own."""
    free = [t for t in content if t.factors and not t.bound and all(f.power > 0 for f in t.factors)]
    return max(free, key=_grade, default=None)


def _grade(term: Term) -> tuple[Fraction, list[tuple[str, Fraction]]]:
    keys = sorted((factor_key(Factor(h, s, _ONE), {}), p) for h, s, p in term.factors)
    return sum((f.power for f in term.factors), Fraction(0)), keys


def _quotient(factors: list[Factor], used: tuple[Term, list[Factor]]) -> list[Factor] | None:
    """The factors divided by others, None where they do not have them."""
    rest = list(factors)
    for head, slots, power in used[1]:
        ways = both_ways(head, slots)
        found = next(
            (
                k
                for k, f in enumerate(rest)
                if f.head == head and f.slots in ways and f.power >= power
            ),
            None,
        )
        if found is None:
            return None
        own = rest.pop(found)
        rest.append(Factor(head, own.slots, own.power - power))
    return rest


def _by_others(
    value: Fraction,
    rest: list[Factor],
    bound: list[Index],
    factor: Factor,
    used: tuple[Term, list[Factor]],
    sign: Fraction,
) -> list[Raw]:
    head, slots, _ = factor
    share = head.content[used[0]]
    others = {term: own for term, own in head.content.items() if term != used[0]}
    found: list[Raw] = [(value / share, [*rest, Factor(head, slots, _ONE)], bound)]
    for own, more, new in instances(others, filled(slots)):
        found.append((-value * own / share, [*rest, *more], [*bound, *new]))
    return found


def cancelled(value: Fraction, factors: list[Factor], bound: list[Index]) -> list[Raw] | None:
    """A sum over indices of its own that is divided by itself: sum(k, e[i, k])/sum(k, e[i, k])."""
    for place, (head, slots, power) in enumerate(factors):
        if head.kind != "net" or power >= 0 or len(head.content) > 1 or not slots:
            continue
        ((content, share),) = head.content.items()
        rest = [*factors[:place], *factors[place + 1 :]]
        used = next(_embedded(content.factors, rest, filled(slots), set(bound)), None)
        if content.bound and used is not None:
            taken, new = used
            gone = {new[index] for index in content.bound}
            left = [f for k, f in enumerate(rest) if k not in taken]
            if not any(digit in gone for f in left for digit in f.slots):
                kept = [index for index in bound if index not in gone]
                return [(value / share, [*left, Factor(head, slots, power + 1)], kept)]
    return None


def _embedded(
    wanted: Sequence[Factor], factors: list[Factor], new: dict[Digit, Digit], within: set[Index]
) -> Iterator[tuple[set[int], dict[Digit, Digit]]]:
    """The places of factors that are the wanted ones, and which index is which."""
    if not wanted:
        yield set(), new
        return
    head, slots, power = wanted[0]
    for place, factor in enumerate(factors):
        if factor.head != head or factor.power != power:
            continue
        for way in both_ways(head, factor.slots):
            more = dict(new)
            if not all(_agrees(a, b, more, within) for a, b in zip(slots, way, strict=True)):
                continue
            others = [*factors[:place], Factor(DELTA, (), _ONE), *factors[place + 1 :]]
            for taken, found in _embedded(wanted[1:], others, more, within):
                yield {place, *taken}, found


def _agrees(wanted: Digit, digit: Digit, new: dict[Digit, Digit], within: set[Index]) -> bool:
    if wanted in new:
        return new[wanted] == digit
    if isinstance(wanted, Place):
        return wanted == digit
    if digit not in within or digit in new.values():
        return False
    new[wanted] = digit
    return True
