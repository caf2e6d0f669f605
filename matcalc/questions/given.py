"""A text that is read for arrays which are given by name: they tell what is not declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from matcalc.expressions.errors import MatcalcError, ShapeError, UnknownName
from matcalc.expressions.nodes import dimension_names
from matcalc.expressions.python_arguments import is_whole_number
from matcalc.language.calls import PRIMES
from matcalc.language.functions import derivative_of
from matcalc.language.guesses import suggestion
from matcalc.language.problem import declarations_in
from matcalc.language.syntax import Call, Name
from matcalc.language.understanding import Problem
from matcalc.questions.reading import Where, problem_of


def problem_given(
    text: str, where: Where, dialect: str | None, values: Mapping[str, Any]
) -> Problem:
    """The problem in which the undeclared names are of the kinds of their values.

    Where it does not fit so, as for an array of the vectors x_i, the text tells the kinds. Raises
    UnknownName for a value of which the text has no name.
    """
    declared = declarations_in(text, where)
    kinds = {n: kind for n, value in values.items() if n not in declared and (kind := _kind(value))}
    problem = _told(partial(problem_of, text, dialect=dialect), where, kinds)
    known = {*declared, *_words(problem)} - problem.definitions.keys()
    for name, value in values.items():
        size = problem.sizes.get(name)
        if not {name, derivative_of(name)[0]} & known:
            raise _unknown(name, sorted(problem.symbols.keys() & known))
        if size is not None and size.integer not in (None, value if is_whole_number(value) else 0):
            raise ShapeError(f"{name} is {size} by the other arrays, and {value!r:.60} is given")
    return problem


def _told(read: Callable[..., Problem], where: Where, kinds: Mapping[str, str]) -> Problem:
    """The problem with the kinds of the values, or else as the text tells them, if it fits these.

    The text tells that x has n entries where it sums over 1..n.
    """
    try:
        told, reason = read(_joined(where, kinds)), None
        if _has_all_sizes(told, kinds):
            return told
    except MatcalcError as problem:
        told, reason = None, problem
    with suppress(MatcalcError):
        by_text = read(where, kinds)
        if _has_kinds(by_text, kinds):
            return by_text
    if told is None:
        assert reason is not None
        raise reason
    return told


def _has_all_sizes(problem: Problem, kinds: Mapping[str, str]) -> bool:
    """Whether every size is one of a variable, or given."""
    sizes = set[str]().union(*(symbol.shape.names for symbol in problem.symbols.values()))
    return set(dimension_names(problem.expression)) <= sizes | kinds.keys()


def _has_kinds(problem: Problem, kinds: Mapping[str, str]) -> bool:
    """Whether scalars are given for the scalars, and for them alone."""
    found = {name: problem.symbols[name] for name in kinds if name in problem.symbols}
    numbers = {name for name in found if kinds[name].endswith(("scalar", "integer"))}
    return numbers == {name for name, symbol in found.items() if symbol.shape.is_scalar}


def _kind(value: Any) -> str:
    """The kind that an array has, "" for what tells none: a function, a vector of one entry."""
    import numpy

    try:
        shape = () if callable(value) else numpy.shape(value)
    except ValueError:
        return ""
    over = "complex_" if shape and numpy.iscomplexobj(value) else ""
    match shape:
        case () if not callable(value):
            number = "complex_scalar" if numpy.iscomplexobj(value) else "scalar"
            return "integer" if is_whole_number(value) else number
        case (rows,) if rows > 1:
            return f"{over}vector({rows})"
        case (rows, columns) if rows * columns > 1:
            return f"{over}matrix({rows},{columns})"
        case _:
            return ""


def _joined(where: Where, kinds: Mapping[str, str]) -> Where:
    if isinstance(where, Mapping):
        return {**where, **kinds}
    told = [f"{name}: {kind}" for name, kind in kinds.items()]
    return ", ".join([where, *told] if where and where.strip() else told)


def _words(problem: Problem) -> set[str]:
    """The names that stand in the text, and those of the sizes of its variables."""
    assert problem.inference is not None
    nodes = problem.inference.source.arena
    words = {node.word for node in nodes if isinstance(node, Name)}
    words |= {node.function.rstrip(PRIMES) for node in nodes if isinstance(node, Call)}
    return words.union(*(symbol.shape.names for symbol in problem.symbols.values()))


def _unknown(name: str, variables: Sequence[str]) -> UnknownName:
    return UnknownName(
        f"a value is given for `{name}`, and the text has no such name",
        hint=suggestion(name, variables) or f"its variables are {', '.join(variables)}",
    )
