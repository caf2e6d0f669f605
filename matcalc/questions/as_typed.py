"""The parts of a text as they were typed, and what became of them: the order of what is printed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from fractions import Fraction

from matcalc.expressions.constructors import ones, split_coefficient
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import (
    Apply,
    Named,
    Node,
    Product,
    Sum,
    Symbol,
    children,
    depth_first,
    ordered,
)
from matcalc.expressions.operations import Transpose
from matcalc.expressions.sums import product_node
from matcalc.language.inference import Inference
from matcalc.language.syntax import Call, Chain, Name, Negation, Postfix, Power, Syntax, Total
from matcalc.language.understanding import Problem, elaborated
from matcalc.printing.arrangement import Arrangement, in_order_of
from matcalc.questions.typed_factors import TypedFactors, scaled, spread
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild
from matcalc.simplify.forms import size


def arrangement(problem: Problem, free: Collection[str]) -> Arrangement:
    """The order of a problem's text, also where the variables `free` are freed of what they are.

    A problem that came as an expression has the order in which it is printed.
    """
    if problem.inference is None:
        nodes = ordered(problem.expression)
        return Arrangement(in_order_of(n.name for n in nodes if isinstance(n, Symbol | Named)))
    arena = problem.inference.source.arena
    found = Arrangement(in_order_of(one.word for one in arena if isinstance(one, Name)), {})
    for freed in dict.fromkeys([(), tuple(free)]):
        _Text(problem.inference, freed, found).read()
    return found


class _Text:
    """A text that is gone through once more, its parts put down as they stand."""

    def __init__(self, inference: Inference, free: Collection[str], found: Arrangement) -> None:
        self.source = inference.source
        self.nodes = elaborated(inference, free).nodes
        self.names = {place: name for name, place in self.source.definitions.items()}
        self.found = found
        self.parts: list[Node] = []
        self.meanings: dict[Node, Node] = {}

    def read(self) -> None:
        """Note each part; one that became shorter, or something else, as what it became."""
        for syntax, node in zip(self.source.arena, self.nodes, strict=False):
            typed = self._typed(syntax, node)
            if typed is not None and syntax.place in self.names and isinstance(node, Named):
                typed = Named(node.name, typed)
            if typed is None or size(typed) > size(node) or self._meaning(typed) is not node:
                typed = self.found.in_order(node)
            self._note(node, typed)
            self.parts.append(typed)

    def _note(self, node: Node, typed: Node) -> None:
        (_, plain), (_, as_typed) = split_coefficient(node), split_coefficient(typed)
        self.found.note(node, typed)
        self.found.note(plain, as_typed)

    def _meaning(self, typed: Node) -> Node | None:
        """What was typed in normal form, None where that is nothing."""
        with suppress(MatcalcError):
            for node in depth_first([typed], children, self.meanings):
                if node not in self.meanings:
                    self.meanings[node] = rebuild(node, self.meanings, NO_DIMENSIONS, book.apply)
        return self.meanings.get(typed)

    def _typed(self, syntax: Syntax, node: Node) -> Node | None:
        match syntax:
            case Total(terms=terms, signs=signs):
                return self._total([self.parts[one.place] for one in terms], signs)
            case Chain(factors=factors, operators=operators):
                first, *others = (self.parts[one.place] for one in factors)
                return TypedFactors(first).all(operators, others)
            case Negation(operand=operand):
                return scaled(Fraction(-1), self.parts[operand.place])
            case Postfix(operand=operand):
                inner = self.parts[operand.place]
                turned = Transpose.raw(inner, shape=node.shape)
                return inner if node is self.nodes[operand.place] else turned
            case Call(arguments=arguments):
                return self._applied(arguments, node)
            case Power(base=base, exponent=exponent):
                return self._power(base, node) or self._applied((base, exponent), node)
        return None

    def _total(self, parts: Sequence[Node], signs: Sequence[int]) -> Node | None:
        """The terms as they stand, those of sums in brackets among them."""
        shape = next((one.shape for one in parts if not one.shape.is_scalar), SCALAR)
        terms: list[tuple[Fraction, Node]] = []
        for sign, part in zip(signs, parts, strict=True):
            if part.shape.is_scalar and not shape.is_scalar:
                part = spread(part, ones(shape))
            if part.shape != shape:
                return None
            inner = part.terms if isinstance(part, Sum) else (split_coefficient(part),)
            terms += [(sign * value, term) for value, term in inner]
        return Sum(tuple(terms))

    def _power(self, base: Syntax, node: Node) -> Node | None:
        """A power of a matrix as the product that it is."""
        part = self.parts[base.place]
        if isinstance(node, Product) and set(node.factors) == {self.nodes[base.place]}:
            return product_node(node.coefficient, node.scalars, (part,) * len(node.factors))
        return None

    def _applied(self, operands: Sequence[Syntax], node: Node) -> Node | None:
        """An operation on its arguments as they were typed, where it has become that."""
        parts = tuple(self.parts[one.place] for one in operands)
        if not isinstance(node, Apply) or not 0 < len(parts) <= len(node.arguments):
            return None
        parts += node.arguments[len(parts) :]  # the 1/2 of a root
        return Apply(node.operation, parts, node.shape, node.structure)
