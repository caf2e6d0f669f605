"""What each kind of rule says about numbers, measured at random points.

    differential   (f(X + t*V) - f(X - t*V)) / 2t = R(X, V)
    adjoint        <f(V), C> = <V, R(C)>
    vec            vec(f(V)) = M * vec(V)
    identity, definition, computed, entries     left = right

A `Case` holds one point with what is measured of the left side; `error` compares a right side with
it. The right sides of mutants are judged at the same cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from matcalc.expressions.constructors import number
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.expressions.predicates import Has, Predicate, Unless
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.records import Operation, Rule
from matcalc.samples.numeric import Curve, Unusable, central_error, require_usable, size
from matcalc.samples.sampling import Array, Point, Random, drawn_symbols, tangent_to
from tests.interpreter import interpret
from tests.rulebook.complex_values import complex_entries
from tests.rulebook.sampling import (
    demands_of,
    matrix_functions,
    points,
    raw_apply,
    symmetric_names,
    value_at,
    with_function,
)

COUNT = 4
DIFFERENTIAL_LIMIT = 1e-6
EQUATION_LIMIT = 1e-8
Judge = Callable[[Node], float]


@dataclass(frozen=True)
class Case:
    """One point: `judge` gives the relative error of a right side there."""

    point: Point
    judge: Judge
    prepare: Callable[[Node], Node]

    def error(self, right: Node) -> float:
        try:
            return self.judge(self.prepare(right))
        except Unusable:
            return np.inf


def limit(rule: Rule) -> float:
    return DIFFERENTIAL_LIMIT if rule.kind == "differential" else EQUATION_LIMIT


def complaints(rule: Rule, right: Node) -> list[str]:
    """The points at which `right` is not what the left side of the rule is."""
    found = []
    for case in cases(rule):
        error = case.error(right)
        if not error <= limit(rule):
            found.append(
                f"error {error:.1e} at {dict(case.point.sizes)}, {case.point.region.value}"
            )
    return found


@cache
def cases(rule: Rule) -> list[Case]:
    """Usable points of the rule's domain; an empty list where none was found."""
    operation = operation_of(rule)
    random = np.random.default_rng(len(rule.text))
    found: list[Case] = []
    for prepare in _variants(rule, operation):
        variant: list[Case] = []
        for point in points(*_roots(rule, prepare), random):
            try:
                variant.append(
                    Case(point, _LAWS[rule.kind](rule, operation, prepare, point), prepare)
                )
            except Unusable:
                continue
            if len(variant) == COUNT:
                break
        found += variant
    return found


def operation_of(rule: Rule) -> Operation:
    """The entry in which the rule stands."""
    file, _, line = rule.location.partition(":")
    inside = [
        operation
        for operation in map(book.operation, book.names())
        for clause in operation.clauses
        if clause.location == f"{file}:{line}"
    ]
    assert len(inside) == 1, rule.location
    return inside[0]


def _roots(rule: Rule, prepare: Callable[[Node], Node]) -> tuple[list[Node], list[Predicate]]:
    left, right = prepare(rule.left), prepare(rule.right)
    roots = [
        left,
        right,
        *(s for s in (prepare(s) for s in rule.symbols.values()) if isinstance(s, Symbol)),
    ]
    more = [rule.cotangent] if rule.cotangent is not None else []
    return [*roots, *more], demands_of(left)


def _variants(rule: Rule, operation: Operation) -> Iterator[Callable[[Node], Node]]:
    """A rule is checked with its free function standing for each, and at integer exponents."""
    free = [s for s in rule.symbols.values() if "function" in s.structure and not book.has(s.name)]
    if free:
        for name in matrix_functions():
            yield lambda node, name=name: with_function(node, name)  # type: ignore[misc]
        return
    yield lambda node: node
    if rule.over_complex and rule.kind == "identity":
        yield lambda node: _with_complex_symbols(node, rule)
    if rule.kind == "differential":
        for exponent in _exponents(operation):
            for value in (3, -2):
                yield lambda node, n=exponent, v=value: _at_integer(node, n, v)  # type: ignore[misc]


def _exponents(operation: Operation) -> set[str]:
    """The parameters that lift a condition where they are integers."""
    found = (one.predicate for one in book.requirements(operation.name, "requires"))
    exceptions = (one.exception for one in found if isinstance(one, Unless))
    return {
        one.subject.name
        for one in exceptions
        if isinstance(one, Has) and isinstance(one.subject, Symbol)
    }


def _with_complex_symbols(node: Node, rule: Rule) -> Node:
    """The expression with its variables complex; its transposes stay transposes."""
    taken: dict[Node, Node] = {
        s: Symbol(s.name, s.shape, s.structure | {"complex"})
        for s in drawn_symbols(rule.left, rule.right)
        if not s.structure
    }
    return instantiate(node, taken, NO_DIMENSIONS, raw_apply)


def _at_integer(node: Node, name: str, value: int) -> Node:
    """The expression with its scalar `name` an integer, at rest."""
    replaced: dict[Node, Node] = {}
    for one in ordered(node):
        if isinstance(one, Symbol) and one.name in (name, f"d{name}"):
            replaced[one] = number(value if one.name == name else 0)
    return instantiate(node, replaced, NO_DIMENSIONS, book.apply)


# ---------------------------------------------------------------- the laws


