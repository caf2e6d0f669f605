"""Verification of a Hessian on a space, as the covariant derivative of the gradient.

For U and V in the space and G = grad f, G held fixed in the last three derivatives,
    <U, Hess f[V]> = D_V <U, grad f> + (D_G <U, V> - D_V <U, G> - D_U <V, G>)/2
which is Koszul's formula, with derivatives as differences and the product moving with X; Hess f
is symmetric in the product and its values lie in the space. In several variables a block of it
has U in the space of one and V in that of another: <U, V> is 0 where they are two.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.covariant import Factor
from matcalc.geometry.judged import Sampled, Samples
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
from matcalc.samples.sampling import Array, Point, Random, value_of
from matcalc.verify.measured import (
    CENTRAL,
    INSIDE,
    NOTHING,
    NOWHERE,
    SYMMETRY,
    Measured,
    Pairing,
    vanishing,
    verified,
)

Operator = tuple[Symbol, Node]
_ON_SPACE = 1e-8
_NEAR, _JUMP = 1e-6, 1e-2


def verify_hessian(
    blocks: tuple[Operator, Operator],
    sides: tuple[Factor, Factor],
    factors: Sequence[Factor],
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check a block of the Hessian whose gradients are those of the factors of the space.

    The block, given as (V, body), takes the second of the sides to the first; the other of
    `blocks` is that across the diagonal, which in one variable is the block itself. Same seed,
    same points. A wrong Hessian gives a report that has not passed.
    """
    covariant, bodies = sides[0].covariant, [body for _, body in blocks]
    more = (*(one.gradient for one in factors), *bodies, *symbols)
    beside = [(one.variable, one.covariant.space) for one in factors if one is not sides[0]]
    drawn = Samples(
        covariant.metric, covariant.space, covariant.variable, seed, more, larger=0, beside=beside
    )
    return verified(_Block(blocks, sides, factors, drawn), drawn, samples)


class _Side:
    """What is evaluated of a factor: its product, its representer, its gradient."""

    def __init__(self, factor: Factor) -> None:
        covariant = factor.covariant
        self.variable, like = factor.variable, covariant.space.cotangent
        self.gradient = Evaluated(factor.gradient)
        self.cotangent, self.right = (
            Symbol(name, like.shape, like.structure) for name in ("E__", "W__")
        )
        self.paired = Pairing(covariant.metric, self.right)
        self.representer = Evaluated(covariant.represent(self.cotangent))
        self.inside = Evaluated(covariant.represent(covariant.lower(self.right)))

    def gradient_at(self, point: Point, moved: Mapping[str, Any] = NOWHERE) -> Array:
        return finite(lambda: self.gradient(point, moved))

    def tangent(self, point: Point, random: Random) -> Array:
        """A random element of the space, of the size of the point."""
        covector = value_of(self.cotangent, point.sizes, point.region, random)
        found = finite(lambda: self.representer(point, {self.cotangent.name: covector}))
        if size(found) <= NOTHING * size(np.asarray(covector)):
            return np.zeros_like(found)  # nothing but zero is in the space
        return np.asarray(found * (self.length(point) / size(found)))

    def length(self, point: Point) -> float:
        return size(np.asarray(point.values[self.variable.name])) or 1.0

    def moved(self, point: Point, direction: Array, step: float) -> dict[str, Any]:
        place = np.asarray(point.values[self.variable.name])
        return {self.variable.name: plain(place + step * direction)}

    def outside(self, point: Point, element: Array) -> Array:
        """The part of an element outside the space."""
        return element - finite(lambda: self.inside(point, {self.right.name: plain(element)}))


