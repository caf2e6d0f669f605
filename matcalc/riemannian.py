"""The Hessian in an inner product and on a space: the covariant derivative of the gradient.

With the metric <U, W> = tr(U'*L(W)), which may depend on X, and P the representer in the space,
    Hess f[V] = P(L(D grad f[V]) + c),
    tr(U'*c) = (D_V <U, W> + D_W <U, V> - D_U <V, W>)/2 with W = grad f held fixed,
which is Koszul's formula for the Levi-Civita connection, projected on the space. It holds for V
in the space. Source: Absil, Mahony & Sepulchre 2008, sec. 5.3 and 5.5; Boumal 2023, sec. 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from matcalc.calculus.differential import differential
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.pull_back import pull_back
from matcalc.calculus.tangent_spaces import operator_of, put
from matcalc.expressions.constructors import UNIT, minus, negate, plus, scale
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.kinds import OPEN, closure
from matcalc.language.problem import Problem
from matcalc.operators import LinearMap, read_direction
from matcalc.questions import Question
from matcalc.settings import Setting
from matcalc.simplify.rewriting import simplify


@dataclass(frozen=True)
class RiemannianHessian:
    """f'' at X in a product and on a space: `map` is V -> Hess f[V], for V in the space.

    `form(U, V)` is <U, Hess f[V]> in the product; `gradient` the gradient in it, and `value` the
    matrix of the operator in vec order.
    """

    question: Question
    setting: Setting
    euclidean: Node
    gradient: Node

    @property
    def problem(self) -> Problem:
        """The problem as it was understood."""
        return self.question.problem

    @property
    def inner(self) -> str:
        return self.setting.inner

    @property
    def space(self) -> str:
        return self.setting.space.name

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (*self.problem.assumptions, *self.setting.assumptions)

    @cached_property
    def _direction(self) -> Symbol:
        structure = self.setting.space.structure
        words = closure("tangent", *([structure] if structure else []))
        tangent = self.question.tangent
        return Symbol(tangent.name, tangent.shape, words)

    @cached_property
    def map(self) -> LinearMap:
        """The operator V -> Hess f[V]. Raises NoRule where an operation has no derivative."""
        asked, setting, direction = self.question, self.setting, self._direction
        if setting.space.is_all and asked.variable.structure - OPEN:
            raise NoRule(
                f"a Hessian with all entries of {asked.variable.name} free needs it declared so",
                hint="choose a space, such as symmetric, or declare it square(n)",
            )
        if asked.variable not in ordered(setting.representer.value):
            moved = self._along(self.euclidean, direction)
        else:
            moved = self._covector(direction)
        body = setting.shortened(asked.shaped(setting.represent(moved)))
        plain = Symbol(direction.name, direction.shape, closure("tangent"))
        return LinearMap(plain, put(asked.shaped(body), direction, plain))

    def _along(self, body: Node, direction: Node) -> Node:
        """The derivative along a direction, the variable a point of the space."""
        return differential(body, {self.question.variable: direction})

    def _covector(self, direction: Symbol) -> Node:
        """L(D grad f[V]) + c."""
        moved = self._along(self.gradient, direction)
        if self.setting.metric.is_frobenius:
            return moved
        variable, pairing = self.question.variable, self.setting.pairing
        words = direction.structure
        left, field, turn = (Symbol(n, direction.shape, words) for n in ("L__", "W__", "T__"))
        operator = operator_of(pairing(left, field), left)
        lowered = put(operator, field, moved)
        if variable not in ordered(operator):
            return lowered
        first = self._along(operator, direction)
        second = put(self._along(put(operator, field, direction), turn), turn, field)
        third = pull_back(self._along(pairing(direction, field), turn), turn, UNIT)
        half = scale(Fraction(1, 2), minus(plus(first, second), third))
        return plus(lowered, put(half, field, self.gradient))

    @cached_property
    def value(self) -> Node:
        """The matrix of the operator: vec(Hess f[V]) = value*vec(V) for V in the space."""
        return self.question.shaped(kronecker_matrix(self.map.body, self.map.tangent))

    def form(self, left: Node | str, right: Node | str) -> Node:
        """<U, Hess f[V]> in the product, symmetric in U and V of the space."""
        direction = read_direction(left, self.map.tangent, self.map.body)
        return simplify(self.setting.pairing(direction, self.map(right)))

    def newton_step(self) -> Node:
        """The V with Hess f[V] = -grad f, where all entries are free.

        Raises NoRule on a smaller space and where the map has no inverse.
        """
        if not self.setting.space.is_all:
            raise NoRule(f"Newton's equation is not solved on the space {self.space}")
        return simplify(self.map.solve(negate(self.gradient)))

    def __str__(self) -> str:
        return str(self.map)
