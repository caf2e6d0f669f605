"""hessian: the second derivative of a scalar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from matcalc.answers.answer import Answer
from matcalc.answers.kind import Kind
from matcalc.answers.labels import DF, hessian_label
from matcalc.answers.naming import of_hessian
from matcalc.answers.rearranging import rearranges
from matcalc.answers.second_order import second_order
from matcalc.answers.steps import change_of_gradient
from matcalc.derivation.board import Block
from matcalc.derivation.derive import Derived, derived_gradient
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import Written
from matcalc.expressions.python_arguments import checked
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.asking import Inner, Spaces, ask, require_products
from matcalc.questions.question import Moving, Question
from matcalc.questions.reading import Formula, Several, Variable, Where

if TYPE_CHECKING:
    from matcalc.answers.verification import Checks
    from matcalc.samples.report import Report


class Hessian(Kind):
    """The covariant derivative of the gradient: a matrix, or the operator where there is none."""

    __slots__ = ()
    is_operator = True
    spelled = "Hessian"
    depends_on_setting = True

    def value(self, asked: Question) -> Node | Blocks:
        return second_order(asked).value()

    def shown(self, answer: Answer) -> Any:
        is_plain = all(setting.is_plain for setting in answer.question.settings)
        is_matrix = is_plain and not rearranges(answer.value, self.shown_operator(answer))
        return answer.value if is_matrix else answer.operator.body

    def shown_operator(self, answer: Answer) -> LinearMap | None:
        return answer.operator if isinstance(answer.operator, LinearMap) else None

    def orders(self, answer: Answer) -> list[list[Node]]:
        return [*super().orders(answer), list(answer.question.slopes.values())]

    def second_order(self, asked: Question, wanted: str) -> Question:
        return asked

    def heading(self, answer: Answer) -> str:
        is_operator = answer.shown is not answer.value or answer.value is answer.operator.body
        tangents = ", ".join(map(str, answer.question.directions.values()))
        form = f"as an operator on {tangents}" if is_operator else "in vec order"
        return f"{super().heading(answer)}, {form}"

    def label(self, answer: Answer, path: Sequence[str]) -> Written:
        is_matrix = answer.shown is answer.value
        directions = () if is_matrix else tuple(answer.question.directions.values())
        return hessian_label(answer.question.variables_at(path), directions)

    def named(self, answer: Answer, node: Node) -> Node:
        return of_hessian(answer, node)

    def derived(self, asked: Question) -> Derived:
        free = asked.of_free_entries  # of which the gradient is differentiated again
        return derived_gradient(free, list(free.slopes.values()))

    def blocks(self, answer: Answer) -> list[Block]:
        asked = answer.question
        lines = asked.once(self.derived).blocks(DF)
        for one in asked.moving:
            lines += change_of_gradient(asked, one, answer.value if asked.is_list else answer.shown)
        return lines

    def reports(self, checks: Checks, one: Moving) -> Iterator[tuple[str, Report]]:
        for other in checks.asked.moving:
            yield f"{one.name}, {other.name}", checks.second(one, other)


HESSIAN = Hessian("hessian")


@checked
def hessian(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Answer:
    """The second derivative of a scalar: matrix, operator V -> d(grad f)[V] and bilinear form.

    The matrix is n x n for a vector and mn x mn in vec order for a matrix. In another inner
    product or on a space it is the covariant derivative of the gradient. A list of variables
    gives the blocks, `value[x][y]`. Raises ShapeError where f is not a scalar, NoRule where a
    rule for the second derivative is missing, DomainError as `gradient` does.

    >>> print(hessian("x'*A*x", "x").value)
    A + A'
    """
    asked = ask(f, wrt, where, inner, space, dialect, needs_scalar="Hessian")
    require_products(asked)
    found = second_order(asked)
    return Answer(asked, HESSIAN, 2, HESSIAN.value(asked), found.operator)
