"""Proofs entry by entry, replayed on numbers: the second oracle evaluates every sum over indices.

Each part of both sides is compared with the sum that is said to be its entry, at all positions, at
sizes that differ; nothing of the prover is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from matcalc.expressions.binders import bound_in
from matcalc.expressions.nodes import Node, dimension_names
from matcalc.proofs.proof import Line, Use
from matcalc.rulebook.laws import BY_ENTRIES, BY_SYMPY, law_of
from matcalc.samples.sampling import Point, Region, draw, drawn_symbols
from tests.interpreter import interpret
from tests.meanings.values import NoValue

_RANGE = re.compile(r"(\w+) in 1\.\.([^,]+)")
_SAME = 1e-8
_MOST_POSITIONS = 3
_MANY_SUMS = 4


def is_by_entries(line: Line) -> bool:
    return any(law_of(use.by).words.startswith(BY_ENTRIES.words) for use in line.uses)


def is_by_sympy(use: Use) -> bool:
    return law_of(use.by).words.startswith(BY_SYMPY.words)


def same_values(use: Use) -> bool:
    """Whether both are the same functions of the entries of all that stands in them."""
    return all(_same_at(use, point) for point in _points(use.before, use.after, count=3))


def entries_complaint(left: Node, right: Node, first: Line, last: Line) -> str:
    """ "" where each part has the entries that it is said to have, and the last line is plain."""
    if last.left is not last.right:
        return f"it ends with {last}"
    if [use.before for use in first.uses] != [left, right]:
        return f"not the entries of {left} = {right}: {first}"
    sides = [replace(use, before=use.after, after=last.left) for use in first.uses]
    for point in _points(left, right):
        for use in (*sides, *last.uses):
            if not _same_at(use, point):
                return f"{use.before} is not {use.after} at {point.sizes}"
    return ""


def _points(*sides: Node, count: int = 1) -> Iterator[Point]:
    """Positive ones, and from the second on any."""
    random = np.random.default_rng(0)
    symbols, names = drawn_symbols(*sides), dimension_names(*sides)
    sizes = {name: 2 + place % 2 for place, name in enumerate(names)}
    for place in range(count):
        yield draw(symbols, sizes, Region.ANYWHERE if place else Region.POSITIVE, random)


def _same_at(use: Use, point: Point) -> bool:
    """Whether they have the same value at all positions; what has none at a point is passed."""
    ranges = _RANGE.findall(law_of(use.by).text)
    sizes = [int(eval(size.replace("^", "**"), {}, dict(point.sizes))) for _, size in ranges]
    places = product(*(range(1, size + 1) for size in sizes))
    most = 1 if len(bound_in(use.after)) > _MANY_SUMS else _MOST_POSITIONS
    for _, place in zip(range(most), places, strict=False):
        values = {**point.values, **{name: at for (name, _), at in zip(ranges, place, strict=True)}}
        try:
            one, other = (interpret(node, values, point.sizes) for node in (use.before, use.after))
        except (NoValue, ArithmeticError, np.linalg.LinAlgError):
            return True
        scale = 1 + np.linalg.norm(one) + np.linalg.norm(other)
        if np.linalg.norm(one - other) > _SAME * scale:
            return False
    return True
