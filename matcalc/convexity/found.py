"""A curvature with the lines that prove it, and how curvatures compose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcalc.convexity.record import Line
from matcalc.convexity.signs import NONNEGATIVE, NONPOSITIVE, POSITIVE, ZERO, Sign, product_sign
from matcalc.expressions.nodes import Node

# Curvatures, as the signs that second differences may have.
CONVEX, CONCAVE, AFFINE = NONNEGATIVE, NONPOSITIVE, ZERO
WORDS: Mapping[Sign, str] = {CONVEX: "convex", CONCAVE: "concave", AFFINE: "affine"}


@dataclass(frozen=True)
class Found:
    """A curvature, proved by lines."""

    curvature: Sign
    lines: tuple[Line, ...] = ()

    @property
    def word(self) -> str:
        return WORDS[self.curvature]

    def then(self, node: Node, reason: str) -> Found:
        """The same of an expression that has the curvature too."""
        return Found(self.curvature, (*self.lines, Line(node, self.word, reason)))


def proved(lines: Sequence[Line], node: Node, curvature: Sign | None, reason: str) -> Found | None:
    """The curvature, if there is one, of an expression, after lines of which each stands once."""
    if curvature is None:
        return None
    return Found(curvature, tuple(dict.fromkeys(lines))).then(node, reason)


def summed(parts: Iterable[tuple[Sign, Found | None]]) -> Found | None:
    """Of a sum of multiples, each by a number of that sign."""
    curvature, lines = AFFINE, list[Line]()
    for sign, one in parts:
        if one is None:
            return None
        curvature |= product_sign((sign, one.curvature))
        lines += one.lines
    return Found(curvature, tuple(dict.fromkeys(lines))) if curvature in WORDS else None


def composed(outer: Sign, rises: Sign, inner: Found | None, node: Node, name: str) -> Found | None:
    """h(g), of an outer curvature, where h rises or falls in all entries of g, or g is affine."""
    if inner is None:
        return None
    if inner.curvature == AFFINE:
        return proved(inner.lines, node, outer, f"{name} is {WORDS[outer]}")
    if not product_sign((rises, inner.curvature)) <= outer:
        return None
    way = "increasing" if rises == POSITIVE else "decreasing"
    return proved(inner.lines, node, outer, f"{name} is {WORDS[outer]} and {way} here")
