"""The matrix of a linear map in vec order: vec(L(dX)) = J * vec(dX), vec stacking columns.

vec(A*V*B) = kron(B', A)*vec(V), vec(V') = K*vec(V) with the commutation matrix K,
vec(A.*V) = diag(vec(A))*vec(V), and a scalar <G, V> = vec(G)'*vec(V); for other linear operations
the `vec` equation of their entry, or else the images of unit matrices.
Source: Magnus & Neudecker 2019, ch. 2 and 9.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator

from matcalc.calculus.pull_back import moving_nodes, only_moving, pull_back_to
from matcalc.calculus.wirtinger import require_complex_linear
from matcalc.expressions.binders import names_in
from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    UNIT,
    dagger,
    from_dimension,
    hadamard,
    identity,
    index_sum,
    multiply,
    number,
    plus,
    symbol,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import ONE, SCALAR, Dimension, Shape
from matcalc.expressions.nodes import Apply, Identity, Node, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import (
    Basis,
    Conjugate,
    Diagonal,
    Hadamard,
    HorizontalStack,
    ImaginaryPart,
    IndexSum,
    Kronecker,
    RealPart,
    Reshape,
    Stack,
    Transpose,
    Vec,
    VerticalStack,
    blocks_along,
)
from matcalc.language.kinds import closure
from matcalc.rulebook import book


def kronecker_matrix(body: Node, tangent: Symbol) -> Node:
    """J with vec(body) = J * vec(tangent), of shape (entries of body) x (entries of tangent).

    Raises NoRule where a map of complex matrices is linear over the real numbers only.
    """
    nodes = ordered(body)
    moving = moving_nodes(nodes, tangent)
    if body.is_complex or tangent.is_complex:
        require_complex_linear(body, tangent)
    if body not in moving:
        return zero(Shape(body.shape.size, tangent.shape.size))
    matrices: dict[Node, Node] = {tangent: identity(tangent.shape.size)}
    for node in nodes:
        if node in moving and node is not tangent:
            matrices[node] = _matrix(node, matrices, tangent)
    return matrices[body]


def _matrix(node: Node, matrices: dict[Node, Node], tangent: Symbol) -> Node:
    if node.shape.is_scalar:
        return _row(node, tangent)
    match node:
        case IndexSum(index, lower, upper, body):
            return index_sum(index, lower, upper, kronecker_matrix(body, tangent))
        case Conjugate(inner) | RealPart(inner) | ImaginaryPart(inner):
            return book.apply(
                node.operation, [matrices[inner]]
            )  # the directions are real where these stay
        case Stack() if parts := _stacked_parts(node):
            return blocks(book, [[_of_part(part, matrices, tangent)] for part in parts])
    return plus(*(multiply(one, matrices[part]) for one, part in one_level(node, matrices)))


def one_level(node: Node, moving: Collection[Node]) -> list[tuple[Node, Node]]:
    """The M and V with vec(node) = M*vec(V), summed, for what moves directly inside a node.

    None for what is not told so: a scalar x'*dx, a stack, a sum over an index, a real part.
    """
    match node:
        case Sum(terms=terms):
            return [(number(value), term) for value, term in terms if term in moving]
        case Product(factors=factors) if not node.shape.is_scalar or _is_read_off(factors, moving):
            return [_of_product(node, moving)]
        case Transpose(inner):
            return [(_commutation(inner.shape), inner)]
        case Hadamard(arguments):
            place = only_moving(node, arguments, moving)
            others = arguments[:place] + arguments[place + 1 :]
            return [(book.make(Diagonal, vec(hadamard(*others))), arguments[place])]
        case IndexSum() | Conjugate() | RealPart() | ImaginaryPart():
            return []
        case Stack() if _stacked_parts(node):
            return []
        case Apply() if not node.shape.is_scalar:
            return of_operation(node, moving)
    return []


def _is_read_off(factors: tuple[Node, ...], moving: Collection[Node]) -> bool:
    """Whether a scalar is c'*v with v alone moving, or a scalar among its scalars moves."""
    return not any(factor in moving for factor in factors[:-1])


def _stacked_parts(node: Node) -> list[Node]:
    """The parts whose entries follow each other in vec(node); none where they are mixed.

    These are the blocks of a column, blocks side by side, and the entries of a matrix of scalars.
    """
    if isinstance(node, HorizontalStack):
        return [part for argument in node.arguments for part in _stacked_parts(argument)]
    if node.shape.columns == ONE:
        return blocks_along(node, VerticalStack)
    rows = [blocks_along(row, HorizontalStack) for row in blocks_along(node, VerticalStack)]
    scalars = all(entry.shape.is_scalar for row in rows for entry in row)
    if len(rows) > 1:
        return [entry for column in zip(*rows, strict=True) for entry in column] if scalars else []
    return [node]


