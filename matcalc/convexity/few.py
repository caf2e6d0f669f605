"""Expressions that are a function of a few quantities, entry by entry.

    sum(log(1 + exp(-y.*(X*w))))    phi(t) = log(1 + exp(-t)),  t = y.*(X*w)
    norm2(x)^2/(a'*x + 1)           phi(t, s) = t^2/s,  t = norm2(x) convex,  s = a'*x + 1

d2 phi(g) = phi''(dg, dg) + phi'(d2g): so the Hessian of phi, whose minors have exact signs, and the
slope of phi along each quantity that is not affine tell the curvature. Source: Boyd & Vandenberghe
2004, sec. 3.2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from matcalc.calculus.differential import differential
from matcalc.convexity.domain import Domain
from matcalc.convexity.found import AFFINE, CONCAVE, CONVEX, Found, proved
from matcalc.convexity.record import Line
from matcalc.convexity.scalars import scalar_sign
from matcalc.convexity.signs import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    Sign,
    Signs,
    in_words,
    opposite,
    product_sign,
)
from matcalc.expressions.constructors import (
    UNIT,
    add,
    is_zero,
    minus,
    multiply,
    number,
    plus,
    power,
    split_coefficient,
    symbol,
    zero,
)
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import (
    Apply,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    ordered,
    symbols_of,
)
from matcalc.expressions.operations import ElementwisePower, Hadamard, Ones, Power
from matcalc.language.functions import is_elementwise
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify

Known = Callable[[Node], Found | None]
_MOST = 3
_ARITHMETIC = (Product, Hadamard, Power, ElementwisePower)
_HALF, _TWO = number(Fraction(1, 2)), number(2)
_INSIDE = {NONNEGATIVE: POSITIVE, NONPOSITIVE: NEGATIVE}
_NAMES = ("t", "s", "r", "u", "v", "tau", "sigma")


class NoFew(Exception):
    """An expression that is no such function."""


@dataclass(frozen=True)
class OfFew:
    """`function` is a scalar expression in the symbols, which stand for the quantities."""

    function: Node
    inner: Mapping[Symbol, Found]
    values: Mapping[Symbol, Node]
    signs: Signs

    def sign(self, node: Node) -> Sign:
        """The signs that a function of the symbols may have."""
        return scalar_sign(node, self.signs)

    def partial(self, *by: Symbol) -> Node:
        """A derivative of phi, at the symbols."""
        found = self.function
        for one in by:
            found = simplify(differential(found, {one: UNIT}))
        return found

    @cached_property
    def curvature(self) -> Sign | None:
        """That of phi where its Hessian is definite, if phi rises or falls as the others bend."""
        bend = frozenset[int]().union(*(self.sign(self.partial(t, t)) for t in self.inner))
        for t, found in self.inner.items():
            if found.curvature != AFFINE:
                bend |= product_sign((self.sign(self.partial(t)), found.curvature))
        outer = next((one for one in (AFFINE, CONVEX, CONCAVE) if bend <= one), None)
        if outer is None or not all(self._has_minor(outer, some) for some in self._subsets):
            return None
        return outer

    @property
    def _subsets(self) -> Iterator[Sequence[Symbol]]:
        return (some for k in range(2, len(self.inner) + 1) for some in combinations(self.inner, k))

    def _has_minor(self, outer: Sign, some: Sequence[Symbol]) -> bool:
        """Whether a principal minor of the Hessian, or of its negative, is nonnegative."""
        sign = self.sign(_determinant([[self.partial(t, s) for s in some] for t in some]))
        return (opposite(sign) if outer == CONCAVE and len(some) % 2 else sign) <= NONNEGATIVE

    @property
    def is_monotone(self) -> bool:
        """Whether phi of one affine quantity only rises, or only falls."""
        if [one.curvature for one in self.inner.values()] != [AFFINE]:
            return False
        slope = self.sign(self.partial(*self.inner))
        return slope <= NONNEGATIVE or slope <= NONPOSITIVE

    @property
    def is_smooth(self) -> bool:
        """Whether phi is twice differentiable inside; powers are continuous up to the ends."""
        variables = tuple(self.inner)
        if Domain(variables, facts=self.signs.facts).is_smooth(self.function):
            return True
        powers = (Power, ElementwisePower)
        inside = {fact: _INSIDE.get(sign, sign) for fact, sign in self.signs.facts.items()}
        applied = (one for one in ordered(self.function) if isinstance(one, Apply))
        is_of_powers = all(isinstance(one, powers) for one in applied)
        return is_of_powers and Domain(variables, facts=inside).is_smooth(self.function)

    # ------------------------------------------------------------ the lines of the proof

    def proof(self, node: Node, tangents: Iterable[Node]) -> Found | None:
        """The curvature of the expression, where phi tells it."""
        if self.curvature is None:
            return None
        lines = [line for one in self.inner.values() for line in one.lines]
        for t, value in self.values.items():
            if value not in tangents:
                lines.append(Line(value, self.inner[t].word, name=str(t)))
        names = ", ".join(map(str, self.inner))
        bent = [(f"phi_{t}", (t,)) for t, one in self.inner.items() if one.curvature != AFFINE]
        alone = [("phi''", (*self.inner, *self.inner))] if len(self.inner) == 1 else []
        for name, by in (*bent, *alone):
            value = self.partial(*by)
            lines.append(Line(value, in_words(self.sign(value)), name=f"{name}({names})"))
        return proved(lines, node, self.curvature, f"phi({names}) = {self.function}")


def _determinant(rows: Sequence[Sequence[Node]]) -> Node:
    """Along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    minors = ([[*row[:k], *row[k + 1 :]] for row in rows[1:]] for k in range(len(rows)))
    terms = (multiply(one, _determinant(rest)) for one, rest in zip(rows[0], minors, strict=True))
    return add(((Fraction((-1) ** k), term) for k, term in enumerate(terms)), SCALAR)


