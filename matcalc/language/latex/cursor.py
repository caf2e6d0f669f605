r"""Reading through the items of a group, and what marks and scripts say in plain letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from matcalc.language.latex.groups import Group, Item, Lexeme

_STYLES_WORDS = """
    mathbf mathrm mathsf mathit mathcal mathbb mathbbm mathfrak mathscr mathtt mathnormal
    boldsymbol bm pmb text textrm textbf textit textsf texttt operatorname mbox hbox
    ensuremath mathop operatornamewithlimits symbf symbfit symbfup bs vb
"""
STYLES = frozenset(_STYLES_WORDS.split())
_WORDS_WORDS = """
    mathrm text textrm textit textsf operatorname mbox hbox mathit mathsf
"""
WORDS = frozenset(_WORDS_WORDS.split())
_SWITCHES_WORDS = """
    rm bf it sf tt cal bfseries mathbfit em scriptsize small
"""
SWITCHES = frozenset(_SWITCHES_WORDS.split())
_BRACE = re.compile(r"(?<!\\)[{}]")


class Cursor:
    """A place in a sequence of items; what is read may be given back, changed."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._rest = list(items)[::-1]

    def __bool__(self) -> bool:
        return bool(self._rest)

    def take(self) -> Item:
        return self._rest.pop()

    def give_back(self, items: Sequence[Item]) -> None:
        self._rest += items[::-1]

    def ahead(self, count: int) -> list[Item]:
        """The next items, which are not taken."""
        return self._rest[: -count - 1 : -1]

    @property
    def next(self) -> Item | None:
        return self._rest[-1] if self._rest else None

    def takes(self, sign: str) -> bool:
        """Take a sign, if it stands next."""
        if is_sign(self.next, sign):
            self._rest.pop()
            return True
        return False

    def argument(self) -> tuple[Item, ...]:
        r"""What a command or a script takes: what braces hold, else one item with its own."""
        if not self._rest:
            return ()
        item = self.take()
        if isinstance(item, Group) and item.kind == "{":
            return item.items
        if isinstance(item, Lexeme) and item.command and item.text in STYLES | {"sqrt", "frac"}:
            count = 2 if item.text == "frac" else 1
            return (item, *(self._rest.pop() for _ in range(min(count, len(self._rest)))))
        return (item,)

    def letters(self) -> list[Lexeme]:
        """The letters that follow and touch each other."""
        found: list[Lexeme] = []
        while isinstance(self.next, Lexeme) and _is_letter(self.next):
            if found and self.next.start != found[-1].end:
                break
            found.append(self.next)
            self._rest.pop()
        return found


def _is_letter(item: Lexeme) -> bool:
    return not item.command and item.text.isalpha()


def is_sign(item: Item | None, sign: str) -> bool:
    """Whether an item is that sign, no command."""
    return isinstance(item, Lexeme) and not item.command and item.text == sign


def is_command(item: Item | None, *names: str) -> bool:
    """Whether an item is one of these commands."""
    return isinstance(item, Lexeme) and item.command and item.text in names


def plain(items: Iterable[Item]) -> str:
    r"""What a script says, without its style: `{\mathsf T}` is T, `{-\top}` is -\top.

    >>> from matcalc.language.latex.groups import groups
    >>> plain(groups(r"{\rm H}")), plain(groups(r"-\mathsf{T}")), plain(groups("t-1"))
    ('H', '-T', 't-1')
    """
    found = ""
    for item in items:
        if isinstance(item, Group):
            one, other = ("", "") if item.kind == "{" else (item.kind, "")
            found += f"{one}{plain(item.items)}{other}"
        elif not item.command:
            found += item.text
        elif item.text == "_":
            found += "_"
        elif item.text not in STYLES | SWITCHES:
            found += f"\\{item.text}"
    return found


def without_style(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items without the styles around letters, in this group and those in it."""
    kept: list[Item] = []
    for item in items:
        if isinstance(item, Group) and item.kind == "{":
            kept += without_style(item.items)
        elif not (isinstance(item, Lexeme) and item.command and item.text in STYLES | SWITCHES):
            kept.append(item)
    return tuple(kept)


def balanced(text: str, span: tuple[int, int]) -> tuple[int, int]:
    r"""A span with the braces that belong to it, and the command before them.

    >>> text = r"\mathbf{X}\mathbf{W}_{ij}"
    >>> text[slice(*balanced(text, (8, 25)))] == text
    True
    """
    (start, end), depth, lowest = span, 0, 0
    for brace in _BRACE.finditer(text, start, end):
        depth += 1 if brace[0] == "{" else -1
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        start = max(text.rfind("{", 0, start), 0)
        command = text.rfind("\\", 0, start)
        start = command if text[command + 1 : start].isalpha() else start
    for _ in range(depth - lowest):
        end = text.find("}", end) + 1 or len(text)
    return start, end


def span_of(items: Sequence[Item]) -> tuple[int, int]:
    """Where the items stand."""
    return items[0].start, items[-1].end
