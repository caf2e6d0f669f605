"""The identities of a book by name, found by what stands on their left sides, not yet read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from matcalc.expressions.errors import NoRule
from matcalc.rulebook.reader import EntryText, complaint, name_and_equation
from matcalc.rulebook.records import NAMED_RULES

_IDENTITY = re.compile(rf"^[ \t]+({'|'.join(NAMED_RULES)})[ \t]+(.*)$", re.MULTILINE)
_CALLED = re.compile(r"(\w+)\(")
# The place of an identity in the book, its name, and what each call on its left side may be.
Needing = tuple[int, str, tuple[frozenset[str], ...]]


@dataclass(frozen=True)
class IdentityText:
    """An identity as written: its name, what its left side calls, its entry and its place."""

    name: str
    called: frozenset[str]
    entry: str
    location: str
    word: str


def _identities(entry: EntryText) -> Iterator[IdentityText]:
    for found in _IDENTITY.finditer(entry.text):
        line = entry.line + entry.text.count("\n", 0, found.start())
        place = f"{entry.file}:{line}"
        name, equation = name_and_equation(found[2], entry.name, place)
        called = frozenset(_CALLED.findall(equation.partition(" = ")[0]))
        yield IdentityText(name, called, entry.name, place, found[1])


@dataclass(frozen=True)
class NamedIdentities:
    """The identities of the entries of a book, the rejected ones too, as they are written."""

    _named: Mapping[str, IdentityText] = field(default_factory=dict)

    def with_those_of(self, entries: Iterable[EntryText]) -> NamedIdentities:
        """With more entries. Raises RuleBookError for no name, or one that is taken."""
        named = dict(self._named)
        for identity in (one for entry in entries for one in _identities(entry)):
            other = named.setdefault(identity.name, identity)
            if other is not identity:
                message = f"another identity is called {identity.name}, in {other.location}"
                raise complaint(identity.location, identity.entry, message)
        return NamedIdentities(named)

    def without(self, entries: Collection[str]) -> NamedIdentities:
        kept = {name: one for name, one in self._named.items() if one.entry not in entries}
        return NamedIdentities(kept)

    def __contains__(self, name: str) -> bool:
        return name in self._named

    def named(self, name: str) -> IdentityText:
        """Raises NoRule where no identity is called so."""
        if name not in self._named:
            raise NoRule(f"no identity of the rule book is called {name}")
        return self._named[name]

    def of(self, entry: str, word: str) -> Iterator[IdentityText]:
        """Those of a clause word that stand in an entry."""
        return (one for one in self._under(word) if one.entry == entry)

    def by_need(
        self, word: str, meant: Callable[[str], frozenset[str]]
    ) -> dict[str, list[Needing]]:
        """Those of a clause word by the operations of which each needs one, "" if it needs none."""
        found: dict[str, list[Needing]] = {}
        for place, one in enumerate(self._under(word)):
            needed = tuple(some for word in one.called if (some := meant(word)))
            for operation in min(needed, key=len, default=frozenset([""])):
                found.setdefault(operation, []).append((place, one.name, needed))
        return found

    def _under(self, word: str) -> Iterator[IdentityText]:
        return (one for one in self._named.values() if one.word == word)
