"""A derivation in LaTeX, an `align` of a paper, as lines of matcalc's own language."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.expressions.constructors import symbol
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.declarations import declarations_of, parse_declarations
from matcalc.language.latex.groups import part_of
from matcalc.language.latex.names import Names
from matcalc.language.latex.problem import left_side_of
from matcalc.language.latex.statements import Reader, Statement
from matcalc.language.latex.words import words_of
from matcalc.language.problem import parse_latex
from matcalc.questions.reading import Where
from matcalc.rulebook import book


def latex_lines(text: str, where: Where) -> list[str]:
    r"""The lines of a derivation in LaTeX; one that cannot be read stays as it is.

    The names of each line are known in those below, and dX is the differential of X.

    >>> latex_lines(r"f(x) &= x^\top A x \\ \mathrm{d}f &= 2 x^\top A\,\mathrm{d}x", None)
    ["f(x) = x'*A*x", "df = 2*x'*A*dx"]
    """
    if isinstance(where, str):
        known: Mapping[str, Symbol] = parse_declarations(where)
    else:
        known = declarations_of(where or {})
    reading = _Lines(text, dict(known))
    return [reading.line(one) for one in reading.reader.by_line()]


class _Lines:
    """The lines read so far, and the names that they have."""

    def __init__(self, text: str, known: dict[str, Symbol]) -> None:
        self.reader = Reader(text, Names({*known}), words_of(book))
        self._text, self._known = text, known

    def line(self, statement: Statement) -> str:
        left = left_side_of(self.reader, statement) if len(statement.sides) > 1 else ""
        sides = [
            self._side(side[0].start, side[-1].end)
            for side in statement.sides[bool(left) :]
            if side
        ]
        if sides and left.isidentifier() and isinstance(sides[0], Node):
            self._know(symbol(left, sides[0].shape))
        return " = ".join(
            [left, *map(str, sides)] if left or len(statement.sides) > 1 else [*map(str, sides)]
        )

    def _side(self, start: int, end: int) -> Node | str:
        written = part_of(self._text, start, end)
        try:
            found = parse_latex(written, None, book, symbols=self._known)
        except MatcalcError:
            return self._text[start:end]
        for one in found.symbols.values():
            self._know(one)
        return found.expression

    def _know(self, one: Symbol) -> None:
        self._known.setdefault(one.name, one)
        self._known.setdefault(f"d{one.name}", symbol(f"d{one.name}", one.shape))
