"""Quadratic forms that are never negative though they are no sum of squares."""

from __future__ import annotations

from itertools import permutations

from matcalc.calculus.pull_back import inner_product, pull_back_to
from matcalc.convexity.signs import POSITIVE, Signs
from matcalc.expressions.constructors import UNIT, divide, multiply, number, scale
from matcalc.expressions.nodes import Node, Number, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import Power
from matcalc.simplify.rewriting import simplify

_TWO = number(2)


def is_norm_less_share(form: Node, v: Symbol, signs: Signs) -> bool:
    """Whether it is c*|v|^2 - d*<a, v>^2 with d*|a|^2 <= c: so it is >= 0 (Cauchy-Schwarz)."""
    if not isinstance(form, Sum) or len(form.terms) != 2:
        return False
    for (c, norm), (d, square) in permutations(form.terms):
        whole = simplify(divide(scale(c, norm), _squared_norm(v)))
        part = simplify(divide(scale(-d, _largest(square, v)), whole))
        if signs.of(whole) <= POSITIVE and v not in ordered(whole):
            return isinstance(part, Number) and 0 <= part.value <= 1
    return False


def _squared_norm(v: Node) -> Node:
    return simplify(inner_product(v, v))


def _largest(square: Node, v: Symbol) -> Node:
    """The largest value of r*<a, v>^2 at a v of length 1; another expression as it is."""
    for one in square.scalars if isinstance(square, Product) else (square,):
        match one:
            case Power(root, exponent) if exponent is _TWO and v in ordered(root):
                a = pull_back_to(root, v, UNIT)
                return simplify(multiply(divide(square, one), _squared_norm(a)))
    return square
