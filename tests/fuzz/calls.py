"""Operations of the book as forms: how a call is typed, built in Python, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.constructors import from_dimension
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation
from tests.fuzz.trees import ANY, ATOM, Form, Sizes, Tree
from tests.interpreter import MEANINGS
from tests.meanings.values import Array

# Signs have them, or they are about complex numbers, which a problem over R does not type.
_NOT_CALLED = {"ones", "power", "elementwise_power", "imaginary_unit", "conj", "re", "im", "herm"}
# They are chosen by what meets the result, and have no calls of their own.
_NOT_CALLED |= {"svdvals_wide", "qr_q_wide", "qr_r_wide"}
OPERATIONS = [book.operation(name) for name in book.names() if name not in _NOT_CALLED]


def spellings(operation: Operation) -> list[str]:
    """Its names that nothing else with as many arguments has."""
    count = len(operation.parameters)
    return [operation.name] + [
        word
        for word in operation.spelled
        if word.isidentifier()
        and [len(s.parameters) for s in book.signatures(word)].count(count) == 1
    ]


def sides(shape: Shape) -> tuple[Dimension, Dimension]:
    return shape.rows, shape.columns


def is_negative(size: Dimension) -> bool:
    """Whether nothing forbids a size below 1: p - m + 1."""
    return any(value < 0 and names for names, value in size.terms) or (
        size.integer is not None and size.integer < 1
    )


def matched(pattern: Shape, shape: Shape) -> dict[str, Dimension] | None:
    """What the names of a pattern stand for, where it is made of names and fits."""
    known: dict[str, Dimension] = {}
    for wanted, actual in zip(sides(pattern), sides(shape), strict=True):
        if wanted.name is not None:
            if known.setdefault(wanted.name, actual) != actual:
                return None
        elif wanted != actual:
            return None
    return known


def call(
    name: str,
    operation: Operation,
    arguments: Sequence[Tree | str],
    bound: dict[str, Dimension],
) -> Form:
    """The call as typed, by one of its names; what is not a value stands in it as it is."""
    holes = ["{}" if isinstance(one, Tree) else one for one in arguments]
    needs = tuple(ANY for one in arguments if isinstance(one, Tree))

    def meaning(*parts: Array, sizes: Sizes) -> Any:
        left = list(parts)
        full: list[Any] = []
        for one, parameter in zip(arguments, operation.parameters, strict=True):
            if isinstance(one, Tree):
                full.append(left.pop(0))
            elif parameter.kind == "function":
                full.append(MEANINGS[one])
            else:
                known = bound.get(parameter.name)
                value = int(one) if known is None else known.evaluate(sizes)
                full.append(np.array([[float(value)]]))
        return MEANINGS[operation.name](*full)

    def python(*parts: Any) -> Any:
        left = list(parts)
        full: list[Any] = []
        for one, parameter in zip(arguments, operation.parameters, strict=True):
            if isinstance(one, Tree):
                full.append(left.pop(0))
            elif parameter.kind == "function":
                raise LookupError("a function as an argument")
            else:
                known = bound.get(parameter.name)
                full.append(int(one) if known is None else from_dimension(known))
        return getattr(mc, name)(*full)

    return Form(f"{name}({', '.join(holes)})", ATOM, needs, meaning, python)
