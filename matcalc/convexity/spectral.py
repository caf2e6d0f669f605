"""Functions of the eigenvalues of a symmetric matrix, as functions of a vector.

    logdet(X) = sum(log(z))    tr(X*logm(X)) = sum(z.*log(z))    det(X)^(1/n) = prod(z)^(1/n)

What is convex in the vector, and the same whatever the order of its entries, is convex in the
matrix, which may be affine in the variables. Source: Davis 1957; Lewis 1996.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from matcalc.calculus.conditions import domain
from matcalc.convexity.domain import Domain, is_domain_of_psd
from matcalc.convexity.few import NoFew
from matcalc.expressions.constructors import (
    add,
    elementwise_power,
    hadamard,
    multiply,
    number,
    ones,
    power,
    scale,
    split_coefficient,
    symbol,
    transpose,
)
from matcalc.expressions.dimensions import ONE, SCALAR, Shape, dimension
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Identity, Named, Node, Product, Sum, Symbol
from matcalc.expressions.operations import ElementwisePower, EntrySum, Hadamard, Power
from matcalc.expressions.predicates import Has, Property
from matcalc.language.functions import is_elementwise
from matcalc.language.kinds import closure
from matcalc.language.problem import parse_expression
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.equations import parameter_symbols
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.structure import structure_of

_SIZE = "n"
_Z = symbol("z", Shape(dimension(_SIZE), ONE))


@dataclass
class Spectral:
    """A scalar expression as a `function` of the eigenvalues z of one `matrix`."""

    place: Domain
    matrix: Node | None = None
    vector: Symbol = _Z
    function: Node = _Z

    def value(self, node: Node) -> Node:
        """Of a scalar; raises NoFew for what is no such function."""
        if self.place.is_constant(node):
            return node
        match node:
            case Named(value=value):
                return self.value(value)
            case Sum(terms=terms):
                return add(((c, self.value(term)) for c, term in terms), SCALAR)
            case Product(coefficient=c, scalars=scalars, factors=()):
                return multiply(number(c), *map(self.value, scalars))
            case Product(coefficient=c, scalars=scalars, factors=(first, last)):
                entries = self.entries(transpose(first)), self.entries(last)
                total = book.make(EntrySum, hadamard(*entries))
                return multiply(number(c), *map(self.value, scalars), total)
            case Power(base, exponent):
                return power(self.value(base), self.value(exponent))
            case Apply(operation=name, arguments=(inner,)) if inner.shape.is_scalar:
                return book.apply(name, [self.value(inner)])
            case Apply(operation=name, arguments=(inner,)) if _is_symmetric(node):
                return book.apply(name, [self.entries(inner)])
        return self._of_eigenvalues(node)

    def entries(self, node: Node) -> Node:
        """The eigenvalues of a matrix, or a vector made of them entry by entry."""
        match node:
            case Named(value=value):
                return self.entries(value)
            case Identity():
                return ones(self._shape_of(node))
            case _ if node.shape.is_square and self.place.is_affine(node) and not _shifted(node):
                return self._of_matrix(node)
            case Sum(terms=terms):
                return add((c, self.entries(term)) for c, term in terms)
            case Product(coefficient=c, scalars=scalars, factors=factors) if factors:
                parts = hadamard(*map(self.entries, factors))
                return multiply(number(c), *map(self.value, scalars), parts)
            case Hadamard(arguments) if node.shape.columns == ONE:
                return hadamard(*map(self.entries, arguments))
            case ElementwisePower(base, exponent) if node.shape.columns == ONE:
                return elementwise_power(self.entries(base), self.value(exponent))
            case Apply(operation=name, arguments=(inner,)) if (
                node.shape.columns == ONE and is_elementwise(name, book)
            ):
                return book.apply(name, [self.entries(inner)])
        return self._of_eigenvalues(node)

    def _of_eigenvalues(self, node: Node) -> Node:
        """What the entry of an operation says."""
        formula = isinstance(node, Apply) and _formula(node.operation)
        if not isinstance(node, Apply) or not formula:
            raise NoFew
        parameters = parameter_symbols(book.operation(node.operation)).values()
        _, *others = node.arguments
        values: dict[Node, Node] = {_Z: self.entries(node.arguments[0])}
        values |= zip([*parameters][1:], map(self.value, others), strict=True)
        return instantiate(formula, values, {_SIZE: values[_Z].shape.rows}, book.apply)

    def _of_matrix(self, node: Node) -> Node:
        """The eigenvalues of a symmetric matrix: of the one that all others are made of."""
        c, matrix = split_coefficient(node)
        if matrix is not (self.matrix or matrix) or transpose(matrix) is not matrix:
            raise NoFew
        self.matrix = matrix
        self.vector = Symbol(_Z.name, self._shape_of(matrix), closure(*self._signs(matrix)))
        return scale(c, self.vector)

    def _signs(self, matrix: Node) -> Iterator[str]:
        without_negative = Has(matrix, Property.NO_NEGATIVE_EIGENVALUE)
        is_regular = is_domain_of_psd(self.place, matrix) or self.place.holds(without_negative)
        if "spd" in structure_of(matrix) or is_regular:
            yield "positive"
        elif self.place.signs.is_psd(matrix):
            yield "nonnegative"

    def _shape_of(self, matrix: Node) -> Shape:
        return Shape(matrix.shape.rows, ONE)


def of_eigenvalues(node: Node, place: Domain) -> Spectral | None:
    """The function of a vector, with values wherever the eigenvalues are."""
    found = Spectral(place)
    try:
        function = found.value(node)
    except (NoFew, MatcalcError):
        return None
    vector = Domain((found.vector,))
    if found.matrix is None or not all(vector.holds(one.predicate) for one in domain(function)):
        return None
    return replace(found, function=function)


def _shifted(node: Node) -> bool:
    """Whether it is a matrix and a multiple of the identity."""
    return isinstance(node, Sum) and any(
        isinstance(part, Identity)
        for _, term in node.terms
        for part in (term.factors if isinstance(term, Product) else (term,))
    )


def _is_symmetric(node: Apply) -> bool:
    """Whether a function of a vector is the same whatever the order of the entries."""
    if not node.shape.is_scalar or node.arguments[0].shape.columns != ONE:
        return False
    return isinstance(node, EntrySum) or bool(book.operation(node.operation).texts("curvature"))


@kept_for_an_edition(256)
def _formula(name: str) -> Node | None:
    operation = book.operation(name)
    symbols = {**parameter_symbols(operation), _Z.name: _Z}
    text = operation.text("eigenvalues")
    return parse_expression(text, symbols, book) if text else None
