"""Wrong rules made from right ones, by the slips that people make when they write them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from matcalc.expressions.constructors import (
    add,
    is_zero,
    multiply,
    negate,
    number,
    ones,
    scale,
    transpose,
)
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol, ordered
from matcalc.printing.text import to_text
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate

Mutant = tuple[str, Node]


def mutants(right: Node, symmetric: Collection[Symbol] = ()) -> list[Mutant]:
    """Every expression that one slip makes of the right side of a rule, with its description.

    A parameter that the entry requires to be `symmetric` is its own transpose: to confuse the
    two is no slip.
    """
    found: dict[Node, str] = {}
    settled: dict[Node, Node] = {
        s: Symbol(s.name, s.shape, s.structure | {"symmetric"}) for s in symmetric
    }
    meant = instantiate(right, settled, NO_DIMENSIONS, book.apply)
    for name, wrong in _slips(right):
        same = instantiate(wrong, settled, NO_DIMENSIONS, book.apply) is meant
        if not same and wrong.shape == right.shape:
            found.setdefault(wrong, name)
    return [(name, wrong) for wrong, name in found.items()]


def _slips(right: Node) -> Iterator[Mutant]:
    yield "negated", negate(right)
    yield "doubled", scale(2, right)
    if is_zero(right):
        yield "not zero", ones(right.shape)
    if right.shape.is_square:
        yield "transposed", transpose(right)
    for node in ordered(right):
        for name, wrong in _inner_slips(node):
            if wrong.shape != node.shape:
                continue
            try:
                whole = instantiate(right, {node: wrong}, NO_DIMENSIONS, book.apply)
            except MatcalcError:
                continue  # the rest of the rule does not take that shape
            yield name, whole


def _inner_slips(node: Node) -> Iterator[Mutant]:
    match node:
        case Sum(terms=terms):
            for place, (_, term) in enumerate(terms):
                kept = terms[:place] + terms[place + 1 :]
                yield f"{to_text(term)} dropped", add(kept, node.shape)
                if term.shape.is_square and not term.shape.is_scalar:
                    turned = (terms[place][0], transpose(term))
                    yield f"{to_text(term)} transposed in a sum", add([*kept, turned], node.shape)
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            before = (number(coefficient), *scalars)
            for slip, changed in _changed_chains(factors):
                try:
                    yield slip, multiply(*before, *changed)
                except MatcalcError:
                    continue
        case Apply(operation=name, arguments=arguments, shape=shape):
            for place, argument in enumerate(arguments):
                if argument.shape.is_square and not argument.shape.is_scalar:
                    turned_arguments = list(arguments)
                    turned_arguments[place] = transpose(argument)
                    label = f"{to_text(argument)} transposed in {name}"
                    yield label, book.apply(name, turned_arguments, shape)
        case _:
            return


def _changed_chains(factors: tuple[Node, ...]) -> Iterable[tuple[str, tuple[Node, ...]]]:
    for place, factor in enumerate(factors):
        turned = (*factors[:place], transpose(factor), *factors[place + 1 :])
        yield f"{to_text(factor)} transposed", turned
    for place, (left, right) in enumerate(pairwise(factors)):
        swapped = (*factors[:place], right, left, *factors[place + 2 :])
        yield f"{to_text(left)} and {to_text(right)} swapped", swapped
