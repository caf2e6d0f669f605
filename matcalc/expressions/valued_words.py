"""Words of a structure that carry values: `rank(p)` of a projection, `open_interval(0,1)`.

`family(m,p)` is that of an array whose rows hold the entries of m x p matrices, row by row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from matcalc.expressions.dimensions import Dimension, dimension

Bound = Fraction | float
Interval = tuple[Bound, Bound]

_BOUND = re.compile(
    r"\s*([+-]?)\s*(\d+(?:\.\d+)?)?\s*\*?\s*(pi|π|inf|Inf|∞)?\s*(?:/\s*([1-9]\d*))?\s*", re.ASCII
)
_ENDLESS = Fraction(0), math.inf


def valued(stem: str, *values: str) -> str:
    """The word: `rank(p)`."""
    return f"{stem}({','.join(values)})"


@lru_cache(maxsize=1024)
def values_of(structure: frozenset[str], stem: str) -> tuple[str, ...]:
    """The values of the word of that stem, none where it is not in the structure.

    >>> values_of(frozenset({"positive", "open_interval(0,1/2)"}), "open_interval")
    ('0', '1/2')
    """
    for word in structure:
        if word.startswith(f"{stem}("):
            return tuple(word[len(stem) + 1 : -1].split(","))
    return ()


def without_values(structure: frozenset[str]) -> frozenset[str]:
    """The words that carry none."""
    return frozenset(word for word in structure if "(" not in word)


def rank_of(structure: frozenset[str]) -> Dimension | None:
    """The rank that a structure states, a name or an integer."""
    return next(iter(sizes_of(structure, "rank")), None)


def sizes_of(structure: frozenset[str], stem: str) -> tuple[Dimension, ...]:
    """The sizes that the word of that stem carries, names or integers."""
    return tuple(
        dimension(int(value) if value.isdecimal() else value)
        for value in values_of(structure, stem)
    )


def substituted(structure: frozenset[str], sizes: Mapping[str, Dimension]) -> frozenset[str]:
    """The structure with sizes in the place of the names of dimensions."""
    for stem in ("rank", "family"):
        old = sizes_of(structure, stem)
        new = [size.substitute(sizes) for size in old]
        if old:
            structure -= {valued(stem, *map(str, old))}
        if old and all(size.name is not None or size.integer is not None for size in new):
            structure |= {valued(stem, *map(str, new))}
    return structure


def read_bound(text: str) -> Bound | None:
    """The end of an interval: a number, a multiple of pi or inf; None for anything else.

    >>> read_bound("-1/2"), read_bound("inf"), read_bound("n")
    (Fraction(-1, 2), inf, None)
    """
    found = _BOUND.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    size: Bound = Fraction(found[2] or 1)
    if found[3] in ("pi", "π"):
        size *= Fraction(math.pi)
    elif found[3]:
        size = math.inf
    return (-1 if found[1] == "-" else 1) * size / int(found[4] or 1)


@lru_cache(maxsize=1024)
def stated_interval(structure: frozenset[str]) -> Interval | None:
    """The open interval that a structure states."""
    ends = [read_bound(value) for value in values_of(structure, "open_interval")]
    low, high = ends or (None, None)
    return None if low is None or high is None else (low, high)


def interval_of(structure: frozenset[str]) -> Interval | None:
    """An open interval that all entries are known to be in."""
    return stated_interval(structure) or (_ENDLESS if "positive" in structure else None)
