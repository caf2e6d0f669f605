"""gradient: the element of the space that df is the inner product with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matcalc.answers.answer import Answer
from matcalc.answers.first_order import gradients
from matcalc.answers.kind import Kind
from matcalc.answers.labels import gradient_label
from matcalc.answers.steps import by_adjoint_solutions, in_settings
from matcalc.derivation.derive import Derived, derived_gradient
from matcalc.derivation.trace import Lines
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import Written
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.question import Moving, Question
from matcalc.questions.reading import Formula, Several, Variable, Where

if TYPE_CHECKING:
    from matcalc.answers.verification import Checks
    from matcalc.samples.report import Report


class Gradient(Kind):
    """The representer of df in the settings of the variables."""

    __slots__ = ()
    depends_on_setting = True
    layout = "denominator layout, of the shape of the variable"

    def value(self, asked: Question) -> Node | Blocks:
        return asked.collected(gradients(asked))

    def label(self, answer: Answer, path: Sequence[str]) -> Written:
        asked = answer.question
        return gradient_label(asked.variables_at(path), asked.first_at(path))

    def aside(self, answer: Answer, path: Sequence[str], node: Node) -> str:
        name = path[0] if path else answer.question.moving[0].name
        return f"{node.shape}, as {name}"

    def derived(self, asked: Question) -> Derived:
        return derived_gradient(asked, list(asked.slopes.values()))

    def arrive(self, answer: Answer, lines: Lines) -> None:
        in_settings(answer, lines)
        by_adjoint_solutions(answer, lines)

    def reports(self, checks: Checks, one: Moving) -> Iterator[tuple[str, Report]]:
        yield one.name, checks.gradient(one)


GRADIENT = Gradient("gradient")


@checked
def gradient(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Answer:
    """The gradient of a scalar, of the shape of the variable: df = <gradient, dX>.

    `inner` chooses the inner product (Frobenius by default) and `space` where the variable moves
    (all entries free by default), both perhaps as text; with a list of names the value holds one
    gradient for each, and both may be mappings from names. Raises ShapeError where f is not a
    scalar, DomainError for a product that is not symmetric positive definite.

    >>> print(gradient("norm2(A*X - B)^2", "X").value)
    2*A'*(A*X - B)
    """
    asked = ask(f, wrt, where, inner, space, dialect, needs_scalar="gradient")
    return Answer(asked, GRADIENT, 1, GRADIENT.value(asked))
