"""Derivatives of any order: linear in each of as many directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matcalc.calculus.differential import differential
from matcalc.expressions.constructors import symbol
from matcalc.expressions.nodes import Node, Symbol
from matcalc.questions.question import Moving, Question
from matcalc.questions.reading import names_of
from matcalc.simplify.rewriting import simplify

Slot = Mapping[str, Symbol]


def lower_orders(asked: Question, order: int) -> Iterator[Node]:
    """f, df[dX1], d2f[dX1, dX2], ..., in the twins: each the differential of the one before."""
    body = simplify(asked.expression)
    yield body
    for slot in slots(asked, order):
        body = differential(body, {one.free: slot[one.name] for one in asked.moving})
        yield body


def slots(asked: Question, order: int) -> list[Slot]:
    """The directions dX1, dY1, ..., then dX2, dY2, ..., under names that are not taken."""
    taken = names_of(asked.problem)
    columns = {one.name: _directions(one, order, taken) for one in asked.moving}
    return [{name: column[place] for name, column in columns.items()} for place in range(order)]


def _directions(one: Moving, order: int, taken: set[str]) -> list[Symbol]:
    stem = one.tangent.name
    while any(f"{stem}{place}" in taken for place in range(1, order + 1)):
        stem = f"d{stem}"
    names = [f"{stem}{place}" for place in range(1, order + 1)]
    taken.update(names)
    return [symbol(name, one.variable.shape, *one.tangent.structure) for name in names]
