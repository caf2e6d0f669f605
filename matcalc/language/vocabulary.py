"""What is known of a text before its shapes: the meanings of its names, the functions it calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Symbol
from matcalc.language.array_values import ArrayFunction
from matcalc.language.dialects import MATCALC, Dialect, Marks
from matcalc.language.functions import DefinedFunction, Unknown
from matcalc.language.requests import Formula, Placed, Request
from matcalc.language.signatures import Book, LibraryFunction, Signature
from matcalc.language.syntax import Call, Name, Syntax

ONES = "\U0001d7cf"  # the column of ones of papers, of the length that fits
FITTED = {"I": "eye", "eye": "eye", "ones": "ones", "zeros": "zeros", ONES: "column"}
FILLED = ("vector", "matrix")
CHOICE = "where"


@dataclass(frozen=True, slots=True)
class Defined:
    """A name given by `R = ...`: the value of the syntax node at `place`."""

    place: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the book, such as pi."""

    signature: Signature


@dataclass(frozen=True, slots=True)
class Fitted:
    """`I`, `ones` or `zeros` in the shape that fits, or `I_n` of a size."""

    word: str
    size: Dimension | None = None


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A variable that nobody declared."""

    word: str


@dataclass(frozen=True, slots=True)
class Direction:
    """A name that stands for a direction of a variable in a formula, such as U."""

    word: str
    variable: str
    structure: frozenset[str]


@dataclass(frozen=True, slots=True)
class Silent:
    """A word without a value: the T of `X^T`, the function in `frechet(expm, A, E)`."""

    word: str


Meaning = Symbol | Defined | Constant | Fitted | Undeclared | Direction | Silent


@dataclass(slots=True)
class Vocabulary:
    """What a text's names mean: `meanings` by place of the Name node, and what calls use.

    The powers of Euler's number are `exponentials`.

    `new` are the undeclared names that stand in formulas only, each with the one it is alone.
    Of the `members` of undeclared names, x_i and A_ij, the number of indices is known.
    """

    meanings: dict[int, Meaning] = field(default_factory=dict)
    signatures: dict[int, Sequence[Signature]] = field(default_factory=dict)
    sizes: dict[int, Dimension] = field(default_factory=dict)
    undeclared: list[str] = field(default_factory=list)
    members: dict[str, int] = field(default_factory=dict)
    new: dict[str, Formula | None] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    applied: dict[int, Unknown | DefinedFunction] = field(default_factory=dict)
    library: dict[int, Sequence[LibraryFunction]] = field(default_factory=dict)
    exponentials: dict[int, Call] = field(default_factory=dict)
    of_arrays: dict[int, ArrayFunction] = field(default_factory=dict)

    def new_sizes(self, source: Source) -> set[str]:
        """The names of dimensions that no declared variable has."""
        known = {name for symbol in source.declared.values() for name in symbol.dimensions}
        known |= {*source.sizes, *source.declared}
        return {name for size in self.sizes.values() for name in size.names} - known


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its syntax and all that is known before its names are.

    In a `closed` text every name must be known. Where the dimensions are `rigid`, none of the
    declared dimensions can turn out to be an integer; the `sizes` of some are known. The
    `variables` are those of a derivative, the formulas `placed` after the text those of the
    `requests`. By its `marks` the `dialect` of the text was told; the `columns` are declared as
    matrices of one column.
    """

    text: str
    arena: list[Syntax]
    declared: Mapping[str, Symbol]
    definitions: Mapping[str, int]
    book: Book
    closed: bool = False
    rigid: bool = False
    sizes: Mapping[str, Dimension] = field(default_factory=dict)
    functions: Mapping[str, DefinedFunction] = field(default_factory=dict)
    dialect: Dialect = MATCALC
    marks: Marks = field(default_factory=dict)
    variables: Collection[str] = ()
    columns: frozenset[str] = frozenset()
    requests: Sequence[Request] = ()
    placed: Sequence[Placed] = ()

    def in_dialect(self, dialect: Dialect) -> Source:
        """The same text to be read in a dialect, which may change the calls of its own arena."""
        return replace(self, dialect=dialect, arena=list(self.arena))

    @property
    def text_nodes(self) -> int:
        """How many nodes of the arena are of the text itself; those of the formulas follow."""
        return self.placed[0].root.first if self.placed else len(self.arena)

    @property
    def has_arrays(self) -> bool:
        """Whether a vector or a matrix that is declared occurs in the text itself."""
        nodes = islice(self.arena, self.text_nodes)
        words = {node.word for node in nodes if isinstance(node, Name)}
        declared = (symbol for name, symbol in self.declared.items() if name in words)
        return any(not symbol.shape.is_scalar for symbol in declared)

    @property
    def verb_of_known(self) -> str:
        """A name that a closed text may use is known, but perhaps nobody declared it."""
        return "is" if self.closed else "is declared"
