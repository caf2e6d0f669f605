"""Declarations: `A: matrix(m,n), x: vector(n), S: spd(n)`.

Entries are separated by commas, semicolons or lines; `x, y: vector(n)` declares both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.expressions.limits import LONGEST_DIMENSION
from matcalc.expressions.nodes import Symbol
from matcalc.language.kinds import KINDS, Kind
from matcalc.language.reader import read
from matcalc.language.scanner import check_limits
from matcalc.language.sizes import size_of
from matcalc.language.spelling import check_name
from matcalc.language.syntax import Syntax

_CUT = re.compile(r"#[^\n]*|[(),;\n]")
_WORD = re.compile(r"[^\W\d]\w*")
_KIND = re.compile(r"\s*([^\W\d]\w*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_SIMPLE_SIZE = re.compile(r"\s*(?:([A-Za-z]\w*)|([1-9]\d{0,11}))\s*", re.ASCII)
_SPOKEN = {
    "real": "scalar",
    "number": "scalar",
    "float": "scalar",
    "int": "integer",
    "column": "vector",
    "array": "matrix",
    "sym": "symmetric",
    "pd": "spd",
    "positive_definite": "spd",
    "nonsingular": "invertible",
    "antisymmetric": "skew",
    "diag": "diagonal",
    "complex": "complex_scalar",
}


def parse_declarations(text: str) -> dict[str, Symbol]:
    """The declared variables, in order.

    Raises SyntaxProblem or UnknownName, placed in `text`.

    >>> declared = parse_declarations("A: matrix(m,n), x: vector(n)")
    >>> [str(symbol.shape) for symbol in declared.values()]
    ['m x n', 'n x 1']
    """
    check_limits(text)
    return read_declarations(text, 0)


def declarations_of(where: Mapping[str, str]) -> dict[str, Symbol]:
    """The declared variables of a mapping from name to kind."""
    found: dict[str, Symbol] = {}
    for name, kind in where.items():
        text = f"{name}: {kind}"
        check_limits(text)
        _declare(found, text, _name(text, 0, len(name)), _kind(text, len(name) + 1, len(text)))
    return _checked(found, "")


def read_declarations(text: str, start: int) -> dict[str, Symbol]:
    """The declarations in text[start:]."""
    found: dict[str, Symbol] = {}
    waiting: list[tuple[int, int]] = []
    for begin, end in _entries(text, start):
        colon = text.find(":", begin, end)
        if colon < 0:
            waiting.append(_name(text, begin, end))
            continue
        kind = _kind(text, colon + 1, end)
        for place in [*waiting, _name(text, begin, colon)]:
            _declare(found, text, place, kind)
        waiting = []
    if waiting:
        name = text[slice(*waiting[-1])]
        raise SyntaxProblem(
            f"`{name}` is declared without a kind",
            hint=f"write `{name}: matrix(m,n)`, `{name}: vector(n)` or `{name}: scalar`",
        ).at(text, waiting[-1])
    return _checked(found, text)


def _entries(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The spans between commas, semicolons and line ends that are outside brackets."""
    opened: list[int] = []
    for found in _CUT.finditer(text, start):
        mark, place = found[0], found.start()
        if mark == "(":
            opened.append(place)
        elif mark == ")":
            if not opened:
                raise SyntaxProblem("the bracket `)` closes nothing").at(text, (place, place + 1))
            opened.pop()
        elif not opened:
            yield from _entry(text, start, place)
            start = found.end()
    if opened:
        raise SyntaxProblem("the bracket `(` is never closed", hint="a `)` is missing").at(
            text, (opened[-1], opened[-1] + 1)
        )
    yield from _entry(text, start, len(text))


