"""From the text of a rule file to `Operation`s: entries are split, their headers and clauses read.

Equations stay text here; `equations` reads and checks them when they are first needed.
Every complaint is a `RuleBookError` that begins with file:line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
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
_NAMED = re.compile(r"(?P<name>[a-z][a-z0-9]*(-[a-z0-9]+)*): +(?P<equation>.+)$")


class RuleBookError(MatcalcError):
    """An entry of the rule book is not well formed; the message begins with file:line."""


def complaint(place: str, name: str, message: str, hint: str = "") -> RuleBookError:
    """What is wrong at a place (file:line) of the entry of that name."""
    return RuleBookError(f"{place}: {name}: {message}", hint=hint)


@dataclass(frozen=True)
class EntryText:
    """One entry as written: its name, its spellings, and the place of its first line.

    `origin` is the file of a person's own entry, "" in the chapters of the book.
    """

    name: str
    spelled: tuple[str, ...]
    text: str
    file: str
    line: int
    origin: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def is_abbreviation(self) -> bool:
        """Whether its operation is unfolded by a definition, so that no expression has it."""
        return _DEFINITION.search(self.text) is not None


def name_and_equation(text: str, entry: str, place: str) -> tuple[str, str]:
    """The two parts of an identity. Raises RuleBookError where it has no name."""
    found = _NAMED.match(text)
    if found is None:
        hint = "for example `inverse-of-a-product: inv(A*B) = inv(B)*inv(A)`"
        raise complaint(place, entry, "an identity reads `name-of-it: left = right`", hint)
    return found["name"], found["equation"].strip()


def split_entries(text: str, file: str, origin: str = "") -> Iterator[EntryText]:
    """The entries of a rule file, found by their first words only."""
    starts = [match.start() for match in _START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        entry = text[start:end]
        name = _START.match(entry)
        assert name is not None
        spelled = _SPELLED.findall(entry)
        names = [word.strip() for line in spelled for word in line.split(",")]
        line = text.count("\n", 0, start) + 1
        yield EntryText(name[1], (name[1], *names), entry, file, line, origin)


@cache
def _parser() -> Any:
    from lark import Lark

    grammar = (grammar_directory() / "rulebook.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def read_entry(entry: EntryText) -> Operation:
    """The operation that an entry defines, its equations not yet read."""
    from lark.exceptions import UnexpectedInput

    text = _without_comments(entry.text)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _misread(entry, text, error) from None
    name, *parts = tree.children
    parameters = tuple(_parameter(p) for p in parts if p is not None and p.data == "parameter")
    shape = next(part for part in parts if part is not None and part.data in ("scalar", "matrix"))
    clauses = tuple(
        _clause(entry, str(c.children[0]), str(c.children[1]).strip(), c.meta.line)
        for c in parts
        if c is not None and c.data == "clause"
    )
    sources = [clause.text for clause in clauses if clause.word == "source"]
    if not sources:
        raise complaint(entry.place, entry.name, "no `source` line (say `elementary` if so)")
    return Operation(
        signature=Signature(str(name), parameters, _shape(shape)),
        clauses=clauses,
        location=entry.place,
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
    name, equation = name_and_equation(text, entry.name, location)
    return Clause(word, equation, location, name)


def _misread(entry: EntryText, text: str, error: Any) -> RuleBookError:
    """The complaint about a place where the entry does not read on."""
    line = entry.line + error.line - 1
    start = error.pos_in_stream
    rest = text[start:].partition("\n")[0]
    word = re.match(r"\w+|.?", rest)
    found = f"`{word[0]}`" if word and word[0] else "the end of the line"
    about = _about_header if error.line == 1 else _about_clause
    message, hint = about(found, text[:start], getattr(error, "expected", ()))
    told = complaint(f"{entry.file}:{line}", entry.name, message, hint)
    told.at(text, (start, start + max(1, len(found) - 2 if rest else 1)))
    return told


def _about_header(found: str, before: str, expected: Iterable[str]) -> tuple[str, str]:
    words = sorted({_said(terminal) for terminal in expected} - {""})
    wanted = ", ".join(words[:-1]) + " or " * (len(words) > 1) + words[-1]
    hint = "an entry begins `operation name(X: m x n, c: scalar) -> n x n`, on one line"
    return f"found {found} where {wanted} is expected", hint


def _about_clause(found: str, before: str, expected: Iterable[str]) -> tuple[str, str]:
    if "TEXT" in expected:
        return f"nothing stands after `{before.split()[-1]}`", "a clause is a word and its text"
    if found == "`operation`":
        return "an entry begins at the margin", "put `operation` at the start of its line"
    words = _terminal("WORD")
    close = get_close_matches(found, words, n=1, cutoff=0.7)
    hint = f"did you mean {close[0]}?" if close else f"the clauses are {', '.join(words)}"
    return f"no clause begins with {found}", hint


def _said(terminal: str) -> str:
    """What the grammar calls a word or a sign, in a person's words."""
    named = {"NAME": "a name", "INTEGER": "a whole number", "_NL": "the end of the line"}
    return named.get(terminal) or " or ".join(_terminal(terminal))


def _terminal(name: str) -> list[str]:
    """The words or the sign of a terminal of the grammar, quoted."""
    pattern = next((t.pattern for t in _parser().terminals if t.name == name), None)
    if pattern is None:
        return []
    words = [pattern.value] if pattern.type == "str" else sorted(re.findall(r"\w+", pattern.value))
    return [f"`{word}`" for word in words]


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
