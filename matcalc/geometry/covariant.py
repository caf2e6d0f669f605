"""The second derivative on a space, as a covector: what the representer makes the Hessian of.

On the space where the maps K vanish, in a product <U, W> = tr(U'*L(W)), let E be the derivative
of f, P the representer and G = P(E) the gradient. Then L(G) = E - K*(m) with multipliers m, and
    Hess f[V] = P(D_V E - (D_V K*)(m) - c),
    tr(U'*c) = (D_V <U, G> - D_G <U, V> + D_U <V, G>)/2,    V and G held fixed in c,
for V in the space: the second derivative of the Lagrangian f - <m, K>, and the Christoffel terms
of a product that depends on X. Without closed multipliers -(D_V K*)(m) is D_V of L(P(E)), E held
fixed, up to covectors that vanish on the space. In several variables the products are one metric,
their sum, on the product of the spaces: D_V is taken along all directions together.
Source: do Carmo 1992, ch. 2 (Koszul's formula); Absil, Mahony & Trumpf 2013 (An extrinsic look at
the Riemannian Hessian); Boumal 2023, sec. 5.5, 5.11 and 7.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from matcalc.calculus.differential import differential
from matcalc.calculus.inversion import solve
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import (
    UNIT,
    minus,
    negate,
    plus,
    scale,
    split_coefficient,
    transpose,
    zero,
)
from matcalc.expressions.errors import NoRule, ShapeError
from matcalc.expressions.nodes import Node, Sum, Symbol, ordered
from matcalc.geometry.representer import Representer, symmetry_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.equations import shortened
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction as free_direction
from matcalc.spaces.metrics import Metric
from matcalc.spaces.tangent_spaces import TangentSpace, operator_of


@dataclass(frozen=True)
class Covariant:
    """A metric and a space at `variable`, with the representer P of the space's cotangent."""

    metric: Metric
    space: TangentSpace
    representer: Representer
    variable: Symbol

    def along(self, body: Node, direction: Node) -> Node:
        """The derivative of an expression along a direction."""
        return differential(body, {self.variable: direction})

    def represent(self, covector: Node) -> Node:
        """P(E) for the covector E."""
        return substitute(self.representer.value, {self.space.cotangent: covector})

    def lower(self, vector: Node) -> Node:
        """L(U), the covector <U, .>."""
        if self.metric.is_frobenius:
            return vector
        return substitute(self._operator, {self.field: vector})

    @cached_property
    def field(self) -> Symbol:
        """W, any element of the space."""
        name = f"W{self.variable.name}__"
        return Symbol(name, self.space.shape, self.space.unknown.structure)

    @cached_property
    def _operator(self) -> Node:
        """L(W)."""
        left = Symbol("L__", self.space.shape, self.space.unknown.structure)
        return operator_of(self.metric.pairing(left, self.field), left)

    @cached_property
    def lowered(self) -> Node:
        """L(P(E)) in the cotangent E."""
        return self.lower(self.representer.value)

    @cached_property
    def multiplier(self) -> Node | None:
        """The m with K*(m) = E - L(P(E)), None where it is not found.

        Inverses that occur are taken to exist: who asks checks `remainder`.
        """
        if len(self.space.maps) != 1:
            return None
        known = self.space.multiplier or self.representer.multiplier
        if known is not None:
            return self._short(known)
        unknown, normal = self._normal
        (constraint,) = self.space.maps
        missing = minus(self.space.cotangent, self.lowered)
        if self.metric.is_frobenius:
            missing = self.space.cotangent  # K(P(E)) = 0
        sides = [
            self._short(
                substitute(constraint, {self.space.unknown: self.space.onto_structure(covector)})
            )
            for covector in (normal, missing)
        ]
        try:
            found = solve(sides[0], unknown, sides[1])
        except (NoRule, ShapeError):
            return None
        return None if found is None else self._short(found)

    @cached_property
    def _normal(self) -> tuple[Symbol, Node]:
        """The unknown m and K*(m)."""
        (constraint,) = self.space.maps
        unknown = free_direction("m__", constraint, *symmetry_of(constraint))
        return unknown, pull_back_to(constraint, self.space.unknown, unknown)

    def _short(self, node: Node) -> Node:
        return shortened(simplify(node), self.space.equations)

    @property
    def remainder(self) -> Node:
        """E - L(P(E)) - K*(m) among the matrices of the structure: zero where m is right."""
        assert self.multiplier is not None
        unknown, normal = self._normal
        reached = plus(self.lowered, substitute(normal, {unknown: self.multiplier}))
        return self.space.onto_structure(minus(self.space.cotangent, reached))

    def bends(self, *points: Symbol) -> bool:
        """Whether the space depends on one of these variables."""
        space = self.space
        parts = list(space.maps) or ([space.projection] if space.projection is not None else [])
        parts += [space.image.body] if space.image else []
        return not set(points).isdisjoint(ordered(*parts))

    def warps(self, *points: Symbol) -> bool:
        """Whether the product depends on one of these variables."""
        if self.metric.is_frobenius:
            return False
        return not set(points).isdisjoint(ordered(self._operator))

    def normal_change(self, direction: Symbol, euclidean: Node, trusted: bool) -> Node:
        """-(D_V K*)(m), with the multipliers where they are trusted."""
        if not self.bends(self.variable):
            return zero(self.space.shape)
        if not trusted:
            return substitute(
                self.along(self.lowered, direction), {self.space.cotangent: euclidean}
            )
        assert self.multiplier is not None
        unknown, normal = self._normal
        found = substitute(self.multiplier, {self.space.cotangent: euclidean})
        return negate(substitute(self.along(normal, direction), {unknown: found}))

    def with_lowered(self, body: Node, euclidean: Node) -> Node:
        """The same with E in the place of L(G), where nothing but the structure cuts the space."""
        space, operator = self.space, simplify(self._operator)
        whole = space.projection in (None, space.onto_structure(space.cotangent))
        exact = not space.structure or operator is simplify(transpose(operator))
        if space.maps or space.image or not (whole and exact):
            return body
        coefficient, core = split_coefficient(operator)
        lowered = scale(1 / coefficient, space.onto_structure(euclidean))
        return shortened(simplify(body), [(core, lowered)])


