"""What a printed piece is, how tightly it binds, and what a style of printing must say.

The layout pass is the same for every style; a `Style` holds the few things that differ. A piece
is put in brackets where it binds more loosely than its place asks for, or carries a minus sign.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction

from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.nodes import Symbol


class Level(IntEnum):
    """How tightly a piece binds, loosest first; the same table serves every style."""

    SUM = 1
    PRODUCT = 2
    FRACTION = 3
    POWER = 4
    POSTFIX = 5
    ATOM = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A printed expression; `text` is without the minus sign that `negative` says it has."""

    text: str
    level: Level = Level.ATOM
    negative: bool = False

    def signed(self, negative: bool) -> Piece:
        return replace(self, negative=negative)


Pieces = Sequence[Piece]


class Style(ABC):
    """The marks of one way of printing; pieces come in, pieces go out."""

    minus: str = "-"
    negative_entry_powers: bool = False
    """Whether 1./X is shown as a power of X rather than as a quotient."""
    ones_as_scalar: bool = True
    """Whether s*ones(n) is shown as s where it is added to something of its shape."""
    template: str = ""
    """The key of an operation's template in the rule book; empty: always `name(arguments)`."""

    # ------------------------------------------------------------ signs and brackets

    def bracket(self, text: str) -> str:
        return f"({text})"

    def whole(self, piece: Piece) -> str:
        """The piece with its sign."""
        return self.minus + piece.text if piece.negative else piece.text

    def within(self, piece: Piece, level: Level) -> str:
        """The piece as it stands where at least `level` is asked for."""
        if piece.negative or piece.level < level:
            return self.bracket(self.whole(piece))
        return piece.text

    # ------------------------------------------------------------ leaves

    @abstractmethod
    def symbol(self, symbol: Symbol) -> Piece: ...

    @abstractmethod
    def identity(self, order: Dimension) -> Piece: ...

    @abstractmethod
    def zeros(self, shape: Shape) -> Piece: ...

    @abstractmethod
    def ones(self, shape: Shape) -> Piece: ...

    # ------------------------------------------------------------ arithmetic

    @abstractmethod
    def join(self, parts: Sequence[str]) -> str:
        """The matrix product of what is printed."""

    @abstractmethod
    def join_entries(self, parts: Sequence[str]) -> str:
        """The entrywise product of what is printed."""

    @abstractmethod
    def over(self, above: str, below: str) -> str:
        """A quotient by a scalar, on one line."""

    @abstractmethod
    def over_entries(self, above: str, below: str) -> str:
        """An entrywise quotient."""

    @abstractmethod
    def power(self, base: Piece, exponent: Piece) -> Piece: ...

    @abstractmethod
    def entry_power(self, base: Piece, exponent: Piece) -> Piece: ...

    @abstractmethod
    def root(self, base: Piece) -> Piece: ...

    @abstractmethod
    def entry_root(self, base: Piece) -> Piece: ...

    @abstractmethod
    def transpose(self, base: Piece) -> Piece: ...

    @abstractmethod
    def dagger(self, base: Piece) -> Piece:
        """The conjugate transpose."""

    def plain_transpose(self, base: Piece) -> Piece:
        """The transpose of something complex, which is not conjugated."""
        return self.transpose(base)

    @abstractmethod
    def inverse(self, base: Piece, times: int) -> Piece:
        """The inverse, repeated `times` times."""

    @abstractmethod
    def inverse_transpose(self, base: Piece) -> Piece: ...

    def sum(self, terms: Pieces) -> str:
        """Signed terms in order."""
        first, *rest = terms
        text = [self.minus + self._term(first) if first.negative else self._term(first)]
        for term in rest:
            text.append(f" {self.minus if term.negative else '+'} {self._term(term)}")
        return "".join(text)

    def _term(self, piece: Piece) -> str:
        return self.within(piece.signed(False), Level.PRODUCT)

    def numbers(self, pieces: Pieces) -> list[str]:
        return [self.within(piece, Level.FRACTION) for piece in pieces]

    def quotient(self, value: Fraction, above: Pieces, below: Pieces) -> Piece:
        """A positive number times what is `above`, divided by the scalars `below`."""
        top = leading(value.numerator, above)
        bottom = leading(value.denominator, below)
        if not bottom:
            return self.row(top)
        above_line = self.within(self.row(top), Level.PRODUCT)
        below_line = self.within(self.row(bottom), Level.FRACTION)
        return Piece(self.over(above_line, below_line), Level.PRODUCT)

    def row(self, pieces: Pieces) -> Piece:
        """The product of the pieces, 1 where there are none."""
        if not pieces:
            return Piece("1")
        if len(pieces) == 1:
            return pieces[0]
        return Piece(self.join(self.numbers(pieces)), Level.PRODUCT)

    def entry_quotient(
        self, value: Fraction, scalars: Pieces, below: Pieces, tops: Pieces, bottoms: Pieces
    ) -> Piece:
        """A number and scalars times an entrywise product, over scalars and entries below."""
        if not bottoms:
            entries = [self._entries(tops, alone=not (scalars or below) and value == 1)]
            return self.quotient(value, [*scalars, *entries], below)
        above = [*leading(value.numerator, scalars)]
        above += [self._entries(tops, alone=not above)] if tops else []
        under = [*leading(value.denominator, below)]
        under += [self._entries(bottoms, alone=not under)]
        line = self.over_entries(
            self.within(self.row(above), Level.PRODUCT),
            self.within(self.row(under), Level.FRACTION),
        )
        return Piece(line, Level.PRODUCT)

    def _entries(self, pieces: Pieces, alone: bool) -> Piece:
        """An entrywise product; beside scalars it needs no brackets: 2*A.*B is 2*(A.*B)."""
        if len(pieces) == 1:
            return pieces[0]
        text = self.join_entries(self.numbers(pieces))
        return Piece(text, Level.PRODUCT if alone else Level.FRACTION)

    # ------------------------------------------------------------ what has its own syntax

    def call(self, name: str, arguments: Pieces) -> Piece:
        """An operation by its name."""
        inside = ", ".join(self.whole(argument) for argument in arguments)
        return Piece(self.named(name) + self.bracket(inside))

    def named(self, name: str) -> str:
        """The name of an operation or a function."""
        return name

    @abstractmethod
    def index(self, base: Piece, places: Sequence[str]) -> Piece:
        """Entries of a vector or matrix; a place is an index, a range or `:`."""

    @abstractmethod
    def blocks(self, rows: Sequence[Pieces]) -> Piece: ...

    @abstractmethod
    def big(self, is_sum: bool, index: Piece, lower: Piece, upper: Piece, body: Piece) -> Piece:
        """A sum, else a product, over an index."""

    @abstractmethod
    def differential(self, inside: Piece) -> Piece: ...


def leading(value: int, pieces: Pieces) -> list[Piece]:
    """The number in front of the pieces, left out where it is 1."""
    return [*([Piece(str(value))] if value != 1 else []), *pieces]
