r"""Expressions in LaTeX for a paper, with plain amsmath: `2 A^{\top}\left(A X - B\right)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from matcalc.expressions.constructors import from_dimension
from matcalc.expressions.dimensions import ONE, SCALAR, Dimension, Shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.latex.names import ACCENTS
from matcalc.printing.names import COMMANDS, GREEK, split_name
from matcalc.printing.operations import layout
from matcalc.printing.style import Level, Piece, Pieces, Style, leading
from matcalc.printing.typesetting import PLAIN

_OPERATORS = (
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "exp", "log", "det",
)  # fmt: skip
_BIG = (r"\sum", r"\prod")
_ONES = r"\mathbf{1}"
_TANGENT = r"\mathrm{d}"
_LONG = (r"\mathit", r"\matr{\mathit")
_LETTERS = re.compile(r"[a-zA-Z]+|\\matr\{[a-zA-Z]\}")
_ACCENTS = frozenset(ACCENTS.values()) - {""}
_SHIFTED = re.compile(r"([a-z])([mp])(\d)")  # t-1, as names have it


class LatexStyle(Style):
    """The marks of a paper."""

    negative_entry_powers = True
    ones_as_scalar = False
    template = "latex"

    def bracket(self, text: str) -> str:
        return rf"\left({text}\right)"

    # ------------------------------------------------------------ leaves

    def symbol(self, symbol: Symbol) -> Piece:
        if "tangent" in symbol.structure and symbol.name.startswith("d"):
            return Piece(_TANGENT + _name(symbol.name[1:], symbol.shape))
        if "function" in symbol.structure and len(symbol.name) > 1:
            return Piece(self.named(symbol.name))
        return Piece(_name(symbol.name, symbol.shape))

    def identity(self, order: Dimension) -> Piece:
        return Piece(rf"\matr{{I}}_{{{self._dimension(order)}}}")

    def zeros(self, shape: Shape) -> Piece:
        return Piece("0")

    def ones(self, shape: Shape) -> Piece:
        if shape.columns == ONE:
            return Piece(_ONES)
        if shape.rows == ONE:
            return Piece(_ONES + r"^{\top}", Level.POSTFIX)
        return Piece(_ONES + _ONES + r"^{\top}", Level.FRACTION)

    def _dimension(self, size: Dimension) -> str:
        return self.whole(layout(from_dimension(size), self))

    # ------------------------------------------------------------ arithmetic

    def join(self, parts: Sequence[str]) -> str:
        text = parts[0]
        for left, right in pairwise(parts):
            text += _between(left, right) + right
        return text

    def join_entries(self, parts: Sequence[str]) -> str:
        return r" \odot ".join(parts)

    def over(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def over_entries(self, above: str, below: str) -> str:
        return rf"{above} \oslash {below}"

    def quotient(self, value: Fraction, above: Pieces, below: Pieces) -> Piece:
        if below and above and above[-1].text.startswith(_ONES):
            return self.row([self.quotient(value, above[:-1], below), above[-1]])
        short = value.numerator == 1 and len(above) == 1 and above[0].level == Level.ATOM
        if below or short or not above:
            top = self.row(leading(value.numerator, above))
            bottom = self.row(leading(value.denominator, below))
            if bottom.text == "1":
                return top
            return Piece(self.over(self.whole(top), self.whole(bottom)), Level.FRACTION)
        if value.denominator == 1:
            return self.row(leading(value.numerator, above))
        return self.row([self.quotient(value, [], []), *above])

    def row(self, pieces: Pieces) -> Piece:
        is_big = bool(pieces) and pieces[-1].text.startswith(_BIG)
        if len(pieces) > 1 and is_big and pieces[-1].level >= Level.PRODUCT:
            front = self.join(self.numbers(pieces[:-1]))
            return Piece(f"{front} {pieces[-1].text}", Level.PRODUCT)
        return super().row(pieces)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        return self._above(base, self.whole(exponent))

    def entry_power(self, base: Piece, exponent: Piece) -> Piece:
        simple = exponent.level == Level.ATOM
        above = self.whole(exponent) if simple else self.bracket(self.whole(exponent))
        return self._above(base, rf"\circ {above}")

    def entry_root(self, base: Piece) -> Piece:
        return self._above(base, r"\circ 1/2")

    def root(self, base: Piece) -> Piece:
        return Piece(rf"\sqrt{{{self.whole(base)}}}", Level.POSTFIX)

    def transpose(self, base: Piece) -> Piece:
        return self._above(base, r"\top")

    def dagger(self, base: Piece) -> Piece:
        return self._above(base, r"\mathsf{H}")

    def inverse(self, base: Piece, times: int) -> Piece:
        return self._above(base, f"-{times}")

    def inverse_transpose(self, base: Piece) -> Piece:
        return self._above(base, r"-\top")

    def _above(self, base: Piece, mark: str) -> Piece:
        return Piece(f"{self.within(base, Level.ATOM)}^{{{mark}}}", Level.POSTFIX)

    # ------------------------------------------------------------ what has its own syntax

    def named(self, name: str) -> str:
        if name in _OPERATORS:
            return "\\" + name
        stem, _, primes = split_name(name)
        if primes or stem in GREEK:
            return _name(name)
        return rf"\operatorname{{{_escaped(name)}}}"

    def index(self, base: Piece, places: Sequence[str]) -> Piece:
        plain = base.level == Level.ATOM and not base.negative and not set("_'") & set(base.text)
        text = base.text if plain else rf"\left[{self.whole(base)}\right]"
        return Piece(f"{text}_{{{','.join(places)}}}")

    def blocks(self, rows: Sequence[Pieces]) -> Piece:
        width = max(map(len, rows))
        full = [[*row] * width if [part.text for part in row] == ["0"] else row for row in rows]
        ragged = len(set(map(len, full))) > 1
        lines = r" \\ ".join(self._block_row(row, ragged) for row in full)
        return Piece(rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}")

    def _block_row(self, row: Pieces, apart: bool) -> str:
        """The blocks of a row, held together where the rows have unequal numbers of them."""
        line = " & ".join(map(self.whole, row))
        return rf"\begin{{bmatrix}} {line} \end{{bmatrix}}" if apart and len(row) > 1 else line

    def big(self, is_sum: bool, index: Piece, lower: Piece, upper: Piece, body: Piece) -> Piece:
        sign = r"\sum" if is_sum else r"\prod"
        span = f"_{{{index.text}={self.whole(lower)}}}^{{{self.whole(upper)}}}"
        return Piece(f"{sign}{span} {self.within(body, Level.PRODUCT)}", Level.PRODUCT)

    def differential(self, inside: Piece) -> Piece:
        if _LETTERS.fullmatch(inside.text) and not inside.negative:
            return Piece(_TANGENT + inside.text)
        return Piece(rf"{_TANGENT}\!{self.bracket(self.whole(inside))}")


def _between(left: str, right: str) -> str:
    """The space between two factors."""
    if right[0].isdigit():
        return r" \cdot "
    if right.startswith((_TANGENT, _ONES, *_LONG)) or left.startswith((_TANGENT, *_LONG)):
        return r"\,"
    return "" if right.startswith(r"\left") else " "


def _name(name: str, shape: Shape = SCALAR) -> str:
    r"""A name as papers write it: \hat{x}_{i} for x_hat_i, h_{t-1} for h_tm1, B' for B_prime.

    The reader of LaTeX gives the name back (language/latex/names.py).
    """
    stem, index, primes = split_name(name)
    marks = index.split("_") if index else []
    text = _word(stem) if shape.is_scalar else rf"\matr{{{_word(stem)}}}"
    for mark in [*marks]:
        if mark in _ACCENTS:
            text = rf"\{mark}{{{text}}}"
            marks.remove(mark)
    text += "'" * (len(primes) + marks.count("prime"))
    below = "_".join(mark for mark in marks if mark != "prime")
    return f"{text}_{{{_index(below)}}}" if below else text


def _index(mark: str) -> str:
    if found := _SHIFTED.fullmatch(mark):
        return f"{found[1]}{'-' if found[2] == 'm' else '+'}{found[3]}"
    return {"star": "*"}.get(mark) or (mark if mark.isdigit() else _word(mark))


def _word(word: str) -> str:
    letter = GREEK.get(word, word)
    if letter in COMMANDS:
        return COMMANDS[letter]
    if len(word) == 1:
        return word
    return rf"\mathit{{{_escaped(word)}}}"


def _escaped(word: str) -> str:
    return word.replace("_", r"\_")


def in_macros(node: Node) -> str:
    """The expression with the macros of `typesetting`, before they take their form."""
    style = LatexStyle()
    return style.whole(layout(node, style))


def to_latex(node: Node) -> str:
    r"""The expression in LaTeX, to stand in mathematics mode.

    >>> from matcalc.expressions.constructors import multiply, number, symbol, transpose
    >>> from matcalc.expressions.dimensions import shape
    >>> A, B = symbol("A", shape("m", "n")), symbol("B", shape("m", "p"))
    >>> print(to_latex(multiply(number(2), transpose(A), B)))
    2 A^{\top} B
    """
    return PLAIN.written(in_macros(node))
