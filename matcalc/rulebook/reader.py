"""From the text of a rule file to `Operation`s: entries are split, their headers and clauses read.

Equations stay text here; `equations` reads and checks them when they are first needed.
Every complaint is a `RuleBookError` that begins with file:line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from matcalc.expressions.dimensions import SCALAR, Dimension, Shape, dimension
from matcalc.expressions.errors import MatcalcError
from matcalc.language.reader import grammar_directory
from matcalc.language.signatures import Parameter, Signature
from matcalc.rulebook.records import TEMPLATE_WORDS, Clause, Operation

_START = re.compile(r"^operation\s+(\w+)", re.MULTILINE)
_SPELLED = re.compile(r"^\s+spelled\s+(.+)$", re.MULTILINE)
_DEFINITION = re.compile(r"^\s+definition\s", re.MULTILINE)
_IDENTITY = re.compile(r"^[ \t]+(identity|rejected)[ \t]+(.*)$", re.MULTILINE)
_NAMED = re.compile(r"(?P<name>[a-z][a-z0-9]*(-[a-z0-9]+)*): +(?P<equation>.+)$")
_CALLED = re.compile(r"(\w+)\(")


class RuleBookError(MatcalcError):
    """An entry of the rule book is not well formed; the message begins with file:line."""


@dataclass(frozen=True)
class IdentityText:
    """An identity as written: its name, what its left side calls, its entry and its place."""

    name: str
    called: frozenset[str]
    entry: str
    location: str
    rejected: bool


@dataclass(frozen=True)
class EntryText:
    """One entry as written: its name, its spellings, and the place of its first line."""

    name: str
    spelled: tuple[str, ...]
    text: str
    file: str
    line: int

    @property
    def is_abbreviation(self) -> bool:
        """Whether its operation is unfolded by a definition, so that no expression has it."""
        return _DEFINITION.search(self.text) is not None

    def identities(self) -> Iterator[IdentityText]:
        """Its identities, the rejected ones too. Raises RuleBookError for one without a name."""
        for found in _IDENTITY.finditer(self.text):
            line = self.line + self.text.count("\n", 0, found.start())
            location = f"{self.file}:{line}"
            name, equation = _name_and_equation(found[2], self.name, location)
            called = frozenset(_CALLED.findall(equation.partition(" = ")[0]))
            yield IdentityText(name, called, self.name, location, found[1] == "rejected")


def _name_and_equation(text: str, entry: str, location: str) -> tuple[str, str]:
    found = _NAMED.match(text)
    if found is None:
        raise RuleBookError(
            f"{location}: {entry}: an identity has a name: `inverse-of-a-product: left = right`"
        )
    return found["name"], found["equation"].strip()


def split_entries(text: str, file: str) -> Iterator[EntryText]:
    """The entries of a rule file, found by their first words only."""
    starts = [match.start() for match in _START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        entry = text[start:end]
        name = _START.match(entry)
        assert name is not None
        spelled = _SPELLED.findall(entry)
        names = [word.strip() for line in spelled for word in line.split(",")]
        line = text.count("\n", 0, start) + 1
        yield EntryText(name[1], (name[1], *names), entry, file, line)


@cache
def _parser() -> Any:
    from lark import Lark

    grammar = (grammar_directory() / "rulebook.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def read_entry(entry: EntryText) -> Operation:
    """The operation that an entry defines, its equations not yet read."""
    from lark.exceptions import LarkError

    text = _without_comments(entry.text)
    try:
        tree = _parser().parse(text)
    except LarkError as error:
        line = entry.line + max(getattr(error, "line", 1), 1) - 1
        found = str(error).splitlines()[0]
        raise RuleBookError(f"{entry.file}:{line}: {entry.name}: {found}") from None
    name, *parts = tree.children
    parameters = tuple(_parameter(p) for p in parts if p is not None and p.data == "parameter")
    shape = next(part for part in parts if part is not None and part.data in ("scalar", "matrix"))
    clauses = tuple(
        _clause(entry, str(c.children[0]), str(c.children[1]).strip(), c.meta.line)
        for c in parts
        if c is not None and c.data == "clause"
    )
    sources = [clause.text for clause in clauses if clause.word == "source"]
    location = f"{entry.file}:{entry.line}"
    if not sources:
        raise RuleBookError(f"{location}: {entry.name}: no `source` line (say `elementary` if so)")
    return Operation(
        signature=Signature(str(name), parameters, _shape(shape)),
        clauses=clauses,
        location=location,
        spelled=entry.spelled,
        linear=tuple(
            group for c in clauses if c.word == "linear" for group in _linear_groups(c.text)
        ),
        templates={c.word: c.text for c in clauses if c.word in TEMPLATE_WORDS},
        source="; ".join(sources),
    )


def _clause(entry: EntryText, word: str, text: str, line: int) -> Clause:
    location = f"{entry.file}:{entry.line + line - 1}"
    if word not in ("identity", "rejected"):
        return Clause(word, text, location)
    name, equation = _name_and_equation(text, entry.name, location)
    return Clause(word, equation, location, name)


def _without_comments(text: str) -> str:
    """Comment lines become empty ones, so that line numbers stay."""
    lines = ["" if line.lstrip().startswith("#") else line for line in text.splitlines()]
    return "\n".join(lines).rstrip() + "\n"


def _linear_groups(text: str) -> list[frozenset[str]]:
    """`A, B`: linear in each; `A + B`: linear in both at once."""
    return [frozenset(p.strip() for p in group.split("+")) for group in text.split(",")]


def _parameter(tree: Any) -> Parameter:
    name, what = tree.children
    if isinstance(what, str):
        return Parameter(str(name), SCALAR, what)
    if what.data == "position":
        return Parameter(str(name), SCALAR, "index", _dimension(what.children[0]))
    return Parameter(str(name), _shape(what))


def _shape(tree: Any) -> Shape:
    if tree.data == "scalar":
        return SCALAR
    rows, columns = tree.children
    return Shape(_dimension(rows), _dimension(columns))


def _dimension(tree: Any) -> Dimension:
    """Dimensions of headers are short, so recursion is fine here."""
    if tree.data in ("name", "integer"):
        word = str(tree.children[0])
        return dimension(int(word) if tree.data == "integer" else word)
    left, right = tree.children
    match tree.data:
        case "add":
            return _dimension(left) + _dimension(right)
        case "subtract":
            return _dimension(left) - _dimension(right)
        case "multiply":
            return _dimension(left) * _dimension(right)
        case "divide":
            return _dimension(left) / int(right)
        case _:
            return _dimension(left) ** int(right)
