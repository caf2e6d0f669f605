"""What the language needs to know of the operations: their spellings and their shapes.

The rule book provides an object that fits `Book`; this layer never imports the rule book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from matcalc.expressions.build import Operations
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.nodes import Node


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


@dataclass(frozen=True)
class LibraryFunction:
    """A way to call a function of a library, and the operation that computes what it computes.

    `places` are the keywords, in order, of the parameters and options that have a place, `words`
    those of the parameters by name. An option has its only value in `options`; those that are
    `optional` may be left out. `axes` are how many axes each parameter has, None for any, in which
    several are broadcast; `result` are those of the value. The `conditions` are comparisons. An
    undeclared name is taken for a `stated` one only where it is a capital for a matrix. A `size` is
    that of an argument, as `X.shape[0]`.
    """

    name: str
    signature: Signature
    places: tuple[str, ...]
    words: Mapping[str, str]
    axes: Mapping[str, int | None]
    options: Mapping[str, str]
    optional: frozenset[str]
    conditions: frozenset[str]
    stated: frozenset[str]
    result: int | None
    size: Dimension | None

    @property
    def keywords(self) -> frozenset[str]:
        """All of its parameters and options."""
        return frozenset((*self.words.values(), *self.options))

    @property
    def takes_sizes(self) -> bool:
        """Whether the sizes of the value are among its arguments."""
        sizes = any(parameter.kind == "dimension" for parameter in self.signature.parameters)
        return sizes or not {"rows", "columns"}.isdisjoint(self.places)


class Book(Operations, Protocol):
    """The operations that a text may use."""

    def signatures(self, spelling: str) -> Sequence[Signature]:
        """The overloads of what a person typed, the first that fits wins; empty if unknown."""

    def slope(self, name: str, argument: Node) -> Node:
        """The derivative of an elementwise function at every entry: sigmoid'(X)."""

    def library(self, name: str) -> Sequence[LibraryFunction]:
        """The ways to call a function of a library; empty if unknown."""

    def library_refusal(self, name: str) -> str:
        """Why other calls of the function are refused, and what to type; empty if unknown."""

    @property
    def edition(self) -> int:
        """A number that is another where the entries are."""

    def latex_templates(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """The template in LaTeX of each operation that has one, and the names of its parameters."""

    def library_names(self) -> Iterable[str]:
        """The functions of libraries, as `np.sum`."""

    def spellings(self) -> Iterable[str]:
        """Every function name, for "did you mean"."""
