"""The parts of a text in LaTeX: its lines, what gaps and commas set apart, its relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from matcalc.language.latex.cursor import WORDS, is_command, is_sign, plain
from matcalc.language.latex.groups import Group, Item, Lexeme

_EQUALS = frozenset(["doteq", "triangleq", "equiv", "coloneqq", "coloneq", "eqqcolon"])
_INEQUALITIES = """
    le leq leqslant ge geq geqslant lt gt preceq succeq ll gg
"""
_LESS = frozenset(_INEQUALITIES.split())
_NEARLY = frozenset(["approx", "propto", "sim", "simeq", "cong"])
_CONSTRAINTS = frozenset(
    ["s.t", "st", "subjectto", "suchthat", "where", "with", "for", "if", "and", "on"]
)
_GAPS = ("quad", "qquad", "hfill", "newline")


def lines(items: Sequence[Item]) -> Iterator[list[Item]]:
    line: list[Item] = []
    for item in (*items, Lexeme("\\", 0, 0, command=True)):
        if is_command(item, "\\"):
            if line:
                yield line
            line = []
        elif not is_sign(item, "&"):
            line.append(item)


def parts(line: Sequence[Item]) -> Iterator[tuple[list[Item], bool]]:
    """The parts between gaps and commas, and whether each stands apart from the one before."""
    part: list[Item] = []
    apart = place = 0
    while place < len(line):
        item, words = line[place], spoken(line, place)
        if is_gap(item) or is_sign(item, ",") or is_sign(item, ";") or _is_constraint(words):
            if part:
                yield part, bool(apart)
            part, apart = [], 1
            place += 2 if _is_constraint(words) else 1
        else:
            part.append(item)
            place += 1
    if part:
        yield part, bool(apart)


def spoken(line: Sequence[Item], place: int) -> str:
    r"""The words of `\text{...}` at a place."""
    item = line[place]
    if isinstance(item, Lexeme) and item.command and item.text in WORDS and place + 1 < len(line):
        return plain([line[place + 1]])
    return ""


def _is_constraint(words: str) -> bool:
    return words.strip(" .:").lower() in _CONSTRAINTS


def is_gap(item: Item) -> bool:
    return is_command(item, *_GAPS)


def is_operator(item: Item) -> bool:
    return isinstance(item, Lexeme) and not item.command and item.text in "+-"


def relation(item: Item) -> str:
    if is_sign(item, "=") or is_command(item, *_EQUALS):
        return "="
    if is_command(item, *_NEARLY):
        return "~"
    return "<" if is_sign(item, "<") or is_sign(item, ">") or is_command(item, *_LESS) else ""


def is_relation(item: Item) -> bool:
    return bool(relation(item))


def stripped(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Without the full stop or comma that ends a sentence, and the colon of `:=`."""
    while items and (is_sign(items[-1], ".") or is_sign(items[-1], ",") or is_sign(items[-1], ";")):
        items = items[:-1]
    kept = [
        one
        for one, after in pairwise((*items, None))
        if one is not None and not (is_sign(one, ":") and is_sign(after, "="))
    ]
    return tuple(kept)


def inner(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """What one pair of brackets around a whole equation holds."""
    whole = items[0] if len(items) == 1 else None
    if isinstance(whole, Group) and whole.kind in ("\\{", "[", "(", "{"):
        return stripped(whole.items) if any(map(is_relation, whole.items)) else items
    return items


def all_of(items: Iterable[Item]) -> Iterator[Lexeme]:
    """The commands, letters and signs, those in groups too."""
    for item in items:
        if isinstance(item, Group):
            yield from all_of(item.items)
        else:
            yield item


def raised_primes(items: Sequence[Item]) -> Iterator[Lexeme]:
    """The primes of names with a transpose after them, as in `B'^\\top`."""
    for place, item in enumerate(items):
        if isinstance(item, Group):
            yield from raised_primes(item.items)
            continue
        after = items[place + 1] if place + 1 < len(items) else None
        if is_sign(item, "'") and is_sign(after, "^") and isinstance(items[place - 1], Lexeme):
            yield item
