"""The first half of a derivation: from d(f) to an expression linear in dX, one rule a line.

Each line works out every pending differential that the chosen rule applies to; the rule is that
of the largest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.calculus.differential import choose_rule
from matcalc.derivation.lines import pending, raw_apply, replace, unevaluated
from matcalc.derivation.steps import Step
from matcalc.expressions.constructors import (
    add,
    hadamard,
    multiply,
    number,
    plus,
    transpose,
    zero,
)
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol, children, ordered
from matcalc.rulebook import book

LINEAR = "d is linear; constants stay"
PRODUCT = "product rule"
SCALAR_CHAIN = "scalar chain rule"


@dataclass(frozen=True)
class Expansion:
    """What d(e) is by one rule."""

    rule: str
    source: str
    value: Node


class Forward:
    """The differentials of one problem, worked out line by line."""

    def __init__(self, expression: Node, tangents: Mapping[Symbol, Node]) -> None:
        self.tangents = tangents
        self.moving: set[Node] = set(tangents)
        self._follow(expression)

    def _follow(self, root: Node) -> None:
        for node in ordered(root):
            if any(child in self.moving for child in children(node)):
                self.moving.add(node)

    def change(self, node: Node) -> Node:
        """dX for the variable, (dX)' for its transpose, 0 for a constant, d(e) otherwise."""
        if node not in self.moving:
            return zero(node.shape)
        if isinstance(node, Symbol):
            return self.tangents[node]
        match node:
            case Apply(operation="transpose", arguments=(Symbol() as inner,)):
                return transpose(self.tangents[inner])
            case _:
                return unevaluated(node)

    def expand(self, node: Node) -> Expansion:
        match node:
            case Sum(terms=terms):
                parts = [(value, self.change(term)) for value, term in terms]
                return Expansion(LINEAR, "", add(parts, node.shape))
            case Product():
                return self._product(node)
            case Apply(operation="hadamard", arguments=arguments):
                changed = [
                    hadamard(*arguments[:place], self.change(part), *arguments[place + 1 :])
                    for place, part in enumerate(arguments)
                    if part in self.moving
                ]
                rule = PRODUCT if len(changed) > 1 else LINEAR
                return Expansion(rule, "", plus(*changed))
            case Apply(operation="transpose", arguments=(inner,)):
                return Expansion(LINEAR, "", transpose(self.change(inner)))
            case Apply():
                return self._operation(node)
            case _:
                raise AssertionError("leaves have no pending differential")

    def _product(self, node: Product) -> Expansion:
        parts = node.scalars + node.factors
        places = [place for place, part in enumerate(parts) if part in self.moving]
        terms = [
            multiply(
                number(node.coefficient),
                *parts[:place],
                self.change(parts[place]),
                *parts[place + 1 :],
            )
            for place in places
        ]
        return Expansion(PRODUCT if len(places) > 1 else LINEAR, "", plus(*terms))

    def _operation(self, node: Apply) -> Expansion:
        operation = book.operation(node.operation)
        shown = book.rules(node.operation, "board")
        if shown:
            value = book.instantiate(shown[0], node.operation, node.arguments)
            self._follow(value)
            return Expansion(f"definition of {node.operation}", operation.source, self.change(value))
        changes = [self.change(argument) for argument in node.arguments]
        if operation.linear:
            return Expansion(
                f"{node.operation} is linear", operation.source, self._linear(node, changes)
            )
        rule = choose_rule(node, "differential")
        scalars = all(argument.shape.is_scalar for argument in node.arguments)
        name = SCALAR_CHAIN if scalars else f"d {rule.text}"
        return Expansion(name, operation.source, book.differential(rule, node, changes))

    def _linear(self, node: Apply, changes: list[Node]) -> Node:
        operation = book.operation(node.operation)
        terms = []
        for group in operation.linear:
            arguments = [
                change if parameter.name in group else argument
                for parameter, argument, change in zip(
                    operation.parameters, node.arguments, changes, strict=True
                )
            ]
            terms.append(raw_apply(node.operation, arguments, node.shape))
        return plus(*terms)


def forward_steps(expression: Node, tangents: Mapping[Symbol, Node]) -> list[Step]:
    """The lines from d(f) to df in dX, every differential worked out."""
    work = Forward(expression, tangents)
    line = work.change(expression)
    steps: list[Step] = []
    while waiting := pending(line):
        expansions = {node: work.expand(node.arguments[0]) for node in waiting}
        first = min(waiting, key=lambda node: (-node.rank[0], node.rank[1:]))
        chosen = expansions[first]
        values = {n: e.value for n, e in expansions.items() if e.rule == chosen.rule}
        after = replace(line, values)
        steps.append(Step(chosen.rule, chosen.source, line, after))
        line = after
    return steps
