"""jacobian: the derivative as a matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from matcalc.answers.answer import Answer
from matcalc.answers.first_order import jacobians
from matcalc.answers.kind import Kind
from matcalc.answers.labels import DF, partial_label
from matcalc.answers.rearranging import rearranges
from matcalc.answers.steps import matrices_in_lines
from matcalc.derivation.derive import Derived, derived_map
from matcalc.expressions.phrases import Written
from matcalc.expressions.python_arguments import checked
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.question import Moving, Question
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.simplify.rewriting import written

if TYPE_CHECKING:
    from matcalc.answers.verification import Checks
    from matcalc.samples.report import Report


class Jacobian(Kind):
    """The matrix of the operator in vec order."""

    __slots__ = ()
    layout = "numerator layout, a row for each entry of f, entries in vec order"
    spelled = "Jacobian"

    def shown(self, answer: Answer) -> Any:
        is_map = rearranges(answer.value, self.shown_operator(answer))
        return written(answer.operator.body) if is_map else answer.value

    def shown_operator(self, answer: Answer) -> LinearMap | None:
        """By a matrix the map dX -> df, which textbooks write without its matrix."""
        found = answer.operator
        is_map = isinstance(found, LinearMap) and not found.domain.is_vector
        return found if is_map and not found.domain.is_scalar else None

    def heading(self, answer: Answer) -> str:
        found = super().heading(answer)
        if answer.shown is answer.value:
            return found
        return f"{found}, as an operator on {answer.operator.tangent}"

    def label(self, answer: Answer, path: Sequence[str]) -> Written:
        if answer.shown is not answer.value:
            return DF
        found = partial_label(answer.question.first_at(path))
        words = self.in_words + (f" by {', '.join(path)}" if path else "")
        return Written(words, words, found.latex)

    def derived(self, asked: Question) -> Derived:
        return derived_map(asked, matrices_in_lines(asked, jacobians(asked)))

    def reports(self, checks: Checks, one: Moving) -> Iterator[tuple[str, Report]]:
        yield one.name, checks.jacobian(one)


JACOBIAN = Jacobian("jacobian")


@checked
def jacobian(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Answer:
    """The Jacobian: vec(df) = J*vec(dX), vec stacking columns.

    For vectors outputs are rows and inputs columns; the derivative by a scalar has the shape
    of f. On a space it is the J that vanishes across the space; with a list of variables the
    value holds one matrix for each. Raises NoRule where an operation has no Kronecker form.

    >>> print(jacobian("A*x", "x").value)
    A
    """
    asked = ask(f, wrt, where, inner, space, dialect)
    return Answer(asked, JACOBIAN, 1, asked.collected(jacobians(asked)))
