"""Identifiers for the names of a problem: Python's own words and clashes are renamed.

The text of a generated function contains no other name that a person chose, so nothing that is
typed becomes code.
"""

from __future__ import annotations

import builtins
import keyword
import unicodedata

from matcalc.compile.kernels import KERNELS

_MODULES = {"np", "scipy", "math", "functools", "itertools"}
_TAKEN = frozenset({*keyword.kwlist, *dir(builtins), *_MODULES, *KERNELS})


class Identifiers:
    """A different identifier for every name."""

    def __init__(self) -> None:
        self._taken = set(_TAKEN)
        self._temporaries = 0

    def claim(self, name: str) -> str:
        """The identifier of a name: itself where Python allows it, else with `_` after it."""
        kept = (letter if f"_{letter}".isidentifier() else "_" for letter in plain(name))
        identifier = "".join(kept)
        if not identifier.isidentifier() or identifier.startswith("__"):
            identifier = "v_" + identifier.strip("_")
        while identifier in self._taken:
            identifier += "_"
        self._taken.add(identifier)
        return identifier

    def temporary(self) -> str:
        """A new name t1, t2, ..."""
        while True:
            self._temporaries += 1
            name = f"t{self._temporaries}"
            if name not in self._taken:
                return name


def plain(name: str) -> str:
    """The name as Python reads it: compatible Unicode letters are one letter."""
    return unicodedata.normalize("NFKC", name)
