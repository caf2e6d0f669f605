"""The Hessian in an inner product and on a space: the covariant derivative of the gradient.

    Hess f[V] = P(H(V)),    H(V) = D_V E - (D_V K*)(m) - c
as `calculus/covariant.py` explains, for V in the space; <U, Hess f[V]> = tr(U'*H(V)).
Source: Absil, Mahony & Sepulchre 2008, sec. 5.3 and 5.5; Boumal 2023, sec. 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from matcalc.calculus.covariant import tangent_equations
from matcalc.calculus.inner_products import ReadForm
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.calculus.pull_back import inner_product
from matcalc.calculus.representer import representers
from matcalc.calculus.surroundings import read_direction
from matcalc.calculus.tangent_spaces import Equation
from matcalc.calculus.wirtinger import require_complex_linear
from matcalc.derivation.conditions import second_conditions
from matcalc.derivation.forward import forward
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.constructors import is_zero, minus, named, negate, plus, real_part
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.expressions.nodes import Node, Sum, Symbol, ordered
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import OPEN
from matcalc.operators import LinearMap
from matcalc.rulebook.laws import Law
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.second_order import Hessian
from matcalc.settings import Setting
from matcalc.simplify.equations import shortened
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.verify.report import Report

_CURVED = "Lagrangian of the equations of the space: minus the second derivative of <m, K>"
_WARPED = "Christoffel terms of a product that depends on the point"
_SHORTER = 0.75
_SOURCE = "Absil, Mahony & Trumpf 2013; Boumal 2023, sec. 5.5"


@dataclass(frozen=True)
class RiemannianHessian(Hessian):
    """f'' at X in a product and on a space: `map` is V -> Hess f[V], for V in the space.

    `form(U, V)` is <U, Hess f[V]> in the product; `gradient` the gradient in it, `euclidean` the
    one without it, and `value` the matrix of the operator in vec order.
    """

    setting: Setting
    euclidean: Node

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
    def requirements(self) -> list[Requirement]:
        shown = self.setting.shortened(self.shown)
        return second_conditions(
            self.problem.expression, [self.euclidean], shown, *self.setting.inverted
        )

    @property
    def conditions(self) -> tuple[str, ...]:
        """Where the second derivative is valid."""
        return (*super().conditions, *self.setting.conditions)

    @cached_property
    def _direction(self) -> Symbol:
        """V, with the structure of the space."""
        tangent = self.question.tangent
        return Symbol(tangent.name, tangent.shape, self.setting.space.unknown.structure)

    @cached_property
    def _parts(self) -> tuple[Node, Node]:
        """D_V E, and what the space and the product add to it in H(V)."""
        asked, setting, direction = self.question, self.setting, self._direction
        if setting.space.is_all and asked.variable.structure - OPEN:
            raise NoRule(
                f"a Hessian with all entries of {asked.variable.name} free needs it declared so",
                hint="choose a space, such as symmetric, or declare it square(n)",
            )
        covariant = setting.covariant
        moved = covariant.along(self.euclidean, direction)
        change = covariant.normal_change(direction, self.euclidean, setting.has_multiplier)
        return moved, minus(change, covariant.christoffel(direction, self.euclidean, self.gradient))

    def _shown(self, body: Node) -> Node:
        """As a reader wants it: what is known at X and of V used, the shortest of its forms."""
        asked, space = self.question, self.setting.space
        known = [*space.equations, *tangent_equations(space, self._direction)]

        def short(node: Node) -> Node:
            return asked.shaped(shortened(asked.shaped(shortened(simplify(node), known)), known))

        atoms = _atoms(space.equations)
        whole = substitute(simplify(body), atoms)
        parts = {symbol: atom for atom, symbol in atoms.items()}
        opened = substitute(expand(whole), parts)
        return min(short(body), short(opened), key=size)

    @cached_property
    def map(self) -> LinearMap:
        """The operator V -> Hess f[V] of the space into itself, in its inner product.

        Raises NoRule where an operation has no derivative.
        """
        setting = self.setting
        body = self._shown(setting.represent(plus(*self._parts)))
        plain = self.question.tangent
        return LinearMap(plain, substitute(body, {self._direction: plain}), setting, setting)

    @property
    def shown(self) -> Node:
        """What is printed: the operator at dX, as books write it."""
        return self.map.body

    @cached_property
    def named(self) -> Node:
        """The operator, where that is much shorter with a name for H(V), to be projected."""
        asked, definitions = self.question, self.problem.definitions
        plain = asked.tangent
        covector = substitute(self._shown(plus(*self._parts)), {self._direction: plain})
        taken = {*self.problem.symbols, *definitions, plain.name}
        name = next(stem for stem in _stems() if stem not in taken)
        normal = Symbol(name, plain.shape, plain.structure)
        short = self._shown(self.setting.represent(normal))
        if size(covector) + size(short) > _SHORTER * size(self.shown):
            return super().named
        return substitute(short, {normal: named(name, covector)})

    @cached_property
    def value(self) -> Node:
        """The matrix of the operator: vec(Hess f[V]) = value*vec(V) for V in the space."""
        body, tangent = self.map.body, self.map.tangent
        require_complex_linear(body, tangent)
        return self.question.shaped(kronecker_matrix(body, tangent))

    def form(self, left: Node | str, right: Node | str) -> Node:
        """<U, Hess f[V]> in the product, symmetric in U and V of the space."""
        direction = read_direction(left, self.map.tangent, self.map.body)
        return simplify(self.setting.pairing(direction, self.map(right)))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The lines from d(grad f) without the space to the operator on it."""
        asked, setting = self.question, self.setting
        moved, added = self._parts
        lines = forward(self.euclidean, {asked.variable: self._direction})
        if not is_zero(added):
            total = asked.shaped(plus(moved, added))
            lines.write([Reason(Law(self._rule(), source=_SOURCE), lines.line, total)], total)
        last = setting.representation(lines.line, self.map.body, self._direction)
        return (*lines.steps, last)

    def _duplication(self) -> Node:
        setting = self.setting
        if not (
            setting.metric.is_frobenius and (setting.space.is_all or self.space == "symmetric")
        ):
            raise DomainError(
                f"the reduced form is that of all symmetric matrices in the Frobenius "
                f"product, not of {setting.name}"
            )
        return super()._duplication()

    def _rule(self) -> str:
        """What is added to the plain second derivative, in words."""
        covariant = self.setting.covariant
        rules = [_CURVED] if covariant.bends else []
        rules += [_WARPED] if covariant.warps else []
        return "; ".join(rules)

    def newton_step(self) -> Node:
        """The V in the space with Hess f[V] = -grad f.

        It is minus the representer of the derivative under the form <U, Hess f[V]> on the space,
        found as those of inner products are, and judged by samples before it is given. Raises
        NoRule where the form has no inverse on the space, or none that can be written down.
        """
        if self.map.is_complex:
            raise NoRule("Newton's equation is not solved over the complex numbers")
        if is_zero(self.map.body):
            raise NoRule("the Hessian is zero: Newton's equation has no solution")
        if self.setting.space.is_all:
            return super().newton_step()
        from matcalc.verify.representation import Samples, choose

        metric, space = self._second_form(), self.setting.space
        samples = Samples(metric, space, self.variable)
        points = list(samples.points(1))
        if 2 * sum(point.is_degenerate for point in points) > len(points):
            raise NoRule(f"the Hessian is singular on the space {self.space} at random points")
        found = choose(samples, representers(metric, space))
        if found is None:
            raise NoRule(
                f"Newton's equation on the space {self.space} has no solution that can be written "
                "down here",
                hint="the Hessian may be singular on the space; solve it numerically with .map",
            )
        step = substitute(found.value, {space.cotangent: self.euclidean})
        return negate(self._shown(step))

    def _second_form(self) -> ReadForm:
        """<U, Hess f[V]> = tr(U'*H(V)) as a form on the space."""
        plain = self.question.tangent
        body = self.question.shaped(substitute(plus(*self._parts), {self._direction: plain}))
        left = Symbol("U__", plain.shape, plain.structure)
        pairing = real_part(inner_product(left, body))
        return ReadForm("<U, Hess f[V]>", pairing, left, plain, source=_SOURCE)

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> Report:
        """Check the operator as the covariant derivative of the gradient, at random points."""
        from matcalc.verify.second_derivative import verify_hessian

        operator = (self.map.tangent, self.map.body)
        how = (self._symbols(), samples, seed)
        return verify_hessian(self.gradient, operator, self.setting.covariant, *how)

    def _symbols(self) -> Sequence[Symbol]:
        return [*super()._symbols(), *self.setting.symbols]


def _stems() -> Iterator[str]:
    """Z, Z1, Z2, ..."""
    return (f"Z{number or ''}" for number in count())


def _atoms(equations: Sequence[Equation]) -> dict[Node, Node]:
    """The sums in the left sides of equations, which expansion leaves whole, under names."""
    sums = [node for left, _ in equations for node in ordered(left) if isinstance(node, Sum)]
    names = (f"K{place}__" for place in count())
    return {node: Symbol(next(names), node.shape, structure_of(node)) for node in sums}
