"""What a Hessian says besides: its bilinear form, Newton's step, and its form in vech(X)."""

from __future__ import annotations

from matcalc.answers.second_order import second_order
from matcalc.calculus.kronecker import vec
from matcalc.expressions.blocks import Value
from matcalc.expressions.constructors import (
    from_dimension,
    is_zero,
    multiply,
    negate,
    plus,
    transpose,
)
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.representer import representers
from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.question import Moving, Question
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify


def newton_step(asked: Question) -> Value:
    """The V in the space with Hess f[V] = -grad f.

    Raises NoRule where the map has no inverse, or none that can be written down.
    """
    work = second_order(asked)
    if isinstance(work.operator, BlockMap):
        return work.operator.solve({name: negate(g) for name, g in work.gradient.items()})
    if asked.alone.setting.space.is_all:
        return simplify(work.operator.solve(negate(work.gradient[asked.alone.name])))
    if is_zero(work.operator.body):
        raise NoRule("the Hessian is zero: Newton's equation has no solution")
    if work.operator.is_complex:
        return simplify(work.operator.solve(negate(work.gradient[asked.alone.name])))
    return _step_inside(asked, asked.alone)


def _step_inside(asked: Question, one: Moving) -> Node:
    """Minus the representer of the derivative under the form <U, Hess f[V]> on the space.

    It is found as those of inner products are, and judged by samples before it is given.
    """
    from matcalc.geometry.judged import Samples, choose

    work, space = second_order(asked), one.setting.space
    metric = work.form(one)
    samples = Samples(metric, space, one.variable)
    points = list(samples.points(1))
    if 2 * sum(point.is_degenerate for point in points) > len(points):
        raise NoRule(f"the Hessian is singular on the space {space.name} at random points")
    found = choose(samples, representers(metric, space))
    if found is None:
        raise NoRule(
            f"Newton's equation on the space {space.name} has no solution that can be written "
            "down here",
            hint="the Hessian may be singular on the space; solve it numerically with .map",
        )
    step = substitute(found.value, {space.cotangent: asked.slopes[one.name]})
    return negate(work.outside(work.short(step)))


def bilinear_form(asked: Question) -> LinearMap | BlockMap:
    """f''[U, V] = <U, Hess f[V]>, symmetric in U and V of the space."""
    work = second_order(asked)
    first = {one.name: _other(one) for one in asked.moving}
    bodies = work.operator.bodies.values()
    terms = [o.setting.pairing(first[o.name], b) for o, b in zip(asked.moving, bodies, strict=True)]
    return asked.multilinear((first, asked.directions), simplify(plus(*terms)))


def _other(one: Moving) -> Symbol:
    """Another direction, for the first place of a form."""
    return Symbol(f"{one.tangent.name}__", one.tangent.shape, one.tangent.structure)


def reduced(asked: Question, value: Value) -> Node:
    """The Hessian in vech(X), D'*H*D with vec(X) = D*vech(X), of a symmetric variable.

    Raises DomainError where the variable is not declared symmetric.
    """
    double = duplication(asked)
    assert isinstance(value, Node)
    return asked.shortest(simplify(multiply(transpose(double), value, double)))


def reduced_gradient(asked: Question) -> Node:
    """The gradient in vech(X), D'*vec(G), of a symmetric variable."""
    gradient = second_order(asked).gradient[asked.alone.name]
    return simplify(multiply(transpose(duplication(asked)), vec(gradient)))


def duplication(asked: Question) -> Node:
    """D with vec(X) = D*vech(X). Raises DomainError where X does not range over its vech."""
    one = asked.alone
    setting, variable = one.setting, one.variable
    is_whole = setting.space.is_all or setting.space.name == "symmetric"
    if not (setting.metric.is_frobenius and is_whole):
        raise DomainError(
            f"the reduced form is that of all symmetric matrices in the Frobenius "
            f"product, not of {setting.name}"
        )
    if "symmetric" not in variable.structure:
        name, shape = variable.name, variable.shape
        declare = f'declare it: where="{name}: symmetric({shape.rows})"'
        raise DomainError(
            f"the reduced form is that of a symmetric variable, and {name} is not one",
            hint=declare if shape.is_square and not shape.is_scalar else "",
        )
    return book.apply("duplication", [from_dimension(variable.shape.rows)])
