"""The derivation of an answer line by line: the differential, then what the kind makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from matcalc.answers.first_order import wirtinger_line
from matcalc.answers.higher_order import lower_orders, slots
from matcalc.answers.second_order import SOURCE, second_order
from matcalc.derivation.forward import forward_steps, written_out
from matcalc.derivation.steps import Step
from matcalc.derivation.toward_gradient import gradient_steps
from matcalc.expressions.constructors import is_zero, plus, zero
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.questions.question import Moving, Question
from matcalc.rulebook.substitution import substitute

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer

_LONGEST_DERIVED = 400
_CURVED = "Lagrangian of the equations of the space: minus the second derivative of <m, K>"
_WARPED = "Christoffel terms of a product that depends on the point"


def steps(answer: Answer) -> Iterator[Step]:
    """The lines, from d(f) to the answer. Raises MatcalcError where they are too many to read."""
    asked = answer.question
    if len(ordered(asked.expression)) > _LONGEST_DERIVED:
        raise MatcalcError(
            f"the derivation of more than {_LONGEST_DERIVED} parts is too long to write out",
            hint="the value, the code and the verification are there",
        )
    match answer.kind:
        case "hessian":
            for one in asked.moving:
                yield from _of_gradient(asked, one)
        case "derivative":
            yield from _of_orders(asked, answer.order)
        case _:
            yield from _first_order(answer)


def restated(asked: Question) -> list[Step]:
    """How the board restates f before it starts: norms as roots of traces."""
    found: list[Step] = []
    expression = asked.expression
    for one in asked.moving:
        found += written_out(expression, one.free)
        expression = found[-1].after if found else expression
    return found


def _first_order(answer: Answer) -> Iterator[Step]:
    asked, before = answer.question, restated(answer.question)
    start = before[-1].after if before else asked.expression
    tangents: Mapping[Symbol, Node] = {one.free: one.tangent for one in asked.moving}
    lines = forward_steps(start, tangents)
    yield from lines
    last = lines[-1].after if lines else asked.change
    if answer.kind == "gradient":
        for one in asked.moving:
            yield from _to_gradient(answer, one, last)
    if answer.kind == "wirtinger":
        yield from wirtinger_line(asked, last)


def _to_gradient(answer: Answer, one: Moving, line: Node) -> Iterator[Step]:
    """From df, linear in dX, to <gradient, dX> in the product and on the space chosen."""
    asked = answer.question
    if asked.is_list and len(asked.moving) > 1:
        fixed: dict[Node, Node] = {
            other.tangent: zero(other.tangent.shape) for other in asked.moving if other is not one
        }
        part = substitute(line, fixed)
        if part is not line:
            yield Step(f"the part in {one.tangent}, the others held fixed", "", line, part)
        line = part
    slope = asked.slopes[one.name]
    lines = gradient_steps(line, one.tangent, slope)
    yield from lines
    if not one.setting.is_plain:
        value = answer.value if isinstance(answer.value, Node) else answer.value[one.name]
        last = lines[-1].after if lines else line
        yield from one.setting.steps(last, slope, value, one.tangent)


def _of_gradient(asked: Question, one: Moving) -> Iterator[Step]:
    """The lines from d(grad f) without the space to the operator on it."""
    work, setting = second_order(asked), one.setting
    start = work.covectors[one.name]
    lines = forward_steps(start, {other.free: other.inside for other in asked.moving})
    yield from lines
    if work.is_plain:
        return
    moved, added = work.moved(one), work.added(one)
    last = lines[-1].after if lines else moved
    if not is_zero(added):
        covariant = setting.covariant
        rules = [_CURVED] if covariant.bends else []
        rules += [_WARPED] if covariant.warps else []
        total = asked.shaped(plus(moved, added))
        yield Step("; ".join(rules), SOURCE, last, total)
        last = total
    yield setting.representation(last, work.body(one), one.inside)


def _of_orders(asked: Question, order: int) -> Iterator[Step]:
    """The differential of the differential, and so on."""
    for body, slot in zip(lower_orders(asked, order), slots(asked, order), strict=False):
        yield from forward_steps(body, {one.free: slot[one.name] for one in asked.moving})
