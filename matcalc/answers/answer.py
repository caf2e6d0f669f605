"""The answer that every verb returns, with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matcalc.answers.kind import Kind
from matcalc.answers.naming import named
from matcalc.answers.of_hessian import OfHessian
from matcalc.answers.of_operator import OfOperator
from matcalc.answers.steps import blocks
from matcalc.answers.writing import board, formula, notes, shapes, whole_document
from matcalc.calculus.conditions import conditions, second_conditions
from matcalc.derivation.board import Block, board_text, board_unicode
from matcalc.derivation.board_latex import board_latex
from matcalc.derivation.steps import Step
from matcalc.expressions.blocks import Blocks, leaves, map_leaves
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.phrases import Phrase, arranged_phrase
from matcalc.expressions.python_arguments import checked
from matcalc.geometry.setting import Setting
from matcalc.language.understanding import Problem
from matcalc.printing.phrases import fact_text, phrase_text
from matcalc.printing.predicates import condition_phrases
from matcalc.printing.typesetting import PLAIN, PaperStyle, Typesetting, typesetting_of
from matcalc.questions.question import Question
from matcalc.rulebook.requirements import Requirement

if TYPE_CHECKING:
    from matcalc.answers.cost_report import CostReport
    from matcalc.compile.function import CompiledFunction
    from matcalc.compile.inputs import Roots
    from matcalc.samples.report import Report


@dataclass(frozen=True)
class Answer(OfOperator, OfHessian):
    """A derivative: `kind` says which one, of what `order`, and `question` of what, where.

    `value` is the formula, for a list of variables one for each by name (`value[x][y]` of a
    Hessian), and `operator` the linear map behind it: `L(V)`, `L.adjoint`, `L.matrix` and so on.
    `steps` are the lines of the derivation, `assumptions` what was inferred, `conditions` where
    the answer is valid, `inner` and `space` where the variables move. `print(a)` writes the
    formula, `a.text()`, `a.unicode()` and `a.latex()` the board, `a.compile()` gives fast code,
    `a.verify()` a numeric report, `a.cost()` what it costs.
    """

    question: Question
    kind: Kind
    order: int
    value: Any  # an expression, of a list of variables Blocks
    own_operator: Any = None  # where that is not the derivative of f

    @cached_property
    def operator(self) -> Any:
        """The linear map behind the answer: a LinearMap, of a list of variables a BlockMap."""
        return self.question.derivative if self.own_operator is None else self.own_operator

    # ------------------------------------------------------------ what it is about

    @property
    def problem(self) -> Problem:
        """The problem as it was understood."""
        return self.question.problem

    @property
    def variable(self) -> Symbol:
        """The variable, where there is one. Raises DomainError where there are several."""
        return self.question.alone.variable

    @property
    def shape(self) -> str:
        """The shape of the value; of several variables each with its name."""
        return shapes(self.value)

    @property
    def inner(self) -> str:
        """The inner product that the answer belongs to; of several variables each one's."""
        return self.of_settings(lambda setting: setting.inner)

    @property
    def space(self) -> str:
        """The space that the variable moves in; of several variables each one's."""
        return self.of_settings(lambda setting: setting.space.name)

    def of_settings(self, say: Callable[[Setting], str]) -> str:
        """What is said of the settings of the variables, each after its name where they differ."""
        return _of_each({one.name: say(one.setting) for one in self.question.moving})

    @property
    def inner_out(self) -> str:
        """The inner product of the values of the operator; of a Hessian each variable's."""
        said = {n: "Frobenius" if one.is_plain else one.formula for n, one in self.outer.items()}
        return _of_each(said)

    @property
    def outer(self) -> Mapping[str, Setting]:
        """The settings of the values of the operator."""
        known: Mapping[str, Setting] = self.operator.outers
        return known

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was inferred: of names that nobody declared, and of those of a product."""
        added = (fact for setting in self.question.settings for fact in setting.facts)
        return tuple(dict.fromkeys(map(fact_text, (*self.problem.facts, *added))))

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What has to hold for the answer to be right, as data."""
        settings = self.question.settings
        values = [node for _, node in leaves(self.shown)]
        for setting in settings:
            if not setting.is_plain:
                values = [setting.shortened(node) for node in values]
        inverted = [node for setting in settings for node in setting.inverted]
        parts = self.problem.vanished
        _, *below = self.kind.orders(self)
        if not below:
            return conditions(self.problem.expression, *values, *inverted, parts=parts)
        between = [self.question.restored(node) for order in below for node in order]
        return second_conditions(self.problem.expression, between, *values, *inverted, parts=parts)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The same in words: `X invertible`."""
        return tuple(phrase_text(phrase) for phrase in self.validity)

    @property
    def validity(self) -> list[Phrase]:
        """The same as phrases, their formulas as expressions."""
        added = (phrase for setting in self.question.settings for phrase in setting.conditions)
        found = dict.fromkeys([*condition_phrases(self.requirements), *added])
        return [arranged_phrase(phrase, self.question.arranged) for phrase in found]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the words are that came up in the answer: `adj(X) is det(X)*inv(X) where ...`."""
        return notes(self)

    # ------------------------------------------------------------ how it is written

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation line by line, each with its reason.

        Raises MatcalcError where it would be too long to read.
        """
        return tuple(step for block in self.blocks for step in block.steps)

    @cached_property
    def blocks(self) -> list[Block]:
        """The same in blocks: of a Hessian one for each variable, of higher orders one for each."""
        return blocks(self)

    @property
    def shown(self) -> Any:
        """What is printed first: of a Hessian on a space or in a product the operator at dX."""
        return self.kind.shown(self)

    @cached_property
    def named(self) -> Any:
        """The answer with names for parts: those of the problem, adjoint solutions, repeats."""
        return named(self)

    @cached_property
    def written(self) -> Any:
        """The same in the order in which the person typed the problem."""
        return map_leaves(self.named, self.question.arranged)

    def __str__(self) -> str:
        return str(self.written)

    def text(self) -> str:
        """The derivation as on the board, in the language that a person types."""
        return board_text(board(self))

    def unicode(self) -> str:
        """The derivation in Unicode, for a terminal."""
        return board_unicode(board(self))

    @checked
    def latex(self, style: PaperStyle = PLAIN, document: bool = False) -> str:
        """The derivation as an `align*` block for a paper, or in a document; needs amsmath only.

        The style is a `Typesetting` or its text, `transpose=T, bold`. Raises SyntaxProblem and
        WrongArgument for what is none.
        """
        chosen = self._typesetting(style)
        if document:
            return whole_document(self, chosen)
        return chosen.written(board_latex(board(self, chosen.layout)))

    @checked
    def formula_latex(self, style: PaperStyle = PLAIN) -> str:
        """The answer alone in LaTeX, and after it what the names in it stand for."""
        return self._typesetting(style).written(formula(self))

    def _typesetting(self, style: PaperStyle) -> Typesetting:
        return typesetting_of(style, {one.name for one in self.question.symbols})

    def _repr_latex_(self) -> str:
        return f"${self.formula_latex()}$"

    # ------------------------------------------------------------ as code

    @cached_property
    def _at_any_value(self) -> Answer:
        """The same without what holds only at points of the spaces: arrays may lie beside them."""
        asked = self.question.at_any_value
        if asked is self.question or not self.kind.depends_on_setting:
            return self
        return replace(self, question=asked, value=self.kind.value(asked))

    @cached_property
    def computed(self) -> Any:
        """The value in the form that takes the least work, which is what code computes."""
        from matcalc.compile.work import cheapest_form

        value = self._at_any_value.value
        if isinstance(value, Blocks):
            return value  # what the blocks share is computed once
        return cheapest_form(value, self.question.symbols)

    def _roots(self, value: bool) -> Roots:
        if not value:
            found: Roots = self.computed
            return found
        if isinstance(self.computed, Blocks):
            return {"value": self.problem.expression, **self.computed}
        return self.problem.expression, self.computed

    @checked
    def compile(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """A callable `fn(A=..., X=...)`; with `value=True` it gives (f, derivative).

        For a list of variables it gives a dict of arrays by their names, f under "value". Raises
        ShapeError and DomainError, when called, for arrays that do not fit.
        """
        from matcalc.compile.function import compile_function

        return compile_function(
            self._roots(value),
            self.question.symbols,
            backend,
            self.kind,
            self.problem.sizes,
            self._at_any_value.requirements,
        )

    @checked
    def source(self, backend: str = "numpy", value: bool = False) -> str:
        """The code of `compile` as text, importable without this package."""
        from matcalc.compile.function import source

        how = (self.question.symbols, backend, self.kind, self._at_any_value.requirements)
        return source(self._roots(value), *how)

    def cost(self) -> CostReport:
        """What the derivative costs: forward against reverse mode, solves and factorisations.

        Raises NoRule where an operation has no code.
        """
        from matcalc.answers.cost_report import cost_of

        return cost_of(self)

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> Report:
        """Check the answer at random points: Taylor slopes, central differences, the adjoint.

        Never raises for a wrong derivative: see `report.passed` and `print(report)`.
        """
        from matcalc.answers.verification import verify

        return verify(self, samples, seed)


def _of_each(said: Mapping[str, str]) -> str:
    """What all variables have in common, or else what each has."""
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"{name}: {words}" for name, words in said.items())
