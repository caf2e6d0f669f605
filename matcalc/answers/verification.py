"""An answer checked at random points, whatever its kind: each block as the derivative it is of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.answers.first_order import weighted, wirtinger_change, wirtinger_parts
from matcalc.answers.second_order import second_order
from matcalc.calculus.kronecker import unstacked, vec
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.constructors import conjugate, multiply
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, ordered
from matcalc.geometry.setting import plain
from matcalc.operators.linear_map import LinearMap
from matcalc.operators.operator import ALONE
from matcalc.questions.points import points
from matcalc.questions.question import Moving
from matcalc.rulebook.substitution import substitute
from matcalc.samples.agreement import verify_same
from matcalc.samples.report import Report, joined
from matcalc.verify.checks import verify_map
from matcalc.verify.second_derivative import verify_hessian

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer


def verify(answer: Answer, samples: int, seed: int) -> Report:
    """One report; of several variables with a row for each block."""
    checks = Checks(answer, samples, seed)
    moving = answer.question.moving
    reports = dict(found for one in moving for found in answer.kind.reports(checks, one))
    return joined(reports) if answer.question.is_list else next(iter(reports.values()))


_VALUE = "value and operator"


class Checks:
    """The checks of one answer, at so many points from a seed: a kind says which it is held to."""

    def __init__(self, answer: Answer, samples: int, seed: int) -> None:
        self.answer, self.asked = answer, answer.question
        self.how = (self.asked.symbols, samples, seed)

    def _value(self, one: Moving) -> Node:
        value = self.answer.value
        found: Node = value[one.name] if isinstance(value, Blocks) else value
        return found

    def gradient(self, one: Moving) -> Report:
        """The value of a variable as the gradient, in its setting: V -> <G, V> and W -> W*G."""
        value, setting = self._value(one), one.setting
        if value.shape != one.variable.shape:  # it has no product with dX
            problem = f"the gradient is {value.shape}, {one.name} is {one.variable.shape}"
            return Report((), problem=problem)
        claimed = conjugate(value) if setting.conjugates else value
        image = setting.pairing(claimed, one.tangent)
        part = _told(one, image)
        (weight,) = part.adjoint.directions
        back = replace(part.adjoint, body=multiply(weight, claimed))
        return self._with_operator(self._map(self.asked.expression, one, part, back), one, image)

    def jacobian(self, one: Moving) -> Report:
        """The value of a variable as the Jacobian."""
        matrix, along, shape = self._value(one), one.tangent, self.asked.expression.shape
        by_scalar = along.shape.is_scalar and matrix.shape == shape
        if not by_scalar and matrix.shape != (wanted := Shape(shape.size, along.shape.size)):
            return Report((), problem=f"the Jacobian is {matrix.shape}, not {wanted}")
        image = multiply(matrix, vec(along))
        image = multiply(along, matrix) if by_scalar else unstacked(image, shape)
        report = self._map(self.asked.expression, one, _told(one, image))
        return self._with_operator(report, one, image)

    def _map(
        self, expression: Node, one: Moving, part: LinearMap, adjoint: LinearMap | None = None
    ) -> Report:
        """A map as the derivative of an expression, and its adjoint in its setting."""
        back = adjoint or part.adjoint
        return verify_map(expression, one.variable, part, *self.how, adjoint=back)

    def operator(self, one: Moving) -> Report:
        """The operator as the derivative of f along a variable, and the value as its body."""
        report = self._map(self.asked.expression, one, self.answer.operator.block(ALONE, one.name))
        return self.same(report, self.answer.operator.body, self.answer.value)

    def wirtinger(self, one: Moving, is_conjugate: bool) -> Report:
        """df by both Wirtinger derivatives, the one that is claimed in its place."""
        change = self.asked.operator(self._with_claim(is_conjugate))
        report = self._map(self.asked.expression, one, change.block(ALONE, one.name))
        return self._with_operator(report, one, weighted(self._value(one), one, is_conjugate))

    def _with_operator(self, report: Report, one: Moving, claimed: Node) -> Report:
        """The report on a value, and that the operator is what it claims for V in the space."""
        along, setting = one.tangent, one.setting
        inside: dict[Node, Node] = {}
        if not setting.space.is_all:
            inside[along] = setting.represent(along)
        body = self.answer.operator.block(ALONE, one.name).body
        return self.same(report, substitute(body, inside), substitute(claimed, inside))

    def same(self, report: Report, right: Node, claimed: Node) -> Report:
        """The report, and that two expressions agree at the points of the spaces."""
        if right is claimed:
            return report
        there = points(self.asked)
        left, said = substitute(right, there), substitute(claimed, there)
        return joined({"": report, _VALUE: verify_same(left, said, *self.how[1:])})

    def _with_claim(self, is_conjugate: bool) -> Node:
        """df with the Wirtinger derivatives that are claimed in their place."""
        parts = {one.name: list(wirtinger_parts(self.asked, one)) for one in self.asked.moving}
        for one in self.asked.moving:
            parts[one.name][is_conjugate] = self._value(one)
        return wirtinger_change(self.asked, parts)

    def last_order(self, one: Moving) -> Report:
        """The derivative of the order below is checked along the last direction."""
        ((below,),) = self.answer.kind.orders(self.answer)[-1:]
        report = self._map(
            below, one, self.answer.kind.last_operator(self.answer).block(ALONE, one.name)
        )
        return self.same(report, self.answer.operator.body, self.answer.value)

    def second(self, one: Moving, other: Moving) -> Report:
        """A block of the Hessian: its operator, and its value, the matrix, against that."""
        report, part = (
            self.second_operator(one, other),
            self.answer.operator.block(one.name, other.name),
        )
        value = self.answer.value
        found: Node = value[one.name][other.name] if isinstance(value, Blocks) else value
        if part.tangent in ordered(found) or found is part.body:
            return self.same(report, part.body, found)
        expected = Shape(part.codomain.size, part.domain.size)
        if found.shape != expected:
            return Report((), problem=f"the matrix is {found.shape}, not {expected}")
        image = multiply(found, vec(part.tangent))
        return self.same(report, vec(part.restriction.by_zero), image)

    def second_operator(self, one: Moving, other: Moving) -> Report:
        """A block of the operator, as one of the covariant derivative of the gradient."""
        work = second_order(self.asked)
        block, here, there = self.answer.operator.block, one.name, other.name
        part, across = block(here, there), block(there, here)
        if one.setting.is_plain and other.setting.is_plain:
            return self._map(work.covectors[one.name], other, part)
        gradients = {o: o.setting.represent(work.covectors[o.name]) for o in self.asked.moving}
        factors = {o: work.factor(o, found) for o, found in gradients.items()}
        sides = factors[one], factors[other]
        blocks = (part.tangent, part.body), (across.tangent, across.body)
        return verify_hessian(blocks, sides, list(factors.values()), *self.how)


def _told(one: Moving, image: Node) -> LinearMap:
    """V -> image in the setting of a variable."""
    return LinearMap((one.tangent,), image, one.setting, plain(one.variable, image))
