"""Inner products: they turn the derivative, which they do not change, into a gradient.

df = <grad f, dX> in the product chosen. For <U, V> = tr(U'*M*V*N) the gradient is
inv(M)*G*inv(N), where G is the matrix of partial derivatives.
Source: MIT 18.S096, lecture 4; Absil, Mahony & Sepulchre 2008, sec. 3.6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matcalc.expressions.constructors import identity, multiply, trace, transpose
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.errors import DomainError, ShapeError
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of

Read = Callable[[str, Dimension], Node]


@dataclass(frozen=True)
class Frobenius:
    """<U, V> = tr(U'*V), for vectors u'*v: the gradient holds the partial derivatives."""

    def riesz(self, gradient: Node, read: Read) -> Node:
        """The representer of V -> tr(gradient'*V): the gradient itself."""
        return gradient

    def pairing(self, left: Node, right: Node, read: Read) -> Node:
        """<left, right> as an expression."""
        return trace(multiply(transpose(left), right))

    def __str__(self) -> str:
        return "Frobenius"


@dataclass(frozen=True)
class Weighted:
    """<U, V> = tr(U'*M*V*N) with symmetric positive definite weights M (left) and N (right).

    `left` and `right` are expressions in the language, `None` for the identity.
    Raises DomainError, when used, where a weight is not known to be positive definite.

    >>> print(Weighted(left="M"))
    <U, V> = tr(U'*M*V)
    """

    left: str | None = None
    right: str | None = None

    def riesz(self, gradient: Node, read: Read) -> Node:
        """inv(M)*G*inv(N); `read` gives a weight of that order from its text."""
        shape = gradient.shape
        before = book.apply("inv", [self._weight(self.left, shape.rows, read)])
        after = book.apply("inv", [self._weight(self.right, shape.columns, read)])
        return multiply(before, gradient, after)

    def pairing(self, left: Node, right: Node, read: Read) -> Node:
        """<left, right> as an expression."""
        before = self._weight(self.left, left.shape.rows, read)
        after = self._weight(self.right, left.shape.columns, read)
        return trace(multiply(transpose(left), before, right, after))

    def _weight(self, weight: str | None, order: Dimension, read: Read) -> Node:
        if weight is None:
            return identity(order)
        node = read(weight, order)
        if node.shape.rows != order or not node.shape.is_square:
            raise ShapeError(
                f"the weight {weight} is {node.shape}, but {order} x {order} is needed"
            )
        known = structure_of(node)
        if "spd" not in known and not (node.shape.is_scalar and "positive" in known):
            raise DomainError(
                f"the weight {weight} is not known to be symmetric positive definite",
                hint=f"declare it so: {weight}: spd({order})" if weight.isidentifier() else "",
            )
        return node

    def __str__(self) -> str:
        left = f"*{_bracketed(self.left)}" if self.left else ""
        right = f"*{_bracketed(self.right)}" if self.right else ""
        return f"<U, V> = tr(U'{left}*V{right})"


def _bracketed(weight: str) -> str:
    plain = weight.replace("_", "").isalnum() or weight.endswith(")")
    return weight if plain else f"({weight})"


InnerProduct = Frobenius | Weighted
