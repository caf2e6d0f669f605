"""Verification of a linear map as a derivative along a space, at random points of the space.

L(V) = lim (f(X + t*V) - f(X - t*V)) / 2t     for V in the space
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcalc.expressions.constructors import zero
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.judged import Sampled, Samples, from_coordinates, plain
from matcalc.rulebook.substitution import substitute
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import (
    ERROR_LIMIT,
    Curve,
    Unusable,
    central_error,
    reader,
    require_usable,
    size,
)
from matcalc.samples.report import Report, bounded, sizes_text
from matcalc.samples.sampling import Array
from matcalc.samples.widening import widened
from matcalc.spaces.metrics import Metric
from matcalc.spaces.tangent_spaces import TangentSpace

_CENTRAL = "central differences, error"
_VANISHING = 1e-13
LAWS = ("central differences: (f(X + t*V) - f(X - t*V)) / 2t = L(V) for V in the space",)

Operator = tuple[Symbol, Node]


def verify_map_in_space(
    expression: Node,
    variable: Symbol,
    operator: Operator,
    ground: tuple[Metric, TangentSpace],
    symbols: Sequence[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that d expression = body, the operator given as (V, body), for V in the space.

    Same seed, same points. A wrong map gives a report that has not passed.
    """
    if operator[1].shape != expression.shape:
        found = f"the derivative is {operator[1].shape}, the expression is {expression.shape}"
        return Report((), problem=found)
    base = substitute(operator[1], {operator[0]: zero(variable.shape)})  # V needs no value
    drawn = Samples(*ground, variable, seed, (expression, base, *symbols), larger=0)
    claim = _Claim(expression, variable, operator, drawn)
    count = max(1, -(-samples // max(1, len(drawn.sizes))))
    errors: dict[str, list[float]] = {}
    for sampled in drawn.points(count, claim.is_usable):
        errors.setdefault(sizes_text(sampled.point.sizes), []).extend(claim.errors(sampled))
    rows = [bounded(_CENTRAL, at, found, ERROR_LIMIT) for at, found in errors.items() if found]
    if not rows:
        return Report((), LAWS, problem="no usable sample: no finite value at random points")
    return Report(tuple(rows), LAWS)


class _Claim:
    """A map said to be the derivative of an expression on the space of the samples."""

    def __init__(
        self, expression: Node, variable: Symbol, operator: Operator, drawn: Samples
    ) -> None:
        free, _, _ = widened(expression, variable)
        self.value, self.body = Evaluated(free), Evaluated(operator[1])
        self.tangent, self.variable = operator[0], variable
        self.read = reader(expression, operator[1])
        self.random = drawn.random

    def _curve(self, sampled: Sampled, direction: Array) -> Curve:
        point, name = sampled.point, self.variable.name
        place = np.asarray(point.values[name])

        def value(step: float) -> Array:
            moved = plain(np.asarray(place + step * direction))
            return self.read(lambda: self.value(point, {name: moved}))

        claimed = self.read(lambda: self.body(point, {self.tangent.name: plain(direction)}))
        return Curve(value, claimed)

    def is_usable(self, sampled: Sampled) -> bool:
        """Whether f has finite values there. Raises Unusable where it has not."""
        place = np.asarray(sampled.point.values[self.variable.name])
        require_usable(self._curve(sampled, np.zeros_like(place)))
        return True

    def errors(self, sampled: Sampled) -> list[float]:
        """The error along one direction in the space; none where it cannot be measured."""
        basis = sampled.basis
        place = np.asarray(sampled.point.values[self.variable.name])
        column = np.asarray(basis @ self.random.standard_normal(basis.shape[1]))
        if length := size(column):
            column = column * ((size(place) or 1.0) / length)
        try:
            curve = self._curve(sampled, from_coordinates(column, place.shape, self.variable))
            require_usable(curve)
            ends = max(size(curve.value(1e-3)), size(curve.value(-1e-3)), size(curve.derivative))
            return [0.0 if ends <= _VANISHING else central_error(curve)]
        except Unusable:
            return []
