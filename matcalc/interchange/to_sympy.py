"""Expressions as SymPy's: matrices of symbolic sizes, or explicit ones.

A scalar stays a scalar: what is a product of matrices, x'*A*x, is the trace of it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matcalc.expressions.constructors import from_dimension, number
from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.errors import NoRule, UnknownName
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Product,
    Sum,
    Symbol,
    Zero,
    dimension_names,
    ordered,
)
from matcalc.expressions.operations import (
    Basis,
    Column,
    Conjugate,
    Entry,
    EntryOfMatrix,
    EntrySum,
    FunctionEntrywise,
    HorizontalStack,
    ImaginaryUnit,
    IndexProduct,
    IndexSum,
    Ones,
    OverIndex,
    Row,
    Segment,
    Slice,
    Stack,
    Transpose,
    VerticalStack,
    blocks_along,
)
from matcalc.interchange.functions import CLASSES, FUNCTIONS, PARTS
from matcalc.interchange.scalars import InSymPy, declared
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.structure import structure_of


def to_sympy(node: Node, sizes: Mapping[str, int]) -> Any:
    """A MatrixExpr, or a scalar; with sizes, of all dimensions, explicit.

    Raises NoRule for what SymPy has no counterpart of, UnknownName for a size of no dimension,
    or one that is missing.
    """
    if not sizes:
        return _InMatrices().whole(node)
    names = dimension_names(node)
    if wrong := sorted(set(sizes) ^ set(names)):
        known = ", ".join(f"{name}=..." for name in names) or "none"
        raise UnknownName(
            f"`{wrong[0]}` is one of the sizes given or of those of `{node}`, not both",
            hint=f"its sizes are {known}",
        )
    values: dict[str, Dimension] = {name: dimension(size) for name, size in sizes.items()}
    return explicit(_InMatrices().whole(instantiate(node, {}, values, book.apply)))


class _InMatrices(InSymPy):
    """Scalars and matrices, each node once."""

    def __init__(self) -> None:
        super().__init__()
        from sympy.matrices.expressions.matexpr import MatrixElement

        self._element: Any = MatrixElement
        self._done: dict[Node, Any] = {}

    def whole(self, root: Node) -> Any:
        for node in ordered(root):
            if not _is_function(node):
                self.written(node)
        return self.written(root)

    def written(self, node: Node) -> Any:
        if node not in self._done:
            made = super().written if node.shape.is_scalar else self._matrix
            self._done[node] = made(node)
        return self._done[node]

    def applied(self, word: str, values: Sequence[Any]) -> Any:
        """As it stands: what SymPy makes of signs in a function of matrices is no matrix."""
        with self.sympy.evaluate(False):
            return super().applied(word, values)

    def size(self, size: Dimension) -> Any:
        return self.whole(from_dimension(size))

    def _shape(self, node: Node) -> Sequence[Any]:
        return self.size(node.shape.rows), self.size(node.shape.columns)

    def _matrix(self, node: Node) -> Any:
        sympy = self.sympy
        match node:
            case Symbol(name=name):
                return sympy.MatrixSymbol(name, *self._shape(node))
            case Named(value=value):
                return self.written(value)
            case Identity(order=order):
                return sympy.Identity(self.size(order))
            case Zero():
                return sympy.ZeroMatrix(*self._shape(node))
            case Ones():
                return sympy.OneMatrix(*self._shape(node))
            case Sum(terms=terms):
                return sympy.MatAdd(*(self.rational(c) * self.written(t) for c, t in terms))
            case Product(coefficient=c, scalars=scalars, factors=factors):
                numbers = sympy.Mul(self.rational(c), *map(self.written, scalars))
                chain = [self.written(factor) for factor in factors]
                return sympy.MatMul(*([numbers] if numbers != 1 else []), *chain)
            case Apply(operation=word, arguments=arguments) if word in FUNCTIONS:
                return self._entrywise(FUNCTIONS[word], node, arguments)
        return self._symbol(node)

    def _entrywise(
        self, function: Callable[..., Any], node: Node, arguments: Sequence[Node]
    ) -> Any:
        """A function of every entry of its one array."""
        arrays = [argument for argument in arguments if not argument.shape.is_scalar]
        if len(arrays) != 1:
            raise _no_counterpart(node)
        z = self.sympy.Dummy("z", **self._reality(arrays[0]))
        given = [z if one is arrays[0] else self.written(one) for one in arguments]
        body = self.sympy.Lambda(z, function(self.sympy, *given))
        return self.written(arrays[0]).applyfunc(body)

    def _reality(self, node: Node) -> Mapping[str, bool]:
        return {} if node.is_complex else {"real": True}

    def _symbol(self, node: Node) -> Any:
        """What is no function of numbers."""
        match node:
            case Symbol(name=name):
                known = {} if node.is_complex else declared(node)
                return self.sympy.Symbol(name, **known)
            case Product(factors=factors):
                chain = self.sympy.MatMul(*map(self.written, factors))
                return self.sympy.Trace(chain)
            case ImaginaryUnit():
                return self.sympy.I
            case Transpose(Conjugate(inner)):
                return self.sympy.Adjoint(self.written(inner))
            case Conjugate(inner) if not node.shape.is_scalar:
                return self.sympy.Adjoint(self.sympy.Transpose(self.written(inner)))
        for kind, written in _WRITTEN.items():
            if isinstance(node, kind):
                return written(self, node)
        assert isinstance(node, Apply), "the other nodes are numbers"
        return self._class(node)

    def _class(self, node: Apply) -> Any:
        """The class of SymPy's that an operation is, or what it is in plainer operations."""
        classes = {**CLASSES, **PARTS} if node.shape.is_scalar else CLASSES
        if node.operation in classes:
            made = getattr(self.sympy, classes[node.operation])
            return made(*map(self.written, node.arguments))
        if node.operation == "logdet":
            return self._logdet(node.arguments[0])
        if node.operation == "sqrtm":
            return self.sympy.MatPow(self.written(node.arguments[0]), self.sympy.Rational(1, 2))
        for kind in ("definition", "entries"):
            for rule in book.rules_at(node, kind) if book.has(node.operation) else ():
                return self.whole(book.instantiate(rule, node.operation, node.arguments))
        raise _no_counterpart(node)

    def _logdet(self, matrix: Node) -> Any:
        """With the square where its sign is not known: SymPy loses the matrices in Abs."""
        value = self.sympy.Determinant(self.written(matrix))
        if "spd" in structure_of(matrix):
            return self.sympy.log(value)
        return self.sympy.log(value**2) / 2

    def sum_of_entries(self, node: EntrySum) -> Any:
        rows, columns = self._shape(node.inner)
        chain = self.sympy.MatMul(self.sympy.OneMatrix(columns, rows), self.written(node.inner))
        return self.sympy.Trace(chain)

    def stack(self, node: Stack) -> Any:
        lines = [blocks_along(line, HorizontalStack) for line in blocks_along(node, VerticalStack)]
        return self.sympy.BlockMatrix([[self._block(one) for one in line] for line in lines])

    def _block(self, node: Node) -> Any:
        if node.shape.is_scalar:
            return self.sympy.ImmutableMatrix([[self.written(node)]])
        return self.written(node)

    def entry(self, array: Node, row: Node, column: Node) -> Any:
        places = self.written(row) - 1, self.written(column) - 1
        return self._element(self.written(array), *places)

    def part(self, array: Any, *ends: Node) -> Any:
        """Rows a to b, columns c to d."""
        a, b, c, d = map(self.written, ends)
        return self.sympy.MatrixSlice(array, (a - 1, b, 1), (c - 1, d, 1))

    def over_index(self, kind: Any, node: OverIndex) -> Any:
        if not node.shape.is_scalar:
            raise _no_counterpart(node)
        return kind(self.written(node.body), tuple(map(self.written, node.arguments[:3])))

    def unknown(self, node: FunctionEntrywise) -> Any:
        sympy, z = self.sympy, self.sympy.Dummy("z", real=True)
        function = sympy.Function(str(node.function))(z)
        order = self.written(node.order)
        body = sympy.Derivative(function, (z, order)) if order else function
        if node.shape.is_scalar:
            inner = self.written(node.inner)
            return sympy.Subs(body, z, inner) if order else body.subs(z, inner)
        return self.written(node.inner).applyfunc(sympy.Lambda(z, body))


