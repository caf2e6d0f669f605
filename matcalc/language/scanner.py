"""The first look at a text, before any grammar: its limits, brackets, comments and statements.

Statements stand one a line or are separated by `;`, both only outside brackets; a line that
ends in an operator goes on in the next. `R = A*X - B` names a subexpression; definitions may come
after the value too, as answers are printed: `2*A'*R with R = A*X - B`, or `where R = ...`.
`where X: ...` at the end declares. All positions are those of the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.limits import DEEPEST_NESTING, LONGEST_TEXT
from matcalc.language.complaints import NO_LATEX, OF_PYTHON, explain_python

_COMMENT = r"#[^\n]*|%(?=%*[ \t]*[A-Za-z]{2})[^\n]*"  # `x % 2` is no comment
_MARK = re.compile(
    rf"{_COMMENT}|(?P<python>{OF_PYTHON})"
    r"|[()\[\]{}]|[;,\n\r]|(?P<given>\bwith\b|\bwhere\b(?=\s+[^\W\d]\w*\s*=\s*[^=\d]))"
    r"|(?<!\.)\bwhere\b(?!\(|\s*=)"
)
_NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")
_BLANK = re.compile(rf"(?:\s|{_COMMENT})*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_GOES_ON = re.compile(r"(?:[+\-−\u2013*@/\\⊙∘⊗×·⋅∗÷^=,]|\\)\s*$")
_LATEX = re.compile(r"\\[A-Za-z]{2,}\s*\{$")
_WORD = r"[^\W\d]\w*"
_PARAMETERS = rf"\(\s*({_WORD}(?:\s*,\s*{_WORD})*)\s*\)"
_FUNCTION = re.compile(rf"(def\s+)?({_WORD})\s*{_PARAMETERS}\s*=(?!=)")
_DEF = re.compile(r"def\s+[^\W\d]")
_SOLVES = re.compile(rf"({_WORD})((?:\s*,\s*{_WORD})*)\s+solves\b")
_EQUALS = re.compile(r"(?<!=)=(?!=)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement at text[start:end], under the name before `=` if it has one.

    `parameters` are those of `def f(t) = ...`; in `x solves g = h` the statement is g, and h
    stands at text[right:right_end].
    """

    start: int
    end: int
    name: str | None = None
    name_start: int = 0
    parameters: tuple[str, ...] = ()
    right: int | None = None
    right_end: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The statements of a text and where its declarations begin (after `where`).

    `percent` is where a comment begins as MATLAB has them.
    """

    statements: tuple[Statement, ...]
    where: int | None
    percent: int | None


def check_limits(text: str) -> None:
    """Refuse a text that is too long to be a formula."""
    LONGEST_TEXT.check(len(text))


def between_commas(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans between the commas that no bracket encloses."""
    depth, begin = 0, start
    for place in range(start, end):
        mark = text[place]
        depth += (mark in "([") - (mark in ")]")
        if mark == "," and depth == 0:
            yield begin, place
            begin = place + 1
    yield begin, end


def parts_of(text: str) -> list[str]:
    """What stands between those commas.

    >>> parts_of("P, Q[1:2,3]")
    ['P', 'Q[1:2,3]']
    """
    parts = (text[slice(*span)].strip() for span in between_commas(text, 0, len(text)))
    return [part for part in parts if part]


def scan(text: str) -> Layout:
    """Split a text into statements; raise SyntaxProblem for brackets that do not match."""
    check_limits(text)
    stack: list[int] = []
    cuts, where, comment = [(0, 0)], None, (0, 0)
    percent = None
    given = len(text)
    for found in _MARK.finditer(text):
        mark, place = "with" if found["given"] else found[0], found.start()
        if found["python"] is not None:
            raise explain_python(text, found.span())
        if mark in "([{":
            _open(text, place, stack)
        elif mark in ")]}":
            _close(text, place, stack)
        elif mark == "where":
            _require_closed(
                text, stack, "`where` inside brackets: the `{}` is not closed before it"
            )
            where = place
            break
        elif mark[0] in "#%":
            comment = found.span()
            percent = place if mark[0] == "%" and percent is None else percent
        elif stack:
            continue
        elif mark == "with" and given == len(text):
            given = place
            cuts.append(found.span())
        elif _ends(text, cuts[-1][1], _before(comment, place), mark, given < place):
            cuts.append(found.span())
    _require_closed(text, stack, "the bracket `{}` is never closed")
    end = len(text) if where is None else where
    spans = [(one[1], other[0]) for one, other in pairwise([*cuts, (end, end)])]
    found_in = [_statement(text, a, b) for a, b in spans if not _is_blank(text, a, b)]
    statements = _value_last(found_in, given)
    _check_order(text, statements)
    return Layout(statements, None if where is None else where + len("where"), percent)


def _require_closed(text: str, stack: list[int], message: str) -> None:
    """Raise SyntaxProblem, placed at the innermost bracket, where one is still open."""
    if stack:
        opened = text[stack[-1]]
        hint = f"a `{_CLOSING[opened]}` is missing"
        place = (stack[-1], stack[-1] + 1)
        raise SyntaxProblem(message.format(opened), hint=hint).at(text, place)


