"""What functions of libraries compute: a line of `grammar/dialects/*.calls` for each way to call.

    np.dot(A: m x n, x: n) -> m = A*x

Several functions that compute the same stand before the bracket. A parameter is a `scalar`, an
`integer`, a `dimension`, an array of one axis `n` or of two `m x n`, an `array` of any number of
axes, or a `condition`, an array that is a comparison; for what is `stated` no undeclared name is
taken that could be something else. `lower as min: scalar` has another word as a keyword, and what
stands after `*` has a keyword alone. An option stands with its only value, and with `?` it may be
left out. The right side is in matcalc's own language, where an array of one axis is a column.
`refused NAMES: ...` says why other calls are refused, and what to type. `complex` says that what
follows holds over the complex numbers, where what it is made of does.
`matcalc/rulebook/abridged.py` has the words that abridge several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from matcalc.language.declarations import read_size
from matcalc.language.signatures import LibraryFunction, Parameter, Signature
from matcalc.rulebook.abridged import abridged, split_parts
from matcalc.rulebook.reader import PARAMETER, complaint, parameter_of
from matcalc.rulebook.records import Clause, Operation

_LINE = re.compile(r"([\w.\[\] ]+)\((.*)\)\s*->\s*([^=]+?)\s*=\s*(.+)")
_OPTION = re.compile(r"(\w+)(\??)=(.+)")
_REFUSED = re.compile(r"^refused ([\w.\[\] ]+): (.+)$", re.MULTILINE)
_AXES = {"scalar": 0, "dimension": 0, "integer": 0, "array": None, "condition": None}


class Way(NamedTuple):
    """A line for one function, as it is written."""

    inside: str
    result: str
    body: str
    place: str
    source: str
    over_complex: bool


class LibraryEntry(NamedTuple):
    """A way to call a function of a library, and the abbreviation that it is."""

    function: LibraryFunction
    operation: Operation


class Libraries:
    """The functions of libraries, read from the files of calls when they are asked for."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._read: dict[str, list[LibraryEntry]] = {}

    @cached_property
    def _ways(self) -> Mapping[str, list[Way]]:
        found: dict[str, list[Way]] = {}
        for path in self._files:
            for name, way in ways_of(path.read_text(encoding="utf-8"), path.name):
                found.setdefault(name, []).append(way)
        return found

    @cached_property
    def refusals(self) -> Mapping[str, str]:
        """What is said where a function of that name is called otherwise than the lines have it."""
        texts = (path.read_text(encoding="utf-8") for path in self._files)
        found = (one for text in texts for one in _REFUSED.finditer(text))
        return {name: one[2] for one in found for name in one[1].split()}

    def names(self) -> list[str]:
        """Every function."""
        return list(self._ways)

    def entries(self, name: str) -> list[LibraryEntry]:
        """The ways to call a function, none where it is unknown."""
        if name not in self._read:
            self._read[name] = [_entry(name, way) for way in self._ways.get(name, ())]
        return self._read[name]

    def operation(self, unique: str) -> Operation | None:
        """The abbreviation that a way is, by the name and the brackets of its line."""
        name, bracket, _ = unique.partition("(")
        found = (one.operation for one in self.entries(name)) if bracket else ()
        return next((one for one in found if one.name == unique), None)


def ways_of(text: str, file: str) -> Iterator[tuple[str, Way]]:
    """The lines of a file of calls. Raises RuleBookError for one that does not read."""
    source, over_complex = "", False
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{file}:{number}"
        if not line.strip() or line.startswith(("#", "refused ")):
            continue
        if line.strip() == "complex":
            over_complex = True
            continue
        if line.startswith("source "):
            source = line.removeprefix("source ").strip()
            continue
        for whole in abridged(line.strip()):
            found = _LINE.fullmatch(whole)
            if found is None:
                example = "np.dot(A: m x n, x: n) -> m = A*x"
                raise complaint(place, line.strip(), f"a line reads `{example}`")
            names, inside, result, body = found.groups()
            for name in names.split():
                yield name, Way(inside, result, body, place, source, over_complex)


def _entry(name: str, way: Way) -> LibraryEntry:
    unique = f"{name}({way.inside})"
    by_place, keyword_only = split_parts(way.inside)
    parts = [*by_place, *keyword_only]
    given = [found for part in parts if (found := PARAMETER.fullmatch(part))]
    chosen = [found.groups() for part in parts if (found := _OPTION.fullmatch(part))]
    if len(given) + len(chosen) < len(parts):
        raise complaint(way.place, unique, "each part is a parameter or an option")
    parameters = tuple(_parameter(one["name"], one["kind"]) for one in given)
    signature = Signature(unique, parameters, _parameter("", way.result).shape)
    function = LibraryFunction(
        name,
        signature,
        places=tuple(_keyword(part) for part in by_place),
        words={one["name"]: one["keyword"] or one["name"] for one in given},
        axes={one["name"]: axes_of(one["kind"]) for one in given},
        options={word: value for word, _, value in chosen},
        optional=frozenset(word for word, mark, _ in chosen if mark),
        conditions=frozenset(one["name"] for one in given if one["kind"] == "condition"),
        stated=frozenset(one["name"] for one in given if one["stated"]),
        result=axes_of(way.result),
        size=read_size(way.body) if way.result == "dimension" else None,
    )
    return LibraryEntry(function, _operation(signature, way))


def _keyword(part: str) -> str:
    return re.split(r"\??=|:", part)[0].strip().rpartition(" as ")[2]


def _parameter(word: str, kind: str) -> Parameter:
    """A parameter as an array of two axes."""
    whole = {None: "m x n", 1: f"{kind} x 1"}
    return parameter_of(word, whole.get(axes_of(kind), kind))


def _operation(signature: Signature, way: Way) -> Operation:
    unique = signature.operation
    left = f"{unique}({', '.join(parameter.name for parameter in signature.parameters)})"
    clauses = (
        Clause("definition", f"{left} = {way.body}", way.place),
        Clause("source", way.source, way.place),
        *([Clause("complex", "holds", way.place)] if way.over_complex else []),
    )
    return Operation(unique, clauses, way.place, signature, (unique.partition("(")[0],))


def axes_of(kind: str) -> int | None:
    """How many axes what is of that kind has, None for any number."""
    return _AXES.get(kind, 2 if " x " in kind else 1)
