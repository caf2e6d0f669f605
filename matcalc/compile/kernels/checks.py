"""Positions, ranges and shapes that only the call knows."""

from __future__ import annotations

from typing import Any


def position(place: Any, size: Any, name: str) -> int:
    """The position as an integer; an error where it is none of 1 to size."""
    if not 1 <= place <= size or place != int(place):
        raise IndexError(f"position {place:g} of {name}: positions run from 1 to {size}")
    return int(place)


def span(first: Any, last: Any, size: Any, name: str) -> slice:
    """The positions from first to last; an error where they are not in 1 to size."""
    if not 1 <= first <= last + 1 <= size + 1 or first != int(first) or last != int(last):
        raise IndexError(
            f"positions {first:g} to {last:g} of {name}: positions run from 1 to {size}"
        )
    return slice(int(first) - 1, int(last))


def steps(lower: Any, upper: Any) -> range:
    """The integers from lower to upper, none where upper is lower - 1; an error below that."""
    is_range = -1 <= upper - lower < float("inf")
    if not is_range or lower != int(lower) or upper != int(upper):
        raise ValueError(f"nothing runs from {lower:g} to {upper:g} in steps of 1")
    return range(int(lower), int(upper) + 1)


def shaped(value: Any, shape: Any, name: str) -> Any:
    """What the code of an entry gives, which is an array of the shape that the entry declares."""
    found = getattr(value, "shape", ())
    if found != shape:
        raise ValueError(f"the code of {name} gives the shape {found}, where {shape} is expected")
    return value
