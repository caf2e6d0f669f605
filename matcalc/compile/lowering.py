"""From expression nodes to terms: what each kind of node computes.

Children come before parents, so every node finds its children's terms in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from matcalc.compile.backends import Backend
from matcalc.compile.chains import dimensions_of
from matcalc.compile.factors import factors_of
from matcalc.compile.term_table import Light, TermTable, axes_of
from matcalc.compile.terms import Level, Term, decimal
from matcalc.expressions.constructors import base_and_exponent
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    children,
)
from matcalc.expressions.operations import ElementwisePower, Hadamard, Ones, Power, Transpose

_LARGEST_EXPONENT = 64  # of integers in Python, which have no largest value
_CHUNK = 8  # operands of one operator in a line of code

Emit = Callable[["Lowering", Apply], Term]


class Lowering(TermTable):
    """The table in which `operations` computes those that are not arithmetic."""

    def __init__(
        self,
        backend: Backend,
        names: Mapping[str, str],
        operation: Emit,
        roots: Sequence[Node],
        indices: Iterable[Symbol] = (),
    ) -> None:
        self.operation = operation
        super().__init__(backend, names, roots, indices)

    def _lower(self, node: Node) -> Light:
        if self._is_integer(node):
            self._integers.add(node)
        match node:
            case Symbol():
                return self._whole(node, self.symbol(node))
            case Named(value=value):
                return self.light(value)
            case Number(value=value):
                return self._whole(node, self.terms.number(value))
            case Identity(order=order):
                order_term = {"n": self.dimension(order)}
                return self._whole(node, self.terms.fill(self.backend.identity, order_term))
            case Zero(shape=shape):
                shape_term = {"shape": self.shape_term(shape)}
                return self._whole(node, self.terms.fill(self.backend.zeros, shape_term))
            case Sum(terms=terms):
                return self._sum(terms, node in self._integers)
            case Product(coefficient=coefficient):
                return self._product(node, coefficient)
            case Apply():
                return self._apply(node)
            case _:
                raise AssertionError(f"not a node: {type(node)}")

    def _is_integer(self, node: Node) -> bool:
        """Whether the code for a scalar gives a Python integer."""
        match node:
            case Symbol(structure=structure):
                return node in self.loops or "dimension" in structure
            case Number(value=value):
                return value.denominator == 1
            case Sum() | Product():
                values = [c for c, _ in node.terms] if isinstance(node, Sum) else [node.coefficient]
                exact = all(value.denominator == 1 for value in values)
                return exact and all(inner in self._integers for inner in children(node))
            case Power(base, Number(value=value)):
                whole = value.denominator == 1 and value > 0
                return whole and base in self._integers and _is_small(node.arguments[1])
            case _:
                return False

    # ------------------------------------------------------------ sums

    def _sum(self, terms: Sequence[tuple[Fraction, Node]], is_integer: bool) -> Light:
        """The sum from its largest terms to numbers, in lines of some terms each."""
        terms = sorted(terms, key=self._place_in_sum)
        axes: frozenset[int] = frozenset()
        total: Term | None = None
        for start in range(0, len(terms), _CHUNK):
            parts: list[str | tuple[Term, Level]] = [] if total is None else [(total, Level.SUM)]
            for coefficient, node in terms[start : start + _CHUNK]:
                if parts:
                    parts.append(" - " if coefficient < 0 else " + ")
                    coefficient = abs(coefficient)
                value = self._multiple(coefficient, node)
                parts.append((value.term, Level.PRODUCT if len(parts) else Level.SUM))
                axes |= value.axes
            total = self.terms.make(*parts, level=Level.SUM, cheap=is_integer)
        assert total is not None
        return Light(total, axes)

    def _place_in_sum(self, term: tuple[Fraction, Node]) -> tuple[bool, int, bool]:
        coefficient, node = term
        return coefficient < 0, -len(self.light(node).axes), isinstance(node, Number)

    def _multiple(self, coefficient: Fraction, node: Node) -> Light:
        """A rational multiple; it joins the other numbers of a product that nothing else uses."""
        if isinstance(node, Product) and coefficient != 1 and self.unused_elsewhere(node):
            return self._product(node, coefficient * node.coefficient)
        value = self.light(node)
        if value.term is self.one:
            return Light(self.terms.number(coefficient), value.axes)
        return Light(self._scaled(coefficient, value.term), value.axes)

    def _scaled(self, coefficient: Fraction, term: Term) -> Term:
        if coefficient == 1:
            return term
        if coefficient == -1:
            return self.terms.negative(term)
        return self.terms.binary(self.terms.number(coefficient), "*", term)

    # ------------------------------------------------------------ products

    def _product(self, node: Product, coefficient: Fraction) -> Light:
        chain = self._chain(node.factors) if node.factors else None
        scalar = self._scalars(coefficient, node.scalars)
        if chain is None:
            return Light(scalar, frozenset())
        if chain.term is self.one:
            return Light(scalar, chain.axes)
        if scalar is self.one:
            return chain
        if scalar is self.terms.number(Fraction(-1)):
            return Light(self.terms.negative(chain.term), chain.axes)
        return Light(self.terms.binary(scalar, "*", chain.term), chain.axes)

    def _scalars(self, coefficient: Fraction, scalars: Sequence[Node]) -> Term:
        """The commuting part of a product, as one quotient."""
        above: list[Term] = []
        below: list[Term] = []
        for scalar in scalars:
            base, exponent = base_and_exponent(scalar)
            if isinstance(exponent, Number) and exponent.value < 0:
                below.append(self.power_term(self._base(base, exponent), -exponent.value))
            else:
                above.append(self.light(scalar).term)
        top, bottom = Fraction(coefficient.numerator), Fraction(coefficient.denominator)
        if above and bottom != 1 and decimal(abs(coefficient)) is None:
            below.insert(0, self.terms.number(bottom))
            coefficient = top
        if coefficient != 1 or not above:
            above.insert(0, self.terms.number(coefficient))
        value = self._folded(above, "*")
        if not below:
            return value
        return self.terms.binary(value, "/", self._folded(below, "*"))

    def _folded(self, terms: Sequence[Term], operator: str) -> Term:
        """The terms joined by one operator, left to right."""
        if terms[0].parts == ("-1",) and len(terms) > 1:
            return self.terms.negative(self._folded(terms[1:], operator))
        total = terms[0]
        for start in range(1, len(terms), _CHUNK):
            parts: list[str | tuple[Term, Level]] = [(total, Level.PRODUCT)]
            for term in terms[start : start + _CHUNK]:
                parts += [f" {operator} ", (term, Level.RIGHT)]
            total = self.terms.make(*parts, level=Level.PRODUCT)
        return total

    def power_term(self, base: Term, exponent: Fraction) -> Term:
        """A positive rational power, of a number or of every entry."""
        if exponent == 1:
            return base
        if exponent == Fraction(1, 2):
            return self.terms.fill(self.backend.square_root, {"a": base})
        return self._raised(base, self.terms.number(exponent))

    def _raised(self, base: Term, exponent: Term) -> Term:
        return self.terms.make(base, "**", (exponent, Level.UNARY), level=Level.POWER)

    def _chain(self, factors: Sequence[Node]) -> Light:
        """A chain; where it begins or ends with a vector of ones it is only broadcast."""
        if len(factors) == 1:
            return self.light(factors[0])
        shape = Shape(factors[0].shape.rows, factors[-1].shape.columns)
        if dimensions_of(shape) == 2:
            if isinstance(factors[-1], Ones) and factors[-1].shape.rows == ONE:
                column = self._chain(factors[:-1])
                spread = self.terms.view(column.term, "[:, None]")
                return Light(spread, frozenset({0})) if column.axes else column
            if isinstance(factors[0], Ones) and factors[0].shape.columns == ONE:
                row = self._chain(factors[1:])
                return Light(row.term, frozenset({1})) if row.axes else row
        return Light(self.chains.product(factors_of(self, factors)), axes_of(shape))

    # ------------------------------------------------------------ operations

    def _apply(self, node: Apply) -> Light:
        match node:
            case Ones():
                return Light(self.one, frozenset())
            case Hadamard(arguments):
                return self._hadamard(arguments)
            case Power(base, exponent) | ElementwisePower(base, exponent):
                return self._power(base, exponent)
            case Transpose(inner):
                flat = dimensions_of(node.shape) < 2
                value = self.full(inner)
                return self._whole(node, value if flat else self.terms.transposed(value))
            case _:
                return self._whole(node, self.operation(self, node))

    def _hadamard(self, arguments: Sequence[Node]) -> Light:
        above: list[Term] = []
        below: list[Term] = []
        axes: frozenset[int] = frozenset()
        for argument in arguments:
            axes |= self.light(argument).axes
            match argument:
                case ElementwisePower(base, Number(value=power)) if power < 0:
                    below.append(self.power_term(self.light(base).term, -power))
                case _:
                    above.append(self.light(argument).term)
        value = self._folded(above or [self.one], "*")
        if not below:
            return Light(value, axes)
        return Light(self.terms.binary(value, "/", self._folded(below, "*")), axes)

    def _power(self, base: Node, exponent: Node) -> Light:
        term, axes = self._base(base, exponent), self.light(base).axes
        if not isinstance(exponent, Number):
            return Light(self._raised(term, self.full(exponent)), axes)
        if exponent.value > 0:
            return Light(self.power_term(term, exponent.value), axes)
        below = self.power_term(term, -exponent.value)
        return Light(self.terms.binary(self.one, "/", below), axes)

    def _base(self, base: Node, exponent: Node) -> Term:
        """The base of a power; Python would work large powers of integers out digit by digit."""
        term = self.light(base).term
        if base not in self._integers or _is_small(exponent):
            return term
        if isinstance(base, Number):
            literal = self.terms.make(f"{abs(base.value)}.0", cheap=True)
            return literal if base.value > 0 else self.terms.negative(literal)
        return self.terms.make("float(", (term, Level.ANY), ")")


def _is_small(exponent: Node) -> bool:
    return isinstance(exponent, Number) and abs(exponent.value) <= _LARGEST_EXPONENT
