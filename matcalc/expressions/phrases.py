"""Words with formulas among them, as conditions and reasons are: `X'*M*X invertible`.

A formula in a phrase is an expression, so that each style writes it in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from matcalc.expressions.nodes import Node


@dataclass(frozen=True)
class Written:
    """Mathematics that is no expression, as each style writes it: the sign of a relation, or what
    stands on the left of an equation.
    """

    text: str
    unicode: str
    latex: str


Phrase = tuple[str | Written | Node, ...]

EQUALS = Written("=", "=", "=")
LESS = Written("<", "<", "<")
AT_MOST = Written("<=", "≤", r"\le")
ONE_OF = Written("in", "=", "=")
UP_TO = Written("..", ", …, ", r", \dots, ")
VANISHES = Written("= 0", "= 0", "= 0")
TO = Written("->", "↦", r"\mapsto")


def filled(template: str, parts: Mapping[str, str | Written | Node | Phrase]) -> Phrase:
    """The words of a template, with the parts in place of their names in braces."""
    words = re.split(r"\{(\w+)\}", template)
    found: list[str | Written | Node] = []
    for place, word in enumerate(words):
        part = parts[word] if place % 2 else word
        found += part if isinstance(part, tuple) else [part]
    return tuple(one for one in found if one != "")


def arranged_phrase(phrase: Phrase, arrange: Callable[[Node], Node]) -> Phrase:
    """The phrase with its formulas in another order."""
    return tuple(arrange(part) if isinstance(part, Node) else part for part in phrase)


def related(left: Node, sign: Written, right: Node) -> Phrase:
    """Two expressions with the sign of a relation between them."""
    return left, " ", sign, " ", right


def listed(phrases: Iterable[Phrase]) -> Phrase:
    """One phrase of all of them, with commas."""
    found = [part for phrase in phrases for part in (", ", *phrase)]
    return tuple(found[1:])
