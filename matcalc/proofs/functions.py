"""Functions of entries in the index form: powers, exponentials, logarithms, and what they make up.

Everything that exp and log make up is written in them: sigmoid(x) is e/(1 + e) with e = exp(x), so
that what is equal looks equal. Powers and logarithms of products part only where every factor but
one is known to be positive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from matcalc.proofs.denominators import leading
from matcalc.proofs.networks import (
    AGAIN,
    ONE_TERM,
    UNIT,
    Factor,
    Head,
    Poly,
    Slots,
    Term,
    Unresolved,
    added,
    components,
    filled,
    head_of_function,
    instances,
    is_positive,
    multiplied,
    number_poly,
    ordered_term,
    scaled,
    term_key,
)
from matcalc.proofs.reduction import canonical

_LARGEST_POWER = 6
_LARGEST_PRIME = 1000
_ONE = Fraction(1)
_HALF = Fraction(1, 2)


def product_of(*polys: Poly) -> Poly:
    return canonical(multiplied(*polys))


def single(head: Head, slots: Slots, power: Fraction = _ONE) -> Poly:
    return canonical([(_ONE, [Factor(head, slots, power)], [])])


def function(kind: str, poly: Poly, power: Fraction = _ONE, positive: bool = False) -> Poly:
    """A function that has no rules here, of what its argument is."""
    head, slots = head_of_function(kind, poly, positive)
    return single(head, slots, power)


# ---------------------------------------------------------------- powers


def raised(poly: Poly, power: Fraction) -> Poly:
    """A polynomial to a power; what is not multiplied out stays one thing to a power."""
    if not poly:
        if power <= 0:
            raise Unresolved
        return {}
    if power.denominator == 1 and 0 <= power <= _LARGEST_POWER:
        return product_of(*[poly] * int(power))
    number, outside, inside = _content(poly, power)
    parts = [number, *(single(head, slots, own * power) for head, slots, own in outside)]
    for one in inside:
        parts.append(_whole(one, power))
    return product_of(*parts)


def _whole(poly: Poly, power: Fraction) -> Poly:
    """A sum, or a factor, to a power."""
    ((term, value),) = list(poly.items())[:1]
    if len(poly) == 1 and value == 1 and not term.bound and len(term.factors) == 1:
        head, slots, own = term.factors[0]
        if own == 1 or power.denominator == 1:
            return single(head, slots, own * power)
    head, slots = head_of_function("net", poly)
    return single(head, slots, power)


def _content(poly: Poly, power: Fraction) -> tuple[Poly, list[Factor], list[Poly]]:
    """A polynomial as a number, already to the power, factors that may be taken out, and what
    stays inside.
    """
    whole = power.denominator == 1
    if len(poly) == 1:
        ((term, value),) = poly.items()
        return _of_one_term(term, value, power)
    common = _common(poly, whole)
    rest = product_of(poly, *(single(h, s, -p) for h, s, p in common))
    number = _leading_value(rest)
    number = number if whole else abs(number)
    return _number(number, power), common, [scaled(rest, 1 / number)]


def _of_one_term(
    term: Term, value: Fraction, power: Fraction
) -> tuple[Poly, list[Factor], list[Poly]]:
    whole = power.denominator == 1
    outside = []
    left: list[list[Factor]] = []
    for group in components(term.factors, term.bound):
        alone = len(group) == 1 and not any(d in term.bound for d in group[0].slots)
        if alone and (whole or group[0].head.positive):
            outside.append(group[0])
        else:
            left.append(group)
    groups = left if whole else [[f for group in left for f in group]] if left else []
    inside: list[Poly] = [{_term(group, term): _ONE} for group in groups]
    if value < 0 and not whole:
        if not inside:
            raise Unresolved
        inside, value = [scaled(inside[0], Fraction(-1))], -value
    return _number(value, power), outside, inside


def _term(group: list[Factor], term: Term) -> Term:
    digits = {digit for factor in group for digit in factor.slots}
    return ordered_term(group, [index for index in term.bound if index in digits])


def _common(poly: Poly, whole: bool) -> list[Factor]:
    """The factors, none with an index of its own, that all terms may be divided by."""
    least: dict[tuple[Head, Slots], Fraction] = {}
    found = [_free_powers(term) for term in poly]
    for powers in found:
        for key in powers:
            if whole or key[0].positive:
                least[key] = min(one.get(key, Fraction(0)) for one in found)
    return [Factor(head, slots, power) for (head, slots), power in least.items() if power]


def _free_powers(term: Term) -> dict[tuple[Head, Slots], Fraction]:
    bound = set(term.bound)
    free = [f for f in term.factors if not bound.intersection(f.slots)]
    return {(f.head, f.slots): f.power for f in free if f.head.kind not in ("delta", "range")}


def _leading_value(poly: Poly) -> Fraction:
    lead = leading(poly) or min(poly, key=term_key)
    return poly[lead]


def _number(value: Fraction, power: Fraction) -> Poly:
    """A positive number, or any where the power is whole, to the power."""
    if power.denominator == 1:
        return number_poly(value ** int(power))
    factors = [
        Factor(Head(f"number {prime}", "number", prime, positive=True), (), own * power)
        for prime, own in _primes(value)
    ]
    return canonical([(_ONE, factors, [])])


def _primes(value: Fraction) -> Iterable[tuple[int, Fraction]]:
    """The primes in a number, the large rest taken for one."""
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while part > 1:
            if prime > _LARGEST_PRIME:
                yield part, Fraction(sign)
                break
            times = 0
            while part % prime == 0:
                part, times = part // prime, times + 1
            if times:
                yield prime, Fraction(sign * times)
            prime += 1


# ---------------------------------------------------------------- exponentials and logarithms


def exponential(poly: Poly) -> Poly:
    """exp of a sum: the product of exp of every term, its number an exponent."""
    parts = []
    for term, value in poly.items():
        factor = term.factors[0] if len(term.factors) == 1 and not term.bound else None
        if factor and factor.head.kind == "log" and factor.power == 1:
            inside = canonical(instances(factor.head.content, filled(factor.slots)))
            parts.append(raised(inside, value))
        else:
            parts.append(function("exp", {term: _ONE}, value, positive=True))
    return product_of(*parts)


def logarithm(poly: Poly) -> Poly:
    """log of a product: the sum of the logarithms of positive factors and of the rest."""
    if not poly:
        raise Unresolved
    number, outside, inside = _content(poly, _HALF)  # a half: only what is positive is taken out
    found = [_log_of_number(number)]
    for head, slots, power in outside:
        found.append(scaled(_log_of(head, slots), power))
    for one in inside:
        found.append(function("log", one))
    return added(*found)


def _log_of_number(half: Poly) -> Poly:
    """The logarithm of the square of what `_content` says of a number to one half."""
    ((term, value),) = half.items()
    parts = [(prime, 2 * power) for prime, power in _primes(value)]
    parts += [(f.head.content, 2 * f.power) for f in term.factors]
    return added(*(scaled(function("log", number_poly(prime)), power) for prime, power in parts))


def _log_of(head: Head, slots: Slots) -> Poly:
    if head.kind == "exp":
        return canonical(instances(head.content, filled(slots)))
    if head.kind == "net":
        return function("log", canonical(instances(head.content, filled(slots))))
    return function("log", single(head, slots))


def to_power(base: Poly, exponent: Poly) -> Poly:
    """A base to an exponent that is no number: its rational part is a power."""
    if is_positive(base):
        return exponential(product_of(exponent, logarithm(base)))
    formal = function("log", base)
    parts = [raised(base, exponent.get(ONE_TERM, Fraction(0)))]
    for term, value in exponent.items():
        if term != ONE_TERM:
            parts.append(function("power", product_of({term: _ONE}, formal), value))
    return product_of(*parts)


# ---------------------------------------------------------------- signs


def _odd(kind: str) -> Callable[[Poly], Poly]:
    def of(poly: Poly) -> Poly:
        sign = _sign(poly)
        return scaled(function(kind, scaled(poly, sign)), sign) if poly else {}

    return of


def _cosine(poly: Poly) -> Poly:
    return function("cos", scaled(poly, _sign(poly))) if poly else UNIT


def _sign(poly: Poly) -> Fraction:
    return _ONE if not poly or _leading_value(poly) > 0 else Fraction(-1)


def _step(poly: Poly) -> Poly:
    """1 where it is positive, else 0: the same for a positive multiple."""
    return function("step", scaled(poly, 1 / abs(_leading_value(poly)))) if poly else {}


PI: Poly = {ordered_term([Factor(Head("pi", "pi", positive=True), (), _ONE)], ()): _ONE}

FUNCTIONS: Mapping[str, Callable[[Poly], Poly]] = {
    "exp": exponential,
    "log": logarithm,
    "sin": _odd("sin"),
    "cos": _cosine,
    "erf": _odd("erf"),
    "heaviside": _step,
}


def _again(kind: str) -> Callable[[Poly, Fraction], Poly]:
    made = FUNCTIONS.get(kind) or (lambda poly: function(kind, poly))
    return lambda poly, power: raised(made(poly), power)


AGAIN.update(
    {
        "net": raised,
        "exp": lambda poly, power: exponential(scaled(poly, power)),
        **{kind: _again(kind) for kind in ("log", "sin", "cos", "erf")},
        "step": lambda poly, power: _step(poly),
    }
)
