"""From the text of a rule file to its entries: operations, inner products and spaces.

An entry is a header at the margin and clauses below it, each a word and its text. Equations stay
text here; `equations` reads and checks them when they are first needed. Every complaint is a
`RuleBookError` that begins with file:line. `grammar/rules/README.md` has the laws.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import zip_longest

from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import MatcalcError
from matcalc.language.declarations import parse_declarations, read_size
from matcalc.language.scanner import parts_of
from matcalc.language.signatures import Parameter, Signature
from matcalc.rulebook.records import CLAUSE_WORDS, NAMED_RULES, Clause, Operation, SpaceEntry

_START = re.compile(r"^(operation|product|space)\s+([\w-]+)", re.MULTILINE)
_SPELLED = re.compile(r"^\s+spelled\s+(.+)$", re.MULTILINE)
_LATEX = re.compile(r"^\s+latex\s+(.+)$", re.MULTILINE)
_PARAMETER_NAMES = re.compile(r"(?<=[(,])\s*(\w+)(?: as \w+)?\s*:")
_DEFINITION = re.compile(r"^\s+definition\s", re.MULTILINE)
_DIFFERENTIAL = re.compile(r"^\s+differential\s", re.MULTILINE)
_NAMED = re.compile(r"(?P<name>[a-z][a-z0-9]*(-[a-z0-9]+)*): +(?P<equation>.+)$")
_HEADER = re.compile(r"\w+\s+[\w-]+\s*\((?P<parameters>.*?)\)\s*(?:->\s*(?P<result>.+))?$")
PARAMETER = re.compile(
    r"(?P<name>[A-Za-z]\w*)(?: as (?P<keyword>\w+))?\s*:\s*(?P<stated>stated )?(?P<kind>.*)",
    re.ASCII,
)
_WITHOUT_SHAPE = re.compile(r"dimension|function|integer|[0-9]+")
_POSITION = re.compile(r"index\s*\((.*)\)")
_OF_ONE_SPACE = ("source", "note", "complex")
_FORMS = {
    "operation": "operation name(X: m x n, c: scalar) -> n x n",
    "product": "product name(M: spd(m))",
    "space": "space name(X: matrix(m,n))",
}


class RuleBookError(MatcalcError):
    """An entry of the rule book is not well formed; the message begins with file:line."""


def complaint(place: str, name: str, message: str, hint: str = "") -> RuleBookError:
    """What is wrong at a place (file:line) of the entry of that name."""
    return RuleBookError(f"{place}: {name}: {message}", hint=hint)


@contextmanager
def in_entry(place: str, name: str) -> Iterator[None]:
    """What is wrong inside is told of that place of the entry of that name, as RuleBookError."""
    try:
        yield
    except RuleBookError:
        raise
    except MatcalcError as error:
        told = complaint(place, name, error.message, error.hint)
        raise told.at(error.text, error.span) from None


@dataclass(frozen=True)
class EntryText:
    """One entry as written: its kind, its name, its spellings, and the place of its first line.

    `origin` is the file of a person's own entry, "" in the chapters of the book.
    """

    kind: str
    name: str
    spelled: tuple[str, ...]
    text: str
    file: str
    line: int
    origin: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @cached_property
    def is_abbreviation(self) -> bool:
        """Whether its operation is unfolded by a definition, so that no expression has it."""
        return bool(_DEFINITION.search(self.text) and not _DIFFERENTIAL.search(self.text))

    def header(self) -> tuple[str, str]:
        """The text of the parameters, and of the result after an arrow."""
        line = self.text.partition("\n")[0]
        found = _HEADER.fullmatch(line)
        if found is None or (found["result"] is None) is (self.kind == "operation"):
            hint = f"an entry begins `{_FORMS[self.kind]}`, on one line"
            told = complaint(self.place, self.name, "the header does not read", hint)
            told.at(line, (0, len(line)))
            raise told
        return found["parameters"], found["result"] or ""

    def latex(self) -> tuple[str, tuple[str, ...]] | None:
        """The template in LaTeX, if there is one, and the names of the parameters."""
        found = _LATEX.search(self.text)
        header = self.text.partition("\n")[0]
        return (found[1], tuple(_PARAMETER_NAMES.findall(header))) if found else None

    def clauses(self) -> Iterator[Clause]:
        """What stands below the header, line by line; without the lines of comments."""
        for number, line in enumerate(self.text.splitlines()[1:], self.line + 1):
            if line.strip() and not line.lstrip().startswith("#"):
                yield self._clause(line, f"{self.file}:{number}")

    def _clause(self, line: str, place: str) -> Clause:
        word, _, text = line.strip().partition(" ")
        words = CLAUSE_WORDS[self.kind]
        if word in _FORMS:
            hint = f"put `{word}` at the start of its line"
            raise complaint(place, self.name, "an entry begins at the margin", hint)
        if word not in words:
            raise _no_clause(place, self.name, word, words)
        if not text.strip():
            hint = "a clause is a word and its text"
            raise complaint(place, self.name, f"nothing stands after `{word}`", hint)
        if word in NAMED_RULES:
            name, equation = name_and_equation(text.strip(), self.name, place)
            return Clause(word, equation, place, name)
        return Clause(word, text.strip(), place)


def _no_clause(place: str, name: str, word: str, words: Collection[str]) -> RuleBookError:
    close = get_close_matches(word, words, n=1, cutoff=0.7)
    hint = f"did you mean `{close[0]}`?" if close else f"the clauses are {', '.join(words)}"
    return complaint(place, name, f"no clause begins with `{word}`", hint)


def name_and_equation(text: str, entry: str, place: str) -> tuple[str, str]:
    """The two parts of an identity. Raises RuleBookError where it has no name."""
    found = _NAMED.match(text)
    if found is None:
        hint = "for example `inverse-of-a-product: inv(A*B) = inv(B)*inv(A)`"
        raise complaint(place, entry, "an identity reads `name-of-it: left = right`", hint)
    return found["name"], found["equation"].strip()


def split_entries(text: str, file: str, origin: str = "") -> Iterator[EntryText]:
    """The entries of a rule file, found by their first words only."""
    starts = list(_START.finditer(text))
    for found, following in zip_longest(starts, starts[1:]):
        entry = text[found.start() : following.start() if following else len(text)]
        names = [word.strip() for line in _SPELLED.findall(entry) for word in line.split(",")]
        line = text.count("\n", 0, found.start()) + 1
        yield EntryText(found[1], found[2], (found[2], *names), entry, file, line, origin)


def read_clauses(entry: EntryText) -> tuple[Clause, ...]:
    """The clauses of an entry. Raises RuleBookError where they do not say where it comes from."""
    clauses = tuple(entry.clauses())
    if not any(clause.word == "source" for clause in clauses):
        raise complaint(entry.place, entry.name, "no `source` line (say `elementary` if so)")
    return clauses


def read_operation(entry: EntryText) -> Operation:
    """The operation that an entry defines, its equations not yet read."""
    inside, result = entry.header()
    with in_entry(entry.place, entry.name):
        parameters = tuple(map(_parameter, parts_of(inside)))
        signature = Signature(entry.name, parameters, shape_of(result.strip()))
    return Operation(entry.name, read_clauses(entry), entry.place, signature, entry.spelled)


Spaces = dict[str, SpaceEntry]


def read_spaces(written: Iterable[EntryText]) -> tuple[Spaces, Spaces]:
    """The inner products and the spaces among entries, each by its name.

    Raises RuleBookError where one is not well formed.
    """
    found: dict[str, Spaces] = {"product": {}, "space": {}}
    for entry in written:
        if entry.kind in found:
            known = found[entry.kind]
            known[entry.name] = _completed(_read_space(entry), known)
    return found["product"], found["space"]


def _read_space(entry: EntryText) -> SpaceEntry:
    inside, _ = entry.header()
    with in_entry(entry.place, entry.name):
        declared = parse_declarations(inside) if inside.strip() else {}
    parameters = tuple(declared.values())
    return SpaceEntry(entry.name, read_clauses(entry), entry.place, entry.kind, parameters)


def _completed(entry: SpaceEntry, known: Mapping[str, SpaceEntry]) -> SpaceEntry:
    """With the clauses of the space that it is `like`, after its own: the first ones count."""
    for clause in entry.texts("like"):
        if clause.text not in known:
            raise complaint(clause.location, entry.name, f"no space before it is {clause.text}")
        other = known[clause.text].clauses
        added = tuple(one for one in other if one.word not in _OF_ONE_SPACE)
        return replace(entry, clauses=entry.clauses + added)
    return entry


def _parameter(text: str) -> Parameter:
    found = PARAMETER.fullmatch(text)
    if found is None or found["keyword"] or found["stated"]:
        raise _misread(text, "parameter", "X: m x n")
    return parameter_of(found["name"], found["kind"])


def parameter_of(name: str, kind: str) -> Parameter:
    """A parameter of that kind. Raises MatcalcError where it is none."""
    if _WITHOUT_SHAPE.fullmatch(kind):
        return Parameter(name, SCALAR, kind)
    if position := _POSITION.fullmatch(kind):
        return Parameter(name, SCALAR, "index", read_size(position[1]))
    return Parameter(name, shape_of(kind))


@lru_cache
def shape_of(text: str) -> Shape:
    """`scalar` or `m x n`. Raises MatcalcError for anything else."""
    if text == "scalar":
        return SCALAR
    sides = re.split(r"\s+x\s+", text)
    if len(sides) != 2:
        raise _misread(text, "shape", "m x n` or `scalar")
    return Shape(*map(read_size, sides))


def _misread(text: str, what: str, form: str) -> MatcalcError:
    found = f"`{text.strip()}`" if text.strip() else "nothing"
    return MatcalcError(f"found {found} where a {what} is expected", hint=f"a {what} is `{form}`")
