"""What is kept of what was found with the rule book, until the book changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

from matcalc.rulebook import book

Asked = TypeVarTuple("Asked")
Found = TypeVar("Found")


def kept_for_an_edition(
    most: int,
) -> Callable[[Callable[[*Asked], Found]], Callable[[*Asked], Found]]:
    """`lru_cache` for a function that asks the book: one answer for each edition of it.

    A change of the book, `load_rules` or `forget`, makes every answer found before it a stranger.
    """

    def keep(function: Callable[[*Asked], Found]) -> Callable[[*Asked], Found]:
        @lru_cache(maxsize=most)
        def found(edition: int, *arguments: *Asked) -> Found:
            return function(*arguments)

        @wraps(function)
        def current(*arguments: *Asked) -> Found:
            return found(book.edition, *arguments)

        return current

    return keep
