"""Comparisons and choices, entry by entry: 1 where `x > 0` holds, else 0; `where(x > 0, x, y)`."""

from __future__ import annotations

from matcalc.expressions import build
from matcalc.expressions.constructors import UNIT, hadamard, multiply
from matcalc.expressions.nodes import Node
from matcalc.language.broadcasting import met
from matcalc.language.signatures import Book


def compared(book: Book, left: Node, operator: str, right: Node) -> Node:
    """1 where the comparison of two arrays that meet entry by entry holds, else 0."""
    above = book.apply("heaviside", [build.total([(1, left), (-1, right)])])
    below = book.apply("heaviside", [build.total([(1, right), (-1, left)])])
    match operator:
        case ">":
            return above
        case "<":
            return below
        case ">=" | "≥":
            return build.total([(1, UNIT), (-1, below)])
        case "<=" | "≤":
            return build.total([(1, UNIT), (-1, above)])
        case "==":
            return build.total([(1, UNIT), (-1, above), (-1, below)])
        case _:
            return build.total([(1, above), (1, below)])


def chosen(condition: Node, one: Node, other: Node) -> Node:
    """The one where the condition is 1, the other where it is 0."""
    condition, one, other = met([condition, one, other])
    rest = build.total([(1, UNIT), (-1, condition)])
    return build.total([(1, _kept(condition, one)), (1, _kept(rest, other))])


def _kept(condition: Node, value: Node) -> Node:
    scalar = condition.shape.is_scalar or value.shape.is_scalar
    return multiply(condition, value) if scalar else hadamard(condition, value)