@dataclass(frozen=True)
class Factor:
    """A factor of a product of spaces: a direction V there, the derivative E and the gradient G."""

    covariant: Covariant
    direction: Symbol
    euclidean: Node
    gradient: Node

    @property
    def variable(self) -> Symbol:
        return self.covariant.variable

    @property
    def field(self) -> Symbol:
        """W, in the place of G while it is held fixed."""
        return self.covariant.field

    @property
    def pairing(self) -> Node:
        """<V, W>."""
        return self.covariant.metric.pairing(self.direction, self.field)


def christoffel(one: Factor, factors: Sequence[Factor]) -> Node:
    """c at one factor, of the metric that all products make together: zero where none moves."""
    if not any(other.covariant.warps(*(o.variable for o in factors)) for other in factors):
        return zero(one.direction.shape)
    here, direction = one.covariant, one.direction
    turn = Symbol("T__", direction.shape, direction.structure)
    metric = plus(*(other.pairing for other in factors))
    first = differential(here.lower(one.field), {o.variable: o.direction for o in factors})
    second = differential(here.lower(direction), {o.variable: o.field for o in factors})
    third = pull_back_to(here.along(metric, turn), turn, UNIT)
    half = scale(Fraction(1, 2), plus(minus(first, second), third))
    for other in factors:
        half = other.covariant.with_lowered(half, other.euclidean)
    return substitute(half, {o.field: o.gradient for o in factors})


def tangent_equations(space: TangentSpace, direction: Symbol) -> list[tuple[Node, Node]]:
    """K(V) = 0 as equations that shorten an expression in V: X'*V = 0, V'*X = -X'*V."""
    found = []
    for constraint in space.maps:
        value = simplify(substitute(constraint, {space.unknown: direction}))
        if isinstance(value, Sum) and len(value.terms) == 2:
            (kept, first), (taken, second) = value.terms
            found.append((second, scale(-kept / taken, first)))
        elif not isinstance(value, Sum):
            found.append((value, zero(value.shape)))
    return found
