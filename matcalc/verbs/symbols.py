"""symbols: variables from declarations."""

from __future__ import annotations

from matcalc.expressions.nodes import Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.language.declarations import parse_declarations


@checked
def symbols(declarations: str) -> tuple[Symbol, ...]:
    """Variables from declarations, in order.

    >>> A, x = symbols("A: matrix(m,n), x: vector(n)")
    >>> print(A @ x)
    A*x
    """
    return tuple(parse_declarations(declarations).values())
