"""The factors of a chain such as `A*B.*C`, gathered from left to right."""

from __future__ import annotations

from matcalc.expressions import build
from matcalc.expressions.conjugation import dagger
from matcalc.expressions.constructors import (
    elementwise_power,
    hadamard,
    multiply,
    number,
)
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.nodes import Node
from matcalc.language.broadcasting import met
from matcalc.language.signatures import Book

_MINUS_ONE = number(-1)


class Factors:
    """The factors of a chain met so far, multiplied only when something else needs their value.

    What divides is noted as `inverted`.
    """

    def __init__(self, book: Book, first: Node, inverted: list[Node]) -> None:
        self._book = book
        self._inverted = inverted
        self._nodes = [first]
        self._entrywise = False

    def meet(self, operator: str, right: Node) -> None:
        """The next factor, after its operator."""
        match operator:
            case "*" | "@":
                self._multiply(right)
            case "/":
                self._multiply(self._inverse(right))
            case ".*":
                self._hadamard(right)
            case "./":
                self._hadamard(self._noted(elementwise_power(right, _MINUS_ONE)))
            case "\\":
                self._restart(self._inverse(self.finish()))
                self._multiply(right)
            case "⊗":
                self._restart(self._book.apply("kron", [self.finish(), right]))
            case _:
                self._restart(self._of_vectors(operator, self.finish(), right))

    def _inverse(self, divisor: Node) -> Node:
        return self._noted(build.inverse(self._book, divisor))

    def _noted(self, inverse: Node) -> Node:
        self._inverted.append(inverse)
        return inverse

    def _of_vectors(self, operator: str, left: Node, right: Node) -> Node:
        """`x ⋅ y` and `x × y` of two vectors, of anything else the product."""
        if not (_is_column(left) and _is_column(right)):
            return multiply(left, right)
        if operator == "⋅":
            return multiply(dagger(left), right)
        return multiply(self._book.apply("hat", [left]), right)

    def _multiply(self, node: Node) -> None:
        """Multiply from the right; a 1 x 1 product is a scalar from there on."""
        if self._entrywise:
            self._restart(self.finish())
        last = self._nodes[-1].shape
        if last.columns == ONE and node.shape.rows != ONE and len(self._nodes) > 1:
            self._restart(self.finish())
        self._nodes.append(node)

    def _hadamard(self, node: Node) -> None:
        """Multiply entry by entry."""
        if not (self._entrywise and node.shape == self._nodes[-1].shape):
            left, node = met([self.finish(), node])
            self._restart(left)
            self._entrywise = True
        self._nodes.append(node)

    def _restart(self, node: Node) -> None:
        self._nodes, self._entrywise = [node], False

    def finish(self) -> Node:
        """The product so far."""
        if len(self._nodes) == 1:
            return self._nodes[0]
        if not self._entrywise:
            return multiply(*self._nodes)
        scalars = [node for node in self._nodes if node.shape.is_scalar]
        whole = [node for node in self._nodes if not node.shape.is_scalar]
        return multiply(*scalars, hadamard(*whole)) if whole else multiply(*scalars)


def _is_column(node: Node) -> bool:
    return node.shape.is_vector and not node.shape.is_scalar
