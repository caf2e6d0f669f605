"""Where the left side of an identity stands in a part of a line.

A guess of what the variables of the left side stand for is enough: the left side with these
values put in has to be what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations

from matcalc.expressions.constructors import (
    add,
    hadamard,
    multiply,
    number,
    scale,
    split_scalars,
    transpose,
)
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    ordered,
)
from matcalc.expressions.operations import Hadamard, Transpose
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.structure import structure_of

_OF_SYNTAX = {"index", "integer", "function", "dimension"}


@dataclass
class Found:
    """What the variables and the sizes of a pattern stand for."""

    values: dict[Node, Node] = field(default_factory=dict)
    sizes: dict[str, Dimension] = field(default_factory=dict)

    def with_size(self, pattern: Dimension, actual: Dimension) -> Found | None:
        if pattern.name is not None and pattern.name not in self.sizes:
            return Found(self.values, {**self.sizes, pattern.name: actual})
        known = pattern.substitute(self.sizes)
        open_sizes = pattern.names - set(self.sizes)
        return self if open_sizes or known == actual else None


Put = Callable[[Node], Node]


def instances(pattern: Node, node: Node) -> Iterator[tuple[Found, Put]]:
    """The ways in which the pattern stands in the node, and what the node is with it replaced."""
    for part, put in _parts(pattern, node):
        for found in matched(pattern, part, Found()):
            try:
                whole = instantiate(pattern, found.values, found.sizes, book.apply)
            except MatcalcError:
                continue
            if whole is part:
                yield found, put


def _parts(pattern: Node, node: Node) -> Iterator[tuple[Node, Put]]:
    """The parts of a sum or a product that may be an instance of the pattern."""
    yield node, lambda one: one
    if isinstance(pattern, Sum) and isinstance(node, Sum):
        yield from _some_terms(len(pattern.terms), node)
    if isinstance(pattern, Hadamard) and isinstance(node, Hadamard):
        for chosen in permutations(node.arguments, len(pattern.arguments)):
            rest = [a for a in node.arguments if a not in chosen]
            yield hadamard(*chosen), lambda one, rest=rest: hadamard(one, *rest)  # type: ignore[misc]
    if isinstance(pattern, Product) and isinstance(node, Product):
        yield from _some_factors(pattern, node)


def _some_terms(count: int, node: Sum) -> Iterator[tuple[Node, Put]]:
    for chosen in permutations(node.terms, count):
        rest = [term for term in node.terms if term not in chosen]
        for factor in dict.fromkeys(value for value, _ in chosen):
            for sign in (factor, -factor):
                part = add((value / sign, term) for value, term in chosen)

                def put(one: Node, sign: Fraction = sign, rest: list = rest) -> Node:  # type: ignore[type-arg]
                    return add([(sign, one), *rest], node.shape)

                yield part, put


def _some_factors(pattern: Product, node: Product) -> Iterator[tuple[Node, Put]]:
    factors = node.factors
    spans = [(i, j) for i in range(len(factors) + 1) for j in range(i, len(factors) + 1)]
    for start, end in spans if pattern.factors else [(0, 0)]:
        if bool(pattern.factors) != (end > start):
            continue
        for chosen in permutations(node.scalars, len(pattern.scalars)):
            rest = [s for s in node.scalars if s not in chosen]
            part = multiply(number(pattern.coefficient), *chosen, *factors[start:end])

            def put(one: Node, start: int = start, end: int = end, rest: list = rest) -> Node:  # type: ignore[type-arg]
                outside = number(node.coefficient / pattern.coefficient)
                return multiply(outside, *rest, *factors[:start], one, *factors[end:])

            yield part, put


def matched(pattern: Node, node: Node, found: Found) -> Iterator[Found]:
    """What the variables may stand for; the sides are compared afterwards."""
    match pattern:
        case Symbol():
            yield from _symbol(pattern, node, found)
        case Number():
            if pattern is node:
                yield found
        case Identity(order=order):
            if isinstance(node, Identity) and (sized := found.with_size(order, node.order)):
                yield sized
        case Zero():
            if isinstance(node, Zero) and (sized := _shape(pattern, node, found)):
                yield sized
        case Transpose(Symbol() as inner):
            yield from matched(inner, transpose(node), found)
        case Hadamard(arguments) if isinstance(node, Hadamard):
            for chosen in _shared_out(node, len(arguments)):
                yield from _all(arguments, chosen, found)
        case Apply(operation=name, arguments=arguments):
            if isinstance(node, Apply) and node.operation == name:
                sized = _shape(pattern, node, found)
                if sized is not None:
                    yield from _all(arguments, node.arguments, sized)
        case Product():
            yield from _product(pattern, node, found)
        case Sum(terms=terms):
            if _is_known(pattern, found):
                yield found
            yield from _dimension(pattern, node, found)
            if isinstance(node, Sum) and len(node.terms) == len(terms):
                for chosen in permutations(term for _, term in node.terms):
                    yield from _all([term for _, term in terms], chosen, found)


def _shared_out(node: Hadamard, count: int) -> Iterator[tuple[Node, ...]]:
    """So many parts of an entrywise product: single factors, and one that has all the others."""
    for singles in permutations(node.arguments, count - 1):
        others = [factor for factor in node.arguments if factor not in singles]
        for place in range(count if others else 0):
            yield *singles[:place], hadamard(*others), *singles[place:]


def _all(patterns: Sequence[Node], nodes: Sequence[Node], found: Found) -> Iterator[Found]:
    if len(patterns) != len(nodes):
        return
    if not patterns:
        yield found
        return
    for one in matched(patterns[0], nodes[0], found):
        yield from _all(patterns[1:], nodes[1:], one)


def _shape(pattern: Node, node: Node, found: Found) -> Found | None:
    sized = found.with_size(pattern.shape.rows, node.shape.rows)
    return sized and sized.with_size(pattern.shape.columns, node.shape.columns)


def _symbol(pattern: Symbol, node: Node, found: Found) -> Iterator[Found]:
    if pattern in found.values:
        if found.values[pattern] is node:
            yield found
        return
    if "function" in pattern.structure and book.has(pattern.name):
        if pattern is node:
            yield found
        return
    if "dimension" in pattern.structure:
        yield from _dimension(pattern, node, found)
        return
    sized = _shape(pattern, node, found)
    if sized is not None and pattern.structure - _OF_SYNTAX <= structure_of(node):
        yield Found({**sized.values, pattern: node}, sized.sizes)


def _dimension(pattern: Node, node: Node, found: Found) -> Iterator[Found]:
    try:
        sized = found.with_size(as_dimension(pattern, ""), as_dimension(node, ""))
    except MatcalcError:
        return
    if sized is not None:
        yield sized


def _product(pattern: Product, node: Node, found: Found) -> Iterator[Found]:
    """A product pattern and a whole node: factor by factor, a chain cut anywhere."""
    if _is_known(pattern, found):
        yield found  # compared afterwards
    outside, rest = split_scalars(node)
    if len(pattern.scalars) == 1:
        for one in matched(pattern.scalars[0], scale(1 / pattern.coefficient, outside), found):
            yield from _cut(pattern.factors, _factors(rest), one)
    yield from _dimension(pattern, node, found)
    scalars = node.scalars if isinstance(node, Product) else ()
    factors = _factors(node)
    if not pattern.scalars and len(pattern.factors) == 1:
        yield from matched(pattern.factors[0], scale(1 / pattern.coefficient, node), found)
        return
    for chosen in permutations(scalars, len(pattern.scalars)):
        for one in _all(pattern.scalars, chosen, found):
            yield from _cut(pattern.factors, factors, one)


def _factors(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _is_known(pattern: Node, found: Found) -> bool:
    """Whether all variables of the pattern have values, so that it can be put in."""
    inside = (node for node in ordered(pattern) if isinstance(node, Symbol))
    variables = (s for s in inside if not s.structure & {"dimension", "function"})
    return all(variable in found.values for variable in variables)


def _cut(patterns: Sequence[Node], factors: Sequence[Node], found: Found) -> Iterator[Found]:
    """The factors cut into as many runs as there are patterns."""
    if not patterns:
        yield found
        return
    if len(patterns) == 1:
        if factors:
            yield from matched(patterns[0], multiply(*factors), found)
        return
    for end in range(1, len(factors)):
        for one in matched(patterns[0], multiply(*factors[:end]), found):
            yield from _cut(patterns[1:], factors[end:], one)
