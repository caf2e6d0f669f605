"""Variables that an equation defines: x solves g(x, p) = 0.

In expressions x is the node implicit(x, g), in which the symbol x is bound. It moves with the
parameters, dx = -inv(dg/dx) * dg, where dg is the differential of g with x held fixed; transposed,
that is one solve with the transposed matrix (the adjoint method).
Sources: MIT 18.S096, lecture 6; Griewank & Walther 2008, ch. 15.
"""

from __future__ import annotations

from matcalc.calculus.differential import equation_matrix, solution_of
from matcalc.expressions.constructors import negate, zero
from matcalc.expressions.nodes import Apply, Node, ordered
from matcalc.expressions.operations import Solution
from matcalc.rulebook.substitution import substitute


def equations(*roots: Node) -> list[Apply]:
    """The variables that equations define in the expressions, the innermost first."""
    return [n for n in ordered(*roots) if isinstance(n, Solution)]


def solved(node: Apply) -> Node | None:
    """The solution of an equation that is linear in its unknown; None for others."""
    unknown, residual = node.arguments
    matrix = equation_matrix(node)
    if unknown in ordered(matrix):
        return None
    at_zero = substitute(residual, {unknown: zero(unknown.shape)})
    return solution_of(unknown.shape, matrix, negate(at_zero))


def explicit(root: Node) -> Node:
    """The expression with solutions of linear equations worked out, of others as variables."""
    values: dict[Node, Node] = {}
    for node in equations(root):
        found = solved(node)
        value = node.arguments[0] if found is None else found
        values[node] = substitute(value, values)
    return substitute(root, values) if values else root
