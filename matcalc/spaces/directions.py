"""Directions: symbols in which a variable moves, and what a person gives for one."""

from __future__ import annotations

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.errors import expect
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import closure
from matcalc.language.problem import parse_expression
from matcalc.language.same_names import variables_by_name
from matcalc.rulebook import book


def variable_like(name: str, like: Node, *structure: str) -> Symbol:
    """A variable of the shape of a node, complex where that is, with a further structure."""
    field = ["complex"] if like.is_complex else []
    return Symbol(name, like.shape, closure(*field, *structure))


def direction(name: str, like: Node, *structure: str) -> Symbol:
    """The same as a direction in which the node may move."""
    return variable_like(name, like, "tangent", *structure)


def read_direction(direction: Node | str, tangent: Symbol, *bodies: Node) -> Node:
    """A direction from an expression or its text; a new name is a symbol of the tangent's shape.

    Raises DomainError where it has a name of the operator for another variable.
    """
    expect(direction, (str, Node), "an expression or its text")
    known = {variable.name: variable for variable in free_symbols(*bodies)}
    if isinstance(direction, Node):
        known.pop(tangent.name, None)
        variables_by_name(direction, known=known)
        return direction
    if direction.isidentifier() and direction not in known:
        return variable_like(direction, tangent)
    return parse_expression(direction, known, book)
