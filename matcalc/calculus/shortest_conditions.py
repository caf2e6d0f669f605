"""Conditions in the shortest form that says them: of smaller parts, and not what others imply."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from matcalc.expressions.constructors import (
    UNIT,
    conjugate,
    dagger,
    minus,
    negate,
    number,
    transpose,
)
from matcalc.expressions.marks import transposes
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Sum,
    children,
    ordered,
)
from matcalc.expressions.operations import (
    Absolute,
    Conjugate,
    Diagonal,
    ElementwisePower,
    Hadamard,
    Inverse,
    Kronecker,
    Norm2,
    Power,
    Trace,
    Transpose,
)
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
    of_all_entries,
)
from matcalc.rulebook import book
from matcalc.rulebook.facts import decided
from matcalc.rulebook.requirements import Requirement

_OF_COLUMNS = {Property.FULL_COLUMN_RANK, Property.SINGLE_LARGEST_ENTRY_IN_ROWS}
_STRONGER = {
    Property.NONNEGATIVE: {Property.POSITIVE},
    Property.NONZERO: {Property.POSITIVE, Property.NONZERO_ENTRIES, Property.INVERTIBLE},
    Property.NONZERO_ENTRIES: {Property.POSITIVE},
    Property.SYMMETRIC: {Property.SPD},
    Property.INVERTIBLE: {Property.SPD},
    Property.FULL_RANK: {Property.FULL_COLUMN_RANK, Property.INVERTIBLE},
}


def simplest(predicate: Predicate) -> Iterator[Predicate]:
    """The same of smaller parts: x'*x and norm2(x) are not 0 where x is not."""
    match predicate:
        case Has(
            subject=Apply(operation="det", arguments=(matrix,)),
            property=Property.NONZERO | Property.NONZERO_ENTRIES,
        ):
            yield from _invertible(matrix)
        case Has(subject=subject, property=Property.NONZERO | Property.NONZERO_ENTRIES as one):
            for part in _factors(subject):
                if part is not subject:
                    yield from simplest(Has(part, one))
                else:
                    yield Has(part, Property.NONZERO if part.shape.is_scalar else one)
        case Has(subject=Absolute(inner), property=Property.POSITIVE):
            yield from simplest(Has(inner, Property.NONZERO_ENTRIES))
        case Has(subject=subject, property=Property.INVERTIBLE):
            yield from _invertible(subject)
        case Has(subject=subject, property=one) if one not in _OF_COLUMNS:
            yield Has(_unconjugated(_untransposed(subject)), one)
        case Unless(condition=condition, exception=exception):
            exception = _shifted(exception)
            never = decided(exception) is False
            parts = simplest(condition)
            yield from parts if never else (Unless(one, exception) for one in parts)
        case ForAll(predicate=inner):
            yield from (replace(predicate, predicate=part) for part in simplest(inner))
        case NoOppositeEigenvalues(left=left, right=right):
            yield NoOppositeEigenvalues(_untransposed(left), _untransposed(right))
        case Ordered():
            yield _shifted(predicate)
        case Has() | Equal() | SimpleEigenvalue() | SimpleSingularValue():
            yield predicate


def solvable(matrix: Node) -> Predicate:
    return Has(matrix, Property.NONZERO if matrix.shape.is_scalar else Property.INVERTIBLE)


def _invertible(node: Node) -> Iterator[Predicate]:
    """The same of smaller parts: A*B and kron(A, B) are invertible where A and B are."""
    match node:
        case Product(scalars=scalars, factors=factors) if all(f.shape.is_square for f in factors):
            yield from (Has(part, Property.NONZERO) for one in scalars for part in _factors(one))
            for factor in factors:
                yield from _invertible(factor)
        case Kronecker(A, B) if A.shape.is_square and B.shape.is_square:
            yield from chain(_invertible(A), _invertible(B))
        case Transpose(inner) | Conjugate(inner) | Inverse(inner):
            yield from _invertible(inner)
        case Diagonal(inner):
            yield from simplest(Has(inner, Property.NONZERO_ENTRIES))
        case Sum(terms=((1, Kronecker(left, Identity())), (1, Kronecker(Identity(), right)))):
            yield from simplest(NoOppositeEigenvalues(right, transpose(left)))
        case Sum(terms=((1, Identity()), (-1, Kronecker(left, right)))) if left is right:
            yield from simplest(Has(left, Property.NO_RECIPROCAL_EIGENVALUES))
        case _:
            yield solvable(_unconjugated(node))


def _unconjugated(node: Node) -> Node:
    """A matrix or its conjugate, which are invertible together: C*C' for conj(C)*C.'."""
    return min((node, conjugate(node)), key=_marks) if node.is_complex else node


