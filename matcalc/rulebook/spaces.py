"""Inner products and spaces as entries of `spaces.rules` and `complex_spaces.rules`.

An entry is a header with its parameters, declared as a person declares variables, and clauses in
the language. `formula` reads a clause at actual arguments: where those are complex, ' is the
conjugate transpose, spd is Hermitian positive definite, and symmetric is Hermitian. Complaints
begin with file:line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.errors import MatcalcError, ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import closure
from matcalc.language.problem import parse_declarations, parse_expression
from matcalc.language.reader import grammar_directory
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.reader import RuleBookError

FILES = ("spaces.rules", "complex_spaces.rules")
_WORDS = (
    "pairing riesz root elements image tangent multiplier projection "
    "at point assumed complex note source"
)
CLAUSES = frozenset(_WORDS.split())
_HEADER = re.compile(r"(product|space) ([a-z][a-z0-9-]*)\((.*)\)$")
_SLOTS = ("U", "V", "G")
_M_BY_N = Shape(dimension("m"), dimension("n"))
Sizes = dict[str, Dimension]


@dataclass(frozen=True)
class Clause:
    """One line of an entry: its word, what stands after it, its place."""

    word: str
    text: str
    location: str


@dataclass(frozen=True, eq=False)
class SpaceEntry:
    """A product or a space: `parameters` in order, for a space the variable first."""

    kind: str
    name: str
    parameters: tuple[Symbol, ...]
    clauses: tuple[Clause, ...]
    location: str

    def all(self, word: str) -> list[Clause]:
        """The clauses of that word, in order."""
        return [clause for clause in self.clauses if clause.word == word]

    def text(self, word: str) -> str:
        """The only clause of that word, "" where there is none."""
        return next((clause.text for clause in self.all(word)), "")

    @property
    def source(self) -> str:
        return self.text("source")


def read_entries(text: str, file: str) -> dict[tuple[str, str], SpaceEntry]:
    """The entries of a file by kind and name. Raises RuleBookError where one is not well formed."""
    found: dict[tuple[str, str], SpaceEntry] = {}
    header: tuple[str, str, str, str] | None = None
    clauses: list[Clause] = []
    for number, line in enumerate([*text.splitlines(), "end"], start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{file}:{number}"
        if line.startswith(" "):
            clauses.append(_clause(line, place))
            continue
        if header is not None:
            entry = _entry(header, clauses)
            found[entry.kind, entry.name] = entry
        match = _HEADER.match(line)
        if match is None and line != "end":
            raise RuleBookError(f"{place}: an entry begins with `product` or `space`")
        header = (*match.groups(), place) if match else None  # type: ignore[assignment]
        clauses = []
    return found


def _clause(line: str, place: str) -> Clause:
    word, _, text = line.strip().partition(" ")
    if word not in CLAUSES:
        raise RuleBookError(f"{place}: no clause word {word!r}")
    return Clause(word, text.strip(), place)


def _entry(header: tuple[str, str, str, str], clauses: Sequence[Clause]) -> SpaceEntry:
    kind, name, parameters, place = header
    if not any(clause.word == "source" for clause in clauses):
        raise RuleBookError(f"{place}: {name}: no `source` line (say `elementary` if so)")
    declared = parse_declarations(parameters) if parameters.strip() else {}
    return SpaceEntry(kind, name, tuple(declared.values()), tuple(clauses), place)


@cache
def entries() -> Mapping[tuple[str, str], SpaceEntry]:
    """Every product and space of the book by kind and name; read once."""
    found: dict[tuple[str, str], SpaceEntry] = {}
    for file in FILES:
        path = grammar_directory() / "rules" / file
        found |= read_entries(path.read_text(encoding="utf-8"), file)
    return MappingProxyType(found)


def names(kind: str) -> list[str]:
    """The names of the products or of the spaces, in the order of the book."""
    return [name for sort, name in entries() if sort == kind]


def declared_after(clause: Clause) -> tuple[str, dict[str, Symbol]]:
    """A clause `formula of Z: kind` as the formula and the variables that it declares."""
    text, _, declarations = clause.text.partition(" of ")
    return text, parse_declarations(declarations) if declarations else {}


def dimensions_of(entry: SpaceEntry, arguments: Sequence[Node], shape: Shape) -> Sizes:
    """What the dimension names of the entry stand for, from its arguments.

    `shape` is that of U, V and G, which a product calls m x n. Raises ShapeError for arguments
    that do not fit.
    """
    found: dict[str, Dimension] = {}
    pairs = [(p.shape, a.shape) for p, a in zip(entry.parameters, arguments, strict=True)]
    if entry.kind == "product":
        pairs.append((_M_BY_N, shape))
    sides = [
        (wanted, actual)
        for pattern, given in pairs
        for wanted, actual in ((pattern.rows, given.rows), (pattern.columns, given.columns))
    ]
    for wanted, actual in sides:
        if wanted.name is not None:
            found.setdefault(wanted.name, actual)
    for wanted, actual in sides:
        if wanted.substitute(found) != actual:
            needed = ", ".join(f"{p.name}: {p.shape}" for p in entry.parameters)
            given = ", ".join(str(a.shape) for a in arguments)
            raise ShapeError(f"{entry.name} needs {needed}, but got {given}")
    return found


def formula(
    entry: SpaceEntry,
    clause: Clause,
    arguments: Sequence[Node],
    shape: Shape,
    slots: Mapping[str, Node],
    text: str | None = None,
) -> Node:
    """The formula of a clause with the entry's parameters and `slots` (U, V, G, Z) put in."""
    sizes = dimensions_of(entry, arguments, shape)
    over_complex = any(node.is_complex for node in (*arguments, *slots.values()))
    root, symbols = _read(entry, clause, clause.text if text is None else text, over_complex)
    values: dict[Node, Node] = {}
    given = dict(zip((p.name for p in entry.parameters), arguments, strict=True)) | dict(slots)
    for name, symbol in symbols.items():
        if name in given:
            values[symbol] = given[name]
    return instantiate(root, values, sizes, book.apply)


