"""Verification of a derivative in an inner product and on a space, at random points of the space.

L(V) = lim (f(X + t*V) - f(X - t*V)) / 2t     for V in the space; of a gradient L(V) = <grad f, V>
grad f(X) is in the space
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import numpy as np

from matcalc.expressions.constructors import zero
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.judged import Sampled, Samples, coordinates, from_coordinates
from matcalc.rulebook.substitution import substitute
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import (
    ERROR_LIMIT,
    Curve,
    Unusable,
    certain_error,
    plain,
    reader,
    real,
    require_usable,
    size,
)
from matcalc.samples.report import Report, bounded, sizes_text
from matcalc.samples.sampling import Array
from matcalc.samples.widening import widened
from matcalc.spaces.metrics import Metric
from matcalc.spaces.tangent_spaces import TangentSpace

CENTRAL, INSIDE = "central differences, error", "part outside the space"
INSIDE_LIMIT = 1e-8
_LIMITS = {CENTRAL: ERROR_LIMIT, INSIDE: INSIDE_LIMIT}
_NOTHING = 1e-13
_LAW = "central differences: (f(X + t*V) - f(X - t*V)) / 2t = {claimed} for V in the space"
LAWS = (_LAW.format(claimed="<grad f, V>"), "the part of grad f outside the space is zero")
LAWS_OF_MAPS = (_LAW.format(claimed="L(V)"),)
NO_VALUE = "no finite value at random points"

Ground = tuple[Metric, TangentSpace]
Measured = Iterator[tuple[str, float]]


class Claim(Protocol):
    """What can be checked at points of a space: by what name, and how wrong it is there."""

    def is_usable(self, sampled: Sampled) -> bool:
        """Whether a point counts. Raises Unusable where it does not for a reason of its own."""

    def measure(self, sampled: Sampled) -> Measured:
        """The errors at a point, each by the name of its check."""


def verify_in_space(
    expression: Node,
    variable: Symbol,
    gradient: Node,
    ground: Ground,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that df = <gradient, dX> in the product for dX in the space, and that it lies in it.

    Same seed, same points. A wrong gradient gives a report that has not passed.
    """
    if gradient.shape != variable.shape:
        found = f"the gradient is {gradient.shape}, {variable.name} is {variable.shape}"
        return Report((), problem=found)
    drawn = Samples(*ground, variable, seed, (expression, gradient, *symbols), larger=0)
    return measured(drawn, samples, _Gradient(expression, drawn, gradient), LAWS)


