"""A line of a derivation as people write it: sides joined by `=`, and a reason behind them."""

from __future__ import annotations

import re
from collections.abc import Container
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
_BEHIND = re.compile(
    r",?\s+(?:with|where|let|given|for)\s+(?=.*[=:])|\s+(?=\w+ solves\s)", re.IGNORECASE
)
_KIND = re.compile(r"[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*\s*:(?!=)")
_COLUMN = re.compile(r"(?<![-+*/^=,(\s])(?: {3,}|\t+ *)(?![-+*/^=.,)])")
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

    The left is empty in a line that goes on from the one before. `statements` stand behind `with`,
    as `p = sigmoid(X*w)` or `x solves A*x = b`, what is `declared` behind `where`.
    """

    text: str
    left: str
    sides: tuple[str, ...]
    statements: tuple[str, ...] = ()
    declared: str = ""

    @property
    def name(self) -> str:
        """The name on the left, also of `f(x) = ...`; nothing where a formula stands there."""
        function = _FUNCTION.fullmatch(self.left)
        name = function[1] if function and function[1] not in book.spellings() else self.left
        return name if _NAME.fullmatch(name) else ""

    @property
    def definitions(self) -> dict[str, str]:
        """The statements by the names that they define."""
        return {name[0]: one for one in self.statements if (name := _NAME.match(one))}

    @property
    def formulas(self) -> str:
        """All that it says, for a look at its words."""
        return " ; ".join((self.left, *self.sides, *self.statements))


def words(text: str) -> set[str]:
    """The names in a formula."""
    return set(re.findall(r"\w+", text))


def written(text: str, names: Container[str] = ()) -> Written:
    """The parts of a line. What stands behind a gap wider than a product has is a reason, and so
    is a bracket with words that are no `names`.

    >>> written("  = x'*A'*dx + x'*A*dx    (a scalar is its own transpose)").sides
    ("x'*A'*dx + x'*A*dx",)
    """
    begin = _BEGINNING.match(text)
    formula, *columns = _split(_COLUMN, _FINITE.sub("d", text[begin.end() if begin else 0 :]))
    formula, *behind = _split(_BEHIND, f" {_without_reason(formula, names)}")
    for reason, *more in (_split(_BEHIND, f" {column}") for column in columns):
        behind += more if not reason else ()
    said = [_without_reason(one, names) for one in behind]
    statements = [one for part in said if not _KIND.match(part) for one in parts_of(part)]
    left, *sides = (_ENDING.sub("", one).strip() for one in _split(_EQUALS, formula))
    return Written(
        text.strip(),
        left,
        tuple(sides),
        tuple(_without_reason(one, names) for one in statements),
        ", ".join(part for part in said if _KIND.match(part)),
    )


def _without_reason(text: str, names: Container[str]) -> str:
    """The formula without `# comment`, `by the product rule`, `(product rule)`."""
    text = _ENDING.sub("", _split(_COMMENT, text)[0])
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


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    """What stands between the matches that no bracket encloses."""
    found, begin = [], 0
    for mark in pattern.finditer(text):
        before = text[: mark.start()]
        if sum(map(before.count, _OPEN)) == sum(map(before.count, _CLOSED)):
            found.append(text[begin : mark.start()])
            begin = mark.end()
    return [*found, text[begin:]]
