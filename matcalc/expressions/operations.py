"""The operations that the engine itself knows, as classes of nodes; their rules stay in the book.

`Apply("transpose", (X,), ...)` is a `Transpose`, and `case Transpose(inner)` finds it: a pass asks
for the class and never compares the name of an operation with a string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Interned, Node, Symbol


class Argument(property):
    """An argument of an operation, by its place, under the name that its class has for it."""

    def __init__(self, place: int) -> None:
        super().__init__(lambda node: node.arguments[place])

    if TYPE_CHECKING:

        def __get__(self, node: Any, _: Any = None) -> Node: ...  # type: ignore[override]


class _Class(Interned):
    """Classes of operations add no field to those of `Apply`."""

    def __new__(
        cls, title: str, bases: tuple[type, ...], inside: dict[str, Any], /, **word: str
    ) -> Any:
        return super().__new__(cls, title, bases, {"__slots__": (), **inside}, **word)


class Operation(Apply, metaclass=_Class):
    """An operation that the engine knows."""

    @classmethod
    def raw(
        cls, *arguments: Node, shape: Shape = SCALAR, structure: frozenset[str] = NO_STRUCTURE
    ) -> Self:
        """The operation written down as it stands, nothing simplified or checked."""
        return cls(cls.word, arguments, shape, structure)


class OfOne(Operation):
    """An operation of one argument."""

    __match_args__ = ("inner",)
    inner = Argument(0)


class OfTwo(Operation):
    """An operation of two arguments."""

    __match_args__ = ("left", "right")
    left = Argument(0)
    right = Argument(1)


class Transpose(OfOne, name="transpose"):
    """X' without conjugation."""

    is_mark = True


class Conjugate(OfOne, name="conj"):
    """The complex conjugate of every entry."""

    is_mark = True


class RealPart(OfOne, name="re"):
    """The real part of every entry."""


class ImaginaryPart(OfOne, name="im"):
    """The imaginary part of every entry."""


class Trace(OfOne, name="tr"):
    """tr(X)."""


class EntrySum(OfOne, name="sum"):
    """The sum of all entries."""


class Inverse(OfOne, name="inv"):
    """inv(X)."""


class Diagonal(OfOne, name="diag"):
    """The diagonal matrix of a vector."""


class Vec(OfOne, name="vec"):
    """The columns of a matrix, stacked."""


class Norm2(OfOne, name="norm2"):
    """The root of the sum of the squares of all entries."""


class Absolute(OfOne, name="abs"):
    """The absolute value of every entry."""


class Cholesky(OfOne, name="chol"):
    """The lower triangular L with L*L' = A and a positive diagonal."""


class Exponential(OfOne, name="exp"):
    """exp of every entry."""


class Logarithm(OfOne, name="log"):
    """log of every entry."""


class Differential(OfOne, name="d"):
    """d(X) on a board, not worked out yet."""


class Ones(Operation, name="ones"):
    """A vector or matrix of ones."""


class Hadamard(Operation, name="hadamard"):
    """The entrywise product of two or more."""

    __match_args__ = ("arguments",)


class Inner(OfTwo, name="inner"):
    """<A, B>, the sum of the products of entries."""


class Kronecker(OfTwo, name="kron"):
    """kron(A, B)."""


class KhatriRao(OfTwo, name="khatrirao"):
    """The Kronecker products of the columns of two matrices, beside one another."""


class Stack(OfTwo):
    """Two blocks joined into one matrix."""

    @property
    def blocks(self) -> list[Node]:
        """The blocks of a run of joins in one direction, nested to the right."""
        found, rest = [self.left], self.right
        while isinstance(rest, Stack) and type(rest) is type(self):
            found.append(rest.left)
            rest = rest.right
        return [*found, rest]


def blocks_along(node: Node, way: type[Stack]) -> list[Node]:
    """The blocks of a join in that direction; what is none is one block."""
    return node.blocks if isinstance(node, way) else [node]


class HorizontalStack(Stack, name="hstack"):
    """[A, B]."""


class VerticalStack(Stack, name="vstack"):
    """[A; B]."""


class AnyPower(Operation):
    """A base to an exponent."""

    __match_args__ = ("base", "exponent")
    base = Argument(0)
    exponent = Argument(1)


class Power(AnyPower, name="power"):
    """A scalar to the power of a scalar."""


class ElementwisePower(AnyPower, name="elementwise_power"):
    """X.^p, every entry to a power."""


class MatrixPower(AnyPower, name="matrix_power"):
    """X^k of a square matrix."""


class RealPower(AnyPower, name="powm"):
    """X^s of a square matrix with real powers."""


class Binder(Operation):
    """An operation whose first argument is a variable of its own, bound in the last one."""

    @property
    def variable(self) -> Symbol:
        variable = self.arguments[0]
        assert isinstance(variable, Symbol)
        return variable


class OverIndex(Binder):
    """A sum or a product of `body` over the index in lower..upper."""

    __match_args__ = ("variable", "lower", "upper", "body")
    lower = Argument(1)
    upper = Argument(2)
    body = Argument(3)


class IndexSum(OverIndex, name="index_sum"):
    """sum(i in lower..upper, body)."""


class IndexProduct(OverIndex, name="index_prod"):
    """prod(i in lower..upper, body)."""


class Solution(Binder, name="implicit"):
    """The x that solves residual = 0."""

    __match_args__ = ("variable", "residual")
    residual = Argument(1)


class ImaginaryUnit(Operation, name="imaginary_unit"):
    """i."""


class Positioned(Operation):
    """A part of an array that is chosen by positions, counted from 1."""

    __match_args__: tuple[str, ...] = ("arguments",)
    array = Argument(0)


class Entry(Positioned, name="entry"):
    """x[i] of a vector."""

    __match_args__ = ("array", "place")
    place = Argument(1)


class Row(Entry, name="row"):
    """X[i, :]."""


class Column(Entry, name="column"):
    """X[:, j]."""


class EntryOfMatrix(Positioned, name="entry_of"):
    """X[i, j]."""


class Segment(Positioned, name="segment"):
    """x[i:j] of a vector."""


class Slice(Positioned, name="slice"):
    """X[i:j, k:l]."""


class Basis(Operation, name="basis"):
    """A column of the identity."""

    __match_args__ = ("place", "size")
    place = Argument(0)
    size = Argument(1)


class DiagonalOf(OfOne, name="diag_of"):
    """The diagonal of a matrix, as a vector."""


class Reshape(Operation, name="reshape"):
    """The entries of a matrix in another shape, column after column."""

    __match_args__ = ("array",)
    array = Argument(0)


class Triangle(Operation):
    """Some of the entries of a matrix, by where they stand; the others 0."""


class LowerTriangle(Triangle, name="tril"):
    """On and below the diagonal."""


class UpperTriangle(Triangle, name="triu"):
    """On and above the diagonal."""


class Band(Triangle, name="band"):
    """Near the diagonal."""


class Sylvester(Operation, name="sylvester"):
    """The X with A*X + X*B = C."""

    __match_args__ = ("arguments",)


class SelectedRows(Operation, name="selection"):
    """Rows i to j of the identity."""

    __match_args__ = ("arguments",)


class FunctionEntrywise(Operation, name="elementwise"):
    """An unknown function of every entry, differentiated `order` times."""

    __match_args__ = ("function", "order", "inner")
    function = Argument(0)
    order = Argument(1)
    inner = Argument(2)
