"""A line of a derivation as people write it: sides joined by `=`, and a reason behind them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from matcalc.language.kinds import GREEK
from matcalc.language.scanner import parts_of
from matcalc.rulebook import book

_BEGINNING = re.compile(
    r"\s*(?:(?:\((?:\d+|[ivx]+|[a-z])\)|\[\d+\]|\d+[.):]|[a-z]\)|step \d+[.:]|[•*·]"
    r"|[-\u2013](?=\s+(?:[d∂]\S*|grad\S*(?: \w+)?|∇\S*|[^\W\d]\w*(?:\(\w+\))?)\s*=))\s+)?"
    r"(?:(?:=>|⇒|⟹|→|∴|(?:so that|we have|so|let|hence|thus|therefore|then|and|now|finally)\b"
    r"(?!\s*[=(]))[,:]?\s*)*",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"\s*#.*|\s+//\s.*|\s*%(?=%*[ \t]*[A-Za-z]{2}).*"
    r"|[,;]?\s+(?:because|since|by|as|using|from|if|when|provided|assuming|for all|for any)\s.*"
)
_BEHIND = re.compile(
    r",?\s+(?:with|where|let|given|for)\s+(?=.*[=:])|\s+(?=\w+ solves\s)", re.IGNORECASE
)
_KIND = re.compile(r"[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*\s*:(?!=)")
_COLUMN = re.compile(r"(?<![-+*/^=,(\s])(?: {3,}+|\t++ *+)(?![-+*/^=.,)])")
_STATEMENT = re.compile(
    r"[^\W\d]\w*(?:\(\w+\))?\s*=|(?:grad|∇|[Hh]ess|so|hence|thus|therefore)\b.*=|[(\[].*[)\]]\s+[-+*/=]\s"
)
_RELATION = re.compile(r"\s*(?:>=|<=|!=|≥|≤|≠)|\s+[<>]\s+0\b")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_WORDS = re.compile(r"[^\W\d_]{2,}(?:[ ,;]+[^\W\d_]{2,})+")
_SIGN = re.compile(r"[-+*/^']")
_NUMBER = re.compile(r"\d+|i{2,3}|iv")
_OPERATOR = re.compile(r"[-+*/^=,(−]$")
_EQUALS = re.compile(r"(?<![<>=!:])==?(?![=>])|:=")
_FINITE = re.compile(r"(?<!\w)δ(?=[^\W\d])")  # δx is written for dx
_NOTE = re.compile(r"\s*here \w+(?:\(.*\))? (?:is|has|are) ")  # what a word of an answer means
_OPEN, _CLOSED = "([{", ")]}"
_ENDING = re.compile(r"[\s.,;]+$")
_FUNCTION = re.compile(r"([^\W\d]\w*)\s*\(\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*\)")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Written:
    """A line as it was written, the formula on its left and those on the right of its `=` signs.

    The left is empty in a line that goes on from the one before. `statements` stand behind `with`,
    as `p = sigmoid(X*w)` or `x solves A*x = b`, what is `declared` behind `where`; a
    `relation` as `>= 0` is not looked at.
    """

    text: str
    left: str
    sides: tuple[str, ...]
    statements: tuple[str, ...] = ()
    declared: str = ""
    relation: str = ""

    @property
    def name(self) -> str:
        """The name on the left, also of `f(x) = ...`; nothing where a formula stands there."""
        function = _FUNCTION.fullmatch(self.left)
        is_value = function and function[1] not in {"d", "D", *book.spellings()}
        name = function[1] if function and is_value else self.left
        return name if _NAME.fullmatch(name) else ""

    @property
    def arguments(self) -> set[str]:
        """The x of `f(x)` on the left."""
        function = _FUNCTION.fullmatch(self.left)
        return words(function[2]) if function and self.name else set()

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


def board(lines: Iterable[str], names: Iterable[str] = ()) -> Iterator[Written]:
    """The lines in turn, a formula on several as one; the words of those before are names."""
    known = {*names}
    for text in _unbroken(lines):
        found = written(text, known)
        known |= words(f"{found.formulas} {found.declared}")
        yield found


def _unbroken(lines: Iterable[str]) -> list[str]:
    """The lines that are not blank; one that ends or begins with an operator goes on."""
    found: list[str] = []
    for line in (one for one in lines if re.search(r"\w", one) and not _NOTE.match(one)):
        if found and _goes_on(found[-1], line.strip()):
            formula = _without_reason(_columns(found[-1], ())[0], ())
            found[-1] = f"{formula.rstrip()} {line.strip()}"
        else:
            found.append(line)
    return found


def _goes_on(before: str, line: str) -> bool:
    if _OPERATOR.search(before.rstrip()):
        return True
    if line[0] in "+-*/−":
        return not written(line).sides
    return line[0] == "=" and re.fullmatch(r"\s*[\w∇∂]+(?:[ /(]+[\w∂]+\)?)?\s*", before) is not None


def written(text: str, names: Container[str] = ()) -> Written:
    """The parts of a line. What stands behind a gap wider than a product has is a reason, and so
    is a bracket with words that are no `names`.

    >>> written("  = x'*A'*dx + x'*A*dx    (a scalar is its own transpose)").sides
    ("x'*A'*dx + x'*A*dx",)
    """
    begin = _BEGINNING.match(text)
    formula, *columns = _columns(_FINITE.sub("d", text[begin.end() if begin else 0 :]), names)
    formula, *behind = _split(_BEHIND, f" {formula}")
    formula = _without_reason(formula, names)
    for reason, *more in (_split(_BEHIND, f" {column}") for column in columns):
        behind += more if not reason else ()
    said = [_without_reason(one, names) for one in behind]
    parts = [one for part in said if not _KIND.match(part) for one in parts_of(part)]
    statements = [_without_reason(one, names) for one in parts]
    if statements and not formula.strip():
        formula, *statements = statements
    whole, (formula, *_) = formula, _split(_RELATION, formula)
    left, *sides = (_ENDING.sub("", one).strip() for one in _split(_EQUALS, formula))
    declared = ", ".join(part for part in said if _KIND.match(part))
    if not sides and _is_prose(left, names):
        left = ""
    return Written(
        text.strip(), left, tuple(sides), tuple(statements), declared, whole[len(formula) :].strip()
    )


def _columns(text: str, names: Container[str]) -> list[str]:
    """The formula, and what stands behind it in columns of reasons."""
    formula, *rest = _split(_COLUMN, text)
    while rest and not (_is_reason(rest[0], names) or _BEHIND.match(f" {rest[0]}")):
        column = rest.pop(0)  # another claim on the line is not part of this one
        formula += f" ; {column}" if _STATEMENT.match(column) else f" {column}"
    return [formula, *rest]


def _is_reason(said: str, names: Container[str]) -> bool:
    """Whether a column is no formula: a bracket, words, a rule such as `d inv(X) = ...`."""
    if _STATEMENT.match(said):
        return False
    if _last_bracket(said) == 0 or _strange(said, names) or _WORDS.fullmatch(said.strip()):
        return True
    return any(mark in said for mark in "=:")


def _strange(text: str, names: Container[str]) -> list[str]:
    """The words of a text that are neither names nor functions."""
    spelled = book.spellings()
    found = (word for word in _LONG_WORD.findall(text) if word not in GREEK)
    return [word for word in found if word not in names and word not in spelled]


def _is_prose(text: str, names: Container[str]) -> bool:
    several = len(re.findall(r"[^\W\d_]{2,}", text)) > 1
    return several and bool(_strange(text, names)) and not _SIGN.search(text)


def _without_reason(text: str, names: Container[str]) -> str:
    """The formula without `# comment`, `by the product rule`, `(product rule)`, `(1)`."""
    text = _ENDING.sub("", _split(_COMMENT, text)[0])
    begin = _last_bracket(text)
    before = text[:begin].rstrip()
    gap, said = text[len(before) : begin].expandtabs(), text[begin + 1 : -1]
    if not gap or not before.strip() or _OPERATOR.search(before):
        return text
    is_aside = ("=" in said and not said.startswith("=")) or _NUMBER.fullmatch(said) or len(gap) > 2
    is_words = _strange(said, names) and (len(gap) > 1 or not _SIGN.search(said))
    return before if is_aside or is_words else text


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
