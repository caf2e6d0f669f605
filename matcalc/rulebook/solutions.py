"""What the solution of an equation is: where it has to be symmetric, it is known to be.

P solves A*P*A' - P + Q = 0 with a symmetric Q: at a symmetric P the left side is symmetric. An
invertible linear map that keeps the symmetric matrices among themselves takes them onto all of
them, so that the one solution is symmetric. Where the equation is not linear, as Riccati's, there
are other solutions, and whoever means a symmetric one declares it.
"""

from __future__ import annotations

from typing import Protocol

from matcalc.expressions.build import Operations
from matcalc.expressions.constructors import minus, transpose, zero
from matcalc.expressions.errors import NotLinear
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Symbol
from matcalc.expressions.operations import Solution
from matcalc.language.kinds import closure
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.linearity import require_linear
from matcalc.rulebook.records import Operation


class Entries(Operations, Protocol):
    """The operations, and what their entries say."""

    def operation(self, name: str) -> Operation:
        """The entry of that name."""


def solution(book: Entries, unknown: Node, residual: Node) -> Node:
    """The value of the unknown that makes the residual zero."""
    assert isinstance(unknown, Symbol)
    known = closure("symmetric") if _is_symmetric(book, unknown, residual) else NO_STRUCTURE
    return Solution.raw(unknown, residual, shape=unknown.shape, structure=known)


def _is_symmetric(book: Entries, unknown: Symbol, residual: Node) -> bool:
    if unknown.shape.is_scalar or not unknown.shape.is_square or residual.is_complex:
        return False
    twin = Symbol(unknown.name, unknown.shape, unknown.structure | {"symmetric"})
    at_symmetric = instantiate(residual, {unknown: twin}, NO_DIMENSIONS, book.apply)
    if transpose(at_symmetric) is not at_symmetric:
        return False
    return "symmetric" in unknown.structure or _is_linear(book, unknown, residual)


def _is_linear(book: Entries, unknown: Symbol, residual: Node) -> bool:
    at_zero = instantiate(residual, {unknown: zero(unknown.shape)}, NO_DIMENSIONS, book.apply)
    try:
        require_linear(minus(residual, at_zero), [unknown], book.operation)
    except NotLinear:
        return False
    return True
