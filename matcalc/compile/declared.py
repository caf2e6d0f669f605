"""Arrays against the kinds that their variables are declared to be of.

A formula has used what is declared: with S' = S it is wrong for any other S, and silently. A call
of compiled code looks at no more than some rows and columns of a large matrix, which costs next to
nothing; what needs a factorisation is tested where one value is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import read_bound, values_of
from matcalc.language.kinds import kind_text

_MIRRORED = {"symmetric": ".T", "hermitian": ".conj().T"}
_LOOKED_AT = 32  # rows and columns of a matrix, from which its entries are taken


def _is_same(one: Any, other: Any) -> bool:
    """But for round-off: in float64 1.5e-8 of the largest entry."""
    if (one == other).all():
        return True
    import numpy

    return bool(abs(one - other).max() <= numpy.finfo(one.dtype).eps ** 0.5 * abs(one).max())


def _is_lower(array: Any) -> bool:
    import numpy

    matrix = _matrix(array)
    return _is_same(matrix, numpy.tril(matrix))


def _is_upper(array: Any) -> bool:
    return _is_lower(array.T)


def _smallest_eigenvalue(array: Any) -> float:
    import numpy

    return float(numpy.linalg.eigvalsh(_matrix(array))[0])


def _is_semidefinite(array: Any) -> bool:
    import numpy

    near = float(numpy.finfo(array.dtype).eps ** 0.5 * abs(array).max())
    return _smallest_eigenvalue(array) >= -near


def _is_orthonormal(array: Any) -> bool:
    import numpy

    matrix = _matrix(array)
    products = matrix.conj().T @ matrix
    return _is_same(products, numpy.eye(len(products)))


def _is_projection(array: Any) -> bool:
    return _is_same(array, (_matrix(array) @ _matrix(array)).reshape(array.shape))


def _matrix(array: Any) -> Any:
    return array.reshape(len(array) if array.ndim else 1, -1)


def _is_between(array: Any, *ends: str) -> bool:
    low, high = (float(read_bound(end) or 0) for end in ends)
    return bool((array > low).all() and (array < high).all())


def _sums_to_one(array: Any) -> bool:
    import numpy

    return bool((array > 0).all() and abs(array.sum() - 1) <= numpy.finfo(array.dtype).eps ** 0.5)


def _has_single_one(array: Any) -> bool:
    return bool(((array == 0) | (array == 1)).all() and array.sum() == 1)


def _is_hurwitz(array: Any) -> bool:
    import numpy

    return bool((numpy.linalg.eigvals(_matrix(array)).real < 0).all())


def _has_rank(array: Any, rank: str) -> bool:
    """Of a projection, whose trace is its rank; a rank that nothing tells may be any."""
    return not rank.isdecimal() or bool(abs(_matrix(array).trace() - int(rank)) < 0.5)


_Tests = Mapping[str, Callable[..., Any]]
# Holds of every part of a matrix with the same rows as columns, and of the whole of a vector.
_OF_PARTS: _Tests = {
    "symmetric": lambda array: _is_same(array, array.T),
    "hermitian": lambda array: _is_same(array, array.conj().T),
    "skew": lambda array: _is_same(array, -array.T),
    "lower": _is_lower,
    "upper": _is_upper,
    "open_interval": _is_between,
    "probability": _sums_to_one,
    "onehot": _has_single_one,
}
_OF_THE_WHOLE: _Tests = {
    **_OF_PARTS,
    "spd": lambda array: _smallest_eigenvalue(array) > 0,
    "hpd": lambda array: _smallest_eigenvalue(array) > 0,
    "psd": _is_semidefinite,
    "stiefel": _is_orthonormal,
    "complex_stiefel": _is_orthonormal,
    "permutation": lambda array: _is_same(array, array.round()),
    "projection": _is_projection,
    "rank": _has_rank,
    "hurwitz": _is_hurwitz,
}
_SAID = {
    "open_interval": "has entries outside that interval",
    "probability": "has entries that are not positive, or a sum other than 1",
    "onehot": "is not one 1 and zeros",
    "rank": "is of another rank",
    "hurwitz": "has an eigenvalue outside the open left half plane",
}


class LookedAt(Enum):
    """How much of an array is tested for the kind that is declared."""

    NOTHING = 0
    PARTS = 1
    WHOLE = 2


_TESTS: Mapping[LookedAt, _Tests] = {
    LookedAt.NOTHING: {},
    LookedAt.PARTS: _OF_PARTS,
    LookedAt.WHOLE: _OF_THE_WHOLE,
}


def require_declared(
    symbol: Symbol, array: Any, sizes: Mapping[str, int], looked_at: LookedAt
) -> None:
    """Raises DomainError where the array is not of the kind that is declared."""
    tests, stated = _TESTS[looked_at], dict(map(_parts, symbol.structure))
    words = [word for word in tests if word in stated]
    if words and looked_at is LookedAt.PARTS and array.ndim == 2:
        array = array[:: _step(len(array)), :: _step(len(array.T))]
    for word in words:
        if not tests[word](array, *(str(sizes.get(value, value)) for value in stated[word])):
            raise _complaint(symbol, word)


def _parts(word: str) -> tuple[str, tuple[str, ...]]:
    """A word of a structure without its values, and these."""
    stem = word.partition("(")[0]
    return stem, values_of(frozenset({word}), stem)


def _step(length: int) -> int:
    return -(-length // _LOOKED_AT)


def _complaint(symbol: Symbol, word: str) -> DomainError:
    name, kind = symbol.name, kind_text(symbol.shape, symbol.structure)
    hint = f"the answer holds for such {name} only; declare {name} otherwise"
    if word in _MIRRORED:
        hint += f", or pass ({name} + {name}{_MIRRORED[word]})/2"
    said = _SAID.get(word, f"is not {word}")
    return DomainError(f"{name} is declared {kind}, but the array given {said}", hint=hint)
