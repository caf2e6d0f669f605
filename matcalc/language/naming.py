"""Names for the dimensions that nothing determined: x is n x 1, A is m x n."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.language.unification import Unifier

_ROWS = ("m", "n", "p", "q", "k", "l", "r")
_ORDERS = ("n", "m", "p", "q", "k", "l", "r")


def name_unknowns(
    unifier: Unifier,
    variables: Iterable[tuple[Dimension, Dimension]],
    taken: Iterable[str],
) -> dict[str, Dimension]:
    """A name for every unknown in the sides of `variables`, none of them in `taken`."""
    used = set(taken)
    given: dict[str, Dimension] = {}
    for sides in variables:
        rows, columns = (unifier.resolve(side).substitute(given) for side in sides)
        tall = rows != columns and any(name[0] == "?" for name in columns.names)
        for size, preferred in ((rows, _ROWS if tall else _ORDERS), (columns, _ORDERS)):
            for unknown in sorted(name for name in size.names if name[0] == "?"):
                if unknown not in given:
                    given[unknown] = dimension(_next_name(preferred, used))
    return given


def _next_name(preferred: tuple[str, ...], used: set[str]) -> str:
    for name in _candidates(preferred):
        if name not in used:
            used.add(name)
            return name
    raise AssertionError("names never run out")


def _candidates(preferred: tuple[str, ...]) -> Iterator[str]:
    yield from preferred
    count = 1
    while True:
        yield f"n{count}"
        count += 1


def resolved(unifier: Unifier, size: Dimension, given: Mapping[str, Dimension]) -> Dimension:
    """A dimension with all that is known, unknowns under their given names."""
    return unifier.resolve(size).substitute(given)
