"""Functions of one number in the shortest form that SymPy finds, entry by entry.

1./(p + 1) - u.*sign(u)./(p + 1).^2 with p = abs(u)    1./(abs(u) + 1).^2
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from typing import Any

from matcalc.expressions.constructors import (
    add,
    negate,
)
from matcalc.expressions.errors import MatcalcError, NoRule
from matcalc.expressions.nodes import Apply, Named, Node, Number, Product, Sum, inside
from matcalc.expressions.operations import ElementwisePower, Hadamard, Ones, Power
from matcalc.interchange.entrywise import Entrywise
from matcalc.interchange.functions import FUNCTIONS, words_of
from matcalc.interchange.scalars import InSymPy
from matcalc.rulebook.laws import SHORTENED_BY_SYMPY, Record, Rewritten
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.forms import size

_LONGEST = 60  # tokens of what SymPy is asked about: its search takes seconds for more
_NEAR = 1e-9  # what a slip of SymPy would be larger than, at one point


def simplified(root: Node, kept: Collection[Node] = (), record: Record | None = None) -> Node:
    """The expression with its functions of one number, but those in `kept`, as SymPy has them."""
    shorter = {part: found for part in _parts(root, kept) if (found := _shortest(part)) is not part}

    def rewritten(_: Node, again: Node) -> Rewritten | None:
        found = shorter.get(again)
        return None if found is None else Rewritten(found, SHORTENED_BY_SYMPY)

    return sweep(root, rewritten, record) if shorter else root


def _parts(root: Node, kept: Collection[Node]) -> Iterator[Node]:
    """The functions of numbers that stand in no other one, and those in their arguments."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in kept:
            continue
        arguments = _arguments(node) if size(node) <= _LONGEST else ()
        waiting += arguments or inside(node)
        if arguments:
            yield node


@cache
def _arguments(node: Node) -> Collection[Node]:
    """What it is a function of, entry by entry; nothing where it is none."""
    reader = _OfNames()
    with suppress(NoRule):
        reader.written(node)
    return () if node in reader.symbols else tuple(reader.symbols)


@cache
def _shortest(node: Node) -> Node:
    within = _OfNames()
    with suppress(MatcalcError, TypeError, within.sympy.PolynomialError):
        value = within.written(node)
        shorter = within.sympy.simplify(value)
        nodes = {symbol: part for part, symbol in within.symbols.items()}
        found = Entrywise(nodes, node.shape, words_of(within.sympy)).whole(shorter)
        if size(found) < size(node) and abs(within.near(value - shorter)) < _NEAR:
            return found
    return node


class _OfNames(InSymPy):
    """Numbers in SymPy, one symbol for what a person named, for words that SymPy does not have,
    and for what is added without being functions of entries: A*x - b.
    """

    def written(self, node: Node) -> Any:
        match node:
            case Named():
                return self._symbol(node)
            case Apply(operation=word) if word in FUNCTIONS and word not in self._words:
                return self._symbol(node)
            case Sum(terms=terms):
                inner = [(value, term) for value, term in terms if not _is_function(term)]
                outer = [(value, term) for value, term in terms if _is_function(term)]
                parts = [self.rational(value) * self.written(term) for value, term in outer]
                return self.sympy.Add(self._added(inner), *parts)
        return super().written(node)

    def _added(self, terms: Sequence[tuple[Fraction, Node]]) -> Any:
        """Of b - A*x the symbol of A*x - b where that came first; of multiples the same one."""
        if not terms:
            return self.sympy.Integer(0)
        first = abs(min(terms, key=lambda one: one[1].rank)[0])
        whole = add((value / first, term) for value, term in terms)
        if (turned := negate(whole)) in self.symbols:
            return -self.rational(first) * self._symbol(turned)
        return self.rational(first) * self._symbol(whole)

    @property
    def _words(self) -> Collection[str]:
        return words_of(self.sympy).values()


def _is_function(term: Node) -> bool:
    """Whether it is a number or made of powers, products or functions of entries."""
    match term:
        case Number() | Ones() | Hadamard() | ElementwisePower() | Power():
            return True
        case Product(scalars=scalars, factors=factors):
            return any(map(_is_function, (*scalars, *factors[: len(factors) == 1])))
        case Apply(operation=word):
            return word in FUNCTIONS
    return False
