"""The shapes inferred so far in the words of the text, and where each came from.

Dimensions that nothing determined get names: x is n x 1, A is m x n.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.nodes import Symbol
from matcalc.language.kinds import kind_text
from matcalc.language.latex.cursor import balanced
from matcalc.language.meeting import Sides
from matcalc.language.syntax import Call, Chain, Name, Syntax
from matcalc.language.unification import Unifier
from matcalc.language.vocabulary import Source, Undeclared, Vocabulary

_LONGEST_QUOTE = 40
_MOST_ORIGINS = 4


def quoted(piece: str) -> str:
    """A piece of a text as a message shows it, shortened where it is long."""
    piece = " ".join(piece.split())
    if len(piece) > _LONGEST_QUOTE:
        piece = piece[: _LONGEST_QUOTE // 2 - 2] + " ... " + piece[3 - _LONGEST_QUOTE // 2 :]
    return f"`{piece}`"


class Shapes:
    """The shapes inferred so far, in the words of the text."""

    def __init__(
        self,
        source: Source,
        vocabulary: Vocabulary,
        unifier: Unifier,
        sides: list[Sides],
        variables: dict[str, Sides],
    ) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.unifier = unifier
        self.sides = sides
        self.variables = variables
        self._given: dict[str, Dimension] | None = None

    def shape(self, sides: Sides) -> Shape:
        """The sides with all that is known; the unknowns of variables get names."""
        if self._given is None:
            self._given = self._names_for([*self.variables.values()])
        rows, columns = (resolved(self.unifier, side, self._given) for side in sides)
        return Shape(rows, columns)

    def name_everything(self) -> None:
        """Give names to the unknowns of every node, variables first."""
        self._given = self._names_for([*self.variables.values(), *self.sides])

    def _names_for(self, every: list[Sides]) -> dict[str, Dimension]:
        taken = {node.word for node in self.source.arena if isinstance(node, Name)}
        taken |= {n for symbol in self.source.declared.values() for n in symbol.shape.names}
        taken |= {n for size in self.vocabulary.sizes.values() for n in size.names}
        own = (symbol for one in self.source.placed for symbol in one.formula.declared)
        taken |= {name for symbol in own for name in symbol.shape.names}
        return name_unknowns(self.unifier, every, taken)

    def of(self, node: Syntax) -> Shape:
        """The shape of a node."""
        return self.shape(self.sides[node.place])

    def quote(self, span: tuple[int, int]) -> str:
        """A piece of the text, shortened where it is long."""
        return quoted(self.source.text[slice(*balanced(self.source.text, span))])

    def named(self, node: Syntax) -> str:
        """A node with its shape: `A*X` (m x p)."""
        return f"{self.quote(node.span)} ({spoken(self.of(node))})"

    def origins(self, node: Syntax) -> str:
        """Where the shapes of the names under a node come from."""
        told: dict[str, str] = {}
        for inner in self.source.arena[node.first : node.place + 1]:
            if isinstance(inner, Name) and inner.word not in told:
                told[inner.word] = self._origin(inner)
            if len(told) > 2 * _MOST_ORIGINS:
                break
        facts = [fact for fact in told.values() if fact]
        more = "; ..." if len(facts) > _MOST_ORIGINS else ""
        return "; ".join(facts[:_MOST_ORIGINS]) + more

    def _origin(self, node: Name) -> str:
        match self.vocabulary.meanings.get(node.place):
            case Symbol(name=name, shape=shape, structure=structure) if (
                name in self.source.declared
            ):
                return f"{name} {self.source.verb_of_known} {kind_text(shape, structure)}"
            case Undeclared(word=word):
                kind = kind_text(self.shape(self.variables[word]))
                return f"{word} is taken for {kind}{self._evidence(node)}"
            case _:
                return ""

    def _evidence(self, node: Name) -> str:
        """The first product, sum or call that an undeclared name takes part in."""
        for name in self.source.arena[: node.place + 1]:
            if isinstance(name, Name) and name.word == node.word:
                for outer in self.source.arena[name.place + 1 : len(self.sides)]:
                    if outer.first <= name.place and isinstance(outer, Chain | Call):
                        return f" from {self.quote(outer.span)}"
                return ""
        return ""


def spoken(shape: Shape) -> str:
    """A shape in a sentence."""
    return "a scalar" if shape.is_scalar else str(shape)


_ROWS = ("m", "n", "p", "q", "k", "l", "r")
_ORDERS = ("n", "m", "p", "q", "k", "l", "r")


def name_unknowns(
    unifier: Unifier,
    variables: Iterable[tuple[Dimension, Dimension]],
    taken: Iterable[str],
) -> dict[str, Dimension]:
    """A name for every unknown in the sides of `variables`, none of them in `taken`."""
    used = set(taken)
    given: dict[str, Dimension] = {}
    for sides in variables:
        rows, columns = (unifier.resolve(side).substitute(given) for side in sides)
        tall = rows != columns and any(name[0] == "?" for name in columns.names)
        for size, preferred in ((rows, _ROWS if tall else _ORDERS), (columns, _ORDERS)):
            for unknown in sorted(name for name in size.names if name[0] == "?"):
                if unknown not in given:
                    given[unknown] = dimension(_next_name(preferred, used))
    return given


def _next_name(preferred: tuple[str, ...], used: set[str]) -> str:
    for name in _candidates(preferred):
        if name not in used:
            used.add(name)
            return name
    raise AssertionError("names never run out")


def _candidates(preferred: tuple[str, ...]) -> Iterator[str]:
    yield from preferred
    count = 1
    while True:
        yield f"n{count}"
        count += 1


def resolved(unifier: Unifier, size: Dimension, given: Mapping[str, Dimension]) -> Dimension:
    """A dimension with all that is known, unknowns under their given names."""
    return unifier.resolve(size).substitute(given)
