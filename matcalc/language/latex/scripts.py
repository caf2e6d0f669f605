r"""What stands above and below: transposes, powers, indices, primes, `(...)_+`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matcalc.language.latex.cursor import Cursor, is_command, is_sign, plain
from matcalc.language.latex.groups import Item, Lexeme
from matcalc.language.latex.tokens import Span, Tokens

_TRANSPOSES = frozenset(["T", "\\top", "\\intercal", "\\mathsf{T}", "\\transp", "\\tran"])
_ADJOINTS = frozenset(["H", "\\mathsf{H}", "\\hermitian"])
_STARS = frozenset(["*", "\\ast", "\\star"])
_TURNED = (*_TRANSPOSES, *_ADJOINTS, "\\prime", "'")
_INVERSES = {f"{minus}{mark}": mark for minus in ("-", "-1") for mark in _TURNED}
_PSEUDO = {"+": "+", "\\dagger": "\\dagger"}


@dataclass
class Scripts:
    """What stands at an operand, in the order of paper: below, then above."""

    below: tuple[Item, ...] = ()
    above: list[tuple[Item, ...]] = field(default_factory=list)
    primes: int = 0
    accent: str = ""
    end: int = 0
    raised_first: bool = False  # as in `A^2_{ij}`

    def read(self, rest: Cursor) -> Scripts:
        """Take all the scripts that follow."""
        while rest:
            item = rest.next
            if is_sign(item, "'"):
                self.primes += 1
                self.above.append((rest.take(),))
            elif is_sign(item, "^"):
                rest.take()
                self.above += filter(None, [rest.argument()])
            elif is_sign(item, "_") and not self.below:
                rest.take()
                self.below, self.raised_first = rest.argument(), bool(self.above)
            else:
                break
            self.end = self.above[-1][-1].end if self.above and self.above[-1] else self.end
        return self


def scripts(tokens: Tokens, rest: Cursor) -> None:
    """The scripts at an operand that is no name."""
    marks = Scripts().read(rest)
    if marks.below:
        require_one_reading(tokens, marks)
        _entry_of(tokens, marks.below)
    write_scripts(tokens, marks)


def require_one_reading(tokens: Tokens, marks: Scripts) -> None:
    r"""Refuse `A_{ij}^\top`, on paper the same as `A^\top_{ij}`: an entry of which matrix?"""
    for items in marks.above:
        mark = plain(items)
        turned = mark in _TRANSPOSES | _ADJOINTS | _INVERSES.keys() | {"-1", "'"}
        if items and _is_entry(marks.below) and (turned or marks.raised_first):
            above, below = tokens.written(items), tokens.written(marks.below)
            raise tokens.refuse(
                f"`^{{{above}}}_{{{below}}}` may be of the matrix or of its entry",
                (min(items[0].start, marks.below[0].start), marks.end),
                f"write `(A^{{{above}}})_{{{below}}}` or `(A_{{{below}}})^{{{above}}}`",
            )


def _is_entry(below: Sequence[Item]) -> bool:
    """Whether what stands below are two positions: ij, or i,j without a range."""
    mark = plain(below)
    return ":" not in mark and (mark.count(",") == 1 or (len(mark) == 2 and mark.isalnum()))


def _entry_of(tokens: Tokens, below: Sequence[Item]) -> None:
    """`(x)_+` is the positive part, `(A)_{ij}` an entry."""
    span = below[0].start, below[-1].end
    if plain(below) == "+":
        tokens.put("POSITIVE", "+", span)
        tokens.report(span, "`(...)_+` is read as the positive part")
        return
    if plain(below) == "\\times":
        tokens.put("CROSS", "×", span)
        tokens.report(span, "`[...]_\\times` is read as the matrix of the cross product")
        return
    block(tokens, below)


def block(tokens: Tokens, below: Sequence[Item]) -> None:
    """Subscripts as positions of an entry: `_{ij}` of two letters, else what commas separate."""
    span = below[0].start, below[-1].end
    tokens.put("OPEN_ENTRY", "[", span)
    parts: list[list[Item]] = [[]]
    letters = len(below) == 2 and all(isinstance(one, Lexeme) and not one.command for one in below)
    for item in below:
        if is_sign(item, ",") or (letters and parts[-1]):
            parts.append([])
        if not is_sign(item, ","):
            parts[-1].append(item)
    for place, part in enumerate(parts):
        if place:
            tokens.put("COMMA", ",", span)
        _position(tokens, part, span)
    tokens.put("CLOSE_ENTRY", "]", span)


def _position(tokens: Tokens, part: Sequence[Item], span: Span) -> None:
    colon = next((place for place, one in enumerate(part) if is_sign(one, ":")), None)
    if colon is None:
        tokens.sequence(part, span[1])
        return
    tokens.sequence(part[:colon], span[1])
    tokens.put("COLON", ":", span)
    tokens.sequence(part[colon + 1 :], span[1])


def write_scripts(tokens: Tokens, marks: Scripts) -> None:
    """What stands above, from left to right."""
    for items in marks.above:
        if items:
            _above(tokens, items)


def is_transpose(items: Sequence[Item]) -> bool:
    """Whether what stands above transposes."""
    return plain(items) in _TRANSPOSES or {*plain(items)} == {"'"}


def _above(tokens: Tokens, items: Sequence[Item]) -> None:
    span = items[0].start, items[-1].end
    mark = plain(items)
    if mark in _TURNED and tokens.names.knows(mark):
        tokens.report(span, f"`^{mark}` is read as the transpose, not as the variable {mark}")
    if set(mark.replace("\\prime", "'")) == {"'"}:
        for _ in mark.replace("\\prime", "'"):
            tokens.put("TICK", "'", span)
    elif mark in _TRANSPOSES:
        tokens.put("TICK", ".'", span)
    elif mark in _ADJOINTS or mark in _STARS:
        tokens.put("TICK", "'", span)
    elif mark in _INVERSES:
        tokens.put("TICK", ".I", span)
        tokens.put("TICK", ".'" if _INVERSES[mark] in _TRANSPOSES else "'", span)
    elif mark in _PSEUDO:
        tokens.put("PSEUDO", mark, span)
        tokens.report(span, f"`^{tokens.shown(span)}` is read as the pseudo-inverse")
    elif is_command(items[0], "circ", "odot") and len(items) > 1:
        tokens.put("ENTRY_POWER", ".^", span)
        tokens.bracketed(items[1:], span)
    elif is_command(items[0], "circ"):
        raise tokens.refuse(r"`^\circ` alone is not read", span, r"entry by entry is `x^{\circ 2}`")
    else:
        tokens.put("POWER", "^", span)
        tokens.bracketed(items, span)
