"""Matching a pattern of the rule book with an expression.

A symbol of the pattern stands for any expression of its shape that has the structure it was
declared with; the dimension names of the pattern stand for dimensions. A product pattern matches
some of the scalars and a run of neighbours of a longer product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matcalc.expressions.constructors import is_number, multiply, number, split_scalars
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Symbol,
)
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of

_SYNTACTIC = frozenset({"index", "integer", "function", "dimension"})


@dataclass
class Bindings:
    """What the symbols and dimension names of a pattern stand for."""

    values: dict[Node, Node] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)

    def copy(self) -> Bindings:
        return Bindings(dict(self.values), dict(self.dimensions))


def match(pattern: Node, node: Node, found: Bindings) -> bool:
    """Whether `node` is the pattern with values for its symbols, noted in `found`.

    Patterns come from the rule book and are a few levels deep, so recursion is on the pattern.
    """
    match pattern:
        case Symbol():
            return _match_symbol(pattern, node, found)
        case Number():
            return pattern is node
        case Identity(order=order):
            return isinstance(node, Identity) and _bind(order, node.order, found)
        case Apply(operation=name, arguments=arguments):
            return (
                isinstance(node, Apply)
                and node.operation == name
                and len(node.arguments) == len(arguments)
                and _bind(pattern.shape.rows, node.shape.rows, found)
                and _bind(pattern.shape.columns, node.shape.columns, found)
                and _match_all(arguments, node.arguments, found)
            )
        case Product():
            return _match_product(pattern, node, found)
        case _:
            return False


def _match_all(patterns: Sequence[Node], nodes: Sequence[Node], found: Bindings) -> bool:
    return all(match(p, node, found) for p, node in zip(patterns, nodes, strict=True))


def _match_symbol(pattern: Symbol, node: Node, found: Bindings) -> bool:
    known = found.values.get(pattern)
    if known is not None:
        return known is node
    if "function" in pattern.structure and book.has(pattern.name):
        return pattern is node
    if not (
        _bind(pattern.shape.rows, node.shape.rows, found)
        and _bind(pattern.shape.columns, node.shape.columns, found)
    ):
        return False
    needed = pattern.structure - _SYNTACTIC
    if needed and not needed <= structure_of(node):
        return False
    found.values[pattern] = node
    return True


def _bind(pattern: Dimension, actual: Dimension, found: Bindings) -> bool:
    name = pattern.name
    if name is not None:
        return found.dimensions.setdefault(name, actual) == actual
    return pattern.substitute(found.dimensions) == actual


def _match_product(pattern: Product, node: Node, found: Bindings) -> bool:
    """A whole product: `s*X` with a scalar variable, `-X`, or a chain factor by factor."""
    scalar, rest = split_scalars(node)
    if pattern.scalars:
        if is_number(scalar, 1) or len(pattern.scalars) != 1:
            return False
        if not match(pattern.scalars[0], scalar, found):
            return False
    elif not is_number(scalar) or scalar is not number(pattern.coefficient):
        return False
    if len(pattern.factors) == 1:
        return match(pattern.factors[0], rest, found)
    factors = rest.factors if isinstance(rest, Product) else (rest,)
    return len(factors) == len(pattern.factors) and _match_all(pattern.factors, factors, found)


def replace_in_product(pattern: Product, node: Product) -> tuple[Bindings, list[Node], int] | None:
    """Where a product pattern stands inside a longer product.

    Gives the bindings, the parts of the product with the matched ones taken out, and the place
    among them at which the right side of the identity belongs.
    """
    for start, found in _windows(pattern.factors, node.factors):
        scalars = _without(pattern.scalars, node.scalars, found)
        if scalars is None:
            continue
        before = [number(node.coefficient / pattern.coefficient), *scalars, *node.factors[:start]]
        after = node.factors[start + len(pattern.factors) :]
        return found, [*before, *after], len(before)
    return None


def _windows(patterns: Sequence[Node], factors: Sequence[Node]) -> list[tuple[int, Bindings]]:
    if not patterns:
        return [(0, Bindings())]
    places = []
    for start in range(len(factors) - len(patterns) + 1):
        found = Bindings()
        if _match_all(patterns, factors[start : start + len(patterns)], found):
            places.append((start, found))
    return places


def _without(
    patterns: Sequence[Node], scalars: Sequence[Node], found: Bindings
) -> list[Node] | None:
    """The scalars left when each pattern has taken the first one that it matches."""
    left = list(scalars)
    for pattern in patterns:
        for place, scalar in enumerate(left):
            trial = found.copy()
            if match(pattern, scalar, trial):
                found.values, found.dimensions = trial.values, trial.dimensions
                del left[place]
                break
        else:
            return None
    return left


def join(parts: Sequence[Node], place: int, middle: Node) -> Node:
    """The product of `parts` with `middle` put in at `place`."""
    return multiply(*parts[:place], middle, *parts[place:])
