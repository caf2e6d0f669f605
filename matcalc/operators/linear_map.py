"""The derivative as what it is: a linear operator dX -> df, or a multilinear one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matcalc.calculus.pull_back import pull_back_to
from matcalc.calculus.wirtinger import require_complex_linear
from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import UNIT
from matcalc.expressions.errors import NoRule, ShapeError, UnknownName
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.setting import Ground, Setting, plain, same_product
from matcalc.operators.normal_form import NormalForm, normal_form
from matcalc.operators.operator import ALONE, Bodies, Operator, Places, Slots
from matcalc.operators.restriction import Restriction, StructureInside
from matcalc.operators.solving import require_invertible, solve_free, solve_inside
from matcalc.operators.structure import Structure
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction, read_direction, variable_like

if TYPE_CHECKING:
    from matcalc.operators.at_points import AtPoint


@dataclass(frozen=True)
class LinearMap(Operator):
    """A linear operator: `body` is linear in each of the symbols `directions`.

    `L(V)` applies it, `L.adjoint` transposes it, `L @ M` composes, `L.matrix` is its matrix in
    vec order. Nothing is vectorised unless the matrix is asked for. With several directions it
    is a multilinear form or map, `M(U, V)`.

    `setting` is the inner product and the space of its domain, `outer` those of its values. What
    is asked of the operator is answered there: the trace of a map on symmetric matrices is not
    that of all.
    """

    directions: tuple[Symbol, ...]
    body: Node
    setting: Setting
    outer: Setting

    slots = property(lambda self: tuple({ALONE: tangent} for tangent in self.directions))
    bodies = property(lambda self: {ALONE: self.body})
    settings = property(lambda self: {ALONE: self.setting})
    outers = property(lambda self: {ALONE: self.outer})

    def made(self, slots: Slots, bodies: Bodies, settings: Places, outers: Places) -> LinearMap:
        """A map of one variable to one value."""
        directions = tuple(slot[ALONE] for slot in slots)
        return LinearMap(directions, bodies[ALONE], settings[ALONE], outers[ALONE])

    @property
    def tangent(self) -> Symbol:
        """The direction of a map that takes one. Raises NoRule for a multilinear one."""
        return self.tangents[ALONE]

    @property
    def is_restricted(self) -> bool:
        """Whether it takes directions in a space only, not all of the shape."""
        return not self.setting.space.is_all

    def apply(self, *given: Node | str, **named: Node | str) -> Node:
        """L(V), for an expression or its text; a new name stands for a direction.

        Raises ShapeError where V has not the shape of the tangent, or for another number of them,
        or where one is named: a map of one variable has no other to tell it from.
        """
        if named:
            raise ShapeError(
                f"a map of one variable takes no direction by a name, such as {next(iter(named))}",
                hint='give it alone, L("V")',
            )
        if len(given) != self.arity:
            directions = "direction" if self.arity == 1 else "directions"
            raise ShapeError(f"the map takes {self.arity} {directions}, not {len(given)}")
        values: dict[Node, Node] = {}
        for tangent, one in zip(self.directions, given, strict=True):
            values[tangent] = read_direction(one, tangent, self.body)
            if values[tangent].shape != tangent.shape:
                raise ShapeError(f"the operator takes {tangent.shape}, not {values[tangent].shape}")
        return substitute(self.body, values)

    def pull_back(self, cotangent: Node) -> Node:
        """L*(W) in the space, with <L(V), W> = <V, L*(W)> in the products of both sides."""
        if cotangent.shape != self.codomain:
            raise ShapeError(f"the adjoint takes {self.codomain}, not {cotangent.shape}")
        covector = self.outer.covector(cotangent)
        return self.setting.element(pull_back_to(self.body, self.tangent, covector))

    def pulled_back(self, cotangents: Mapping[str, Node]) -> Mapping[str, Node]:
        """The same by the name of the only value."""
        return {ALONE: self.pull_back(cotangents[ALONE])}

    def block(self, row: str, name: str) -> LinearMap:
        """The map itself."""
        return self

    def gives(self, row: str, image: Ground) -> bool:
        """Whether all values are in a space."""
        return self.has_values_in(image)

    @cached_property
    def matrix(self) -> Node:
        """J with vec(L(V)) = J*vec(V), vec stacking columns.

        On a space it is the J that vanishes across the space, J*vec(V) = vec(L(P(V))) with the
        orthogonal projection P: its rank and its trace are those of the map.

        >>> from matcalc import differential
        >>> print(differential("A*X", "X", "X: matrix(n,p), A: square(n)").matrix)
        kron(eye(p), A)
        """
        return self.restriction.matrix

    def __getitem__(self, name: str) -> LinearMap:
        """Raises UnknownName: a map of one variable has no blocks."""
        raise UnknownName(
            f"there is no block {name!r}: this is the operator of one variable",
            hint="ask for a list of variables to have one for each",
        )

    @property
    def at_unit(self) -> Node:
        """Of a map of scalars the value at 1, which is the derivative by a scalar."""
        require_complex_linear(self.body, self.tangent)
        return substitute(self.body, {self.tangent: UNIT})

    # ------------------------------------------------------------ where it is

    @cached_property
    def restriction(self) -> Restriction:
        return Restriction(self.tangent, self.body, self.setting.space)

    def at_points(self, image: Ground, *more: Node) -> list[AtPoint]:
        """The map as matrices at random points, where the expressions `more` have values too."""
        from matcalc.operators.at_points import at_points

        place = self.outer if self.setting.is_plain else self.setting
        return at_points(place.variable, self.setting.ground, image, self.tangent, self.body, more)

    def has_values_in(self, image: Ground) -> bool:
        """Whether all values are in a space: proved by their symmetry, or at random points."""
        if image[1].is_all or self.restriction.has_values_in(image[1]):
            return True
        if self.body.is_complex != self.tangent.is_complex:
            return False
        return all(point.stays for point in self.at_points(image))

    @cached_property
    def _stays(self) -> bool:
        return self.domain == self.codomain and self.has_values_in(self.setting.ground)

    # ------------------------------------------------------------ solving

    def solve(self, right: Node | str) -> Node:
        """The V in the space with L(V) = R, for an expression R or a new name.

        A new name stands for a value of the map. Raises NoRule where the operator has no inverse
        that can be written down, is singular at random points (V -> V - x*x'*V/(x'*x) never gives
        x), or where an expression R is no value of it.
        """
        given = read_direction(right, variable_like("R", self.body), self.body)
        if given.shape != self.codomain:
            raise ShapeError(f"the right side has to be {self.codomain}, not {given.shape}")
        if self.is_restricted:
            points = self.at_points(self.outer.ground, given)
            return solve_inside(self.restriction, points, given)
        if self.domain.size != self.codomain.size:
            raise NoRule(
                f"a map from {self.domain} to {self.codomain} has no inverse",
                hint="domain and codomain need the same number of entries",
            )
        require_invertible(self.tangent, self.body)
        return solve_free(self.body, self.tangent, given)

    @cached_property
    def normal_form(self) -> NormalForm:
        """The map as a sum of A*V*B, C*V'*D, W.*V and U*<G, V>, like terms together.

        Raises NoRule over the complex numbers, where further kinds of terms occur.
        """
        self.require_real("normal form")
        return normal_form(simplify(self.body), self.tangent)

    @cached_property
    def structure(self) -> Structure:
        """What the map is: diagonal, A*V, V*B, a Kronecker product, diagonal + low rank, ...

        On a space it is that for V in the space. Raises ShapeError where domain and codomain
        differ, NoRule where the map leads out of the space, and over the complex numbers.
        """
        self.require_real("structure")
        if self.domain != self.codomain:
            raise ShapeError(
                f"a structure is that of a map of one space into itself, not of {self.domain} "
                f"to {self.codomain}",
                hint="the normal form is there for every map",
            )
        self._require_endomorphism("structure")
        if not self.is_restricted:
            return self.restriction.structure
        found = self.restriction.structure
        parts = (found.name, found.formula, found.parts, found.tangent, found.body)
        return StructureInside(*parts, solved=self.solve, matrix=lambda: self.matrix)

    @property
    def trace(self) -> Node:
        """The sum of the eigenvalues of a map of its space into itself.

        Raises NoRule where it is none.

        >>> from matcalc import differential
        >>> print(differential("inv(X)", "X", "X: spd(n)", space="symmetric").trace)
        -(tr(inv(X)^2) + tr(inv(X))^2)/2
        """
        self._require_endomorphism("trace")
        return self.restriction.trace

    @property
    def determinant(self) -> Node:
        """The product of the eigenvalues of a map of its space into itself.

        Raises NoRule where it is none. Source: Muirhead 1982, ch. 2, for congruences.

        >>> from matcalc import differential
        >>> print(differential("inv(X)", "X", "X: spd(n)", space="symmetric").determinant)
        (-1)^((n^2 + n)/2)*(1/det(X))^(1 + n)
        """
        self._require_endomorphism("determinant")
        return self.restriction.determinant

    @property
    def norm(self) -> Node:
        """The operator norm, the largest |L(V)| over |V| = 1 in the products of both sides."""
        return self.restriction.norm(self.setting.metric, *self.outer.ground)

    @property
    def scaled_matrix(self) -> Node:
        """The matrix between orthonormal coordinates: its singular values are those of the map."""
        return self.restriction.scaled(self.setting.metric, *self.outer.ground)

    @property
    def norm_fro(self) -> Node:
        """The root of the sum of |L(B)|^2 over an orthonormal basis: in the Frobenius product
        with all entries free it is the Frobenius norm of the matrix of the map."""
        return self.restriction.norm_fro(self.setting.metric, *self.outer.ground)

    @property
    def is_complex(self) -> bool:
        """Whether the operator takes or gives complex values."""
        return self.restriction.is_complex

    def require_real(self, name: str) -> None:
        """Raise NoRule over the complex numbers."""
        if self.is_complex:
            raise NoRule(f"the {name} of a map over the complex numbers is not available")

    def _require_endomorphism(self, name: str) -> None:
        """Raise NoRule for a map that does not take a space into itself."""
        if self.domain != self.codomain:
            raise NoRule(
                f"a map from {self.domain} to {self.codomain} has no {name}",
                hint="that takes a map of one space into itself",
            )
        if not self._stays:
            space = self.setting.space.name
            raise NoRule(
                f"the map takes elements of the space {space} out of it: it has no {name} there",
                hint="that takes a map of one space into itself",
            )

    @property
    def inverse(self) -> LinearMap:
        """The operator R -> V with L(V) = R, from the space of the values back.

        Raises NoRule as `solve` does, and where not every element of that space is a value.
        """
        right = direction(free_name("R", self.body), self.body)
        found = LinearMap((right,), self.solve(right), self.outer, self.setting)
        if self.is_restricted and not all(p.fills for p in self.at_points(self.outer.ground)):
            raise NoRule(
                f"not every element of the space {self.outer.space.name} is a value of the "
                "map: it has no inverse",
                hint="solve takes a right side that is a value",
            )
        return found

    @property
    def is_self_adjoint(self) -> bool:
        """Whether <L(U), V> = <U, L(V)> for all U and V of the space, in its inner product.

        True where normal forms agree; otherwise random points decide. Raises NoRule where the
        products of domain and values differ: the word is about one product.
        """
        if not self._stays:
            return False
        if self.setting.is_plain and self.outer.is_plain:
            from matcalc.samples.agreement import same_values

            return same_values(self.body, self.pull_back(self.tangent))
        if not same_product(self.setting.ground, self.outer.ground):
            raise NoRule(
                "the domain and the values have different inner products: self-adjoint is said "
                "of a map in one",
                hint="choose inner and inner_out alike",
            )
        return all(point.is_symmetric for point in self.at_points(self.setting.ground))


def linear_map(tangent: Symbol, body: Node) -> LinearMap:
    """The map tangent -> body in the Frobenius products, all entries free."""
    return LinearMap((tangent,), body, plain(tangent), plain(tangent, body))
