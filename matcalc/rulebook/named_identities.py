"""The identities of a book by name, found by what stands on their left sides, not yet read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from matcalc.expressions.errors import NoRule
from matcalc.rulebook.reader import EntryText, IdentityText, RuleBookError


class NamedIdentities:
    """The identities of the entries of a book, the rejected ones too, as they are written."""

    def __init__(self) -> None:
        self._named: dict[str, IdentityText] = {}

    def add(self, entry: EntryText) -> None:
        """Those of one entry more. Raises RuleBookError for no name, or one that is taken."""
        for identity in entry.identities():
            other = self._named.setdefault(identity.name, identity)
            if other is not identity:
                raise RuleBookError(
                    f"{identity.location}: {identity.entry}: another identity is called "
                    f"{identity.name}, in {other.location}"
                )

    def forget(self, entries: Collection[str]) -> None:
        self._named = {name: one for name, one in self._named.items() if one.entry not in entries}

    def named(self, name: str) -> IdentityText:
        """Raises NoRule where no identity is called so."""
        if name not in self._named:
            raise NoRule(f"no identity of the rule book is called {name}")
        return self._named[name]

    def of(self, entry: str) -> Iterator[IdentityText]:
        """Those that hold and stand in an entry."""
        return (one for one in self._believed() if one.entry == entry)

    def among(self, occurs: Callable[[str], bool]) -> Iterator[str]:
        """The names of those that hold, and whose left sides call nothing but what occurs."""
        return (one.name for one in self._believed() if all(map(occurs, one.called)))

    def _believed(self) -> Iterator[IdentityText]:
        return (one for one in self._named.values() if not one.rejected)
