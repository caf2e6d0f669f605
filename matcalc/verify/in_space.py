"""Verification of a gradient in an inner product and on a space, at random points of the space.

<grad f(X), V> = lim (f(X + t*V) - f(X - t*V)) / 2t     for V in the space
grad f(X) is in the space
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.judged import Sampled, Samples, coordinates, from_coordinates, plain
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import (
    ERROR_LIMIT,
    Curve,
    Unusable,
    certain_error,
    reader,
    real,
    require_usable,
    size,
)
from matcalc.samples.report import Report, Row, bounded, sizes_text
from matcalc.samples.sampling import Array
from matcalc.samples.widening import widened
from matcalc.spaces.metrics import Metric
from matcalc.spaces.tangent_spaces import TangentSpace

_CENTRAL, _INSIDE = "central differences, error", "part outside the space"
_INSIDE_LIMIT = 1e-8
_NOTHING = 1e-13
LAWS = (
    "central differences: (f(X + t*V) - f(X - t*V)) / 2t = <grad f, V> for V in the space",
    "the part of grad f outside the space is zero",
)


def verify_in_space(
    expression: Node,
    variable: Symbol,
    gradient: Node,
    metric: Metric,
    space: TangentSpace,
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
    more = (expression, gradient, *symbols)
    drawn = Samples(metric, space, variable, seed, more, larger=0)
    claim = _Claim(expression, variable, gradient, drawn)
    count = max(1, -(-samples // max(1, len(drawn.sizes))))
    found_rows: dict[str, _Measured] = {}
    for sampled in drawn.points(count, claim.is_usable):
        sizes = sizes_text(sampled.point.sizes)
        claim.measure(sampled, found_rows.setdefault(sizes, _Measured()))
    rows = [row for sizes, measured in found_rows.items() for row in measured.rows(sizes)]
    if not rows:
        return Report((), LAWS, problem="no usable sample: no finite value at random points")
    return Report(tuple(sorted(rows, key=lambda row: row.check)), LAWS)


@dataclass
class _Measured:
    errors: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)

    def rows(self, sizes: str) -> list[Row]:
        if not self.errors:
            return []
        return [
            bounded(_CENTRAL, sizes, self.errors, ERROR_LIMIT),
            bounded(_INSIDE, sizes, self.outside, _INSIDE_LIMIT),
        ]


def _is_nothing(curve: Curve) -> bool:
    """Whether f is zero all along and so is what is claimed, up to rounding."""
    ends = max(size(curve.value(1e-3)), size(curve.value(-1e-3)))
    return max(ends, size(curve.derivative)) <= _NOTHING


class _Claim:
    """A gradient said to be that of an expression on the space of the samples."""

    def __init__(self, expression: Node, variable: Symbol, gradient: Node, drawn: Samples) -> None:
        free, _, self.kept = widened(expression, variable)
        self.value = Evaluated(free)
        self.gradient = Evaluated(gradient)
        self.name, self.variable = variable.name, variable
        self.read = reader(gradient)
        self.random = drawn.random

    def _curve(self, sampled: Sampled, direction: Array, claimed: float) -> Curve:
        place = np.asarray(sampled.point.values[self.name])

        def value(step: float) -> Array:
            moved = plain(np.asarray(place + step * direction))
            return real(lambda: self.value(sampled.point, {self.name: moved}))

        return Curve(value, np.asarray(claimed))

    def _direction(self, basis: Array, shape: tuple[int, ...]) -> Array:
        """A random direction in the space, symmetric where f is defined for such values only."""
        found: Array = basis @ self.random.standard_normal(basis.shape[1])
        if not self.kept & {"symmetric", "hermitian"}:
            return found
        shaped = from_coordinates(found, shape, self.variable)
        even = coordinates((shaped + np.conj(shaped).T) / 2, self.variable)
        inside = bool(size(even - basis @ (basis.T @ even)) <= _INSIDE_LIMIT * size(found))
        return even if inside else found

    def is_usable(self, sampled: Sampled) -> bool:
        """Whether f and the gradient have finite values there, and the form no zero lengths.

        Raises Unusable where a value is not finite.
        """
        if sampled.is_degenerate:
            return False
        self.read(lambda: self.gradient(sampled.point))
        place = np.asarray(sampled.point.values[self.name])
        require_usable(self._curve(sampled, np.zeros(place.shape), 0.0))
        return True

    def measure(self, sampled: Sampled, found: _Measured) -> None:
        """The two laws at one point, along one direction in the space."""
        basis = sampled.basis
        gradient = coordinates(self.read(lambda: self.gradient(sampled.point)), self.variable)
        place = np.asarray(sampled.point.values[self.name])
        direction = self._direction(basis, place.shape)
        length = size(direction)
        if length:
            direction = direction * ((size(place) or 1.0) / length)
        claimed = float(direction @ sampled.gram @ gradient)
        shaped = from_coordinates(direction, place.shape, self.variable)
        curve = self._curve(sampled, shaped, claimed)
        try:
            require_usable(curve)
            error = 0.0 if _is_nothing(curve) else certain_error(curve)
        except Unusable:
            return
        found.errors.append(error)
        outside = gradient - basis @ (basis.T @ gradient)
        found.outside.append(size(outside) / max(1.0, size(gradient)))
