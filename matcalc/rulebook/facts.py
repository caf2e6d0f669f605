"""Whether a predicate holds, for all that is known: of sizes, numbers and declared structure."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from matcalc.expressions.constructors import multiply
from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Number, Product
from matcalc.expressions.operations import Cholesky, DiagonalOf, Transpose
from matcalc.expressions.predicates import (
    Equal,
    ForAll,
    Has,
    NoOppositeEigenvalues,
    Ordered,
    Predicate,
    Property,
    SimpleEigenvalue,
    SimpleSingularValue,
    Unless,
)
from matcalc.expressions.ranges import Ranges
from matcalc.rulebook.structure import range_of, structure_of

_ANY_RANK = frozenset({"invertible", "stiefel", "complex_stiefel"})
_DEFINITE = frozenset({"spd", "hpd"})
_POSITIVE_EIGENVALUES = frozenset({"positive eigenvalues"})

# What each property follows from; a property that is not here is never known beforehand.
_FOLLOWS: dict[Property, frozenset[str]] = {
    Property.POSITIVE: frozenset({"positive"}),
    Property.NONNEGATIVE: frozenset({"positive", "nonnegative"}),
    Property.NONZERO: frozenset({"positive"}) | _ANY_RANK,
    Property.NONZERO_ENTRIES: frozenset({"positive"}),
    Property.INTEGER: frozenset({"integer"}),
    Property.SYMMETRIC: frozenset({"symmetric", "hermitian"}),
    Property.SPD: _DEFINITE,
    Property.INVERTIBLE: frozenset({"invertible"}),
    Property.FULL_RANK: _ANY_RANK,
    Property.FULL_COLUMN_RANK: _ANY_RANK,
    Property.CONSTANT_RANK: _ANY_RANK,
    Property.NONZERO_LEADING_MINORS: _DEFINITE,
    Property.NO_NEGATIVE_EIGENVALUE: _DEFINITE | _POSITIVE_EIGENVALUES,
    Property.NO_IMAGINARY_EIGENVALUE: _DEFINITE | _POSITIVE_EIGENVALUES | {"hurwitz"},
    Property.REAL_EIGENVALUE: frozenset({"symmetric"}),
}


def decided(predicate: Predicate) -> bool | None:
    """True where it holds whatever the variables are, False where it never does."""
    match predicate:
        case Has(subject=Number(value=value), property=one):
            return _of_number(value, one)
        case Has(subject=DiagonalOf(Cholesky()), property=Property.POSITIVE):
            return True
        case Has(subject=subject, property=Property.EVEN):
            return _even(dimension_value(subject))
        case Has(subject=subject, property=one):
            known = structure_of(subject) | _of_two_factors(subject)
            return True if known & _FOLLOWS.get(one, frozenset()) else None
        case Ordered(smaller=smaller, larger=larger, strict=strict):
            return _ordered(smaller, larger, strict)
        case Equal(left=left, right=right):
            return _equal(dimension_value(left), dimension_value(right))
        case NoOppositeEigenvalues(left=left, right=right):
            return True if _in_one_half_plane(left, right) else None
        case SimpleEigenvalue() | SimpleSingularValue():
            return None
        case Unless(condition=condition, exception=exception):
            if decided(exception) or decided(condition):
                return True
            return decided(condition) if decided(exception) is False else None
        case ForAll():
            return True if _holds_for_all(predicate) else None
        case _:
            assert_never(predicate)


def _of_two_factors(node: Node) -> frozenset[str]:
    """A product of two definite matrices has the eigenvalues of a definite one."""
    if not isinstance(node, Product) or node.scalars or node.coefficient < 0:
        return NO_STRUCTURE
    halves = (
        (multiply(*node.factors[:place]), multiply(*node.factors[place:]))
        for place in range(1, len(node.factors))
    )
    is_similar = any(all(structure_of(half) & _DEFINITE for half in pair) for pair in halves)
    return _POSITIVE_EIGENVALUES if is_similar else NO_STRUCTURE


def _in_one_half_plane(*matrices: Node) -> bool:
    """Whether the eigenvalues of all are known to be on one side of the imaginary axis."""
    known = [structure_of(one.inner if isinstance(one, Transpose) else one) for one in matrices]
    return any(all(side & words for words in known) for side in (_DEFINITE, {"hurwitz"}))


def _holds_for_all(predicate: Predicate) -> bool:
    """Whether it certainly holds for all values of its indices: 1 <= i for i in 1..k."""
    loops = []
    while isinstance(predicate, ForAll):
        loops.append((predicate.index, predicate.lower, predicate.upper))
        predicate = predicate.predicate
    return _holds(predicate, Ranges(loops))


def _holds(predicate: Predicate, ranges: Ranges) -> bool:
    match predicate:
        case Unless(condition=condition, exception=exception):
            return _holds(condition, ranges) or _holds(exception, ranges)
        case Ordered(smaller=smaller, larger=larger, strict=strict) if ranges.is_ordered(
            smaller, larger, int(strict)
        ):
            return True
        case _:
            return decided(predicate) is True


def _of_number(value: Fraction, one: Property) -> bool | None:
    match one:
        case Property.POSITIVE:
            return value > 0
        case Property.NONNEGATIVE:
            return value >= 0
        case Property.NONZERO | Property.NONZERO_ENTRIES | Property.INVERTIBLE:
            return value != 0
        case Property.INTEGER:
            return value.denominator == 1
        case Property.EVEN:
            return value % 2 == 0
        case _:
            return None


def _even(size: Dimension | None) -> bool | None:
    if size is None:
        return None
    if all(value % 2 == 0 for _, value in size.terms):
        return True
    return None if size.names else False


def _equal(left: Dimension | None, right: Dimension | None) -> bool | None:
    if left is None or right is None:
        return None
    if left == right:
        return True
    apart = (left - right).is_at_least(1) or (right - left).is_at_least(1)
    return False if apart else None


def _ordered(smaller: Node, larger: Node, strict: bool) -> bool | None:
    if isinstance(smaller, Number) and isinstance(larger, Number):
        return smaller.value < larger.value or (not strict and smaller.value == larger.value)
    low, high = dimension_value(smaller), dimension_value(larger)
    if low is not None and high is not None:
        gap = high - low - (1 if strict else 0)
        return True if gap.is_at_least(0) else False if (gap * -1).is_at_least(1) else None
    if isinstance(smaller, Number) or isinstance(larger, Number):
        never = _apart(larger, smaller, not strict)
        return True if _apart(smaller, larger, strict) else False if never else None
    return None


def _apart(smaller: Node, larger: Node, strict: bool) -> bool:
    """Whether the intervals in which all entries are known to be have the order."""
    left, right = range_of(smaller), range_of(larger)
    never = left.is_open_above or right.is_open_below
    return left.high < right.low or (left.high == right.low and (not strict or never))


def resolved(predicate: Predicate) -> Predicate:
    """Without an exception of which it is known that it is none."""
    match predicate:
        case Unless(condition=condition, exception=exception) if decided(exception) is False:
            return condition
        case _:
            return predicate
