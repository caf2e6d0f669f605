"""Expressions of SymPy's as ours: matrices of symbolic sizes, explicit ones, and scalars.

SymPy counts positions from 0, and ranges there end before their last number; here they count from
1 and contain it. What is 1 x 1 there is a scalar here. What is read as a number is real unless it
is declared to be complex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from matcalc.expressions import build
from matcalc.expressions.binders import index_product, index_sum, numbered
from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    UNIT,
    add,
    dagger,
    hadamard,
    identity,
    minus,
    multiply,
    number,
    ones,
    plus,
    trace,
    zero,
)
from matcalc.expressions.dimension_values import as_dimension, from_dimension
from matcalc.expressions.dimensions import SCALAR, Dimension, Shape
from matcalc.expressions.errors import MatcalcError, NoRule, ShapeError
from matcalc.expressions.nodes import Identity, Node, Symbol, dimension_symbol
from matcalc.expressions.operations import Basis, EntrySum, FunctionEntrywise
from matcalc.interchange.entrywise import Entrywise
from matcalc.interchange.functions import CLASSES, FUNCTIONS, PARTS, words_of
from matcalc.language.functions import function_symbol
from matcalc.language.kinds import closure
from matcalc.language.spelling import check_name
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of

Derivative = Callable[[Node, Symbol], Node]
_SIZED = "MatrixSymbol", "Identity", "ZeroMatrix", "OneMatrix"


class FromSymPy:
    """Reads expressions of SymPy's; the variables in `declared` are what they are declared to be.

    `derivative` gives that of an expression by one of its variables.
    """

    def __init__(self, declared: Mapping[str, Symbol], derivative: Derivative) -> None:
        import sympy

        self.sympy, self._declared, self._derivative = sympy, declared, derivative
        self._words = words_of(sympy)
        self._known: dict[Any, Node] = {}
        self._names: dict[str, Any] = {}
        self._dimensions = frozenset().union(*(one.dimensions for one in declared.values()))
        self._sizes: set[Any] = set()
        self._places: set[Any] = set()

    def read(self, value: Any) -> Node:
        """The expression. Raises NoRule for what has no counterpart here."""

        sized = value.atoms(*(getattr(self.sympy, name) for name in _SIZED))
        self._sizes |= {s for one in sized for size in one.shape for s in size.free_symbols}
        places = value.atoms(
            self.sympy.matrices.expressions.matexpr.MatrixElement, self.sympy.MatrixSlice
        )
        self._places |= {s for one in places for part in one.args[1:] for s in part.free_symbols}
        self._names |= {one.name: one for one in value.free_symbols if hasattr(one, "name")}
        return self.node(value)

    def node(self, value: Any) -> Node:
        """The expression that a part is."""
        if value not in self._known:
            self._known[value] = self._read(value)
        return self._known[value]

    def _read(self, value: Any) -> Node:
        if value.is_Rational:
            return number(Fraction(value.p, value.q))
        for kind in type(value).__mro__:
            if (reader := _READERS.get(kind.__name__)) is not None:
                return reader(self, value)
        if isinstance(value, self.sympy.core.function.AppliedUndef):
            return self.unknown_of_number(value, value.args[0], value.args[0])
        if value.func in self._words:
            return self.function(self._words[value.func], value)
        raise _no_counterpart(value)

    def function(self, word: str, value: Any) -> Node:
        """A function of numbers; exp and log of a matrix are those of matrices."""
        parts = self.nodes(value)
        if all(part.shape.is_scalar for part in parts):
            return (
                reduce(lambda *two: book.apply(word, two), parts)
                if word in _OF_MANY
                else book.apply(word, parts)
            )
        if word not in ("exp", "log"):
            raise _no_counterpart(value)
        return book.apply(f"{word}m", parts)

    def nodes(self, value: Any) -> list[Node]:
        return list(map(self.node, value.args))

    def size(self, value: Any) -> Dimension:
        return as_dimension(self.node(self.sympy.sympify(value)), "a size")

    def shape(self, value: Any) -> Shape:
        rows, columns = value.shape
        return Shape(self.size(rows), self.size(columns))

    # ------------------------------------------------------------ variables

    def variable(self, value: Any) -> Node:
        """A matrix, of its shape and perhaps of the kind declared."""
        return self._symbol(value, self.shape(value), frozenset())

    def scalar(self, value: Any) -> Node:
        """A number, of the kind that its assumptions say; a size where it is one of a matrix."""
        if value in self._sizes or value.name in self._dimensions:
            return dimension_symbol(_checked_name(value))
        if not value.is_commutative:
            raise NoRule(
                f"`{value}` of SymPy's does not commute, as a matrix of unknown size",
                hint=f'write MatrixSymbol("{value}", n, n)',
            )
        words = {
            "positive": value.is_positive,
            "integer": value.is_integer,
            "index": value in self._places,
            "complex": value.is_real is False or (value.is_complex and not value.is_real),
        }
        return self._symbol(
            value, SCALAR, closure(*(word for word, is_so in words.items() if is_so))
        )

    def _symbol(self, value: Any, shape: Shape, words: frozenset[str]) -> Node:
        name = _checked_name(value)
        if self._names.setdefault(name, value) != value:
            raise MatcalcError(
                f"two symbols of SymPy's are called `{name}`", hint="give one of them another name"
            )
        declared = self._declared.get(name)
        if declared is None:
            return Symbol(name, shape, words)
        if declared.shape != shape:
            raise ShapeError(f"`{name}` is declared {declared.shape}, and in SymPy it is {shape}")
        return declared

    # ------------------------------------------------------------ arithmetic

    def total(self, value: Any) -> Node:
        terms = self.nodes(value)
        if len({term.shape for term in terms}) > 1:
            shapes = " and ".join(sorted({str(term.shape) for term in terms}))
            raise ShapeError(f"SymPy's `{value}` adds what is {shapes}")
        return add((Fraction(1), term) for term in terms)

    def product(self, value: Any) -> Node:
        return reduce(multiply, self.nodes(value))

    def power(self, value: Any) -> Node:
        base, exponent = value.args
        if (2 * exponent).is_odd and (root := self._root_of_squares(base)) is not None:
            return build.power(book, root, self.node(2 * exponent))
        parts = self.nodes(value)
        is_root = exponent == self.sympy.Rational(1, 2) and not parts[0].shape.is_scalar
        return book.apply("sqrtm", parts[:1]) if is_root else build.power(book, *parts)

    def _root_of_squares(self, value: Any) -> Node | None:
        """norm2(X) for the trace of X'*X, conjugated over the complex numbers."""
        inner = value.arg if isinstance(value, self.sympy.Trace) else value
        if not inner.is_MatMul or not self.node(value).shape.is_scalar:
            return None
        half = reduce(multiply, map(self.node, inner.args[len(inner.args) // 2 :]))
        is_square = multiply(dagger(half), half) is self.node(inner)
        return book.apply("norm2", [half]) if is_square else None

    def logarithm(self, value: Any) -> Node:
        """That of a determinant is one operation, where its sign is known or does not matter."""
        (inner,) = value.args
        is_square = inner.is_Pow and inner.exp == 2
        bare = inner.args[0] if is_square or isinstance(inner, self.sympy.Abs) else inner
        if isinstance(bare, self.sympy.Determinant):
            matrix = self.node(bare.arg)
            if bare is not inner or "spd" in structure_of(matrix):
                return multiply(number(1 + is_square), book.apply("logdet", [matrix]))
        return self.function("log", value)

    def trace(self, value: Any) -> Node:
        """Of a product with a matrix of ones, the sum of the entries of the rest."""
        inner = value.arg
        if inner.is_MatMul and isinstance(inner.args[0], self.sympy.OneMatrix):
            rest = reduce(multiply, map(self.node, inner.args[1:]))
            if self.node(inner.args[0]).shape == rest.shape.transposed:
                return book.make(EntrySum, rest)
        return trace(self.node(inner))

    # ------------------------------------------------------------ entries

    def entry(self, value: Any) -> Node:
        array, *places = value.args
        return self._selected(self.node(array), [plus(self.node(one), UNIT) for one in places])

    def slice(self, value: Any) -> Node:
        if (value.rowslice[2], value.colslice[2]) != (1, 1):
            raise _no_counterpart(value)
        places = [self._range(*ends[:2]) for ends in (value.rowslice, value.colslice)]
        array = self.node(value.parent)
        if isinstance(array, Identity) and isinstance(places[1], Node):
            column = book.make(Basis, places[1], from_dimension(array.order))
            return self._selected(column, [places[0]])
        return self._selected(array, places)

    def _range(self, start: Any, end: Any) -> build.Subscript:
        lower, upper = plus(self.node(start), UNIT), self.node(end)
        return lower if lower is upper else (lower, upper)

    def _selected(self, array: Node, places: Sequence[build.Subscript]) -> Node:
        return array if array.shape.is_scalar else build.select(book, array, places)

    def explicit(self, value: Any) -> Node:
        rows, columns = value.shape
        if not rows * columns:
            raise _no_counterpart(value)
        lines = [[self.node(value[i, j]) for j in range(columns)] for i in range(rows)]
        return build.blocks(book, lines)

    def blocks(self, value: Any) -> Node:
        rows, columns = value.blockshape
        lines = [[self.node(value.blocks[i, j]) for j in range(columns)] for i in range(rows)]
        return build.blocks(book, lines)

    def over_index(self, value: Any, make: Callable[..., Node]) -> Node:
        """A sum or a product, whose index is another one in each; the last limits are outermost."""
        *inner, limits = value.limits
        if (limits[2] - limits[1] + 1).is_negative:  # SymPy takes such terms away
            raise _no_counterpart(value)
        index = self.sympy.Dummy(limits[0].name, integer=True)
        body = value.func(value.function, *inner) if inner else value.function
        outside, self._names = self._names, dict(self._names)
        node, lower, upper = self._index(index, *limits[1:])
        found = make(node, lower, upper, self.node(body.xreplace({limits[0]: index})))
        self._names = outside
        return found

    def _index(self, index: Any, lower: Any, upper: Any) -> tuple[Node, Node, Node]:
        """An index, which is positive here: one that may begin elsewhere begins at 1."""
        name = numbered(index.name, self._names)
        self._names[name] = index
        node = Symbol(name, SCALAR, closure("index"))
        first, last = self.node(lower), self.node(upper)
        if lower.is_positive:
            self._known[index] = node
            return node, first, last
        before = minus(first, UNIT)
        self._known[index] = plus(node, before)
        return node, UNIT, minus(last, before)

    # ------------------------------------------------------------ functions

    def applied(self, value: Any) -> Node:
        """A function of every entry: a word of the language, or what is written for a number."""
        array, (z,) = self.node(value.expr), value.function.variables
        body = value.function.expr
        for word, written in FUNCTIONS.items():
            if written.__code__.co_argcount == 2 and written(self.sympy, z) == body:
                return book.apply(word, [array])
        return _OfEntries(self, {z: array}, array.shape, self._words).whole(body)

    def unknown(self, value: Any, z: Any, inner: Node) -> Node:
        """phi(z), perhaps differentiated, where z is what `inner` says."""
        function, order = value, 0
        if value.is_Derivative:
            function, ((by, order),) = value.expr, value.variable_count
            z = by if by == z else None
        if not isinstance(function, self.sympy.core.function.AppliedUndef) or function.args != (z,):
            raise _no_counterpart(value)
        symbol = function_symbol(str(function.func))
        return FunctionEntrywise.raw(symbol, number(int(order)), inner, shape=inner.shape)

    def unknown_of_number(self, value: Any, z: Any, point: Any) -> Node:
        inner = self.node(point)
        if not inner.shape.is_scalar:
            raise _no_counterpart(value)
        return self.unknown(value, z, inner)

    def substituted(self, value: Any) -> Node:
        return self.unknown_of_number(value.expr, value.variables[0], value.point[0])

    def derivative(self, value: Any) -> Node:
        """As matcalc derives it, by one variable after the other."""
        found = self.node(value.expr)
        for variable, order in value.variable_count:
            by = self.node(variable)
            if not isinstance(by, Symbol) or not order.is_Integer:
                raise _no_counterpart(value)
            for _ in range(int(order)):
                found = self._derivative(found, by)
        return found


class _OfEntries(Entrywise):
    """Functions of entries in which numbers stand too."""

    def __init__(self, reader: FromSymPy, *known: Any) -> None:
        super().__init__(*known)
        self._reader = reader

    def other(self, value: Any) -> Node:
        inside = value.free_symbols & self._nodes.keys()
        if not inside:
            return self._reader.node(value)
        z = inside.pop()
        return self._reader.unknown(value, z, self._nodes[z])


def _of_number(word: str) -> Callable[[FromSymPy, Any], Node]:
    return lambda reader, value: reader.function(word, value)


def _of_class(word: str) -> Callable[[FromSymPy, Any], Node]:
    return lambda reader, value: book.apply(word, reader.nodes(value))


_OF_MANY = frozenset({"maximum_with_scalar", "minimum_with_scalar"})
_READERS: Mapping[str, Callable[[FromSymPy, Any], Node]] = {
    **{name: _of_class(word) for word, name in {**CLASSES, **PARTS}.items()},
    **{name: _of_number(name) for name in ("sec", "csc", "cot", "erfc")},
    "MatrixSymbol": FromSymPy.variable,
    "Symbol": FromSymPy.scalar,
    "Float": lambda reader, value: number(float(value)),
    "Pi": lambda reader, value: book.apply("pi", []),
    "Exp1": lambda reader, value: book.apply("exp", [UNIT]),
    "ImaginaryUnit": lambda reader, value: IMAGINARY_UNIT,
    "Identity": lambda reader, value: identity(reader.size(value.rows)),
    "ZeroMatrix": lambda reader, value: zero(reader.shape(value)),
    "OneMatrix": lambda reader, value: ones(reader.shape(value)),
    "Adjoint": lambda reader, value: dagger(reader.node(value.arg)),
    "HadamardProduct": lambda reader, value: hadamard(*reader.nodes(value)),
    "KroneckerProduct": lambda reader, value: reduce(
        lambda *two: book.apply("kron", two), reader.nodes(value)
    ),
    "Trace": FromSymPy.trace,
    "Add": FromSymPy.total,
    "MatAdd": FromSymPy.total,
    "Mul": FromSymPy.product,
    "MatMul": FromSymPy.product,
    "log": FromSymPy.logarithm,
    "Pow": FromSymPy.power,
    "MatPow": FromSymPy.power,
    "Inverse": FromSymPy.power,
    "MatrixElement": FromSymPy.entry,
    "MatrixSlice": FromSymPy.slice,
    "MatrixBase": FromSymPy.explicit,
    "BlockMatrix": FromSymPy.blocks,
    "Sum": lambda reader, value: reader.over_index(value, index_sum),
    "Product": lambda reader, value: reader.over_index(value, index_product),
    "ElementwiseApplyFunction": FromSymPy.applied,
    "Derivative": FromSymPy.derivative,
    "Subs": FromSymPy.substituted,
}


def _checked_name(value: Any) -> str:
    name = str(value.name)
    check_name(name, name, (0, len(name)))
    return name


def _no_counterpart(value: Any) -> NoRule:
    return NoRule(
        f"`{type(value).__name__}` of SymPy's has no counterpart here, found `{value!s:.60}`"
    )