def verify_map_in_space(
    expression: Node,
    variable: Symbol,
    operator: tuple[Symbol, Node],
    ground: Ground,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that d expression = body, the operator given as (V, body), for V in the space.

    Same seed, same points. A wrong map gives a report that has not passed.
    """
    tangent, body = operator
    if body.shape != expression.shape:
        found = f"the derivative is {body.shape}, the expression is {expression.shape}"
        return Report((), problem=found)
    base = substitute(body, {tangent: zero(variable.shape)})  # V needs no value
    drawn = Samples(*ground, variable, seed, (expression, base, *symbols), larger=0)
    value, read = Evaluated(body), reader(expression, body)

    def derivative(sampled: Sampled, direction: Array) -> Array:
        return read(lambda: value(sampled.point, {tangent.name: plain(direction)}))

    return measured(drawn, samples, _Derivative(expression, drawn, derivative, read), LAWS_OF_MAPS)


def measured(
    drawn: Samples,
    samples: int,
    claim: Claim,
    laws: tuple[str, ...],
    limits: Mapping[str, float] = _LIMITS,
    lacking: str = NO_VALUE,
) -> Report:
    """The report on a claim: a row for each check and set of sizes.

    `lacking` is what no point has, where there is none to check the claim at.
    """
    found: dict[tuple[str, str], list[float]] = {}
    for sampled in drawn.points(max(1, -(-samples // max(1, len(drawn.sizes)))), claim.is_usable):
        for check, error in claim.measure(sampled):
            found.setdefault((check, sizes_text(sampled.point.sizes)), []).append(error)
    rows = [bounded(check, at, errors, limits[check]) for (check, at), errors in found.items()]
    if not rows:
        return Report((), laws, problem=f"no usable sample: {lacking}")
    return Report(tuple(sorted(rows, key=lambda row: row.check)), laws)


class _Derivative:
    """`derivative(point, V)` is said to be that of an expression along V in the space."""

    def __init__(
        self,
        expression: Node,
        drawn: Samples,
        derivative: Callable[[Sampled, Array], Array],
        read: Callable[[Callable[[], object]], Array],
    ) -> None:
        free, _, self.kept = widened(expression, drawn.variable)
        self.value, self.read = Evaluated(free), read
        self.derivative, self.variable, self.random = derivative, drawn.variable, drawn.random

    def _place(self, sampled: Sampled) -> Array:
        return np.asarray(sampled.point.values[self.variable.name])

    def _curve(self, sampled: Sampled, direction: Array) -> Curve:
        place = self._place(sampled)

        def value(step: float) -> Array:
            moved = plain(np.asarray(place + step * direction))
            return self.read(lambda: self.value(sampled.point, {self.variable.name: moved}))

        curve = Curve(value, self.derivative(sampled, direction))
        require_usable(curve)
        return curve

    def _direction(self, sampled: Sampled) -> Array:
        """A random direction of the space, of the length of the point itself; symmetric where f
        is defined for such values only.
        """
        basis, place = sampled.basis, self._place(sampled)
        found: Array = basis @ self.random.standard_normal(basis.shape[1])
        if self.kept & {"symmetric", "hermitian"}:
            shaped = from_coordinates(found, place.shape, self.variable)
            even = coordinates((shaped + np.conj(shaped).T) / 2, self.variable)
            inside = size(even - basis @ (basis.T @ even)) <= INSIDE_LIMIT * size(found)
            found = even if inside else found
        found = found * ((size(place) or 1.0) / (size(found) or 1.0))
        return from_coordinates(found, place.shape, self.variable)

    def is_usable(self, sampled: Sampled) -> bool:
        """Whether f has finite values there. Raises Unusable where it has not."""
        self._curve(sampled, np.zeros_like(self._place(sampled)))
        return True

    def measure(self, sampled: Sampled) -> Measured:
        """The error along one direction in the space; none where it cannot be measured."""
        try:
            curve = self._curve(sampled, self._direction(sampled))
            ends = max(size(curve.value(1e-3)), size(curve.value(-1e-3)), size(curve.derivative))
            yield CENTRAL, 0.0 if ends <= _NOTHING else certain_error(curve)
        except Unusable:
            return


class _Gradient(_Derivative):
    """A gradient said to be that of an expression on the space of the samples."""

    def __init__(self, expression: Node, drawn: Samples, gradient: Node) -> None:
        super().__init__(expression, drawn, self._along, real)
        self.gradient, self.read_gradient = Evaluated(gradient), reader(gradient)

    def _at(self, sampled: Sampled) -> Array:
        found = self.read_gradient(lambda: self.gradient(sampled.point))
        return coordinates(found, self.variable)

    def _along(self, sampled: Sampled, direction: Array) -> Array:
        column = coordinates(direction, self.variable)
        return np.asarray(column @ sampled.gram @ self._at(sampled))

    def is_usable(self, sampled: Sampled) -> bool:
        """Whether f and the gradient have finite values there, and the form no zero lengths."""
        return not sampled.is_degenerate and super().is_usable(sampled)

    def measure(self, sampled: Sampled) -> Measured:
        """The two laws at one point, along one direction in the space."""
        gradient, basis = self._at(sampled), sampled.basis
        for central in super().measure(sampled):
            outside = gradient - basis @ (basis.T @ gradient)
            yield from (central, (INSIDE, size(outside) / max(1.0, size(gradient))))
