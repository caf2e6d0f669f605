"""Definitions that a board begins with, norm2(X) = sqrt(tr(X'*X)), and their names put back."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from matcalc.derivation.steps import Reason
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import base_and_exponent, divide, power
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered, visible
from matcalc.rulebook import book
from matcalc.rulebook.laws import Law, law_of


@dataclass(frozen=True)
class Definition:
    """A node, what it is by definition, and the law that says so."""

    node: Node
    value: Node
    law: Law


def definitions(expression: Node, variables: Set[Symbol]) -> list[Definition]:
    """Those of the operations in which one of the variables stands."""
    return [
        Definition(node, book.instantiate(rule, node.operation, node.arguments), _law(node))
        for node in visible(expression)
        if isinstance(node, Apply)
        and book.has(node.operation)
        and any(part in variables for part in ordered(node))
        for rule in book.rules_at(node, "definition")[:1]
    ]


def _law(node: Apply) -> Law:
    (rule, *_) = book.rules_at(node, "definition")
    return law_of(rule, f"definition of {node.operation}")


def write_out(lines: Lines, known: list[Definition]) -> None:
    """The definitions in place of what they define."""
    lines.put([Reason(one.law, one.node, one.value) for one in known])


def put_back(lines: Lines, known: list[Definition]) -> None:
    """The names in place of their definitions: tr(X'*X)^k is norm2(X)^(2*k)."""
    bases = {base: (one, own) for one in known for base, own in [base_and_exponent(one.value)]}
    reasons = []
    for node in ordered(lines.line):
        base, exponent = base_and_exponent(node)
        if base in bases:
            one, own = bases[base]
            reasons.append(Reason(one.law, node, power(one.node, divide(exponent, own))))
    lines.put(reasons)
