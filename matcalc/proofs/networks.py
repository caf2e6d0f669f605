"""Sums over indices of products of entries: polynomials in Einstein's notation, with exact numbers.

A `Factor` is an entry like A[i, j] to a power, or a function of entries like exp(x[i]); a `Term`
is a product of factors that is summed over its bound indices. Terms are brought to a canonical
form, in which two that are equal up to the names of bound indices are one object's worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from itertools import count, permutations
from typing import Any, NamedTuple

from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Node, dimension_symbol

MOST_TERMS = 400
_MOST_INDICES = 16
_MOST_LABELLINGS = 60
_LONGEST_KEY = 200


class Unresolved(Exception):
    """The index form cannot be worked out within the limits, or the sizes do not part alike."""


class Index(NamedTuple):
    """A variable position, counted from 1 to `size`: negative where it is free, else summed."""

    number: int
    size: Dimension


class Place(NamedTuple):
    """A position that is an expression: a number, or the index of a sum not yet worked out."""

    position: Node
    size: Dimension


Digit = Index | Place
Slots = tuple[Digit, ...]
_fresh = count(1)


def fresh(size: Dimension) -> Index:
    """A bound index that stands nowhere else."""
    return Index(next(_fresh), size)


@dataclass(frozen=True)
class Head:
    """What a factor is an entry of, equal where the `key` is.

    `kind` says what rules it follows; `content` is the node whose entries it gives, or what it is
    a function of, in the indices -1, -2, ... that its slots stand for.
    """

    key: str
    kind: str = field(compare=False)
    content: Any = field(default=None, compare=False)
    symmetric: bool = field(default=False, compare=False)
    positive: bool = field(default=False, compare=False)


class Factor(NamedTuple):
    """An entry to a power: of `head`, at the positions `slots`."""

    head: Head
    slots: Slots
    power: Fraction


class Term(NamedTuple):
    """The sum over `bound` of the product of the factors, whose order is nothing."""

    factors: tuple[Factor, ...]
    bound: tuple[Index, ...]


Poly = Mapping[Term, Fraction]
Raw = tuple[Fraction, list[Factor], list[Index]]

# What makes the function of a kind again, to a power, where what it is a function of has changed.
AGAIN: dict[str, Callable[[Poly, Fraction], Poly]] = {}

DELTA = Head("delta", "delta", symmetric=True)
ONE_TERM = Term((), ())
UNIT: Poly = {ONE_TERM: Fraction(1)}


def digest(text: str) -> str:
    """The text itself while it is short: keys of functions hold those of their arguments."""
    if len(text) <= _LONGEST_KEY:
        return text
    return blake2b(text.encode(), digest_size=16).hexdigest()


def digit_key(digit: Digit) -> str:
    return f"f{-digit.number}" if isinstance(digit, Index) else f"p{node_key(digit.position)}"


def node_key(node: Node) -> str:
    return digest(f"{node}#{node.rank[2]}")


def factor_key(factor: Factor, names: Mapping[Digit, str]) -> str:
    """The factor as text; equal halves of a symmetric one are put in order."""
    ways = both_ways(factor.head, factor.slots)
    slots = min([names.get(digit) or digit_key(digit) for digit in way] for way in ways)
    return f"{factor.head.key}[{','.join(slots)}]^{factor.power}"


def both_ways(head: Head, slots: Slots) -> list[Slots]:
    """The slots, and with row and column in each other's place where that is the same entry."""
    half = len(slots) // 2
    one, other = slots[:half], slots[half:]
    if not head.symmetric or [d.size for d in one] != [d.size for d in other]:
        return [slots]
    return [slots, other + one]


def names_of(bound: Sequence[Index]) -> dict[Digit, str]:
    return {index: f"b{place}:{index.size}" for place, index in enumerate(bound)}


def term_key(term: Term) -> str:
    names = names_of(term.bound)
    return "*".join(factor_key(factor, names) for factor in term.factors)


def poly_key(poly: Poly) -> str:
    return "+".join(sorted(f"{value}*{term_key(term)}" for term, value in poly.items()))


def outer(poly: Poly) -> list[Digit]:
    """The free indices and places in a polynomial, each once."""
    found: dict[Digit, None] = {}
    for term in sorted(poly, key=term_key):
        bound = set(term.bound)
        for factor in term.factors:
            found.update(dict.fromkeys(d for d in factor.slots if d not in bound))
    return list(found)


# ---------------------------------------------------------------- changing indices


