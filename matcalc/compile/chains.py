"""Products of a chain of factors: solves instead of inverses, scalings instead of diagonals.

`A*inv(X)*b` becomes `A @ solve(X, b)` and `diag(x)*A` becomes `x[:, None] * A`, in the order
that `cost` finds. A trace tr(L*R) is the sum of the entries of `L * R.T`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from matcalc.compile.backends import Backend
from matcalc.compile.cost import LONGEST, Factor, Kind, Split, assumed, chain_costs
from matcalc.compile.terms import Term, Terms
from matcalc.expressions.dimensions import ONE, Shape

_LONGEST_ROTATED = 12


def dimensions_of(shape: Shape) -> int:
    """The number of axes of an array: one for every dimension that is not the integer 1."""
    return (shape.rows != ONE) + (shape.columns != ONE)


class Chains:
    """Multiplies factors out into terms of one backend.

    `joins` keeps from which two factors a product was made, `inverses` what was inverted: the
    cost of the code is counted from them.
    """

    def __init__(self, terms: Terms, backend: Backend) -> None:
        self.terms = terms
        self.backend = backend
        self.joins: dict[Term, tuple[Factor, Factor]] = {}
        self.inverses: dict[Term, Factor] = {}

    def product(self, factors: Sequence[Factor]) -> Term:
        """The product of the whole chain."""
        if not 2 < len(factors) <= LONGEST:
            return self.value(self._from_one_end(factors))
        splits = chain_costs(factors, len(factors))[1]
        return self.value(self._interval(factors, splits, 0, len(factors) - 1))

    def trace(self, factors: Sequence[Factor]) -> Term:
        """The trace of the chain: tr(L*R) = sum(L .* R') at the cheapest cut of any rotation."""
        count = len(factors)
        if count == 1 or count > LONGEST:
            return self.terms.fill(self.backend.trace, {"a": self.product(factors)})
        turns = count if count <= _LONGEST_ROTATED else 1
        circle = [*factors, *factors[: turns - 1]]
        costs, splits = chain_costs(circle, count)
        cuts = [
            (costs[turn, cut] + costs[cut + 1, turn + count - 1], turn, cut)
            for turn in range(turns)
            for cut in range(turn, turn + count - 1)
            if not _is_bare(circle, turn, cut) and not _is_bare(circle, cut + 1, turn + count - 1)
        ]
        if not cuts:
            return self.terms.fill(self.backend.trace, {"a": self.product(factors)})
        _, turn, cut = min(cuts)
        left = self._interval(circle, splits, turn, cut)
        right = self._interval(circle, splits, cut + 1, turn + count - 1)
        return self._paired(self.value(left), self.value(right), left.shape)

    def _paired(self, left: Term, right: Term, shape: Shape) -> Term:
        """tr(left*right) by entries, with the transpose where it cancels another."""
        if dimensions_of(shape) < 2:
            return self.terms.binary(left, "@", right)
        if left.parts[-1] == ".T":
            entries = self.terms.binary(self.terms.transposed(left), "*", right)
        else:
            entries = self.terms.binary(left, "*", self.terms.transposed(right))
        return self.terms.fill(self.backend.total, {"a": entries})

    def value(self, factor: Factor) -> Term:
        """A factor standing alone, as an array."""
        match factor.kind:
            case Kind.PLAIN:
                return factor.term
            case Kind.INVERSE:
                inverse = self.terms.fill(self.backend.inverse, {"a": factor.term})
                self.inverses[inverse] = factor
                return inverse
            case Kind.DIAGONAL:
                return self.terms.fill(self.backend.diagonal, {"a": factor.term})
            case Kind.ONES:
                return self.terms.fill(self.backend.ones, {"shape": factor.term})

    def _from_one_end(self, factors: Sequence[Factor]) -> Factor:
        rows, columns = factors[0].shape.rows, factors[-1].shape.columns
        if len(factors) <= 2 or assumed(rows) <= assumed(columns):
            return reduce(self._join, factors)
        return reduce(lambda right, left: self._join(left, right), reversed(factors))

    def _interval(self, factors: Sequence[Factor], splits: Split, first: int, last: int) -> Factor:
        # At most LONGEST factors get here, so the recursion is bounded.
        if first == last:
            return factors[first]
        split = splits[first, last]
        left = self._interval(factors, splits, first, split)
        right = self._interval(factors, splits, split + 1, last)
        return self._join(left, right)

    def _join(self, left: Factor, right: Factor) -> Factor:
        shape = Shape(left.shape.rows, right.shape.columns)
        term = self._joined(left, right)
        self.joins[term] = (left, right)
        return Factor(Kind.PLAIN, shape, term)

    def _joined(self, left: Factor, right: Factor) -> Term:
        match left.kind, right.kind:
            case Kind.INVERSE, _:
                return self.terms.fill(self.backend.solve, {"a": left.term, "b": self.value(right)})
            case _, Kind.INVERSE:
                return self._solved_from_right(left, right.term)
            case Kind.DIAGONAL, _:
                return self._scaled_rows(left.term, right)
            case _, Kind.DIAGONAL:
                return self.terms.binary(self.value(left), "*", right.term)
            case Kind.ONES, Kind.PLAIN if left.shape.rows == ONE:
                axis = "axis=0" if dimensions_of(right.shape) == 2 else ""
                return self.terms.make(right.term, f".sum({axis})")
            case Kind.PLAIN, Kind.ONES if right.shape.columns == ONE:
                axis = "axis=1" if dimensions_of(left.shape) == 2 else ""
                return self.terms.make(left.term, f".sum({axis})")
            case _:
                return self._multiplied(left, right)

    def _solved_from_right(self, left: Factor, matrix: Term) -> Term:
        """left * inv(matrix), that is the transpose of inv(matrix') * left'."""
        turned = self.terms.transposed(matrix)
        value = self.value(left)
        if dimensions_of(left.shape) < 2:
            return self.terms.fill(self.backend.solve, {"a": turned, "b": value})
        other = self.terms.transposed(value)
        return self.terms.transposed(self.terms.fill(self.backend.solve, {"a": turned, "b": other}))

    def _scaled_rows(self, diagonal: Term, right: Factor) -> Term:
        flat = dimensions_of(right.shape) < 2
        scales = diagonal if flat else self.terms.view(diagonal, "[:, None]")
        return self.terms.binary(scales, "*", self.value(right))

    def _multiplied(self, left: Factor, right: Factor) -> Term:
        first, second = self.value(left), self.value(right)
        if left.shape.columns != ONE:
            return self.terms.binary(first, "@", second)
        if ONE in (left.shape.rows, right.shape.columns):
            return self.terms.binary(first, "*", second)
        return self.terms.fill(self.backend.outer, {"a": first, "b": second})


def _is_bare(factors: Sequence[Factor], first: int, last: int) -> bool:
    """Whether the interval is one factor that would have to be formed as a matrix."""
    return first == last and factors[first].kind in (Kind.INVERSE, Kind.DIAGONAL)
