"""What an operation demands of its arguments, and an answer of its variables, as data.

A `Predicate` is about expressions: in an entry of the rule book about its parameters, in an answer
about what stands there. The list is closed. Each room does its part by a match on it: the rule
book reads it, the door of applications refuses what cannot hold, code enforces it, samples are
drawn from it, printing says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from matcalc.expressions.binders import free_names, renamed, under_new_names
from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.operations import Entry
from matcalc.expressions.sums import UNIT


class Property(Enum):
    """What one value may have to be; the text is how an entry and a condition say it."""

    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    NONZERO = "nonzero"
    NONZERO_ENTRIES = "with nonzero entries"
    DISTINCT_ENTRIES = "with distinct entries"
    SINGLE_LARGEST_ENTRY = "with a single largest entry"
    SINGLE_SMALLEST_ENTRY = "with a single smallest entry"
    SINGLE_LARGEST_ENTRY_IN_ROWS = "with a single largest entry in each row"
    INTEGER = "an integer"
    EVEN = "even"
    SYMMETRIC = "symmetric"
    SPD = "spd"
    INVERTIBLE = "invertible"
    FULL_RANK = "of full rank"
    FULL_COLUMN_RANK = "of full column rank"
    CONSTANT_RANK = "of constant rank"
    NONZERO_LEADING_MINORS = "with nonzero leading minors"
    NO_NEGATIVE_EIGENVALUE = "without eigenvalues on the closed negative real axis"
    NO_IMAGINARY_EIGENVALUE = "without eigenvalues on the imaginary axis"
    NO_RECIPROCAL_EIGENVALUES = "without two eigenvalues whose product is 1"
    REAL_EIGENVALUE = "with a real eigenvalue"
    SIMPLE_LARGEST_REAL_EIGENVALUE = "with a simple largest real eigenvalue"
    SIMPLE_EIGENVALUES = "with simple eigenvalues"
    SIMPLE_POSITIVE_SINGULAR_VALUES = "with distinct positive singular values"
    SIMPLE_EXTREME_SINGULAR_VALUES = "with simple extreme singular values"


@dataclass(frozen=True)
class Has:
    """`X invertible`: the subject has a property; one of entries is that of all of them."""

    subject: Node
    property: Property


@dataclass(frozen=True)
class Ordered:
    """`1 <= i` or, strictly, `-1 < X`: of two scalars, or of a number and every entry."""

    smaller: Node
    larger: Node
    strict: bool


@dataclass(frozen=True)
class Equal:
    """`p*q = m*n`."""

    left: Node
    right: Node


@dataclass(frozen=True)
class SimpleEigenvalue:
    """The i-th smallest eigenvalue of a symmetric matrix, or of a pencil (A, M), is simple."""

    subject: Node
    position: Node
    mass: Node | None = None


@dataclass(frozen=True)
class SimpleSingularValue:
    """The i-th largest singular value is simple and positive."""

    subject: Node
    position: Node


@dataclass(frozen=True)
class NoOppositeEigenvalues:
    """No eigenvalue of `left` is minus one of `right`."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Unless:
    """The condition, except where the exception holds."""

    condition: Predicate
    exception: Predicate


@dataclass(frozen=True)
class ForAll:
    """The predicate for every value of an index from `lower` to `upper`."""

    index: Symbol
    lower: Node
    upper: Node
    predicate: Predicate


Predicate = (
    Has
    | Ordered
    | Equal
    | SimpleEigenvalue
    | SimpleSingularValue
    | NoOppositeEigenvalues
    | Unless
    | ForAll
)


def of_all_entries(predicate: Predicate) -> Predicate:
    """What is said of x[i] for all i in 1..n, said of x; other predicates as they are."""
    match predicate:
        case ForAll(index, lower, upper, Has(Entry(array, place), said)) if (
            place is index and lower is UNIT and dimension_value(upper) == array.shape.rows
        ):
            return Has(array, said)
    return predicate


def mapped(predicate: Predicate, change: Callable[[Node], Node]) -> Predicate:
    """The predicate about what `change` makes of the expressions in it."""
    values: dict[str, Any] = {}
    for field in fields(predicate):
        value = getattr(predicate, field.name)
        if isinstance(value, Node):
            values[field.name] = change(value)
        elif isinstance(value, Predicate):
            values[field.name] = mapped(value, change)
    return replace(predicate, **values)


def subjects(predicate: Predicate) -> Iterator[Node]:
    """The expressions that the predicate is about."""
    for field in fields(predicate):
        value = getattr(predicate, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, Predicate):
            yield from subjects(value)


def indices_of(predicate: Predicate) -> Iterator[Symbol]:
    """The indices over which the predicate is said."""
    while isinstance(predicate, ForAll):
        yield predicate.index
        predicate = predicate.predicate


def free_in(predicate: Predicate) -> set[str]:
    """The names that mean something outside the predicate: not those of its own indices."""
    if isinstance(predicate, ForAll):
        inside = free_in(predicate.predicate) - {predicate.index.name}
        return inside | free_names(predicate.lower, predicate.upper)
    return free_names(*subjects(predicate))


def with_new_names(predicate: Predicate, new: Mapping[Symbol, Symbol]) -> Predicate:
    """The predicate with new names for the variables that it or an expression in it binds."""
    if not isinstance(predicate, ForAll):
        return mapped(predicate, lambda node: under_new_names(node, new))
    old, inside = predicate.index, with_new_names(predicate.predicate, new)
    index = new.get(old, old)
    if index is not old:
        inside = mapped(inside, lambda node: renamed(node, old, index))
    lower, upper = (under_new_names(end, new) for end in (predicate.lower, predicate.upper))
    return ForAll(index, lower, upper, inside)
