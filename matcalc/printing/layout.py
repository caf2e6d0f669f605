"""The layout pass: an expression to a `Piece`, in any style, children before parents.

It decides what is written where: numeric content in front of a sum, scalars before the chain,
negative powers below the line, equal neighbours as a power. How that looks is the style's.
Nodes that are not in normal form (lines of a derivation) print as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from math import gcd, lcm

from matcalc.expressions.build import LARGEST_CHAIN
from matcalc.expressions.marks import is_moving, is_tangent
from matcalc.expressions.nodes import (
    NO_STRUCTURE,
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    visible,
)
from matcalc.expressions.operations import ElementwisePower, Hadamard, Inverse, Ones, Power
from matcalc.printing.style import Level, Piece, Style

_HALF = Fraction(1, 2)
Form = Callable[["Layout", Apply], Piece]


class Layout:
    """One run of the pass: a style, how operations look, the pieces of the nodes done so far."""

    def __init__(self, style: Style, form: Form) -> None:
        self.style: Style = style
        self.form = form
        self.pieces: dict[Node, Piece] = {}

    def of(self, root: Node) -> Piece:
        """The piece of a node, after those of everything inside it."""
        for node in visible(root):
            if node not in self.pieces:
                self.pieces[node] = self._lay(node)
        return self.pieces[root]

    def _lay(self, node: Node) -> Piece:
        match node:
            case Symbol():
                return self.style.symbol(node)
            case Named(name=name, shape=shape):
                words = frozenset({"tangent"}) if is_tangent(node) else NO_STRUCTURE
                return self.style.symbol(Symbol(name, shape, words))
            case Number(value=value):
                return self._product(value, (), ())
            case Identity(order=order):
                return self.style.identity(order)
            case Zero(shape=shape):
                return self.style.zeros(shape)
            case Sum(terms=terms):
                return self._sum(node, terms)
            case Product(coefficient=coefficient, scalars=scalars, factors=factors):
                return self._product(coefficient, scalars, factors)
            case Apply():
                return self.form(self, node)
        raise TypeError(f"not an expression: {type(node).__name__}")

    # ------------------------------------------------------------ sums

    def _sum(self, node: Sum, terms: Sequence[tuple[Fraction, Node]]) -> Piece:
        common = _common(terms)
        pulled = [(value / common, term) for value, term in terms]
        if len(terms) == 1:
            return self._term(*terms[0], plain=False)
        # beside I a number would be read as a multiple of I: I - 11'/n
        kept = all(_is_ones(term) for _, term in terms) or any(_is_unit(term) for _, term in terms)
        plain = self.style.ones_as_scalar and not kept
        if plain:
            pulled = _one_scalar_ahead(pulled)
        body = self.style.sum([self._term(value, term, plain) for value, term in pulled])
        inside = Piece(body, Level.SUM)
        if abs(common) == 1:
            return inside if common == 1 else Piece(self.style.bracket(body), negative=True)
        return self.style.quotient(abs(common), [inside], ()).signed(common < 0)

    def _term(self, value: Fraction, term: Node, plain: bool) -> Piece:
        if isinstance(term, Product):
            factors = () if plain and _is_ones(term) else term.factors
            return self._product(value * term.coefficient, term.scalars, factors)
        if isinstance(term, Number):
            return self._product(value * term.value, (), ())
        if plain and _is_ones(term):
            return self._product(value, (), ())
        parts = ((term,), ()) if term.shape.is_scalar else ((), (term,))
        return self._product(value, *parts)

    # ------------------------------------------------------------ products

    def _product(self, value: Fraction, scalars: Sequence[Node], factors: Sequence[Node]) -> Piece:
        below = [node for node in scalars if _is_negative_power(node)]
        above = sorted((node for node in scalars if node not in below), key=_is_chain)
        if not factors and above and [node for node in above if _is_chain(node)] == above[-1:]:
            factors = _chain(above.pop())
        front = [self.pieces[node] for node in above]
        under = [self._reciprocal(node) for node in below]
        if len(factors) == 1 and _is_entrywise(factors[0]):
            piece = self._entrywise(abs(value), front, under, factors[0])
        else:
            piece = self.style.quotient(abs(value), [*front, *self._powers(factors)], under)
        return self._with_sign(piece, value < 0)

    def _with_sign(self, piece: Piece, negative: bool) -> Piece:
        if not negative:
            return piece
        return Piece(self.style.within(piece, Level.PRODUCT), max(piece.level, Level.PRODUCT), True)

    def _powers(self, factors: Sequence[Node]) -> list[Piece]:
        """The chain, with equal neighbours as one power."""
        pieces = []
        for factor, times in _runs(factors):
            if times > 1 and isinstance(factor, Inverse):
                pieces.append(self.style.inverse(self.pieces[factor.arguments[0]], times))
            else:
                pieces.append(self.raised(self.pieces[factor], Fraction(times)))
        return pieces

    def raised(self, base: Piece, exponent: Fraction) -> Piece:
        """A scalar or square matrix to a known power."""
        if exponent == 1:
            return base
        if exponent == _HALF:
            return self.style.root(base)
        return self.style.power(base, self._inline(exponent))

    def _raised_entries(self, base: Piece, exponent: Fraction) -> Piece:
        if exponent == 1:
            return base
        if exponent == _HALF:
            return self.style.entry_root(base)
        return self.style.entry_power(base, self._inline(exponent))

    def _inline(self, value: Fraction) -> Piece:
        level = Level.ATOM if value.denominator == 1 else Level.PRODUCT
        return Piece(str(abs(value)), level, value < 0)

    def _reciprocal(self, node: Node) -> Piece:
        """What stands below the line for a negative power."""
        base, exponent = _power_parts(node)
        return self.raised(self.pieces[base], -exponent)

    def power(self, node: Apply) -> Piece:
        """A power of a scalar, or of a square matrix to a symbolic integer."""
        base, exponent = node.arguments
        if _is_negative_power(node):
            return self._product(Fraction(1), (node,), ())
        if isinstance(exponent, Number):
            return self.raised(self.pieces[base], exponent.value)
        return self.style.power(self.pieces[base], self.pieces[exponent])

    # ------------------------------------------------------------ entrywise products

    def entrywise(self, node: Apply) -> Piece:
        return self._entrywise(Fraction(1), [], [], node)

    def _entrywise(
        self, value: Fraction, front: list[Piece], under: list[Piece], node: Node
    ) -> Piece:
        factors = list(node.arguments) if isinstance(node, Hadamard) else [node]
        factors.sort(key=is_moving)  # cos(X).*dX, as a derivative is read off
        bottoms = [factor for factor in factors if _is_negative_power(factor)]
        if self.style.negative_entry_powers and len(bottoms) == len(factors):
            bottoms = []
        tops = [self._entry_factor(factor, 1) for factor in factors if factor not in bottoms]
        lower = [self._entry_factor(factor, -1) for factor in bottoms]
        return self.style.entry_quotient(value, front, under, tops, lower)

    def _entry_factor(self, node: Node, sign: int) -> Piece:
        if not (isinstance(node, ElementwisePower)):
            return self.pieces[node]
        base, exponent = node.arguments
        if isinstance(exponent, Number):
            return self._raised_entries(self.pieces[base], sign * exponent.value)
        return self.style.entry_power(self.pieces[base], self.pieces[exponent])


def _runs(factors: Sequence[Node]) -> Iterator[tuple[Node, int]]:
    """Equal neighbours and how many they are; a longer power would be read as an operation."""
    for factor, group in groupby(factors):
        left = len(list(group))
        while left > 0:
            yield factor, min(left, LARGEST_CHAIN)
            left -= LARGEST_CHAIN


def _is_ones(node: Node) -> bool:
    """Whether the node is all-ones times scalars."""
    if isinstance(node, Product):
        return len(node.factors) == 1 and isinstance(node.factors[0], Ones)
    return isinstance(node, Ones)


def _is_unit(node: Node) -> bool:
    """Whether the node is I times scalars."""
    factors = node.factors if isinstance(node, Product) else (node,)
    return len(factors) == 1 and isinstance(factors[0], Identity)


def _one_scalar_ahead(terms: list[tuple[Fraction, Node]]) -> list[tuple[Fraction, Node]]:
    """An order in which no two scalars are added before they meet what gives them a shape."""
    if not (_is_ones(terms[0][1]) and _is_ones(terms[1][1])):
        return terms
    return sorted(terms, key=lambda term: _is_ones(term[1]))


def _common(terms: Sequence[tuple[Fraction, Node]]) -> Fraction:
    """The number to write in front of a sum: its sign, and its content where that is shorter."""
    values = [value for value, _ in terms]
    sign = -1 if all(value < 0 for value in values) else 1
    common = Fraction(
        gcd(*(value.numerator for value in values)), lcm(*(value.denominator for value in values))
    )
    together = _cost(common) + sum(_cost(value / common) for value in values)
    return sign * (common if together < sum(map(_cost, values)) else Fraction(1))


def _cost(value: Fraction) -> int:
    """The names and signs that a coefficient takes: 2*, /2 or 3*../2."""
    return 2 * (abs(value.numerator) != 1) + 2 * (value.denominator != 1)


def _is_chain(node: Node) -> bool:
    """Whether the node is a 1 x 1 chain like x'*A*x."""
    return isinstance(node, Product) and bool(node.factors)


def _chain(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _is_entrywise(node: Node) -> bool:
    return isinstance(node, (Hadamard, ElementwisePower))


def _power_parts(node: Node) -> tuple[Node, Fraction]:
    """A power to a known exponent as base and exponent; anything else to the power 1."""
    match node:
        case Power(base, Number(value=value)) | ElementwisePower(base, Number(value=value)):
            return base, value
    return node, Fraction(1)


def _is_negative_power(node: Node) -> bool:
    return _power_parts(node)[1] < 0
