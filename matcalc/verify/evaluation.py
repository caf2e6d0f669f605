"""An expression as a function of a sampled point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcalc.compile.function import evaluate
from matcalc.expressions.nodes import Node
from matcalc.verify.sampling import Point, dimension_names, free_symbols


class Evaluated:
    """The value of an expression at a point; `changed` replaces values of the point."""

    def __init__(self, expression: Node) -> None:
        self.expression = expression
        self.names = [symbol.name for symbol in free_symbols(expression)]
        self.dimensions = dimension_names(expression)

    def __call__(self, point: Point, changed: Mapping[str, Any] | None = None) -> Any:
        known = {**point.values, **(changed or {})}
        sizes = {name: point.sizes[name] for name in self.dimensions}
        return evaluate(self.expression, **{name: known[name] for name in self.names}, **sizes)
