"""A linear map between spaces at random points: where its values are, and what it does there.

At a point the map is a matrix J, its space an orthonormal basis Q, the space of its values one
too, and the products are matrices. What holds for some maps only, that L takes a space into
itself, is self-adjoint or one to one, is decided by these matrices.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcalc.expressions.errors import MatcalcError, NoRule
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.judged import Sampled, Samples, coordinates, orthonormal
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, reader
from matcalc.samples.sampling import Array
from matcalc.spaces.metrics import Metric
from matcalc.spaces.tangent_spaces import TangentSpace

Ground = tuple[Metric, TangentSpace]

_TOLERANCE = 1e-7
_POINTS = 2
_LARGER_SIZES = 2  # an even and an odd order: skew matrices of odd order have no inverse
_LARGEST = 1e8  # values at points of size 1: beyond this round-off decides


@dataclass(frozen=True)
class AtPoint:
    """The matrices at one point: J, and of domain and image the basis and the product."""

    sampled: Sampled
    tangent: Symbol
    body: Node
    image: Sampled

    @property
    def sizes(self) -> Mapping[str, int]:
        return self.sampled.point.sizes

    @cached_property
    def on_basis(self) -> Array:
        """The values at the basis, J*Q."""
        columns = self.sampled.columns(self.body, self.tangent)
        return columns @ self.sampled.basis

    @property
    def stays(self) -> bool:
        """Whether the values are in the space that is meant for them."""
        values, basis = self.on_basis, self.image.basis
        return _is_small(values - basis @ (basis.T @ values), values)

    @property
    def is_symmetric(self) -> bool:
        """Whether <U, L(V)> = <L(U), V> in the product of the domain."""
        form = self.sampled.basis.T @ self.sampled.gram @ self.on_basis
        return _is_small(form - form.T, form)

    @property
    def _rank(self) -> int:
        return int(orthonormal(self.on_basis).shape[1])

    @property
    def is_injective(self) -> bool:
        return bool(self._rank == self.sampled.basis.shape[1])

    @property
    def fills(self) -> bool:
        """Whether every element of the image's space is a value."""
        return bool(self._rank == self.image.basis.shape[1])

    @property
    def is_definite(self) -> bool:
        """Whether the product of the values is positive definite on their space."""
        basis = self.image.basis
        return bool(np.all(np.linalg.eigvalsh(basis.T @ self.image.gram @ basis) > 0))

    def has_kind(self, value: Node, words: frozenset[str]) -> bool:
        """Whether an expression is positive definite there, or positive; no other kind is told."""
        evaluated = Evaluated(value)
        found = reader(value)(lambda: evaluated(self.sampled.point))
        if words & {"spd", "hpd"}:
            turned = found.conj().T
            return _is_small(found - turned, found) and bool(np.all(np.linalg.eigvalsh(found) > 0))
        return bool(np.all(found > 0)) if "positive" in words else not words

    def is_solved_by(self, solution: Node, right: Symbol) -> bool:
        """Whether the solution at R = L(V) is V, for all V in the space."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                found = self.sampled.columns(solution, right) @ self.on_basis
            except Unusable:
                return False
        basis = self.sampled.basis
        return bool(np.all(np.isfinite(found))) and _is_small(found - basis, basis)

    def reaches(self, value: Node) -> bool:
        """Whether an expression is a value of the map there."""
        evaluated = Evaluated(value)
        wanted = coordinates(reader(value)(lambda: evaluated(self.sampled.point)), self.body)
        values = orthonormal(self.on_basis)
        return _is_small(wanted - values @ (values.T @ wanted), wanted)


def _is_small(difference: Array, whole: Array) -> bool:
    scale = max(float(np.abs(whole).max(initial=0)), 1e-300)
    return float(np.abs(difference).max(initial=0)) <= _TOLERANCE * scale


def at_points(
    variable: Symbol,
    domain: Ground,
    image: Ground,
    tangent: Symbol,
    body: Node,
    more: Sequence[Node] = (),
) -> list[AtPoint]:
    """The map at random points where it can be evaluated, the space not only zero there.

    Raises MatcalcError where there are none.
    """
    behind = Samples(*image, variable)
    parts = [body, *more, behind.form, *image[1].maps]
    parts += [part for part in (image[1].projection,) if part is not None]
    parts += [image[1].image.body] if image[1].image else []
    ahead = Samples(*domain, variable, more=parts, larger=_LARGER_SIZES)
    found = [
        AtPoint(sampled, tangent, body, Sampled(behind, sampled.point))
        for sampled in ahead.points(_POINTS, lambda one: _is_usable(one, tangent, body))
        if sampled.basis.shape[1]
    ]
    if not found:
        raise MatcalcError("the map has no values at random points, or its space is zero there")
    return found


def _is_usable(sampled: Sampled, tangent: Symbol, body: Node) -> bool:
    """Whether the map has values there, not such as an inverse has beside a singular point."""
    columns = sampled.columns(body, tangent)
    return bool(np.abs(columns).max(initial=0) < _LARGEST)  # which nan is not


def require_injective(points: Sequence[AtPoint], space: str) -> None:
    """Raise NoRule where the map is singular at a random point: with others it may not be."""
    singular = next((point for point in points if not point.is_injective), None)
    if singular is None:
        return
    at = ", ".join(f"{name} = {size}" for name, size in singular.sizes.items())
    raise NoRule(
        f"the map is singular on the space {space} at a random point"
        f"{f' with {at}' if at else ''}: it has no inverse"
    )
