"""The derivative as what it is: a linear operator dX -> df."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.pull_back import pull_back
from matcalc.expressions.constructors import plus, scale, symbol
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node, Symbol, symbols_of
from matcalc.language.problem import parse_expression
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate

_COTANGENTS = ("W", *(f"W{count}" for count in range(1, 1000)))


@dataclass(frozen=True)
class LinearMap:
    """A linear operator: `body` is an expression linear in the symbol `tangent`.

    `L(V)` applies it, `L.adjoint` transposes it, `L @ M` composes, `L.matrix` is its matrix in
    vec order. Nothing is vectorised unless the matrix is asked for.
    """

    tangent: Symbol
    body: Node

    @property
    def domain(self) -> Shape:
        """The shape of what the operator takes."""
        return self.tangent.shape

    @property
    def codomain(self) -> Shape:
        """The shape of what the operator gives."""
        return self.body.shape

    def apply(self, direction: Node | str) -> Node:
        """L(V), for an expression or its text; a new name stands for a direction.

        Raises ShapeError where V has not the shape of the tangent.
        """
        direction = read_direction(direction, self.tangent, self.body)
        if direction.shape != self.domain:
            raise ShapeError(f"the operator takes {self.domain}, not {direction.shape}")
        return instantiate(self.body, {self.tangent: direction}, NO_DIMENSIONS, book.apply)

    def pull_back(self, cotangent: Node) -> Node:
        """L*(W), with <L(V), W> = <V, L*(W)> in the Frobenius inner product."""
        if cotangent.shape != self.codomain:
            raise ShapeError(f"the adjoint takes {self.codomain}, not {cotangent.shape}")
        return pull_back(self.body, self.tangent, cotangent)

    @property
    def adjoint(self) -> LinearMap:
        """The operator L* with <L(V), W> = <V, L*(W)>."""
        taken = {variable.name for variable in symbols_of(self.body)}
        name = next(name for name in _COTANGENTS if name not in taken)
        cotangent = symbol(name, self.codomain, "tangent")
        return LinearMap(cotangent, self.pull_back(cotangent))

    @cached_property
    def matrix(self) -> Node:
        """J with vec(L(V)) = J*vec(V), vec stacking columns."""
        return kronecker_matrix(self.body, self.tangent)

    def __call__(self, direction: Node | str) -> Node:
        return self.apply(direction)

    def __matmul__(self, inner: LinearMap) -> LinearMap:
        """The composition L(M(V)), which is the chain rule."""
        return LinearMap(inner.tangent, self.apply(inner.body))

    def __add__(self, other: LinearMap) -> LinearMap:
        moved = other.apply(self.tangent)
        return LinearMap(self.tangent, plus(self.body, moved))

    def __rmul__(self, factor: int) -> LinearMap:
        return LinearMap(self.tangent, scale(factor, self.body))

    def __str__(self) -> str:
        return str(self.body)


def read_direction(direction: Node | str, tangent: Symbol, body: Node) -> Node:
    """A direction from an expression or its text; a new name is a symbol of the tangent's shape."""
    if isinstance(direction, Node):
        return direction
    known = {variable.name: variable for variable in symbols_of(body)}
    if direction.isidentifier() and direction not in known:
        return symbol(direction, tangent.shape)
    return parse_expression(direction, known, book)
