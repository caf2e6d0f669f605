"""Where an answer is valid: the domains of its operations, where arguments may be outside."""

from __future__ import annotations

import re
from collections.abc import Callable

from matcalc.calculus.differential import matrix_at_solution
from matcalc.calculus.implicit import equations
from matcalc.expressions.nodes import Apply, Node, Number, ordered
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.simplify.rewriting import simplify


def conditions(expression: Node, value: Node, write: Callable[[Node], str]) -> list[str]:
    """Conditions such as `X invertible`, each once, without those that declarations meet.

    A kink, where the value exists but the derivative does not, does not count where it has
    cancelled: norm2(x)^2 is smooth.
    """
    left = set(ordered(value))
    found: dict[str, None] = {}
    for equation in equations(expression):
        matrix = simplify(matrix_at_solution(equation))
        if not structure_of(matrix) & {"invertible", "positive"}:
            word = "not 0" if matrix.shape.is_scalar else "invertible"
            found[f"{write(matrix)} {word}"] = None
    for node in ordered(expression):
        if not isinstance(node, Apply) or not book.has(node.operation):
            continue
        operation = book.operation(node.operation)
        clauses = operation.texts("domain")
        if node in left or not _is_in_own_differential(node.operation):
            clauses += operation.texts("smooth")
        for clause in clauses:
            name, _, word = (part.strip() for part in clause.text.partition(":"))
            argument = _argument(node, name)
            if not _met(node, argument, word):
                found.setdefault(f"{write(argument)} {_filled(word, node, write)}")
    return list(found)


def _filled(word: str, node: Apply, write: Callable[[Node], str]) -> str:
    """The condition with the actual arguments in place of the parameters."""
    text = word.partition(" unless ")[0]
    for parameter, argument in zip(
        book.operation(node.operation).parameters, node.arguments, strict=True
    ):
        text = re.sub(rf"\b{parameter.name}\b", lambda _, a=argument: write(a), text)  # type: ignore[misc]
    return text


def _is_in_own_differential(name: str) -> bool:
    """Whether d f(X) mentions f(X), so that a kink of f shows in the answer if it is there."""
    rules = book.rules(name, "differential")
    return any(
        isinstance(node, Apply) and node.operation == name
        for rule in rules
        for node in ordered(rule.right)
    )


def _argument(node: Apply, name: str) -> Node:
    names = [parameter.name for parameter in book.operation(node.operation).parameters]
    return node.arguments[names.index(name)]


def _met(node: Node, argument: Node, word: str) -> bool:
    known = structure_of(argument)
    word, _, exception = word.partition(" unless p is ")
    if exception and isinstance(node, Apply) and _is_excepted(node.arguments[1], exception):
        return True
    return word in known or (word.startswith("nonzero") and "positive" in known)


def _is_excepted(exponent: Node, exception: str) -> bool:
    """Whether an exponent is one of those for which a power has no condition."""
    if exception == "an integer":
        return isinstance(exponent, Number) and exponent.value.denominator == 1
    return not isinstance(exponent, Number) or exponent.value > 0 or exponent.value.denominator != 1
