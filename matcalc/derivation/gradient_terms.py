"""A second derivative in the terms of the function and its gradient.

With r = x'*A*x/(x'*x) and its gradient g the Hessian of the Rayleigh quotient is
2*(A - r*I - x*g' - g*x')/(x'*x), as books print it; written out it takes many lines. The gradient
is written in terms of r, differentiated with dr = <g, dx>, and g put in where it stands.
"""

from __future__ import annotations

from matcalc.calculus.differential import differential
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.pull_back import inner_product
from matcalc.expressions.binders import names_in, numbered
from matcalc.expressions.constructors import named, symbol
from matcalc.expressions.nodes import Apply, Node, Product, Symbol, ordered
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.forms import factored, size
from matcalc.simplify.naming import under_name
from matcalc.simplify.rewriting import simplify

_READABLE = 24  # a matrix of this size is read at a glance and needs no names


def by_value_and_gradient(
    function: Node, gradient: Node, variable: Symbol, tangent: Symbol, matrix: Node
) -> Node | None:
    """The Hessian `matrix` in terms of f and its gradient g, None where that is not shorter."""
    if not isinstance(function, Product | Apply) or size(matrix) <= _READABLE:
        return None
    if variable.shape.is_scalar:
        return None
    taken = names_in(function)
    value = symbol(numbered("f", taken), function.shape)
    slope = symbol(numbered("G" if variable.name.isupper() else "g", taken), gradient.shape)
    first = under_name(gradient, function, value)
    if first is gradient:
        return None
    moved = {variable: tangent, value: inner_product(slope, tangent)}
    second = under_name(differential(first, moved), first, slope)
    short = factored(simplify(under_name(kronecker_matrix(second, tangent), first, slope)))
    if slope not in ordered(short) or size(short) + size(function) + size(first) >= size(matrix):
        return None
    names: dict[Node, Node] = {value: named(value.name, function)}
    names[slope] = named(slope.name, substitute(first, names))
    return substitute(short, names)
