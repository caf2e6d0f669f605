"""The form of an answer: sums factored where that makes them shorter to read.

The measure is the number of names, numbers, operators and calls that a reader sees. Sums that
were already in the problem stay as the person wrote them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import NamedTuple

from matcalc.expressions.bottom_up import bottom_up
from matcalc.expressions.constructors import (
    UNIT,
    add,
    base_and_exponent,
    divide,
    elementwise_power,
    entry_base_and_exponent,
    hadamard,
    multiply,
    negate,
    number,
    power,
    scale,
    split_scalars,
)
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import (
    Apply,
    Named,
    Node,
    Number,
    Product,
    Rank,
    Sum,
    Symbol,
    children,
    inside,
)
from matcalc.expressions.operations import Hadamard, Ones, Power
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.laws import COMMON_DENOMINATOR, DISTRIBUTIVE, Record, Rewritten
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.expansion import expand

_MOST_TERMS = 24
_MOST_SUMS = 50  # products of eight sums are compared in full, of sixteen in a quarter second
Term = tuple[Fraction, Node]


@bottom_up(inside)
def size(node: Node) -> int:
    """About as many tokens as the printed expression has; a name is one, whatever it stands for."""
    return _tokens(node, size)


def _tokens(node: Node, size: Callable[[Node], int]) -> int:
    """The tokens of a node, from those of what is inside it."""
    match node:
        case Symbol() | Number() | Named():
            return 1
        case Sum(terms=terms):
            coefficients = sum(2 for value, _ in terms if abs(value) != 1)
            return sum(size(term) for _, term in terms) + len(terms) - 1 + coefficients
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            runs = [
                f for place, f in enumerate(factors) if place == 0 or factors[place - 1] is not f
            ]
            shown = [*scalars, *runs]
            repeated = 2 * sum(1 for f in set(runs) if factors.count(f) > runs.count(f))
            extra = 0 if coefficient == 1 else 1 if coefficient == -1 else 2
            return sum(map(size, shown)) + len(shown) - 1 + extra + repeated
        case Power(base, exponent):
            return size(base) + (0 if exponent is number(-1) else 1 + size(exponent))
        case Hadamard(arguments):
            return sum(map(size, arguments)) + len(arguments) - 1
        case Apply(arguments=arguments):
            return 1 + sum(map(size, arguments))
        case _:
            return 2


def is_longer_behind(root: Node, most: int) -> bool:
    """Whether it has more than `most` tokens with all names written out wherever they stand."""
    total, waiting = 0, [root]

    def later(part: Node) -> int:
        waiting.append(part)
        return 0

    while waiting and total <= most:
        node = waiting.pop()
        total += later(node.value) if isinstance(node, Named) else _tokens(node, later)
    return total > most


def factored(root: Node, kept: Collection[Node] = (), record: Record | None = None) -> Node:
    """`root` with every sum that is not in `kept` factored where that is shorter."""

    def shorter(_: Node, node: Node) -> Rewritten | None:
        if isinstance(node, Sum) and node not in kept and len(node.terms) <= _MOST_TERMS:
            found = _factor_sum(node)
            is_told = record is not None and found is not node
            is_added = is_told and expand(found) is not expand(node)  # a/s + b/s^2 = (a*s + b)/s^2
            law = COMMON_DENOMINATOR if is_added else DISTRIBUTIVE
            return None if found is node else Rewritten(found, law)
        return None

    return sweep(root, shorter, record, kept)


@kept_for_an_edition(4096)
def _factor_sum(node: Sum) -> Node:
    return _Factoring()(node)


class _Factoring:
    """What several terms share taken out, again and again, where that is shorter.

    All groups are compared with what they leave in brackets factored too. That leads to every
    subset of the terms, so once many sums have come up, only the group that is shortest as it
    stands is followed.
    """

    def __init__(self) -> None:
        self._met = 0
        self._done: dict[Sum, Node] = {}

    def __call__(self, node: Sum) -> Node:
        if node not in self._done:
            self._met += 1
            self._done[node] = self._shortest(node)
        return self._done[node]

    def _shortest(self, node: Sum) -> Node:
        best: Node = node
        while isinstance(best, Sum):
            trials = [trial for trial in self._trials(best) if size(trial) < size(best)]
            if not trials:
                break
            best = min(trials, key=_order)
        return best

    def _trials(self, node: Sum) -> Iterator[Node]:
        groups = sorted(_groups(node), key=lambda group: _order(group.whole(group.inner)))
        for place, group in enumerate(groups):
            if place and self._met > _MOST_SUMS:
                break
            inner = group.inner
            if isinstance(inner, Sum) and size(inner) < size(node):  # smaller, so this ends
                inner = self(inner)
            yield group.whole(inner)


def _order(node: Node) -> tuple[int, Rank]:
    return size(node), node.rank


@dataclass(frozen=True, slots=True)
class _Group:
    """Terms that share something: what is left of them, and the sum with that in brackets."""

    inner: Node
    whole: Callable[[Node], Node]
    combines: bool  # whether terms of what is left came together


def _group(
    node: Sum, left: Callable[[Node], Node | None], joined: Callable[[Node], Node]
) -> _Group:
    """The terms of which `left` leaves something; `joined` puts back what it took."""
    taken: list[Term] = []
    rest: list[Term] = []
    for value, term in node.terms:
        inner = left(term)
        if inner is None:
            rest.append((value, term))
        else:
            taken.append((value, inner))
    left_over = add(taken)
    return _Group(
        left_over,
        lambda inner: add([(Fraction(1), joined(inner)), *rest]),
        _count(left_over) < sum(_count(inner) for _, inner in taken),
    )


def _count(node: Node) -> int:
    return len(node.terms) if isinstance(node, Sum) else 1


def _groups(node: Sum) -> Iterator[_Group]:
    """The sum with one common last factor, first factor, scalar, ... taken out."""
    for side in (-1, 0):
        for factor in _shared(_end(term, side) for _, term in node.terms):
            yield _by_factor(node, factor, side)
    for base, exponent, is_nearest in _common_powers(_powers(term) for _, term in node.terms):
        group = _by_scalar(node, power(base, exponent))
        if is_nearest or group.combines:
            yield group
    for head in _shared_heads(node):
        yield _by_operation(node, head)
    for chain in _shared(_chain(term) for _, term in node.terms):
        yield _by_chain(node, chain)
    for base, exponent, is_nearest in _common_powers(_entry_powers(term) for _, term in node.terms):
        group = _by_entries(node, base, exponent)
        if is_nearest or group.combines:
            yield group


def _shared(parts: Iterable[Node | None]) -> list[Node]:
    counts: dict[Node, int] = {}
    for part in parts:
        if part is not None:
            counts[part] = counts.get(part, 0) + 1
    return [part for part, count in counts.items() if count > 1]


def _end(term: Node, side: int) -> Node | None:
    """The first or last factor of a chain of at least two."""
    if isinstance(term, Product) and len(term.factors) > 1:
        return term.factors[side]
    return None


def _by_factor(node: Sum, factor: Node, side: int) -> _Group:
    """A*X + B*X = (A + B)*X."""

    def left(term: Node) -> Node | None:
        if _end(term, side) is not factor:
            return None
        assert isinstance(term, Product)
        return multiply(*term.scalars, *(term.factors[1:] if side == 0 else term.factors[:-1]))

    def joined(inner: Node) -> Node:
        return multiply(factor, inner) if side == 0 else multiply(inner, factor)

    return _group(node, left, joined)


def _powers(term: Node) -> dict[Node, Node]:
    """The scalar factors of a term: base and exponent."""
    alone = (term,) if isinstance(term, Power) else ()
    scalars = term.scalars if isinstance(term, Product) else alone
    return dict(map(_numbered_power, scalars))


def _numbered_power(scalar: Node) -> tuple[Node, Node]:
    """A base and the number that is its exponent: x^p as a whole to the power 1."""
    base, exponent = base_and_exponent(scalar)
    return (base, exponent) if isinstance(exponent, Number) else (scalar, UNIT)


def _common_powers(terms: Iterable[Mapping[Node, Node]]) -> list[tuple[Node, Node, bool]]:
    """Powers that at least two terms have: of the exponents of one sign the nearest to 0.

    Of sums that are divided by also the common denominator, over which terms may cancel.
    """
    exponents: dict[tuple[Node, bool], list[Fraction]] = {}
    for powers in terms:
        for base, exponent in powers.items():
            if isinstance(exponent, Number):
                exponents.setdefault((base, exponent.value < 0), []).append(exponent.value)
    return [
        (base, number(chosen), is_nearest)
        for (base, _), values in exponents.items()
        if len(values) > 1
        for chosen, is_nearest in ((min(values, key=abs), True), (min(values), False))
        if is_nearest or isinstance(base, Sum)
    ]


def _has_power(powers: Mapping[Node, Node], base: Node, wanted: Node) -> bool:
    exponent = powers.get(base)
    if not isinstance(exponent, Number) or not isinstance(wanted, Number):
        return False
    return (exponent.value < 0) == (wanted.value < 0)


def _by_scalar(node: Sum, scalar: Node) -> _Group:
    """s*A + s*B = s*(A + B)."""
    taken = _numbered_power(scalar)

    def left(term: Node) -> Node | None:
        return divide(term, scalar) if _has_power(_powers(term), *taken) else None

    def joined(inner: Node) -> Node:
        common = inner.terms[0][0] if isinstance(inner, Sum) else Fraction(1)
        if isinstance(inner, Sum) and any(value != common for value, _ in inner.terms):
            common = Fraction(1)
        return scale(common, multiply(scalar, scale(1 / common, inner)))

    return _group(node, left, joined)


class _Head(NamedTuple):
    """An operation that is linear in the argument at a place, of some shape, and the others."""

    operation: str
    place: int
    shape: Shape
    before: tuple[Node, ...]
    after: tuple[Node, ...]


def _shared_heads(node: Sum) -> list[_Head]:
    """The heads of at least two terms."""
    counts = Counter(head for _, term in node.terms for head, _ in _heads(term))
    return [head for head, count in counts.items() if count > 1]


def _heads(term: Node) -> list[tuple[_Head, int]]:
    """The heads of a term, each with its sign where no sum in it is a negative one."""
    scalar, term = split_scalars(term)
    if not isinstance(term, Apply) or term.shape.is_scalar or scalar.is_complex:
        return []
    name, parts = term.operation, term.arguments
    linear = book.operation(name).linear if book.has(name) else ()
    if not linear:
        return []
    parameters = enumerate(book.operation(name).parameters)
    return [_head(name, place, parts) for place, one in parameters if {one.name} in linear]


def _head(name: str, place: int, parts: Sequence[Node]) -> tuple[_Head, int]:
    others = [part for at, part in enumerate(parts) if at != place]
    signs = [-1 if _is_negative(one) else 1 for one in others]
    plus = tuple(scale(Fraction(sign), one) for sign, one in zip(signs, others, strict=True))
    return _Head(name, place, parts[place].shape, plus[:place], plus[place:]), prod(signs)


def _is_negative(node: Node) -> bool:
    """Whether a sum is a negative one: of A - B and B - A one is."""
    return isinstance(node, Sum) and min(node.terms, key=lambda term: term[1].rank)[0] < 0


def _by_operation(node: Sum, head: _Head) -> _Group:
    """diag(a) - s*diag(b) = diag(a - s*b), and kron(A, C) + kron(B, C) = kron(A + B, C)."""

    def left(term: Node) -> Node | None:
        sign = dict(_heads(term)).get(head)
        if sign is None:
            return None
        scalar, rest = split_scalars(term)
        return multiply(number(sign), scalar, children(rest)[head.place])

    def joined(inner: Node) -> Node:
        return book.apply(head.operation, [*head.before, inner, *head.after])

    return _group(node, left, joined)


def _chain(term: Node) -> Node | None:
    """The matrix part of a term, where a scalar stands before it."""
    if term.shape.is_scalar:
        return None
    return multiply(*term.factors) if isinstance(term, Product) else term


def _by_chain(node: Sum, chain: Node) -> _Group:
    """s*A + t*A = (s + t)*A."""

    def left(term: Node) -> Node | None:
        if _chain(term) is not chain:
            return None
        return multiply(*(term.scalars if isinstance(term, Product) else ()))

    return _group(node, left, lambda inner: multiply(inner, chain))


def _entry_powers(term: Node) -> dict[Node, Node]:
    """The factors of an entrywise product: base and exponent."""
    _, rest = split_scalars(term)
    if term.shape.is_scalar or isinstance(rest, Product):
        return {}
    parts = rest.arguments if isinstance(rest, Hadamard) else (rest,)
    return dict(entry_base_and_exponent(part) for part in parts if not isinstance(part, Ones))


def _by_entries(node: Sum, base: Node, exponent: Node) -> _Group:
    """a.*b - a.*c = a.*(b - c), and s - s.^2 = s.*(1 - s)."""
    factor, over = elementwise_power(base, exponent), elementwise_power(base, negate(exponent))

    def left(term: Node) -> Node | None:
        return hadamard(term, over) if _has_power(_entry_powers(term), base, exponent) else None

    return _group(node, left, lambda inner: hadamard(factor, inner))
