"""A linear map on a space of matrices: its trace, determinant, norm and solution there.

With P the orthogonal projection on the space, V -> L(P(V)) is L on the space and zero across it:
its trace, its norm and its matrix are those of L on the space. V -> L(P(V)) + V - P(V) is the
identity across it: it has the determinant of a map L of the space into itself, and its inverse.
For V -> c*A*V*A' on all symmetric or all skew matrices the determinant is that of books.
Source: Halmos 1958, sec. 40 (restrictions); Muirhead 1982, theorems 2.1.6 and 2.1.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from matcalc.calculus.inversion import inverse, solve
from matcalc.calculus.kronecker import kronecker_matrix, unstacked, vec
from matcalc.calculus.linear_terms import Pair, is_identity
from matcalc.expressions.constructors import (
    from_dimension,
    identity,
    minus,
    multiply,
    number,
    plus,
    power,
    split_scalars,
    trace,
    transpose,
)
from matcalc.expressions.errors import NoRule, ShapeError
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.expressions.operations import Inverse
from matcalc.geometry.representer import symmetry_of
from matcalc.operators.invariants import (
    closed_determinant,
    determinant,
    frobenius,
    frobenius_norm,
    operator_determinant,
    operator_trace,
    raised,
    size_of,
    spectral,
    spectral_norm,
)
from matcalc.operators.normal_form import NormalForm, multiple_of, normal_form
from matcalc.operators.structure import Structure, structure
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction
from matcalc.spaces.metrics import Metric
from matcalc.spaces.projections import projected, projection_matrix
from matcalc.spaces.real_coordinates import coordinate_matrix, coordinates, from_coordinates
from matcalc.spaces.tangent_spaces import TangentSpace, operator_of

SYMMETRIC, SKEW = "symmetric", "skew"


@dataclass(frozen=True)
class StructureInside(Structure):
    """The structure of a map on a space, which is solved there and has the matrix there."""

    solved: Callable[[Node], Node]
    matrix: Callable[[], Node]

    def solve(self, right: Node | str) -> Node:
        """The V in the space with L(V) = R. Raises NoRule as `LinearMap.solve` does."""
        return self.solved(self._read(right))

    @property
    def dense(self) -> Node:
        """The matrix in vec order, which vanishes across the space."""
        return self.matrix()


@dataclass(frozen=True)
class Restriction:
    """The map tangent -> body for directions in `space`."""

    tangent: Symbol
    body: Node
    space: TangentSpace

    def _all_over(self, body: Node) -> NormalForm:
        return normal_form(simplify(body), self.tangent)

    @cached_property
    def by_zero(self) -> Node:
        """L(P(V))."""
        return simplify(substitute(self.body, {self.tangent: projected(self.space, self.tangent)}))

    @cached_property
    def by_identity(self) -> Node:
        """L(P(V)) + V - P(V)."""
        across = minus(self.tangent, projected(self.space, self.tangent))
        return simplify(plus(self.by_zero, across))

    @property
    def matrix(self) -> Node:
        """The matrix of L(P(V)) in vec order."""
        if self.space.is_all:
            return kronecker_matrix(self.body, self.tangent)
        return simplify(kronecker_matrix(self.by_zero, self.tangent))

    @property
    def is_complex(self) -> bool:
        """Whether the map takes or gives complex values."""
        return self.body.is_complex or self.tangent.is_complex

    @property
    def coordinates(self) -> Node:
        """The matrix of L(P(V)) in real coordinates."""
        return simplify(coordinate_matrix(self.by_zero, self.tangent))

    @property
    def completed(self) -> Node:
        """The same of L(P(V)) + V - P(V)."""
        return simplify(coordinate_matrix(self.by_identity, self.tangent))

    @property
    def trace(self) -> Node:
        """The sum of the eigenvalues of a map of the space into itself."""
        if self.is_complex:
            return simplify(trace(self.coordinates))
        return operator_trace(self._all_over(self.by_zero))

    @cached_property
    def dimension(self) -> Node:
        """The number of free entries: the trace of the projection."""
        return operator_trace(self._all_over(projected(self.space, self.tangent)))

    # ------------------------------------------------------------ forms on the space

    @property
    def is_whole(self) -> bool:
        """Whether the space is all matrices of a structure."""
        space = self.space
        plain = not (space.maps or space.image)
        return plain and space.projection in (None, space.onto_structure(space.cotangent))

    @cached_property
    def inside(self) -> Symbol:
        """V with the structure of the space."""
        words = [self.space.structure] if self.space.structure else []
        return direction(self.tangent.name, self.tangent, *words)

    @cached_property
    def body_inside(self) -> Node:
        return simplify(substitute(self.body, {self.tangent: self.inside}))

    @cached_property
    def _product(self) -> Pair | None:
        """A and B where the map is V -> A*V*B on the space."""
        form = normal_form(self.body_inside, self.inside)
        return form.products[0] if form.consists_of(1) else None

    @property
    def multiple(self) -> Node | None:
        """c where the map is V -> c*V on the space."""
        return multiple_of(self._product) if self._product is not None else None

    @property
    def congruence(self) -> Pair | None:
        """c and A where the map is V -> c*A*V*A' on all symmetric or all skew matrices."""
        known = self.space.structure in (SYMMETRIC, SKEW) and self.is_whole
        if not known or self._product is None:
            return None
        (scalar, left), (factor, right) = map(split_scalars, self._product)
        matches = simplify(transpose(left)) is simplify(right)
        return (multiply(scalar, factor), left) if matches else None

    def has_values_in(self, space: TangentSpace) -> bool:
        """Whether the symmetry of the values alone shows that they are in a space."""
        whole = Restriction(self.tangent, self.tangent, space).is_whole
        return whole and symmetry_of(self.body_inside) == [space.structure]

    @property
    def structure(self) -> Structure:
        """What the map is for directions in the space."""
        if self.space.is_all:
            return structure(self.body, self.tangent)
        return structure(self.body_inside, self.inside)

    # ------------------------------------------------------------ determinant

    @property
    def determinant(self) -> Node:
        """The product of the eigenvalues of a map of the space into itself."""
        if self.is_complex:
            return simplify(determinant(self.completed))
        if self.space.is_all:
            return operator_determinant(self._all_over(self.body), self.structure)
        found = self._of_multiple() or self._of_congruence() or self._completed()
        return simplify(found if found is not None else determinant(self._coordinates))

    def _of_multiple(self) -> Node | None:
        """c^k; not with a trace of numbers in place of k, of which c < 0 has no power."""
        if self.multiple is None or any(isinstance(n, Apply) for n in ordered(self.dimension)):
            return None
        return power(self.multiple, self.dimension)

    def _of_congruence(self) -> Node | None:
        """c^(n*(n+1)/2)*det(A)^(n+1) on symmetric matrices, (n - 1) for (n + 1) on skew ones."""
        if self.congruence is None:
            return None
        scalar, matrix = self.congruence
        order = self.space.shape.rows
        each = order + 1 if self.space.structure == SYMMETRIC else order - 1
        return multiply(raised(scalar, order * each / 2), raised(determinant(matrix), each))

    def _completed(self) -> Node | None:
        form = self._all_over(self.by_identity)
        return closed_determinant(form, structure(self.by_identity, self.tangent))

    @property
    def _coordinates(self) -> Node:
        """The matrix in vech(V) for symmetric V; else with the identity across the space."""
        if self.space.structure == SYMMETRIC and self.is_whole:
            order = [from_dimension(self.space.shape.rows)]
            matrix = kronecker_matrix(self.body, self.tangent)
            first, last = (book.apply(name, order) for name in ("elimination", "duplication"))
            return multiply(first, matrix, last)
        return simplify(kronecker_matrix(self.by_identity, self.tangent))

    # ------------------------------------------------------------ norms

    def norm(self, inner: Metric, outer: Metric, image: TangentSpace) -> Node:
        """The largest |L(V)| in the product `outer` over |V| = 1 in `inner`, V in the space.

        `image` is a space that L(V) is in.
        """
        moved = self._moved(inner, outer)
        if self.is_complex or moved is None:
            return simplify(spectral(self.scaled(inner, outer, image)))
        if moved.multiple is not None:
            return simplify(size_of(moved.multiple))
        if moved.congruence is not None and moved.space.structure == SYMMETRIC:
            scalar, matrix = moved.congruence
            return simplify(multiply(size_of(scalar), power(spectral(matrix), number(2))))
        return spectral_norm(moved._all_over(moved.by_zero), moved.matrix)

    def norm_fro(self, inner: Metric, outer: Metric, image: TangentSpace) -> Node:
        """The root of the sum of |L(B)|^2 over an orthonormal basis B of the space."""
        moved = self._moved(inner, outer)
        if self.is_complex or moved is None:
            return simplify(frobenius(self.scaled(inner, outer, image)))
        return frobenius_norm(moved._all_over(moved.by_zero), moved.matrix)

    def scaled(self, inner: Metric, outer: Metric, image: TangentSpace) -> Node:
        """The matrix between orthonormal coordinates: its singular values are those of the map.

        Raises NoRule over the complex numbers where a product has no root in closed form.
        """
        if not self.is_complex:
            return self._matrix_between(inner, outer, image)
        moved = self._moved(inner, outer)
        if moved is None:
            raise NoRule("the product has no root in closed form that keeps the space")
        return moved.coordinates

    def _moved(self, inner: Metric, outer: Metric) -> Restriction | None:
        """The map between the roots of the products, which make them the Frobenius product.

        None where there are no roots, or that of `inner` may lead out of the space.
        """
        root, after = inner.root(self.tangent), outer.root(self.body)
        if root is None or after is None or not self._keeps(inner):
            return None
        before = solve(root, self.tangent, self.tangent)
        if before is None:
            return None
        return Restriction(
            self.tangent, simplify(substitute(after, {self.tangent: before})), self.space
        )

    def _keeps(self, inner: Metric) -> bool:
        """Whether the root of a product surely maps the space into itself."""
        own = bool(inner.elements) and inner.elements == self.space.structure and self.is_whole
        return inner.is_frobenius or self.space.is_all or own

    def _matrix_between(self, inner: Metric, outer: Metric, image: TangentSpace) -> Node:
        """S*J*P*inv(R): R and S are the roots of the matrices of the products on their spaces."""
        after = outer.root(self.by_zero)
        if after is None:
            last = multiply(_root_matrix(outer, image), self.matrix)
        else:
            last = kronecker_matrix(simplify(after), self.tangent)
        return multiply(last, book.make(Inverse, _root_matrix(inner, self.space)))

    # ------------------------------------------------------------ solving

    def solutions(self, right: Symbol) -> Iterator[Node]:
        """Candidates for the V in the space with L(V) = R; who asks checks them."""
        ways = (
            self._closed,
            self._from_left,
            self._from_right,
            self._by_matrix,
            self._by_coordinates,
        )
        for way in ways:
            try:
                found = way(right)
            except (NoRule, ShapeError):
                continue
            if found is not None:
                yield simplify(found)

    def _closed(self, right: Symbol) -> Node | None:
        body, inside = self.body_inside, self.inside
        return solve(body, inside, right) or solve(expand(body), inside, right)

    @property
    def _symmetrised(self) -> Pair | None:
        """A and B where the map is V -> A*V*B + (A*V*B)'."""
        form = normal_form(self.body_inside, self.inside)
        if not form.consists_of(1, 1):
            return None
        (left, right), (first, last) = *form.products, *form.transposed
        turned = transpose(right), transpose(left)
        return (
            (left, right) if (simplify(turned[0]), simplify(turned[1])) == (first, last) else None
        )

    def _from_left(self, right: Symbol) -> Node | None:
        """V = inv(A)*B'*T, T + T' = inv(B')*R*inv(B), where T = inv(B')*A*V is triangular."""
        if self._symmetrised is None:
            return None
        first, last = self._symmetrised
        turned = transpose(last)
        return multiply(inverse(first), turned, self._half(inverse(turned), right))

    def _from_right(self, right: Symbol) -> Node | None:
        """V = T*A'*inv(B), T + T' = inv(A)*R*inv(A'), where T = V*B*inv(A') is triangular."""
        if self._symmetrised is None:
            return None
        first, last = self._symmetrised
        half = self._half(inverse(first), right)
        return multiply(half, transpose(first), inverse(last))

    def _half(self, around: Node, right: Node) -> Node:
        """The triangular T with T + T' = F*R*F' for symmetric R."""
        value = book.apply("halved_tril", [multiply(around, right, transpose(around))])
        return transpose(value) if self.space.structure == "upper" else value

    def _by_matrix(self, right: Symbol) -> Node:
        """By the pseudoinverse of the matrix, which takes the values of L back into the space."""
        found = multiply(book.apply("pinv", [self.matrix]), vec(right))
        return unstacked(found, self.tangent.shape)

    def _by_coordinates(self, right: Symbol) -> Node | None:
        """The same for a map that is linear over the real numbers only."""
        if not (right.is_complex and self.tangent.is_complex):
            return None
        inverted = book.apply("pinv", [self.coordinates])
        return from_coordinates(multiply(inverted, coordinates(right)), self.tangent)


def _root_matrix(metric: Metric, space: TangentSpace) -> Node:
    """The root of G with <U, V> = vec(U)'*G*vec(V) in the space, the identity across it."""
    left, moving = direction("L__", space.free), space.free
    operator = simplify(operator_of(metric.pairing(left, moving), left))
    gram, onto = kronecker_matrix(operator, moving), projection_matrix(space)
    if onto is not None:
        gram = plus(multiply(onto, gram, onto), minus(identity(space.shape.size), onto))
    return gram if is_identity(gram) else book.apply("sqrtm", [gram])
