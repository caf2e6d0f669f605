"""Normal forms of numbers and sums: exact numbers, 0 and I, like terms collected.

A sum holds its terms with their rational coefficients; a rational multiple of a sum distributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, isfinite

from matcalc.expressions.dimensions import ONE as ONE_DIMENSION
from matcalc.expressions.dimensions import SCALAR, Dimension, Shape, dimension
from matcalc.expressions.errors import DomainError, ShapeError
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
from matcalc.expressions.operations import Ones

Term = tuple[Fraction, Node]
ONE = Fraction(1)


def symbol(name: str, shape: Shape, *structure: str) -> Symbol:
    return Symbol(name, shape, frozenset(structure))


def named(name: str, value: Node) -> Node:
    """A part under a name; what is a variable, a number or a constant matrix needs none."""
    return Named(name, value) if children(value) or isinstance(value, Apply) else value


def number(value: int | float | str | Fraction) -> Number:
    """An exact number; a decimal like 0.1 is the fraction that its digits say."""
    if isinstance(value, Fraction):
        return Number(value)
    if isinstance(value, float) and not isfinite(value):
        raise DomainError(f"{value} is not a number that an expression can hold")
    return Number(Fraction(str(value)) if isinstance(value, float) else Fraction(value))


ZERO = number(0)
UNIT = number(1)


def identity(order: Dimension | int | str) -> Node:
    """The identity matrix of that order (the number 1 where the order is 1)."""
    size = dimension(order)
    return UNIT if size == ONE_DIMENSION else Identity(size)


def zero(shape: Shape) -> Node:
    return ZERO if shape.is_scalar else Zero(shape)


def ones(shape: Shape) -> Node:
    """All entries 1."""
    return UNIT if shape.is_scalar else Ones.raw(shape=shape)


def is_number(node: Node, value: int | None = None) -> bool:
    return isinstance(node, Number) and (value is None or node.value == value)


def is_zero(node: Node) -> bool:
    return isinstance(node, Zero) or is_number(node, 0)


def split_coefficient(node: Node) -> Term:
    """`node` as a rational coefficient times the rest."""
    match node:
        case Number(value=value):
            return value, UNIT
        case Product(coefficient=coefficient, scalars=scalars, factors=factors) if coefficient != 1:
            return coefficient, product_node(ONE, scalars, factors)
        case _:
            return ONE, node


def _term_order(term: Term) -> tuple[bool, int, str, int]:
    degree, label, digest = term[1].rank
    return term[0] < 0, -degree, label, digest


def add(terms: Iterable[Term], shape: Shape | None = None) -> Node:
    """The linear combination of `terms` of one shape; `shape` serves where no term is left."""
    totals: dict[Node, Fraction] = {}
    for outer, node in terms:
        shape = shape or node.shape
        if node.shape != shape:
            raise ShapeError(
                f"cannot add {shape} and {node.shape}",
                hint="only expressions of one shape can be added",
            )
        inner = node.terms if isinstance(node, Sum) else (split_coefficient(node),)
        for value, term in inner:
            share = value if outer is ONE else outer if value is ONE else outer * value
            known = totals.get(term)
            totals[term] = share if known is None else known + share
    kept = [(value, term) for term, value in totals.items() if value and not is_zero(term)]
    if not kept:
        return zero(shape or SCALAR)
    if len(kept) == 1:
        return scale(*kept[0])
    if any(_is_spread_sum(term) for _, term in kept):
        return add(part for value, term in kept for part in _spread_apart(value, term))
    return Sum(tuple(sorted(kept, key=_term_order)))


def _is_spread_sum(node: Node) -> bool:
    """Whether it is (s + t)*ones(m,n), which beside a matrix is written and read as s + t."""
    return len(_spread_apart(ONE, node)) > 1


def _spread_apart(value: Fraction, term: Node) -> list[Term]:
    """Each summand of such a scalar is spread by itself."""
    match term:
        case Product(scalars=(Sum(terms=terms),), factors=(Ones() as all_ones,)):
            return [(value * own, _spread(one, all_ones)) for own, one in terms]
    return [(value, term)]


def _spread(scalar: Node, all_ones: Node) -> Node:
    if isinstance(scalar, Number):
        return all_ones
    alone = isinstance(scalar, Product) and not scalar.factors
    return product_node(ONE, children(scalar) if alone else (scalar,), (all_ones,))


def plus(*nodes: Node) -> Node:
    """The sum of `nodes`."""
    return nodes[0] if len(nodes) == 1 else add((ONE, node) for node in nodes)


def minus(left: Node, right: Node) -> Node:
    return add([(ONE, left), (Fraction(-1), right)])


def scale(value: Fraction | int, node: Node) -> Node:
    """A rational multiple; over a sum it distributes."""
    if value is ONE or value == 1 or is_zero(node):
        return node
    value = Fraction(value)
    if value == 0:
        return zero(node.shape)
    match node:
        case Number(value=own):
            return Number(own * value)
        case Sum(terms=terms):
            return Sum(tuple(sorted(((c * value, t) for c, t in terms), key=_term_order)))
        case Product(coefficient=own, scalars=scalars, factors=factors) if (
            scalars or not node.shape.is_scalar
        ):
            return product_node(own * value, scalars, factors)
        case _ if node.shape.is_scalar:
            return Product(value, (node,), ())
        case _:
            return Product(value, (), (node,))


def negate(node: Node) -> Node:
    return scale(-1, node)


def content(node: Node) -> Term:
    """A sum as the greatest common divisor of its coefficients times the rest."""
    return _content(node) if isinstance(node, Sum) else (ONE, node)


@lru_cache(maxsize=1024)  # one long sum is a factor of many products: a residual of a gradient
def _content(node: Sum) -> Term:
    """Positive, unless all coefficients are negative."""
    numerators = gcd(*(value.numerator for value, _ in node.terms))
    denominators = [value.denominator for value, _ in node.terms]
    common = Fraction(numerators, denominators[0] * _lcm_ratio(denominators))
    if all(value < 0 for value, _ in node.terms):
        common = -common
    return (ONE, node) if common == 1 else (common, scale(1 / common, node))


def _lcm_ratio(denominators: Sequence[int]) -> int:
    least = denominators[0]
    for value in denominators:
        least = least * value // gcd(least, value)
    return least // denominators[0]


def product_node(
    coefficient: Fraction, scalars: tuple[Node, ...], factors: tuple[Node, ...]
) -> Node:
    """A product from parts already in normal form."""
    if coefficient == 0:
        shape = Shape(factors[0].shape.rows, factors[-1].shape.columns) if factors else SCALAR
        return zero(shape)
    if not factors and not scalars:
        return Number(coefficient)
    if coefficient == 1 and len(scalars) + len(factors) == 1:
        return (scalars + factors)[0]
    if len(scalars) + len(factors) == 1 and isinstance((scalars + factors)[0], Sum):
        return scale(coefficient, (scalars + factors)[0])
    return Product(coefficient, scalars, factors)


def without_scalar(node: Product, place: int) -> Node:
    """A product without one of its scalars: the others stay in normal form."""
    scalars = node.scalars[:place] + node.scalars[place + 1 :]
    return product_node(node.coefficient, scalars, node.factors)
