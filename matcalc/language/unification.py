"""Unknown dimensions and what they are found to be.

An unknown is a dimension whose name starts with `?`, which no text can spell. Equations between
dimensions bind unknowns, at once where an equation is linear in one of them and otherwise when
enough else is known. Dimensions that a person named are rigid: they equal only themselves,
unless `flexible` lets such a name be an integer above 1, or a sum or product of other names; the
`sizes` of some are known, and `new` ones are what fits. A `proper` unknown is never 1: a matrix
that nobody declared is not a vector by accident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from matcalc.expressions.dimensions import ONE, Dimension, dimension

NO_SIZES: Mapping[str, Dimension] = {}
_Undo = tuple[str, Dimension]


@lru_cache(maxsize=4096)
def _unknown(count: int) -> Dimension:
    return dimension(f"?{count}")


def _age(name: str) -> tuple[int, str]:
    return (int(name[1:]), "") if name[0] == "?" else (-1, name)


def _unknown_names(size: Dimension) -> list[str]:
    return sorted(name for name in size.names if name[0] == "?")


class Unifier:
    """The equations between dimensions met so far, and their solution."""

    def __init__(
        self,
        flexible: Iterable[str] = (),
        sizes: Mapping[str, Dimension] = NO_SIZES,
        new: Iterable[str] = (),
    ) -> None:
        self._values: dict[Dimension, Dimension | None] = {}
        self._proper: set[Dimension] = set()
        self._trail: list[_Undo] = []
        self._waiting: list[tuple[Dimension, Dimension]] = []
        self._weights: dict[Dimension, int] = {}
        self._count = 0
        self.matrices: Sequence[tuple[Dimension, Dimension]] = ()  # the sides of the variables
        for name in flexible:
            self._values[dimension(name)] = None
            self._proper.add(dimension(name))
        self._rigid = frozenset(self._values)
        for name, size in sizes.items():
            self.unify(dimension(name), size)
        self._new = frozenset(map(dimension, new))
        self._values |= {size: self.unknown(proper=True) for size in self._new}

    def unknown(self, proper: bool = False) -> Dimension:
        """A new unknown dimension."""
        size = _unknown(self._count)
        self._count += 1
        self._values[size] = None
        if proper:
            self._proper.add(size)
        return size

    def resolve(self, size: Dimension) -> Dimension:
        """What is known about a dimension so far."""
        values = self._values
        found = values.get(size)
        while found is not None:
            size = found
            found = values.get(size)
        if size in values or size.name is not None or size.integer is not None:
            return size
        return self._substitute(size)

    def _substitute(self, size: Dimension) -> Dimension:
        known = {name: self.resolve(dimension(name)) for name in size.names}
        changed = {name: value for name, value in known.items() if value.name != name}
        return size.substitute(changed) if changed else size

    def is_one(self, size: Dimension) -> bool:
        return self.resolve(size) == ONE

    def is_unknown(self, size: Dimension) -> bool:
        """Whether nothing is known about a dimension."""
        found = self.resolve(size)
        return found in self._values and found not in self._rigid

    def keep_new(self) -> None:
        """Let new names that nothing tells stand for themselves."""
        for size in self._new:
            unknown = self.resolve(size)
            if self.is_unknown(unknown) and self._values.pop(size, None) is not None:
                self._values[unknown] = size

    def has_unknown(self, size: Dimension) -> bool:
        """Whether part of a dimension is not known."""
        return bool(_unknown_names(self.resolve(size)))

    def unify(self, left: Dimension, right: Dimension) -> bool:
        """Make two dimensions equal; False if they cannot be."""
        left, right = self.resolve(left), self.resolve(right)
        if left is right or left == right:
            return True
        for one, other in ((left, right), (right, left)):
            if one in self._values and one not in self._rigid:
                return self._bind(*self._lighter_first(one, other))
        for one, other in ((left, right), (right, left)):
            if one in self._rigid and self._may_be(other):
                return self._bind(one, other)
        return self._solve(left, right)

    def _lighter_first(self, one: Dimension, other: Dimension) -> tuple[Dimension, Dimension]:
        """Of two unknowns, bind the one that fewer others lead to, so that paths stay short."""
        if other not in self._values or other in self._rigid:
            return one, other
        weights = self._weights
        if weights.get(one, 1) > weights.get(other, 1):
            one, other = other, one
        weights[other] = weights.get(one, 1) + weights.get(other, 1)
        return one, other

    def _may_be(self, size: Dimension) -> bool:
        """Whether a dimension that a person named may turn out to be `size`."""
        if not size.names:
            return (size.integer or 0) > 1
        return size.name is None and not _unknown_names(size)

    def _bind(self, unknown: Dimension, size: Dimension) -> bool:
        if unknown in self._proper:
            if size == ONE:
                return False
            if size in self._values and size not in self._proper:
                self._proper.add(size)
                self._trail.append(("proper", size))
        value = size.integer
        if value is not None and value < 1:
            return False
        if not unknown.names.isdisjoint(size.names):
            return unknown not in self._rigid and self._solve(unknown, size)
        self._values[unknown] = size
        self._trail.append(("value", unknown))
        return True

    def _solve(self, left: Dimension, right: Dimension) -> bool:
        """An equation between polynomials: solve it for an unknown it is linear in."""
        difference = left - right
        unknowns = _unknown_names(difference)
        if not unknowns:
            return self._solve_rigid(difference)
        for name in unknowns:
            solution = _solve_linear(difference, name)
            if solution is not None:
                return self._bind(dimension(name), solution)
        if len(unknowns) == 1:
            solution = _solve_by_trial(difference, unknowns[0])
            if solution is not None:
                return self._bind(dimension(unknowns[0]), solution)
        self._waiting.append((left, right))
        self._trail.append(("waiting", left))
        return True

    def _solve_rigid(self, difference: Dimension) -> bool:
        """An equation like 2*n = 6 between named dimensions, where such names may be integers."""
        names = sorted(difference.names)
        if len(names) != 1 or dimension(names[0]) not in self._rigid:
            return not difference.terms
        solution = _solve_linear(difference, names[0])
        value = solution.integer if solution is not None else None
        return value is not None and value > 1 and self._bind(dimension(names[0]), dimension(value))

    def settle(self) -> bool:
        """Solve what waited for more to be known; False if an equation cannot hold."""
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            if not all(self.unify(left, right) for left, right in waiting):
                return False
            stuck = len(self._waiting) == len(waiting)
            if stuck and not self._match_factors(*self._waiting.pop()):
                return False
        return True

    def _match_factors(self, left: Dimension, right: Dimension) -> bool:
        """Choose a solution of m*n = p*q: n = p and m = q, as in kron(A, B)*vec(X); the sides of
        two matrices are equal, as in vec(A) - vec(B).
        """
        left, right = self.resolve(left), self.resolve(right)
        one, other = self._with_entries(left), self._with_entries(right)
        if one and other:
            return all(map(self.unify, one, other))
        if len(left.terms) != 1 or len(right.terms) != 1:
            return False
        (factors, value), (others, same) = left.terms[0], right.terms[0]
        if len(factors) != len(others) or value != same:
            return False
        pairs = zip(sorted(factors, key=_age), sorted(others, key=_age, reverse=True), strict=True)
        return all(self.unify(dimension(a), dimension(b)) for a, b in pairs)

    def _with_entries(self, size: Dimension) -> Sequence[Dimension]:
        """The sides of the variable that has so many entries."""
        found = ([self.resolve(side) for side in sides] for sides in self.matrices)
        return next((sides for sides in found if sides[0] * sides[1] == size), [])

    def mark(self) -> int:
        """The present state, for `undo`."""
        return len(self._trail)

    def undo(self, mark: int) -> None:
        """Forget everything found since `mark`."""
        while len(self._trail) > mark:
            what, size = self._trail.pop()
            if what == "value":
                self._values[size] = None
            elif what == "proper":
                self._proper.discard(size)
            else:
                self._waiting.pop()

    def forced(self) -> list[tuple[str, Dimension]]:
        """The names a person chose that turned out to be something else."""
        bound = [size for size in self._rigid if self._values[size] is not None]
        bound += [size for size in self._new if self.resolve(size) is not size]
        return sorted((str(size), self.resolve(size)) for size in bound)


def _solve_linear(difference: Dimension, name: str) -> Dimension | None:
    """The value of `name` that makes the polynomial 0, if that is a polynomial."""
    coefficient = [term for term in difference.terms if name in term[0]]
    if len(coefficient) != 1 or coefficient[0][0].count(name) != 1:
        return None
    divisor = list(coefficient[0][0])
    divisor.remove(name)
    total = dimension(0)
    for monomial, value in difference.terms:
        if name in monomial:
            continue
        rest = list(monomial)
        for factor in divisor:
            if factor not in rest:
                return None
            rest.remove(factor)
        quotient = Fraction(-value) / coefficient[0][1]
        total = total + Dimension(((tuple(rest), quotient),))
    return None if _is_impossible(total) else total


def _is_impossible(size: Dimension) -> bool:
    """Whether a dimension is a number that no shape can have, or a mere fraction of a name."""
    if not size.names:
        return (size.integer or 0) < 1
    return len(size.terms) == 1 and size.terms[0][1].numerator < 0


def _solve_by_trial(difference: Dimension, name: str) -> Dimension | None:
    """A solution of `n*(n + 1)/2 = k*(k + 1)/2` or `n^2 = 9`: try the names, then small numbers."""
    others = sorted(difference.names - {name})
    candidates = [dimension(other) for other in others if other[0] != "?"]
    candidates += [dimension(value) for value in range(1, 65)]
    for candidate in candidates:
        if not difference.substitute({name: candidate}).terms:
            return candidate
    return None
