"""The derivative as what it is: a linear operator dX -> df, and multilinear for higher orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from matcalc.calculus.differential import differential
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.normal_form import NormalForm, normal_form
from matcalc.calculus.operator_invariants import (
    frobenius_norm,
    operator_determinant,
    operator_trace,
    spectral_norm,
)
from matcalc.calculus.operator_structure import Structure, solve_map, structure
from matcalc.calculus.pull_back import pull_back
from matcalc.calculus.surroundings import read_direction
from matcalc.calculus.wirtinger import require_complex_map
from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import (
    is_zero,
    minus,
    plus,
    scale,
    symbol,
)
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import MatcalcError, NoRule, ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

_SAMPLES = 12


@dataclass(frozen=True)
class LinearMap:
    """A linear operator: `body` is an expression linear in the symbol `tangent`.

    `L(V)` applies it, `L.adjoint` transposes it, `L @ M` composes, `L.matrix` is its matrix in
    vec order. Nothing is vectorised unless the matrix is asked for.
    """

    tangent: Symbol
    body: Node

    @property
    def domain(self) -> Shape:
        """The shape of what the operator takes."""
        return self.tangent.shape

    @property
    def codomain(self) -> Shape:
        """The shape of what the operator gives."""
        return self.body.shape

    def apply(self, direction: Node | str) -> Node:
        """L(V), for an expression or its text; a new name stands for a direction.

        Raises ShapeError where V has not the shape of the tangent.
        """
        direction = read_direction(direction, self.tangent, self.body)
        if direction.shape != self.domain:
            raise ShapeError(f"the operator takes {self.domain}, not {direction.shape}")
        return substitute(self.body, {self.tangent: direction})

    def pull_back(self, cotangent: Node) -> Node:
        """L*(W), with <L(V), W> = <V, L*(W)> in the Frobenius inner product."""
        if cotangent.shape != self.codomain:
            raise ShapeError(f"the adjoint takes {self.codomain}, not {cotangent.shape}")
        return pull_back(self.body, self.tangent, cotangent)

    @property
    def adjoint(self) -> LinearMap:
        """The operator L* with <L(V), W> = <V, L*(W)>."""
        words = direction_words(self.body)
        unnamed = symbol("W__", self.codomain, *words)
        found = self.pull_back(unnamed)
        cotangent = symbol(free_name("W", self.body, found), self.codomain, *words)
        return LinearMap(cotangent, substitute(found, {unnamed: cotangent}))

    @cached_property
    def matrix(self) -> Node:
        """J with vec(L(V)) = J*vec(V), vec stacking columns."""
        return kronecker_matrix(self.body, self.tangent)

    def __call__(self, direction: Node | str) -> Node:
        return self.apply(direction)

    def __matmul__(self, inner: LinearMap) -> LinearMap:
        """The composition L(M(V)), which is the chain rule."""
        return LinearMap(inner.tangent, self.apply(inner.body))

    def __add__(self, other: LinearMap) -> LinearMap:
        moved = other.apply(self.tangent)
        return LinearMap(self.tangent, plus(self.body, moved))

    def __rmul__(self, factor: int) -> LinearMap:
        return LinearMap(self.tangent, scale(factor, self.body))

    def solve(self, right: Node | str) -> Node:
        """The V with L(V) = R, for an expression R or a new name.

        Raises NoRule where the operator has no inverse that can be written down, or is singular
        at random points: V -> V - x*x'*V/(x'*x) never gives x.
        """
        given = read_direction(right, symbol("R", self.codomain, *_field(self.body)), self.body)
        if given.shape != self.codomain:
            raise ShapeError(f"the right side has to be {self.codomain}, not {given.shape}")
        if self.domain.size != self.codomain.size:
            raise NoRule(
                f"a map from {self.domain} to {self.codomain} has no inverse",
                hint="domain and codomain need the same number of entries",
            )
        if self.is_complex:
            require_complex_map(self.body, self.tangent)
        self._require_invertible()
        return solve_map(self.body, self.tangent, given)

    def _require_invertible(self) -> None:
        """Raise NoRule where L(V) = R has no solution at most of some random points, R free."""
        from numpy.random import default_rng

        from matcalc.verify.agreement import DIFFERENT, Pair, samples

        right = symbol(free_name("R", self.body), self.codomain, *_field(self.body))
        solution = solve_map(self.body, self.tangent, right)
        again = substitute(self.body, {self.tangent: solution})
        if again is right:
            return
        found, reason = samples(Pair(again, right), _SAMPLES, default_rng(0))
        failed = sum(sample.error > DIFFERENT for sample in found)
        stopped = reason and samples(Pair(self.body, right), 1, default_rng(0))[0]
        if 2 * failed > len(found) or (stopped and not found):
            raise NoRule(
                "the map is singular at random points: it has no inverse",
                hint="restrict it to a space on which it is invertible",
            )

    @cached_property
    def normal_form(self) -> NormalForm:
        """The map as a sum of A*V*B, C*V'*D, W.*V and U*<G, V>, like terms together.

        Raises NoRule over the complex numbers, where further kinds of terms occur.
        """
        self._require_real("normal form")
        return normal_form(simplify(self.body), self.tangent)

    @cached_property
    def structure(self) -> Structure:
        """What the map is: diagonal, A*V, V*B, a Kronecker product, diagonal + low rank, ...

        Raises ShapeError where domain and codomain differ, NoRule over the complex numbers.
        """
        self._require_real("structure")
        if self.domain != self.codomain:
            raise ShapeError(
                f"a structure is that of a map of one space into itself, not of {self.domain} "
                f"to {self.codomain}",
                hint="the normal form is there for every map",
            )
        return structure(self.body, self.tangent)

    @property
    def trace(self) -> Node:
        """The sum of the eigenvalues. Raises NoRule where domain and codomain differ."""
        self._require_square("trace")
        return operator_trace(self.normal_form)

    @property
    def determinant(self) -> Node:
        """The product of the eigenvalues. Raises NoRule where domain and codomain differ."""
        self._require_square("determinant")
        return operator_determinant(self.normal_form, self.structure)

    @property
    def norm(self) -> Node:
        """The operator norm, the largest |L(V)| over |V| = 1 in the Frobenius norm."""
        return spectral_norm(self.normal_form, self.matrix)

    @property
    def norm_fro(self) -> Node:
        """The Frobenius norm of the matrix of the map."""
        return frobenius_norm(self.normal_form, self.matrix)

    @property
    def is_complex(self) -> bool:
        """Whether the operator takes or gives complex values."""
        return self.body.is_complex or self.tangent.is_complex

    def _require_real(self, name: str) -> None:
        if self.is_complex:
            raise NoRule(f"the {name} of a map over the complex numbers is not available")

    def _require_square(self, name: str) -> None:
        if self.domain != self.codomain:
            raise NoRule(
                f"a map from {self.domain} to {self.codomain} has no {name}",
                hint="that takes a map of one space into itself",
            )

    @property
    def inverse(self) -> LinearMap:
        """The operator R -> V with L(V) = R."""
        right = symbol(free_name("R", self.body), self.codomain, *direction_words(self.body))
        return LinearMap(right, self.solve(right))

    @property
    def is_self_adjoint(self) -> bool:
        """Whether <L(U), V> = <U, L(V)> for all U and V, in the Frobenius inner product.

        True where the normal forms of L and L* agree; otherwise random points decide.
        """
        if self.domain != self.codomain:
            return False
        transposed = self.pull_back(self.tangent)
        return same_values(self.body, transposed)

    def __str__(self) -> str:
        return str(self.body)


def same_values(left: Node, right: Node) -> bool:
    """Whether two expressions agree: by their expanded forms, or else at random points.

    Raises MatcalcError where they cannot be evaluated.
    """
    if is_zero(expand(simplify(minus(left, right)))):
        return True
    from numpy.random import default_rng

    from matcalc.verify.agreement import EQUAL, Pair, samples

    found, reason = samples(Pair(left, right), _SAMPLES, default_rng(0))
    if not found:
        raise MatcalcError(f"the operator cannot be evaluated: {reason}")
    return all(sample.error < EQUAL for sample in found)


def _field(node: Node) -> tuple[str, ...]:
    return ("complex",) if node.is_complex else ()


def direction_words(node: Node) -> tuple[str, ...]:
    """The structure of a direction in the space of a node: complex where the node is."""
    return ("tangent", *_field(node))


@dataclass(frozen=True)
class MultilinearMap:
    """`body`, linear in each of the `tangents`; `M(U, V)` applies it."""

    tangents: tuple[Symbol, ...]
    body: Node

    def __call__(self, *directions: Node | str) -> Node:
        """The value in these directions, expressions or names.

        Raises ShapeError for a wrong number of directions or a wrong shape.
        """
        if len(directions) != len(self.tangents):
            count = len(self.tangents)
            raise ShapeError(f"the map takes {count} directions, not {len(directions)}")
        values: dict[Node, Node] = {}
        for tangent, given in zip(self.tangents, directions, strict=True):
            direction = read_direction(given, tangent, self.body)
            if direction.shape != tangent.shape:
                raise ShapeError(f"a direction is {tangent.shape}, not {direction.shape}")
            values[tangent] = direction
        return substitute(self.body, values)

    def __str__(self) -> str:
        return str(self.body)


def nth_differential(
    expression: Node, variable: Symbol, tangents: Sequence[Symbol]
) -> MultilinearMap:
    """The differential taken once along each tangent, the earlier ones held fixed."""
    body = expression
    for tangent in tangents:
        body = differential(body, {variable: tangent})
    return MultilinearMap(tuple(tangents), body)
