"""The inner product and the space of the values of a derivative.

They are those that a person chooses; else those of the variable where f maps the space into
itself, at f(X) where they depend on the point; else Frobenius.
"""

from __future__ import annotations

from dataclasses import replace

from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.representer import symmetry_of
from matcalc.geometry.setting import Setting, plain, setting
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.question import Question
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction, variable_like
from matcalc.spaces.inner_products import InnerProduct
from matcalc.spaces.metrics import Metric
from matcalc.spaces.spaces import Space

_VALUE = "Y__"  # stands for f(X) where a setting is read


def setting_of_values(asked: Question, body: Node, inner: InnerProduct | None) -> Setting:
    """The setting of the values of the derivative `body`, linear in the directions.

    Raises DomainError where the product chosen is none at f(X).
    """
    value = simplify(asked.problem.expression)
    if inner is not None and not inner.is_frobenius:
        return _as_chosen(asked, body, inner, value)
    first = asked.moving[0]
    free = plain(first.variable, body)
    chosen = first.setting
    if asked.is_list or chosen.is_plain:
        return free
    if inner is None and value.shape == first.variable.shape:
        there = chosen.moved(chosen.variable, value)
        if _maps_into(LinearMap((first.tangent,), body, chosen, there), value, chosen):
            return there
    symmetry = None if chosen.space.is_all else _symmetry(asked, body)
    return _read(asked, body, None, symmetry) if symmetry else free


def _as_chosen(asked: Question, body: Node, inner: InnerProduct, value: Node) -> Setting:
    found = _read(asked, body, inner, _symmetry(asked, body))
    there = found.moved(_stand_in(body), value)
    if _depends(found.metric, there.metric, body):
        first = asked.moving[0]
        operator = LinearMap((first.tangent,), body, first.setting, there)
        if not _is_point(operator, value, found.metric):
            raise DomainError(f"{there.formula} is no inner product: f has values of another kind")
    return there


def _read(asked: Question, body: Node, inner: InnerProduct | None, symmetry: str | None) -> Setting:
    """The setting of f(X), of which nothing is known but its shape; sampled at points X."""
    first = asked.moving[0]
    space = None if symmetry is None else Space.named(symmetry)
    found = setting(asked.problem, _stand_in(body), inner, space)
    chosen = first.setting.space
    sampled = replace(found.space, seed=chosen.seed, point=chosen.point)
    return replace(found, variable=first.variable, space=sampled)


def _stand_in(body: Node) -> Symbol:
    return variable_like(_VALUE, body)


def _symmetry(asked: Question, body: Node) -> str | None:
    """symmetric or skew, where all values of the derivative are."""
    inside: dict[Node, Node] = {}
    for one in asked.moving:
        word = one.setting.space.structure
        inside[one.tangent] = direction(one.tangent.name, one.tangent, *([word] if word else []))
    return next(iter(symmetry_of(substitute(body, inside))), None)


def _depends(one: Metric, other: Metric, body: Node) -> bool:
    left, right = (direction(name, body) for name in ("L__", "R__"))
    return one.pairing(left, right) is not other.pairing(left, right)


def _maps_into(operator: LinearMap, value: Node, chosen: Setting) -> bool:
    """Whether the derivative takes the space into that at f(X), which is a point for the product.

    Not where that cannot be evaluated: then nothing is taken for granted.
    """
    image = operator.outer.ground
    try:
        if not operator.has_values_in(image):
            return False
        depends = _depends(chosen.metric, image[0], operator.body)
        return not depends or _is_point(operator, value, chosen.metric)
    except MatcalcError:
        return False


def _is_point(operator: LinearMap, value: Node, metric: Metric) -> bool:
    """Whether f(X) is of the kind that a product needs: by its declaration, or at random points."""
    needed = metric.point_kind
    if needed and needed <= structure_of(value):
        return True
    points = operator.at_points(operator.outer.ground, value)
    return all(point.is_definite and point.has_kind(value, needed) for point in points)
