"""Verification of a derivative at random points, along random directions V of its space.

    f(X + t*V) - f(X) - t*L(V) = O(t^2)       the definition
    (f(X + t*V) - f(X - t*V)) / 2t -> L(V)    central differences
    <L(V), W> = <V, L*(W)>                    the adjoint, in the products of both sides
    L*(W) is in the space

A wrong derivative gives a report that has not passed, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.judged import Sampled, Samples, coordinates, from_coordinates
from matcalc.operators.linear_map import LinearMap
from matcalc.rulebook.substitution import substitute
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.invertible import Inverted
from matcalc.samples.numeric import Curve, plain, reader, size
from matcalc.samples.report import Report
from matcalc.samples.sampling import Array, Point, structured_part, tangent_to
from matcalc.samples.widening import widened
from matcalc.verify.measured import (
    ADJOINT,
    INSIDE,
    NOWHERE,
    Measured,
    Pairing,
    along,
    vanishing,
    verified,
)

_INSIDE = 1e-8


def verify_map(
    expression: Node,
    variable: Symbol,
    claimed: LinearMap,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
    adjoint: LinearMap | None = None,
) -> Report:
    """Check that d expression = L(dX) for dX in the space of L; any inner product, any shapes.

    Directions have the structure that the tangent declares. `symbols` are the declared variables
    of the problem, used or not; `adjoint` is W -> L*(W). Same seed, same points.
    """
    problem = _misshapen(expression, variable, claimed, adjoint)
    if problem:
        return Report((), problem=problem)
    adjoint = _apart(adjoint) if adjoint else None
    declared = [symbol for symbol in symbols if "dimension" not in symbol.structure]
    more = [expression, claimed.body, *declared, *([adjoint.body] if adjoint else [])]
    metric, space = claimed.setting.ground
    outer = Pairing(claimed.outer.metric, expression).formula.expression
    drawn = Samples(metric, space, variable, seed, [*more, outer], larger=0)
    claim = _Map(expression, claimed, drawn)
    return verified(_WithAdjoint(claim, claimed, adjoint) if adjoint else claim, drawn, samples)


def _apart(adjoint: LinearMap) -> LinearMap:
    """W under another name: f may have a variable W that its derivative has not."""
    cotangent = Symbol("W__", adjoint.tangent.shape, adjoint.tangent.structure)
    body = substitute(adjoint.body, {adjoint.tangent: cotangent})
    return replace(adjoint, directions=(cotangent,), body=body)


def _misshapen(
    expression: Node, variable: Symbol, claimed: LinearMap, adjoint: LinearMap | None
) -> str:
    if claimed.tangent.shape != variable.shape:
        return f"the tangent is {claimed.tangent.shape}, {variable.name} is {variable.shape}"
    if claimed.body.shape != expression.shape:
        return f"the derivative is {claimed.body.shape}, the expression is {expression.shape}"
    if adjoint is not None and adjoint.body.shape != variable.shape:
        return f"the adjoint is {adjoint.body.shape}, {variable.name} is {variable.shape}"
    return ""


class _Map:
    """A linear map said to be the derivative of an expression."""

    def __init__(self, expression: Node, claimed: LinearMap, drawn: Samples) -> None:
        free, _, kept = widened(expression, drawn.variable)
        self.variable, self.tangent = drawn.variable, claimed.tangent
        self.random, self.space = drawn.random, drawn.space
        self.value, self.derivative = Evaluated(free), Evaluated(claimed.body)
        self.read, self.inverted = reader(expression, claimed.body), Inverted(free, self.variable)
        self.words = kept | claimed.tangent.structure
        self.field = frozenset({"complex"} if self.variable.is_complex else ())

    @property
    def laws(self) -> tuple[str, ...]:
        x = self.variable.name
        where = "" if self.space.is_all else " for V in the space"
        taylor = f"Taylor remainder: f({x} + t*V) - f({x}) - t*L(V) falls like t^2 (slope 2)"
        return (
            taylor + where,
            f"central differences: (f({x} + t*V) - f({x} - t*V)) / 2t = L(V){where}",
        )

    def measure(self, sampled: Sampled) -> Measured:
        """The two laws along one direction in the space."""
        self.inverted.require(sampled.point)
        direction = self.direction(sampled)
        yield from along(self.curve(sampled.point, direction))

    def curve(self, point: Point, direction: Array) -> Curve:
        """f along a direction, with the derivative that is claimed."""

        def value(step: float) -> Array:
            moved = self.moved(point, direction, step)
            return self.read(lambda: self.value(point, moved))

        return Curve(value, self.image(point, direction))

    def moved(self, point: Point, direction: Array, step: float) -> dict[str, Any]:
        """The variable a step along a direction."""
        place = self._place(point)
        return {self.variable.name: plain(np.asarray(place + step * direction))}

    def image(self, point: Point, direction: Array, moved: Mapping[str, Any] = NOWHERE) -> Array:
        """L(V) as claimed."""
        values = {**moved, self.tangent.name: plain(direction)}
        return self.read(lambda: self.derivative(point, values))

    def direction(self, sampled: Sampled) -> Array:
        """A random direction of the space, of the length of the point itself; structured where f
        is defined for such values only, or the tangent says so.
        """
        place = self._place(sampled.point)
        found = self.inside(sampled, tangent_to(self.field, place.shape, self.random))
        shaped = structured_part(self.words, found)
        if size(shaped - self.inside(sampled, shaped)) <= _INSIDE * size(found):
            found = shaped
        return np.asarray(found * ((size(place) or 1.0) / (size(found) or 1.0)))

    def inside(self, sampled: Sampled, value: Array) -> Array:
        """The part of a value that is in the space."""
        if self.space.is_all:
            return value
        basis, column = sampled.basis, coordinates(value, self.variable)
        return from_coordinates(basis @ (basis.T @ column), value.shape, self.variable)

    def _place(self, point: Point) -> Array:
        kind = complex if self.variable.is_complex else float
        return np.asarray(point.values[self.variable.name], dtype=kind)


class _WithAdjoint:
    """The same, with a map that is said to be its adjoint in the products of both sides."""

    def __init__(self, claim: _Map, claimed: LinearMap, adjoint: LinearMap) -> None:
        self.claim = claim
        self.cotangent, self.back = adjoint.tangent, Evaluated(adjoint.body)
        self.inner = Pairing(claimed.setting.metric, claim.variable)
        self.outer = Pairing(claimed.outer.metric, self.cotangent)
        self.read = reader(adjoint.body)

    @property
    def laws(self) -> tuple[str, ...]:
        inside = () if self.claim.space.is_all else ("the part of L*(W) outside the space is zero",)
        return (*self.claim.laws, "adjoint: <L(V), W> = <V, L*(W)>", *inside)

    def measure(self, sampled: Sampled) -> Measured:
        """Those of the map, and the two of the adjoint."""
        yield from self.claim.measure(sampled)
        point, claim = sampled.point, self.claim
        direction = claim.direction(sampled)
        image = claim.image(point, direction)
        cotangent = tangent_to(self.cotangent.structure, image.shape, claim.random)

        def values(step: float) -> tuple[float, float]:
            moved = claim.moved(point, direction, step)
            there, back = claim.image(point, direction, moved), self.image(point, cotangent, moved)
            return (
                self.outer(point, there, cotangent, moved),
                self.inner(point, direction, back, moved),
            )

        back = self.image(point, cotangent)
        sizes = size(image) * size(cotangent), size(direction) * size(back)
        scale = max(*map(abs, (*values(0.0), *sizes)))
        yield from vanishing(ADJOINT, lambda step: np.subtract(*values(step)), scale)
        if not claim.space.is_all:
            outside = back - claim.inside(sampled, back)
            yield INSIDE, size(outside) / max(1.0, size(back))

    def image(self, point: Point, cotangent: Array, moved: Mapping[str, Any] = NOWHERE) -> Array:
        """L*(W) as claimed."""
        values = {**moved, self.cotangent.name: plain(cotangent)}
        return self.read(lambda: self.back(point, values))
