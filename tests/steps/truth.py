"""Whether lines stand for the same numbers, by the second oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcalc.derivation.lines import meaning
from matcalc.expressions.nodes import Node, Symbol
from matcalc.rulebook.substitution import substitute
from matcalc.samples.numeric import Unusable
from tests.calculus.problems import direction, drawn
from tests.meanings.values import NoValue
from tests.rulebook.sampling import value_at

_LIMIT = 1e-8
NO_DECLARATIONS: Mapping[Node, Node] = {}


class NoPoint(Exception):
    """Lines that have values at none of the points tried."""


def differing(
    lines: Sequence[Node],
    tangents: Mapping[Symbol, Node],
    declared: Mapping[Node, Node] = NO_DECLARATIONS,
) -> Node | None:
    """The first line with another value than the first one at random points, None where all agree.

    The points have what is `declared` of the variables. Raises NoPoint where none is usable.
    """
    meanings = [substitute(meaning(line, tangents), declared) for line in lines]
    symbols = [tangent for tangent in tangents.values() if isinstance(tangent, Symbol)]
    random = np.random.default_rng(6)
    compared = 0
    for point in drawn((*meanings, *symbols), random, count=2):
        along = {tangent.name: direction(tangent, point, random) for tangent in symbols}
        try:
            values = [value_at(line, point, along) for line in meanings]
        except (Unusable, NoValue):
            continue
        for line, value in zip(lines, values, strict=True):
            if not np.allclose(value, values[0], rtol=_LIMIT, atol=_LIMIT / 10):
                return line
        compared += 1
    if not compared:
        raise NoPoint
    return None
