"""An answer with names for its parts: those a person gave, adjoint solutions, what is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.answers.second_order import second_order
from matcalc.derivation.adjoint import with_adjoint_solutions
from matcalc.derivation.gradient_terms import by_value_and_gradient
from matcalc.derivation.naming import with_repeated
from matcalc.expressions.binders import numbered
from matcalc.expressions.blocks import Value, map_leaves
from matcalc.expressions.constructors import named as under_name
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.operations import Solution
from matcalc.questions.reading import names_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.forms import size
from matcalc.simplify.naming import length

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer

_SHORTER = 0.75


def named(answer: Answer) -> Value:
    """What is printed, each block in its names, those of what is repeated last."""

    def in_its_names(node: Node) -> Node:
        return with_repeated(answer.kind.named(answer, node), names_of(answer.problem))

    found: Value = map_leaves(answer.shown, in_its_names)
    return found


def with_solutions(answer: Answer, value: Node) -> Node:
    """Adjoint solutions under names."""
    taken = {*answer.problem.symbols, *answer.problem.definitions}
    return with_adjoint_solutions(value, answer.problem.expression, taken)


def of_hessian(answer: Answer, value: Node) -> Node:
    """Of one variable: what is projected, or what f and its gradient share with the Hessian."""
    if answer.question.is_list:
        return value
    parts = answer.problem.definitions.values()
    is_plain = all(isinstance(part, Solution) for part in parts)  # nobody named a formula
    return _of_projected(answer, value) or (_of_hessian(answer, value) if is_plain else value)


def _of_hessian(answer: Answer, value: Node) -> Node:
    """The names of f and its gradient where that is shorter, or of functions that are repeated."""
    asked, one = answer.question, answer.question.alone
    is_operator: bool = value is answer.operator.body
    if is_operator:
        return value
    if one.free is one.variable:
        slope = asked.slopes[one.name]
        own = by_value_and_gradient(
            answer.problem.expression, slope, one.variable, one.tangent, value
        )
        if own is not None:
            return own
    taken = names_of(answer.problem)
    forms: list[Node] = [with_repeated(form, taken) for form in asked.forms(value)]
    return min(forms, key=length)


def _of_projected(answer: Answer, value: Node) -> Node | None:
    """On a space the operator, where that is much shorter with a name for H(V) to be projected."""
    one, work = answer.question.alone, second_order(answer.question)
    if work.is_plain:
        return None
    definitions, plain = answer.problem.definitions, one.tangent
    covector = work.outside(work.short(work.covector(one)))
    taken = {*answer.problem.symbols, *definitions, plain.name}
    name = numbered("Z", taken)
    normal = Symbol(name, plain.shape, plain.structure)
    short = work.short(one.setting.represent(normal))
    if size(covector) + size(short) > _SHORTER * size(value):
        return None
    return substitute(short, {normal: under_name(name, covector)})
