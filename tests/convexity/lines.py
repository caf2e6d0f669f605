"""Each line of a certificate, and each counterexample, measured on numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.convexity.record import Line
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import dimension_names
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.numeric import Unusable, finite
from matcalc.samples.sampling import Array, Point, Random, Region, draw, drawn_symbols

_TRIES, _USED, _SMALL = 60, 6, 1e-9
_SIGNS = {
    ">=": lambda value: value >= -_SMALL,
    ">": lambda value: value > 0,
    "<=": lambda value: value <= _SMALL,
    "<": lambda value: value < 0,
    "=": lambda value: abs(value) <= _SMALL,
}


def complaints(found: mc.Curvature, variables: Sequence[str], seed: int = 0) -> list[str]:
    """The lines that do not hold at random points, and those that no point could be used for."""
    random = np.random.default_rng(seed)
    said = [(str(line), list(_measured(line, variables, random))) for line in found.statements]
    return [text for text, results in said if not results or not all(results)]


def _measured(line: Line, variables: Sequence[str], random: Random) -> Iterator[bool]:
    value, symbols = Evaluated(line.subject), drawn_symbols(line.subject)
    sizes = {name: 2 + k for k, name in enumerate(dimension_names(line.subject))}
    used = 0
    # the second derivative of phi is told on the domain of phi, which has part of (0, 1)
    regions = [Region.FRACTION] if line.name.startswith("phi") else list(Region)
    for k in range(_TRIES):
        region = regions[k % len(regions)]
        first, second = (draw(symbols, sizes, region, random) for _ in range(2))
        try:
            if line.claim[0] in "<>=":
                yield bool(np.all(_SIGNS[line.claim.split()[0]](_at(value, first.values, first))))
            else:
                yield _bends(line.claim, value, (first, second), variables)
        except (Unusable, MatcalcError):
            continue
        used += 1
        if used == _USED:
            return


def _bends(
    claim: str, value: Evaluated, ends: tuple[Point, Point], variables: Sequence[str]
) -> bool:
    """Whether the value in the middle is as convexity has it."""
    one, other = ends
    there = {name: other.values[name] for name in variables if name in other.values}
    middle = {name: (one.values[name] + end) / 2 for name, end in there.items()}
    found = [_at(value, {**one.values, **moved}, one) for moved in ({}, there, middle)]
    if claim.startswith("log-"):
        found = [np.log(each) for each in found]
    excess = (found[0] + found[1]) / 2 - found[2]
    size = _SMALL * (1 + sum(np.abs(each) for each in found))
    word = claim.removeprefix("log-")
    above = word == "concave" or bool(np.all(excess >= -size))
    return above and (word == "convex" or bool(np.all(excess <= size)))


def _at(value: Evaluated, values: Mapping[str, Any], point: Point) -> Array:
    return finite(lambda: value(Point(point.sizes, values, point.region)))
