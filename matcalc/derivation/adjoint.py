"""Adjoint solutions under a name: -v*x' with v solving A'*v = c, for -inv(A)'*c*x'.

For every equation x solves g = 0 that an answer rests on, each product inv(dg/dx)'*w with a
vector w is one solve with the transposed matrix, and gets a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcalc.calculus.differential import matrix_at_solution
from matcalc.calculus.implicit import equations
from matcalc.expressions.binders import bound_in, free_symbols
from matcalc.expressions.constructors import minus, multiply, named, number, transpose
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.nodes import Node, Product, Symbol, ordered
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, rebuild
from matcalc.simplify.rewriting import simplify

_ADJOINT = frozenset({"adjoint"})
_NAMES = ("v", "u", "w", *(f"v{count}" for count in range(1, 1000)))


@dataclass
class _Solves:
    """The transposed inverses of the equations' matrices, and the solves named so far.

    `bound` are the indices of sums: a solve with one on its right side has no name outside.
    """

    inverses: Mapping[Node, Node]
    names: Iterator[str]
    bound: set[Node]
    found: dict[Node, Node] = field(default_factory=dict)

    def name(self, solve: Node, done: Mapping[Node, Node]) -> Node:
        """The name v of inv(A)'*w, which solves A'*v - w = 0."""
        known = self.found.get(solve)
        if known is not None:
            return known
        assert isinstance(solve, Product)
        unknown = Symbol(next(self.names), solve.shape, _ADJOINT)
        inverse, *rest = solve.factors
        outside = [number(solve.coefficient), *solve.scalars]
        right = multiply(*outside, *(done.get(factor, factor) for factor in rest))
        residual = minus(multiply(transpose(self.inverses[inverse]), unknown), right)
        solution = named(unknown.name, book.apply("implicit", [unknown, residual]))
        self.found[solve] = solution
        return solution


def with_adjoint_solutions(value: Node, expression: Node, taken: Collection[str]) -> Node:
    """The value with names for its adjoint solutions, none of them in `taken`."""
    matrices = [simplify(matrix_at_solution(node)) for node in equations(expression)]
    proper = [matrix for matrix in matrices if not matrix.shape.is_scalar]
    inverses = {transpose(book.apply("inv", [matrix])): matrix for matrix in proper}
    if not inverses:
        return value
    names = (name for name in _NAMES if name not in taken)
    solves = _Solves(inverses, names, set(bound_in(value)))
    done: dict[Node, Node] = {}
    for node in ordered(value):
        short = _shortened(node, done, solves) if isinstance(node, Product) else None
        done[node] = rebuild(node, done, NO_DIMENSIONS, book.apply) if short is None else short
    return done[value]


def _shortened(node: Product, done: Mapping[Node, Node], solves: _Solves) -> Node | None:
    """The product with inv(A)'*w replaced by v and w'*inv(A) by v', None where neither stands."""
    factors = list(node.factors)
    while span := _first_solve(factors, solves):
        start, end, is_turned = span
        chain = multiply(*factors[start:end])
        name = solves.name(transpose(chain) if is_turned else chain, done)
        factors[start:end] = [transpose(name) if is_turned else name]
    if tuple(factors) == node.factors:
        return None
    parts = [*node.scalars, *factors]
    return multiply(number(node.coefficient), *(done.get(part, part) for part in parts))


def _first_solve(factors: Sequence[Node], solves: _Solves) -> tuple[int, int, bool] | None:
    """The first solve of which all is known outside of sums."""
    for start, end, is_turned in _places(factors, solves.inverses):
        if solves.bound.isdisjoint(free_symbols(*factors[start:end])):
            return start, end, is_turned
    return None


def _places(
    factors: Sequence[Node], inverses: Mapping[Node, Node]
) -> Iterator[tuple[int, int, bool]]:
    """Where inv(A)'*w stands, up to its first column, or w'*inv(A), from its last row."""
    for place, factor in enumerate(factors):
        columns = [k for k in range(place + 1, len(factors)) if factors[k].shape.columns == ONE]
        rows = [k for k in range(place) if factors[k].shape.rows == ONE]
        if transpose(factor) in inverses and rows:
            yield rows[-1], place + 1, True
        if factor in inverses and columns:
            yield place, columns[0] + 1, False
