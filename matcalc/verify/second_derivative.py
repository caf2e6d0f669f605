"""Verification of a Hessian on a space, as the covariant derivative of the gradient.

For U and V in the space and G = grad f, G held fixed in the last three derivatives,
    <U, Hess f[V]> = D_V <U, grad f> + (D_G <U, V> - D_V <U, G> - D_U <V, G>)/2
which is Koszul's formula, with derivatives as differences and the product moving with X; Hess f
is symmetric in the product and its values lie in the space.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.covariant import Covariant
from matcalc.geometry.judged import Sampled, Samples
from matcalc.operators.linear_map import LinearMap
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import (
    Curve,
    Unusable,
    certain_error,
    finite,
    plain,
    require_usable,
    size,
)
from matcalc.samples.report import Report
from matcalc.samples.sampling import Array, Point, value_of
from matcalc.verify.measured import (
    CENTRAL,
    INSIDE,
    NOTHING,
    SYMMETRY,
    Measured,
    Pairing,
    verified,
)

_STEP = 1e-4
_VANISHING = 1e-6
_ON_SPACE = 1e-8
_NEAR, _JUMP = 1e-6, 1e-2


def verify_hessian(
    gradient: Node,
    claimed: LinearMap,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that an operator is the Hessian, in its setting, whose gradient is given.

    Same seed, same points. A wrong Hessian gives a report that has not passed.
    """
    setting = claimed.setting
    more = (gradient, claimed.body, *symbols)
    drawn = Samples(*setting.ground, setting.variable, seed, more, larger=0)
    return verified(_Hessian(gradient, claimed, drawn), drawn, samples)


class _Hessian:
    """An operator said to be the Hessian whose gradient is given."""

    laws = (
        "central differences: <U, Hess f[V]> = D_V <U, grad f> + (D_G <U, V> - D_V <U, G> - "
        "D_U <V, G>)/2, G = grad f held fixed",
        "symmetry: <U, Hess f[V]> = <Hess f[U], V>",
        "the part of Hess f[V] outside the space is zero",
    )

    def __init__(self, gradient: Node, claimed: LinearMap, drawn: Samples) -> None:
        covariant: Covariant = claimed.setting.covariant
        space = covariant.space
        self.gradient, self.body = Evaluated(gradient), Evaluated(claimed.body)
        self.direction, self.variable = claimed.tangent, covariant.variable
        self.cotangent, self.slot = (
            Symbol(name, space.cotangent.shape, space.cotangent.structure)
            for name in ("E__", "W__")
        )
        self.paired = Pairing(covariant.metric, self.slot)
        self.representer = Evaluated(covariant.represent(self.cotangent))
        self.inside = Evaluated(covariant.represent(covariant.lower(self.slot)))
        self.equations = [tuple(map(Evaluated, sides)) for sides in space.equations]
        self.random = drawn.random

    def _require_on_space(self, point: Point) -> None:
        for left, right in self.equations:
            if not np.allclose(left(point), right(point), atol=_ON_SPACE):
                # X'*X = eye(p) for more columns than rows
                raise Unusable("the equations of the space do not hold")

    def _tangent(self, point: Point) -> Array:
        """A random element of the space, of the size of the point."""
        covector = value_of(self.cotangent, point.sizes, point.region, self.random)
        found = finite(lambda: self.representer(point, {self.cotangent.name: covector}))
        if size(found) <= NOTHING * size(np.asarray(covector)):
            return np.zeros_like(found)  # nothing but zero is in the space
        place = size(np.asarray(point.values[self.variable.name]))
        return np.asarray(found * ((place or 1.0) / size(found)))

    def _moved(self, point: Point, direction: Array, step: float) -> dict[str, Any]:
        place = np.asarray(point.values[self.variable.name])
        return {self.variable.name: plain(place + step * direction)}

    def _slope(self, point: Point, left: Array, right: Array, along: Array) -> float:
        """D <left, right> along a direction, both held fixed."""

        def value(step: float) -> float:
            return self.paired(point, left, right, self._moved(point, along, step))

        wide, narrow = ((value(t) - value(-t)) / (2 * t) for t in (_STEP, _STEP / 2))
        return (4 * narrow - wide) / 3

    def _image(self, point: Point, direction: Array) -> Array:
        return finite(lambda: self.body(point, {self.direction.name: plain(direction)}))

    def measure(self, sampled: Sampled) -> Measured:
        """The laws at one point, for one pair of directions."""
        point = sampled.point
        self._require_on_space(point)
        left, right = self._tangent(point), self._tangent(point)
        image, other = self._image(point, right), self._image(point, left)
        paired, turned = self.paired(point, left, image), self.paired(point, other, right)
        curve = self._curve(point, left, right, paired)
        require_usable(curve)  # differences are in the claim too, too rough for a slope
        yield CENTRAL, certain_error(curve)
        rest = image - finite(lambda: self.inside(point, {self.slot.name: plain(image)}))
        scale = max(size(image) * size(left), size(other) * size(right), NOTHING)
        # a Hessian that is zero but for rounding is as large as the gradient lets rounding be
        gradient = finite(lambda: self.gradient(point))
        scale = max(scale, _VANISHING * size(gradient) * size(left))
        yield SYMMETRY, abs(paired - turned) / scale
        yield INSIDE, size(rest) / max(1.0, size(image))

    def _curve(self, point: Point, left: Array, right: Array, claimed: float) -> Curve:
        """<U, grad f> along V, with the claim that remains for its derivative."""
        gradient = finite(lambda: self.gradient(point))
        claimed += self._slope(point, left, gradient, right) / 2
        claimed += self._slope(point, right, gradient, left) / 2
        claimed -= self._slope(point, left, right, gradient) / 2

        near = finite(lambda: self.gradient(point, self._moved(point, right, _NEAR)))
        if size(near - gradient) > _JUMP * (size(gradient) + size(near)) + NOTHING:
            raise Unusable("the formula of the gradient holds on the space only")

        def value(step: float) -> Array:
            moved = self._moved(point, right, step)
            field = finite(lambda: self.gradient(point, moved))
            return np.asarray(self.paired(point, left, field, moved))

        return Curve(value, np.asarray(claimed))
