"""The names that the text of an inner product or of a space may use.

They are the names of the problem. A name that is new is assumed to be what the place needs, a
symmetric positive definite matrix of the fitting order where that makes sense, and noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import symbol
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import ShapeError, expect
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import closure, kind_text
from matcalc.language.problem import parse_expression, parse_pattern
from matcalc.language.same_names import variables_by_name
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute


def direction(name: str, like: Node, *structure: str) -> Symbol:
    """A direction of the shape of a node, complex where that is, with a further structure."""
    field = ["complex"] if like.is_complex else []
    return Symbol(name, like.shape, closure("tangent", *field, *structure))


def read_direction(direction: Node | str, tangent: Symbol, *bodies: Node) -> Node:
    """A direction from an expression or its text; a new name is a symbol of the tangent's shape.

    Raises DomainError where it has a name of the operator for another variable.
    """
    expect(direction, (str, Node), "an expression or its text")
    known = {variable.name: variable for variable in free_symbols(*bodies)}
    if isinstance(direction, Node):
        known.pop(tangent.name, None)
        variables_by_name(direction, known=known)
        return direction
    if direction.isidentifier() and direction not in known:
        field = ["complex"] if tangent.is_complex else []
        return symbol(direction, tangent.shape, *field)
    return parse_expression(direction, known, book)


def _read(text: str, known: Mapping[str, Symbol], like: Symbol | None) -> Node:
    if like is not None:
        try:
            return parse_pattern(text, like.name, book, {**known, like.name: like})[0]
        except ShapeError:
            pass  # whoever asked says what does not fit
    return parse_pattern(text, text, book, known)[0]


class Surroundings:
    """The symbols of a problem, its variable, and what was assumed of names met on the way.

    `inferred` are the names of the problem whose kinds nobody declared.
    """

    def __init__(
        self,
        symbols: Mapping[str, Symbol],
        variable: Symbol,
        inferred: Collection[str] = frozenset(),
    ) -> None:
        self.variable = variable
        self.inferred = inferred
        self.symbols = {**symbols, variable.name: variable}
        self.assumed: dict[str, Symbol] = {}
        self.notes: list[str] = []

    @property
    def known(self) -> dict[str, Symbol]:
        return {**self.symbols, **self.assumed}

    @property
    def declared(self) -> bool:
        """Whether the person declared the variable."""
        return self.variable.name not in self.inferred

    def narrowed(self, nodes: Iterable[Node]) -> dict[str, Symbol]:
        """The inferred scalars and square matrices among the nodes, as positive and spd ones.

        Hermitian matrices become positive definite.
        """
        found = {}
        for node in nodes:
            if not isinstance(node, Symbol):
                continue
            if "hermitian" in node.structure:
                found[node.name] = Symbol(node.name, node.shape, closure("hpd"))
            elif node.name in self.inferred and node.shape.is_square:
                word = "positive" if node.shape.is_scalar else "spd"
                found[node.name] = Symbol(node.name, node.shape, closure(word))
        found.pop(self.variable.name, None)
        return found

    @property
    def assumptions(self) -> list[str]:
        """What was assumed, in words: `M: spd(n)`."""
        found = [f"{s.name}: {kind_text(s.shape, s.structure)}" for s in self.assumed.values()]
        return [*found, *self.notes]

    def shape_of(self, text: str) -> Shape | None:
        """The shape of what a text means, None for a new name."""
        if text.isidentifier() and text not in self.known:
            return None
        return parse_expression(text, self.known, book).shape

    def matrix(self, text: str, shape: Shape, *structure: str) -> Node:
        """The matrix of that shape that a text means; a new name has the structure given.

        Raises ShapeError where it has another shape.
        """
        if text.isidentifier() and text not in self.known:
            self.assumed[text] = Symbol(text, shape, closure(*structure))
        node = parse_expression(text, self.known, book)
        if node.shape != shape:
            raise ShapeError(f"{text} is {node.shape}, but {shape} is needed")
        return node

    def expression(self, text: str, like: Symbol | None = None, **slots: Symbol) -> Node:
        """An expression in the names of the problem and in `slots`, such as U and V.

        New names fit so that it has the shape of `like`, where they can.
        """
        known: dict[str, Symbol] = {**self.known, **slots}
        node = _read(text, known, like)
        new = [s for s in free_symbols(node) if s.name not in known]
        return self._assume(node, [s for s in new if "index" not in s.structure])

    def _assume(self, node: Node, new: list[Symbol]) -> Node:
        values: dict[Node, Node] = {}
        for found in new:
            structure = found.structure
            if found.shape == SCALAR:
                structure = closure("positive")
            elif found.shape.is_square:
                structure = closure("spd")
            self.assumed[found.name] = Symbol(found.name, found.shape, structure)
            values[found] = self.assumed[found.name]
        return substitute(node, values) if values else node
