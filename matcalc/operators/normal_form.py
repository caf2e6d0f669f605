"""The normal form of a linear map: sum A_i*V*B_i + sum C_j*V'*D_j + W.*V + sum U_k*<G_k, V> + rest.

Like terms are put together: those with one A or one B, all entrywise weights in one W. What has
another form (an operation such as `sylvester` inside) is kept as `others`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.linear_terms import (
    LinearTerm,
    Pair,
    grouped,
    is_identity,
    linear_terms,
    together,
)
from matcalc.calculus.pull_back import inner_product, pull_back_to
from matcalc.expressions.constructors import (
    UNIT,
    hadamard,
    identity,
    is_zero,
    multiply,
    number,
    ones,
    plus,
    scale,
    split_scalars,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.nodes import Node, Sum, Symbol
from matcalc.expressions.operations import Diagonal, DiagonalOf
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.simplify.expansion import expand


@dataclass(frozen=True)
class NormalForm:
    """A linear map in the symbol `tangent`, V, of shape `body`.

    `products` are the pairs (A, B) of A*V*B, `transposed` the pairs (C, D) of C*V'*D, `weights`
    the W of W.*V (None where there is none), `rank_one` the pairs (U, G) of U*<G, V>, and
    `others` what has none of these forms. `print` writes the sum.
    """

    tangent: Symbol
    value_at_zero: Node
    products: tuple[Pair, ...] = ()
    transposed: tuple[Pair, ...] = ()
    weights: Node | None = None
    rank_one: tuple[Pair, ...] = ()
    others: tuple[Node, ...] = ()

    @property
    def expression(self) -> Node:
        """The sum written out, linear in the tangent."""
        moved = self.tangent
        turned = transpose(moved)
        terms = [multiply(left, moved, right) for left, right in self.products]
        terms += [multiply(left, turned, right) for left, right in self.transposed]
        if self.weights is not None:
            terms.append(hadamard(self.weights, moved))
        terms += [multiply(inner_product(g, moved), direction) for direction, g in self.rank_one]
        return plus(self.value_at_zero, *terms, *self.others)

    def consists_of(self, products: int, transposed: int = 0) -> bool:
        """Whether it has so many terms A*V*B and C*V'*D, and no others."""
        found = len(self.products), len(self.transposed)
        rest = self.others or self.rank_one or self.weights is not None
        return found == (products, transposed) and not rest

    def __str__(self) -> str:
        return str(self.expression)


@dataclass
class _Sorted:
    """The terms of a map, sorted by their form."""

    products: list[Pair] = field(default_factory=list)
    transposed: list[Pair] = field(default_factory=list)
    weights: list[Node] = field(default_factory=list)
    rank_one: list[Pair] = field(default_factory=list)
    others: list[Node] = field(default_factory=list)


def normal_form(body: Node, tangent: Symbol) -> NormalForm:
    """The normal form of the map tangent -> body.

    >>> from matcalc import symbols
    >>> A, V = symbols("A: matrix(n,n), V: matrix(n,n)")
    >>> print(normal_form((A + A.T) @ V + V @ A - A @ V, V))
    A'*V + V*A
    """
    start = zero(body.shape)
    terms = linear_terms(expand(body), tangent)
    if terms is None:
        return NormalForm(tangent, start, others=(body,))
    found = _Sorted()
    for term in reversed(terms):
        if not is_zero(term.expression):
            _sort(term, tangent, found)
    if found.others and tangent.shape.is_vector and body.shape.is_vector:
        # Between columns every linear map is a product with a matrix.
        found.products.append((kronecker_matrix(plus(*found.others), tangent), UNIT))
        found.others.clear()
    return NormalForm(
        tangent,
        start,
        tuple(_collected(found.products)),
        tuple(_collected(found.transposed)),
        plus(*found.weights) if found.weights else None,
        tuple(grouped(found.rank_one)),
        tuple(found.others),
    )


def _sort(term: LinearTerm, tangent: Symbol, found: _Sorted) -> None:
    left = multiply(term.scalar, term.left)
    # s -> s*A is A*<1, s>: A and an identity are no factors of the scalar s
    between_scalars = tangent.shape.is_scalar and term.expression.shape.is_scalar
    if term.core.shape.is_scalar and not between_scalars:
        functional = pull_back_to(term.core, tangent, UNIT)
        found.rank_one.append((multiply(left, term.right), functional))
    elif term.core is tangent:
        found.products.append((left, term.right))
    elif term.core is transpose(tangent):
        found.transposed.append((left, term.right))
    else:
        weights = term.weights(tangent)
        if weights is None:
            found.others.append(term.expression)
        else:
            found.weights.append(weights)


def _collected(pairs: list[Pair]) -> list[Pair]:
    """Pairs with a common second part put together, then those with a common first part.

    c*V joins a product A*V or V*B, where there is one.
    """
    multiples = [multiple_of(pair) for pair in pairs]
    scalars = [scalar for scalar in multiples if scalar is not None]
    others = [
        _by_its_scalar(p) for p, scalar in zip(pairs, multiples, strict=True) if scalar is None
    ]
    total = plus(*scalars) if scalars else number(0)
    if not is_zero(total):
        others.append(_multiple(total, pairs[0], others))
    return together(others)


def multiple_of(pair: Pair) -> Node | None:
    """c where both factors together are c*I."""
    (first, left), (second, right) = (split_scalars(part) for part in pair)
    return multiply(first, second) if is_identity(left) and is_identity(right) else None


def _by_its_scalar(pair: Pair) -> Pair:
    """The scalar of V*B with B, all others with the left factor."""
    scalar, left = split_scalars(pair[0])
    return (left, multiply(scalar, pair[1])) if is_identity(left) else pair


def _multiple(total: Node, pair: Pair, others: list[Pair]) -> Pair:
    rows, columns = identity(pair[0].shape.rows), identity(pair[1].shape.columns)
    if others and not any(is_identity(right) for _, right in others):
        return rows, multiply(total, columns)
    return multiply(total, rows), columns


def entrywise_part(form: NormalForm) -> tuple[Node | None, list[Pair]]:
    """The W of all that acts entry by entry, and the products that do not.

    diag(d)*V has the weights d*ones', V*diag(d) the weights ones*d', c*V the weight c.
    """
    weights = [form.weights] if form.weights is not None else []
    rest: list[Pair] = []
    for left, right in (piece for pair in form.products for piece in _pieces(*pair)):
        first, second = diagonal_of(left), diagonal_of(right)
        if first is None or second is None:
            rest.append((left, right))
        else:
            weights.append(multiply(first, transpose(second)))
    return (plus(*weights) if weights else None), _collected(rest)


def _pieces(left: Node, right: Node) -> list[Pair]:
    """A pair as several where a sum stands alone: (A + D)*V is A*V + D*V."""
    if isinstance(left, Sum) and is_identity(split_scalars(right)[1]):
        return [(scale(value, term), right) for value, term in left.terms]
    if isinstance(right, Sum) and is_identity(split_scalars(left)[1]):
        return [(left, scale(value, term)) for value, term in right.terms]
    return [(left, right)]


def diagonal_of(matrix: Node) -> Node | None:
    """The diagonal as a column, None for a matrix that is not known to be diagonal."""
    scalar, rest = split_scalars(matrix)
    if is_identity(rest):
        return multiply(scalar, ones(Shape(matrix.shape.rows, ONE)))
    if isinstance(rest, Diagonal):
        return multiply(scalar, rest.arguments[0])
    if matrix.shape.is_scalar or "diagonal" in structure_of(matrix):
        return matrix if matrix.shape.is_scalar else book.make(DiagonalOf, matrix)
    return None
