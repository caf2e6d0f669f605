"""The inner product and the space of the values of a derivative.

They are those that a person chooses; else those of the variable where f maps the space into
itself, at f(X) where they depend on the point; else Frobenius.
"""

from __future__ import annotations

from dataclasses import replace

from matcalc.calculus.inner_products import InnerProduct, Metric
from matcalc.calculus.representer import symmetry_of
from matcalc.calculus.surroundings import direction
from matcalc.expressions.constructors import symbol
from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.operators import LinearMap
from matcalc.over_complex import is_plain
from matcalc.questions import Question
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.settings import Setting, setting
from matcalc.simplify.rewriting import simplify

_VALUE = "Y__"  # stands for f(X) where a setting is read


def setting_of_values(
    asked: Question, body: Node, chosen: Setting | None, inner: InnerProduct | None
) -> Setting | None:
    """The setting of the values of the derivative tangent -> `body`; None for the plain one.

    Raises DomainError where the product chosen is none at f(X).
    """
    value = simplify(asked.problem.expression)
    if not is_plain(asked, inner):
        return _as_chosen(asked, body, chosen, inner, value)
    if chosen is None:
        return None
    if inner is None and value.shape == asked.variable.shape:
        there = chosen.moved(chosen.variable, value)
        if _maps_into(LinearMap(asked.tangent, body, chosen, there), value, chosen):
            return there
    symmetry = None if chosen.space.is_all else _symmetry(asked, body, chosen)
    return _read(asked, body, chosen, None, symmetry) if symmetry else None


def _as_chosen(
    asked: Question, body: Node, chosen: Setting | None, inner: InnerProduct | None, value: Node
) -> Setting:
    found = _read(asked, body, chosen, inner, _symmetry(asked, body, chosen))
    there = found.moved(_stand_in(body), value)
    if _depends(found.metric, there.metric, body):
        operator = LinearMap(asked.tangent, body, chosen, there)
        if not _is_point(operator, value, found.metric):
            raise DomainError(f"{there.formula} is no inner product: f has values of another kind")
    return there


def _read(
    asked: Question,
    body: Node,
    chosen: Setting | None,
    inner: InnerProduct | None,
    symmetry: str | None,
) -> Setting:
    """The setting of f(X), of which nothing is known but its shape; sampled at points X."""
    found = setting(asked.problem, _stand_in(body), inner, symmetry)
    seed, point = (chosen.space.seed, chosen.space.point) if chosen else (None, None)
    space = replace(found.space, seed=seed, point=point)
    return replace(found, variable=asked.variable, space=space)


def _stand_in(body: Node) -> Symbol:
    return symbol(_VALUE, body.shape, *(["complex"] if body.is_complex else []))


def _symmetry(asked: Question, body: Node, chosen: Setting | None) -> str | None:
    """symmetric or skew, where all values of the derivative are."""
    structure = chosen.space.structure if chosen is not None else ""
    inside = direction(asked.tangent.name, asked.tangent, *([structure] if structure else []))
    return next(iter(symmetry_of(substitute(body, {asked.tangent: inside}))), None)


def _depends(one: Metric, other: Metric, body: Node) -> bool:
    left, right = (direction(name, body) for name in ("L__", "R__"))
    return one.pairing(left, right) is not other.pairing(left, right)


def _maps_into(operator: LinearMap, value: Node, chosen: Setting) -> bool:
    """Whether the derivative takes the space into that at f(X), which is a point for the product.

    Not where that cannot be evaluated: then nothing is taken for granted.
    """
    image = operator.outer_ground
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
    points = operator.at_points(operator.outer_ground, value)
    return all(point.is_definite and point.has_kind(value, needed) for point in points)