def _marks(root: Node) -> int:
    """How often conj and .' are printed in it; C' is neither."""
    pairs = ((node, part) for node in ordered(root) for part in children(node))
    return sum(isinstance(node, Transpose) != isinstance(part, Conjugate) for node, part in pairs)


def _shifted(exception: Predicate) -> Predicate:
    """`p - 1 is an integer` and `0 <= p - 1` without the number, and no sign before p."""
    match exception:
        case Ordered(smaller=Number(value=low), larger=Sum() as larger, strict=strict) if (
            larger.shape.is_scalar
        ):
            apart = _number_in(larger)
            return Ordered(number(low - apart), minus(larger, number(apart)), strict)
        case Has(subject=Sum() as subject, property=Property.INTEGER):
            apart = _number_in(subject)
            whole = number(apart if apart.denominator == 1 else 0)
            return Has(_unsigned(minus(subject, whole)), Property.INTEGER)
        case Has(subject=subject, property=Property.INTEGER):
            return Has(_unsigned(subject), Property.INTEGER)
    return exception


def _unsigned(node: Node) -> Node:
    return negate(node) if isinstance(node, Product) and node.coefficient < 0 else node


def _number_in(node: Sum) -> Fraction:
    return sum((value for value, term in node.terms if term is UNIT), Fraction(0))


def _untransposed(node: Node) -> Node:
    return min(node, transpose(node), key=transposes)


def _factors(node: Node) -> Iterator[Node]:
    """What has to be nonzero for the node to be so."""
    match node:
        case Product(scalars=scalars, factors=()):
            for scalar in scalars:
                yield from _factors(scalar)
        case Trace(Product(scalars=(), factors=(left, right))) if left is dagger(right):
            yield right
        case Product(scalars=(), factors=(left, right)) if left is dagger(right):
            yield right
        case Norm2(inner) | Absolute(inner):
            yield from _factors(inner)
        case Hadamard(arguments) | Kronecker(arguments=arguments):
            for argument in arguments:
                yield from _factors(argument)
        case Power(base, _) | ElementwisePower(base, _):
            yield from _factors(base)
        case _:
            yield node


def _has_positive_determinant(matrix: Node, known: Collection[Predicate]) -> bool:
    return Has(book.apply("det", [matrix]), Property.POSITIVE) in known


def merged(found: dict[Predicate, Requirement]) -> dict[Predicate, Requirement]:
    """Neither negative nor 0 is positive."""
    joined: dict[Predicate, Requirement] = {}
    for predicate, one in found.items():
        match predicate:
            case Has(subject=subject, property=Property.NONNEGATIVE):
                named = Property.NONZERO if subject.shape.is_scalar else Property.NONZERO_ENTRIES
                others = list(map(found.get, simplest(Has(subject, named))))
                if len(others) == 1 and others[0] and not others[0].subgradient:
                    predicate = Has(subject, Property.POSITIVE)
        joined[predicate] = one.about(predicate)
    return joined


def implied(predicate: Predicate, found: Collection[Predicate]) -> bool:
    """Whether another condition says more."""
    match predicate:
        case Has(subject=subject, property=one):
            known = {*found, *map(of_all_entries, found)}
            if one is Property.INVERTIBLE and _has_positive_determinant(subject, known):
                return True
            return any(Has(subject, stronger) in known for stronger in _STRONGER.get(one, ()))
        case ForAll(index=index, lower=lower, upper=upper, predicate=inner):
            same = (one for one in found if isinstance(one, ForAll) and one.index is index)
            return implied(
                inner, [one.predicate for one in same if (one.lower, one.upper) == (lower, upper)]
            )
        case Ordered(smaller=smaller, larger=larger, strict=False):
            return Ordered(smaller, larger, True) in found
        case Ordered(smaller=Number(value=low), larger=larger) if low <= 0:
            return Has(larger, Property.POSITIVE) in found
        case SimpleEigenvalue(subject=subject, mass=None):
            return Has(subject, Property.SIMPLE_EIGENVALUES) in found
        case Unless(exception=exception) if exception in found:
            return True
        case Unless(condition=condition, exception=Ordered(smaller=low, larger=p) as exception):
            others = (one for one in found if isinstance(one, Unless) and one is not predicate)
            return any(
                one.condition == condition
                and isinstance(one.exception, Ordered)
                and one.exception.larger is p
                and decided(replace(exception, larger=one.exception.smaller)) is True
                and decided(Ordered(one.exception.smaller, low, False)) is False
                for one in others
            )
        case _:
            return False
