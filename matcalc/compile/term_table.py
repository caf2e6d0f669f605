"""The terms of nodes in a table, which each node is entered in after its children.

A value is kept `light`: a multiple of ones(m, n) is only the scalar, to be broadcast where it is
added or multiplied entrywise; `full` gives the whole array.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from matcalc.compile.backends import Backend
from matcalc.compile.chains import Chains, dimensions_of
from matcalc.compile.extents import Measured
from matcalc.compile.terms import Level, Term, Terms
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import from_dimension, plus
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.nodes import Named, Node, Number, Symbol, children, ordered
from matcalc.expressions.operations import OverIndex
from matcalc.expressions.ranges import Ranges


@dataclass(frozen=True)
class Light:
    """A term that broadcasts to the node's value; `axes` are those that it has already."""

    term: Term
    axes: frozenset[int]


class TermTable(ABC):
    """The table of terms for the nodes under some roots.

    `names` gives the identifiers of symbols and dimensions. Loops run over `indices` besides
    those of sums; `ranges` say what is certain of positions.
    """

    def __init__(
        self,
        backend: Backend,
        names: Mapping[str, str],
        roots: Sequence[Node],
        indices: Iterable[Symbol] = (),
    ) -> None:
        self.backend = backend
        self.terms = Terms()
        self.measured = Measured()
        self.chains = Chains(self.terms, backend)
        self.names = names
        self.table: dict[Node, Light] = {}
        self.symbols: dict[Symbol, Term] = {}
        self.named: dict[Term, str] = {}
        self.one = self.terms.number(Fraction(1))
        nodes = ordered(*roots)
        sums = [node for node in nodes if isinstance(node, OverIndex)]
        self.loops = {one.variable for one in sums}.union(indices)
        free = free_symbols(*roots) if sums else ()
        self.ranges = Ranges(one.arguments[:3] for one in sums if one.variable not in free)
        self._integers: set[Node] = set()
        self._uses = _count_uses(nodes)
        for node in nodes:
            self._enter(node)

    # ------------------------------------------------------------ values of nodes

    def light(self, node: Node) -> Light:
        """The value, to be broadcast; nodes that an operation made up are added to the table."""
        if node not in self.table:
            for inner in ordered(node):
                if inner not in self.table:
                    self._enter(inner)
        return self.table[node]

    def _enter(self, node: Node) -> None:
        self.table[node] = value = self._lower(node)
        if value.axes == axes_of(node.shape):
            self.measured.array(value.term, node.shape)
            if isinstance(node, Named) and not value.term.cheap:
                self.named.setdefault(value.term, node.name)

    def full(self, node: Node) -> Term:
        """The value as an array of the node's own shape."""
        value = self.light(node)
        if value.axes == axes_of(node.shape):
            return value.term
        ones = self.terms.fill(self.backend.ones, {"shape": self.shape_term(node.shape)})
        whole = ones if value.term is self.one else self.terms.binary(value.term, "*", ones)
        return self.measured.array(whole, node.shape)

    def dimension(self, size: Dimension) -> Term:
        """A dimension as an integer."""
        whole = lcm(*(value.denominator for _, value in size.terms))
        term = self.light(from_dimension(size * whole)).term
        if whole == 1:
            return term
        return self.terms.make(
            (term, Level.PRODUCT), f" // {whole}", level=Level.PRODUCT, cheap=term.cheap
        )

    def integer(self, node: Node, offset: int = 0) -> Term:
        """A scalar used as a position, plus `offset`."""
        moved = plus(node, Number(Fraction(offset)))
        term = self.light(moved).term
        if moved in self._integers:
            return term
        return self.terms.make("int(", (term, Level.SUM), ")")

    def shape_term(self, shape: Shape) -> Term:
        """The shape of the array: `n`, or `(m, n)`."""
        sizes = [self.dimension(size) for size in (shape.rows, shape.columns) if size != ONE]
        if len(sizes) == 1:
            return sizes[0]
        return self.terms.make("(", (self.terms.joined(sizes), Level.ANY), ")", cheap=True)

    def square(self, node: Node) -> Term:
        """The value as a 2-D array: a column n x 1, a row 1 x n, a scalar 1 x 1."""
        value = self.full(node)
        if node.shape.is_scalar:
            return self.terms.fill(self.backend.as_matrix, {"a": value})
        if dimensions_of(node.shape) == 2:
            return value
        return self.terms.view(value, "[:, None]" if node.shape.columns == ONE else "[None, :]")

    def unused_elsewhere(self, node: Node) -> bool:
        """Whether only one other node uses this one, so that it needs no value of its own."""
        return self._uses.get(node, 0) <= 1

    @abstractmethod
    def _lower(self, node: Node) -> Light:
        """What a node computes, from the terms of its children."""

    def _whole(self, node: Node, term: Term) -> Light:
        return Light(term, axes_of(node.shape))

    def symbol(self, symbol: Symbol) -> Term:
        """A variable, which becomes a parameter of the function if it is not bound."""
        identifier = self.names[symbol.name]
        if symbol in self.loops:
            return self.terms.name(identifier, frozenset({identifier}))
        self.symbols.setdefault(symbol, self.terms.name(identifier))
        return self.symbols[symbol]


def axes_of(shape: Shape) -> frozenset[int]:
    """The axes of the array: those of the two dimensions that are not the integer 1."""
    return frozenset(axis for axis, size in enumerate((shape.rows, shape.columns)) if size != ONE)


def _count_uses(nodes: Sequence[Node]) -> dict[Node, int]:
    uses: dict[Node, int] = {}
    for node in nodes:
        for child in children(node):
            uses[child] = uses.get(child, 0) + 1
    return uses