def _differential(
    rule: Rule, operation: Operation, prepare: Callable[[Node], Node], point: Point
) -> Judge:
    left = prepare(rule.left)
    moving = {
        p.name
        for p in operation.parameters
        if p.kind == "value" and any(s.name == p.name for s in drawn_symbols(left))
    }
    random = np.random.default_rng(7)
    symmetric = symmetric_names(demands_of(left))
    tangents = {
        name: 0.3 * complex_entries(np.shape(point.values[name]), random)
        if np.iscomplexobj(point.values[name])
        else _tangent(np.shape(point.values[name]), random)
        for name in moving
    }

    @cache
    def value(step: float) -> Array:
        moved = {name: point.values[name] + step * tangents[name] for name in moving}
        return value_at(left, point, {n: _settled(v, n in symmetric) for n, v in moved.items()})

    require_usable(Curve(value, value(0.0)))
    _require_precise(value)
    more = {f"d{name}": tangent for name, tangent in tangents.items()}
    at = Point(point.sizes, {**point.values, **more}, point.region)
    return lambda right: central_error(Curve(value, value_at(right, at)))


def _require_precise(value: Callable[[float], Array]) -> None:
    """Unusable where difference quotients with two steps disagree: near a pole, say."""
    quotients = [(value(t) - value(-t)) / (2 * t) for t in (1e-3, 5e-4, 1e-4, 5e-5)]
    coarse, fine = ((4 * quotients[k + 1] - quotients[k]) / 3 for k in (0, 2))
    if _distance(coarse, fine) > 0.3 * DIFFERENTIAL_LIMIT:
        raise Unusable("the difference quotients are not precise")


def _tangent(axes: tuple[int, ...], random: Random) -> Any:
    """A direction in which all entries move."""
    value = 0.3 * tangent_to(frozenset(), axes, random)
    return value if axes else float(value)


def _settled(value: Any, symmetric: bool) -> Any:
    """A function of symmetric matrices is taken at the symmetric part, which moves with all."""
    return (value + value.conj().T) / 2 if symmetric and np.ndim(value) == 2 else value


def _resting(rule: Rule, operation: Operation, point: Point) -> dict[str, Any]:
    """The values, with zero for what the operation is linear in jointly with the argument."""
    joint = {n for group in operation.linear if rule.argument in group for n in group}
    still = joint - {rule.argument}
    return {name: 0 * value if name in still else value for name, value in point.values.items()}


def _adjoint(
    rule: Rule, operation: Operation, prepare: Callable[[Node], Node], point: Point
) -> Judge:
    assert rule.cotangent is not None
    values = _resting(rule, operation, point)
    left = value_at(prepare(rule.left), point, values)
    cotangent, direction = values[rule.cotangent.name], values[rule.argument]
    expected = _pairing(left, cotangent)

    def judge(right: Node) -> float:
        back = value_at(right, point)
        scale = size(left) * size(np.asarray(cotangent)) + size(back) * size(np.asarray(direction))
        return abs(expected - _pairing(direction, back)) / scale if scale else 0.0

    return judge


def _pairing(left: Any, right: Any) -> float:
    """re(tr(U'*V)), with ' the conjugate transpose."""
    return float(np.real(np.vdot(left, right)))


def _vec(rule: Rule, operation: Operation, prepare: Callable[[Node], Node], point: Point) -> Judge:
    values = _resting(rule, operation, point)
    expected = value_at(prepare(rule.left), point, values).ravel(order="F")
    direction = np.asarray(values[rule.argument]).ravel(order="F")

    def judge(matrix: Node) -> float:
        rows = value_at(matrix, point).reshape(expected.size, direction.size)
        return _distance(rows @ direction, expected)

    return judge


def _equation(
    rule: Rule, operation: Operation, prepare: Callable[[Node], Node], point: Point
) -> Judge:
    left = prepare(rule.left)
    for node in ordered(left):
        if isinstance(node, Apply) and node.operation == "inv":
            _require_invertible(value_at(node.arguments[0], point))
    expected = value_at(left, point)
    return lambda right: _distance(value_at(right, point), expected)


def _computed(
    rule: Rule, operation: Operation, prepare: Callable[[Node], Node], point: Point
) -> Judge:
    """Beside what code computes where nothing is known of the arguments."""
    plain: dict[Node, Node] = {
        s: Symbol(s.name, s.shape, frozenset()) for s in rule.symbols.values() if s.shape != SCALAR
    }
    left = instantiate(prepare(rule.left), plain, NO_DIMENSIONS, raw_apply)
    assert left is not rule.left
    expected = value_at(left, point)
    return lambda right: _distance(value_at(right, point), expected)


def _require_invertible(value: Array) -> None:
    """Unusable where an inverse would be nothing but round-off."""
    if value.ndim == 2 and np.linalg.cond(value) > 1e8:
        raise Unusable("a singular matrix has no inverse")


def _definition(
    rule: Rule, operation: Operation, prepare: Callable[[Node], Node], point: Point
) -> Judge:
    """Beside what the operation means to the second oracle, which knows no definition."""
    value_at(rule.right, point)
    told = {p.name: int(p.kind) for p in operation.parameters if p.kind.isdigit()}
    expected = np.asarray(interpret(rule.left, {**point.values, **told}, point.sizes))
    return lambda right: _distance(value_at(right, point), expected)


def _distance(found: Array, expected: Array) -> float:
    """Relative to the larger, but what is almost nothing counts as nothing."""
    return size(found - expected) / max(size(found), size(expected), 0.01)


_LAWS: dict[str, Callable[[Rule, Operation, Callable[[Node], Node], Point], Judge]] = {
    "differential": _differential,
    "adjoint": _adjoint,
    "vec": _vec,
    "identity": _equation,
    "written": _equation,
    "rejected": _equation,
    "computed": _computed,
    "entries": _equation,
    "definition": _definition,
}
