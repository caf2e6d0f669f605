"""What a token is by those before it: bars and angles that open or close, words that are products.

In `||A*x - b||` the first bars open and the last ones close; in `x'Ax`, where A or x is a name of
the problem and Ax is none, the word is the product of its letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matcalc.expressions.errors import SyntaxProblem

if TYPE_CHECKING:
    from lark import Token

_CLOSED = "CLOSE CLOSE_BLOCK CLOSE_BAR CLOSE_NORM CLOSE_ANGLE"
_ENDS = frozenset(f"NAME INDEXED NUMBER DOTTED TICK SUPERSCRIPT {_CLOSED}".split())
LOGARITHMS = ("log", "ln")  # log|X| is that of a determinant
_CAPITAL = r"A-Z\u0391-\u03a9"
_SMALL = r"a-z\u03b1-\u03c9"
_LETTER = _CAPITAL + _SMALL
_WORD = re.compile(rf"[{_CAPITAL}]+[{_LETTER}]")
_SINGLE = re.compile(rf"(?<![\w.])[{_LETTER}](?![\w.(])")
_OF_FUNCTION = re.compile(rf"(?<![\w.])([{_SMALL}])['\u2019\u2032]+\(")
_WORDS = re.compile(rf"(?<![A-Za-z_.])(?:[{_CAPITAL}]+[{_LETTER}])(?!\w)")
_PRIMED = re.compile(r"(?<!['\u2019\u2032])['\u2019\u2032]+\(")
_AFTER_A_SIGN = re.compile(r"[A-Z]['\u2019\u2032]\(")


class Surface:
    """Tells the tokens of one text; lark asks it for every text that it reads."""

    always_accept = ("BAR",)

    def __init__(self) -> None:
        self._text, self._names, self._plain = "", frozenset[str](), True

    def begin(self, text: str, names: frozenset[str]) -> None:
        """The text that is read next, and the names that stand for values in it."""
        if text is self._text and names is self._names:
            return  # another statement of the same text, which is looked at once
        self._text = text
        self._names = names
        self._plain = not (
            any(mark in text for mark in "|\u2016<⟨〈")
            or _AFTER_A_SIGN.search(text)
            or any(word not in names for word in _WORDS.findall(text))
            or any(text.endswith((*names,), 0, one.start()) for one in _PRIMED.finditer(text))
        )

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens as the grammar has them."""
        return stream if self._plain else self._told(stream)

    def _told(self, stream: Iterator[Token]) -> Iterator[Token]:
        opened: list[tuple[str, Token]] = []
        previous = ""
        logarithm = None
        for token in stream:
            of_two = previous in _ENDS and bool(opened) and opened[-1][0] == "BAR"
            for one in self._parts(token, of_two):
                told = self._bar(one, previous, opened)
                if logarithm is not None and told.type != "OPEN_BAR":
                    yield logarithm
                elif logarithm is not None:
                    told = told.update(value=f"{logarithm}|")
                    told.start_pos = logarithm.start_pos
                previous = told.type
                logarithm = told if told.type == "NAME" and told in LOGARITHMS else None
                if logarithm is None:
                    yield told
        if logarithm is not None:
            yield logarithm
        if opened:
            first = opened[-1][1]
            raise SyntaxProblem(f"the `{first}` that opens is never closed").at(
                self._text, (first.start_pos or 0, first.end_pos or 0)
            )

    def _parts(self, token: Token, closes_one: bool) -> Iterator[Token]:
        """`A'(x)` is a product where A is a variable; `Ax` is one where a letter of it is; in
        `|x||y|` the two bars in the middle are one that closes and one that opens.
        """
        if token.type == "BAR" and token == "||" and closes_one:
            yield from (_piece(token, "BAR", place, place + 1) for place in range(2))
        elif token.type == "PRIMED" and self._is_variable(token.rstrip("'\u2019\u2032")):
            word = token.rstrip("'\u2019\u2032")
            yield _piece(token, "NAME", 0, len(word))
            for place in range(len(word), len(token)):
                yield _piece(token, "TICK", place, place + 1)
        elif token.type == "NAME" and self._is_product(token):
            for place in range(len(token)):
                yield _piece(token, "NAME", place, place + 1)
        else:
            yield token

    def _is_variable(self, word: str) -> bool:
        return word in self._names or word.isupper()

    def _is_product(self, token: Token) -> bool:
        if not _WORD.fullmatch(token) or token in self._names:
            return False
        after = self._text[token.end_pos or 0 :].lstrip()[:1]
        return after != "(" and any(letter in self._names for letter in token)

    def _bar(self, token: Token, previous: str, opened: list[tuple[str, Token]]) -> Token:
        """The token, told whether it opens or closes."""
        kind = _KINDS.get(str(token)[:1] if token.type in ("BAR", "COMPARED") else "", "")
        if not kind or (kind == "ANGLE" and len(token) > 1):
            return token
        kind = "NORM" if kind == "BAR" and token[:2] == "||" else kind
        after_operand = previous in _ENDS
        if after_operand and opened and opened[-1][0] == kind and token not in _OPENING:
            opened.pop()
            return token.update(type=f"CLOSE_{kind}")
        if token.type == "COMPARED" and (after_operand or token == ">"):
            return token
        opened.append((kind, token))
        return token.update(type=f"OPEN_{kind}")


_OPENING = ("<", "⟨", "〈")
_KINDS = {"|": "BAR", "\u2016": "NORM", **dict.fromkeys("<>⟨⟩〈〉", "ANGLE")}


def names_in(text: str) -> frozenset[str]:
    """The single letters that stand for values in a text: alone, not as the f of f'(x) only."""
    values = _OF_FUNCTION.sub("(", text)
    inside = {*"".join(_WORDS.findall(text))} & {*_OF_FUNCTION.findall(text)}
    return frozenset(_SINGLE.findall(values)) | inside


def words_without(text: str, known: Iterable[str], sought: Iterable[str]) -> frozenset[str]:
    """The words such as Ax that may be products or names: neither they nor their letters are
    `known`, nor are these what is `sought` and stands nowhere else.
    """
    told = {*known, *sought} - ({*_SINGLE.findall(text)} - {*known})
    words = {found[0] for found in _WORDS.finditer(text) if text[found.end() :].lstrip()[:1] != "("}
    return frozenset(word for word in words if not told & {word, *word})


def _piece(token: Token, kind: str, first: int, last: int) -> Token:
    """A part of a token as a token of its own."""
    start = (token.start_pos or 0) + first
    piece = token.update(type=kind, value=token[first:last])
    piece.start_pos, piece.end_pos = start, start + last - first
    return piece
