"""Judging by samples: is a form an inner product on a space, and is a representer the right one.

At random points of the declared kinds, on the manifold where there is one, the form is a matrix J,
the space an orthonormal basis Q, and a representer a matrix R. The form must have Q'*J*Q
symmetric positive definite, and a representer Q*Q'*R = R and Q'*J*R = Q'. A complex variable has
its real and imaginary parts as coordinates, so that all of this is real.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Symbol, dimension_names
from matcalc.geometry.representer import CONSTRAINED, Representer, symmetry_of
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, plain, reader
from matcalc.samples.sampling import (
    Array,
    Point,
    Region,
    axes_of,
    draw,
    drawn_symbols,
    largest_index,
    size_sets,
    structured_part,
    value_of,
)
from matcalc.spaces.directions import direction
from matcalc.spaces.metrics import Metric
from matcalc.spaces.tangent_spaces import Image, TangentSpace, operator_of

_POINTS = 4
_MOST_ENTRIES = 72
_LARGER = 6
_TOLERANCE = 1e-7
_RANK = 1e-9


class Samples:
    """A metric and a space as matrices at random points; same seed, same points.

    `more` are further expressions whose variables need values, `drawn_as` gives names another
    kind than theirs, `larger` is the number of sets of larger sizes, and `beside` are other
    variables with the spaces at whose points they are.
    """

    def __init__(
        self,
        metric: Metric,
        space: TangentSpace,
        variable: Symbol,
        seed: int = 0,
        more: Sequence[Node] = (),
        drawn_as: Mapping[str, Symbol] = MappingProxyType({}),
        larger: int = 1,
        beside: Sequence[tuple[Symbol, TangentSpace]] = (),
    ) -> None:
        self.larger = larger
        self.is_plain = metric.is_frobenius and space.is_all
        self.drawn_as = drawn_as
        self.more = more
        self.space, self.variable = space, variable
        self.direction, left = (direction(name, space.unknown) for name in ("V__", "L__"))
        self.form = metric.pairing(left, self.direction)
        self.operator = operator_of(self.form, left)
        self.random = np.random.default_rng(seed)
        self.places = [(variable, space), *beside]
        self.seeds = [s.seed for _, s in self.places if s.seed is not None and s.point is not None]

    @cached_property
    def symbols(self) -> list[Symbol]:
        """Everything that needs a value, the variable and the seed of its point among them."""
        space = self.space
        parts = [self.form, *space.maps, *self.more]
        points = [place.point for _, place in self.places]
        parts += [part for part in (space.projection, *points) if part is not None]
        if space.image:
            parts.append(space.image.body)
        own = {self.direction, space.unknown, space.cotangent}
        own |= set(space.image.parameters) if space.image else set()
        own |= {*self.seeds}
        found = [s for s in drawn_symbols(*parts) if s not in own and s.name != "L__"]
        return list({s.name: s for s in [*found, self.variable]}.values())

    @cached_property
    def sizes(self) -> list[dict[str, int]]:
        """Sets of sizes at which matrices of the space are small."""
        return [sizes for sizes in self.all_sizes if self._entries(sizes) <= _MOST_ENTRIES]

    @cached_property
    def all_sizes(self) -> list[dict[str, int]]:
        """Sets of sizes that the declarations allow."""
        space = self.space
        parts = [self.form, *space.maps, *self.more, *self.symbols]
        names = dimension_names(*parts)
        smallest = largest_index(*parts, *([space.point] if space.point else []))
        drawn = [*self.symbols, *self.seeds]
        sets = size_sets(names, drawn, self.random, smallest)
        larger = size_sets(names, drawn, self.random, max(_LARGER, smallest), self.larger)
        return [*sets, *larger]

    def _entries(self, sizes: dict[str, int]) -> int:
        parts = 2 if self.space.unknown.is_complex else 1
        return parts * int(np.prod(axes_of(self.space.shape, sizes), initial=1))

    def points(
        self, count: int, is_usable: Callable[[Sampled], bool] = lambda sampled: True
    ) -> Iterator[Sampled]:
        """Usable points: `count` at each set of sizes."""
        for sizes in self.sizes:
            for _ in range(count):
                found = self._point(sizes, is_usable)
                if found is not None:
                    yield found

    def _point(self, sizes: dict[str, int], is_usable: Callable[[Sampled], bool]) -> Sampled | None:
        for region in Region:
            try:
                with warnings.catch_warnings(), np.errstate(all="ignore"):
                    warnings.simplefilter("ignore")
                    found = self.sampled(sizes, region)
                    if np.all(np.isfinite(found.gram)) and is_usable(found):
                        return found
            except (Unusable, DomainError):
                continue
        return None

    def sampled(self, sizes: dict[str, int], region: Region) -> Sampled:
        """One random point. Raises Unusable where it has no value."""
        return Sampled(self, self._placed(sizes, region))

    def _placed(self, sizes: dict[str, int], region: Region) -> Point:
        drawn = [self.drawn_as.get(symbol.name, symbol) for symbol in self.symbols]
        point = draw(drawn, sizes, region, self.random)
        for variable, space in self.places:
            point = self._on(space, variable, point)
        return point

    def _on(self, space: TangentSpace, variable: Symbol, point: Point) -> Point:
        """The same with a variable at a point of its space."""
        for symbol, value in space.fixed:
            point = _with_value(point, symbol, value)
        if space.seed is None or space.point is None:
            return point
        seed = value_of(space.seed, point.sizes, point.region, self.random)
        return _with_value(point, variable, space.point, {space.seed.name: seed})


def _with_value(
    point: Point, symbol: Symbol, value: Node, rest: Mapping[str, Any] = MappingProxyType({})
) -> Point:
    """The same with the value of an expression there for a symbol."""
    evaluated = Evaluated(value)
    found = reader(symbol)(lambda: evaluated(point, rest))
    return Point(point.sizes, {**point.values, symbol.name: plain(found)}, point.region)


def coordinates(value: Array, node: Node) -> Array:
    """The entries column after column; of a complex node the real, then the imaginary parts."""
    flat = np.ravel(value, order="F")
    return np.concatenate([flat.real, flat.imag]) if node.is_complex else flat


def from_coordinates(column: Array, axes: tuple[int, ...], node: Node) -> Array:
    """The value with these coordinates."""
    if node.is_complex:
        half = len(column) // 2
        column = column[:half] + 1j * column[half:]
    return column.reshape(axes, order="F")


@dataclass(frozen=True)
class Sampled:
    """One point: the form, the space and representers there as matrices."""

    samples: Samples
    point: Point

    def _units(self, node: Node) -> Iterator[Array]:
        axes = axes_of(node.shape, self.point.sizes)
        parts = 2 if node.is_complex else 1
        for column in np.eye(parts * int(np.prod(axes, initial=1))):
            yield from_coordinates(column, axes, node)

    def columns(
        self,
        body: Node,
        symbol: Symbol,
        words: frozenset[str] = NO_STRUCTURE,
        rest: Mapping[str, Any] = MappingProxyType({}),
    ) -> Array:
        """The matrix of a linear map, its argument first projected on a structure.

        `rest` are values of other parameters.
        """
        evaluated, read = Evaluated(body), reader(body)
        onto = symbol if symbol.is_complex else body
        found = []
        for unit in self._units(symbol):
            changed = {**rest, symbol.name: plain(structured_part(words, unit))}
            value = read(lambda c=changed: evaluated(self.point, c))  # type: ignore[misc]
            found.append(coordinates(value, onto))
        return np.array(found).T

    @cached_property
    def gram(self) -> Array:
        """J, with <U, V> = vec(U)'*J*vec(V)."""
        samples = self.samples
        return self.columns(samples.operator, samples.direction)

    @cached_property
    def structured(self) -> Array:
        """An orthonormal basis of the matrices of the space's structure, as columns."""
        space = self.samples.space
        words = space.unknown.structure
        found = [structured_part(words, unit) for unit in self._units(space.unknown)]
        return orthonormal(np.array([coordinates(value, space.unknown) for value in found]).T)

    @cached_property
    def basis(self) -> Array:
        """An orthonormal basis of the space, as columns."""
        space = self.samples.space
        if space.image:
            return orthonormal(self._image(space.image))
        if not space.maps and space.projection is not None:
            return orthonormal(self.columns(space.projection, space.cotangent))
        basis = self.structured
        for constraint in space.maps:
            matrix = self.columns(constraint, space.unknown, space.unknown.structure)
            scale = float(np.abs(matrix).max(initial=0))
            basis = basis @ null_space(matrix @ basis, scale)
        return basis

    def _image(self, image: Image) -> Array:
        zeros = {
            p.name: plain(np.zeros(axes_of(p.shape, self.point.sizes))) for p in image.parameters
        }
        parts = [self.columns(image.body, p, p.structure, zeros) for p in image.parameters]
        return np.hstack(parts)

    @property
    def is_degenerate(self) -> bool:
        """Whether the form has directions of length zero there, for some sizes only."""
        gram = self.basis.T @ self.gram @ self.basis
        values = np.abs(np.linalg.eigvalsh(gram)) if len(gram) else np.ones(1)
        return bool(values.min() <= _RANK * values.max())

    def constrains_fully(self) -> bool:
        """Whether the maps take all values on the structure, so that multipliers are determined."""
        space = self.samples.space
        for constraint in space.maps:
            matrix = self.columns(constraint, space.unknown, space.unknown.structure)
            matrix = matrix @ self.structured
            if orthonormal(matrix).shape[1] < self._most_values(constraint):
                return False
        return True

    def _most_values(self, constraint: Node) -> int:
        """The dimension over the reals of all values that a map of its symmetry could have."""
        axes = axes_of(constraint.shape, self.point.sizes)
        parts = 2 if constraint.is_complex else 1
        match symmetry_of(constraint):
            case ["hermitian"]:
                return axes[0] ** 2
            case ["symmetric"]:
                return parts * axes[0] * (axes[0] + 1) // 2
            case ["skew"]:
                return parts * axes[0] * (axes[0] - 1) // 2
        return parts * int(np.prod(axes, initial=1))

    def represents(self, representer: Representer) -> bool:
        """Whether the representer of every covector is in the space and represents it there."""
        symbol = self.samples.space.cotangent
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                matrix = self.columns(representer.value, symbol)
            except Unusable:
                return False
        basis = self.basis
        inside = np.abs(matrix - basis @ (basis.T @ matrix)).max(initial=0)
        paired = np.abs(basis.T @ self.gram @ matrix - basis.T).max(initial=0)
        return bool(inside <= _TOLERANCE * (1 + np.abs(matrix).max()) and paired <= _TOLERANCE)


