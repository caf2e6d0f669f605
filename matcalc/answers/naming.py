"""An answer with names for its parts: those a person gave, adjoint solutions, what is repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from matcalc.answers.second_order import second_order
from matcalc.derivation.adjoint import with_adjoint_solutions
from matcalc.derivation.naming import NamedValue, with_names, with_repeated
from matcalc.derivation.own_values import by_value_and_gradient
from matcalc.expressions.blocks import Value, leaves, map_leaves
from matcalc.expressions.nodes import Node, Symbol
from matcalc.simplify.forms import size

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer

_SHORTER = 0.75


@dataclass(frozen=True)
class Told:
    """A formula, or one for each variable, in which names stand for parts."""

    value: Value
    names: Mapping[str, Node]


def named(answer: Answer) -> Told:
    """What is printed, each block with its names."""
    names: dict[str, Node] = {}
    found: dict[tuple[str, ...], Node] = {}
    for path, node in leaves(answer.shown):
        one = _named(answer, node)
        found[path] = one.value
        names |= one.names
    paths = iter(found)
    return Told(map_leaves(answer.shown, lambda _: found[next(paths)]), names)


def _named(answer: Answer, value: Node) -> NamedValue:
    definitions = answer.problem.definitions
    if answer.kind == "hessian" and not answer.question.is_list:
        found = _of_projected(answer, value)
        if found is not None or not definitions:
            return found or _of_hessian(answer, value)
    taken = {*answer.problem.symbols, *definitions}
    short = with_adjoint_solutions(value, answer.problem.expression, taken)
    return with_names(short.value, {**definitions, **short.names})


def _of_hessian(answer: Answer, value: Node) -> NamedValue:
    """The names of f and its gradient where that is shorter, or of functions that are repeated."""
    asked, one = answer.question, answer.question.alone
    if value is answer.operator.body:
        return with_repeated(value)
    if one.free is one.variable:
        slope = asked.slopes[one.name]
        own = by_value_and_gradient(
            answer.problem.expression, slope, one.variable, one.tangent, value
        )
        if own is not None:
            return own
    return min(map(with_repeated, asked.forms(value)), key=lambda form: form.size)


def _of_projected(answer: Answer, value: Node) -> NamedValue | None:
    """On a space the operator, where that is much shorter with a name for H(V) to be projected."""
    one, work = answer.question.alone, second_order(answer.question)
    if work.is_plain:
        return None
    definitions, plain = answer.problem.definitions, one.tangent
    covector = work.outside(work.short(work.covector(one)))
    taken = {*answer.problem.symbols, *definitions, plain.name}
    name = next(stem for stem in _stems() if stem not in taken)
    short = work.short(one.setting.represent(Symbol(name, plain.shape, plain.structure)))
    if size(covector) + size(short) > _SHORTER * size(value):
        return None
    return with_names(short, {**definitions, name: covector})


def _stems() -> Iterator[str]:
    """Z, Z1, Z2, ..."""
    return (f"Z{number or ''}" for number in count())
