"""The second derivative of a scalar: as a matrix, as an operator and as a bilinear form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from matcalc.operators import LinearMap, read_direction
from matcalc.calculus.pull_back import inner_product
from matcalc.compile.function import CompiledFunction, compile_function, source
from matcalc.expressions.constructors import negate
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.problem import Problem
from matcalc.questions import Question
from matcalc.simplify.rewriting import simplify


@dataclass(frozen=True)
class Hessian:
    """f'' at X: `value` is its matrix in vec order, `map` the operator V -> d(grad f)[V].

    `form(U, V)` is the bilinear form f''[U, V] = <U, map(V)>; `gradient` is the gradient that
    was differentiated.
    """

    question: Question
    gradient: Node
    value: Node

    @property
    def problem(self) -> Problem:
        """The problem as it was understood."""
        return self.question.problem

    @cached_property
    def map(self) -> LinearMap:
        """The operator V -> d(grad f)[V]."""
        return LinearMap(self.question.tangent, self.question.shaped(self.question.map.body))

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.problem.assumptions

    def form(self, left: Node | str, right: Node | str) -> Node:
        """f''[U, V] = <U, d(grad f)[V]>, symmetric in U and V."""
        direction = read_direction(left, self.map.tangent, self.map.body)
        return simplify(inner_product(direction, self.map(right)))

    def newton_step(self) -> Node:
        """The V with map(V) = -gradient. Raises NoRule where the map has no inverse."""
        return simplify(self.map.solve(negate(self.gradient)))

    def _symbols(self) -> Sequence[Symbol]:
        return list(self.problem.symbols.values())

    def compile(self, backend: str = "numpy") -> CompiledFunction:
        """A callable that gives the matrix."""
        return compile_function(
            self.value, self._symbols(), backend, "hessian", settled=self.problem.sizes
        )

    def source(self, backend: str = "numpy") -> str:
        """The code of `compile` as text."""
        return source(self.value, self._symbols(), backend, "hessian")

    def __str__(self) -> str:
        return str(self.value)

    def _repr_latex_(self) -> str:
        return f"${self.value.latex()}$"
