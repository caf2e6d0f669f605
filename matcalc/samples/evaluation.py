"""An expression as a function of a sampled point.

Variables that nonlinear equations define are solved for, by Newton's method, from where the last
point had them: along a line through a point the solution stays on one branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matcalc.calculus.differential import equation_matrix
from matcalc.calculus.implicit import equations, solved
from matcalc.compile.arithmetic import Imprecise
from matcalc.compile.exact import evaluate_exactly
from matcalc.compile.function import evaluate
from matcalc.compile.sharpening import Kinds
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Apply, Node, Symbol, dimension_names
from matcalc.samples.sampling import Array, Point, axes_of, drawn_symbols

_MOST_STEPS = 60
_SMALL = 1e-12


class Evaluated:
    """The value of an expression at a point; `changed` replaces values of the point."""

    def __init__(self, expression: Node) -> None:
        self.expression = expression
        self.unknowns = [_Unknown(n) for n in equations(expression) if solved(n) is None]
        self.names = [symbol.name for symbol in drawn_symbols(expression)]
        self.names += [unknown.symbol.name for unknown in self.unknowns]
        self.dimensions = dimension_names(expression)

    def __call__(self, point: Point, changed: Mapping[str, Any] | None = None) -> Any:
        known = {**point.values, **(changed or {})}
        for unknown in self.unknowns:
            known[unknown.symbol.name] = unknown.solve(known, point)
        return evaluate(self.expression, **self._arguments(known, point))

    def precisely(self, point: Point, digits: int, kinds: Kinds) -> Any:
        """The value to many digits. Raises Imprecise where there is no code for that."""
        from matcalc.compile.precise import evaluate_precisely  # brings in mpmath

        return evaluate_precisely(self.expression, digits, kinds, **self._known(point))

    def exactly(self, point: Point) -> Any:
        """The value in fractions. Raises Imprecise where an operation is not rational."""
        return evaluate_exactly(self.expression, **self._known(point))

    def _known(self, point: Point) -> dict[str, Any]:
        if self.unknowns:
            raise Imprecise("Newton's method")
        return self._arguments(point.values, point)

    def _arguments(self, known: Mapping[str, Any], point: Point) -> dict[str, Any]:
        sizes = {name: point.sizes[name] for name in self.dimensions}
        return {**{name: known[name] for name in self.names}, **sizes}


class _Unknown:
    """The variable of a nonlinear equation."""

    def __init__(self, node: Apply) -> None:
        symbol, residual = node.arguments
        assert isinstance(symbol, Symbol)
        self.symbol = symbol
        inner = [n.arguments[0] for n in equations(residual)]
        self._bound = [n.name for n in inner if isinstance(n, Symbol)]
        self._residual, self._matrix = residual, equation_matrix(node)
        self._last: tuple[Point, Array] | None = None

    def solve(self, known: Mapping[str, Any], point: Point) -> Any:
        """Newton's method. Raises DomainError where it finds nothing."""
        axes = axes_of(self.symbol.shape, point.sizes)
        x = np.ones(axes) if self._last is None or self._last[0] is not point else self._last[1]
        for _ in range(_MOST_STEPS):
            residual = self._value(self._residual, known, point, x)
            matrix = self._value(self._matrix, known, point, x).reshape(x.size, x.size)
            step = np.linalg.solve(matrix, residual.ravel(order="F"))
            x = x - step.reshape(axes, order="F")
            if np.linalg.norm(step) <= _SMALL * (1 + np.linalg.norm(x)):
                self._last = point, x
                return x[()]
        raise DomainError(f"no solution of the equation for {self.symbol.name} was found")

    def _value(self, node: Node, known: Mapping[str, Any], point: Point, x: Array) -> Array:
        names = {symbol.name for symbol in drawn_symbols(node)}.union(
            name for name in self._bound if name in known
        )
        values = {name: known[name] for name in names if name in known}
        values[self.symbol.name] = x[()]
        used = {name: value for name, value in values.items() if name in names}
        sizes = {name: point.sizes[name] for name in dimension_names(node)}
        return np.asarray(evaluate(node, **used, **sizes), dtype=float)
