"""Entries of a person beside their own code, at random points.

A differential and the code of the value that disagree would give wrong derivatives everywhere;
so would a false adjoint or identity. `matcalc rules --rules mine.rules --verify` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matcalc.calculus.kronecker import unstacked, vec
from matcalc.expressions.constructors import multiply, zero
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Symbol
from matcalc.expressions.predicates import Has, Property
from matcalc.language.kinds import closure
from matcalc.operators.linear_map import linear_map
from matcalc.rulebook import book
from matcalc.rulebook.equations import tangent_of
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.records import Operation, Rule
from matcalc.samples.agreement import EQUAL, Pair, Sample, samples
from matcalc.samples.invertible import Inverted
from matcalc.samples.report import Report, sizes_text
from matcalc.samples.sampling import Point
from matcalc.verify.checks import verify_map

_POINTS = 12


@dataclass(frozen=True)
class Verdict:
    """What the numbers say of one clause; where they say nothing, `holds` is None."""

    location: str
    word: str
    holds: bool | None
    reason: str = ""

    def __str__(self) -> str:
        said = {True: "holds", False: "does not hold", None: "cannot be checked"}[self.holds]
        return f"{self.location}: {self.word} {said}{self.reason and ': '}{self.reason}"


def verdicts(name: str) -> Iterator[Verdict]:
    """Every differential, adjoint, vec rule, definition and identity of an operation, judged."""
    operation = book.operation(name)
    kept = () if operation.is_abbreviation else ("definition",)
    for kind in ("differential", "adjoint", "vec", *kept, "identity"):
        for rule in book.rules(name, kind):
            try:
                yield _judged(rule, operation)
            except MatcalcError as error:
                yield Verdict(rule.location, rule.kind, None, error.message)


def _judged(rule: Rule, operation: Operation) -> Verdict:
    match rule.kind:
        case "differential":
            return _of_reports(rule, _of_changes(operation, rule))
        case "adjoint":
            return _of_reports(rule, [_of_adjoint(operation, rule)])
        case "vec":
            return _of_reports(rule, [_of_vec(rule)])
        case _:
            return _of_sides(rule)


def _of_reports(rule: Rule, reports: Iterable[Report]) -> Verdict:
    """The first report that has not passed decides."""
    failed = next((report for report in reports if not report.passed), None)
    if failed is None:
        return Verdict(rule.location, rule.kind, True)
    return Verdict(rule.location, rule.kind, False if failed.rows else None, failed.reason)


def _of_changes(operation: Operation, rule: Rule) -> Iterator[Report]:
    """Each argument moves, the others at rest; where it has to be symmetric it stays so."""
    words = _demanded(operation)
    moving = [rule.symbols[p.name] for p in operation.parameters if p.kind == "value"]
    kinds: dict[Node, Node] = {
        s: Symbol(s.name, s.shape, s.structure | words.get(s.name, NO_STRUCTURE)) for s in moving
    }
    left = instantiate(rule.left, kinds, NO_DIMENSIONS, book.apply)
    for variable in moving:
        tangent = tangent_of(variable)
        within = words.get(variable.name, NO_STRUCTURE) and frozenset({"symmetric"})
        moved = Symbol(tangent.name, tangent.shape, tangent.structure | within)
        rest: dict[Node, Node] = {tangent_of(s): zero(s.shape) for s in moving}
        values = kinds | rest | {tangent: moved}
        body = instantiate(rule.right, values, NO_DIMENSIONS, book.apply)
        kind = kinds[variable]
        assert isinstance(kind, Symbol)
        yield verify_map(left, kind, linear_map(moved, body))


def _demanded(operation: Operation) -> dict[str, frozenset[str]]:
    """The arguments that the entry demands to be symmetric or spd, and what they then are."""
    predicates = (one.predicate for one in book.requirements(operation.name, "requires"))
    found = {}
    for predicate in predicates:
        match predicate:
            case Has(Symbol(name=name), Property.SPD | Property.SYMMETRIC as kind):
                found[name] = closure(kind.value)
    return found


def _of_adjoint(operation: Operation, rule: Rule) -> Report:
    """That the code is linear, as the entry says, and that the adjoint is its adjoint."""
    assert rule.cotangent is not None
    variable = rule.symbols[rule.argument]
    joint = next(group for group in operation.linear if rule.argument in group)
    others = [rule.symbols[name] for name in joint - {rule.argument}]
    rest: dict[Node, Node] = {one: zero(one.shape) for one in others}
    tangent = tangent_of(variable)
    left = instantiate(rule.left, rest, NO_DIMENSIONS, book.apply)
    body = instantiate(left, {variable: tangent}, NO_DIMENSIONS, book.apply)
    adjoint = linear_map(rule.cotangent, rule.right)
    return verify_map(left, variable, linear_map(tangent, body), adjoint=adjoint)


def _of_vec(rule: Rule) -> Report:
    """That vec of the code is the matrix of the entry times vec of its argument."""
    variable = rule.symbols[rule.argument]
    tangent = tangent_of(variable)
    image = unstacked(multiply(rule.right, vec(tangent)), rule.left.shape)
    return verify_map(rule.left, variable, linear_map(tangent, image))


class _Sides(Pair):
    """The sides of an equation, where what they invert is not singular."""

    def __init__(self, left: Node, right: Node) -> None:
        super().__init__(left, right)
        self._inverted = [Inverted(left), Inverted(right)]

    def at(self, point: Point) -> Sample:
        for inverted in self._inverted:
            inverted.require(point)
        return super().at(point)


def _of_sides(rule: Rule) -> Verdict:
    found, reason = samples(_Sides(rule.left, rule.right), _POINTS, np.random.default_rng(0))
    if not found:
        return Verdict(rule.location, rule.kind, None, reason)
    worst = max(found, key=lambda sample: sample.error)
    if worst.error <= EQUAL:
        return Verdict(rule.location, rule.kind, True)
    where = f" at {sizes_text(worst.point.sizes)}" if worst.point.sizes else ""
    reason = f"the sides differ by {worst.error:.0e}{where}"
    return Verdict(rule.location, rule.kind, False, reason)
