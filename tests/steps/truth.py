"""Whether lines stand for the same numbers, by the second oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from matcalc.derivation.lines import meaning
from matcalc.derivation.lines import replace as in_line
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.operations import Inner, RealPart
from matcalc.rulebook.substitution import substitute
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import Point
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
    meanings = [
        substitute(meaning(_with_real_products(line), tangents), declared) for line in lines
    ]
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
                if _is_steady(meanings, values, point, along):
                    return line
                break
        compared += 1
    if not compared:
        raise NoPoint
    return None


def _with_real_products(line: Node) -> Node:
    """Over the complex numbers <U, V> is the real product re(tr(U'*V))."""
    products = (node for node in ordered(line) if isinstance(node, Inner) and node.is_complex)
    return in_line(line, {node: RealPart.raw(node) for node in products})


def _is_steady(
    lines: Sequence[Node], values: Sequence[Any], point: Point, along: Mapping[str, Any]
) -> bool:
    """Whether the values stay where the point moves by round-off: X'*X may be all but singular."""
    moved = {name: np.multiply(value, 1 + 1e-13) for name, value in point.values.items()}
    near = replace(point, values=moved)
    try:
        again = [value_at(line, near, along) for line in lines]
    except (Unusable, NoValue):
        return False
    return all(map(partial(np.allclose, rtol=_LIMIT, atol=_LIMIT), again, values))
