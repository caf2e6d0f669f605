r"""Formulas and words in LaTeX on lines of a given width, in points.

A formula is broken where a person would: between what names stand for, before its outermost signs,
and where that is not enough before those inside brackets, which `\right.` and `\left.` keep whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from matcalc.language.latex.cursor import is_command
from matcalc.language.latex.groups import Lexeme, groups
from matcalc.printing.width import width

_MARKS = re.compile(
    r"(?P<name>(?<=,)(?=\\quad |\\; ))|(?P<comma>(?<=,)(?= ))"
    r"|(?P<plus>(?= [-+] ))|(?P<times>(?= \\[co]dot ))"
    r"|(?P<factor>(?:(?<=\\right\))|(?<=\\top\})|(?<=-1\}))"
    r"(?= ?(?:\\left\(|\\operatorname|\\mat(?:r|hbf)|\\,\\mathrm|[a-zA-Z])))"
    r"|(?P<left>\\left(?:\\[a-zA-Z]+|\\?.))|(?P<right>\\right(?:\\[a-zA-Z]+|\\?.))"
    r"|(?P<open>\{|\\begin\b|\\l[vV]ert)|(?P<close>\}|\\end\b|\\r[vV]ert)"
)
_ORDER = ("comma", "plus", "times", "factor")  # in which places in as many brackets are broken at
_BEGUN = {"factor": r"{}\cdot"}  # what begins a line inside a product
_SPACE = re.compile(r"^(?:\s|\\quad |\\; )+")
_UNIT = re.compile(r"(?:\$[^$]*\$|[^ $])+")
_FORMULA = re.compile(r"\$([^$]*)\$")
_DEEPEST = 8 * len(_ORDER)  # brackets inside each other
_LETTER = 4.5  # of a word


def broken(formula: str, room: float) -> list[str]:
    r"""The lines of a formula, none wider than the room if it can be broken so.

    >>> broken(r"A\left(B + C\right) - D", 42)
    ['A\\left(B\\right.', '\\left.{} + C\\right)', '- D']
    """
    lines = _lines(formula, room, -1)
    if max(map(width, lines)) > room and (other := _with_factor(formula, room)):
        return broken(other, room)
    return lines


def _with_factor(formula: str, room: float) -> str:
    r"""The formula with `\frac{1}{b} \cdot \left(a\right)` for a wide quotient; "" without one."""
    items = groups(formula)
    for before, sign, above, below in zip((None, *items), items, items[1:], items[2:]):  # noqa: B905
        after_function = isinstance(before, Lexeme) and before.command
        top, bottom = formula[above.start : above.end], formula[below.start : below.end]
        if is_command(sign, "frac") and not after_function and width(top) > room / 3:
            factor = rf"\frac{{1}}{bottom} \cdot \left({top[1:-1]}\right)"
            return formula[: sign.start] + factor + formula[below.end :]
    return ""


def _lines(formula: str, room: float, level: int) -> list[str]:
    """The formula broken at one level: -1 between names, then sign by sign in more brackets."""
    if level > _DEEPEST or width(formula) <= room:
        return [formula]
    depth, place = divmod(max(level, 0), len(_ORDER))
    kind = "name" if level < 0 else _ORDER[place]
    opened, closed = r"\left." * depth + _BEGUN.get(kind, "{}" * (depth > 0)), r"\right." * depth
    first, *more = _pieces(formula, kind, depth)
    lines = _lines(first + closed * bool(more), room, level + 1)
    for number, piece in enumerate(more, 1):
        end = closed if number < len(more) else ""
        joined = lines[-1].removesuffix(closed) + piece + end
        if width(joined) <= room:
            lines[-1] = joined
        else:
            lines += _lines(_SPACE.sub("", opened + piece) + end, room, level + 1)
    return lines


def _pieces(formula: str, kind: str, depth: int) -> Iterator[str]:
    """The formula cut at a kind of place inside so many brackets."""
    for start, end in pairwise([0, *_cuts(formula, kind, depth), len(formula)]):
        yield formula[start:end]


def _cuts(formula: str, kind: str, level: int) -> Iterator[int]:
    """The places of a kind inside so many brackets, outside all braces."""
    if kind == "factor" and level == 0 and " = " in formula:
        return  # `A^{\top} v = c` is an equation
    depth = whole = 0
    for mark in _MARKS.finditer(formula):
        found = mark.lastgroup
        whole += (found == "open") - (found == "close")
        if not whole:
            depth += (found == "left") - (found == "right")
            if found == kind and depth == level:
                yield mark.end()


def wrapped(words: str, room: float) -> list[str]:
    """The lines of words with formulas between dollars."""
    lines = [""]
    for unit in _UNIT.findall(words):
        for part in _parts(unit, room):
            longer = f"{lines[-1]} {part}".lstrip()
            if lines[-1] and words_width(longer) > room:
                lines.append(part)
            else:
                lines[-1] = longer
    return lines


def _parts(unit: str, room: float) -> list[str]:
    """Words as they are, a formula too wide on lines."""
    before, *rest = _FORMULA.split(unit, maxsplit=1)
    if not rest or words_width(unit) <= room:
        return [unit]
    formula, after = rest
    lines = [f"${line}$" for line in broken(formula, room)]
    lines[0] = before + lines[0]
    lines[-1] += after
    return lines


def words_width(words: str) -> float:
    """The width of words with formulas between dollars."""
    formulas = _FORMULA.findall(words)
    return _LETTER * len(_FORMULA.sub("", words)) + sum(map(width, formulas))
