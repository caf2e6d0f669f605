"""What the public verbs return: a `Derivation`, with its value, its lines, code and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matcalc.compile.function import CompiledFunction, compile_function, source
from matcalc.compile.work import cheapest_form
from matcalc.cost_report import CostReport, cost_report
from matcalc.derivation.adjoint import with_adjoint_solutions
from matcalc.derivation.conditions import conditions
from matcalc.derivation.derive import Derived, derived_differential, derived_gradient
from matcalc.derivation.steps import Step
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.python_arguments import checked
from matcalc.language.problem import Problem
from matcalc.operators import LinearMap
from matcalc.printing.board import (
    Board,
    board_latex,
    board_text,
    board_unicode,
    formula_latex,
)
from matcalc.printing.predicates import condition_texts
from matcalc.questions import Question
from matcalc.rulebook.requirements import Requirement
from matcalc.settings import ALL_FREE, Setting
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.verify.report import Report

_LONGEST_DERIVED = 400


@dataclass(frozen=True)
class Derivation:
    """A derivative with everything that belongs to it.

    `value` is the answer; `steps` the lines of the derivation, `assumptions` what was inferred,
    `conditions` where the answer is valid, `inner` and `space` what the gradient refers to.
    `setting` is the inner product and the space chosen, `euclidean` the gradient without them.
    `print(d)` writes the board, `d.latex()` a block for a paper, `d.compile()` gives fast code,
    `d.verify()` a numeric report, `d.cost()` what it costs.
    """

    kind: str
    question: Question
    value: Node
    setting: Setting | None = None
    euclidean: Node | None = None

    @property
    def problem(self) -> Problem:
        """The problem as it was understood."""
        return self.question.problem

    @property
    def variable(self) -> Symbol:
        return self.question.variable

    @cached_property
    def map(self) -> LinearMap:
        """The derivative as an operator dX -> df, in the inner product and on the space chosen."""
        body = self.question.restored(self.question.map.body)
        return LinearMap(self.question.tangent, body, self.setting)

    @property
    def inner(self) -> str:
        """The inner product that the gradient belongs to, "" where none is involved."""
        if self.kind != "gradient":
            return ""
        return self.setting.inner if self.setting else "Frobenius"

    @property
    def space(self) -> str:
        """The space that the variable moves in."""
        if self.kind != "gradient":
            return ""
        return self.setting.space.name if self.setting else ALL_FREE

    @property
    def shape(self) -> str:
        return str(self.value.shape)

    @property
    def assumptions(self) -> tuple[str, ...]:
        added = self.setting.assumptions if self.setting else ()
        return (*self.problem.assumptions, *added)

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What has to hold for the answer to be right, as data."""
        if self.setting is None:
            return conditions(self.problem.expression, self.value)
        value = self.setting.shortened(self.value)
        return conditions(self.problem.expression, value, *self.setting.inverted)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The same in words: `X invertible`."""
        added = self.setting.conditions if self.setting else ()
        return (*condition_texts(self.requirements), *added)

    @cached_property
    def derived(self) -> Derived:
        """The derivation, without what the setting adds to it."""
        asked = self.question
        if len(ordered(asked.expression)) > _LONGEST_DERIVED:
            raise MatcalcError(
                f"the derivation of more than {_LONGEST_DERIVED} parts is too long to write out",
                hint="the value, the code and the verification are there",
            )
        if self.kind == "gradient":
            return derived_gradient(asked, self.value if self.euclidean is None else self.euclidean)
        return derived_differential(asked, simplify(asked.restored(asked.map.body)))

    @property
    def written_out(self) -> tuple[Step, ...]:
        """How the board restates f before it starts: norms as roots of traces."""
        return self.derived.restated

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation line by line, from d(f) to the answer."""
        found = self.derived
        if self.setting is None or self.kind != "gradient" or not found.steps:
            return found.steps
        tangent = self.question.tangent
        return (*found.steps, *self.setting.steps(found.last, self.value, tangent))

    @cached_property
    def named(self) -> Node:
        """The value with names for adjoint solutions and for what the problem names."""
        taken = {*self.problem.symbols, *self.problem.definitions}
        return with_adjoint_solutions(self.value, self.problem.expression, taken)

    def _board(self) -> Board:
        return Board(
            kind=self.kind,
            expression=self.question.expression,
            variable=self.variable,
            tangent=self.map.tangent,
            restated=self.written_out,
            start=self.derived.start,
            steps=self.steps,
            value=self.named,
            inner=self.setting.name if self.setting else "",
            symbols=tuple(self.problem.symbols.values()),
        )

    def __str__(self) -> str:
        return board_text(self._board())

    def unicode(self) -> str:
        """The derivation in Unicode, for a terminal."""
        return board_unicode(self._board())

    def latex(self) -> str:
        """The derivation as an `align*` block for a paper; needs amsmath only."""
        return board_latex(self._board())

    def _repr_latex_(self) -> str:
        return f"${formula_latex(self.named)}$"

    def _roots(self, value: bool) -> Node | tuple[Node, ...]:
        return (self.problem.expression, self.computed) if value else self.computed

    @cached_property
    def computed(self) -> Node:
        """The value in the form that takes the least work, which is what code computes."""
        return cheapest_form(self.value, self._symbols())

    def _names(self) -> Mapping[Node, str]:
        return {node: name for name, node in self.problem.definitions.items()}

    def _symbols(self) -> Sequence[Symbol]:
        declared = list(self.problem.symbols.values())
        declared += self.setting.symbols if self.setting else ()
        return declared if self.variable in declared else [*declared, self.variable]

    @checked
    def compile(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """A callable `fn(A=..., X=...)`; with `value=True` it gives (f, derivative).

        Raises ShapeError and DomainError, when called, for arrays that do not fit.
        """
        roots = self._roots(value)
        return compile_function(
            roots,
            self._symbols(),
            backend,
            self.kind,
            self._names(),
            self.problem.sizes,
            self.requirements,
        )

    @checked
    def source(self, backend: str = "numpy", value: bool = False) -> str:
        """The code of `compile` as text, importable without this package."""
        how = (self._symbols(), backend, self.kind, self._names(), self.requirements)
        return source(self._roots(value), *how)

    def cost(self) -> CostReport:
        """What the derivative costs: forward against reverse mode, solves and factorisations.

        Raises NoRule where an operation has no code.
        """
        gradient = None
        if self.kind == "gradient":
            gradient = self.computed if self.euclidean is None else self.euclidean
        expression, symbols = self.problem.expression, self._symbols()
        return cost_report(expression, self.variable, self.map, gradient, symbols)

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> Report:
        """Check the answer at random points: Taylor slopes, central differences, the adjoint.

        Never raises for a wrong derivative: see `report.passed` and `print(report)`.
        """
        from matcalc.verify.checks import verify_gradient, verify_jacobian, verify_map
        from matcalc.verify.in_space import verify_in_space

        expression, variable = self.question.expression, self.variable
        how = (self._symbols(), samples, seed)
        if self.kind == "jacobian":
            return verify_jacobian(expression, variable, self.value, *how)
        if self.setting is not None:
            metric, space = self.setting.metric, self.setting.space
            typed = self.problem.expression
            return verify_in_space(typed, variable, self.value, metric, space, *how)
        if self.kind == "gradient":
            return verify_gradient(expression, variable, self.value, *how)
        body = self.value
        adjoint = self.map.adjoint
        transposed = (adjoint.tangent, adjoint.body)
        return verify_map(expression, variable, self.map.tangent, body, *how, adjoint=transposed)


@dataclass(frozen=True)
class Derivations:
    """The same function's derivative with respect to several variables."""

    parts: Mapping[str, Derivation]

    @property
    def value(self) -> dict[str, Node]:
        """One answer for each variable, by its name."""
        return {name: part.value for name, part in self.parts.items()}

    @property
    def _first(self) -> Derivation:
        return next(iter(self.parts.values()))

    @property
    def requirements(self) -> list[Requirement]:
        """What has to hold for all the answers to be right, as data."""
        found = (one for part in self.parts.values() for one in part.requirements)
        return list(dict.fromkeys(found))

    @checked
    def compile(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """One callable for all: a dict of arrays, under "value" the function where asked for."""
        first = self._first
        roots = {**({"value": first.problem.expression} if value else {}), **self.value}
        return compile_function(
            roots,
            first._symbols(),
            backend,
            first.kind,
            first._names(),
            first.problem.sizes,
            self.requirements,
        )

    @checked
    def source(self, backend: str = "numpy", value: bool = False) -> str:
        """The code of `compile` as text; what the answers share is computed once."""
        first = self._first
        roots = {**({"value": first.problem.expression} if value else {}), **self.value}
        how = (first._symbols(), backend, first.kind, first._names(), self.requirements)
        return source(roots, *how)

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> dict[str, Any]:
        """One report for each variable."""
        return {name: part.verify(samples, seed) for name, part in self.parts.items()}

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts.values())
