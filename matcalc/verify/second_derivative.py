"""Verification of a Hessian on a space, as the covariant derivative of the gradient.

For U and V in the space and G = grad f, G held fixed in the last three derivatives,
    <U, Hess f[V]> = D_V <U, grad f> + (D_G <U, V> - D_V <U, G> - D_U <V, G>)/2
which is Koszul's formula, with derivatives as differences and the product moving with X; Hess f
is symmetric in the product and its values lie in the space.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.covariant import Covariant
from matcalc.geometry.judged import Sampled, Samples
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import (
    ERROR_LIMIT,
    Curve,
    Unusable,
    certain_error,
    finite,
    plain,
    real,
    require_usable,
    size,
)
from matcalc.samples.report import Report
from matcalc.samples.sampling import Array, Point, value_of
from matcalc.verify.in_space import CENTRAL, INSIDE, INSIDE_LIMIT, Measured, measured

NOWHERE: Mapping[str, Any] = MappingProxyType({})
_SYMMETRY = "symmetry, error"
_LIMITS = {CENTRAL: ERROR_LIMIT, _SYMMETRY: 1e-8, INSIDE: INSIDE_LIMIT}
_NO_DERIVATIVE = "the gradient has no derivative that differences could show at random points"
_STEP = 1e-4
_NOTHING, _VANISHING = 1e-13, 1e-6
_ON_SPACE = 1e-8
_NEAR, _JUMP = 1e-6, 1e-2
LAWS = (
    "central differences: <U, Hess f[V]> = D_V <U, grad f> + (D_G <U, V> - D_V <U, G> - "
    "D_U <V, G>)/2, G = grad f held fixed",
    "symmetry: <U, Hess f[V]> = <Hess f[U], V>",
    "the part of Hess f[V] outside the space is zero",
)


def verify_hessian(
    gradient: Node,
    operator: tuple[Symbol, Node],
    covariant: Covariant,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that V -> body, given as (V, body), is the Hessian whose gradient is given.

    Same seed, same points. A wrong Hessian gives a report that has not passed.
    """
    metric, space, variable = covariant.metric, covariant.space, covariant.variable
    more = (gradient, operator[1], *symbols)
    drawn = Samples(metric, space, variable, seed, more, larger=0)
    claim = _Hessian(gradient, operator, covariant, drawn)
    return measured(drawn, samples, claim, LAWS, _LIMITS, _NO_DERIVATIVE)


class _Hessian:
    """An operator said to be the Hessian whose gradient is given."""

    def __init__(
        self, gradient: Node, operator: tuple[Symbol, Node], covariant: Covariant, drawn: Samples
    ) -> None:
        self.gradient, self.body = Evaluated(gradient), Evaluated(operator[1])
        self.direction, self.variable = operator[0], covariant.variable
        self.cotangent = Symbol("E__", *_as(covariant.space.cotangent))
        self.left, self.right = (Symbol(n, *_as(covariant.space.cotangent)) for n in ("L__", "W__"))
        self.pairing = Evaluated(covariant.metric.pairing(self.left, self.right))
        self.representer = Evaluated(covariant.represent(self.cotangent))
        self.inside = Evaluated(covariant.represent(covariant.lower(self.right)))
        self.equations = [tuple(map(Evaluated, sides)) for sides in covariant.space.equations]
        self.random = drawn.random

    def is_usable(self, sampled: Sampled) -> bool:
        """Whether the gradient has a finite value there. Raises Unusable where it has not."""
        finite(lambda: self.gradient(sampled.point))
        for left, right in self.equations:
            if not np.allclose(left(sampled.point), right(sampled.point), atol=_ON_SPACE):
                return False  # no point of the space: X'*X = eye(p) for more columns than rows
        # the one product over the complex numbers is definite
        return self.variable.is_complex or not sampled.is_degenerate

    def _tangent(self, point: Point) -> Array:
        """A random element of the space, of the size of the point."""
        covector = value_of(self.cotangent, point.sizes, point.region, self.random)
        found = finite(lambda: self.representer(point, {self.cotangent.name: covector}))
        if size(found) <= _NOTHING * size(np.asarray(covector)):
            return np.zeros_like(found)  # nothing but zero is in the space
        place = size(np.asarray(point.values[self.variable.name]))
        return np.asarray(found * ((place or 1.0) / size(found)))

    def _moved(self, point: Point, direction: Array, step: float) -> dict[str, Any]:
        place = np.asarray(point.values[self.variable.name])
        return {self.variable.name: plain(place + step * direction)}

    def _paired(
        self, point: Point, left: Array, right: Array, moved: Mapping[str, Any] = NOWHERE
    ) -> float:
        slots = {self.left.name: plain(left), self.right.name: plain(right)}
        return float(real(lambda: self.pairing(point, {**moved, **slots})))

    def _slope(self, point: Point, left: Array, right: Array, along: Array) -> float:
        """D <left, right> along a direction, both held fixed."""

        def value(step: float) -> float:
            return self._paired(point, left, right, self._moved(point, along, step))

        wide, narrow = ((value(t) - value(-t)) / (2 * t) for t in (_STEP, _STEP / 2))
        return (4 * narrow - wide) / 3

    def _image(self, point: Point, direction: Array) -> Array:
        return finite(lambda: self.body(point, {self.direction.name: plain(direction)}))

    def measure(self, sampled: Sampled) -> Measured:
        """The three laws at one point, for one pair of directions."""
        point = sampled.point
        try:
            left, right = self._tangent(point), self._tangent(point)
            image, other = self._image(point, right), self._image(point, left)
            paired, turned = self._paired(point, left, image), self._paired(point, other, right)
            curve = self._curve(point, left, right, paired)
            require_usable(curve)
            error = certain_error(curve)
            rest = image - finite(lambda: self.inside(point, {self.right.name: plain(image)}))
        except Unusable:
            return
        scale = max(size(image) * size(left), size(other) * size(right), _NOTHING)
        # a Hessian that is zero but for rounding is as large as the gradient lets rounding be
        gradient = finite(lambda: self.gradient(point))
        scale = max(scale, _VANISHING * size(gradient) * size(left))
        yield CENTRAL, error
        yield _SYMMETRY, abs(paired - turned) / scale
        yield INSIDE, size(rest) / max(1.0, size(image))

    def _curve(self, point: Point, left: Array, right: Array, claimed: float) -> Curve:
        """<U, grad f> along V, with the claim that remains for its derivative."""
        gradient = finite(lambda: self.gradient(point))
        claimed += self._slope(point, left, gradient, right) / 2
        claimed += self._slope(point, right, gradient, left) / 2
        claimed -= self._slope(point, left, right, gradient) / 2

        near = finite(lambda: self.gradient(point, self._moved(point, right, _NEAR)))
        if size(near - gradient) > _JUMP * (size(gradient) + size(near)) + _NOTHING:
            raise Unusable("the formula of the gradient holds on the space only")

        def value(step: float) -> Array:
            moved = self._moved(point, right, step)
            field = finite(lambda: self.gradient(point, moved))
            return np.asarray(self._paired(point, left, field, moved))

        return Curve(value, np.asarray(claimed))


def _as(symbol: Symbol) -> tuple[Shape, frozenset[str]]:
    return symbol.shape, symbol.structure