def orthonormal(columns: Array) -> Array:
    """An orthonormal basis of the range."""
    left, values, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, values > _RANK * max(values.max(initial=0), 1e-300)])


def null_space(matrix: Array, scale: float) -> Array:
    """An orthonormal basis of the kernel; values small beside `scale` are rounding."""
    _, values, right = np.linalg.svd(matrix)
    rank = int(np.sum(values > _RANK * max(scale, 1.0)))
    return np.asarray(right[rank:].T)


def judge(samples: Samples, name: str) -> bool:
    """Whether the form is definite at all points; False where it is degenerate at some.

    Raises DomainError where it is not symmetric, or not positive definite, with an example.
    """
    definite = degenerate = 0
    for sampled in samples.points(_POINTS):
        basis = sampled.basis
        gram = basis.T @ sampled.gram @ basis
        scale = float(np.abs(gram).max(initial=0))
        if np.abs(gram - gram.T).max(initial=0) > _TOLERANCE * scale:
            raise DomainError(
                f"{name} is not symmetric, so it is no inner product",
                hint="<U, V> and <V, U> differ at random values of the declared kinds",
            )
        values = np.linalg.eigvalsh(gram) if len(gram) else np.ones(1)
        if values.min() < -_RANK * max(scale, 1e-300):
            raise DomainError(
                f"{name} is not positive definite, so it is no inner product",
                hint=f"<V, V> = {values.min():.3g} for some V of length 1 at random values of the "
                "declared kinds; declare its matrices spd or its scalars positive, if they are",
            )
        degenerate += bool(values.min() <= _RANK * scale)
        definite += bool(values.min() > _RANK * scale)
    if not definite:
        reason = "is degenerate: <V, V> = 0 for some V" if degenerate else "has no value at samples"
        raise DomainError(f"{name} {reason}, so it is no inner product")
    return not degenerate


def choose(samples: Samples, candidates: Iterator[Representer]) -> Representer | None:
    """The first representer that is right at samples; a law of the book is taken as it is."""
    points: list[Sampled] | None = None
    for candidate in candidates:
        if candidate.settled:
            return candidate
        points = points if points is not None else list(samples.points(1))
        if _is_right(candidate, points):
            return candidate
    return None


def vanishes(samples: Samples, body: Node) -> bool:
    """Whether an expression, linear in the cotangent of the space, is zero at samples."""
    found = []
    for sampled in samples.points(1):
        try:
            matrix = sampled.columns(body, samples.space.cotangent)
        except Unusable:
            return False
        found.append(np.abs(matrix).max(initial=0) <= _TOLERANCE)
    return bool(found) and all(found)


def _is_right(candidate: Representer, points: Sequence[Sampled]) -> bool:
    """Points where the form is degenerate or multipliers are not determined do not count."""
    usable = 0
    for sampled in points:
        if sampled.represents(candidate):
            usable += 1
        elif sampled.is_degenerate:
            continue
        elif candidate.how != CONSTRAINED or sampled.constrains_fully():
            return False
    return usable > 0