class _Block:
    """A block of an operator said to be the Hessian whose gradients are given."""

    laws = (
        "central differences: <U, Hess f[V]> = D_V <U, grad f> + (D_G <U, V> - D_V <U, G> - "
        "D_U <V, G>)/2, G = grad f held fixed",
        "symmetry: <U, Hess f[V]> = <Hess f[U], V>",
        "the part of Hess f[V] outside the space is zero",
    )

    def __init__(
        self,
        blocks: tuple[Operator, Operator],
        sides: tuple[Factor, Factor],
        factors: Sequence[Factor],
        drawn: Samples,
    ) -> None:
        every = {factor.variable: _Side(factor) for factor in factors}
        self.every = list(every.values())
        self.one, self.other = (every[side.variable] for side in sides)
        self.blocks = [(tangent, Evaluated(body)) for tangent, body in blocks]
        equations = [pair for one in factors for pair in one.covariant.space.equations]
        self.equations = [tuple(map(Evaluated, sides)) for sides in equations]
        self.random = drawn.random

    def _require_on_space(self, point: Point) -> None:
        for left, right in self.equations:
            if not np.allclose(left(point), right(point), atol=_ON_SPACE):
                # X'*X = eye(p) for more columns than rows
                raise Unusable("the equations of the space do not hold")

    def _image(
        self, block: int, point: Point, direction: Array, moved: Mapping[str, Any] = NOWHERE
    ) -> Array:
        tangent, body = self.blocks[block]
        return finite(lambda: body(point, {**moved, tangent.name: plain(direction)}))

    def measure(self, sampled: Sampled) -> Measured:
        """The three laws at one point, for one pair of directions."""
        point, one, other = sampled.point, self.one, self.other
        self._require_on_space(point)
        left, right = one.tangent(point, self.random), other.tangent(point, self.random)
        image, back = self._image(0, point, right), self._image(1, point, left)
        terms, claimed = (
            self._koszul(point, left, right),
            np.asarray(one.paired(point, left, image)),
        )
        require_usable(Curve(terms, claimed))  # their sum may cancel
        yield CENTRAL, certain_error(Curve(lambda step: np.asarray(sum(terms(step))), claimed))

        def twist(step: float) -> Array:
            moved = other.moved(point, right, step)
            image, back = self._image(0, point, right, moved), self._image(1, point, left, moved)
            there, here = (
                one.paired(point, left, image, moved),
                other.paired(point, back, right, moved),
            )
            return np.asarray(there - here)

        scale = max(size(image) * size(left), size(back) * size(right))
        yield from vanishing(SYMMETRY, twist, scale)
        yield INSIDE, size(one.outside(point, image)) / max(1.0, size(image))

    def _koszul(self, point: Point, left: Array, right: Array) -> Callable[[float], Array]:
        """The terms of the formula as functions of t, whose derivatives they are.

        Where these cancel, differences of their sum show what rounding leaves of it.
        """
        one, other = self.one, self.other
        gradient, across = one.gradient_at(point), other.gradient_at(point)
        self._require_smooth(gradient, point, right)
        fields = [(side, side.gradient_at(point)) for side in self.every if one is other]
        longest = max((size(field) / side.length(point) for side, field in fields), default=0.0)

        def value(step: float) -> Array:
            moved, turned = other.moved(point, right, step), one.moved(point, left, step)
            terms = [
                one.paired(point, left, one.gradient_at(point, moved), moved),
                -one.paired(point, left, gradient, moved) / 2,
                -other.paired(point, right, across, turned) / 2,
            ]
            if longest:  # no further away than along directions of the length of the point
                moves = (side.moved(point, field / longest, step) for side, field in fields)
                further = one.paired(point, left, right, dict(ChainMap(*moves)))
                terms.append(longest * further / 2)
            return np.array(terms)

        return value

    def _require_smooth(self, gradient: Array, point: Point, right: Array) -> None:
        near = self.one.gradient_at(point, self.other.moved(point, right, _NEAR))
        if size(near - gradient) > _JUMP * (size(gradient) + size(near)) + NOTHING:
            raise Unusable("the formula of the gradient holds on the space only")