def changed(term: Term, value: Fraction, new: Mapping[Digit, Digit]) -> Raw:
    """The term with other free indices, and bound ones of its own."""
    own: dict[Digit, Digit] = {index: fresh(index.size) for index in term.bound}
    names = {**new, **own}
    factors = [
        Factor(head, tuple(names.get(d, d) for d in slots), power)
        for head, slots, power in term.factors
    ]
    return value, factors, [one for one in own.values() if isinstance(one, Index)]


def instances(poly: Poly, new: Mapping[Digit, Digit]) -> list[Raw]:
    return [changed(term, value, new) for term, value in poly.items()]


def times(left: Iterable[Raw], right: Sequence[Raw]) -> list[Raw]:
    """The products of all terms; their bound indices have to be different."""
    found = [(a * b, [*fs, *gs], [*i, *j]) for a, fs, i in left for b, gs, j in right]
    if len(found) > MOST_TERMS:
        raise Unresolved
    return found


def scaled(poly: Poly, value: Fraction) -> Poly:
    return {term: own * value for term, own in poly.items()} if value else {}


def added(*polys: Poly) -> Poly:
    total: dict[Term, Fraction] = {}
    for poly in polys:
        for term, value in poly.items():
            total[term] = total.get(term, Fraction(0)) + value
    if len(total) > MOST_TERMS:
        raise Unresolved
    return {term: value for term, value in total.items() if value}


def multiplied(*polys: Poly) -> list[Raw]:
    """The terms of the product, each with bound indices of its own."""
    found: list[Raw] = [(Fraction(1), [], [])]
    for poly in polys:
        found = [
            (a * b, [*fs, *gs], [*i, *j]) for a, fs, i in found for b, gs, j in instances(poly, {})
        ]
        if len(found) > MOST_TERMS:
            raise Unresolved
    return found


# ---------------------------------------------------------------- canonical form


def components(factors: Iterable[Factor], bound: Iterable[Index]) -> list[list[Factor]]:
    """The factors in groups that no bound index joins."""
    within = set(bound)
    groups: list[tuple[set[Digit], list[Factor]]] = []
    for factor in factors:
        own: set[Digit] = {digit for digit in factor.slots if digit in within}
        members = [factor]
        rest = []
        for indices, group in groups:
            if own & indices:
                own |= indices
                members = group + members
            else:
                rest.append((indices, group))
        groups = [*rest, (own, members)]
    return [group for _, group in groups]


def ordered_term(factors: Sequence[Factor], bound: Iterable[Index]) -> Term:
    """The term with its factors and bound indices in canonical order."""
    within = set(bound)
    if len(within) > _MOST_INDICES:
        raise Unresolved
    pieces = [_labelled(group, within) for group in components(factors, within)]
    pieces.sort(key=lambda piece: piece[0])
    numbering: dict[Digit, Digit] = {}
    for _, _, order in pieces:
        for index in order:
            numbering[index] = Index(len(numbering), index.size)
    found = [
        Factor(f.head, _turned(f, numbering), f.power) for _, group, _ in pieces for f in group
    ]
    return Term(tuple(found), tuple(i for i in numbering.values() if isinstance(i, Index)))


def _turned(factor: Factor, new: Mapping[Digit, Digit]) -> Slots:
    slots = tuple(new.get(d, d) for d in factor.slots)
    return min(both_ways(factor.head, slots), key=lambda way: tuple(map(_slot_order, way)))


def _slot_order(digit: Digit) -> tuple[int, int, str]:
    if isinstance(digit, Index):
        return (1, digit.number, "") if digit.number >= 0 else (0, -digit.number, "")
    return (2, 0, digit_key(digit))


def _labelled(group: list[Factor], within: set[Index]) -> tuple[str, list[Factor], list[Index]]:
    """The least text of a connected group, its factors in that order, and its indices in theirs."""
    own = list(dict.fromkeys(d for f in group for d in f.slots if d in within))
    colors: dict[Digit, str] = {d: f"b:{d.size}" for d in own}
    best: tuple[str, list[Factor], list[Any]] | None = None
    for taken, order in enumerate(_orders(group, own, colors)):
        if taken > _MOST_LABELLINGS:
            raise Unresolved
        names = names_of(order)
        keyed = sorted(((factor_key(f, names), f) for f in group), key=lambda pair: pair[0])
        text = "*".join(key for key, _ in keyed)
        if best is None or text < best[0]:
            best = text, [f for _, f in keyed], order
    assert best is not None
    return best


