"""What only a second derivative tells: its bilinear form, Newton's step, the gradient behind it."""

from __future__ import annotations

from typing import Any

from matcalc.answers import newton
from matcalc.answers.kind import Kind
from matcalc.answers.second_order import second_order
from matcalc.expressions.nodes import Node
from matcalc.questions.question import Question
from matcalc.simplify.rewriting import simplify


class OfHessian:
    """`H.map`, `H.form(U, V)`, `H.newton_step()` and the rest, of the answer to `hessian`."""

    kind: Kind
    question: Question
    value: Any
    operator: Any

    @property
    def map(self) -> Any:
        """The answer as a linear map: of a Hessian V -> d(grad f)[V], else dX -> df."""
        return self.operator

    @property
    def gradient(self) -> Any:
        """The gradient that a Hessian is the derivative of, in the same settings."""
        return self.question.collected(second_order(self._second("gradient behind it")).gradient)

    def form(self, left: Any, right: Any) -> Node:
        """f''[U, V] = <U, d(grad f)[V]>, symmetric in U and V; mappings for several variables."""
        found = newton.bilinear_form(self._second("bilinear form")).apply(left, right)
        assert isinstance(found, Node)
        return simplify(found)

    def newton_step(self) -> Any:
        """The V with map(V) = -gradient. Raises NoRule where the map has no inverse."""
        return newton.newton_step(self._second("Newton step"))

    @property
    def reduced(self) -> Node:
        """The Hessian in vech(X), D'*H*D with vec(X) = D*vech(X), of a symmetric variable.

        Raises DomainError where the variable is not declared symmetric.
        """
        return newton.reduced(self._second("reduced form"), self.value)

    @property
    def reduced_gradient(self) -> Node:
        """The gradient in vech(X), D'*vec(G), of a symmetric variable."""
        return newton.reduced_gradient(self._second("reduced gradient"))

    def _second(self, wanted: str) -> Question:
        return self.kind.second_order(self.question, wanted)
