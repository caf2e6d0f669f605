"""Declarations: `A: matrix(m,n), x: vector(n), S: spd(n)`.

Entries are separated by commas, semicolons or lines; `x, y: vector(n)` declares both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from matcalc.expressions.dimensions import ONE, Dimension, Shape, dimension
from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.expressions.limits import LONGEST_DIMENSION
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import Bound, read_bound, valued
from matcalc.language.kinds import KINDS, Kind, closure
from matcalc.language.reader import read
from matcalc.language.scanner import between_commas, check_limits
from matcalc.language.sizes import size_of
from matcalc.language.spelling import check_name
from matcalc.language.syntax import Syntax

_CUT = re.compile(r"#[^\n]*|[(),;\n]")
_WORD = re.compile(r"[^\W\d]\w*")
_KIND = re.compile(r"\s*([^\W\d]\w*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_COLUMNS = re.compile(r"(\w+(?:\s*,\s*\w+)*)\s*:\s*\w*matrix\s*\([^()]*,\s*1\s*\)")
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
    "function": "elementwise",
    "callable": "elementwise",
    "simplex": "probability",
    "one_hot": "onehot",
    "interval": "open_interval",
    "idempotent": "projection",
    "projector": "projection",
    "stable": "hurwitz",
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


def _kind(text: str, start: int, end: int) -> tuple[Shape, frozenset[str]]:
    """The shape and the structure of the kind that stands in text[start:end]."""
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
    spans = list(between_commas(text, *found.span(2))) if (found[2] or "").strip() else []
    form = next((one for one in kind.forms if len(one) == len(spans)), None)
    if form is None:
        raise _wrong_count(kind, len(spans)).at(
            text, found.span(1) if not spans else (found.start(1), end)
        )
    named = list(zip(form, spans, strict=True))
    sizes = tuple(_size(text, *span) for name, span in named if name not in kind.values)
    values = {name: span for name, span in named if name in kind.values}
    if kind.name == "probability" and sizes == (ONE,):
        raise SyntaxProblem("the probability of a single case is 1").at(text, spans[0])
    return kind.shape(sizes), kind.structure | _valued(text, kind, values)


def _wrong_count(kind: Kind, count: int) -> SyntaxProblem:
    counts = [len(form) for form in kind.forms]
    needed = " or ".join(map(str, counts)) if any(counts) else "no"
    what = "parameter" if kind.values else "dimension"
    usages = " or ".join(f"`{usage}`" for usage in kind.usages)
    return SyntaxProblem(
        f"`{kind.name}` takes {needed} {what}{'s' if counts[-1] > 1 else ''}, found {count}",
        hint=f"write {usages}" + (", or `matrix(m,n)`" if kind.name == "square" else ""),
    )


def _valued(text: str, kind: Kind, values: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """The words of a structure that carry values: the rank of a projection, an interval."""
    if kind.name == "open_interval":
        return _interval(text, values["0"], values["1"])
    if "p" not in values:
        return frozenset()
    rank = _size(text, *values["p"])
    if rank.name is None and rank.integer is None:
        raise SyntaxProblem(f"a rank is a name or a number here, found {rank}").at(
            text, values["p"]
        )
    return frozenset({valued("rank", str(rank))})


def _interval(text: str, low: tuple[int, int], high: tuple[int, int]) -> frozenset[str]:
    ends = [text[slice(*span)].strip() for span in (low, high)]
    below, above = (_bound(text, span) for span in (low, high))
    if not below < above:
        raise SyntaxProblem(
            f"no number is between {ends[0]} and {ends[1]}",
            hint="the smaller end comes first: `open_interval(0, 1)`",
        ).at(text, (low[0], high[1]))
    return closure(valued("open_interval", *ends), *["positive"] * (below >= 0))


def _bound(text: str, span: tuple[int, int]) -> Bound:
    found = read_bound(text[slice(*span)])
    if found is None:
        raise SyntaxProblem(
            f"the end of an interval is a number, found `{text[slice(*span)].strip()}`",
            hint="such as `open_interval(0, 1)`, `open_interval(-pi/2, pi/2)` or "
            "`open_interval(1, inf)`; with n entries `open_interval(0, 1, n)`",
        ).at(text, span)
    return found


def _unknown_kind(text: str, word: str, span: tuple[int, int]) -> UnknownName:
    close = _SPOKEN.get(word.lower()) or next(
        iter(get_close_matches(word.lower(), KINDS, n=1, cutoff=0.5)), None
    )
    usage = (
        f"did you mean `{KINDS[close].usages[0]}`?" if close else "kinds are " + ", ".join(KINDS)
    )
    return UnknownName(f"`{word}` is not a kind", hint=usage).at(text, span)


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
    kind: tuple[Shape, frozenset[str]],
) -> None:
    name = text[slice(*place)]
    if name in found:
        raise SyntaxProblem(
            f"`{name}` is declared twice", hint="leave one of the two declarations out"
        ).at(text, place)
    found[name] = Symbol(name, *kind)


def columns_written(text: str) -> frozenset[str]:
    """The names declared as matrices of one column, which have two axes where axes count.

    >>> sorted(columns_written("a, b: matrix(n, 1), c: vector(n)"))
    ['a', 'b']
    """
    words = (word for found in _COLUMNS.finditer(text) for word in found[1].split(","))
    return frozenset(word.strip() for word in words)


def _place_of(name: str, text: str) -> tuple[int, int] | None:
    """Where a declared name stands."""
    found = re.search(rf"\b{re.escape(name)}\b\s*[:,]", text)
    return (found.start(), found.start() + len(name)) if found else None


def _checked(found: dict[str, Symbol], text: str) -> dict[str, Symbol]:
    """Refuse a name that is both a dimension and a variable with entries."""
    for symbol in found.values():
        for name in symbol.dimensions & found.keys():
            if "integer" not in found[name].structure:
                raise SyntaxProblem(
                    f"`{name}` is a variable, and a dimension of {symbol.name} ({symbol.shape})",
                    hint=f"give the dimension another name, or declare `{name}: integer`",
                ).at(text, _place_of(symbol.name, text))
    return found
