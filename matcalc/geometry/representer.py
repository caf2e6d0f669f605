"""The representer of a covector in a space under an inner product: the Riesz map with constraints.

For a metric <U, V> = tr(U'*L(V)) and a space W cut down by maps K that vanish on it, the G with
<G, V> = tr(E'*V) for all V in the space is
    G = R(E - K*(m)),   K(R(K*(m))) = K(R(E)),   R the inverse of L on W;
for an image B(z) of parameters, G = B(z) with B*(L(B(z))) = B*(E). Where those equations have no
closed form there is the Kronecker one, with the projection P on the space:
    vec(G) = inv(P*J*P + I - P)*P*vec(E),   J the matrix of L.
Source: Absil, Mahony & Sepulchre 2008, sec. 3.6; Boumal 2023, ch. 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from matcalc.calculus.inversion import solve
from matcalc.calculus.kronecker import kronecker_matrix, unstacked, vec
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import (
    dagger,
    divide,
    identity,
    minus,
    multiply,
    negate,
    number,
    plus,
    real_part,
    split_scalars,
    transpose,
)
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.operations import Entry, Inner, Inverse
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction
from matcalc.spaces.metrics import Metric, ReadProduct
from matcalc.spaces.projections import projection_matrix, word_of
from matcalc.spaces.tangent_spaces import Image, TangentSpace, operator_of, project_on

PROJECTION = "orthogonal projection on the space"
RIESZ = "Riesz map of the inner product"
CONSTRAINED = "Riesz map, with multipliers for the space"
PROJECTED = "Riesz map, then projection on the space"
PARAMETERS = "Riesz map in the parameters of the space"
KRONECKER = "Riesz map in Kronecker form"


@dataclass(frozen=True)
class Representer:
    """`value` in the space's cotangent, `how` it was found; `settled` where a law of the book.

    `multiplier` is the m of the equations, where it was found on the way; `inverted` are
    inverses taken on the way, which may not show in the value.
    """

    value: Node
    how: str
    source: str
    settled: bool = False
    multiplier: Node | None = None
    inverted: tuple[Node, ...] = ()


def representers(metric: Metric, space: TangentSpace) -> Iterator[Representer]:
    """The ways to the representer of `space.cotangent`, the best first.

    Those that are not settled hold where the inverses in them exist: who asks checks them.
    """
    work = _Work(metric, space)
    known = work.known()
    if known is not None:
        yield known
        return
    ways = (work.in_parameters, work.constrained, work.reflected, work.in_turn, work.projected)
    for way in (*ways, work.kronecker):
        try:
            found = way()
        except NoRule:
            continue
        if found is not None:
            yield found


@dataclass(frozen=True)
class _Work:
    metric: Metric
    space: TangentSpace

    @property
    def covector(self) -> Symbol:
        return self.space.cotangent

    def known(self) -> Representer | None:
        """Where the book has the answer: a projection, or a Riesz map on all of its own space."""
        metric, space = self.metric, self.space
        if metric.is_frobenius and space.projection is not None:
            return Representer(space.projection, PROJECTION, space.source, settled=True)
        own = space.own is not None and isinstance(metric, ReadProduct)
        if own and metric.entry is space.own.entry:  # type: ignore[union-attr]
            value = metric.riesz(self.covector)
            return Representer(value, RIESZ, space.source, True) if value is not None else None
        if metric.riesz(self.covector) is not None and self._is_whole():
            value = metric.riesz(space.onto_structure(self.covector))
            assert value is not None
            return Representer(value, RIESZ, metric.source, settled=True)
        return None

    def _is_whole(self) -> bool:
        """Whether the space is all that the product is meant for."""
        space = self.space
        cut = space.maps or space.image or not self._is_all_of_structure()
        return space.structure == self.metric.elements and not cut

    def operator(self, moving: Node, structure: str = "") -> Node:
        """L(V), a covector on the matrices of the structure, projected on them."""
        left = direction("L__", self.space.unknown, *([structure] if structure else []))
        found = operator_of(self.metric.pairing(left, moving), left)
        return simplify(project_on(structure, found) if structure else found)

    @cached_property
    def _on_structure(self) -> Node | None:
        """R(E): the representer among all matrices of the structure of the space."""
        space = self.space
        right = space.onto_structure(self.covector)
        if self.metric.is_frobenius:
            return right
        if self.metric.elements == space.structure:
            value = self.metric.riesz(right)
            if value is not None:
                return value
        operator = self.operator(space.unknown, space.structure)
        found = solve(operator, space.unknown, right)
        return found or solve(simplify(expand(operator)), space.unknown, right)

    def constrained(self) -> Representer | None:
        """G = R(E - K*(m)) with K(G) = 0; without maps it is R(E)."""
        space, first = self.space, self._on_structure
        if first is None or space.image or len(space.maps) > 1:
            return None
        if not space.maps:
            whole = self._is_all_of_structure()
            return Representer(first, RIESZ, self.metric.source) if whole else None
        (constraint,) = space.maps
        is_row = constraint.shape.rows == ONE
        if is_row:
            constraint = transpose(constraint)
        multiplier = direction("m__", constraint, *symmetry_of(constraint))
        normal = substitute(
            first, {self.covector: pull_back_to(constraint, space.unknown, multiplier)}
        )
        level = direction("r__", constraint, *symmetry_of(constraint))
        body = simplify(substitute(constraint, {space.unknown: normal}))
        solved = solve(_plain(body), multiplier, level)
        if solved is None:
            return None
        found = substitute(solved, {level: substitute(constraint, {space.unknown: first})})
        value = minus(first, substitute(normal, {multiplier: found}))
        source, inverted = self.metric.source, _inverses_in(solved)
        known = transpose(found) if is_row else found
        return Representer(value, CONSTRAINED, source, multiplier=known, inverted=inverted)

    def _is_all_of_structure(self) -> bool:
        """Whether the projection leaves all matrices of the structure of the space as they are."""
        space = self.space
        return space.projection in (None, space.onto_structure(self.covector))

    def reflected(self) -> Representer | None:
        """G = R(E) - R(K*(K(R(E))))/c where K(R(K*(K(V)))) = c*K(V), as for a projection P in
        K(V) = P*V + V*P - V: then K keeps the length of what it does not take to zero, up to c."""
        space, first = self.space, self._on_structure
        if first is None or space.image or len(space.maps) != 1:
            return None
        (constraint,) = space.maps

        def normal(value: Node) -> Node:
            back = pull_back_to(constraint, space.unknown, value)
            return substitute(first, {self.covector: back})

        def across(element: Node) -> Node:
            return _plain(substitute(constraint, {space.unknown: element}))

        once = across(space.unknown)
        twice = across(normal(once))
        (one, core), (other, same) = split_scalars(once), split_scalars(twice)
        if same is not core:
            return None
        value = minus(first, multiply(divide(one, other), normal(across(first))))
        return Representer(value, CONSTRAINED, self.metric.source)

    def in_turn(self) -> Representer | None:
        """The maps of the space one after the other: right where their projections commute."""
        space = self.space
        if space.image or len(space.maps) < 2:
            return None
        value, source = self._on_structure, ""
        for one in space.maps:
            alone = _Work(self.metric, replace(space, maps=(one,), projection=None))
            found = alone.constrained() or alone.reflected()
            if found is None or value is None:
                return None
            value = substitute(found.value, {self.covector: self.operator(value)})
            source = found.source
        assert value is not None
        return Representer(value, CONSTRAINED, source)

    def in_parameters(self) -> Representer | None:
        """G = B(z) with B*(L(B(z))) = B*(E)."""
        image = self.space.image
        if image is None:
            return None
        if len(image.parameters) > 1:
            return Representer(self._span(image), PARAMETERS, self.metric.source)
        (parameter,) = image.parameters
        body = self._to_parameter(image, self.operator(image.body))
        right = direction("r__", parameter, *word_of(parameter))
        solved = solve(body, parameter, right)
        if solved is None:
            return None
        found = substitute(solved, {right: self._to_parameter(image, self.covector)})
        value = substitute(image.body, {parameter: found})
        return Representer(value, PARAMETERS, self.metric.source, inverted=_inverses_in(solved))

    def _to_parameter(self, image: Image, covector: Node) -> Node:
        """B*(covector), on the matrices of the structure of the parameter."""
        (parameter,) = image.parameters
        found = pull_back_to(image.body, parameter, covector)
        for structure in word_of(parameter):
            found = project_on(structure, found)
        return found

    def _span(self, image: Image) -> Node:
        """The weights of a basis solve the equations of its Gram matrix."""
        basis = [_at_one(image, place) for place in range(len(image.parameters))]
        gram = blocks(book, [[self.metric.pairing(a, b) for b in basis] for a in basis])
        right = blocks(book, [[real_part(book.make(Inner, b, self.covector))] for b in basis])
        weights = multiply(book.make(Inverse, gram), right)
        places = [number(place + 1) for place in range(len(basis))]
        entries = [book.make(Entry, weights, place) for place in places]
        return plus(*(multiply(entry, b) for entry, b in zip(entries, basis, strict=True)))

    def projected(self) -> Representer | None:
        """P(L^-1(E)), which is right where L maps the space into itself."""
        space = self.space
        if space.projection is None or self._is_all_of_structure():
            return None
        free = space.free
        found = self.metric.riesz(self.covector)
        found = found if found is not None else solve(self.operator(free), free, self.covector)
        if found is None:
            return None
        return Representer(space.project(found), PROJECTED, self.metric.source)

    def kronecker(self) -> Representer | None:
        """The equations in vec order, with the projection on the space as a matrix."""
        space = self.space
        projection = projection_matrix(space)
        right = vec(self.covector)
        if projection is not None:
            right = multiply(projection, right)
        if not self.metric.is_frobenius:
            free = space.free
            matrix = kronecker_matrix(self.operator(free), free)
            if projection is not None:
                rest = minus(identity(space.shape.size), projection)
                matrix = plus(multiply(projection, matrix, projection), rest)
            right = multiply(book.make(Inverse, matrix), right)
        return Representer(unstacked(right, space.shape), KRONECKER, self.metric.source)


def _plain(node: Node) -> Node:
    """What cancels once the brackets are multiplied out, cancelled."""
    return simplify(expand(simplify(expand(node))))


def _inverses_in(solution: Node) -> tuple[Node, ...]:
    """The inverses that a solution takes for a right side that stands for any."""
    return tuple(node for node in ordered(solution) if isinstance(node, Inverse))


def symmetry_of(body: Node) -> list[str]:
    """What is known of the values of a map: symmetric, Hermitian, skew, or nothing."""
    if body.shape.is_scalar or not body.shape.is_square:
        return []
    turned = transpose(body)
    if turned is body:
        return ["symmetric"]
    if body.is_complex and dagger(body) is body:
        return ["hermitian"]
    return ["skew"] if turned is negate(body) else []


def _at_one(image: Image, place: int) -> Node:
    """The element of a basis: one weight 1, the others 0."""
    body = image.body
    for other, parameter in enumerate(image.parameters):
        body = substitute(body, {parameter: number(1 if other == place else 0)})
    return body
