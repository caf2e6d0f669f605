"""The operations that the engine itself knows, as classes of nodes; their rules stay in the book.

`Apply("transpose", (X,), ...)` is a `Transpose`, and `case Transpose(inner)` finds it: a pass asks
for the class and never compares the name of an operation with a string.
"""

from __future__ import annotations

from matcalc.expressions.nodes import Apply, Node, Symbol


class OfOne(Apply):
    """An operation of one argument."""

    __slots__ = ()
    __match_args__ = ("inner",)

    @property
    def inner(self) -> Node:
        return self.arguments[0]


class OfTwo(Apply):
    """An operation of two arguments."""

    __slots__ = ()
    __match_args__ = ("left", "right")

    @property
    def left(self) -> Node:
        return self.arguments[0]

    @property
    def right(self) -> Node:
        return self.arguments[1]


class Transpose(OfOne, name="transpose"):
    """X' without conjugation."""

    __slots__ = ()


class Conjugate(OfOne, name="conj"):
    """The complex conjugate of every entry."""

    __slots__ = ()


class RealPart(OfOne, name="re"):
    """The real part of every entry."""

    __slots__ = ()


class ImaginaryPart(OfOne, name="im"):
    """The imaginary part of every entry."""

    __slots__ = ()


class Trace(OfOne, name="tr"):
    """tr(X)."""

    __slots__ = ()


class EntrySum(OfOne, name="sum"):
    """The sum of all entries."""

    __slots__ = ()


class Inverse(OfOne, name="inv"):
    """inv(X)."""

    __slots__ = ()


class Diagonal(OfOne, name="diag"):
    """The diagonal matrix of a vector."""

    __slots__ = ()


class Vec(OfOne, name="vec"):
    """The columns of a matrix, stacked."""

    __slots__ = ()


class Norm2(OfOne, name="norm2"):
    """The root of the sum of the squares of all entries."""

    __slots__ = ()


class Absolute(OfOne, name="abs"):
    """The absolute value of every entry."""

    __slots__ = ()


class Differential(OfOne, name="d"):
    """d(X) on a board, not worked out yet."""

    __slots__ = ()


class Ones(Apply, name="ones"):
    """A vector or matrix of ones."""

    __slots__ = ()


class Hadamard(Apply, name="hadamard"):
    """The entrywise product of two or more."""

    __slots__ = ()
    __match_args__ = ("arguments",)


class Inner(OfTwo, name="inner"):
    """<A, B>, the sum of the products of entries."""

    __slots__ = ()


class Kronecker(OfTwo, name="kron"):
    """kron(A, B)."""

    __slots__ = ()


class KhatriRao(OfTwo, name="khatrirao"):
    """The Kronecker products of the columns of two matrices, beside one another."""

    __slots__ = ()


class Stack(OfTwo):
    """Two blocks joined into one matrix."""

    __slots__ = ()

    @property
    def blocks(self) -> list[Node]:
        """The blocks of a run of joins in one direction, nested to the right."""
        found, rest = [self.left], self.right
        while isinstance(rest, Stack) and type(rest) is type(self):
            found.append(rest.left)
            rest = rest.right
        return [*found, rest]


class HorizontalStack(Stack, name="hstack"):
    """[A, B]."""

    __slots__ = ()


class VerticalStack(Stack, name="vstack"):
    """[A; B]."""

    __slots__ = ()


class AnyPower(Apply):
    """A base to an exponent."""

    __slots__ = ()
    __match_args__ = ("base", "exponent")

    @property
    def base(self) -> Node:
        return self.arguments[0]

    @property
    def exponent(self) -> Node:
        return self.arguments[1]


class Power(AnyPower, name="power"):
    """A scalar to the power of a scalar."""

    __slots__ = ()


class ElementwisePower(AnyPower, name="elementwise_power"):
    """X.^p, every entry to a power."""

    __slots__ = ()


class MatrixPower(AnyPower, name="matrix_power"):
    """X^k of a square matrix."""

    __slots__ = ()


