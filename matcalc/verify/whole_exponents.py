"""Points that random ones never meet: negative bases, where exponents are whole numbers or halves.

x^a has a value for a negative x where a is an integer, and a random exponent never is one. There
(x^2)^a is not x^(2*a) at a = 1/2, nor x^a what abs(x)^a is at a = 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice, product
from typing import Any

import numpy as np

from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import stated_interval
from matcalc.samples.agreement import Pair, Sample
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import Point, Random, Region, axes_of, value_of
from matcalc.samples.turns import Turn
from matcalc.verify.counterexamples import shorter
from matcalc.verify.degenerate import small_sizes

_EXPONENTS = (2.0, 1.0, 0.5, 3.0, 1.5, -1.0, -0.5, -2.0)
_SIGNED = frozenset({"positive", "nonnegative"})
_MOST_CHOICES, _POINTS = 4096, 128


def at_whole_exponents(pair: Pair, followed: Sequence[Turn]) -> Iterator[Sample]:
    """Samples there, but at no kink, where a derivative is a convention."""
    kinks = [turn for turn in followed if turn.bends or turn.jumps]
    for point in _points(pair, np.random.default_rng(0)):
        try:
            if not any(kink.is_0_at(point) for kink in kinks):
                yield pair.at(point)
        except (Unusable, MatcalcError):
            continue


def _points(pair: Pair, random: Random) -> Iterator[Point]:
    """One choice of the exponents after the other, all else negative and as it comes by turns."""
    chosen = [s for s in pair.free if s.name in pair.exponents and _values(s)]
    sizes = next(small_sizes(pair), None)
    if sizes is None or not chosen:
        return
    choices = [*islice(product(*map(_values, chosen)), _MOST_CHOICES)]
    random.shuffle(choices)
    for values, is_negative in islice(cycle(product(choices, (True, False))), _POINTS):
        point = {s.name: _base(s, sizes, is_negative, random) for s in pair.symbols}
        for symbol, value in zip(chosen, values, strict=True):
            point[symbol.name] = _exponent(symbol, value, sizes, random)
        yield Point(sizes, point, Region.ANYWHERE)


def _values(symbol: Symbol) -> list[float]:
    """The exponents that it may be, of which only the sign or an interval is declared."""
    words, interval = symbol.structure, stated_interval(symbol.structure)
    if any(word not in _SIGNED and not word.startswith("open_interval") for word in words):
        return []
    low, high = map(float, interval) if interval else (0.0 if words else -np.inf, np.inf)
    return [value for value in _EXPONENTS if low < value < high]


def _exponent(symbol: Symbol, value: float, sizes: Mapping[str, int], random: Random) -> Any:
    """The value, or an array with it and others."""
    axes = axes_of(symbol.shape, sizes)
    others = [one for one in _values(symbol) if (one - value).is_integer()]
    return random.choice(others, axes) if axes else value


def _base(symbol: Symbol, sizes: Mapping[str, int], is_negative: bool, random: Random) -> Any:
    value = value_of(symbol, sizes, Region.ANYWHERE, random)
    if symbol.structure:
        return value
    return shorter(-np.abs(value)[()] if is_negative else value, 1)
