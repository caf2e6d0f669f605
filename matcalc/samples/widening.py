"""Where the derivative is checked: with all entries of the variable free, wherever that is defined.

A variable declared symmetric still has a derivative in every direction. To move off the symmetric
matrices, the expression is rebuilt on a variable without the structure, so that no code that
relies on symmetry is used. Where an operation needs the structure (a Cholesky factor), directions
keep it.
"""

from __future__ import annotations

from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Symbol, children, ordered
from matcalc.expressions.predicates import Has, Property
from matcalc.language.kinds import open_words, thin_words
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute


def widened(expression: Node, variable: Symbol) -> tuple[Node, Symbol, frozenset[str]]:
    """The expression, its variable, and the structure that a direction must have."""
    if not thin_words(variable.structure):
        return expression, variable, NO_STRUCTURE
    if _needs_structure(expression, variable):
        return expression, variable, variable.structure
    free = Symbol(variable.name, variable.shape, open_words(variable.structure))
    return substitute(expression, {variable: free}), free, NO_STRUCTURE


def _named(expression: Node, variable: Symbol) -> set[Node]:
    """The variable as it stands in the expression: itself, or a twin with less structure."""
    found = (node for node in ordered(expression) if isinstance(node, Symbol))
    return {node for node in found if node.name == variable.name}


def _needs_structure(expression: Node, variable: Symbol) -> bool:
    """Whether an operation on the variable is defined for structured matrices only."""
    moving = _named(expression, variable)
    for node in ordered(expression):
        if not moving.isdisjoint(children(node)):
            moving.add(node)
    applied = (node for node in moving if isinstance(node, Apply) and book.has(node.operation))
    required = (one for node in applied for one in book.required(node, "requires"))
    asked = (Has(node, word) for node in moving for word in (Property.SYMMETRIC, Property.SPD))
    return not {one.predicate for one in required}.isdisjoint(asked)