@kept_for_an_edition(1024)
def _read(
    entry: SpaceEntry, clause: Clause, text: str, over_complex: bool
) -> tuple[Node, dict[str, Symbol]]:
    """The formula in the entry's own symbols, which have their declared kinds and shapes."""
    parameters = [_complex(p) if over_complex else p for p in entry.parameters]
    symbols = {parameter.name: parameter for parameter in parameters}
    pattern = entry.parameters[0].shape if _has_point(entry) else _M_BY_N
    plain = closure("tangent", *(["complex"] if over_complex else []))
    symbols |= {slot: Symbol(slot, pattern, plain) for slot in _SLOTS}
    symbols |= declared_after(clause)[1]
    try:
        return parse_expression(text, symbols, book), symbols
    except MatcalcError as error:
        raise RuleBookError(f"{clause.location}: {entry.name}: {error.message}") from None


_OVER_COMPLEX = {"spd": "hpd", "symmetric": "hermitian"}


def word_over_complex(word: str) -> str:
    """What a structure of real matrices is called over the complex numbers.

    >>> word_over_complex("symmetric")
    'hermitian'
    """
    return _OVER_COMPLEX.get(word, word)


def _complex(parameter: Symbol) -> Symbol:
    """The parameter over the complex numbers; what has a sign is real there too."""
    if "positive" in parameter.structure:
        return parameter
    words = next(({v} for k, v in _OVER_COMPLEX.items() if k in parameter.structure), None)
    kept = words if words is not None else parameter.structure
    return Symbol(parameter.name, parameter.shape, closure(*kept, "complex"))


def _has_point(entry: SpaceEntry) -> bool:
    return entry.kind == "space" or entry.text("elements") != ""
