"""Derivatives in several variables at once: the total differential and the blocks of a Hessian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from matcalc.calculus.inversion import inverse
from matcalc.calculus.kronecker import vec
from matcalc.calculus.pull_back import pull_back_to
from matcalc.compile.function import CompiledFunction, compile_function, source
from matcalc.derivation.conditions import second_conditions
from matcalc.expressions.constructors import UNIT, from_dimension, multiply, negate, plus
from matcalc.expressions.dimensions import ONE, Dimension, Shape, dimension
from matcalc.expressions.errors import DomainError, ShapeError, UnknownName
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import OPEN
from matcalc.language.problem import Problem, parse_problem
from matcalc.operators import LinearMap
from matcalc.printing.predicates import condition_texts
from matcalc.questions import Question, Variable, Where, variable_of
from matcalc.rulebook import book
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.verify.report import Report


@dataclass(frozen=True)
class TotalDifferential:
    """df = sum of L_X(dX) over the variables; `D["X"]` is the operator of one variable."""

    parts: Mapping[str, LinearMap]

    @property
    def body(self) -> Node:
        """df, linear in all tangents together."""
        return plus(*(part.body for part in self.parts.values()))

    @property
    def tangents(self) -> dict[str, Symbol]:
        """The symbols dX, dY, ... by the names of the variables."""
        return {name: part.tangent for name, part in self.parts.items()}

    def __getitem__(self, name: str) -> LinearMap:
        return self._part(name)

    def _part(self, name: str) -> LinearMap:
        if name not in self.parts:
            known = ", ".join(self.parts)
            raise UnknownName(f"no differential in {name!r}", hint=f"the variables are {known}")
        return self.parts[name]

    def __call__(self, **directions: Node | str) -> Node:
        """df in these directions, given by the names of the variables; one left out stays fixed.

        Raises UnknownName for another name, ShapeError for a direction of another shape.
        """
        if not directions:
            raise ShapeError("there is no direction", hint='for example D(X="U", Y="V")')
        return plus(*(self._part(name).apply(given) for name, given in directions.items()))

    @checked
    def adjoint(self, cotangent: Node) -> dict[str, Node]:
        """One L_X*(W) for each variable; for a scalar f and W = 1 the gradients."""
        return {name: simplify(part.pull_back(cotangent)) for name, part in self.parts.items()}

    @property
    def matrix(self) -> Node:
        """J with vec(df) = J*[vec(dX); vec(dY); ...]."""
        return beside([part.matrix for part in self.parts.values()])

    def __str__(self) -> str:
        return str(self.body)


@dataclass(frozen=True)
class BlockHessian:
    """The second derivative in several variables: `value[x][y]` is the Jacobian of grad_x in y.

    Blocks are in vec order. `maps[x][y]` is the operator dy -> d(grad_x f)[dy], `gradient[x]` the
    gradient in x, `free[x]` the same before the structure of any variable was used, and `matrix`
    the whole Hessian for the variables stacked in order.
    """

    problem: Problem
    gradient: Mapping[str, Node]
    free: Mapping[str, Node]
    maps: Mapping[str, Mapping[str, LinearMap]]

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.problem.assumptions

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What has to hold for the second derivatives to be right, as data."""
        return second_conditions(self.problem.expression, self.gradient.values(), self.matrix)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The same in words."""
        return condition_texts(self.requirements)

    @cached_property
    def value(self) -> dict[str, dict[str, Node]]:
        """The blocks."""
        return {x: {y: _block(part) for y, part in row.items()} for x, row in self.maps.items()}

    @cached_property
    def matrix(self) -> Node:
        """The blocks as one matrix: [H_xx, H_xy; H_yx, H_yy]."""
        return above([beside(list(row.values())) for row in self.value.values()])

    @property
    def is_symmetric(self) -> bool:
        """Whether each block is the adjoint of the one across the diagonal."""
        names = list(self.maps)
        pairs = [(x, y) for place, x in enumerate(names) for y in names[: place + 1]]
        return all(self._agree(x, y) for x, y in pairs)

    def _agree(self, x: str, y: str) -> bool:
        from matcalc.verify.agreement import same_values

        here, across = self.maps[x][y], self.maps[y][x]
        return same_values(here.body, across.pull_back(here.tangent))

    def newton_step(self) -> dict[str, Node]:
        """The moves dX, dY, ... with H*[vec(dX); vec(dY); ...] = -[vec(grad_X); vec(grad_Y); ...].

        One linear system for all variables, where the whole Hessian is invertible.
        """
        slopes = above([vec(gradient) for gradient in self.gradient.values()])
        stacked = negate(multiply(inverse(self.matrix), slopes))
        steps, start = {}, dimension(0)
        for name, gradient in self.gradient.items():
            steps[name] = _unstacked(stacked, start, gradient.shape)
            start = start + gradient.shape.size
        return steps

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> dict[str, dict[str, Report]]:
        """One report for each block: it is checked as the derivative of its gradient."""
        from matcalc.verify.checks import verify_jacobian

        declared = list(self.problem.symbols.values())
        return {
            x: {
                y: verify_jacobian(
                    self.free[x], self.problem.symbols[y], block, declared, samples, seed
                )
                for y, block in row.items()
            }
            for x, row in self.value.items()
        }

    @checked
    def compile(self, backend: str = "numpy") -> CompiledFunction:
        """A callable that gives the whole matrix."""
        symbols = list(self.problem.symbols.values())
        return compile_function(
            self.matrix,
            symbols,
            backend,
            "hessian",
            settled=self.problem.sizes,
            required=self.requirements,
        )

    @checked
    def source(self, backend: str = "numpy") -> str:
        """The code of `compile` as text."""
        how = (list(self.problem.symbols.values()), backend, "hessian")
        return source(self.matrix, *how, required=self.requirements)

    def __str__(self) -> str:
        rows = self.value.items()
        return "\n".join(f"{x}, {y}: {block}" for x, row in rows for y, block in row.items())


def _unstacked(stacked: Node, start: Dimension, shape: Shape) -> Node:
    """The part of a stacked column after `start` entries, as a value of that shape."""
    first = from_dimension(start + dimension(1))
    if shape.is_scalar:
        return book.apply("entry", [stacked, first])
    column = book.apply("segment", [stacked, first, from_dimension(start + shape.size)])
    if shape.columns == ONE:
        return column
    return book.apply("reshape", [column, *map(from_dimension, (shape.rows, shape.columns))])


def _block(part: LinearMap) -> Node:
    """The matrix of a block; for a scalar y the derivative stacked as a column."""
    matrix = part.matrix
    if part.domain.is_scalar:
        matrix = vec(part.apply(UNIT))
    return factored(simplify(matrix))


def block_hessian(problem: Problem, wrt: Sequence[Variable], where: Where) -> BlockHessian:
    """The blocks of the Hessian of a scalar problem.

    Raises ShapeError where the problem is not a scalar, DomainError over the complex numbers.
    """
    if not problem.expression.shape.is_scalar:
        raise ShapeError(f"a Hessian needs a scalar, but this is {problem.expression.shape}")
    variables = [variable_of(problem, one) for one in wrt]
    if problem.expression.is_complex or any(variable.is_complex for variable in variables):
        raise DomainError("the blocks of a Hessian are available over the real numbers only")
    twins = {v: Symbol(v.name, v.shape, v.structure & OPEN) for v in variables}
    expression = _with_twins(problem, twins, where)
    asked = [Question(problem, v, twin, expression) for v, twin in twins.items()]
    back: dict[Node, Node] = {twin: v for v, twin in twins.items() if twin is not v}
    first = {one.variable.name: _gradient(one) for one in asked}
    shown = {name: _restored(gradient, back, asked[0]) for name, gradient in first.items()}
    maps = {
        name: {one.variable.name: _map(one.about(gradient), back) for one in asked}
        for name, gradient in first.items()
    }
    return BlockHessian(problem, shown, first, maps)


def _with_twins(problem: Problem, twins: Mapping[Symbol, Symbol], where: Where) -> Node:
    """The expression in variables all of whose entries are free."""
    moved: dict[Node, Node] = {v: twin for v, twin in twins.items() if twin is not v}
    if not moved:
        return problem.expression
    if problem.typed:
        names = [variable.name for variable in twins]
        again = parse_problem(problem.text, where, book, free=names, scalar_for=names)
        return again.expression
    return substitute(problem.expression, moved)


def _gradient(asked: Question) -> Node:
    if asked.variable.shape.is_scalar:
        return factored(simplify(asked.matrix))
    return factored(simplify(pull_back_to(asked.map.body, asked.tangent, UNIT)))


def _map(asked: Question, back: Mapping[Node, Node]) -> LinearMap:
    return LinearMap(asked.tangent, _restored(asked.map.body, back, asked))


def _restored(value: Node, back: Mapping[Node, Node], asked: Question) -> Node:
    return asked.shaped(substitute(value, dict(back)))


def beside(blocks: Sequence[Node]) -> Node:
    """[A, B, ...]."""
    return reduce(lambda right, left: book.apply("hstack", [left, right]), reversed(blocks))


def above(blocks: Sequence[Node]) -> Node:
    """[A; B; ...]."""
    return reduce(lambda below, top: book.apply("vstack", [top, below]), reversed(blocks))
