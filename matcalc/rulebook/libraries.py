"""What functions of libraries compute: a line of `grammar/dialects/*.calls` for each way to call.

    np.sum(X: m x n, axis=0) -> n = X'*ones(m)

A parameter is a `scalar`, an array of one axis `n` or of two `m x n`, or an `array` of any number
of axes; an option stands with its only value. The right side is in matcalc's own language, where
an array of one axis is a column. `elementwise np: exp log` are functions of one array that the
book has under the same name, `scalars sympy: exp log` such of one number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from matcalc.expressions.dimensions import ONE, SCALAR, Shape, dimension
from matcalc.language.declarations import read_size
from matcalc.language.signatures import LibraryFunction, Parameter, Signature
from matcalc.rulebook.reader import complaint
from matcalc.rulebook.records import Clause, Operation

_LINE = re.compile(r"([\w.]+(?:\[\d\])?)\((.*)\)\s*->\s*([^=]+?)\s*=\s*(.+)")
_SHARED = re.compile(r"(elementwise|scalars)\s+([\w.]+):\s*(.+)")
_KINDS = {"elementwise": "array", "scalars": "scalar"}
_COMMA = re.compile(r",(?![^(]*\))")
_ANY = Shape(dimension("m"), dimension("n"))


@dataclass(frozen=True)
class LibraryEntry:
    """A way to call a function of a library, and the abbreviation that it is."""

    function: LibraryFunction
    operation: Operation


class Libraries:
    """The functions of libraries, read from the files of calls when the first is asked for."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files

    @cached_property
    def _entries(self) -> list[LibraryEntry]:
        return [
            entry
            for path in self._files
            for entry in read_library(path.read_text(encoding="utf-8"), path.name)
        ]

    @cached_property
    def functions(self) -> Mapping[str, list[LibraryFunction]]:
        """The ways to call each function."""
        found: dict[str, list[LibraryFunction]] = {}
        for entry in self._entries:
            found.setdefault(entry.function.name, []).append(entry.function)
        return found

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The abbreviation that each way is, by its name."""
        return {one.operation.name: one.operation for one in self._entries}


def read_library(text: str, file: str) -> Iterator[LibraryEntry]:
    """The lines of a file of calls. Raises RuleBookError for one that does not read."""
    source = ""
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{file}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("source "):
            source = line.removeprefix("source ").strip()
        elif shared := _SHARED.fullmatch(line.strip()):
            kind = _KINDS[shared[1]]
            for word in shared[3].split():
                body = f"{word.rstrip('.')}(X)"
                yield _entry(f"{shared[2]}.{word}", f"X: {kind}", kind, body, place, source)
        elif found := _LINE.fullmatch(line.strip()):
            yield _entry(found[1], found[2], found[3], found[4], place, source)
        else:
            raise complaint(
                place, line.strip(), "a line reads `np.sum(X: m x n, axis=0) -> n = ...`"
            )


def _entry(name: str, inside: str, result: str, body: str, place: str, source: str) -> LibraryEntry:
    parameters, axes, options, places = [], {}, {}, []
    for part in _COMMA.split(inside) if inside.strip() else ():
        word, is_option, value = (piece.strip() for piece in part.partition("="))
        if is_option:
            options[word] = value
            places.append(word)
            continue
        word, _, kind = (piece.strip() for piece in part.partition(":"))
        places.append(word)
        shape, axes[word] = _shape_and_axes(kind)
        parameters.append(Parameter(word, shape, "dimension" if kind == "dimension" else "value"))
    unique = f"{name}({inside})"
    shape, count = _shape_and_axes(result)
    signature = Signature(unique, tuple(parameters), shape)
    left = f"{unique}({', '.join(parameter.name for parameter in parameters)})"
    clauses = (
        Clause("definition", f"{left} = {body}", place),
        Clause("source", source, place),
    )
    operation = Operation(unique, clauses, place, signature, ())
    function = LibraryFunction(name, signature, tuple(places), axes, options, count)
    return LibraryEntry(function, operation)


def _shape_and_axes(kind: str) -> tuple[Shape, int | None]:
    if kind in ("scalar", "dimension"):
        return SCALAR, 0
    if kind == "array":
        return _ANY, None
    rows, times, columns = kind.partition(" x ")
    if times:
        return Shape(read_size(rows), read_size(columns)), 2
    return Shape(read_size(kind), ONE), 1
