"""A line of a derivation as people write it: sides joined by `=`, and a reason behind them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from matcalc.language.scanner import parts_of
from matcalc.rulebook import book

_BEGINNING = re.compile(
    r"\s*(?:\(\d+\)\s+|\d+[.):]\s+)?"
    r"(?:(?:=>|⇒|⟹|→|∴|(?:so|let|hence|thus|therefore|then|and)\b(?!\s*[=(])),?\s*)?",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"\s*#.*|\s+//\s.*|\s*%(?=%*[ \t]*[A-Za-z]{2}).*|[,;]?\s+(?:because|since|by|as)\s.*"
)
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_SIGN = re.compile(r"[-+*/^=]")
_OPERATOR = re.compile(r"[-+*/^=,]$")
_EQUALS = re.compile(r"(?<![<>=!:])=(?!=)|:=")
_FINITE = re.compile(r"(?<!\w)δ(?=[^\W\d])")  # δx is written for dx
_OPEN, _CLOSED = "([{", ")]}"
_ENDING = re.compile(r"[\s.,;]+$")
_FUNCTION = re.compile(r"([^\W\d]\w*)\s*\(\s*[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*\s*\)")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Written:
    """A line as it was written, the formula on its left and those on the right of its `=` signs.

    The left is empty in a line that goes on from the one before; `defined` are the definitions
    behind `with` or `where`, as `p = sigmoid(X*w)`.
    """

    text: str
    left: str
    sides: tuple[str, ...]
    defined: str = ""

    @property
    def name(self) -> str:
        """The name on the left, also of `f(x) = ...`; nothing where a formula stands there."""
        function = _FUNCTION.fullmatch(self.left)
        name = function[1] if function and function[1] not in book.spellings() else self.left
        return name if _NAME.fullmatch(name) else ""

    @property
    def definitions(self) -> list[tuple[str, str]]:
        """The names that are defined behind `with`, and their formulas."""
        parts = (part.partition("=") for part in parts_of(self.defined))
        return [(name.strip(), formula) for name, _, formula in parts]

    @property
    def formulas(self) -> str:
        """All that it says, for a look at its words."""
        return " ; ".join((self.left, *self.sides, self.defined))


def words(text: str) -> set[str]:
    """The names in a formula."""
    return set(re.findall(r"\w+", text))


def written(text: str, names: Container[str] = ()) -> Written:
    """The parts of a line; a bracket behind it is a reason where a gap is before it, or words
    that are no `names` are in it.

    >>> written("  = x'*A'*dx + x'*A*dx    (a scalar is its own transpose)").sides
    ("x'*A'*dx + x'*A*dx",)
    """
    begin = _BEGINNING.match(text)
    rest = _FINITE.sub("d", text[begin.end() if begin else 0 :])
    formula, defined = _without_reason(rest, names), ""
    if found := _outside(formula, re.compile(r",?\s+(?:with|where|for)\s(?=.*=)")):
        formula, defined = formula[: found.start()], formula[found.end() :]
    left, *sides = _parts(formula)
    return Written(text.strip(), left, tuple(sides), _ENDING.sub("", defined))


def _without_reason(text: str, names: Container[str]) -> str:
    """The formula without `# comment`, `by the product rule`, `(product rule)`."""
    if found := _outside(text, _COMMENT):
        text = text[: found.start()]
    text = _ENDING.sub("", text)
    begin = _last_bracket(text)
    before = text[:begin].rstrip()
    gap, said = text[len(before) : begin].expandtabs(), text[begin + 1 : -1]
    if len(gap) > 1:  # wider than a product is written
        return text if _OPERATOR.search(before) or not before else before
    strange = [word for word in _LONG_WORD.findall(said) if word not in names]
    return before if gap and len(strange) > 1 and not _SIGN.search(said) else text


def _last_bracket(text: str) -> int:
    """Where the bracket opens that a text ends with; the end where it ends with none."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in _CLOSED) - (text[place] in _OPEN)
        if depth == 0:
            return place if text[place] in _OPEN else len(text)
    return len(text)


def _parts(formula: str) -> Sequence[str]:
    """What stands between the signs of equality that no bracket encloses."""
    found, begin = [], 0
    while sign := _outside(formula, _EQUALS, begin):
        found.append(formula[begin : sign.start()])
        begin = sign.end()
    return [_ENDING.sub("", part).strip() for part in (*found, formula[begin:])]


def _outside(text: str, pattern: re.Pattern[str], begin: int = 0) -> re.Match[str] | None:
    """The first match at which no bracket is open."""
    for found in pattern.finditer(text, begin):
        before = text[: found.start()]
        if sum(map(before.count, _OPEN)) == sum(map(before.count, _CLOSED)):
            return found
    return None


def declarations(lines: Sequence[str]) -> tuple[list[str], str]:
    """The lines of the derivation, and those that declare: `where A: matrix(m,n)`."""
    told = re.compile(r"\s*(?:where|let|given)\s+(?=\w+(?:\s*,\s*\w+)*\s*:)(.*)", re.IGNORECASE)
    kept = [line for line in lines if line.strip() and not told.fullmatch(line)]
    found = (told.fullmatch(line) for line in lines)
    return kept, "; ".join(_ENDING.sub("", one[1]) for one in found if one)
