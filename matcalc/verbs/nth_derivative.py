"""nth_derivative: the derivative of any order as a multilinear map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matcalc.answers.answer import Answer
from matcalc.answers.higher_order import lower_orders, slots
from matcalc.answers.kind import Kind
from matcalc.answers.labels import order_label
from matcalc.answers.steps import by_orders
from matcalc.derivation.board import Block
from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.limits import HIGHEST_ORDER
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import Written
from matcalc.expressions.python_arguments import checked
from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.question import Moving, Question
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.answers.verification import Checks
    from matcalc.samples.report import Report


class Derivative(Kind):
    """The multilinear map of any order."""

    __slots__ = ()

    def orders(self, answer: Answer) -> list[list[Node]]:
        *below, _ = lower_orders(answer.question, answer.order)
        return [[node] for node in below]

    def last_operator(self, answer: Answer) -> LinearMap | BlockMap:
        last = slots(answer.question, answer.order)[-1]
        return answer.question.multilinear([last], answer.value)

    def heading(self, answer: Answer) -> str:
        places = slots(answer.question, answer.order)
        tangents = (str(tangent) for slot in places for tangent in slot.values())
        return f"derivative of order {answer.order}, linear in {', '.join(tangents)}"

    def label(self, answer: Answer, path: Sequence[str]) -> Written:
        return order_label(answer.order)

    def aside(self, answer: Answer, path: Sequence[str], node: Node) -> str:
        return ""

    def blocks(self, answer: Answer) -> list[Block]:
        return list(by_orders(answer.question, answer.order))

    def reports(self, checks: Checks, one: Moving) -> Iterator[tuple[str, Report]]:
        yield one.name, checks.last_order(one)


DERIVATIVE = Derivative("derivative")


@checked
def nth_derivative(
    f: Formula,
    wrt: Variable | Several,
    order: int,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Answer:
    """The derivative of that order as a multilinear map in dX1, dX2, ...

    For a list of variables each place takes a direction for every one of them, by name. On a
    linear space all directions are in it. Raises DomainError where the space or the product
    depends on the point and the order is above one: that takes a connection.

    >>> print(nth_derivative("x'*A*x", "x", order=2)("u", "v"))
    u'*A*v + v'*A*u
    """
    if order not in range(1, HIGHEST_ORDER + 1):
        raise MatcalcError(f"the order is a whole number from 1 to {HIGHEST_ORDER}, not {order!r}")
    asked = ask(f, wrt, where, inner, space, dialect)
    if order > 1:
        _require_flat(asked)
    *_, body = lower_orders(asked, order)
    value = simplify(asked.restored(body))
    return Answer(asked, DERIVATIVE, order, value, asked.multilinear(slots(asked, order), value))


def _require_flat(asked: Question) -> None:
    """Raises DomainError where a second derivative of a map is not one of its coordinates."""
    points = [one.variable for one in asked.moving]
    for setting in asked.settings:
        covariant = setting.covariant
        if covariant.bends(*points) or covariant.warps(*points):
            raise DomainError(
                f"{setting.name} depends on the point: the derivative of a derivative takes a "
                "connection there, and only that of a gradient is a map of the space",
                hint="ask for the hessian",
            )