def of_few(node: Node, place: Domain, of: Known) -> Iterator[OfFew]:
    """The expression as such functions: of what it is made of, and of affine quantities alone.

    These are taken whole first, then without their constants: x and 1 + x are two, or one.
    """
    for is_deep, is_split in ((True, False), (True, True), (False, False)):
        with suppress(NoFew, MatcalcError):
            found = _Scalarised(place, of, is_deep, is_split)
            function = found.inside(node)
            if found.inner:
                yield OfFew(function, found.inner, found.values, Signs(found.facts()))


@dataclass
class _Scalarised:
    """A scalar expression for one whose entries are functions of few quantities."""

    place: Domain
    of: Known
    is_deep: bool
    is_split: bool
    inner: dict[Symbol, Found] = field(default_factory=dict)
    values: dict[Symbol, Node] = field(default_factory=dict)
    constants: dict[Node, Symbol] = field(default_factory=dict)

    def __call__(self, node: Node) -> Node:
        if self.place.is_constant(node):
            return self._constant(node)
        if self.place.is_affine(node):
            return self._affine(node)
        if self.is_deep or isinstance(node, _ARITHMETIC):
            with suppress(NoFew):
                return self.inside(node)
        return self._bent(node)

    def inside(self, node: Node) -> Node:
        """The function of its parts that a node is."""
        match node:
            case Named(value=value):
                return self(value)
            case Sum(terms=terms):
                return add(((c, self(term)) for c, term in terms), SCALAR)
            case Product(coefficient=c, scalars=scalars, factors=factors):
                if len(factors) > 1 or (factors and not all(map(self.place.is_constant, scalars))):
                    raise NoFew
                return multiply(number(c), *map(self, (*scalars, *factors)))
            case Hadamard(arguments):
                return multiply(*map(self, arguments))
            case Power(base, exponent) | ElementwisePower(base, exponent):
                return power(self(base), self(exponent))
            case Apply(operation=name, arguments=(inner,)) if is_elementwise(name, book):
                return book.apply(name, [self(inner)])
        raise NoFew

    # ------------------------------------------------------------ the leaves

    def _constant(self, node: Node) -> Node:
        match node:
            case Ones():
                return UNIT
            case Product(coefficient=c, scalars=scalars, factors=factors) if len(factors) <= 1:
                return multiply(number(c), *map(self._constant, (*scalars, *factors)))
            case Sum(terms=terms):
                return add(((c, self._constant(term)) for c, term in terms), SCALAR)
            case Power(base, Number() as exponent):
                return power(self._constant(base), exponent)
            case Symbol() if node.shape.is_scalar:
                return self.constants.setdefault(node, node)
            case _ if node.shape.is_scalar and not symbols_of(node):
                return node
        if node not in self.constants:
            self.constants[node] = self._new("c")
        return self.constants[node]

    def _new(self, *names: str) -> Symbol:
        taken = {one.name for one in (*self.inner, *self.constants.values())}
        known = (*names, *(f"{names[-1]}{k}" for k in range(1, 50)))
        return symbol(next(name for name in known if name not in taken), SCALAR)

    def _affine(self, node: Node) -> Node:
        """A symbol for it, a multiple of one, or one with a constant."""
        for known, value in self.values.items():
            if (ratio := _ratio(node, value)) is not None:
                return multiply(ratio, known)
        if self.is_split:
            at_rest: dict[Node, Node] = {one: zero(one.shape) for one in self.place.variables}
            constant = simplify(substitute(node, at_rest))
            linear = simplify(minus(node, constant))
            if not is_zero(constant):
                return plus(self._constant(constant), self._affine(linear))
        return self._quantity(node, Found(AFFINE))

    def _bent(self, node: Node) -> Node:
        """A symbol for what has a curvature; for the square of a seminorm that of the seminorm."""
        known = [one for one, value in self.values.items() if value is node]
        found = None if known else self.of(node)
        if known:
            return known[0]
        if found is None:
            raise NoFew
        if found.curvature == CONVEX and is_square(node, self.place):
            root = simplify(power(node, _HALF))
            line = Line(root, "convex", f"{node} is the square of a seminorm")
            return power(self._quantity(root, Found(CONVEX, (line,))), _TWO)
        return self._quantity(node, found)

    def _quantity(self, node: Node, found: Found) -> Symbol:
        if len(self.inner) == _MOST:
            raise NoFew
        made = self._new(*_NAMES)
        self.inner[made], self.values[made] = found, node
        return made

    # ------------------------------------------------------------ what is known of them

    def facts(self) -> Mapping[Node, Sign]:
        """The signs of the symbols, and what the domain says of functions of them."""
        values = (*self.values.items(), *((made, one) for one, made in self.constants.items()))
        found: dict[Node, Sign] = {made: self.place.signs.of(value) for made, value in values}
        for fact, sign in self.place.signs.facts.items():
            with suppress(NoFew, MatcalcError):
                again = replace(
                    self, inner={**self.inner}, values={**self.values}, constants={**self.constants}
                )
                scalar = again(fact)
                if len(again.inner) == len(self.inner):
                    found[scalar] = found.get(scalar, sign) & sign
        return found


def is_square(base: Node, place: Domain) -> bool:
    """Whether a scalar is quadratic, and nonnegative whatever its variables are."""
    if not base.shape.is_scalar:
        return False
    free = [place.of_any_sign(one) for one in place.variables]
    everywhere = Domain(tuple(free))
    value = substitute(base, dict(zip(place.variables, free, strict=True)))
    is_quadratic = everywhere.is_constant(everywhere.second(value)) and everywhere.is_smooth(value)
    return is_quadratic and everywhere.signs.of(value) <= NONNEGATIVE


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
