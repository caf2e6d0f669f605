"""The verdict on the curvature of a function: proved by rules, refuted by numbers, or undecided."""

from __future__ import annotations

from contextlib import suppress

from matcalc.answers.second_order import second_order
from matcalc.calculus.differential import differential
from matcalc.convexity.composition import Composition
from matcalc.convexity.domain import OPEN_PARTS, Domain, told
from matcalc.convexity.few import of_few
from matcalc.convexity.found import CONCAVE, CONVEX, Found
from matcalc.convexity.record import Curvature, Line
from matcalc.convexity.scalars import between
from matcalc.convexity.signs import ANY, NONNEGATIVE, Sign
from matcalc.expressions.constructors import UNIT, ZERO, content, scale, split_coefficient
from matcalc.expressions.dimensions import dimension
from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import (
    Identity,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    dimension_names,
    symbols_of,
)
from matcalc.expressions.operations import Kronecker
from matcalc.expressions.predicates import Has, Predicate, Property, mapped
from matcalc.language.kinds import closure, thin_words
from matcalc.questions.question import Question
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify


def judge_curvature(f: Node, place: Domain, asked: Question, samples: int, seed: int) -> Curvature:
    """What is known of the curvature of f on a domain."""
    _require_points(place)
    place = _without_implied(place)
    convex = is_convex(place)
    found = _proved(f, place)
    if found is not None:
        text = place.text if convex else f"each convex part of {place.text}"
        return Curvature(found.word, text, found.lines or (Line(f, "affine"),))
    from matcalc.convexity.refuting import bent, is_bent  # brings in NumPy

    with suppress(MatcalcError):  # where no second derivative is known
        counterexample = bent(f, place, convex, samples, seed)
        verdict = "neither" if counterexample is not None else "undecided"
        exact = _condition(f, place, asked) if is_bent(f, place, convex, samples, seed) else ""
        condition = exact or _by_one_scalar(f, place, samples, seed)
        text = place.text + _but_1(f, place) if counterexample else place.text
        return Curvature(verdict, text, (), counterexample, condition)
    return Curvature("undecided", place.text)


def _require_points(place: Domain) -> None:
    """Raises DomainError where what is said of signs contradicts itself."""
    subjects = (subject for one in place.conditions for subject, _ in told(one))
    scalars = (one for one in place.variables if one.shape.is_scalar)
    ends = (between(one, place.signs) for one in scalars)
    has_signs = all(map(place.signs.of, (*subjects, *place.variables)))
    if not has_signs or any(one.is_empty for one in ends):
        raise DomainError(f"the domain is empty: no values have {place.text}")


def _without_implied(place: Domain) -> Domain:
    """The domain, the conditions apart that hold wherever the others do."""
    conditions, implied = list[Predicate](), list[Predicate]()
    for condition in place.conditions:
        before = Domain(place.variables, tuple(conditions), tuple(implied))
        signs = [*told(condition)]
        met = before.holds(condition) or (
            signs and all(_has_sign(before, subject, sign) for subject, sign in signs)
        )
        (implied if met else conditions).append(condition)
    return Domain(place.variables, tuple(conditions), tuple(implied))


def _has_sign(place: Domain, subject: Node, sign: Sign) -> bool:
    if place.signs.of(subject) <= sign:
        return True
    return any(
        few.sign(few.function) <= sign for few in of_few(subject, place, Composition(place).of)
    )


def _but_1(f: Node, place: Domain) -> str:
    """The sizes that are to be 2 or more: for 1 the rules tell another curvature."""
    names = sorted(dimension_names(f, *place.variables))
    told = [f"{name} >= 2" for name in names if _proved_for_size_1(f, place, name)]
    return f" ({', '.join(told)})" if told else ""


def _proved_for_size_1(f: Node, place: Domain, name: str) -> bool:
    sizes = {name: dimension(1)}

    def at_1(node: Node) -> Node:
        return instantiate(node, {}, sizes, book.apply)

    with suppress(MatcalcError):
        conditions = tuple(mapped(one, at_1) for one in place.conditions)
        there = Domain(tuple(one.with_sizes(sizes) for one in place.variables), conditions)
        return _proved(at_1(f), there) is not None
    return False


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
    if any(OPEN_PARTS & one.structure and "psd" not in one.structure for one in place.variables):
        return False
    befores = (
        (condition, Domain(place.variables, place.conditions[:k], place.implied))
        for k, condition in enumerate(place.conditions)
    )
    return all(_keeps_convex(condition, before) for condition, before in befores)


