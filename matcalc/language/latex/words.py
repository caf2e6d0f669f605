r"""What the book tells a reader of LaTeX: its functions, and the templates that it prints with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from matcalc.language.latex.cursor import plain
from matcalc.language.latex.delimiters import delimited
from matcalc.language.latex.groups import Group, Item, Lexeme, groups
from matcalc.language.signatures import Book

_HOLE = re.compile(r"\$(?:\((?P<bare>\w+)\)|(?P<name>\w+))")
HOLE = "hole"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The items of a template, its holes in the order of the operation's parameters."""

    operation: str
    items: tuple[Item, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """The functions of a book, and its templates by the letter or command they begin with."""

    is_function: Callable[[str], bool]
    patterns: Mapping[str, Sequence[Pattern]]


_KNOWN: WeakKeyDictionary[Book, tuple[int, Words]] = WeakKeyDictionary()


def words_of(book: Book) -> Words:
    """What a book tells, found once for each of its editions."""
    edition, words = _KNOWN.get(book, (-1, None))
    if words is None or edition != book.edition:
        words = Words(lambda word: _has_arguments(book, word), _by_head(book))
        _KNOWN[book] = book.edition, words
    return words


def _has_arguments(book: Book, word: str) -> bool:
    return any(one.parameters for one in book.signatures(word))


def _by_head(book: Book) -> dict[str, list[Pattern]]:
    """The patterns by what they begin with, of each the one first that says most itself."""
    found: dict[str, list[Pattern]] = {}
    for operation, (template, parameters) in book.latex_templates().items():
        holes = _HOLE.sub(lambda one: rf"\{HOLE}{{{one['bare'] or one['name']}}}", template)
        items = delimited(holes, groups(holes))
        named = {one["bare"] or one["name"] for one in _HOLE.finditer(template)}
        head = items[0]
        own = (
            isinstance(head, Lexeme) and head.text != HOLE and not _is_plain(operation, items, book)
        )
        if parameters and named == {*parameters} and isinstance(head, Lexeme) and own:
            found.setdefault(head.text, []).append(Pattern(operation, items, parameters))
    return {head: sorted(ones, key=lambda one: -_size(one.items)) for head, ones in found.items()}


def _is_plain(operation: str, items: Sequence[Item], book: Book) -> bool:
    r"""Whether it is a function and its bracket, which need no pattern: `\exp(X)`."""
    head, *rest = items
    assert isinstance(head, Lexeme)
    is_word = head.text == "operatorname" and len(rest) == 2
    word = plain(rest[:1]) if is_word else head.text
    own = any(one.operation == operation for one in book.signatures(word))
    return own and len(rest) == 1 + is_word


def _size(items: Sequence[Item]) -> int:
    """How many signs a pattern has besides its holes."""
    return sum(
        _size(one.items) if isinstance(one, Group) else 1 - 2 * (one.text == HOLE) for one in items
    )
