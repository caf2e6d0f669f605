"""What a person describes a space by: linear in what is free in it, for a space has 0 in it."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.constructors import minus, zero
from matcalc.expressions.errors import DomainError, NotLinear
from matcalc.expressions.nodes import Node, Symbol
from matcalc.rulebook import book
from matcalc.rulebook.linearity import require_linear
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify


def linear_form(text: str, body: Node, free: Sequence[Symbol], end: str = "") -> Node:
    """The body that a text says, as it is or expanded, linear in the symbols together.

    Raises DomainError where it is not: an affine set has a constant in it. The hint then has its
    directions, with `end` behind the formula for them.
    """
    if not not_linear(body, free):
        return body
    body = expand(simplify(body))
    reason = not_linear(body, free)
    if reason:
        raise DomainError(
            f"{text} is no linear space of directions: {reason}", hint=_repair(body, free, end)
        )
    return body


def not_linear(body: Node, free: Sequence[Symbol]) -> str:
    """Why an expression is not linear in the symbols together; "" where it is."""
    try:
        require_linear(body, free, book.operation)
    except NotLinear as error:
        return error.message
    return ""


def _repair(body: Node, free: Sequence[Symbol], end: str) -> str:
    at_zero = substitute(body, {one: zero(one.shape) for one in free})
    linear = expand(simplify(minus(body, at_zero)))
    if not_linear(linear, free):
        return f"each of its terms has {' or '.join(one.name for one in free)} once, as a factor"
    return f"it is an affine set, with the directions {linear}{end}"
