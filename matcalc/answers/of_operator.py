"""What an answer tells of its operator: one name each, the same for every kind of answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap

Operator = LinearMap | BlockMap


def _told(name: str) -> Any:
    """What the operator says, in the same words."""
    return property(lambda self: getattr(self.operator, name), doc=getattr(LinearMap, name).__doc__)


class OfOperator(ABC):
    """`L(V)`, `L.adjoint`, `L @ M`, `2*L` and so on, said of `operator`."""

    @property
    @abstractmethod
    def operator(self) -> Any:
        """The linear map behind the answer: a LinearMap, of a list of variables a BlockMap."""

    tangent = _told("tangent")
    domain = _told("domain")
    codomain = _told("codomain")
    body = property(lambda self: self.operator.body, doc="df, linear in the directions.")
    adjoint = _told("adjoint")
    matrix = _told("matrix")
    inverse = _told("inverse")
    is_self_adjoint = _told("is_self_adjoint")
    trace = _told("trace")
    determinant = _told("determinant")
    norm = _told("norm")
    norm_fro = _told("norm_fro")
    structure = _told("structure")
    normal_form = _told("normal_form")

    def __call__(self, *directions: Any, **named: Any) -> Any:
        return self.operator(*directions, **named)

    def apply(self, *directions: Any, **named: Any) -> Any:
        """df in the direction V: an expression or its text; by names for several variables."""
        return self.operator.apply(*directions, **named)

    def __getitem__(self, name: str) -> Any:
        """The operator of one of several variables."""
        return self.operator[name]

    def solve(self, right: Any) -> Any:
        """The V with L(V) = R. Raises NoRule where the map has no inverse."""
        return self.operator.solve(right)

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
