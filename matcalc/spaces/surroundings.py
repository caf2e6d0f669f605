"""Where an inner product or a space is read: a problem, a variable, and what was assumed there.

The formulas of a product or a space may use the names of the problem. A name that is new is
assumed to be what its place needs, such as a symmetric positive definite matrix, and noted.
"""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.assumed import Fact, Sort
from matcalc.language.kinds import closure
from matcalc.language.problem import parse_formulas
from matcalc.language.requests import Request
from matcalc.language.understanding import Problem
from matcalc.rulebook import book


class Surroundings:
    """A variable of a problem, and the facts that were noted of names met on the way."""

    def __init__(self, problem: Problem, variable: Symbol) -> None:
        self.problem = problem
        self.variable = variable
        self.assumed: dict[str, Symbol] = {}
        self.notes: list[Fact] = []

    @property
    def known(self) -> dict[str, Symbol]:
        return {**self.problem.symbols, self.variable.name: self.variable, **self.assumed}

    @property
    def declared(self) -> bool:
        """Whether the person declared the variable."""
        return self.variable.name not in self.problem.inferred

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What was assumed."""
        return (*(Fact(symbol, Sort.KIND) for symbol in self.assumed.values()), *self.notes)

    def note(self, subject: Node, predicate: Sort | Node | str) -> None:
        """Assume something: what a subject equals, or what a sentence says of it."""
        said = (predicate,) if isinstance(predicate, str) else predicate
        self.notes.append(Fact(subject, said))

    def read(self, request: Request) -> tuple[Node, ...]:
        """The formulas of a request, as they were read with the problem, or else on their own."""
        found = self.problem.asked.get(request) or parse_formulas(request, self.known, book)
        self.assumed |= {symbol.name: symbol for symbol in found.new}
        return found.formulas

    def narrowed(self, nodes: Iterable[Node]) -> dict[str, Symbol]:
        """The inferred scalars and square matrices among the nodes, as positive and spd ones.

        Hermitian matrices become positive definite.
        """
        found, inferred = {}, self.problem.inferred
        for node in nodes:
            if not isinstance(node, Symbol):
                continue
            if "hermitian" in node.structure:
                found[node.name] = Symbol(node.name, node.shape, closure("hpd"))
            elif node.name in inferred and node.shape.is_square:
                word = "positive" if node.shape.is_scalar else "spd"
                found[node.name] = Symbol(node.name, node.shape, closure(word))
        found.pop(self.variable.name, None)
        return found