def _of_part(part: Node, matrices: dict[Node, Node], tangent: Symbol) -> Node:
    still = zero(Shape(part.shape.size, tangent.shape.size))
    return matrices.get(part, still)


def _row(node: Node, tangent: Symbol) -> Node:
    """The matrix of a scalar, <G, V> = vec(G)'*vec(V); by its parts if it is complex, V real."""
    gradient = pull_back_to(node, tangent, UNIT)
    if not node.is_complex or tangent.is_complex:
        return dagger(vec(gradient))
    imaginary = pull_back_to(node, tangent, IMAGINARY_UNIT)
    return transpose(vec(plus(gradient, multiply(IMAGINARY_UNIT, imaginary))))


def _of_product(node: Product, moving: Collection[Node]) -> tuple[Node, Node]:
    parts = node.scalars + node.factors
    place = only_moving(node, parts, moving)
    count = len(node.scalars)
    if place < count:
        scalars = node.scalars[:place] + node.scalars[place + 1 :]
        return vec(multiply(number(node.coefficient), *scalars, *node.factors)), parts[place]
    moved = parts[place].shape
    left = multiply(identity(moved.rows), *()) if place == count else multiply(*parts[count:place])
    after = parts[place + 1 :]
    right = multiply(*after) if after else identity(moved.columns)
    scalars = (number(node.coefficient), *node.scalars)
    return multiply(*scalars, kron(transpose(right), left)), parts[place]


def kron(left: Node, right: Node) -> Node:
    """The Kronecker product; of identities an identity, of a scalar a multiple."""
    if left.shape.is_scalar or right.shape.is_scalar:
        return multiply(left, right)
    if isinstance(left, Identity) and isinstance(right, Identity):
        return identity(left.order * right.order)
    return book.make(Kronecker, left, right)


def vec(node: Node) -> Node:
    """The columns stacked; a column is its own vec, and vec(x') = x."""
    if node.shape.columns == ONE:
        return node
    if node.shape.rows == ONE:
        return transpose(node)
    return book.make(Vec, node)


def unstacked(stacked: Node, shape: Shape) -> Node:
    """The value of that shape whose columns are stacked."""
    return stacked if shape.columns == ONE else reshaped(stacked, shape)


def reshaped(node: Node, shape: Shape) -> Node:
    """The entries, column after column, as a value of that shape."""
    sizes = [from_dimension(size) for size in (shape.rows, shape.columns)]
    return book.make(Reshape, node, *sizes)


def _commutation(shape: Shape) -> Node:
    """K with vec(V') = K*vec(V); the identity for vectors."""
    if shape.rows == ONE or shape.columns == ONE:
        return identity(shape.size)
    sizes = [from_dimension(shape.rows), from_dimension(shape.columns)]
    return book.apply("commutation", sizes)


def of_operation(node: Apply, moving: Collection[Node]) -> list[tuple[Node, Node]]:
    """The `vec` equations of the entry, vec(f(X)) = M * vec(X); without one, f at unit matrices."""
    operation = book.operation(node.operation)
    found = []
    for place, parameter in enumerate(operation.parameters):
        argument = node.arguments[place]
        if argument not in moving:
            continue
        rules = [r for r in book.rules_at(node, "vec") if r.argument == parameter.name]
        matrix = (
            book.instantiate(rules[0], node.operation, node.arguments)
            if rules
            else _of_units(node, place)
        )
        found.append((matrix, argument))
    return found


def _of_units(node: Apply, place: int) -> Node:
    """The sum over i and j of vec(f(E_ij)) * vec(E_ij)', where E_ij has a 1 at (i, j)."""
    shape = node.arguments[place].shape
    i, j = itertools.islice(new_indices(node), 2)
    row, column = _unit(i, shape.rows), _unit(j, shape.columns)
    arguments = [*node.arguments]
    arguments[place] = multiply(row, transpose(column))
    image = vec(book.apply(node.operation, arguments))
    body = multiply(image, transpose(kron(column, row)))
    for index, size in ((i, shape.rows), (j, shape.columns)):
        if size != ONE:
            body = index_sum(index, UNIT, from_dimension(size), body)
    return body


def _unit(index: Symbol, size: Dimension) -> Node:
    return UNIT if size == ONE else book.make(Basis, index, from_dimension(size))


def new_indices(node: Node) -> Iterator[Symbol]:
    """Indices with names that the expression does not have: i, j, i1, j1, ..."""
    taken = names_in(node)
    names = (f"{letter}{count or ''}" for count in itertools.count() for letter in "ij")
    return (symbol(name, SCALAR, *closure("index")) for name in names if name not in taken)
