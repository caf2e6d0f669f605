"""First derivatives as values: the gradient is the representer of the differential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.calculus.wirtinger import wirtinger_derivatives
from matcalc.expressions.constructors import conjugate, hadamard, is_zero, multiply, plus
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node
from matcalc.expressions.operations import EntrySum
from matcalc.geometry.setting import Setting
from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap
from matcalc.operators.operator import ALONE
from matcalc.questions.question import Moving, Question
from matcalc.rulebook import book
from matcalc.rulebook.laws import Record
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.projections import projected


def gradients(asked: Question) -> dict[str, Node]:
    """The gradient by each variable, in its setting."""
    return {one.name: _gradient(asked, one) for one in asked.moving}


def _gradient(asked: Question, one: Moving) -> Node:
    found, chosen = asked.slopes[one.name], one.setting
    if not chosen.is_plain:
        found = formed(asked, chosen, asked.restored(chosen.represent(found)))
    return asked.shaped(conjugate(found)) if chosen.conjugates else found


def formed(asked: Question, chosen: Setting, found: Node, record: Record | None = None) -> Node:
    """An element in the shortest of its forms; what was rewritten for that is told to `record`."""

    def short(told: Record | None) -> Node:
        return _short(asked, chosen, found, told)

    def multiplied_out(told: Record | None) -> Node:
        return _short(asked, chosen, expand(found, told), told)

    def short_multiplied_out(told: Record | None) -> Node:
        return _short(asked, chosen, expand(short(told), told), told)

    forms = {way: way(None) for way in (short, multiplied_out, short_multiplied_out)}
    best = min(forms, key=lambda way: size(forms[way]))
    return forms[best] if record is None else best(record)


def _short(asked: Question, chosen: Setting, form: Node, record: Record | None) -> Node:
    plain = asked.shaped(chosen.shortened(form, record), record)
    return asked.shaped(chosen.shortened(plain, record), record)


def jacobians(asked: Question) -> dict[str, Node]:
    """The matrix of the derivative in vec order; by a scalar the derivative in the shape of f."""
    free = asked.operator(asked.change)
    return {one.name: _jacobian(asked, one, free) for one in asked.moving}


def _jacobian(asked: Question, one: Moving, operator: LinearMap | BlockMap) -> Node:
    part = operator.block(ALONE, one.name)
    return asked.shortest(part.at_unit if one.variable.shape.is_scalar else part.matrix)


def free_parts(asked: Question, one: Moving) -> tuple[Node, Node]:
    """df/dZ and df/dconj(Z) by one variable with all entries free, of its shape."""
    plain, conjugated = wirtinger_derivatives(asked.change, one.tangent)
    return asked.shaped(plain), asked.shaped(conjugated)


def wirtinger_parts(asked: Question, one: Moving) -> tuple[Node, Node]:
    """The same on the space of the variable: across it they vanish."""
    plain, conjugated = free_parts(asked, one)
    if one.setting.space.is_all:
        return plain, conjugated
    return _inside(asked, one, plain, False), _inside(asked, one, conjugated, True)


def _inside(asked: Question, one: Moving, part: Node, is_conjugate: bool) -> Node:
    """A Wirtinger derivative after the orthogonal projection on the space.

    Raises DomainError where that takes dZ to a map of conj(dZ) too.
    """
    body, setting = weighted(part, one, is_conjugate), one.setting
    if setting.metric.is_frobenius:
        along = setting.represent(one.tangent)
    else:
        along = projected(setting.space, one.tangent)
    restricted = simplify(substitute(body, {one.tangent: along}))
    found = [asked.shaped(node) for node in wirtinger_derivatives(restricted, one.tangent)]
    if not is_zero(found[not is_conjugate]):
        raise DomainError(
            f"d{one.name} and conj(d{one.name}) are not independent on the space "
            f"{setting.space.name}, which is linear over the real numbers only",
            hint="ask for the gradient or the differential there",
        )
    return found[is_conjugate]


def wirtinger_change(asked: Question, parts: Mapping[str, Sequence[Node]]) -> Node:
    """df by both derivatives: sum(P.*dZ) + sum(Q.*conj(dZ)), summed over the variables."""
    terms = [
        weighted(part, one, bool(place))
        for one in asked.moving
        for place, part in enumerate(parts[one.name])
    ]
    return plus(*terms)


def weighted(part: Node, one: Moving, is_conjugate: bool) -> Node:
    """sum(part.*dZ), or with conj(dZ)."""
    moved = conjugate(one.tangent) if is_conjugate else one.tangent
    if part.shape.is_scalar:
        return multiply(part, moved)
    return book.make(EntrySum, hadamard(part, moved))