def _entry(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if text[start:end].strip():
        yield start, end


def _name(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the name that stands in text[start:end]."""
    word = text[start:end].strip()
    begin = text.find(word, start) if word else start
    if _WORD.fullmatch(word):
        check_name(word, text, (begin, begin + len(word)))
        return begin, begin + len(word)
    shown = word if len(word) < 40 else word[:37] + "..."
    raise SyntaxProblem(
        f"a name is expected in a declaration, found `{shown}`"
        if word
        else "a name is missing before `:`",
        hint="declarations are `A: matrix(m,n), x: vector(n), c: scalar`",
    ).at(text, (begin, max(begin + len(word), begin + 1)))


def _kind(text: str, start: int, end: int) -> tuple[Kind, tuple[Dimension, ...]]:
    found = _KIND.fullmatch(text, start, end)
    if found is None:
        word = text[start:end].strip()
        raise SyntaxProblem(
            f"a kind is expected after `:`, found `{word[:40]}`"
            if word
            else "a kind is missing after `:`",
            hint="kinds are `scalar`, `vector(n)`, `matrix(m,n)`, `symmetric(n)`, `spd(n)`, ...",
        ).at(text, (start, max(end, start + 1)))
    kind = KINDS.get(found[1])
    if kind is None:
        raise _unknown_kind(text, found[1], found.span(1))
    sizes = tuple(_sizes(text, *found.span(2))) if found[2] is not None else ()
    if len(sizes) != len(kind.parameters):
        count = len(kind.parameters)
        needed = f"{count} dimension{'s' if count != 1 else ''}" if count else "no dimension"
        raise SyntaxProblem(
            f"`{kind.name}` takes {needed}, found {len(sizes)}",
            hint=f"write `{kind.usage}`" + (", or `matrix(m,n)`" if kind.name == "square" else ""),
        ).at(text, found.span(1) if not sizes else (found.start(1), end))
    return kind, sizes


def _unknown_kind(text: str, word: str, span: tuple[int, int]) -> UnknownName:
    close = _SPOKEN.get(word.lower()) or next(
        iter(get_close_matches(word.lower(), KINDS, n=1, cutoff=0.5)), None
    )
    usage = f"did you mean `{KINDS[close].usage}`?" if close else "kinds are " + ", ".join(KINDS)
    return UnknownName(f"`{word}` is not a kind", hint=usage).at(text, span)


def _sizes(text: str, start: int, end: int) -> Iterator[Dimension]:
    """The dimensions between the brackets of a kind."""
    if not text[start:end].strip():
        return
    depth, begin = 0, start
    for place in range(start, end + 1):
        mark = text[place] if place < end else ","
        if mark == "," and depth == 0:
            yield _size(text, begin, place)
            begin = place + 1
        depth += (mark == "(") - (mark == ")")


def read_size(text: str) -> Dimension:
    """A dimension as it stands in a kind: `n`, `3`, `m*n`. Raises SyntaxProblem for anything else.

    >>> print(read_size("n*(n + 1)/2"))
    n^2/2 + n/2
    """
    return _size(text, 0, len(text))


def _size(text: str, start: int, end: int) -> Dimension:
    simple = _SIMPLE_SIZE.fullmatch(text, start, end)
    if simple is not None:
        if simple[1]:
            check_name(simple[1], text, simple.span(1))
        return dimension(simple[1] or int(simple[2]))
    if end - start > LONGEST_DIMENSION.most:
        raise LONGEST_DIMENSION.exceeded(end - start).at(text, (start, start + 1))
    arena: list[Syntax] = []
    size = size_of(read(text, start, end, arena), arena, text)
    if not size.names and (size.integer or 0) < 1:
        raise SyntaxProblem(
            f"a dimension is a positive integer or a name, found `{text[start:end].strip()}`"
        ).at(text, (start, end))
    return size


def _declare(
    found: dict[str, Symbol],
    text: str,
    place: tuple[int, int],
    kind: tuple[Kind, tuple[Dimension, ...]],
) -> None:
    name = text[slice(*place)]
    if name in found:
        raise SyntaxProblem(
            f"`{name}` is declared twice", hint="leave one of the two declarations out"
        ).at(text, place)
    sort, sizes = kind
    shape: Shape = sort.shape(sizes)
    found[name] = Symbol(name, shape, sort.structure)


def _place_of(name: str, text: str) -> tuple[int, int] | None:
    """Where a declared name stands."""
    found = re.search(rf"\b{re.escape(name)}\b\s*[:,]", text)
    return (found.start(), found.start() + len(name)) if found else None


def _checked(found: dict[str, Symbol], text: str) -> dict[str, Symbol]:
    """Refuse a name that is both a dimension and a variable with entries."""
    for symbol in found.values():
        for name in symbol.shape.names & found.keys():
            if "integer" not in found[name].structure:
                raise SyntaxProblem(
                    f"`{name}` is a variable, and a dimension of {symbol.name} ({symbol.shape})",
                    hint=f"give the dimension another name, or declare `{name}: integer`",
                ).at(text, _place_of(symbol.name, text))
    return found
