"""Expressions in Unicode, for a terminal: `2 Aᵀ (A X − B)`."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.printing.names import GREEK, split_name
from matcalc.printing.operations import layout
from matcalc.printing.style import Level, Piece
from matcalc.printing.text import TextStyle

_ABOVE = dict(zip("0123456789-−nipk", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻ⁿⁱᵖᵏ", strict=True))
_BELOW = dict(zip("0123456789nmkpij", "₀₁₂₃₄₅₆₇₈₉ₙₘₖₚᵢⱼ", strict=True))


class UnicodeStyle(TextStyle):
    """Juxtaposition for products, superscripts, and the signs of a book."""

    minus = "−"
    template = "unicode"

    def symbol(self, symbol: Symbol) -> Piece:
        if "tangent" in symbol.structure and symbol.name.startswith("d"):
            return Piece("d" + _name(symbol.name[1:]))
        return Piece(_name(symbol.name))

    def identity(self, order: Dimension) -> Piece:
        return Piece("I" + (_shifted(str(order), _BELOW) or ""))

    def zeros(self, shape: Shape) -> Piece:
        return Piece("0")

    def join(self, parts: Sequence[str]) -> str:
        text = parts[0]
        for part in parts[1:]:
            text += ("·" if part[0].isdigit() else " ") + part
        return text

    def join_entries(self, parts: Sequence[str]) -> str:
        return " ⊙ ".join(parts)

    def over(self, above: str, below: str) -> str:
        return f"{above} / {below}" if " " in above else f"{above}/{below}"

    def over_entries(self, above: str, below: str) -> str:
        return f"{above} ⊘ {below}"

    def power(self, base: Piece, exponent: Piece) -> Piece:
        above = _shifted(self.whole(exponent), _ABOVE)
        if above is None:
            above = "^" + self.within(exponent, Level.ATOM)
        return Piece(self.within(base, Level.ATOM) + above, Level.POSTFIX)

    def root(self, base: Piece) -> Piece:
        return Piece("√" + self.within(base, Level.ATOM), Level.POSTFIX)

    def entry_root(self, base: Piece) -> Piece:
        return self.call("sqrt", [base])

    def transpose(self, base: Piece) -> Piece:
        return Piece(self.within(base, Level.ATOM) + "ᵀ", Level.POSTFIX)

    def dagger(self, base: Piece) -> Piece:
        return Piece(self.within(base, Level.ATOM) + "ᴴ", Level.POSTFIX)

    def plain_transpose(self, base: Piece) -> Piece:
        return self.transpose(base)

    def inverse(self, base: Piece, times: int) -> Piece:
        return self.power(base, Piece(str(times), negative=True))

    def inverse_transpose(self, base: Piece) -> Piece:
        return Piece(self.within(base, Level.ATOM) + "⁻ᵀ", Level.POSTFIX)

    def big(self, is_sum: bool, index: Piece, lower: Piece, upper: Piece, body: Piece) -> Piece:
        sign = "∑" if is_sum else "∏"
        span = f"{index.text}={self.whole(lower)}..{self.whole(upper)}"
        return Piece(f"{sign}({span}, {self.whole(body)})")

    def named(self, name: str) -> str:
        stem, _, primes = split_name(name)
        return _name(name) if primes or stem in GREEK else name


def _name(name: str) -> str:
    stem, index, primes = split_name(name)
    below = _shifted(index, _BELOW)
    if below is None:
        below = "_" + index
    return GREEK.get(stem, stem) + below + "′" * len(primes)


def _shifted(text: str, places: dict[str, str]) -> str | None:
    """The text above or below the line, or None where a character has no such form."""
    moved = [places.get(character, "") for character in text]
    return "".join(moved) if all(moved) else None


def to_unicode(node: Node) -> str:
    """The expression in Unicode.

    >>> from matcalc.expressions.constructors import multiply, number, symbol, transpose
    >>> from matcalc.expressions.dimensions import shape
    >>> A, B = symbol("A", shape("m", "n")), symbol("B", shape("m", "p"))
    >>> to_unicode(multiply(number(2), transpose(A), B))
    '2 Aᵀ B'
    """
    style = UnicodeStyle()
    return style.whole(layout(node, style))
