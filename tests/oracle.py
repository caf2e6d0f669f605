"""Values by two ways that share nothing, the emitted code and the interpreter: they agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.nodes import Node, Symbol, dimension_names, ordered
from tests.interpreter import interpret
from tests.meanings.values import NoValue

_LARGEST_SIZE = 100
LIMIT = 1e-7


def evaluate(node: Node, /, **values: Any) -> Any:
    """`mc.evaluate`, its value compared with the interpreter's."""
    found = mc.evaluate(node, **values)
    require_agreement(node, found, values, sizes_from(node, values))
    return found


def require_agreement(
    node: Node, found: Any, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> None:
    """Raises AssertionError where the interpreter has another value, NoValue where it has none."""
    meant = np.asarray(interpret(node, values, sizes))
    assert np.shape(found) == meant.shape, f"{node}: shape {np.shape(found)}, not {meant.shape}"
    if distance(found, meant) > LIMIT:
        if sensitivity(node, values, sizes) > LIMIT:
            raise NoValue(f"{node} is nothing but round-off")
        raise AssertionError(f"{node}: the code gives {found}, its meaning is {meant}")


def distance(left: Any, right: Any) -> float:
    """Relative to the second, but what is almost nothing counts as nothing."""
    difference = np.linalg.norm(np.asarray(left) - right)
    return float(difference / (1 + np.linalg.norm(right)))


def sensitivity(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> float:
    """How far the value moves with the last digits of all that it is computed from.

    Relative as `distance`: an inverse near a singular matrix, a difference of equal numbers.
    """
    meant = interpret(node, values, sizes)
    noise = np.random.default_rng(1)
    return max(distance(interpret(node, values, sizes, noise), meant) for _ in range(2))


def nudged(values: Mapping[str, Any], size: float) -> dict[str, Any]:
    """With other digits from `size` on; whole numbers are positions and exponents, and stay."""
    random = np.random.default_rng(1)
    return {name: _nudged(value, size, random) for name, value in values.items()}


def _nudged(value: Any, size: float, random: np.random.Generator) -> Any:
    if isinstance(value, int) or not isinstance(value, float | complex | list | np.ndarray):
        return value
    return np.asarray(value) * (1 + size * random.standard_normal(np.shape(value)))


def sizes_from(node: Node, values: Mapping[str, Any]) -> dict[str, int]:
    """The dimensions, read off the arrays or given by name; m*n and n*(n + 1)/2 by trial."""
    sizes = {name: int(values[name]) for name in dimension_names(node) if name in values}
    symbols = [s for s in ordered(node) if isinstance(s, Symbol) and s.name in values]
    for _ in range(2):
        for symbol in symbols:
            axes = [d for d in (symbol.shape.rows, symbol.shape.columns) if d.integer != 1]
            for size, length in zip(axes, np.shape(values[symbol.name]), strict=False):
                unknown = size.names - set(sizes)
                if len(unknown) == 1:
                    (name,) = unknown
                    trials = range(1, _LARGEST_SIZE)
                    fits = (k for k in trials if size.evaluate({**sizes, name: k}) == length)
                    sizes[name] = next(fits)
    return sizes
