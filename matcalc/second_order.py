"""The second derivative of a scalar: as a matrix, as an operator and as a bilinear form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matcalc.calculus.inner_products import Frobenius, Hermitian
from matcalc.calculus.kronecker import vec
from matcalc.calculus.operator_structure import Structure
from matcalc.calculus.pull_back import inner_product
from matcalc.calculus.surroundings import read_direction
from matcalc.compile.function import CompiledFunction, compile_function, source
from matcalc.derivation.conditions import second_conditions
from matcalc.derivation.derive import derived_operator
from matcalc.derivation.naming import with_repeated
from matcalc.derivation.own_values import by_value_and_gradient
from matcalc.derivation.steps import Step
from matcalc.expressions.constructors import (
    from_dimension,
    multiply,
    negate,
    real_part,
    transpose,
)
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.language.problem import Problem
from matcalc.operators import LinearMap
from matcalc.printing.board import formula_latex
from matcalc.printing.predicates import condition_texts
from matcalc.questions import Question
from matcalc.rulebook import book
from matcalc.rulebook.requirements import Requirement
from matcalc.settings import ALL_FREE
from matcalc.simplify.naming import length
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.verify.report import Report


@dataclass(frozen=True)
class Hessian:
    """f'' at X: `value` is its matrix in vec order, `map` the operator V -> d(grad f)[V].

    `form(U, V)` is the bilinear form f''[U, V] = <U, map(V)>; `gradient` is the gradient that
    was differentiated, `inner` and `space` say what it refers to.
    """

    question: Question
    gradient: Node

    @cached_property
    def value(self) -> Node:
        """The matrix of the operator. Raises NoRule where it has no Kronecker form."""
        return self.question.shortest(self.question.matrix)

    @cached_property
    def shown(self) -> Node:
        """What is printed: the matrix, or the operator at dX where there is no matrix."""
        try:
            return self.value
        except NoRule:
            return self.map.body

    @property
    def problem(self) -> Problem:
        """The problem as it was understood."""
        return self.question.problem

    @cached_property
    def map(self) -> LinearMap:
        """The operator V -> d(grad f)[V]."""
        return LinearMap(self.question.tangent, self.question.shaped(self.question.map.body))

    @property
    def structure(self) -> Structure:
        """What the operator is, and how to multiply and solve with it."""
        return self.map.structure

    @property
    def inner(self) -> str:
        """The inner product that the Hessian belongs to."""
        return str(Hermitian() if self.variable.is_complex else Frobenius())

    @property
    def space(self) -> str:
        """The space that the variable moves in."""
        return ALL_FREE

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.problem.assumptions

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What has to hold for the second derivative to be right, as data."""
        return second_conditions(self.problem.expression, [self.gradient], self.shown)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The same in words."""
        return condition_texts(self.requirements)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The lines from d(grad f) to the operator."""
        return derived_operator(self.question, self.map.body).steps

    @cached_property
    def named(self) -> Node:
        """What is printed, with names for its parts: those of the problem, of f and its gradient
        where that is shorter, or of functions that are repeated in it.
        """
        if self.problem.definitions:
            return self.shown
        if self.shown is self.map.body:
            return with_repeated(self.shown)
        forms = map(with_repeated, self.question.forms(self.value))
        return self._own_names or min(forms, key=length)

    @property
    def _own_names(self) -> Node | None:
        asked = self.question
        if asked.free is not asked.variable:
            return None
        return by_value_and_gradient(
            self.problem.expression, self.gradient, asked.variable, asked.tangent, self.value
        )

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> Report:
        """Check the matrix as the derivative of the gradient, at random points.

        Where there is no matrix it is the operator that is checked.
        """
        from matcalc.verify.checks import verify_jacobian, verify_map

        # The gradient in which no structure of X is used yet moves in every direction.
        gradient, how = self.question.expression, (self._symbols(), samples, seed)
        if self.shown is self.map.body:
            tangent, body = self.map.tangent, self.map.body
            return verify_map(gradient, self.variable, tangent, body, *how)
        return verify_jacobian(gradient, self.variable, self.value, *how)

    @property
    def variable(self) -> Symbol:
        return self.question.variable

    def form(self, left: Node | str, right: Node | str) -> Node:
        """f''[U, V] = <U, d(grad f)[V]>, symmetric in U and V."""
        direction = read_direction(left, self.map.tangent, self.map.body)
        return simplify(real_part(inner_product(direction, self.map(right))))

    def newton_step(self) -> Node:
        """The V with map(V) = -gradient. Raises NoRule where the map has no inverse."""
        return simplify(self.map.solve(negate(self.gradient)))

    @cached_property
    def reduced(self) -> Node:
        """The Hessian in vech(X), D'*H*D with vec(X) = D*vech(X), of a symmetric variable.

        Raises DomainError where the variable is not declared symmetric.
        """
        double = self._duplication()
        asked = self.question
        return asked.shortest(simplify(multiply(transpose(double), self.value, double)))

    @cached_property
    def reduced_gradient(self) -> Node:
        """The gradient in vech(X), D'*vec(G), of a symmetric variable.

        Raises DomainError where the variable is not declared symmetric.
        """
        return simplify(multiply(transpose(self._duplication()), vec(self.gradient)))

    def _duplication(self) -> Node:
        if "symmetric" not in self.variable.structure:
            name, shape = self.variable.name, self.variable.shape
            declare = f'declare it: where="{name}: symmetric({shape.rows})"'
            raise DomainError(
                f"the reduced form is that of a symmetric variable, and {name} is not one",
                hint=declare if shape.is_square and not shape.is_scalar else "",
            )
        return book.apply("duplication", [from_dimension(self.variable.shape.rows)])

    def _symbols(self) -> Sequence[Symbol]:
        return list(self.problem.symbols.values())

    @checked
    def compile(self, backend: str = "numpy") -> CompiledFunction:
        """A callable that gives the matrix."""
        return compile_function(
            self.value,
            self._symbols(),
            backend,
            "hessian",
            settled=self.problem.sizes,
            required=self.requirements,
        )

    @checked
    def source(self, backend: str = "numpy") -> str:
        """The code of `compile` as text."""
        how = (self._symbols(), backend, "hessian")
        return source(self.value, *how, required=self.requirements)

    def __str__(self) -> str:
        return str(self.shown)

    def _repr_latex_(self) -> str:
        return f"${formula_latex(self.named)}$"
