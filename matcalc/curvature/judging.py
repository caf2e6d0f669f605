"""The verdict on the curvature of a function: proved by rules, refuted by numbers, or undecided."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.answers.second_order import second_order
from matcalc.curvature.composition import AFFINE, Composition, Found
from matcalc.curvature.domain import Domain
from matcalc.curvature.record import Curvature, Line
from matcalc.expressions.constructors import split_coefficient
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Identity, Node, Number, Product
from matcalc.expressions.operations import Kronecker
from matcalc.expressions.predicates import Has, Ordered, Property
from matcalc.language.kinds import thin_words
from matcalc.questions.question import Question
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify


def judge_curvature(f: Node, place: Domain, asked: Question, seed: int = 0) -> Curvature:
    """What is known of the curvature of f on a domain."""
    text = place.text if is_convex(place) else f"each convex part of {place.text}"
    found = _proved(f, place)
    if found is not None:
        lines = found.lines or (Line(f, "affine"),)
        return Curvature(found.word, text, lines)
    from matcalc.curvature.refuting import bent  # brings in NumPy

    condition = _condition(asked) if place.is_constant(place.second(simplify(f))) else ""
    counterexample = bent(f, place, seed)
    verdict = "neither" if counterexample is not None else "undecided"
    return Curvature(verdict, text, (), counterexample, condition)


def _proved(f: Node, place: Domain) -> Found | None:
    """As it is typed, shorter, or without brackets: the first form that the rules reach."""
    rules = Composition(place)
    short = simplify(f)
    for form in dict.fromkeys((short, f, simplify(expand(short)))):
        if found := rules.of(form):
            return found
    return None


def is_convex(place: Domain) -> bool:
    """Whether the domain is convex: each of its conditions one on a concave function."""
    if any("invertible" in one.structure - {"spd"} and "psd" not in one.structure for one in place.variables):
        return False
    known: list[object] = []
    for condition in place.conditions:
        before = Domain(place.variables, tuple(known))  # type: ignore[arg-type]
        if not before.holds(condition) and not _keeps_convex(condition, before):
            return False
        known.append(condition)
    return True


def _keeps_convex(condition: object, before: Domain) -> bool:
    """Whether the points that meet the condition are a convex set."""
    match condition:
        case Has(subject, Property.POSITIVE | Property.NONNEGATIVE):
            found = Composition(before).of(subject)
            return found is not None and found.curvature <= frozenset({-1, 0})
        case Has(subject, Property.SYMMETRIC):
            return before.is_affine(subject)
        case Has(subject, Property.INVERTIBLE | Property.NO_NEGATIVE_EIGENVALUE):
            return before.is_constant(subject) or (
                before.signs.is_psd(subject) and before.is_affine(subject)
            )
        case Has(subject, _):
            return before.is_constant(subject)
        case Ordered(smaller, larger):
            return before.is_affine(smaller) and before.is_affine(larger)
    return False


# ---------------------------------------------------------------- conditions on the others


def _condition(asked: Question) -> str:
    """For which values of the others a quadratic function is convex: its Hessian is psd."""
    try:
        value = second_order(asked).value()
    except MatcalcError:
        return ""
    if not isinstance(value, Node) or thin_words(asked.alone.variable.structure):
        return ""
    matrix = _telling(value)
    if matrix.shape.is_scalar:
        return f"convex exactly when {matrix} >= 0, concave exactly when {matrix} <= 0"
    return f"convex exactly when {matrix} is psd, concave exactly when it is negative semidefinite"


def _telling(matrix: Node) -> Node:
    """What decides on a Hessian: neither a positive number nor an identity matrix does."""
    coefficient, rest = split_coefficient(matrix)
    if coefficient < 0:
        return matrix
    match rest:
        case Product(scalars=scalars, factors=(Identity(),)) if len(scalars) == 1:
            return scalars[0]
        case Kronecker(Identity(), inner) | Kronecker(inner, Identity()):
            return _telling(inner)
    return rest if not isinstance(rest, Number) else matrix
