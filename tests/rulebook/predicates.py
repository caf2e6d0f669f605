"""Whether a predicate holds at given values, by plain NumPy: the second opinion on the guards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

import numpy as np

from matcalc.expressions.nodes import Node
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

At = Callable[[Node], Any]
NEAR = 1e-3  # samples keep away from the edge of a domain


def holds(predicate: Predicate, at: At) -> bool:
    """Whether it holds, and not only just; `at` gives the value of an expression."""
    match predicate:
        case Has(subject=subject, property=one):
            return _has(np.asarray(at(subject)), one)
        case Ordered(smaller=smaller, larger=larger, strict=strict):
            low, high = np.asarray(at(smaller)), np.asarray(at(larger))
            return bool(np.all(low < high) if strict else np.all(low <= high))
        case Equal(left=left, right=right):
            return bool(np.all(np.asarray(at(left)) == np.asarray(at(right))))
        case SimpleEigenvalue(subject=subject, position=position, mass=mass):
            matrix = _matrix(at(subject))
            values = np.linalg.eigvals(
                matrix if mass is None else np.linalg.solve(_matrix(at(mass)), matrix)
            )
            return _is_simple(np.sort(values.real), int(at(position)) - 1)
        case SimpleSingularValue(subject=subject, position=position):
            place, values = int(at(position)) - 1, _singular_values(_matrix(at(subject)))
            return _is_simple(values, place) and values[place] > NEAR
        case NoOppositeEigenvalues(left=left, right=right):
            first, second = (np.linalg.eigvals(_matrix(at(node))) for node in (left, right))
            return bool(np.abs(first[:, None] + second).min() > NEAR)
        case Unless(condition=condition, exception=exception):
            return holds(exception, at) or holds(condition, at)
        case ForAll():
            raise NotImplementedError("no rule of the book has a sum over an index to its left")
        case _:
            assert_never(predicate)


def _matrix(value: Any) -> Any:
    return np.atleast_2d(value)


def _singular_values(matrix: Any) -> Any:
    gram = matrix.conj().T @ matrix if len(matrix) >= len(matrix.T) else matrix @ matrix.conj().T
    return np.sqrt(np.maximum(np.sort(np.linalg.eigvals(gram).real)[::-1], 0))


def _is_simple(values: Any, place: int) -> bool:
    if not 0 <= place < len(values):
        return False
    others = np.delete(values, place)
    return bool(np.all(np.abs(others - values[place]) > NEAR))


def _has(value: Any, one: Property) -> bool:
    match one:
        case Property.POSITIVE:
            return np.iscomplexobj(value) or bool(value.min() > 0)
        case Property.NONNEGATIVE:
            return np.iscomplexobj(value) or bool(value.min() >= 0)
        case Property.NONZERO:
            return bool(np.abs(value).max() > NEAR)
        case Property.NONZERO_ENTRIES:
            return bool(np.abs(value).min() > NEAR)
        case Property.DISTINCT_ENTRIES:
            return bool(np.diff(np.sort(value.ravel())).min(initial=1) > NEAR)
        case Property.SINGLE_LARGEST_ENTRY:
            return _leads(value.ravel())
        case Property.SINGLE_SMALLEST_ENTRY:
            return _leads(-value.ravel())
        case Property.SINGLE_LARGEST_ENTRY_IN_ROWS:
            return all(_leads(row) for row in _matrix(value))
        case Property.INTEGER:
            return bool(np.all(value == np.round(value)))
        case Property.EVEN:
            return int(value) % 2 == 0
        case Property.CONSTANT_RANK:
            return True  # nothing that one point shows
        case _:
            return _matrix_has(_matrix(value), one)


def _leads(values: Any) -> bool:
    ranked = np.sort(values)[::-1]
    return len(ranked) < 2 or bool(ranked[0] - ranked[1] > NEAR)


def _matrix_has(matrix: Any, one: Property) -> bool:
    singular = _singular_values(matrix)
    match one:
        case Property.SYMMETRIC:
            return matrix.shape == matrix.T.shape and np.allclose(matrix, matrix.conj().T)
        case Property.SPD:
            return np.allclose(matrix, matrix.conj().T) and _eigenvalues(matrix).real.min() > NEAR
        case Property.INVERTIBLE:
            return bool(singular.min() > NEAR)
        case Property.FULL_RANK:
            return bool(singular.min() > NEAR)
        case Property.FULL_COLUMN_RANK:
            return len(matrix) >= len(matrix.T) and bool(singular.min() > NEAR)
        case Property.NONZERO_LEADING_MINORS:
            minors = (np.linalg.det(matrix[:k, :k]) for k in range(1, len(matrix) + 1))
            return all(abs(minor) > NEAR for minor in minors)
        case Property.NO_NEGATIVE_EIGENVALUE:
            values = _eigenvalues(matrix)
            return not np.any((np.abs(values.imag) < NEAR) & (values.real < 0.05))
        case Property.NO_IMAGINARY_EIGENVALUE:
            return bool(np.abs(_eigenvalues(matrix).real).min() > NEAR)
        case Property.NO_RECIPROCAL_EIGENVALUES:
            values = _eigenvalues(matrix)
            return bool(np.abs(values[:, None] * values - 1).min() > NEAR)
        case Property.REAL_EIGENVALUE:
            return bool(np.abs(_eigenvalues(matrix).imag).min() < 1e-12)
        case Property.SIMPLE_LARGEST_REAL_EIGENVALUE:
            values = _eigenvalues(matrix)
            return _leads(values[np.abs(values.imag) < 1e-12].real)
        case Property.SIMPLE_EIGENVALUES:
            return bool(np.diff(np.sort(_eigenvalues(matrix).real)).min(initial=1) > NEAR)
        case Property.SIMPLE_POSITIVE_SINGULAR_VALUES:
            return bool((-np.diff(singular, append=0)).min() > NEAR)
        case Property.SIMPLE_EXTREME_SINGULAR_VALUES:
            return _leads(singular) and _leads(-singular)
        case _:
            raise AssertionError(f"no test of {one}")


def _eigenvalues(matrix: Any) -> Any:
    return np.linalg.eigvals(matrix)
