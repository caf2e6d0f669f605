"""The first half of a derivation: from d(f) to an expression linear in dX, one rule a line.

Each line works out every pending differential that the chosen rule applies to; the rule is that
of the largest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.calculus.differential import (
    choose_rule,
    derived,
    differential,
    differential_of_solution,
    rule_of_index_product,
)
from matcalc.calculus.pull_back import moving_nodes
from matcalc.derivation.lines import pending, raw_apply, replace, unevaluated
from matcalc.derivation.steps import Step
from matcalc.expressions.constructors import (
    add,
    conjugate,
    dagger,
    hadamard,
    index_sum,
    multiply,
    number,
    plus,
    transpose,
    zero,
)
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol, children, ordered
from matcalc.expressions.operations import (
    Conjugate,
    FunctionEntrywise,
    Hadamard,
    IndexProduct,
    IndexSum,
    Solution,
    Transpose,
)
from matcalc.rulebook import book
from matcalc.simplify.rewriting import simplify

LINEAR = "d is linear; constants stay"
PRODUCT = "product rule"
SCALAR_CHAIN = "scalar chain rule"
UNKNOWN = "d phi(X) = phi'(X) .* dX"
IMPLICIT = "differentiate the equation g = 0: dx = -inv(dg/dx)*dg, x fixed in dg"


@dataclass(frozen=True)
class Expansion:
    """What d(e) is by one rule."""

    rule: str
    source: str
    value: Node
    linear: bool = False
    equation: tuple[Node, Node] | None = None


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
        self._follow_conjugate(node)
        if node not in self.moving:
            return zero(node.shape)
        if isinstance(node, Symbol):
            return self.tangents[node]
        match node:
            case Transpose(Symbol() as inner):
                return transpose(self.tangents[inner])
            case Conjugate(Symbol() as inner):
                return conjugate(self.tangents[inner])
            case Transpose(Conjugate(Symbol() as inner)):
                return dagger(self.tangents[inner])
            case _:
                return unevaluated(node)

    def expand(self, node: Node) -> Expansion:
        """One rule; where it only passes d on to something inside, also the rule for that."""
        found = self._one_rule(node)
        while found.linear and (waiting := pending(found.value)):
            inner = {one: self._one_rule(one.arguments[0]) for one in waiting}
            rules = {expansion.rule for expansion in inner.values()}
            if len(rules) != 1:
                break
            following = next(iter(inner.values()))
            value = replace(found.value, {one: e.value for one, e in inner.items()})
            names = dict.fromkeys([found.rule, following.rule])
            if len(names) > 1:
                names.pop(LINEAR, None)
            found = Expansion(
                "; ".join(names), following.source, value, following.linear, following.equation
            )
        return found

    def _follow_conjugate(self, node: Node) -> None:
        """What is new in a line: conj(d(e)) is written d(conj(e))."""
        if node.is_complex and node not in self.moving:
            self._follow(node)

    def _one_rule(self, node: Node) -> Expansion:
        self._follow_conjugate(node)
        match node:
            case Sum(terms=terms):
                parts = [(value, self.change(term)) for value, term in terms]
                return Expansion(LINEAR, "", add(parts, node.shape), linear=True)
            case Product():
                return self._product(node)
            case Hadamard(arguments):
                changed = [
                    hadamard(*arguments[:place], self.change(part), *arguments[place + 1 :])
                    for place, part in enumerate(arguments)
                    if part in self.moving
                ]
                return _product_rule(changed)
            case IndexSum(index, lower, upper, body):
                inside = index_sum(index, lower, upper, self.change(body))
                return Expansion(LINEAR, "", inside, linear=True)
            case IndexProduct(_, _, _, body) if body.shape.is_scalar:
                return Expansion(PRODUCT, "", rule_of_index_product(node, self.change(body)))
            case FunctionEntrywise(_, _, inner):
                return Expansion(UNKNOWN, "", hadamard(derived(node), self.change(inner)))
            case Solution(_, residual):
                change = differential(residual, self.tangents)
                value = simplify(differential_of_solution(node, change))
                return Expansion(IMPLICIT, "Griewank & Walther 2008, ch. 15", value)
            case Transpose(inner):
                return Expansion(LINEAR, "", transpose(self.change(inner)), linear=True)
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
        return _product_rule(terms)

    def _operation(self, node: Apply) -> Expansion:
        operation = book.operation(node.operation)
        changes = [self.change(argument) for argument in node.arguments]
        parameters = zip(operation.parameters, node.arguments, strict=True)
        if all(operation.is_linear_in(p.name) for p, a in parameters if a in self.moving):
            value = self._linear(node, changes)
            return Expansion(f"{operation.written} is linear", operation.source, value, linear=True)
        rule = choose_rule(node, "differential")
        scalars = all(argument.shape.is_scalar for argument in node.arguments)
        name = SCALAR_CHAIN if scalars else f"d {rule.text}"
        value = book.differential(rule, node, changes)
        equation = None if scalars else (unevaluated(rule.left), rule.right)
        return Expansion(name, operation.source, value, equation=equation)

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


def _product_rule(terms: list[Node]) -> Expansion:
    """The terms of the product rule; with one moving factor it is linearity."""
    if len(terms) == 1:
        return Expansion(LINEAR, "", terms[0], linear=True)
    return Expansion(PRODUCT, "", plus(*terms))


def written_out(expression: Node, variable: Symbol) -> list[Step]:
    """The definitions that the board begins with: norm2(X) = sqrt(tr(X'*X))."""
    moving = moving_nodes(ordered(expression), variable)
    values: dict[Node, Node] = {}
    for node in ordered(expression):
        if node in moving and isinstance(node, Apply) and book.has(node.operation):
            for rule in book.rules_at(node, "board")[:1]:
                values[node] = book.instantiate(rule, node.operation, node.arguments)
    names = sorted({node.operation for node in values if isinstance(node, Apply)})
    reason = " and ".join(f"definition of {name}" for name in names)
    return [Step(reason, "", expression, replace(expression, values))] if values else []


def forward_steps(expression: Node, tangents: Mapping[Symbol, Node]) -> list[Step]:
    """The lines from d(f) to df in dX, every differential worked out."""
    work = Forward(expression, tangents)
    line = work.change(expression)
    steps: list[Step] = []
    while waiting := pending(line):
        expansions = {node: work.expand(node.arguments[0]) for node in waiting}
        first = min(waiting, key=lambda node: (-node.rank[0], node.rank[1:]))
        chosen = expansions[first]
        values: dict[Node, Node] = {
            node: e.value for node, e in expansions.items() if e.rule == chosen.rule
        }
        after = replace(line, values)
        steps.append(Step(chosen.rule, chosen.source, line, after, chosen.equation))
        line = after
    return steps
