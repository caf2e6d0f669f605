"""Functions of entries in SymPy as expressions: what is written for a number, for every entry."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from matcalc.expressions.constructors import (
    UNIT,
    add,
    elementwise_power,
    hadamard,
    multiply,
    number,
    ones,
)
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book


class Entrywise:
    """Values of SymPy as expressions of numbers and of entries of a shape.

    `nodes` are what its symbols stand for, `words` the functions that the language has. Raises
    NoRule for others.
    """

    def __init__(self, nodes: Mapping[Any, Node], shape: Shape, words: Mapping[Any, str]) -> None:
        self._nodes, self._shape, self._words = nodes, shape, words

    def whole(self, value: Any) -> Node:
        """Of the shape; a number stands in every entry."""
        found = self.read(value)
        return found if found.shape == self._shape else multiply(found, ones(self._shape))

    def read(self, value: Any) -> Node:
        """A number, or of the shape."""
        if value in self._nodes:
            return self._nodes[value]
        if value.is_Rational:
            return number(Fraction(value.p, value.q))
        if value.is_Add:
            read = self.read if value.is_number else self.whole
            return add((Fraction(1), read(term)) for term in value.args)
        if not (value.is_Mul or value.is_Pow or value.func in self._words):
            return self.other(value)
        parts = list(map(self.read, value.args))
        if value.func in self._words:
            return book.apply(self._words[value.func], parts)
        if value.is_Pow:
            return elementwise_power(*parts)
        entries = [part for part in parts if not part.shape.is_scalar]
        return multiply(*(p for p in parts if p.shape.is_scalar), hadamard(*entries or [UNIT]))

    def other(self, value: Any) -> Node:
        """What is no function of entries."""
        raise NoRule(f"{value.func} is no function of the language")
