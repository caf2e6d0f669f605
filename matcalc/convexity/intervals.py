"""Where one quantity lies, as a function of a positive number, so that signs there can be told.

A polynomial of t > a is one of s > 0 with t = a + s, whose positive roots are counted; one of
a < t < b is a rational function of s with t = a + (b - a)*s/(1 + s).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from matcalc.calculus.differential import differential
from matcalc.convexity.signs import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, Sign, Signs
from matcalc.expressions.constructors import UNIT, ZERO, divide, minus, number, plus, scale, symbol
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Node, Number, Symbol
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify

_S = symbol("s__", SCALAR)
ON_HALF_LINE = Signs({_S: POSITIVE})


@dataclass(frozen=True)
class Interval:
    """The numbers between two, of which either may be missing."""

    low: Fraction | None
    high: Fraction | None
    is_open: bool

    @property
    def is_empty(self) -> bool:
        """Whether the ends are the wrong way round."""
        if self.low is None or self.high is None:
            return False
        return self.low >= self.high if self.is_open else self.low > self.high

    @property
    def values(self) -> Iterator[Node]:
        """The numbers inside as functions of a positive one; the last makes exponentials short."""
        low, high = (number(end) for end in (self.low or 0, self.high or 0))
        if self.low is not None and self.high is not None:
            share = divide(_S, plus(UNIT, _S))
            yield plus(low, scale(self.high - self.low, share))
        elif self.low is not None:
            yield plus(low, _S)
        elif self.high is not None:
            yield minus(high, _S)
        logarithm = book.apply("log", [plus(UNIT, _S)])
        if self.low == 0:
            yield logarithm
        elif self.high == 0:
            yield scale(-1, logarithm)


def interval(t: Symbol, facts: Mapping[Node, Sign]) -> Interval:
    """What the facts say of where t lies."""
    found = [end for fact, sign in facts.items() if (end := _end(fact, sign, t))]
    lows = [value for value, is_low, _ in found if is_low]
    highs = [value for value, is_low, _ in found if not is_low]
    is_open = all(is_strict for _, _, is_strict in found)
    return Interval(max(lows, default=None), min(highs, default=None), is_open)


def _end(fact: Node, sign: Sign, t: Symbol) -> tuple[Fraction, bool, bool] | None:
    """Of c*t + d > 0: the end -d/c, whether it is the lower one, and whether t is never there."""
    slope = simplify(differential(fact, {t: UNIT}))
    at_0 = simplify(substitute(fact, {t: ZERO}))
    if not isinstance(slope, Number) or not isinstance(at_0, Number) or not slope.value:
        return None
    if not sign <= NONNEGATIVE and not sign <= NONPOSITIVE:
        return None
    rises = (slope.value > 0) == (sign <= NONNEGATIVE)
    return -at_0.value / slope.value, rises, sign <= POSITIVE or sign <= NEGATIVE
