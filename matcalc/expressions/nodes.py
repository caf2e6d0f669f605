"""The eight nodes of an expression: frozen, and interned so that equal expressions are one object.

Equality is `is`. `rank` is an order that depends on the structure alone and is the same in every
process; no node knows when it was made, so that no answer depends on what was asked before. Build
nodes with `constructors`, which keep them in normal form; calling a class directly keeps what is
given as it stands (a derivation shows unsimplified lines that way).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary
from zlib import crc32

from matcalc.expressions.dimensions import INTERNING, SCALAR, Dimension, Shape
from matcalc.expressions.limits import refuse_long
from matcalc.expressions.operators import Operators
from matcalc.expressions.pickling import rebuilt, records
from matcalc.expressions.valued_words import rank_of, substituted

_NODES: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
KINDS: dict[str, type[Apply]] = {}  # the classes of the operations that the engine knows
_LABEL_LIMIT = 48
_DEGREE_LIMIT = 99

Rank = tuple[int, str, int]
NO_STRUCTURE: frozenset[str] = frozenset()
_REAL = frozenset({"real", "positive", "nonnegative"})


class Interned(type):
    """Equal nodes are one object: `is` decides equality, and every memo look-up is O(1)."""

    if not TYPE_CHECKING:  # type checkers keep the dataclass signature

        def __call__(cls, *fields):
            if cls is Apply:
                cls = KINDS.get(fields[0], Apply)
            key = (cls, *cls.key(*fields))
            found = _NODES.get(key)
            if found is None:
                made = type.__call__(cls, *fields)
                with INTERNING:
                    found = _NODES.get(key)
                    if found is None:
                        _NODES[key] = found = made
            return found


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Node(Operators["Node"], metaclass=Interned):
    """An expression. Operators: `A @ X`, `2*X`, `X.T`, `X + Y`, `X**2`, `X / s`, `X[i, j]`."""

    @staticmethod
    def key(*fields: Any) -> tuple[Any, ...]:
        """What equal nodes have in common; integers, whose hash is cheaper than a fraction's."""
        return fields

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: Any) -> Node:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuilt, (records(ordered(self)),)

    @property
    def is_complex(self) -> bool:
        """Whether the value may be complex, for all that is known of what stands inside."""
        return False

    if TYPE_CHECKING:

        @property
        def shape(self) -> Shape: ...
        @property
        def structure(self) -> frozenset[str]: ...
        @property
        def rank(self) -> Rank: ...
        @property
        def parts(self) -> tuple[Node, ...]: ...
        @property
        def has_names(self) -> bool: ...
    else:  # of a leaf; what has parts notes its own
        parts = ()
        has_names = False


@cache
def _code(word: str) -> int:
    """A number for a word that is the same in every process, as the hash of a string is not."""
    return crc32(word.encode())


def _finish(node: Node, shape: Shape, degree: int, label: str, *digests: Any) -> None:
    """Fill in what is computed once per node: its shape and its rank.

    `digests` are numbers and tuples of numbers, whose hash does not change between processes.
    """
    object.__setattr__(node, "shape", shape)
    digest = hash((_code(type(node).__name__), *digests))
    object.__setattr__(node, "rank", (min(degree, _DEGREE_LIMIT), label[:_LABEL_LIMIT], digest))


def _join(node: Node, parts: tuple[Node, ...]) -> None:
    """Fill in what is directly inside a node, and whether a name stands anywhere in it."""
    object.__setattr__(node, "parts", parts)
    named = type(node) is Named
    for part in parts:  # every node passes here: a loop is the fastest
        named = named or part.has_names
    object.__setattr__(node, "has_names", named)


