"""The sign of a scalar expression, decided exactly: its form tells it, or SymPy does.

exp(t) becomes a positive variable, so that exp(t)/(1 + exp(t))^2 is a rational function; then each
factor has a sign: a polynomial in one variable by the count of its roots where that lies (Sturm),
one in several by its coefficients, another function by bounds of its values (interval arithmetic).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from operator import mul
from typing import Any

from matcalc.calculus.differential import differential
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
from matcalc.expressions.constructors import UNIT, ZERO, scale
from matcalc.expressions.errors import MatcalcError, NoRule
from matcalc.expressions.nodes import Node, Number, Symbol, ordered, symbols_of
from matcalc.interchange.scalars import InSymPy, Known
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify

_KNOWN = {
    POSITIVE: "is_positive",
    NEGATIVE: "is_negative",
    NONNEGATIVE: "is_nonnegative",
    NONPOSITIVE: "is_nonpositive",
}
_LONGEST = 120  # nodes; factoring what is longer takes seconds
_CUTS, _SLOPES = 6, 3  # of an interval, and how often a root at an end is told by the slope
_FINE = 1000  # part of 1 to which bounds of exponentials are told
_BOUNDED = ("exp", "log", "sin", "cos", "tan")


Ends = tuple[Any, Any]


@dataclass(frozen=True)
class Between:
    """The numbers between two, of which either may be missing, without them if it `is_open`."""

    low: Any = None
    high: Any = None
    is_open: bool = True

    @property
    def ends(self) -> list[Any]:
        return [end for end in (self.low, self.high) if end is not None]

    @property
    def is_empty(self) -> bool:
        """Whether the ends are the wrong way round."""
        if len(self.ends) < 2:
            return False
        return bool(self.low >= self.high if self.is_open else self.low > self.high)

    @property
    def inside(self) -> Any:
        """One of the numbers."""
        if len(self.ends) == 1:
            return self.ends[0] + (1 if self.high is None else -1)
        return (self.low + self.high) / 2 if self.ends else 1


def between(t: Symbol, signs: Signs) -> Between:
    """What the facts say of where t lies."""
    found = [end for fact, sign in signs.facts.items() if (end := _end(fact, sign, t))]
    low = max((value for value, is_low, _ in found if is_low), default=None)
    high = min((value for value, is_low, _ in found if not is_low), default=None)
    return Between(low, high, all(is_strict for _, _, is_strict in found))


def _end(fact: Node, sign: Sign, t: Symbol) -> tuple[Any, bool, bool] | None:
    """Of c*t + d > 0: the end -d/c, whether it is the lower one, and whether t is never there."""
    if t not in ordered(fact) or not (sign <= NONNEGATIVE or sign <= NONPOSITIVE):
        return None
    try:
        slope = simplify(differential(fact, {t: UNIT}))
        at_0 = simplify(substitute(fact, {t: ZERO}))
    except MatcalcError:  # it has no value at 0, as log(t)
        return None
    if not isinstance(slope, Number) or not slope.value or symbols_of(at_0):
        return None
    end = scale(-1 / slope.value, at_0)
    value = end.value if isinstance(end, Number) else InSymPy().written(end)  # as pi/2
    rises = (slope.value > 0) == (sign <= NONNEGATIVE)
    return value, rises, sign <= POSITIVE or sign <= NEGATIVE


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
        self._signs = signs
        self._between: dict[Any, Between] = {}
        self._facts: dict[Any, Sign] = {}
        for fact, sign in signs.facts.items():
            if not isinstance(fact, Symbol):
                with suppress(NoRule):
                    written = self._in.written(fact)
                    self._facts |= {written: sign, self.sympy.expand(-written): opposite(sign)}

    def of(self, node: Node) -> Sign:
        hyperbolic = [self.sympy.sinh, self.sympy.cosh, self.sympy.tanh]
        value = self._in.written(node).rewrite(hyperbolic, self.sympy.exp)
        for one, written in self._in.symbols.items():
            if isinstance(one, Symbol):
                self._between[written] = between(one, self._signs)
        for exponent in self._in.exponents(value):
            value = self._without_exponential(value, exponent)
        if self.sympy.count_ops(value) > _LONGEST:
            return ANY
        return self._sign(self.sympy.factor(self.sympy.together(value)))

    def _without_exponential(self, value: Any, exponent: Any) -> Any:
        found = self._in.with_variable_for_exp(value, exponent)
        if found.has(self.sympy.log):
            return value
        place = self._exponentials(self._between.get(exponent, Between()))
        self._between |= dict.fromkeys(found.free_symbols - value.free_symbols, place)
        return found

    def _exponentials(self, of: Between) -> Between:
        """Where they lie, at least, between rational ends."""
        exp, low, high = self.sympy.exp, of.low, of.high
        below = 0 if low is None else self.sympy.floor(_FINE * exp(low)) / _FINE
        above = high if high is None else self.sympy.ceiling(_FINE * exp(high)) / _FINE
        return Between(below, above, of.is_open)

    def _sign(self, value: Any) -> Sign:
        for sign, holds in _KNOWN.items():
            if getattr(value, holds):
                return sign
        if value in self._facts:
            return self._facts[value]
        if value.is_Mul:
            return product_sign(map(self._sign, value.args))
        if value.is_Pow and value.exp.is_Rational:
            return power_sign(self._sign(value.base), Fraction(int(value.exp.p), int(value.exp.q)))
        if isinstance(value, self.sympy.log):
            return self._sign(self.sympy.factor(value.args[0] - 1))
        polynomial = self._polynomial(value)
        if polynomial is not None and _has_one_sign(polynomial):
            return self._at(value, dict.fromkeys(polynomial.gens, 1))
        return self._of_one_variable(value, polynomial) if len(value.free_symbols) == 1 else ANY

    def _of_one_variable(self, value: Any, polynomial: Any) -> Sign:
        """Of a function without a root inside the interval where its variable lies."""
        (t,) = value.free_symbols
        place = self._between.get(t, Between())
        whole = self.sympy.sympify(place.low), self.sympy.sympify(place.high)
        ends = [end for end in whole if end is not None]
        if polynomial is not None and all(end.is_Rational for end in ends):
            at_ends = sum(polynomial.eval(end) == 0 for end in {*ends})
            is_free = polynomial.count_roots(*whole) == at_ends
        else:
            is_free = len(ends) == 2 and self._is_free(value, whole, whole, _CUTS, _SLOPES)
        if not is_free:
            return ANY
        points = [place.inside, *([] if place.is_open else ends)]
        return Sign().union(*(self._at(value, {t: point}) for point in points))

    def _polynomial(self, value: Any) -> Any:
        with suppress(self.sympy.PolynomialError):
            found = self.sympy.Poly(value, *value.free_symbols)
            return found if all(c.is_Rational for c in found.coeffs()) else None

    def _at(self, value: Any, point: Mapping[Any, Any]) -> Sign:
        found = self.sympy.sign(value.subs(point))
        return Sign({int(found)}) if found.is_Integer else ANY

    # ------------------------------------------------------------ bounds of values

    def _is_free(self, value: Any, part: Ends, whole: Ends, cuts: int, slopes: int) -> bool:
        """Whether bounds exclude a root between the ends, as those of the slope do at a root."""
        (t,) = value.free_symbols or (None,)
        if self._excludes_0(value, t, part):
            return True
        at_root = slopes > 0 and any(end in whole and value.subs(t, end) == 0 for end in part)
        if at_root and self._is_free(value.diff(t), part, whole, 0, slopes - 1):
            return True
        middle = sum(part) / 2
        halves = ((part[0], middle), (middle, part[1]))
        return cuts > 0 and all(
            self._is_free(value, half, whole, cuts - 1, slopes) for half in halves
        )

    def _excludes_0(self, value: Any, t: Any, part: Ends) -> bool:
        from mpmath import iv  # beside SymPy, which needs it

        low, high = (self._bounds(end, {}) for end in part)
        with suppress(ValueError, ZeroDivisionError):
            found = self._bounds(value, {t: iv.mpf([low.a, high.b])})
            return bool(found.a > 0 or found.b < 0)
        return False

    def _bounds(self, value: Any, at: Mapping[Any, Any]) -> Any:
        from mpmath import iv

        if value in at:
            return at[value]
        if value.is_Rational:
            return iv.mpf(int(value.p)) / int(value.q)
        if value is self.sympy.pi:
            return iv.pi
        parts = [self._bounds(part, at) for part in value.args]
        if value.is_Add:
            return sum(parts)
        if value.is_Mul:
            return reduce(mul, parts)
        if value.is_Pow:
            return parts[0] ** (int(value.exp) if value.exp.is_Integer else parts[1])
        if value.func.__name__ in _BOUNDED:
            return getattr(iv, value.func.__name__)(*parts)
        raise NoRule(f"no bounds of {value}")


def _known(signs: Signs, node: Node) -> Known:
    sign = signs.of(node)
    word = "positive" if sign <= POSITIVE else "nonnegative" if sign <= NONNEGATIVE else "real"
    return {word: True}


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