def _value_last(statements: list[Statement], given: int) -> tuple[Statement, ...]:
    """The statements in order; those after `with`, at `given`, define what stands before it."""
    before = [one for one in statements if one.end <= given]
    after = [one for one in statements if one.end > given]
    return (*before[:-1], *after, *before[-1:])


def _ends(text: str, start: int, place: int, mark: str, after: bool) -> bool:
    """Whether a newline or `;` ends the statement: not after an operator at the line's end.

    A comma does `after` the value, in `... with R = A*X - B, S = R*C`.
    """
    if mark in ";,":
        return mark == ";" or after
    return mark != "with" and not _GOES_ON.search(text, max(start, place - 80), place)


def _before(comment: tuple[int, int], place: int) -> int:
    """Where the line that ends at `place` ends without its comment."""
    return comment[0] if comment[1] == place else place


def _is_blank(text: str, start: int, end: int) -> bool:
    found = _BLANK.match(text, start, end)
    return found is not None and found.end() == end


def _open(text: str, place: int, stack: list[int]) -> None:
    if text[place] == "{" and _LATEX.search(text[max(place - 40, 0) : place + 1]):
        raise SyntaxProblem("the curly bracket is LaTeX's", hint=NO_LATEX).at(
            text, (place, place + 1)
        )
    stack.append(place)
    if len(stack) > DEEPEST_NESTING.most:
        raise DEEPEST_NESTING.exceeded().at(text, (place, place + 1))


def _close(text: str, place: int, stack: list[int]) -> None:
    mark = text[place]
    if not stack:
        raise SyntaxProblem(
            f"the bracket `{mark}` closes nothing",
            hint=f"leave the `{mark}` out, or open a bracket before it",
        ).at(text, (place, place + 1))
    opened = stack.pop()
    wanted = _CLOSING[text[opened]]
    if wanted != mark:
        raise SyntaxProblem(
            f"found `{mark}` where `{wanted}` closes the `{text[opened]}` "
            f"opened at column {_column(text, opened)}",
            hint=f"close it with `{wanted}`",
        ).at(text, (place, place + 1))


def _column(text: str, place: int) -> int:
    return place - text.rfind("\n", 0, place)


def _statement(text: str, start: int, end: int) -> Statement:
    begin = _BLANK.match(text, start, end)
    start = begin.end() if begin else start
    function = _FUNCTION.match(text, start, end)
    if function is not None or _DEF.match(text, start, end):
        return _function(text, start, end, function)
    solves = _SOLVES.match(text, start, end)
    if solves is not None:
        return _equation(text, end, solves)
    named = _NAMED.match(text, start, end)
    if named is None:
        return Statement(start, end)
    if _is_blank(text, named.end(), end):
        raise SyntaxProblem(
            f"nothing stands after `{named[1]} =`",
            hint=f"write what {named[1]} is: `{named[1]} = A*X - B`",
        ).at(text, (named.start(1), named.end()))
    return Statement(named.end(), end, named[1], named.start(1))


def _function(text: str, start: int, end: int, found: re.Match[str] | None) -> Statement:
    """`def f(t) = ...`, a function of numbers."""
    if found is None or found[1] is None or _is_blank(text, found.end(), end):
        raise SyntaxProblem(
            "a function of your own is written `def f(t) = ...`",
            hint="for example `def softabs(t) = sqrt(t^2 + eps)`, applied entry by entry; "
            "of a formula type what stands after `=` alone",
        ).at(text, (start, found.end() if found else end))
    parameters = tuple(name.strip() for name in found[3].split(","))
    if len(set(parameters)) < len(parameters):
        raise SyntaxProblem("two parameters have the same name").at(text, found.span(3))
    return Statement(found.end(), end, found[2], found.start(2), parameters)


def _equation(text: str, end: int, found: re.Match[str]) -> Statement:
    """`x solves g = h`, both sides expressions in x."""
    equals = _EQUALS.search(text, found.end(), end)
    sides = [] if equals is None else [(found.end(), equals.start()), (equals.end(), end)]
    if found[2] or not sides or any(_is_blank(text, *side) for side in sides):
        raise SyntaxProblem(
            f"`{found[1]} solves` is followed by one equation for {found[1]}"
            if not found[2]
            else "only one name can stand before `solves`",
            hint="for example `x solves A*x - b = 0`; several unknowns are stacked in one vector",
        ).at(text, (found.start(), found.end()))
    left, right = sides
    return Statement(*left, found[1], found.start(1), right=right[0], right_end=right[1])


def _check_order(text: str, statements: tuple[Statement, ...]) -> None:
    for statement in statements[:-1]:
        if statement.name is None:
            raise SyntaxProblem(
                "this statement has no name, and it is not the last",
                hint="earlier statements name subexpressions (`R = A*X - B`), the last one is "
                "the value; a line goes on in the next after an operator or inside brackets",
            ).at(text, (statement.start, statement.end))
    if statements and (statements[-1].parameters or statements[-1].right is not None):
        raise SyntaxProblem(
            "the value is missing: this only defines a name",
            hint="the last statement is the value, for example `sum(x)`",
        ).at(text, (statements[-1].name_start, statements[-1].end))
    if not statements:
        raise SyntaxProblem(
            "there is nothing to read: an expression is expected",
            hint="for example `norm2(A*X - B)^2`",
        ).at(text, None)