def _orders(group: list[Factor], own: list[Any], colors: dict[Digit, str]) -> Iterator[list[Any]]:
    """Orders of the bound indices that depend on how they are joined alone."""
    colors = _refined(group, own, colors)
    classes: dict[str, list[Any]] = {}
    for index in own:
        classes.setdefault(colors[index], []).append(index)
    tied = next((classes[c] for c in sorted(classes) if len(classes[c]) > 1), None)
    if tied is None:
        yield sorted(own, key=lambda index: colors[index])
        return
    for chosen in tied:
        yield from _orders(group, own, {**colors, chosen: f"{colors[chosen]}!"})


def _refined(group: list[Factor], own: list[Any], colors: dict[Digit, str]) -> dict[Digit, str]:
    """Colors told apart by what stands beside an index, until no more of them are."""
    while True:
        told: dict[Digit, list[str]] = {index: [] for index in own}
        for factor in group:
            around = factor_key(factor, colors)
            for way in both_ways(factor.head, factor.slots):
                for place, digit in enumerate(way):
                    if digit in told:
                        told[digit].append(f"{place}@{around}")
        texts = {i: f"{colors[i]}~{'&'.join(sorted(told[i]))}" for i in own}
        ranks = {text: place for place, text in enumerate(sorted(set(texts.values())))}
        new: dict[Digit, str] = {i: f"c{ranks[texts[i]]:03}" for i in own}
        if len(set(new.values())) == len(set(colors.values())):
            return new
        colors = new


# ---------------------------------------------------------------- functions of entries


def abstracted(poly: Poly) -> tuple[Poly, Slots, bool]:
    """The polynomial in the indices -1, -2, ... alone, what these stand for, and whether two of
    them may change places.
    """
    digits = outer(poly)
    orders = list(permutations(digits)) if len(digits) <= 3 else [tuple(digits)]
    found = sorted((_written(poly, order) for order in orders), key=lambda one: one[0])
    key, content, slots = found[0]
    symmetric = len(digits) == 2 and found[1][0] == key
    return content, slots, symmetric


def _written(poly: Poly, order: Slots) -> tuple[str, Poly, Slots]:
    new: dict[Digit, Digit] = {d: Index(-place, d.size) for place, d in enumerate(order, 1)}
    content = reordered(poly, new)
    sizes = ",".join(str(d.size) for d in order)
    return f"{poly_key(content)}|{sizes}", content, order


def reordered(poly: Poly, new: Mapping[Digit, Digit]) -> Poly:
    """The polynomial with other names for its free indices, none of which become equal."""
    found: dict[Term, Fraction] = {}
    for term, value in poly.items():
        _, factors, bound = changed(term, value, new)
        one = ordered_term(factors, bound)
        found[one] = found.get(one, Fraction(0)) + value
    return found


def head_of_function(kind: str, poly: Poly, positive: bool = False) -> tuple[Head, Slots]:
    """The function of that kind of a polynomial, and the indices that it depends on."""
    content, slots, symmetric = abstracted(poly)
    sizes = ",".join(str(d.size) for d in slots)
    key = digest(f"{kind}({poly_key(content)}|{sizes})")
    known = positive or (kind == "net" and is_positive(content))
    return Head(key, kind, content, symmetric, known), slots


def is_positive(poly: Poly) -> bool:
    """Whether nothing that is added can be negative."""
    return bool(poly) and all(
        value > 0 and all(f.head.positive or f.power % 2 == 0 for f in term.factors)
        for term, value in poly.items()
    )


def of_size(size: Dimension) -> Poly:
    """A dimension as a number: a polynomial in the names of dimensions."""
    found: dict[Term, Fraction] = {}
    for names, value in size.terms:
        factors = [
            Factor(
                Head(f"dimension {n}", "given", dimension_symbol(n), positive=True),
                (),
                Fraction(names.count(n)),
            )
            for n in dict.fromkeys(names)
        ]
        found[ordered_term(factors, ())] = value
    return found


def number_poly(value: Fraction | int) -> Poly:
    return {ONE_TERM: Fraction(value)} if value else {}


def is_apart(one: Digit, other: Digit) -> bool:
    """Whether they are different positions for sure."""
    if isinstance(one, Index) or isinstance(other, Index):
        return False
    a, b = dimension_value(one.position), dimension_value(other.position)
    return a is not None and b is not None and ((a - b).is_at_least(1) or (b - a).is_at_least(1))


def filled(slots: Slots) -> dict[Digit, Digit]:
    """What the indices of the content of a function stand for."""
    return {Index(-place, digit.size): digit for place, digit in enumerate(slots, 1)}


def equal(ones: Sequence[Digit], others: Sequence[Digit]) -> list[Factor]:
    """1 where each position is the other one, else 0."""
    pairs = zip(ones, others, strict=True)
    return [Factor(DELTA, pair, Fraction(1)) for pair in pairs]
