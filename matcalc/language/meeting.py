"""Sides that meet entry by entry in a sum or a product: equal ones, or one is repeated."""

from __future__ import annotations

from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.language.unification import Unifier

Sides = tuple[Dimension, Dimension]


def unify_sides(unifier: Unifier, left: Sides, right: Sides) -> bool:
    """Make two pairs of sides equal; False if they cannot be."""
    return unifier.unify(left[0], right[0]) and unifier.unify(left[1], right[1])


def equal_sides(unifier: Unifier, left: Sides, right: Sides) -> bool:
    """Whether two pairs of sides are known to be equal."""
    return all(unifier.resolve(a) == unifier.resolve(b) for a, b in zip(left, right, strict=True))


def meeting(unifier: Unifier, left: Sides, right: Sides) -> Sides | None:
    """The sides of what meets: equal ones, or those of a matrix beside a row or a column.

    A column and a row of one length are rather a transpose that was forgotten, and nothing is
    repeated for the sake of sizes that nobody knows: None then.
    """
    mark = unifier.mark()
    if unify_sides(unifier, left, right):
        return left
    unifier.undo(mark)
    pairs = [(unifier.resolve(a), unifier.resolve(b)) for a, b in zip(left, right, strict=True)]
    repeats = [ONE in pair and pair[0] != pair[1] for pair in pairs]
    if any(a != b and not repeat for (a, b), repeat in zip(pairs, repeats, strict=True)):
        return None
    rows, columns = (b if a == ONE else a for a, b in pairs)
    if all(repeats) and (rows == columns or any(map(unifier.is_unknown, (rows, columns)))):
        return None
    return rows, columns
