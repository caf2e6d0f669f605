"""The variables of a question as points of their spaces."""

from __future__ import annotations

from matcalc.expressions.nodes import Node, Symbol
from matcalc.questions.question import Moving, Question
from matcalc.rulebook.substitution import substitute


def points(asked: Question) -> dict[Node, Node]:
    """Variables that stay put, as points of their spaces."""
    return {name: value for one in asked.moving for name, value in _point_of(one).items()}


def _point_of(one: Moving) -> dict[Node, Node]:
    """A variable that stays put as a point of its space, from a seed that is arbitrary.

    What the space assumes of other names is put in too: a mask has zeros and ones.
    """
    space = one.setting.space
    fixed: dict[Node, Node] = dict(space.fixed)
    if space.point is None or space.seed is None:
        return fixed
    seed = Symbol(f"Z{one.name}__", space.seed.shape, space.seed.structure)
    point = substitute(space.point, {space.seed: seed})
    return {**fixed, one.variable: point, one.free: point}