def _keeps_convex(condition: Predicate, before: Domain) -> bool:
    """Whether the points that meet the condition are a convex set."""
    if before.holds(condition):
        return True
    match condition:
        case Has(subject, Property.SYMMETRIC):
            return before.is_affine(subject)
        case Has(subject, Property.INVERTIBLE | Property.NO_NEGATIVE_EIGENVALUE):
            is_psd = before.signs.is_psd(subject) and before.is_affine(subject)
            return is_psd or before.is_constant(subject)
    signs = [*told(condition)]
    return bool(signs) and all(_is_above(before, *one) for one in signs)


def _is_above(before: Domain, subject: Node, sign: Sign) -> bool:
    """Whether a concave function is above 0, or one that only rises or only falls."""
    if before.is_constant(subject):
        return True
    found = Composition(before).of(subject) if sign <= NONNEGATIVE else None
    is_concave = found is not None and found.curvature <= CONCAVE
    few = of_few(subject, before, Composition(before).of) if sign <= NONNEGATIVE else ()
    return is_concave or any(one.is_monotone for one in few)


# ---------------------------------------------------------------- conditions on the others


def _condition(f: Node, place: Domain, asked: Question) -> str:
    """For which values of the others a quadratic function is convex: its Hessian is psd."""
    second = place.second(simplify(f))
    others = [one for one in symbols_of(second) if one not in place.tangents.values()]
    if not others or not place.is_constant(second) or not place.is_smooth(f):
        return ""
    try:
        value = second_order(asked).value()
    except MatcalcError:
        return ""
    if not isinstance(value, Node) or thin_words(asked.alone.variable.structure):
        return ""
    matrix = _telling(value)
    if matrix.shape.is_scalar:
        return f"convex exactly when {matrix} >= 0, concave exactly when {matrix} <= 0"
    text = _written_out(matrix)
    return f"convex exactly when {text} is psd, concave exactly when it is negative semidefinite"


def _by_one_scalar(f: Node, place: Domain, samples: int, seed: int) -> str:
    """For which sign of a scalar a function is convex."""
    for a in symbols_of(f):
        if not a.shape.is_scalar or a in place.tangents or place.signs.of(a) != ANY:
            continue
        at_least_0 = Symbol(a.name, a.shape, closure(*a.structure, "nonnegative"))
        sides = (substitute(f, {a: scale(sign, at_least_0)}) for sign in (1, -1))
        found = [one.curvature for one in (_proved(side, place) for side in sides) if one]
        if set(found) == {CONVEX, CONCAVE}:
            when = "exactly when" if _is_multiple(f, a, place, samples, seed) else "when"
            signs = (">=", "<=") if found[0] == CONVEX else ("<=", ">=")
            return "convex {0} {1} {2} 0, concave {0} {1} {3} 0".format(when, a, *signs)
    return ""


def _is_multiple(f: Node, a: Symbol, place: Domain, samples: int, seed: int) -> bool:
    """Whether it is a*g + h, h affine, and g not: it and the domain of the variables alone."""
    from matcalc.convexity.refuting import is_bent  # brings in NumPy

    g, h = simplify(differential(f, {a: UNIT})), simplify(substitute(f, {a: ZERO}))
    bounds = (subject for one in place.conditions for subject, _ in told(one))
    is_alone = set(symbols_of(g, *bounds)) <= set(place.variables)
    return is_alone and place.is_affine(h) and is_bent(g, place, is_convex(place), samples, seed)


def _telling(matrix: Node) -> Node:
    """What decides on a Hessian: neither a positive number nor an identity matrix does."""
    coefficient, rest = (content if isinstance(matrix, Sum) else split_coefficient)(matrix)
    if coefficient < 0:
        return matrix
    match rest:
        case Product(scalars=scalars, factors=(Identity(),)) if len(scalars) == 1:
            return scalars[0]
        case Kronecker(Identity(), inner) | Kronecker(inner, Identity()):
            return _telling(inner)
    return rest if not isinstance(rest, Number) else matrix


def _written_out(matrix: Node) -> str:
    """The text, in which no number beside matrices stands for a matrix."""
    if not isinstance(matrix, Sum):
        return str(matrix)
    return " + ".join(str(scale(c, term)) for c, term in matrix.terms).replace("+ -", "- ")
