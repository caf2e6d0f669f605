"""Places of largest entries, and products of all entries but some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def shares(places: Any) -> Any:
    """Equal shares of 1 at the places that are true."""
    return places / np.sum(places)


def shares_in_rows(places: Any) -> Any:
    """The same row by row."""
    return places / np.sum(places, axis=1, keepdims=True)


def products_of_others(X: Any) -> Any:
    """At each place the product of all other entries."""
    x = np.ravel(X)
    before = np.concatenate([[1.0], np.cumprod(x[:-1])])
    after = np.concatenate([np.cumprod(x[:0:-1])[::-1], [1.0]])
    return (before * after).reshape(np.shape(X))


def products_without_pairs(x: Any) -> Any:
    """At (i, j) the product of all entries of a vector but the i-th and the j-th, 0 where i = j."""
    one, unit = np.ones((len(x), 1)), np.eye(len(x))
    Y = np.where(unit > 0.0, 1.0, x)
    before = np.cumprod(np.hstack([one, Y[:, :-1]]), axis=1)
    after = np.cumprod(np.hstack([one, Y[:, :0:-1]]), axis=1)[:, ::-1]
    return before * after * (1.0 - unit)
