"""The derivation of an answer line by line: the differential, then what the kind makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matcalc.answers.first_order import wirtinger_line
from matcalc.answers.higher_order import lower_orders, slots
from matcalc.answers.labels import DF, change_of_gradient, order_label, part_label
from matcalc.answers.second_order import SOURCE, second_order
from matcalc.derivation.forward import forward_steps, written_out
from matcalc.derivation.steps import Step
from matcalc.derivation.toward_gradient import gradient_steps
from matcalc.expressions.constructors import is_zero, plus, zero
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, ordered
from matcalc.printing.board import Block, Label
from matcalc.questions.question import Moving, Question
from matcalc.rulebook.substitution import substitute

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer

_LONGEST_DERIVED = 400
_CURVED = "Lagrangian of the equations of the space: minus the second derivative of <m, K>"
_WARPED = "Christoffel terms of a product that depends on the point"


def steps(answer: Answer) -> list[Step]:
    """The lines, from d(f) to the answer. Raises MatcalcError where they are too many to read."""
    return [step for block in blocks(answer) for step in block.steps]


def blocks(answer: Answer) -> list[Block]:
    """The same in blocks, the lines of each following one from another."""
    asked = answer.question
    if len(ordered(asked.expression)) > _LONGEST_DERIVED:
        raise MatcalcError(
            f"the derivation of more than {_LONGEST_DERIVED} parts is too long to write out",
            hint="the value, the code and the verification are there",
        )
    match answer.kind:
        case "hessian":
            return [_of_gradient(asked, one) for one in asked.moving]
        case "derivative":
            return list(_of_orders(asked, answer.order))
        case "gradient" if len(asked.moving) > 1:
            return list(_of_several(answer))
        case _:
            return [_alone(answer)]


def restated(asked: Question) -> list[Step]:
    """How the board restates f before it starts: norms as roots of traces."""
    found: list[Step] = []
    expression = asked.expression
    for one in asked.moving:
        found += written_out(expression, one.free)
        expression = found[-1].after if found else expression
    return found


def _forward(asked: Question) -> list[Step]:
    """The lines from d(f) to df, linear in all directions."""
    before = restated(asked)
    start = before[-1].after if before else asked.expression
    return forward_steps(start, {one.free: one.tangent for one in asked.moving})


def _block(label: Label, lines: list[Step], otherwise: Node) -> Block:
    return Block(label, lines[0].before if lines else otherwise, lines)


def _alone(answer: Answer) -> Block:
    asked = answer.question
    lines = _forward(asked)
    last = lines[-1].after if lines else asked.change
    if answer.kind == "gradient":
        lines += _to_gradient(answer, asked.moving[0], last)
    if answer.kind == "wirtinger":
        lines += wirtinger_line(asked, last)
    return _block(DF, lines, asked.restored(asked.change))


def _of_several(answer: Answer) -> Iterator[Block]:
    """The differential, then for each variable its part and what that is pulled back to."""
    asked = answer.question
    lines = _forward(asked)
    whole = _block(DF, lines, asked.restored(asked.change))
    yield whole
    last = lines[-1].after if lines else whole.start
    for one in asked.moving:
        fixed: dict[Node, Node] = {
            other.tangent: zero(other.tangent.shape) for other in asked.moving if other is not one
        }
        part = substitute(last, fixed)
        yield Block(part_label(one.variable), part, _to_gradient(answer, one, part))


def _to_gradient(answer: Answer, one: Moving, line: Node) -> list[Step]:
    """From df, linear in dX, to <gradient, dX> in the product and on the space chosen."""
    slope = answer.question.slopes[one.name]
    lines = gradient_steps(line, one.tangent, slope)
    if not one.setting.is_plain:
        value = answer.value if isinstance(answer.value, Node) else answer.value[one.name]
        last = lines[-1].after if lines else line
        lines += one.setting.steps(last, slope, value, one.tangent)
    return lines


def _of_gradient(asked: Question, one: Moving) -> Block:
    """The lines from d(grad f) without the space to the operator on it."""
    work, setting = second_order(asked), one.setting
    along = {other.free: other.inside for other in asked.moving}
    lines = forward_steps(work.covectors[one.name], along)
    moved = work.moved(one)
    last = lines[-1].after if lines else moved
    if not work.is_plain:
        added = work.added(one)
        if not is_zero(added):
            covariant = setting.covariant
            rules = [_CURVED] if covariant.bends else []
            rules += [_WARPED] if covariant.warps else []
            total = asked.shaped(plus(moved, added))
            lines.append(Step("; ".join(rules), SOURCE, last, total))
            last = total
        lines.append(setting.representation(last, work.body(one), one.inside))
    return _block(change_of_gradient([one.variable] if asked.is_list else []), lines, moved)


def _of_orders(asked: Question, order: int) -> Iterator[Block]:
    """The differential of the differential, and so on."""
    bodies = list(lower_orders(asked, order))
    for place, slot in enumerate(slots(asked, order)):
        along = {one.free: slot[one.name] for one in asked.moving}
        lines = forward_steps(bodies[place], along)
        yield _block(order_label(place + 1), lines, bodies[place + 1])
