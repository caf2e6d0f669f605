"""What an entry demands of its arguments: `requires` for the value, `smooth` for the derivative.

    requires X invertible              requires 1 <= i <= n           requires p*q = m*n
    requires X nonzero unless p >= 0   smooth A with a simple eigenvalue i
    smooth X with nonzero entries, else a subgradient

The last form is for a kink: the rules give a subgradient there, which is said and not refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.predicates import (
    Equal,
    Has,
    NoOppositeEigenvalues,
    Ordered,
    Predicate,
    Property,
    SimpleEigenvalue,
    SimpleSingularValue,
    Unless,
    subjects,
)
from matcalc.language.problem import parse_expression
from matcalc.language.signatures import Book
from matcalc.rulebook.binding import bind
from matcalc.rulebook.reader import RuleBookError, in_entry
from matcalc.rulebook.records import Clause, Operation

_KINK = ", else a subgradient"
_COMPARISON = re.compile(r"\s*(<=|>=|<|>)\s*")
_SIMPLE = re.compile(
    r"^(?P<subject>.+) with a simple (?P<kind>eigenvalue|positive singular value) "
    r"(?P<position>\w+)(?: of the pencil with (?P<mass>\w+))?$"
)
_OPPOSITE = re.compile(r"^(?P<left>\w+) without an eigenvalue that is minus one of (?P<right>\w+)$")
_PROPERTIES = sorted(Property, key=lambda one: -len(one.value))  # the longest that fits is meant


@dataclass(frozen=True)
class Requirement:
    """A predicate, and the clause of an entry that asks for it.

    At a kink, `subgradient`, the rules give a subgradient; `of_sizes` are those about sizes and
    positions, which can be decided as soon as the arguments are known.
    """

    predicate: Predicate
    clause: str = ""
    subgradient: bool = False
    of_sizes: bool = False

    def about(self, predicate: Predicate) -> Requirement:
        """The same requirement, of other expressions."""
        return replace(self, predicate=predicate)


@dataclass(frozen=True)
class _Reader:
    operation: Operation
    clause: Clause
    symbols: Mapping[str, Symbol]
    book: Book

    def requirements(self) -> Iterator[Requirement]:
        text = self.clause.text
        main = text.removesuffix(_KINK)
        if main != text and self.clause.word != "smooth":
            message = "without a value there is no subgradient: only `smooth` has one"
            raise MatcalcError(message)
        condition, _, exception = main.partition(" unless ")
        for predicate in self._predicates(condition):
            for excepted in self._predicates(exception) if exception else ():
                predicate = Unless(predicate, excepted)
            yield Requirement(predicate, text, main != text, self._of_sizes(predicate))

    def _predicates(self, text: str) -> Iterator[Predicate]:
        sides = _COMPARISON.split(text)
        if len(sides) > 1:
            yield from self._chain(sides)
        elif " = " in text:
            yield Equal(*map(self._node, text.split(" = ", 1)))
        else:
            yield self._property(text)

    def _chain(self, sides: Sequence[str]) -> Iterator[Predicate]:
        """`1 <= i <= n`, split at its signs."""
        nodes = [self._node(side) for side in sides[::2]]
        for sign, one, other in zip(sides[1::2], nodes[:-1], nodes[1:], strict=True):
            smaller, larger = (one, other) if sign[0] == "<" else (other, one)
            yield Ordered(smaller, larger, strict="=" not in sign)

    def _of_sizes(self, predicate: Predicate) -> bool:
        if isinstance(predicate, Has) and predicate.property is not Property.EVEN:
            return False
        kinds = {p.name: p.kind for p in self.operation.parameters}
        named = [s for one in subjects(predicate) for s in ordered(one) if isinstance(s, Symbol)]
        return all(kinds.get(s.name, "dimension") in ("dimension", "index") for s in named)

    def _property(self, text: str) -> Predicate:
        if found := _SIMPLE.match(text):
            subject, position = self._node(found["subject"]), self._node(found["position"])
            if found["kind"] != "eigenvalue":
                return SimpleSingularValue(subject, position)
            mass = self._node(found["mass"]) if found["mass"] else None
            return SimpleEigenvalue(subject, position, mass)
        if found := _OPPOSITE.match(text):
            return NoOppositeEigenvalues(self._node(found["left"]), self._node(found["right"]))
        for one in _PROPERTIES:
            if text.endswith(f" {one.value}"):
                rest = text.removesuffix(f" {one.value}").removesuffix(" is")
                return Has(self._node(rest), one)
        raise MatcalcError(f"no predicate reads `{text}`")

    def _node(self, text: str) -> Node:
        try:
            return parse_expression(text, self.symbols, self.book)
        except RuleBookError:
            raise
        except MatcalcError as error:
            message = f"`{self.clause.word} {self.clause.text}`: {error.message}"
            raise MatcalcError(message, hint=error.hint) from None


def read_requirements(
    operation: Operation, word: str, symbols: Mapping[str, Symbol], book: Book
) -> tuple[Requirement, ...]:
    """The requirements of the `requires` or `smooth` clauses in the entry's own symbols.

    Raises RuleBookError where a clause is none of the closed list of predicates.
    """
    found: list[Requirement] = []
    for clause in operation.texts(word):
        with in_entry(clause.location, operation.name):
            found += _Reader(operation, clause, symbols, book).requirements()
    return tuple(found)


def refusal(one: Requirement, operation: Operation, arguments: Sequence[Node]) -> DomainError:
    """What is said of arguments that break a requirement: `here a = 5, n = 4`."""
    values: dict[str, object] = dict(bind(operation.signature, arguments))
    values |= {p.name: a for p, a in zip(operation.parameters, arguments, strict=True)}
    words = dict.fromkeys(re.findall(r"\w+", one.clause))
    here = ", ".join(f"{word} = {values[word]}" for word in words if word in values)
    return DomainError(f"{operation.written} requires {one.clause}; here {here}")
