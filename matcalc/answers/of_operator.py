"""What an answer tells of its operator: one name each, the same for every kind of answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap

Operator = LinearMap | BlockMap


class OfOperator(ABC):
    """`L(V)`, `L.adjoint`, `L @ M`, `2*L` and so on, said of `operator`."""

    @property
    @abstractmethod
    def operator(self) -> Any:
        """The linear map behind the answer: a LinearMap, of a list of variables a BlockMap."""

    def __call__(self, *directions: Any, **named: Any) -> Any:
        return self.apply(*directions, **named)

    def apply(self, *directions: Any, **named: Any) -> Any:
        """df in the direction V: an expression or its text; by names for several variables."""
        return self.operator.apply(*directions, **named)

    def __getitem__(self, name: str) -> Any:
        """The operator of one of several variables."""
        return self.operator[name]

    @property
    def tangent(self) -> Any:
        """The direction dX; of several variables each one's."""
        return self.operator.tangent

    @property
    def body(self) -> Any:
        """df, linear in the directions."""
        return self.operator.body

    @property
    def adjoint(self) -> Any:
        """The adjoint map, <L(V), W> = <V, L.adjoint(W)> in the products of both sides."""
        return self.operator.adjoint

    @property
    def matrix(self) -> Any:
        """J with vec(L(V)) = J*vec(V); of several variables stacked in order."""
        return self.operator.matrix

    @property
    def inverse(self) -> Any:
        """The map R -> V with L(V) = R. Raises NoRule where there is none."""
        return self.operator.inverse

    def solve(self, right: Any) -> Any:
        """The V with L(V) = R. Raises NoRule where the map has no inverse."""
        return self.operator.solve(right)

    @property
    def is_self_adjoint(self) -> Any:
        """Whether <L(U), V> = <U, L(V)>."""
        return self.operator.is_self_adjoint

    @property
    def trace(self) -> Any:
        """The sum of the eigenvalues."""
        return self.operator.trace

    @property
    def determinant(self) -> Any:
        """The product of the eigenvalues."""
        return self.operator.determinant

    @property
    def norm(self) -> Any:
        """The largest |L(V)| over |V| = 1."""
        return self.operator.norm

    @property
    def norm_fro(self) -> Any:
        """The root of the sum of |L(B)|^2 over an orthonormal basis."""
        return self.operator.norm_fro

    @property
    def structure(self) -> Any:
        """What the operator is, and how to multiply and solve with it."""
        return self.operator.structure

    @property
    def normal_form(self) -> Any:
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

    def __matmul__(self, inner: OfOperator | Operator) -> Any:
        """The composition, the chain rule: a map, no answer."""
        return self.operator @ operator_of(inner)

    def __rmatmul__(self, outer: Operator) -> Any:
        return outer @ self.operator

    def __add__(self, other: OfOperator | Operator) -> Any:
        return self.operator + operator_of(other)

    def __radd__(self, other: Operator) -> Any:
        return other + self.operator

    def __rmul__(self, factor: int) -> Any:
        return factor * self.operator


def operator_of(given: OfOperator | Operator) -> Any:
    """The operator of an answer, or the one given."""
    return given.operator if isinstance(given, OfOperator) else given
