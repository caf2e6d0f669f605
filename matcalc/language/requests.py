"""What is asked of a variable besides the text: facts that are known before shapes are inferred.

An inner product or a space says what its variable is, and brings formulas of a person: weights, a
form in U and V, equations in U. They are read below the text, into one syntax arena, and their
shapes are inferred together with those of the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import NO_STRUCTURE, Symbol
from matcalc.language.kinds import closure, over_complex
from matcalc.language.syntax import Syntax

Slots = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Formula:
    """A formula besides the text, of the shape given in the letters of its request, if any.

    `slots` are names that stand in it for directions of the variable, with their structure;
    `declared` are variables of its own. A name alone that nobody knows has the `structure`.
    """

    text: str
    shape: Shape | None = None
    structure: frozenset[str] = NO_STRUCTURE
    slots: Slots = ()
    declared: tuple[Symbol, ...] = ()


@dataclass(frozen=True)
class Request:
    """What is asked of the variable of that name, its `shape` in letters of the request's own.

    The `structure` holds where nobody declared the kind of the variable.
    """

    variable: str
    shape: Shape
    structure: frozenset[str] = NO_STRUCTURE
    formulas: tuple[Formula, ...] = ()


def structure_of_new(formula: Formula | None, shape: Shape, is_complex: bool) -> frozenset[str]:
    """What a name is that only formulas have: what its place needs, where it stands there alone,
    as in `weighted(M)`, else positive or positive definite.
    """
    if shape.is_scalar and (formula is None or "spd" in formula.structure):
        return closure("positive")
    if formula is None:
        return closure("spd") if shape.is_square else NO_STRUCTURE
    return over_complex(formula.structure) if is_complex else formula.structure


@dataclass(frozen=True, slots=True)
class Placed:
    """A formula of a request, where it stands in the syntax arena."""

    request: Request
    formula: Formula
    root: Syntax

    @property
    def places(self) -> Iterable[int]:
        return range(self.root.first, self.root.place + 1)
