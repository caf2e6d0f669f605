"""First derivatives as values: the gradient is the representer of the differential."""

from __future__ import annotations

from matcalc.answers.answer import Answer
from matcalc.calculus.wirtinger import wirtinger_derivatives
from matcalc.expressions.constructors import conjugate, hadamard
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node
from matcalc.operators.block_map import BlockMap, matrix_of
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.question import Moving, Question
from matcalc.rulebook import book
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.setting import Setting


def gradient_of(asked: Question) -> Answer:
    """The gradient of a scalar: df = <gradient, dX> in the settings of the variables."""
    value = asked.collected(gradients(asked))
    return Answer(asked, "gradient", 1, value, asked.operator(asked.restored(asked.change)))


def gradients(asked: Question) -> dict[str, Node]:
    """The gradient by each variable, in its setting."""
    return {one.name: _gradient(asked, one) for one in asked.moving}


def _gradient(asked: Question, one: Moving) -> Node:
    found, chosen = asked.slopes[one.name], one.setting
    if not chosen.is_plain:
        moved = asked.restored(chosen.represent(found))
        forms = [_short(asked, chosen, form) for form in (moved, expand(moved))]
        found = min(forms, key=size)
    return asked.shaped(conjugate(found)) if chosen.conjugates else found


def _short(asked: Question, chosen: Setting, form: Node) -> Node:
    return asked.shaped(chosen.shortened(asked.shaped(form)))


def differential_of(asked: Question, outer: Setting | None = None) -> Answer:
    """The derivative as an operator, one term for each direction, as on the board."""
    body = simplify(asked.restored(asked.change))
    return Answer(asked, "differential", 1, body, asked.operator(body, outer))


def jacobian_of(asked: Question) -> Answer:
    """The matrix of the derivative in vec order; by a scalar the derivative in the shape of f."""
    operator = asked.operator(asked.restored(asked.change))
    matrices = {one.name: _jacobian(asked, one, operator) for one in asked.moving}
    return Answer(asked, "jacobian", 1, asked.collected(matrices), operator)


def _jacobian(asked: Question, one: Moving, operator: LinearMap | BlockMap) -> Node:
    part = operator[one.name] if isinstance(operator, BlockMap) else operator
    assert isinstance(part, LinearMap)
    return asked.shortest(part.at_unit if one.variable.shape.is_scalar else part.matrix)


def wirtinger_of(asked: Question, is_conjugate: bool) -> Answer:
    """df/dZ, or df/dconj(Z), of a scalar; the operator is that part of df.

    Raises DomainError where a variable is real.
    """
    values, terms = {}, []
    for one in asked.moving:
        plain, conjugated = wirtinger_parts(asked, one)
        values[one.name] = conjugated if is_conjugate else plain
        moved = conjugate(one.tangent) if is_conjugate else one.tangent
        terms.append(paired(values[one.name], moved))
    operator = asked.operator(simplify(plus(*terms)))
    return Answer(asked, "wirtinger", 1, asked.collected(values), operator, is_conjugate)