class Binder(Apply):
    """An operation whose first argument is a variable of its own, bound in the last one."""

    __slots__ = ()

    @property
    def variable(self) -> Symbol:
        variable = self.arguments[0]
        assert isinstance(variable, Symbol)
        return variable


class OverIndex(Binder):
    """A sum or a product of `body` over the index in lower..upper."""

    __slots__ = ()
    __match_args__ = ("variable", "lower", "upper", "body")

    @property
    def lower(self) -> Node:
        return self.arguments[1]

    @property
    def upper(self) -> Node:
        return self.arguments[2]

    @property
    def body(self) -> Node:
        return self.arguments[3]


class IndexSum(OverIndex, name="index_sum"):
    """sum(i in lower..upper, body)."""

    __slots__ = ()


class IndexProduct(OverIndex, name="index_prod"):
    """prod(i in lower..upper, body)."""

    __slots__ = ()


class Solution(Binder, name="implicit"):
    """The x that solves residual = 0."""

    __slots__ = ()
    __match_args__ = ("variable", "residual")

    @property
    def residual(self) -> Node:
        return self.arguments[1]


class ImaginaryUnit(Apply, name="imaginary_unit"):
    """i."""

    __slots__ = ()


class Positioned(Apply):
    """A part of an array that is chosen by positions, counted from 1."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ("arguments",)

    @property
    def array(self) -> Node:
        return self.arguments[0]


class Entry(Positioned, name="entry"):
    """x[i] of a vector."""

    __slots__ = ()
    __match_args__ = ("array", "place")

    @property
    def place(self) -> Node:
        return self.arguments[1]


class Row(Entry, name="row"):
    """X[i, :]."""

    __slots__ = ()


class Column(Entry, name="column"):
    """X[:, j]."""

    __slots__ = ()


class EntryOfMatrix(Positioned, name="entry_of"):
    """X[i, j]."""

    __slots__ = ()


class Segment(Positioned, name="segment"):
    """x[i:j] of a vector."""

    __slots__ = ()


class Slice(Positioned, name="slice"):
    """X[i:j, k:l]."""

    __slots__ = ()


class Basis(Apply, name="basis"):
    """A column of the identity."""

    __slots__ = ()
    __match_args__ = ("place", "size")

    @property
    def place(self) -> Node:
        return self.arguments[0]

    @property
    def size(self) -> Node:
        return self.arguments[1]


class DiagonalOf(OfOne, name="diag_of"):
    """The diagonal of a matrix, as a vector."""

    __slots__ = ()


class Reshape(Apply, name="reshape"):
    """The entries of a matrix in another shape, column after column."""

    __slots__ = ()
    __match_args__ = ("array",)

    @property
    def array(self) -> Node:
        return self.arguments[0]


class Triangle(Apply):
    """Some of the entries of a matrix, by where they stand; the others 0."""

    __slots__ = ()


class LowerTriangle(Triangle, name="tril"):
    """On and below the diagonal."""

    __slots__ = ()


class UpperTriangle(Triangle, name="triu"):
    """On and above the diagonal."""

    __slots__ = ()


class Band(Triangle, name="band"):
    """Near the diagonal."""

    __slots__ = ()


class Sylvester(Apply, name="sylvester"):
    """The X with A*X + X*B = C."""

    __slots__ = ()
    __match_args__ = ("arguments",)


class SelectedRows(Apply, name="selection"):
    """Rows i to j of the identity."""

    __slots__ = ()
    __match_args__ = ("arguments",)


class FunctionEntrywise(Apply, name="elementwise"):
    """An unknown function of every entry, differentiated `order` times."""

    __slots__ = ()
    __match_args__ = ("function", "order", "inner")

    @property
    def function(self) -> Node:
        return self.arguments[0]

    @property
    def order(self) -> Node:
        return self.arguments[1]

    @property
    def inner(self) -> Node:
        return self.arguments[2]