def explicit(value: Any) -> Any:
    """A value of SymPy's with the entries of its matrices written out."""
    import sympy

    value = value.replace(sympy.Sum, lambda *parts: sympy.Sum(*parts).doit())
    value = value.replace(sympy.Product, lambda *parts: sympy.Product(*parts).doit())
    found = _written_out(sympy, value)
    return sympy.ImmutableMatrix(found) if found.is_Matrix else found


def _written_out(sympy: Any, value: Any) -> Any:
    if isinstance(value, sympy.BlockMatrix | sympy.MatrixSlice):
        return value.as_explicit().applyfunc(lambda entry: _written_out(sympy, entry))
    if value.args and not isinstance(value, sympy.MatrixSymbol | sympy.Lambda | sympy.MatrixBase):
        parts = [_written_out(sympy, part) for part in value.args]
        if isinstance(value, sympy.DiagonalOf):  # whose shape SymPy cannot tell then
            return parts[0].diagonal().T
        value = value.func(*parts).doit()
    return value.as_explicit() if isinstance(value, sympy.MatrixExpr) else value


_ONE = number(1)


def _part_of(within: _InMatrices, node: Apply, *ends: Node) -> Any:
    return within.part(within.written(node.arguments[0]), *ends)


def _sizes(node: Apply) -> tuple[Node, Node]:
    shape = node.arguments[0].shape
    return from_dimension(shape.rows), from_dimension(shape.columns)


_WRITTEN: Mapping[type[Apply], Callable[[_InMatrices, Any], Any]] = {
    EntrySum: _InMatrices.sum_of_entries,
    Stack: _InMatrices.stack,
    Row: lambda s, x: _part_of(s, x, x.place, x.place, _ONE, _sizes(x)[1]),
    Column: lambda s, x: _part_of(s, x, _ONE, _sizes(x)[0], x.place, x.place),
    Entry: lambda s, x: s.entry(x.array, x.place, _ONE),
    EntryOfMatrix: lambda s, x: s.entry(*x.arguments),
    Segment: lambda s, x: _part_of(s, x, *x.arguments[1:], _ONE, _ONE),
    Slice: lambda s, x: _part_of(s, x, *x.arguments[1:]),
    Basis: lambda s, x: s.part(s.sympy.Identity(s.written(x.size)), _ONE, x.size, x.place, x.place),
    IndexSum: lambda s, x: s.over_index(s.sympy.Sum, x),
    IndexProduct: lambda s, x: s.over_index(s.sympy.Product, x),
    FunctionEntrywise: _InMatrices.unknown,
}


def _is_function(node: Node) -> bool:
    return isinstance(node, Symbol) and not node.structure.isdisjoint({"function", "callable"})


def _no_counterpart(node: Node) -> NoRule:
    word = node.operation if isinstance(node, Apply) else type(node).__name__
    return NoRule(
        f"SymPy's matrix expressions have no counterpart of `{word}`, found `{node}`",
        hint="the other parts of the expression may be written one by one",
    )
