"""The V with L(V) = R: where the map is singular there is none, and none is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.calculus.inversion import inverse
from matcalc.calculus.wirtinger import is_complex_linear
from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import multiply
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node, Symbol, symbols_of
from matcalc.language.kinds import thin_words
from matcalc.operators.structure import solve_map
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import variable_like
from matcalc.spaces.real_coordinates import coordinate_matrix, coordinates, from_coordinates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcalc.operators.at_points import AtPoint
    from matcalc.operators.restriction import Restriction

_SAMPLES = 12


def solve_inside(restriction: Restriction, points: Sequence[AtPoint], given: Node) -> Node:
    """The first candidate that gives V back from L(V) at random points of the space."""
    from matcalc.operators.at_points import require_injective

    space, body = restriction.space.name, restriction.body
    require_injective(points, space)
    if not _is_new(given, body) and not all(point.reaches(given) for point in points):
        raise NoRule(f"{given} is no value of the map on the space {space}")
    right = variable_like(free_name("R__", body), body)
    for candidate in restriction.solutions(right):
        if all(point.is_solved_by(candidate, right) for point in points):
            return simplify(substitute(candidate, {right: given}))
    raise NoRule(f"the inverse of the map on the space {space} has no closed form here")


def solve_free(body: Node, tangent: Symbol, given: Node) -> Node:
    """The V with L(V) = R, all entries free.

    Raises NoRule where there is no inverse, such as of a map from complex to real values.
    """
    if body.is_complex != tangent.is_complex:
        raise NoRule("a map between real and complex values has no inverse")
    if body.is_complex and not is_complex_linear(body, tangent):
        inverted = inverse(coordinate_matrix(body, tangent))
        return from_coordinates(multiply(inverted, coordinates(given)), tangent)
    return solve_map(body, tangent, given)


def require_invertible(tangent: Symbol, body: Node) -> None:
    """Raise NoRule where L(V) = R has no solution at most of some random points, R free."""
    from numpy.random import default_rng

    from matcalc.samples.agreement import DIFFERENT, Pair, samples

    right = variable_like(free_name("R", body), body)
    solution = solve_free(body, tangent, right)
    again = substitute(body, {tangent: solution})
    if again is right:
        return
    found, reason = samples(Pair(again, right), _SAMPLES, default_rng(0))
    failed = sum(sample.error > DIFFERENT for sample in found)
    stopped = reason and samples(Pair(body, right), 1, default_rng(0))[0]
    if 2 * failed > len(found) or (stopped and not found):
        raise NoRule(
            "the map is singular at random points: it has no inverse",
            hint="restrict it to a space on which it is invertible",
        )


def _is_new(given: Node, body: Node) -> bool:
    """Whether an expression is a name of which nothing is known."""
    plain = isinstance(given, Symbol) and not thin_words(given.structure) - {"tangent"}
    return plain and given not in symbols_of(body)
