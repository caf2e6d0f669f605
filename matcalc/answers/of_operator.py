"""What an answer tells of its operator: one name each, the same for every kind of answer."""

from __future__ import annotations

from abc import ABC
from typing import Any

from matcalc.calculus.normal_form import NormalForm
from matcalc.calculus.operator_structure import Structure
from matcalc.expressions.nodes import Node, Symbol
from matcalc.operators.block_map import BlockMap
from matcalc.operators.blocks import Blocks
from matcalc.operators.linear_map import LinearMap

Operator = LinearMap | BlockMap


class OfOperator(ABC):
    """`L(V)`, `L.adjoint`, `L @ M`, `2*L` and so on, said of `operator`."""

    operator: Operator

    def __call__(self, *directions: Any, **named: Any) -> Node | Blocks:
        return self.apply(*directions, **named)

    def apply(self, *directions: Any, **named: Any) -> Node | Blocks:
        """df in the direction V: an expression or its text; by names for several variables."""
        return self.operator.apply(*directions, **named)

    def __getitem__(self, name: str) -> LinearMap | Blocks:
        """The operator of one of several variables."""
        assert isinstance(self.operator, BlockMap)
        return self.operator[name]

    @property
    def tangent(self) -> Symbol:
        """The direction dX."""
        assert isinstance(self.operator, LinearMap)
        return self.operator.tangent

    @property
    def body(self) -> Node | Blocks:
        """df, linear in the directions."""
        return self.operator.body

    @property
    def adjoint(self) -> Operator:
        """The adjoint map, <L(V), W> = <V, L.adjoint(W)> in the products of both sides."""
        return self.operator.adjoint

    @property
    def matrix(self) -> Node:
        """J with vec(L(V)) = J*vec(V); of several variables stacked in order."""
        return self.operator.matrix

    @property
    def inverse(self) -> Operator:
        """The map R -> V with L(V) = R. Raises NoRule where there is none."""
        return self.operator.inverse

    def solve(self, right: Any) -> Node | Blocks:
        """The V with L(V) = R. Raises NoRule where the map has no inverse."""
        return self.operator.solve(right)

    @property
    def is_self_adjoint(self) -> bool:
        """Whether <L(U), V> = <U, L(V)>."""
        return self.operator.is_self_adjoint

    @property
    def trace(self) -> Node:
        """The sum of the eigenvalues."""
        return self.operator.trace

    @property
    def determinant(self) -> Node:
        """The product of the eigenvalues."""
        return self.operator.determinant

    @property
    def norm(self) -> Node:
        """The largest |L(V)| over |V| = 1."""
        return self.operator.norm

    @property
    def norm_fro(self) -> Node:
        """The root of the sum of |L(B)|^2 over an orthonormal basis."""
        return self.operator.norm_fro

    @property
    def structure(self) -> Structure | Blocks:
        """What the operator is, and how to multiply and solve with it."""
        return self.operator.structure

    @property
    def normal_form(self) -> NormalForm | Blocks:
        """The operator as a sum of A*V*B, C*V'*D, W.*V and U*<G, V>."""
        return self.operator.normal_form

    @property
    def domain(self) -> Any:
        """The shape of what the operator takes."""
        return self.operator.domain

    @property
    def codomain(self) -> Any:
        """The shape of what the operator gives."""
        return self.operator.codomain

    def __matmul__(self, inner: OfOperator | Operator) -> Operator:
        """The composition, the chain rule: a map, no answer."""
        return self.operator @ operator_of(inner)

    def __rmatmul__(self, outer: Operator) -> Operator:
        return outer @ self.operator

    def __add__(self, other: OfOperator | Operator) -> Operator:
        return self.operator + operator_of(other)  # type: ignore[operator]

    def __rmul__(self, factor: int) -> Operator:
        return factor * self.operator


def operator_of(given: OfOperator | Operator) -> Operator:
    """The operator of an answer, or the one given."""
    return given.operator if isinstance(given, OfOperator) else given
