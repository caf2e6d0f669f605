"""What the code for some expressions costs, counted on the terms that it computes.

Flops and memory are polynomials in the dimensions: 2*m*n*p for a product of m x n by n x p,
2/3*n^3 for a factorisation, 2*n^2*p for a solve with it and p right sides, one for every entry of
an entrywise operation. Each shared term counts once, one inside a loop as often as the loop
runs, and a matrix is factorised once however many solves there are with it.
Source: Golub & Van Loan 2013, ch. 1 to 4 and 8 (the counts; of a decomposition the order only).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from matcalc.compile.cost import Factor, Kind, assumed
from matcalc.compile.lowering import Lowering
from matcalc.compile.plan import lowered
from matcalc.compile.terms import Term, reachable
from matcalc.expressions.constructors import minus, plus
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import ONE, Dimension, dimension
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import Hadamard, Inverse, OverIndex, Trace
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size

if TYPE_CHECKING:
    from matcalc.rulebook.records import Operation

NONE = dimension(0)
_FACTORISATION = Fraction(2, 3)
_INVERTING = Fraction(4, 3)  # beyond the factorisation
# Multiples of n^3 for an n x n argument; of anything else that is not linear in it about ten.
_CUBIC = {"inv": _INVERTING, "det": Fraction(0), "logdet": Fraction(0), "expm": Fraction(20)}
_FACTORISED = ("inv", "det", "logdet")
_DECOMPOSITION = Fraction(10)
_LARGEST_SPREAD = 200


@dataclass(frozen=True)
class Work:
    """`flops` and `memory` (numbers kept), the matrices factorised, and the solves with each."""

    flops: Dimension = NONE
    memory: Dimension = NONE
    factorised: tuple[str, ...] = ()
    solves: tuple[tuple[str, int], ...] = ()

    @property
    def solving(self) -> str:
        """`2 solves with A, 1 factorisation`, "" where nothing is solved or factorised."""
        if not self.factorised:
            return ""
        parts = [f"{_counted(count, 'solve')} with {name}" for name, count in self.solves]
        return ", ".join([*parts, _counted(len(self.factorised), "factorisation")])


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


@dataclass
class _Tally:
    """What has been counted so far."""

    flops: Dimension = NONE
    memory: Dimension = NONE
    factorised: dict[Term, str] = field(default_factory=dict)
    solves: dict[str, int] = field(default_factory=dict)

    def finished(self) -> Work:
        names = tuple(self.factorised.values())
        return Work(self.flops, self.memory, names, tuple(self.solves.items()))


def work_of(
    roots: Sequence[Node], symbols: Sequence[Symbol], moving: Sequence[Symbol] = ()
) -> tuple[Work, Work]:
    """The work that does not depend on the symbols `moving`, and that which does.

    Raises NoRule where an operation has no code.
    """
    lowering, terms = lowered(roots, symbols)
    found = sorted(reachable(terms), key=lambda term: term.serial)
    counter = _Counter(lowering, found, moving)
    for term in found:
        if not term.cheap:
            counter.add(term)
    return counter.fixed.finished(), counter.varying.finished()


def cheapest_form(value: Node, symbols: Sequence[Symbol]) -> Node:
    """The value, or the value multiplied out where that takes fewer flops.

    (s*inv(A) + t*inv(B))*b has to invert, s*inv(A)*b + t*inv(B)*b only solves. Only expressions
    with an inverse are looked at.
    """
    if not any(isinstance(n, Inverse) for n in ordered(value)):
        return value
    spread = expand(value) if size(value) <= _LARGEST_SPREAD else value
    if spread is value:
        return value
    flops = [assumed(work_of([form], symbols)[0].flops) for form in (value, spread)]
    return spread if flops[1] < flops[0] else value


class _Counter:
    """Counts terms by what the lowering knows of them."""

    def __init__(self, lowering: Lowering, found: Sequence[Term], moving: Sequence[Symbol]) -> None:
        self.fixed, self.varying = _Tally(), _Tally()
        self.chains = lowering.chains
        self.table = lowering.table
        self.nodes: dict[Term, Node] = {}
        for node, light in lowering.table.items():
            self.nodes.setdefault(light.term, node)
        self.symbols = lowering.symbols
        self.runs = _runs(lowering)
        self.depends = self._depending(found, moving)

    def _depending(self, found: Sequence[Term], moving: Sequence[Symbol]) -> set[Term]:
        """The terms in which one of the symbols stands."""
        depends = {self.symbols[symbol] for symbol in moving if symbol in self.symbols}
        for term in found:
            inside = [*term.arguments, *([term.loop.body] if term.loop is not None else [])]
            if any(argument in depends for argument in inside):
                depends.add(term)
        return depends

    def _tally(self, term: Term) -> _Tally:
        return self.varying if term in self.depends else self.fixed

    def _times(self, term: Term) -> Dimension:
        """How often the loops around a term run."""
        times = ONE
        for index in term.indices:
            times = times * self.runs.get(index, ONE)
        return times

    def add(self, term: Term) -> None:
        """Count one term, as often as the loops around it run."""
        flops, entries = self._cost(term)
        tally = self._tally(term)
        tally.flops = tally.flops + flops * self._times(term)
        tally.memory = tally.memory + entries

    def _cost(self, term: Term) -> tuple[Dimension, Dimension]:
        """The flops of a term, and the numbers that it keeps."""
        if term in self.chains.joins:
            left, right = self.chains.joins[term]
            return self._join(term, left, right), left.shape.rows * right.shape.columns
        if term in self.chains.inverses:
            factor = self.chains.inverses[term]
            self._factorise(factor.term, factor.shape.rows)
            return _cubed(factor.shape.rows, _INVERTING), factor.shape.size
        node = self.nodes.get(term)
        return (NONE, NONE) if node is None else (self._of_node(node), node.shape.size)

    def _join(self, term: Term, left: Factor, right: Factor) -> Dimension:
        rows, inner, columns = left.shape.rows, left.shape.columns, right.shape.columns
        if Kind.INVERSE in (left.kind, right.kind):
            solved, others = (left, columns) if left.kind is Kind.INVERSE else (right, rows)
            self._factorise(solved.term, solved.shape.rows)
            name, solves = self._name(solved.term), self._tally(term).solves
            solves[name] = solves.get(name, 0) + 1
            return inner * inner * others * 2
        if Kind.DIAGONAL in (left.kind, right.kind):
            return rows * columns
        if Kind.ONES in (left.kind, right.kind):
            return rows * inner * columns
        return rows * inner * columns * (1 if inner == ONE else 2)

    def _factorise(self, matrix: Term, order: Dimension) -> None:
        """Count the factorisation of a matrix, the first time only."""
        plain = _untransposed(matrix)
        tally = self._tally(plain)
        if plain not in tally.factorised:
            tally.factorised[plain] = self._name(matrix)
            tally.flops = tally.flops + _cubed(order, _FACTORISATION) * self._times(plain)

    def _name(self, matrix: Term) -> str:
        plain = _untransposed(matrix)
        node = self.nodes.get(plain) or self.nodes.get(matrix)
        return str(node) if node is not None else "a matrix"

    def _of_node(self, node: Node) -> Dimension:
        match node:
            case Sum(terms=terms):
                return node.shape.size * (len(terms) - 1)
            case Product(scalars=scalars, factors=factors):
                count = len(scalars) + bool(factors) - (node.coefficient == 1)
                return node.shape.size * max(1, count)
            case Hadamard(arguments):
                return node.shape.size * (len(arguments) - 1)
            case Trace(inner):
                return _trace(inner)
            case Apply():
                return self._operation(node)
            case _:
                return NONE

    def _operation(self, node: Apply) -> Dimension:
        from matcalc.rulebook import book  # the rules are read already: code was made from them

        first = node.arguments[0].shape if node.arguments else node.shape
        if node.operation in _FACTORISED:
            self._factorise(self.table[node.arguments[0]].term, first.rows)
        if node.operation in _CUBIC:
            return _cubed(first.rows, _CUBIC[node.operation])
        if book.has(node.operation) and _decomposes(book.operation(node.operation)):
            return _cubed(first.rows, _DECOMPOSITION)
        return max(first.size, node.shape.size, key=assumed)


def _decomposes(operation: Operation) -> bool:
    """Whether an operation takes a square matrix as a whole: eigenvalues, exponentials, ..."""
    if operation.linear or not operation.parameters:
        return False
    shape = operation.parameters[0].shape
    return shape.is_square and not shape.is_scalar


def _trace(inner: Node) -> Dimension:
    """tr(L*R) as the sum of the entries of L.*R'."""
    if isinstance(inner, Product) and len(inner.factors) > 1:
        return inner.factors[0].shape.size * 2
    return inner.shape.rows


def _cubed(order: Dimension, times: Fraction) -> Dimension:
    return order * order * order * times.numerator / times.denominator


def _untransposed(matrix: Term) -> Term:
    turned = matrix.parts[-1] == ".T"
    return matrix.arguments[0] if turned else matrix


def _runs(lowering: Lowering) -> dict[str, Dimension]:
    """How often the loops run, by the identifiers of their variables."""
    found: dict[str, Dimension] = {}
    for node in list(lowering.table):
        if isinstance(node, OverIndex):
            count = plus(minus(node.upper, node.lower), Number(Fraction(1)))
            try:
                found[lowering.names[node.variable.name]] = as_dimension(count, node.operation)
            except ShapeError:
                continue  # bounds that are not dimensions: counted once
    return found
