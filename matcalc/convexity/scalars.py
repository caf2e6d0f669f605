"""The sign of a scalar expression, decided exactly: its form tells it, or SymPy counts roots.

exp(t) becomes a positive variable, so that exp(t)/(1 + exp(t))^2 is a rational function; then each
factor has a sign: a polynomial in one variable by the count of its roots (Sturm), one in several by
its coefficients.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Any

from matcalc.convexity.signs import (
    ANY,
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    Sign,
    Signs,
    opposite,
    power_sign,
    product_sign,
)
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.interchange.scalars import InSymPy, Known
from matcalc.simplify.rewriting import simplify

_KNOWN = {
    POSITIVE: "is_positive",
    NEGATIVE: "is_negative",
    NONNEGATIVE: "is_nonnegative",
    NONPOSITIVE: "is_nonpositive",
}
_LONGEST = 120  # nodes; factoring what is longer takes seconds


def scalar_sign(node: Node, signs: Signs) -> Sign:
    """The signs that a scalar expression may have."""
    node = simplify(node)
    found = signs.of(node)
    if found != ANY or len(ordered(node)) > _LONGEST:
        return found
    try:
        return _Exact(signs).of(node)
    except NoRule:
        return found


class _Exact:
    """The sign by SymPy."""

    def __init__(self, signs: Signs) -> None:
        self._in = InSymPy(partial(_known, signs))
        self.sympy = self._in.sympy
        self._facts: dict[Any, Sign] = {}
        for fact, sign in signs.facts.items():
            if not isinstance(fact, Symbol):
                with suppress(NoRule):
                    written = self._in.written(fact)
                    self._facts |= {written: sign, self.sympy.expand(-written): opposite(sign)}

    def of(self, node: Node) -> Sign:
        value = self._in.written(node).rewrite(self.sympy.exp)
        for exponent in self._in.exponents(value):
            replaced = self._in.with_variable_for_exp(value, exponent)
            value = replaced if not replaced.has(self.sympy.log) else value
        if self.sympy.count_ops(value) > _LONGEST:
            return ANY
        return self._sign(self.sympy.factor(self.sympy.together(value)))

    def _sign(self, value: Any) -> Sign:
        for sign, holds in _KNOWN.items():
            if getattr(value, holds):
                return sign
        if value in self._facts:
            return self._facts[value]
        if value.is_Mul:
            return product_sign(map(self._sign, value.args))
        if value.is_Pow and value.exp.is_Rational:
            return power_sign(self._sign(value.base), _fraction(value.exp))
        return self._of_polynomial(value) if value.is_Add else ANY

    def _of_polynomial(self, value: Any) -> Sign:
        try:
            polynomial = self.sympy.Poly(value, *value.free_symbols)
            coefficients = [c for c in polynomial.coeffs()]
        except self.sympy.PolynomialError:
            return ANY
        if not all(c.is_Rational for c in coefficients):
            return ANY
        if not _has_one_sign(polynomial) and not self._has_no_roots(polynomial):
            return ANY
        at_one = polynomial.eval(dict.fromkeys(polynomial.gens, 1))
        return POSITIVE if at_one > 0 else NEGATIVE

    def _has_no_roots(self, polynomial: Any) -> bool:
        if len(polynomial.gens) > 1:
            return False
        least = 0 if polynomial.gens[0].is_positive else None
        roots = polynomial.count_roots(least, None)
        return bool(roots == (least == 0 and polynomial.eval(0) == 0))


def _known(signs: Signs, node: Node) -> Known:
    sign = signs.of(node)
    word = "positive" if sign <= POSITIVE else "nonnegative" if sign <= NONNEGATIVE else "real"
    return {word: True}


def _fraction(value: Any) -> Any:
    return Fraction(int(value.p), int(value.q))


def _has_one_sign(polynomial: Any) -> bool:
    """Whether every term has the sign of all others, and one of them is never 0."""
    terms = polynomial.terms()
    even = all(
        k % 2 == 0 or gen.is_positive
        for powers, _ in terms
        for k, gen in zip(powers, polynomial.gens, strict=True)
    )
    never_0 = any(
        all(not k or gen.is_positive for k, gen in zip(powers, polynomial.gens, strict=True))
        for powers, _ in terms
    )
    return even and never_0 and len({c > 0 for _, c in terms}) == 1
