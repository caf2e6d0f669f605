"""Expressions that are a function of one or two affine quantities, entry by entry or as a trace.

    sum(log(1 + exp(-y.*(X*w))))    phi(t) = log(1 + exp(-t)),  t = y.*(X*w)
    tr(X*logm(X)), X spd            phi(t) = t*log(t) of the eigenvalues t of X

The function of the entries is convex if phi is; the trace of phi(X), X symmetric, too (Davis 1957).
phi is a scalar function of one variable or of two: the minors of its Hessian have exact signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from matcalc.calculus.differential import differential
from matcalc.convexity.domain import Domain
from matcalc.convexity.intervals import ON_HALF_LINE, interval
from matcalc.convexity.scalars import scalar_sign
from matcalc.convexity.signs import (
    ANY,
    NONNEGATIVE,
    NONPOSITIVE,
    ZERO,
    Sign,
    Signs,
)
from matcalc.expressions.constructors import (
    UNIT,
    add,
    divide,
    is_zero,
    minus,
    multiply,
    number,
    plus,
    power,
    split_coefficient,
    symbol,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
)
from matcalc.expressions.operations import (
    ElementwisePower,
    Hadamard,
    Inverse,
    MatrixPower,
    Ones,
    Power,
    RealPower,
)
from matcalc.language.functions import is_elementwise
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify

_MOST = 2
_NAMES = ("t", "s", "u", "v", "tau", "sigma")
_OF_MATRICES = {"expm": "exp", "logm": "log", "sinm": "sin", "cosm": "cos", "logdet": "log"}


class NoFew(Exception):
    """An expression that is no such function."""


@dataclass(frozen=True)
class OfFew:
    """`function` is a scalar expression in the symbols, which stand for affine quantities."""

    function: Node
    inner: Mapping[Symbol, Node]
    signs: Signs

    def partial(self, *by: Symbol) -> Node:
        """A derivative of phi, at the symbols."""
        found = self.function
        for one in by:
            moved = differential(found, {one: UNIT})
            found = simplify(moved)
        return found

    def through(self, name: str) -> OfFew:
        """A function of the book of this one."""
        return replace(self, function=simplify(book.apply(name, [self.function])))

    def sign(self, node: Node) -> Sign:
        """The signs that a function of the symbols may have."""
        found = scalar_sign(node, self.signs)
        if found != ANY or len(self.inner) > 1:
            return found
        (t,) = self.inner
        between = interval(t, self.signs.facts)
        tried = (scalar_sign(substitute(node, {t: one}), ON_HALF_LINE) for one in between.values)
        found = next((one for one in tried if one != ANY), ANY)
        return found if between.is_open else found | ZERO

    @cached_property
    def bend(self) -> Sign:
        """The sign of the Hessian of phi: what is definite is convex or concave."""
        straight = [self.partial(one, one) for one in self.inner]
        found = frozenset[int]().union(*map(self.sign, straight))
        if len(straight) == 1 or not (found <= NONNEGATIVE or found <= NONPOSITIVE):
            return found
        mixed = self.partial(*self.inner)
        minor = minus(multiply(*straight), multiply(mixed, mixed))
        return found if self.sign(minor) <= NONNEGATIVE else ANY

    @cached_property
    def is_monotone(self) -> bool:
        """Whether phi of one quantity only rises, or only falls."""
        if len(self.inner) > 1:
            return False
        slope = self.sign(self.partial(*self.inner))
        return slope <= NONNEGATIVE or slope <= NONPOSITIVE


def of_few(node: Node, place: Domain, is_matrix: bool = False) -> Iterator[OfFew]:
    """The expression as such functions, of matrices where it is the inside of a trace.

    Affine quantities are taken whole first, then without their constants: x and 1 + x are two, or
    one.
    """
    for is_split in (False, True):
        with suppress(NoFew, MatcalcError):
            found = _Scalarised(place, is_matrix, is_split)
            function = found(node)
            if found.inner:
                yield OfFew(function, found.inner, Signs(found.facts()))


@dataclass
class _Scalarised:
    """A scalar expression for one whose entries are functions of few affine quantities."""

    place: Domain
    is_matrix: bool
    is_split: bool
    inner: dict[Symbol, Node] = field(default_factory=dict)
    constants: dict[Node, Symbol] = field(default_factory=dict)

    def __call__(self, node: Node) -> Node:
        if self.place.is_constant(node):
            return self._constant(node)
        if self.place.is_affine(node):
            return self._quantity(node)
        match node:
            case Named(value=value):
                return self(value)
            case Sum(terms=terms):
                return add(((c, self(term)) for c, term in terms), SCALAR)
            case Product(coefficient=c, scalars=scalars, factors=factors):
                return multiply(number(c), *map(self, self._commuting(scalars, factors)))
            case Hadamard(arguments) if not self.is_matrix:
                return multiply(*map(self, arguments))
            case Power(base, exponent) | ElementwisePower(base, exponent) if (
                isinstance(node, Power) or not self.is_matrix
            ):
                return power(self(base), self(exponent))
            case Apply() if self.is_matrix and not node.shape.is_scalar:
                return self._of_matrix(node)
            case Apply(operation=name, arguments=(inner,)) if is_elementwise(name, book):
                return book.apply(name, [self(inner)])
        raise NoFew

    def _commuting(self, scalars: Sequence[Node], factors: Sequence[Node]) -> Sequence[Node]:
        """The factors of a product, if their order does not matter and each is one of entries."""
        if self.is_matrix and factors and all(self.place.is_constant(s) for s in scalars):
            return (*scalars, *factors)
        if factors and (len(factors) > 1 or not all(map(self.place.is_constant, scalars))):
            raise NoFew
        return (*scalars, *factors)

    def _of_matrix(self, node: Apply) -> Node:
        match node:
            case Inverse(inner):
                return divide(UNIT, self(inner))
            case MatrixPower(base, exponent) | RealPower(base, exponent):
                return power(self(base), self._constant(exponent))
            case Apply(operation="sqrtm", arguments=(inner,)):
                return power(self(inner), divide(UNIT, number(2)))
            case Apply(operation=name, arguments=(inner,)) if name in _OF_MATRICES:
                return book.apply(_OF_MATRICES[name], [self(inner)])
        raise NoFew

    # ------------------------------------------------------------ the leaves

    def _constant(self, node: Node) -> Node:
        match node:
            case Number():
                return node
            case Symbol(shape=shape) if shape.is_scalar:
                return self.constants.setdefault(node, node)
            case Ones() if not self.is_matrix:
                return UNIT
            case Identity() if self.is_matrix:
                return UNIT
            case Product(coefficient=c, scalars=scalars, factors=factors) if len(factors) <= 1:
                parts = map(self._constant, (*scalars, *factors))
                return multiply(number(c), *parts)
            case Sum(terms=terms):
                return add(((c, self._constant(term)) for c, term in terms), SCALAR)
            case Power(base, Number() as exponent) if node.shape.is_scalar:
                return power(self._constant(base), exponent)
        if self.is_matrix and not node.shape.is_scalar:
            raise NoFew
        if node not in self.constants:
            self.constants[node] = self._new("c")
        return self.constants[node]

    def _new(self, name: str) -> Symbol:
        taken = {one.name for one in (*self.inner, *self.constants.values())}
        found = name if name not in taken else next(n for n in _fresh(name) if n not in taken)
        return symbol(found, SCALAR)

    def _quantity(self, node: Node) -> Node:
        """An affine quantity: a symbol for it, a multiple of one, or one with a constant."""
        if self.is_matrix and transpose(node) is not node and not node.shape.is_scalar:
            raise NoFew
        for known, value in self.inner.items():
            if (ratio := _ratio(node, value)) is not None:
                return multiply(ratio, known)
        if self.is_split:
            at_rest: dict[Node, Node] = {one: zero(one.shape) for one in self.place.variables}
            constant = simplify(substitute(node, at_rest))
            linear = simplify(minus(node, constant))
            if not is_zero(constant):
                return plus(self._constant(constant), self._quantity(linear))
        if len(self.inner) == (1 if self.is_matrix else _MOST):
            raise NoFew
        made = self._new(_NAMES[len(self.inner)])
        self.inner[made] = node
        return made

    # ------------------------------------------------------------ what is known of them

    def facts(self) -> Mapping[Node, Sign]:
        """The signs of the symbols, and what the domain says of functions of them."""
        found: dict[Node, Sign] = {
            made: self.place.signs.of(constant) for constant, made in self.constants.items()
        }
        for made, value in self.inner.items():
            found[made] = self._sign(value)
        for fact, sign in self.place.signs.facts.items():
            with suppress(NoFew, MatcalcError):
                again = _Scalarised(
                    self.place,
                    self.is_matrix,
                    self.is_split,
                    dict(self.inner),
                    dict(self.constants),
                )
                scalar = again(fact)
                if len(again.inner) == len(self.inner):
                    found[scalar] = found.get(scalar, sign) & sign
        return found

    def _sign(self, value: Node) -> Sign:
        if not self.is_matrix or value.shape.is_scalar:
            return self.place.signs.of(value)
        words = structure_of(value)
        if "spd" in words:
            return Sign({1})
        return NONNEGATIVE if "psd" in words else Sign({-1, 0, 1})


def _fresh(name: str) -> Sequence[str]:
    return [*_NAMES, *(f"{name}{k}" for k in range(1, 50))]


def _ratio(node: Node, other: Node) -> Node | None:
    """The number by which one expression is a multiple of the other."""
    (one, rest), (two, same) = split_coefficient(node), split_coefficient(other)
    if rest is same:
        return number(one / two)
    if isinstance(rest, Sum) and isinstance(same, Sum):
        ratio = rest.terms[0][0] / same.terms[0][0]
        if rest.terms == tuple((ratio * c, term) for c, term in same.terms):
            return number(ratio * one / two)
    return None
