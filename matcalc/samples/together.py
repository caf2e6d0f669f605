"""Many expressions as one function of a sampled point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from matcalc.compile.function import compile_function
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, dimension_names
from matcalc.samples.sampling import Array, Point, drawn_symbols


class Together:
    """Many expressions as one function of a point, which computes once what they share.

    Where one of them has no value, or no code, it has None.
    """

    def __init__(self, expressions: Sequence[Node]) -> None:
        self._expressions = expressions
        self._names = [symbol.name for symbol in drawn_symbols(*expressions)]
        self._dimensions = dimension_names(*expressions)

    @cached_property
    def _function(self) -> Callable[..., Sequence[Any]]:
        return compile_function(tuple(self._expressions), drawn_symbols(*self._expressions))

    @cached_property
    def _halves(self) -> tuple[Together, Together]:
        half = len(self._expressions) // 2
        return Together(self._expressions[:half]), Together(self._expressions[half:])

    def __call__(self, point: Point) -> list[Array | None]:
        if not self._expressions:
            return []
        try:
            sizes = {name: point.sizes[name] for name in self._dimensions}
            values = {name: point.values[name] for name in self._names}
            with np.errstate(all="ignore"):
                found = self._function(**values, **sizes)
        except (MatcalcError, ArithmeticError, KeyError):  # of a variable that is bound elsewhere
            if len(self._expressions) == 1:
                return [None]
            return [value for half in self._halves for value in half(point)]
        return [value if np.all(np.isfinite(value)) else None for value in map(np.asarray, found)]
