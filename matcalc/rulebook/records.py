"""What an entry of the rule book is: an `Operation` with its `Rule`s.

A rule is an equation between expressions in the operation's own parameters. The parameter `X`
has the tangent `dX`; an adjoint equation <f(X), C> = <X, R> names its cotangent `C`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcalc.expressions.binders import bound_in
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.signatures import Parameter, Signature

TEMPLATE_WORDS = ("latex", "unicode", "numpy")
NAMED_RULES = ("identity", "written", "rejected")
_OF_OPERATIONS = (
    "spelled requires smooth definition linear differential adjoint vec computed entries "
    "structure curvature eigenvalues identity written rejected complex latex unicode numpy note "
    "source"
)
_OF_PRODUCTS = "structure pairing riesz root definition source"
_OF_SPACES = (
    "like structure tangent multiplier projection pairing riesz at point definition complex note "
    "source"
)
CLAUSE_WORDS: Mapping[str, Sequence[str]] = {
    "operation": _OF_OPERATIONS.split(),
    "product": _OF_PRODUCTS.split(),
    "space": _OF_SPACES.split(),
}


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
class Entry:
    """What is written of an operation, an inner product or a space, and where."""

    name: str
    clauses: tuple[Clause, ...]
    location: str

    def texts(self, word: str) -> list[Clause]:
        """The clauses of that word, in order."""
        return [clause for clause in self.clauses if clause.word == word]

    def text(self, word: str) -> str:
        """The first clause of that word, "" where there is none."""
        return next((clause.text for clause in self.clauses if clause.word == word), "")

    @property
    def source(self) -> str:
        return "; ".join(clause.text for clause in self.texts("source"))


@dataclass(frozen=True, eq=False)
class SpaceEntry(Entry):
    """A product or a space, its `kind`: `parameters` in order, for a space the variable first."""

    kind: str
    parameters: tuple[Symbol, ...]


@dataclass(frozen=True, eq=False)
class Operation(Entry):
    """An operation: its signature, its clauses as written, and what they say."""

    signature: Signature
    spelled: tuple[str, ...]

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
        return self.text("complex")

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """How it is printed, and its code."""
        return {one.word: one.text for one in self.clauses if one.word in TEMPLATE_WORDS}

    @cached_property
    def linear(self) -> tuple[frozenset[str], ...]:
        """`linear A, B`: linear in each; `linear A + B`: in both at once."""
        groups = [group for one in self.texts("linear") for group in one.text.split(",")]
        return tuple(frozenset(name.strip() for name in group.split("+")) for group in groups)

    @cached_property
    def is_abbreviation(self) -> bool:
        """Whether its definition is all there is of it, so that no expression has it."""
        return bool(self.texts("definition") and not self.texts("differential"))

    def is_linear_in(self, parameter: str) -> bool:
        return any(parameter in group for group in self.linear)
