"""What an entry of the rule book is: an `Operation` with its `Rule`s.

A rule is an equation between expressions in the operation's own parameters. The parameter `X`
has the tangent `dX`; an adjoint equation <f(X), C> = <X, R> names its cotangent `C`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from matcalc.expressions.binders import bound_in
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.signatures import Parameter, Signature

TEMPLATE_WORDS = ("latex", "unicode", "numpy", "scipy", "jax", "torch")


@dataclass(frozen=True)
class Clause:
    """A line of an entry with its place; the `name` of an identity stands before its `text`."""

    word: str
    text: str
    location: str
    name: str = ""

    @property
    def written(self) -> str:
        """What stands after the clause word."""
        return f"{self.name}: {self.text}" if self.name else self.text


@dataclass(frozen=True, eq=False)
class Rule:
    """An equation `left = right` of the book.

    `argument` names the parameter that an adjoint or a `vec` rule is about, `cotangent` the
    symbol that stands for the cotangent; `symbols` are the variables of the equation, each with
    the structure that it must have. An identity has a `name`, and `over_complex` says that it
    holds there too.
    """

    kind: str
    text: str
    left: Node
    right: Node
    symbols: Mapping[str, Symbol]
    location: str
    source: str
    argument: str = ""
    cotangent: Symbol | None = None
    over_complex: bool = False
    name: str = ""

    @cached_property
    def in_order(self) -> list[Node]:
        """The nodes of the right side, children first."""
        return ordered(self.right)

    @cached_property
    def binds(self) -> bool:
        """Whether the right side has a sum or product over an index."""
        return bool(bound_in(self.right))


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation: its signature, its clauses as written, and what they say."""

    signature: Signature
    clauses: tuple[Clause, ...]
    location: str
    spelled: tuple[str, ...]
    linear: tuple[frozenset[str], ...]
    templates: Mapping[str, str]
    source: str

    @property
    def name(self) -> str:
        return self.signature.operation

    @property
    def written(self) -> str:
        """The name as typed: an overload like `diag_of` is written by what it is one of."""
        shared = (word for word in self.spelled if self.name.startswith(f"{word}_"))
        return next(shared, self.name)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.signature.parameters

    @property
    def result(self) -> Shape:
        return self.signature.result

    @property
    def over_complex(self) -> str:
        """What its `complex` clause says: `holds`, `derivatives`, or nothing."""
        return next((clause.text for clause in self.clauses if clause.word == "complex"), "")

    def is_linear_in(self, parameter: str) -> bool:
        return any(parameter in group for group in self.linear)

    def texts(self, word: str) -> list[Clause]:
        return [clause for clause in self.clauses if clause.word == word]
