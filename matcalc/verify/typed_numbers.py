"""Numbers typed with a few digits: 0.3333 is what it says, and may have been meant for 1/3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from matcalc.expressions.constructors import add, multiply, number
from matcalc.expressions.nodes import Node, Number, Product, Sum
from matcalc.language.problem import parse_expression
from matcalc.rulebook import book
from matcalc.rulebook.substitution import map_bottom_up

_FEWEST_DIGITS = 10  # 0.5 is a half; a number with two digits behind the point may be rounded
_LARGEST_DENOMINATOR = 100
_CONSTANTS = {
    "pi": Fraction("3.14159265358979323846"),
    "exp(1)": Fraction("2.71828182845904523536"),
    "sqrt(2)": Fraction("1.41421356237309504880"),
    "sqrt(pi)": Fraction("1.77245385090551602730"),
    "log(2)": Fraction("0.69314718055994530942"),
}


def meant_otherwise(nodes: Sequence[Node], holds: Callable[[Sequence[Node]], bool]) -> str:
    """`0.3333 is near 1/3, with which it holds`, or nothing where that does not make it true."""
    for nearest in (_fraction, _multiple, _either):
        found: dict[str, str] = {}
        changed = [map_bottom_up(node, _changing(nearest, found)) for node in nodes]
        if found and holds(changed):
            pairs = " and ".join(f"{typed} is near {near}" for typed, near in found.items())
            return f"{pairs}, with which it holds"
    return ""


Nearest = Callable[[Fraction], tuple[Node, str] | None]


def _changing(nearest: Nearest, found: dict[str, str]) -> Callable[[Node, Node], Node]:
    """What puts near numbers for those in a node; `found` is told which."""

    def near(value: Fraction) -> Node:
        one = nearest(value) if _is_typed(value) else None
        if one is None:
            return number(value)
        found[_decimal(value)] = one[1]
        return one[0]

    def change(_: Node, node: Node) -> Node:
        match node:
            case Number(value=value) if _is_typed(value):
                return near(value)
            case Product(coefficient=value, scalars=scalars, factors=factors) if _is_typed(value):
                return multiply(near(value), *scalars, *factors)
            case Sum(terms=terms) if any(_is_typed(value) for value, _ in terms):
                return add([(Fraction(1), multiply(near(value), term)) for value, term in terms])
        return node

    return change


def _decimal(value: Fraction) -> str:
    """All digits of a decimal that ends: 2 and 10^-30 make no 2.0."""
    text, digits = str(float(value)), len(str(value.numerator)) + len(str(value.denominator))
    if Fraction(text) == value:
        return text
    with localcontext(prec=digits):
        return str(Decimal(value.numerator) / Decimal(value.denominator))


def _is_typed(value: Fraction) -> bool:
    """Whether it is a decimal that ends, and has several digits."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1 and value.denominator > _FEWEST_DIGITS


def _fraction(value: Fraction) -> tuple[Node, str] | None:
    found = value.limit_denominator(_LARGEST_DENOMINATOR)
    near = found not in (0, value) and _is_near(value, found)
    return (number(found), str(found)) if near else None


def _multiple(value: Fraction) -> tuple[Node, str] | None:
    """A constant times a simple number."""
    return next(_multiples(value), None)


def _either(value: Fraction) -> tuple[Node, str] | None:
    return _multiple(value) or _fraction(value)


def _multiples(value: Fraction) -> Iterator[tuple[Node, str]]:
    for text, constant in _CONSTANTS.items():
        times = (value / constant).limit_denominator(12)
        if times and _is_near(value, times * constant):
            node = multiply(number(times), parse_expression(text, {}, book))
            yield node, str(node)


def _is_near(value: Fraction, other: Fraction) -> bool:
    """Whether the number has the digits of the other one, but for the last."""
    return abs(value - other) * value.denominator <= max(Fraction(2), 2 * abs(other))
