"""Changes at one place of an expression: what people get wrong when they write one down.

The whole is made again around the place, so that one of two equal parts can be changed; of a part
that occurs again all occurrences can be, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial, reduce
from itertools import combinations
from typing import NamedTuple

from matcalc.expressions.constructors import (
    add,
    elementwise_power,
    hadamard,
    multiply,
    number,
    scale,
    transpose,
    without_scalar,
)
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Named, Node, Number, Product, Sum, children
from matcalc.expressions.operations import AnyPower, Hadamard, Inverse
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute

_MOST_PLACES, _MOST_FACTORS = 120, 8
_SCALES = (-1, 2, Fraction(1, 2), 3, Fraction(1, 3))
BY_ENTRIES = "read entry by entry"
Put = Callable[[Node], Node]


class Term(NamedTuple):
    """A term of a sum somewhere in an expression, and the whole without it."""

    node: Node
    sum: Sum
    rest: Node


class Change(NamedTuple):
    """What kind of change it is, what changes, and the whole with that."""

    words: str
    before: Node
    after: Node
    whole: Node


def terms(root: Node) -> Iterator[Term]:
    """The terms of every sum, of the outermost first."""
    for node, put in _places(root):
        if isinstance(node, Sum):
            for value, term in node.terms:
                rest = _made(put, add([*node.terms, (-value, term)], node.shape))
                if rest is not None:
                    yield Term(scale(value, term), node, rest)


def changes(root: Node) -> Iterator[Change]:
    """Every change of a factor, a power or a sign at every place."""
    for node, put in _places(root):
        for one in _local(node):
            whole = _made(put, one.whole)
            if whole is not None and whole is not root:
                yield one._replace(whole=whole)


# ---------------------------------------------------------------- places


def _places(root: Node) -> Iterator[tuple[Node, Put]]:
    """The nodes from the root down, each with how the whole is made around another."""
    waiting: deque[tuple[Node, Put]] = deque([(root, lambda new: new)])
    counts: dict[Node, int] = {}
    for _ in range(_MOST_PLACES):
        if not waiting:
            return
        node, put = waiting.popleft()
        yield node, put
        counts[node] = counts.get(node, 0) + 1
        if counts[node] == 2:
            yield node, partial(_everywhere, root, node)
        for place, part in enumerate(children(node)):
            waiting.append((part, partial(_inside, node, place, put)))


def _everywhere(root: Node, old: Node, new: Node) -> Node:
    return substitute(root, {old: new})


def _inside(node: Node, place: int, put: Put, new: Node) -> Node:
    parts = [*children(node)[:place], new, *children(node)[place + 1 :]]
    match node:
        case Sum(terms=terms, shape=shape):
            values = (value for value, _ in terms)
            return put(add(zip(values, parts, strict=True), shape))
        case Product(coefficient=coefficient):
            return put(multiply(number(coefficient), *parts))
        case Apply(operation=name, shape=shape):
            return put(book.apply(name, parts, shape))
        case _:
            assert isinstance(node, Named)
            return put(new)


def _made(put: Put, new: Node) -> Node | None:
    """The whole, or nothing where the part does not fit."""
    try:
        return put(new)
    except MatcalcError:
        return None


# ---------------------------------------------------------------- what changes


def _local(node: Node) -> Iterator[Change]:
    """The changes of a node that is not looked into."""
    match node:
        case Product():
            yield from _swapped(node)
            yield from _without_scalars(node)
        case Sum():
            yield from _scaled(node)
        case Inverse(inner):
            yield Change("an inverse", node, inner, inner)
    for words, change in _OF_SQUARES.items():
        new = change(node) if node.shape.is_square and not node.shape.is_scalar else node
        if new is not node:
            yield Change(words, node, new, new)


def _swapped(node: Product) -> Iterator[Change]:
    """Two factors in each other's places, neighbours first."""
    factors = node.factors[:_MOST_FACTORS]
    for low, high in sorted(combinations(range(len(factors)), 2), key=lambda p: p[1] - p[0]):
        one, other = factors[low], factors[high]
        between = factors[low + 1 : high]
        chain = (*node.factors[:low], other, *between, one, *node.factors[high + 1 :])
        if one.shape == other.shape and one is not other:
            before, after = multiply(one, *between, other), multiply(other, *between, one)
            whole = multiply(number(node.coefficient), *node.scalars, *chain)
            yield Change(f"{one} and {other} are swapped", before, after, whole)


def _without_scalars(node: Product) -> Iterator[Change]:
    for place, scalar in enumerate(node.scalars):
        less = without_scalar(node, place)
        yield Change(f"a factor {scalar}", node, less, less)
    if node.coefficient != 1:
        less = scale(1 / node.coefficient, node)
        yield Change("a sign" if node.coefficient == -1 else "a factor", node, less, less)


def _scaled(node: Sum) -> Iterator[Change]:
    for value, term in node.terms:
        for by in _SCALES:
            changed = add([*node.terms, ((by - 1) * value, term)], node.shape)
            slip = "the sign" if by == -1 else "a factor"
            words = f"{slip} of the term {scale(value, term)} is wrong"
            yield Change(words, node, changed, changed)


def _by_entries(node: Node) -> Node:
    """A^2 for A.^2, A.*B for A*B, and the other way round; of anything else the node itself."""
    match node:
        case AnyPower(base, Number(value=value)) if 1 < value <= _MOST_FACTORS:
            return multiply(*[base] * int(value)) if value.denominator == 1 else node
        case AnyPower(base, exponent) if not isinstance(exponent, Number):
            return elementwise_power(base, exponent)
        case Hadamard(arguments):
            return multiply(*arguments)
        case Product(factors=factors) if len({one.shape for one in factors}) == 1:
            return multiply(number(node.coefficient), *node.scalars, reduce(hadamard, factors))
        case _:
            return node


_OF_SQUARES: dict[str, Callable[[Node], Node]] = {
    "a transpose": transpose,
    BY_ENTRIES: _by_entries,
}
