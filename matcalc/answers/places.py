"""Where a claim about an answer is held to hold, and along which directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.answers.higher_order import Slot, slots
from matcalc.expressions.nodes import Node
from matcalc.questions.points import points
from matcalc.rulebook.substitution import substitute
from matcalc.samples.place import Place
from matcalc.spaces.projections import projected
from matcalc.spaces.tangent_spaces import project_on

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer


def place_of(answer: Answer) -> Place:
    """Where a claim about an answer has to hold: in the spaces, and at points of them."""
    asked = answer.question
    inside: dict[Node, Node] = {
        tangent: projected(asked.by_name[name].setting.space, tangent)
        for slot in directions_of(answer)
        for name, tangent in slot.items()
        if not asked.by_name[name].setting.space.is_all
    }
    free: dict[Node, Node] = {one.variable: one.free for one in asked.moving}
    vanished = (substitute(part, free) for part in asked.problem.vanished)
    return Place(inside, points(asked), (asked.expression, *vanished))


_LINEAR_KINDS = ("diagonal", "symmetric", "hermitian", "skew", "lower", "upper")


def within_kinds(answer: Answer) -> dict[Node, Node]:
    """The directions that keep a variable of the kind that it is declared of, by projections."""
    found: dict[Node, Node] = {}
    for slot in directions_of(answer):
        for name, tangent in slot.items():
            one = answer.question.by_name[name]
            kinds = [kind for kind in _LINEAR_KINDS if kind in one.variable.structure]
            if one.setting.space.is_all and kinds:
                found[tangent] = project_on(kinds[0], tangent)
    return found


def directions_of(answer: Answer) -> list[Slot]:
    """The directions that the answer is linear in, by the names of the variables."""
    if answer.kind.is_operator or answer.order == 1:
        return [answer.question.directions]
    return slots(answer.question, answer.order)
