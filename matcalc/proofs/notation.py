"""The index form written as an expression: sum(k in 1..n, A[i, k]*x[k])."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from matcalc.expressions.binders import names_in
from matcalc.expressions.constructors import (
    identity,
    multiply,
    number,
    power,
    symbol,
)
from matcalc.expressions.dimension_values import from_dimension
from matcalc.expressions.dimensions import ONE, SCALAR
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.operations import Entry, EntryOfMatrix, IndexSum
from matcalc.expressions.sums import add, minus, plus
from matcalc.language.kinds import closure
from matcalc.proofs.networks import Digit, Factor, Head, Place, Poly, Term, filled
from matcalc.proofs.shapes import Entries
from matcalc.rulebook import book

_LETTERS = "ijklpqrstuv"


class Notation:
    """Names for indices that stand nowhere in the expressions, and forms written in them."""

    def __init__(self, *roots: Node) -> None:
        taken = names_in(*roots)
        self._names: Iterator[str] = (
            name
            for number in count()
            for letter in _LETTERS
            if (name := f"{letter}{number or ''}") not in taken
        )
        self._free: dict[Digit, Node] = {}
        self._functions: dict[tuple[Head, tuple[Node, ...]], Node] = {}

    def _new(self) -> Symbol:
        return symbol(next(self._names), SCALAR, *closure("index"))

    def positions(self, digits: Sequence[Digit]) -> dict[Digit, Node]:
        """A name for each free index, the same whenever it has this number and size."""
        for digit in digits:
            if digit not in self._free:
                self._free[digit] = self._new()
        return {digit: self._free[digit] for digit in digits}

    def entry(self, node: Node, entries: Entries) -> Node:
        """The entry of a node that a form is of."""
        names = self.positions(entries.free)
        return _entry(node, entries.rows, entries.columns, names)

    def ranges(self, entries: Entries) -> str:
        """In words: `, for i in 1..m, j in 1..n`."""
        names = self.positions(entries.free)
        found = ", ".join(f"{names[digit]} in 1..{digit.size}" for digit in entries.free)
        return f", for {found}" if found else ""

    def form(self, entries: Entries) -> Node:
        return self.written(entries.terms, self.positions(entries.free))

    def written(self, poly: Poly, names: Mapping[Digit, Node]) -> Node:
        terms = [(value, self._term(term, names)) for term, value in poly.items()]
        return add(terms, SCALAR)

    def _term(self, term: Term, names: Mapping[Digit, Node]) -> Node:
        moved = {
            f.slots[1]: f
            for f in term.factors
            if f.head.kind == "range" and f.slots[1] in term.bound
        }
        own: dict[Digit, Node] = {d: self._new() for d in term.bound if d not in moved}
        inside = {**names, **own}
        for large, factor in moved.items():
            start = from_dimension(factor.head.content[0] - 1)
            inside[large] = plus(_position(factor.slots[0], inside), start)
        kept = (one for one in term.factors if one not in moved.values())
        body = multiply(number(1), *(self._factor(one, inside) for one in kept))
        for index, name in reversed(own.items()):
            body = IndexSum.raw(name, number(1), from_dimension(index.size), body)
        return body

    def _factor(self, factor: Factor, names: Mapping[Digit, Node]) -> Node:
        head, slots, exponent = factor
        value = self._value(head, [_position(d, names) for d in slots], slots)
        return power(value, number(exponent)) if exponent != 1 else value

    def _value(self, head: Head, positions: list[Node], slots: Sequence[Digit]) -> Node:
        if head.kind == "given":
            digits = list(slots)
            rows = _first(digits, head.content)
            return _entry(
                head.content,
                digits[:rows],
                digits[rows:],
                dict(zip(digits, positions, strict=True)),
            )
        if head.kind == "delta":
            return _entry_of(identity(slots[0].size), positions)
        if head.kind == "range":
            start, size = head.content
            last = start + size - 1
            chosen = book.apply(
                "selection", [from_dimension(d) for d in (start, last, slots[1].size)]
            )
            return _entry_of(chosen, positions)
        if head.kind == "number":
            return number(head.content)
        if head.kind == "pi":
            return book.apply("pi", [])
        key = head, tuple(positions)
        if key not in self._functions:
            self._functions[key] = self._function(head, positions, slots)
        return self._functions[key]

    def _function(self, head: Head, positions: list[Node], slots: Sequence[Digit]) -> Node:
        inside = self.written(head.content, dict(zip(filled(tuple(slots)), positions, strict=True)))
        if head.kind == "net":
            return inside
        return book.apply(_WORDS.get(head.kind, head.kind), [inside])


_WORDS = {"step": "heaviside", "power": "exp"}


def _position(digit: Digit, names: Mapping[Digit, Node]) -> Node:
    return digit.position if isinstance(digit, Place) else names[digit]


def _first(digits: Sequence[Digit], node: Node) -> int:
    """How many of the digits are those of the row."""
    total, place = ONE, 0
    while total != node.shape.rows:
        total, place = total * digits[place].size, place + 1
    return place


def _entry(
    node: Node, rows: Sequence[Digit], columns: Sequence[Digit], names: Mapping[Digit, Node]
) -> Node:
    if node.shape.is_scalar:
        return node
    return _entry_of(node, [_joined(part, names) for part in (rows, columns) if part])


def _entry_of(node: Node, positions: list[Node]) -> Node:
    if node.shape.is_vector:
        return Entry.raw(node, positions[0])
    if node.shape.is_row:
        positions = [number(1), *positions]
    return EntryOfMatrix.raw(node, *positions)


def _joined(digits: Sequence[Digit], names: Mapping[Digit, Node]) -> Node:
    """The position that several digits are: of (i, j) of sizes m and n it is n*(i - 1) + j."""
    position = _position(digits[0], names)
    for digit in digits[1:]:
        before = multiply(from_dimension(digit.size), minus(position, number(1)))
        position = plus(before, _position(digit, names))
    return position
