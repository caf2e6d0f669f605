"""What the language needs to know of the operations: their spellings and their shapes.

The rule book provides an object that fits `Book`; this layer never imports the rule book.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from matcalc.expressions.build import Operations
from matcalc.expressions.dimensions import Dimension, Shape


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation; `shape` is in the signature's own dimension names.

    `kind` is `value`, or `dimension` (the argument is the dimension of that name), `index`
    (an integer from 1 to `last`) or `function` (the name of another operation), or a number:
    `1` is for an argument that can only be 1, as in the overloads of mean(X, 1) and mean(X, 2).
    """

    name: str
    shape: Shape
    kind: str = "value"
    last: Dimension | None = None

    def __str__(self) -> str:
        """As in the header of its entry: `X: m x n`, `i: index(n)`."""
        what = "scalar" if self.shape.is_scalar else str(self.shape)
        what = self.kind if self.kind != "value" else what
        return f"{self.name}: {what}" if self.last is None else f"{self.name}: {what}({self.last})"


@dataclass(frozen=True)
class Signature:
    """The shapes of one operation: `det(X: n x n) -> 1 x 1`."""

    operation: str
    parameters: tuple[Parameter, ...]
    result: Shape


class Book(Operations, Protocol):
    """The operations that a text may use."""

    def signatures(self, spelling: str) -> Sequence[Signature]:
        """The overloads of what a person typed, the first that fits wins; empty if unknown."""

    def spellings(self) -> Iterable[str]:
        """Every function name, for "did you mean"."""
