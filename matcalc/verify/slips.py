"""The likeliest slip behind a wrong formula, found from values: factor, sign, transpose, ...

A candidate is named only if it turns the claim into what is right at every sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from matcalc.samples.agreement import EQUAL, Pair, Sample, apart
from matcalc.samples.numeric import Unusable, size
from matcalc.samples.sampling import Array, Point, Random, Region, draw

_LARGEST_FACTOR = 12
_SPECIAL_POINTS = 4

Change = Callable[[Array], Array]


def likeliest(pair: Pair, found: Sequence[Sample], random: Random) -> str:
    """The slip in words, or nothing where none of the usual ones explains the claim."""
    if all(size(sample.claimed) == 0 for sample in found):
        return "the claim is zero"
    factor = _factor([(sample.right, sample.claimed) for sample in found])
    if factor is not None and factor != 1:
        return _factor_text(factor)
    return (
        _conjugated(found)
        or _transposed(found)
        or _unsymmetrised(found)
        or _special(pair, found, random)
    )


def _factor(values: Sequence[tuple[Array, Array]]) -> Fraction | None:
    """The number k with claimed = k * right everywhere, if there is a simple one."""
    ratios = [np.vdot(r, c) / np.vdot(r, r) for r, c in values if size(r) > 0]
    if not ratios:
        return None
    factor = Fraction(float(np.real(ratios[0]))).limit_denominator(_LARGEST_FACTOR)
    fits = all(apart(float(factor) * right, claimed) <= EQUAL for right, claimed in values)
    return factor if fits and factor and abs(factor) <= _LARGEST_FACTOR else None


def _factor_text(factor: Fraction) -> str:
    if factor == -1:
        return "the sign is wrong: the claim is -1 times what is right"
    if abs(factor.numerator) == 1:
        sign = " (and the sign is wrong)" if factor < 0 else ""
        return f"a factor {abs(1 / factor)} is missing{sign}"
    return f"the claim is {factor} times what is right"


def _conjugated(found: Sequence[Sample]) -> str:
    if not any(np.iscomplexobj(sample.right) for sample in found):
        return ""
    factor = _factor([(sample.right.conj(), sample.claimed) for sample in found])
    if factor is None:
        return ""
    also = "" if factor == 1 else f"; and {_factor_text(factor)}"
    return f"a conjugate: the claim is the conjugate of what is right, as JAX has it{also}"


def _transposed(found: Sequence[Sample]) -> str:
    if not all(_is_square(sample.right) for sample in found):
        return ""
    factor = _factor([(sample.right.T, sample.claimed) for sample in found])
    if factor is None:
        return ""
    also = "" if factor == 1 else f"; and {_factor_text(factor)}"
    return f"a transpose: the claim is the transpose of what is right{also}"


def _is_square(value: Array) -> bool:
    return value.ndim == 2 and value.shape[0] == value.shape[1]


_SYMMETRISED: dict[str, Change] = {
    "symmetrisation is missing: G + G' of the claimed G is right": lambda g: g + g.T,
    "symmetrisation is missing: (G + G')/2 of the claimed G is right": lambda g: (g + g.T) / 2,
}
_COOKBOOK = "the claim is 2*G - diag(G), the derivative by the entries of a symmetric matrix"


def _unsymmetrised(found: Sequence[Sample]) -> str:
    if not all(_is_square(sample.right) for sample in found):
        return ""
    for text, change in _SYMMETRISED.items():
        if all(apart(change(sample.claimed), sample.right) <= EQUAL for sample in found):
            return text
    entries = [(s.right + s.right.T - np.diag(np.diag(s.right)), s.claimed) for s in found]
    return _COOKBOOK if all(apart(*pair) <= EQUAL for pair in entries) else ""


# ---------------------------------------------------------------- right in special cases only


def _special(pair: Pair, found: Sequence[Sample], random: Random) -> str:
    """Whether the claim is right where some of the square matrices are symmetric or commute."""
    squares = _squares(pair, found)
    for words, change in _cases(squares, random):
        factor = _factor(_at_special(pair, found, change, random))
        if factor is not None:
            also = "" if factor == 1 else f", up to a factor: {_factor_text(factor)}"
            return f"right only where {words}{also}"
    return ""


Values = dict[str, Any]
Special = Callable[[Values], Values]


def _squares(pair: Pair, found: Sequence[Sample]) -> list[str]:
    """The square matrices among the variables that are free to be anything."""
    sizes = found[0].point.sizes
    return [
        symbol.name
        for symbol in pair.free
        if symbol.shape.is_square
        and not symbol.shape.is_scalar
        and symbol.shape.rows.evaluate(sizes) > 1
        and not symbol.structure - {"tangent", "invertible", "positive"}
    ]


def _cases(squares: Sequence[str], random: Random) -> Iterator[tuple[str, Special]]:
    """Each symmetric, all symmetric, each two commuting, all commuting."""
    for name in squares:
        yield f"{name} is symmetric", _symmetric([name])
    if len(squares) > 1:
        yield f"{_listed(squares)} are symmetric", _symmetric(squares)
    for pair in combinations(squares, 2):
        yield f"{_listed(pair)} commute", _commuting(pair, random)
    if len(squares) > 2:
        yield f"{_listed(squares)} commute", _commuting(squares, random)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _symmetric(names: Sequence[str]) -> Special:
    def change(values: Values) -> Values:
        matrices = {name: np.asarray(values[name]) for name in names}
        return {name: (value + value.T) / 2 for name, value in matrices.items()}

    return change


def _commuting(names: Sequence[str], random: Random) -> Special:
    """Polynomials in the first matrix."""

    def change(values: Values) -> Values:
        first = np.asarray(values[names[0]])
        same = [name for name in names if np.shape(values[name]) == first.shape]
        numbers = random.uniform(0.5, 1.5, (len(same), 3))
        powers = np.stack([np.eye(len(first)), first, first @ first])
        return {n: np.tensordot(c, powers, 1) for n, c in zip(same, numbers, strict=True)}

    return change


def _at_special(
    pair: Pair, found: Sequence[Sample], change: Special, random: Random
) -> list[tuple[Array, Array]]:
    """Right and claimed values at random points of the special kind."""
    values: list[tuple[Array, Array]] = []
    for sample in found[:_SPECIAL_POINTS]:
        sizes = sample.point.sizes
        drawn = dict(draw(pair.symbols, sizes, sample.point.region, random).values)
        try:
            special = pair.at(Point(sizes, {**drawn, **change(drawn)}, Region.ANYWHERE))
        except Unusable:
            continue
        values.append((special.right, special.claimed))
    return values
