"""The syntax tree: what was typed, before anything is known about shapes.

Every node is appended to a list, its `arena`, when it is created, so children stand before
their parents and a pass over the tree is a loop over that list; nothing recurses. `first` is
the place in the arena where the node's own subtree begins: the subtree is arena[first:place+1].
`start` and `end` are the span in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(slots=True, eq=False)
class Spanned:
    """What every node of the syntax tree has."""

    start: int
    end: int
    place: int = field(init=False, default=-1)
    first: int = field(init=False, default=-1)

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the text."""
        return self.start, self.end


@dataclass(slots=True, eq=False)
class Numeral(Spanned):
    """`2`, `0.5`, `1e-3`: exact."""

    value: Fraction


@dataclass(slots=True, eq=False)
class Name(Spanned):
    """A name that stands for a value. `bound` holds where a sum or product runs over it.

    With `indices` it is x_i or A_ij under sums over them: a member of what `word` names.
    """

    word: str
    bound: bool = False
    indices: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Call(Spanned):
    """`tr(X)`; `function_end` is where the name of the function ends in the text.

    `X.sum(axis=0)` is the function `.sum` of X, with a keyword.
    """

    function: str
    arguments: Sequence[Syntax]
    function_end: int
    keywords: Mapping[str, Syntax] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Quoted(Spanned):
    """`'fro'`: a word that chooses among what a function can be."""

    word: str


@dataclass(slots=True, eq=False)
class Listed(Spanned):
    """`(0, 1)`: a tuple, as sizes and axes are given to functions of libraries."""

    items: Sequence[Syntax]


@dataclass(slots=True, eq=False)
class Comparison(Spanned):
    """`x > 0`: 1 where it holds, else 0."""

    left: Syntax
    right: Syntax
    operator: str


@dataclass(slots=True, eq=False)
class Total(Spanned):
    """`A + B - C`: each term with its sign; Julia's `A .+ b` is `entrywise`."""

    terms: Sequence[Syntax]
    signs: Sequence[int]
    entrywise: bool = False


@dataclass(slots=True, eq=False)
class Chain(Spanned):
    """`A * B .* C / s`: one level, left to right; `operators[i]` stands before factor i + 1.

    It is `juxtaposed` where an operator was left out, as in `2x`; brackets make it whole.
    """

    factors: Sequence[Syntax]
    operators: Sequence[str]
    juxtaposed: bool = False


@dataclass(slots=True, eq=False)
class Negation(Spanned):
    """`-x`."""

    operand: Syntax


@dataclass(slots=True, eq=False)
class Power(Spanned):
    """`X^k`, or entry by entry `X.^k`."""

    base: Syntax
    exponent: Syntax
    entrywise: bool


@dataclass(slots=True, eq=False)
class Postfix(Spanned):
    """`X'` and its kin: `operator` is `adjoint`, `transpose` or `inverse`."""

    operand: Syntax
    operator: str


@dataclass(slots=True, eq=False)
class Subscript:
    """One subscript: `i` has `single`, `a:b` has both ends, `a:` has one, `:` has nothing."""

    single: Syntax | None = None
    lower: Syntax | None = None
    upper: Syntax | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is a colon alone."""
        return self.single is None and self.lower is None and self.upper is None

    @property
    def span(self) -> tuple[int, int] | None:
        """Where it stands, if it says anything."""
        first, last = self.single or self.lower, self.single or self.upper
        return (first.start, last.end) if first is not None and last is not None else None


@dataclass(slots=True, eq=False)
class Selection(Spanned):
    """`X[i, j]`, `X[:, j]`, `x[1:m]`."""

    operand: Syntax
    subscripts: Sequence[Subscript]


@dataclass(slots=True, eq=False)
class Blocks(Spanned):
    """`[A, B; C, D]`."""

    rows: Sequence[Sequence[Syntax]]


@dataclass(slots=True, eq=False)
class Repeated(Spanned):
    """`sum(i in 1..n, body)`; `word` is `sum` or `prod`.

    Without bounds, as in `sum(i, body)`, the range is that of the entries in the body.
    """

    word: str
    index: str
    lower: Syntax | None
    upper: Syntax | None
    body: Syntax


@dataclass(slots=True, eq=False)
class Solution(Spanned):
    """`word solves residual = 0`."""

    word: str
    residual: Syntax


Syntax = (
    Numeral
    | Name
    | Call
    | Quoted
    | Listed
    | Comparison
    | Total
    | Chain
    | Negation
    | Power
    | Postfix
    | Selection
    | Blocks
    | Repeated
    | Solution
)