def _any_complex(parts: Iterable[Node]) -> bool:
    for part in parts:  # noqa: SIM110  (every node passes here: a loop is the fastest)
        if part.is_complex:
            return True
    return False


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Symbol(Node):
    """A variable. `structure` holds words like `symmetric`, `spd`, `positive`, `dimension`."""

    name: str
    shape: Shape
    structure: frozenset[str]
    rank: Rank = field(init=False)
    is_complex: bool = field(init=False)

    def __post_init__(self) -> None:
        degree = 0 if "dimension" in self.structure else 1
        words = " ".join((self.name, *sorted(self.structure)))
        _finish(self, self.shape, degree, self.name, _code(words), self.shape.code)
        object.__setattr__(self, "is_complex", "complex" in self.structure)

    @property
    def dimensions(self) -> frozenset[str]:
        """The names of the dimensions in its kind: of its shape, and a rank."""
        rank = rank_of(self.structure)
        return self.shape.names if rank is None else self.shape.names | rank.names

    def with_sizes(self, sizes: Mapping[str, Dimension]) -> Symbol:
        """The variable with sizes in the place of the names of dimensions."""
        structure = substituted(self.structure, sizes)
        return Symbol(self.name, self.shape.substitute(sizes), structure)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Number(Node):
    """An exact rational scalar."""

    value: Fraction
    shape: Shape = field(init=False)
    rank: Rank = field(init=False)

    @staticmethod
    def key(*fields: Any) -> tuple[Any, ...]:
        return fields[0].as_integer_ratio()  # type: ignore[no-any-return]

    @property
    def structure(self) -> frozenset[str]:
        return frozenset({"positive"}) if self.value > 0 else NO_STRUCTURE

    def __post_init__(self) -> None:
        refuse_long(self.value)
        _finish(self, SCALAR, 0, str(self.value), self.value)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Identity(Node):
    """The identity matrix of order n."""

    order: Dimension
    shape: Shape = field(init=False)
    rank: Rank = field(init=False)

    @property
    def structure(self) -> frozenset[str]:
        return frozenset({"identity"})

    def __post_init__(self) -> None:
        shape = Shape(self.order, self.order)
        _finish(self, shape, 0, "eye", shape.code)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Zero(Node):
    """The zero vector or matrix of a shape (the scalar zero is `Number(0)`)."""

    shape: Shape
    rank: Rank = field(init=False)

    @property
    def structure(self) -> frozenset[str]:
        return NO_STRUCTURE

    def __post_init__(self) -> None:
        _finish(self, self.shape, 0, "zeros", self.shape.code)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Sum(Node):
    """A linear combination: terms of one shape, each with its rational coefficient."""

    terms: tuple[tuple[Fraction, Node], ...]
    shape: Shape = field(init=False)
    parts: tuple[Node, ...] = field(init=False)
    has_names: bool = field(init=False)
    rank: Rank = field(init=False)
    is_complex: bool = field(init=False)

    @staticmethod
    def key(*fields: Any) -> tuple[Any, ...]:
        return tuple(
            [part for value, term in fields[0] for part in (*value.as_integer_ratio(), term)]
        )

    @property
    def structure(self) -> frozenset[str]:
        return NO_STRUCTURE

    def __post_init__(self) -> None:
        refuse_long(*(value for value, _ in self.terms))
        _join(self, tuple([term for _, term in self.terms]))
        digests = tuple([(value, term.rank[2]) for value, term in self.terms])
        degree = max([term.rank[0] for term in self.parts])
        label = "+".join([term.rank[1] for term in self.parts[:8]])
        _finish(self, self.parts[0].shape, degree, label, digests)
        object.__setattr__(self, "is_complex", _any_complex(self.parts))


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Product(Node):
    """`coefficient` times commuting `scalars` times the ordered chain `factors`."""

    coefficient: Fraction
    scalars: tuple[Node, ...]
    factors: tuple[Node, ...]
    shape: Shape = field(init=False)
    parts: tuple[Node, ...] = field(init=False)
    has_names: bool = field(init=False)
    rank: Rank = field(init=False)
    is_complex: bool = field(init=False)

    @staticmethod
    def key(*fields: Any) -> tuple[Any, ...]:
        return fields[0].as_integer_ratio(), *fields[1:]

    @property
    def structure(self) -> frozenset[str]:
        return NO_STRUCTURE

    def __post_init__(self) -> None:
        refuse_long(self.coefficient)
        _join(self, self.scalars + self.factors)
        ends = self.factors[:1] + self.factors[-1:]
        shape = Shape(ends[0].shape.rows, ends[1].shape.columns) if ends else SCALAR
        label = "*".join([part.rank[1] for part in self.parts[:8]])
        digests = (self.coefficient, len(self.scalars), *[part.rank[2] for part in self.parts])
        _finish(self, shape, sum([part.rank[0] for part in self.parts]), label, *digests)
        object.__setattr__(self, "is_complex", _any_complex(self.parts))


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Apply(Node):
    """An operation of the rule book applied to arguments.

    `shape` and `structure` follow from the operation and its arguments; who creates the node
    (`rulebook.apply`, or a constructor for arithmetic) computes them. What the engine knows of
    itself is a class of its own (`expressions.operations`), found by the name of the operation.
    """

    operation: str
    arguments: tuple[Node, ...]
    shape: Shape
    structure: frozenset[str]
    parts: tuple[Node, ...] = field(init=False)
    has_names: bool = field(init=False)
    rank: Rank = field(init=False)
    is_complex: bool = field(init=False)
    word: ClassVar[str] = ""  # the operation of a class of its own
    is_mark: ClassVar[bool] = False  # whether it is but a mark at what is inside

    def __init_subclass__(cls, name: str = "", **_: Any) -> None:
        if name:  # else what several of them have in common
            KINDS[name], cls.word = cls, name

    def __post_init__(self) -> None:
        _join(self, self.arguments)
        inner = ",".join([argument.rank[1] for argument in self.arguments])
        label = f"{inner}'" if self.is_mark else f"{self.operation}({inner})"
        degree = sum([argument.rank[0] for argument in self.arguments])
        digests = tuple([argument.rank[2] for argument in self.arguments])
        degree = degree if self.is_mark else max(degree, 1)
        _finish(self, self.shape, degree, label, _code(self.operation), self.shape.code, digests)
        inside = "complex" in self.structure or _any_complex(self.arguments)
        object.__setattr__(self, "is_complex", inside and not self.structure & _REAL)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Named(Node):
    """A part under a name: R for A*X - B.

    To all that joins or takes apart sums and products it is one thing, as a variable is.
    """

    name: str
    value: Node
    shape: Shape = field(init=False)
    parts: tuple[Node, ...] = field(init=False)
    has_names: bool = field(init=False)
    rank: Rank = field(init=False)
    is_complex: bool = field(init=False)

    @property
    def structure(self) -> frozenset[str]:
        return self.value.structure

    def __post_init__(self) -> None:
        _join(self, (self.value,))
        degree, _, digest = self.value.rank
        _finish(self, self.value.shape, degree, self.name, _code(self.name), digest)
        object.__setattr__(self, "is_complex", self.value.is_complex)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside `node`."""
    return node.parts


def inside(node: Node) -> tuple[Node, ...]:
    """The same to those for whom a named part is one thing."""
    return () if isinstance(node, Named) else node.parts


@lru_cache(maxsize=64)  # the passes over an expression follow one another
def visible(*roots: Node) -> tuple[Node, ...]:
    """As `ordered`, without what names stand for."""
    return tuple(depth_first(roots, inside))


def ordered(*roots: Node) -> list[Node]:
    """Every node of the DAG under `roots` once, children before parents, from the left."""
    return depth_first(roots, children)


def depth_first(
    roots: Sequence[Node],
    inside: Callable[[Node], Sequence[Node]],
    known: Container[Node] = frozenset(),
) -> list[Node]:
    """The nodes that `inside` leads to and that are not `known`; no recursion.

    Each is there once, after those inside it; the order depends on the roots alone.
    """
    found: dict[Node, None] = {}
    waiting: list[Any] = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        if node is None:  # what is inside the next one has been found
            found[waiting.pop()] = None
        elif node not in found and (node not in known or node in roots):
            parts = inside(node)
            if parts:
                waiting += (node, None)
                waiting += parts[::-1]
            else:
                found[node] = None
    return list(found)


def symbols_of(*roots: Node) -> list[Symbol]:
    """The variables in `roots`, no names of dimensions or operations, in order of their names."""
    found = [node for node in ordered(*roots) if isinstance(node, Symbol)]
    variables = (s for s in found if not s.structure & {"dimension", "function"})
    return sorted(variables, key=lambda s: s.name)


def dimension_names(*roots: Node) -> list[str]:
    """The dimension names in the shapes under `roots`, and those used as scalars."""
    return sorted(sizes_among(ordered(*roots)))


def sizes_among(nodes: Sequence[Node]) -> set[str]:
    """The dimension names in the shapes of these nodes, and those that are scalars among them."""
    symbols = [node for node in nodes if isinstance(node, Symbol)]
    scalars = {s.name for s in symbols if "dimension" in s.structure}
    return scalars.union(*(n.shape.names for n in nodes), *(s.dimensions for s in symbols))


def dimension_symbol(name: str) -> Symbol:
    """The scalar that a dimension name stands for inside an expression."""
    return Symbol(name, SCALAR, frozenset({"dimension", "positive", "integer"}))
