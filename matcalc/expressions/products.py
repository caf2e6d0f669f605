"""Normal forms of products, transposes, powers and the entrywise arithmetic.

Scalars commute and their powers are collected; the chain of matrices keeps its order and breaks
wherever an inner dimension is 1: `x*y'*z` is `(y'*z)*x`, since a 1 x 1 chain is a scalar.
Transposes are pushed to the leaves. The entrywise (Hadamard) product and power commute.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from matcalc.expressions.bottom_up import bottom_up, transposed_together
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.limits import LARGEST_POWER_BITS, LONGEST_CHAIN
from matcalc.expressions.marks import lone_marks
from matcalc.expressions.nodes import Identity, Named, Node, Number, Product, Sum, Zero
from matcalc.expressions.operations import (
    ElementwisePower,
    Hadamard,
    ImaginaryUnit,
    Ones,
    Power,
    Transpose,
)
from matcalc.expressions.sums import ONE as UNITY
from matcalc.expressions.sums import (
    UNIT,
    add,
    content,
    is_number,
    negate,
    number,
    ones,
    plus,
    product_node,
    scale,
    split_coefficient,
    zero,
)


class _Scalars:
    """The commuting part of a product: a coefficient and powers of scalar expressions.

    `settled` holds powers that are factors as they stand, by their bases: those of a product that
    comes first are taken as they are, so that to multiply a long product by one factor is cheap.
    """

    def __init__(self) -> None:
        self.coefficient = UNITY
        self.exponents: dict[Node, Node] = {}
        self.settled: dict[Node, Node] = {}

    def absorb(self, node: Node) -> None:
        match node:
            case Number(value=value):
                if node is not UNIT:
                    self.coefficient *= value
            case Product(coefficient=coefficient, scalars=scalars, factors=factors):
                if coefficient is not UNITY:
                    self.coefficient *= coefficient
                self.absorb_scalars(scalars)
                if factors:
                    self._raise(product_node(UNITY, (), factors))
            case _:
                self._raise(node)

    def absorb_scalars(self, scalars: tuple[Node, ...]) -> None:
        """The scalars of one product."""
        if self.exponents:
            for scalar in scalars:
                self._raise(scalar)
            return
        for scalar in scalars:
            base, exponent = base_and_exponent(scalar)
            self.exponents[base], self.settled[base] = exponent, scalar

    def _raise(self, node: Node) -> None:
        base, exponent = base_and_exponent(node)
        if exponent is UNIT:
            common, base = content(base)
            if common is not UNITY:
                self.coefficient *= common
        known = self.exponents.get(base)
        self.exponents[base] = plus(known, exponent) if known is not None else exponent
        if known is not None:
            self.settled.pop(base, None)

    def finish(self) -> tuple[Node, ...]:
        """The scalar factors in order; what powers turn into numbers joins the coefficient."""
        if not self.exponents:
            return ()
        raised = {b: power(b, e) for b, e in self.exponents.items() if b not in self.settled}
        values = [*self.settled.values(), *raised.values()]
        if all(_is_settled(base, value) for base, value in raised.items()):
            return tuple(sorted(values, key=lambda node: node.rank))
        again = _Scalars()
        again.coefficient = self.coefficient
        for value in values:
            again.absorb(value)
        found = again.finish()
        self.coefficient = again.coefficient
        return found


def _is_settled(base: Node, value: Node) -> bool:
    """Whether a power is a factor as it stands; a number, a product or (x^2)^1 joins the others."""
    joins = isinstance(value, Number) or (isinstance(value, Product) and not value.factors)
    return not joins and base_and_exponent(value)[0] is base


def base_and_exponent(node: Node) -> tuple[Node, Node]:
    """A scalar as base and exponent: `x^3` is (x, 3), anything else (itself, 1)."""
    if isinstance(node, Power):
        return node.arguments[0], node.arguments[1]
    return node, UNIT


def multiply(*nodes: Node) -> Node:
    """The matrix product in order; scalars commute, and 1 x 1 chains are scalars.

    Raises ShapeError where columns and rows differ.
    """
    scalars = _Scalars()
    chain: list[Node] = []
    blank: Node | None = None
    for node in nodes:
        if node.shape.is_scalar:
            scalars.absorb(node)
            continue
        last = chain[-1] if chain else blank
        if last is not None and last.shape.columns != node.shape.rows:
            raise _no_product(last.shape, node.shape)
        if isinstance(node, Identity):
            blank = node if not chain else blank
        elif isinstance(node, Product):
            if node.coefficient is not UNITY:
                scalars.coefficient *= node.coefficient
            scalars.absorb_scalars(node.scalars)
            chain += [factor for factor in node.factors if not isinstance(factor, Identity)]
            blank = node.factors[0] if not chain else blank
        else:
            common, node = content(node)
            if common is not UNITY:
                scalars.coefficient *= common
            chain.append(node)
    return _finish_product(scalars, chain, blank)


def _no_product(left: Shape, right: Shape) -> ShapeError:
    differ = f"columns {left.columns} and rows {right.rows} differ"
    return ShapeError(f"cannot multiply {left} by {right}: {differ}")


def _finish_product(scalars: _Scalars, chain: list[Node], blank: Node | None) -> Node:
    LONGEST_CHAIN.check(len(chain))
    if not chain:
        commuting = scalars.finish()
        return product_node(scalars.coefficient, commuting, (blank,) if blank is not None else ())
    if any(isinstance(node, Zero) for node in chain):
        return zero(Shape(chain[0].shape.rows, chain[-1].shape.columns))
    outer: list[Node] = []
    for segment in _segments(chain):
        if segment[0].shape.rows == ONE and segment[-1].shape.columns == ONE:
            scalars.absorb(_scalar_chain(segment))
        else:
            outer += segment
    commuting = scalars.finish()
    return product_node(scalars.coefficient, commuting, tuple(outer))


def _segments(chain: Sequence[Node]) -> list[list[Node]]:
    """The chain cut where an inner dimension is 1."""
    segments: list[list[Node]] = [[]]
    for node in chain:
        if segments[-1] and node.shape.rows == ONE:
            segments.append([])
        segments[-1].append(node)
    return segments


def _scalar_chain(factors: Sequence[Node]) -> Node:
    """A 1 x 1 chain; of it and its transpose, the one with fewer transposes inside."""
    if len(factors) == 1:
        return factors[0]
    turned = [transpose(factor) for factor in reversed(factors)]
    signs = [content(f) if isinstance(f, Sum) else split_coefficient(f) for f in turned]
    sign = UNITY
    for value, _ in signs:
        sign *= value
    turned = [factor for _, factor in signs]
    if any(isinstance(factor, Product) for factor in turned):
        return Product(UNITY, (), tuple(factors))
    best = min(tuple(factors), tuple(turned), key=_orientation)
    chain = Product(UNITY, (), best)
    return scale(sign, chain) if best != tuple(factors) else chain


def _orientation(factors: tuple[Node, ...]) -> tuple[int, int, list[tuple[int, str, int]]]:
    turned = [isinstance(factor, Transpose) for factor in factors]
    strange = sum(lone_marks(factor) for factor in factors if factor.is_complex)
    return strange, sum(turned[1:-1]) + all(turned), [factor.rank for factor in factors]


@bottom_up(transposed_together)
def transpose(node: Node) -> Node:
    """The transpose, pushed to the leaves: (A*B)' = B'*A', (A + B)' = A' + B', S' = S.

    It never conjugates; the transpose of a Hermitian matrix is its conjugate.
    """
    if node.shape.is_scalar or "symmetric" in node.structure or isinstance(node, Identity):
        return node
    if "skew" in node.structure:
        return negate(node)
    if "hermitian" in node.structure:
        from matcalc.expressions.conjugation import conjugate

        return conjugate(node)
    match node:
        case Sum(terms=terms):
            return add((value, transpose(term)) for value, term in terms)
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            turned = multiply(*(transpose(factor) for factor in reversed(factors)))
            return multiply(Number(coefficient), *scalars, turned)
        case Transpose(inner):
            return inner
        case Hadamard(arguments):
            return hadamard(*(transpose(argument) for argument in arguments))
        case ElementwisePower(base, exponent):
            return elementwise_power(transpose(base), exponent)
        case Ones(shape=shape):
            return ones(shape.transposed)
        case Zero(shape=shape):
            return zero(shape.transposed)
        case Named(value=value) if node.shape.is_square and transpose(value) is value:
            return node
        case _:
            return Transpose.raw(node, shape=node.shape.transposed)


# ---------------------------------------------------------------- powers


def power(base: Node, exponent: Node) -> Node:
    """A scalar to a scalar power.

    Exact for numbers; (x^a)^k = x^(a*k) and (x*y)^k = x^k*y^k for an integer k only, so that
    sqrt(x^2) stays what it is, the absolute value. Raises ShapeError where one is not a scalar.
    """
    if not (base.shape.is_scalar and exponent.shape.is_scalar):
        raise ShapeError(f"a scalar to a scalar power, not {base.shape} to {exponent.shape}")
    if is_number(exponent, 1):
        return base
    if is_number(exponent, 0):
        return UNIT
    if isinstance(base, Number) and isinstance(exponent, Number):
        exact = _exact_power(base.value, exponent.value)
        if exact is not None:
            return Number(exact)
    if is_number(base, 1):
        return base
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return _integer_power(base, exponent)
    return Power.raw(base, exponent)


def _integer_power(base: Node, exponent: Number) -> Node:
    """Of powers, of products and of multiples that of their parts."""
    if isinstance(base, ImaginaryUnit):
        turned = base if exponent.value % 2 else UNIT
        return turned if exponent.value % 4 < 2 else negate(turned)
    inner, inside = base_and_exponent(base)
    if inner is not base:
        return power(inner, multiply(inside, exponent))
    common, rest = content(base)
    if common != 1:
        return multiply(power(Number(common), exponent), power(rest, exponent))
    if isinstance(base, Product) and (base.scalars or base.coefficient != 1):
        parts = (power(scalar, exponent) for scalar in base.scalars)
        return multiply(power(Number(base.coefficient), exponent), *parts)
    return Power.raw(base, exponent)


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if base == 0:
        return Fraction(0) if exponent > 0 else None
    if exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        small = bits * abs(exponent) <= LARGEST_POWER_BITS
        return Fraction(base) ** int(exponent) if small else None
    if exponent.denominator == 2 and base > 0:
        top, bottom = isqrt(base.numerator), isqrt(base.denominator)
        if top * top == base.numerator and bottom * bottom == base.denominator:
            return _exact_power(Fraction(top, bottom), Fraction(exponent.numerator))
    return None


def divide(node: Node, divisor: Node) -> Node:
    """Division by a scalar."""
    return multiply(node, power(divisor, number(-1)))


# ---------------------------------------------------------------- entrywise arithmetic


def hadamard(*nodes: Node) -> Node:
    """The entrywise product of nodes of one shape; commutative, with powers collected."""
    shape = nodes[0].shape
    if any(node.shape != shape for node in nodes):
        raise ShapeError(
            "cannot multiply entrywise " + " by ".join(str(node.shape) for node in nodes),
            hint="`.*` takes two expressions of one shape; `*` is the matrix product",
        )
    if shape.is_scalar:
        return multiply(*nodes)
    outside: list[Node] = []
    exponents: dict[Node, Node] = {}
    for node in nodes:
        if isinstance(node, Zero):
            return node
        scalar, rest = split_scalars(node)
        outside += [scalar] if scalar is not UNIT else []
        for factor in rest.arguments if isinstance(rest, Hadamard) else (rest,):
            base, exponent = entry_base_and_exponent(factor)
            known = exponents.get(base)
            exponents[base] = plus(known, exponent) if known is not None else exponent
    factors = [elementwise_power(base, exponent) for base, exponent in exponents.items()]
    settled = all(map(_is_settled_entry, exponents, factors))
    factors = [factor for factor in factors if not isinstance(factor, Ones)]
    again = _hadamard_node(factors, shape) if settled else hadamard(*factors, ones(shape))
    return multiply(*outside, again) if outside else again


def _is_settled_entry(base: Node, factor: Node) -> bool:
    """Whether a power is a factor as it stands; sqrt(X.^2).*sqrt(X.^2) is X.^2, which joins X."""
    joins = isinstance(factor, Hadamard) or not is_number(split_scalars(factor)[0], 1)
    return not joins and (entry_base_and_exponent(factor)[0] is base or isinstance(factor, Ones))


def _hadamard_node(factors: list[Node], shape: Shape) -> Node:
    if not factors:
        return ones(shape)
    if len(factors) == 1:
        return factors[0]
    ranked = tuple(sorted(factors, key=lambda node: node.rank))
    return Hadamard.raw(*ranked, shape=shape)


def entry_base_and_exponent(node: Node) -> tuple[Node, Node]:
    if isinstance(node, ElementwisePower):
        return node.arguments[0], node.arguments[1]
    return node, UNIT


def split_scalars(node: Node) -> tuple[Node, Node]:
    """A matrix expression as its scalar factor times the rest."""
    if isinstance(node, Product) and (node.scalars or node.coefficient != 1):
        scalar = product_node(node.coefficient, node.scalars, ())
        return scalar, product_node(UNITY, (), node.factors)
    common, rest = content(node)
    return (UNIT, node) if rest is node else (Number(common), rest)


def elementwise_power(base: Node, exponent: Node) -> Node:
    """Every entry of `base` to a scalar power."""
    if base.shape.is_scalar or not exponent.shape.is_scalar:
        return power(base, exponent)
    if is_number(exponent, 1) or isinstance(base, Ones):
        return base
    if is_number(exponent, 0):
        return ones(base.shape)
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        inner, inside = entry_base_and_exponent(base)
        if inner is not base:
            return elementwise_power(inner, multiply(inside, exponent))
        scalar, rest = split_scalars(base)
        if not is_number(scalar, 1):
            return multiply(power(scalar, exponent), elementwise_power(rest, exponent))
        if isinstance(base, Hadamard):
            return hadamard(*(elementwise_power(a, exponent) for a in base.arguments))
    return ElementwisePower.raw(base, exponent, shape=base.shape)
