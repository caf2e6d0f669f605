"""The orthogonal projection on a space, as an expression and as a matrix in vec order."""

from __future__ import annotations

from matcalc.calculus.kronecker import kronecker_matrix, unstacked, vec
from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import identity, is_zero, minus, multiply, number, zero
from matcalc.expressions.nodes import Node, Symbol
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.spaces.directions import direction
from matcalc.spaces.tangent_spaces import STRUCTURES, Image, TangentSpace, project_on


def projected(space: TangentSpace, node: Node) -> Node:
    """P(V), by the matrix of the projection where the space has no formula for it.

    Raises NoRule where neither is known: over the complex numbers it may be linear over the
    real ones only.
    """
    if space.is_all:
        return node
    if space.projection is not None:
        return space.project(node)
    if not (space.maps or space.image):
        return space.onto_structure(node)
    matrix = projection_matrix(space)
    assert matrix is not None
    return unstacked(multiply(matrix, vec(node)), space.shape)


def projection_matrix(space: TangentSpace) -> Node | None:
    """P with vec(P(V)) = P*vec(V); None where all entries are free."""
    if space.is_all:
        return None
    if space.projection is not None:
        return kronecker_matrix(space.projection, space.cotangent)
    if space.image:
        return _range_matrix(space.image)
    free = space.free
    inside = space.onto_structure(free)
    maps = [substitute(one, {space.unknown: inside}) for one in space.maps]
    if space.structure:
        maps.append(minus(free, inside))
    maps = [one for one in maps if not is_zero(one)]
    if not maps:
        return identity(space.shape.size)
    stacked = blocks(book, [[kronecker_matrix(one, free)] for one in maps])
    rest = multiply(book.apply("pinv", [stacked]), stacked)
    return minus(identity(space.shape.size), rest)


def _range_matrix(image: Image) -> Node:
    """The projection B*pinv(B) on the range of a map of parameters."""
    matrix = blocks(book, [[_columns(image, parameter) for parameter in image.parameters]])
    return multiply(matrix, book.apply("pinv", [matrix]))


def _columns(image: Image, parameter: Symbol) -> Node:
    """The matrix of an image in one of its parameters, the others zero."""
    body = image.body
    for other in image.parameters:
        if other is not parameter:
            body = substitute(body, {other: zero(other.shape)})
    if parameter.shape.is_scalar:
        return vec(substitute(body, {parameter: number(1)}))
    free = direction("z__", parameter)
    inside: Node = free
    for structure in word_of(parameter):
        inside = project_on(structure, free)
    return kronecker_matrix(substitute(body, {parameter: inside}), free)


def word_of(parameter: Symbol) -> list[str]:
    """The structure of a parameter of an image, if it has one."""
    return [word for word in STRUCTURES if word in parameter.structure][:1]
