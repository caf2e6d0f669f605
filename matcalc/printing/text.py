"""Expressions as text in the language of the calculator: `parse(to_text(e)) is e`."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import kind_text
from matcalc.printing.operations import layout
from matcalc.printing.style import Level, Piece, Pieces, Style


class TextStyle(Style):
    """What a person would type."""

    def symbol(self, symbol: Symbol) -> Piece:
        return Piece(symbol.name)

    def identity(self, order: Dimension) -> Piece:
        return Piece(f"eye({order})")

    def zeros(self, shape: Shape) -> Piece:
        return Piece(_of_shape("zeros", shape))

    def ones(self, shape: Shape) -> Piece:
        return Piece(_of_shape("ones", shape))

    def join(self, parts: Sequence[str]) -> str:
        return "*".join(parts)

    def join_entries(self, parts: Sequence[str]) -> str:
        return ".*".join(parts)

    def over(self, above: str, below: str) -> str:
        return f"{above}/{below}"

    def over_entries(self, above: str, below: str) -> str:
        return f"{above}./{below}"

    def power(self, base: Piece, exponent: Piece) -> Piece:
        above = self.within(exponent, Level.POSTFIX)
        return Piece(f"{self.within(base, Level.POSTFIX)}^{above}", Level.POWER)

    def entry_power(self, base: Piece, exponent: Piece) -> Piece:
        above = self.within(exponent, Level.POSTFIX)
        return Piece(f"{self.within(base, Level.POSTFIX)}.^{above}", Level.POWER)

    def root(self, base: Piece) -> Piece:
        return Piece(f"sqrt({self.whole(base)})")

    def entry_root(self, base: Piece) -> Piece:
        return self.root(base)

    def transpose(self, base: Piece) -> Piece:
        return Piece(self.within(base, Level.POSTFIX) + "'", Level.POSTFIX)

    def dagger(self, base: Piece) -> Piece:
        return TextStyle.transpose(self, base)

    def plain_transpose(self, base: Piece) -> Piece:
        return Piece(self.within(base, Level.POSTFIX) + ".'", Level.POSTFIX)

    def inverse(self, base: Piece, times: int) -> Piece:
        once = Piece(f"inv({self.whole(base)})")
        return once if times == 1 else self.power(once, Piece(str(times)))

    def inverse_transpose(self, base: Piece) -> Piece:
        return self.transpose(self.inverse(base, 1))

    def index(self, base: Piece, places: Sequence[str]) -> Piece:
        return Piece(f"{self.within(base, Level.POSTFIX)}[{', '.join(places)}]")

    def blocks(self, rows: Sequence[Pieces]) -> Piece:
        lines = (", ".join(self.whole(piece) for piece in row) for row in rows)
        return Piece(f"[{'; '.join(lines)}]")

    def big(self, is_sum: bool, index: Piece, lower: Piece, upper: Piece, body: Piece) -> Piece:
        name = "sum" if is_sum else "prod"
        span = f"{index.text} in {self.whole(lower)}..{self.whole(upper)}"
        return Piece(f"{name}({span}, {self.whole(body)})")

    def differential(self, inside: Piece) -> Piece:
        return self.call("d", [inside])


def _of_shape(name: str, shape: Shape) -> str:
    if shape.columns == ONE:
        return f"{name}({shape.rows})"
    return f"{name}({shape.rows}, {shape.columns})"


def to_text(node: Node) -> str:
    """The expression as a person would type it; parsing it gives `node` back.

    >>> from matcalc.expressions.constructors import multiply, number, symbol, transpose
    >>> from matcalc.expressions.dimensions import shape
    >>> A, B = symbol("A", shape("m", "n")), symbol("B", shape("m", "p"))
    >>> to_text(multiply(number(2), transpose(A), B))
    "2*A'*B"
    """
    style = TextStyle()
    return style.whole(layout(node, style))


def describe(symbol: Symbol) -> str:
    """The declaration of a variable.

    >>> from matcalc.expressions.constructors import symbol
    >>> from matcalc.expressions.dimensions import shape
    >>> describe(symbol("X", shape("n", "p")))
    'X: matrix(n, p)'
    """
    return f"{symbol.name}: {kind_text(symbol.shape, symbol.structure)}"
