"""Inner products at a variable, ready for directions U and V and a covector G."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcalc.expressions.constructors import real_part
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import complex_word
from matcalc.rulebook.records import SpaceEntry
from matcalc.rulebook.spaces import formula
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify


@dataclass(frozen=True)
class ReadProduct:
    """An inner product at a variable: its formulas, ready for U, V and G.

    `settled` says that declarations alone make it an inner product.
    """

    entry: SpaceEntry
    arguments: tuple[Node, ...]
    shape: Shape
    settled: bool = True
    over_complex: bool = False

    @property
    def is_frobenius(self) -> bool:
        return self.entry.name == "frobenius"

    @property
    def elements(self) -> str:
        """The structure that U and V have to have."""
        word = self.entry.text("structure")
        return complex_word(word) if self.over_complex else word

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right> as an expression."""
        found = self._formula("pairing", {"U": left, "V": right})
        assert found is not None
        return real_part(found)

    def riesz(self, gradient: Node) -> Node | None:
        """The representer of V -> tr(gradient'*V), where the entry gives it."""
        return self._formula("riesz", {"G": gradient})

    def root(self, direction: Node) -> Node | None:
        """R(U), with <U, V> = tr(R(U)'*R(V)), where the entry gives it."""
        return self._formula("root", {"U": direction})

    def _formula(self, word: str, slots: Mapping[str, Node]) -> Node | None:
        for clause in self.entry.texts(word):
            return formula(self.entry, clause, self.arguments, self.shape, slots)
        return None

    def moved(self, variable: Symbol, value: Node) -> ReadProduct:
        """The product at the value of a function of the variable."""
        found = (substitute(one, {variable: value}) for one in self.arguments)
        return replace(self, arguments=tuple(map(simplify, found)))

    @property
    def point_kind(self) -> frozenset[str]:
        """What the point has to be, of a product that depends on one."""
        at_point = self.entry.kind == "space" or self.elements
        return self.entry.parameters[0].structure if at_point else frozenset()

    @property
    def source(self) -> str:
        return self.entry.source


@dataclass(frozen=True)
class ReadForm:
    """A bilinear form that a person wrote, at a variable."""

    text: str
    body: Node
    left: Symbol
    right: Symbol
    settled: bool = False
    is_frobenius: bool = False
    elements: str = ""
    source: str = "the form given"
    point_kind: frozenset[str] = frozenset()

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right> as an expression."""
        values: dict[Node, Node] = {self.left: left, self.right: right}
        return substitute(self.body, values)

    def riesz(self, gradient: Node) -> Node | None:
        """Nothing is known in advance: the form has to be inverted."""
        return None

    def root(self, direction: Node) -> Node | None:
        """Nothing is known in advance."""
        return None

    def moved(self, variable: Symbol, value: Node) -> ReadForm:
        """The product at the value of a function of the variable."""
        return replace(self, body=substitute(self.body, {variable: value}))


Metric = ReadProduct | ReadForm
