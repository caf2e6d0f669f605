"""The public verbs: parse, symbols, differential, gradient, jacobian, evaluate, rules.

Each takes text (then `wrt` is a name and `where` declares) or an expression built in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, overload

from matcalc.answers import Derivation, Derivations
from matcalc.calculus.inner_products import Frobenius, InnerProduct, ProductChoice, Weighted
from matcalc.calculus.pull_back import pull_back_to
from matcalc.calculus.spaces import SpaceChoice
from matcalc.compile.function import evaluate_as_declared
from matcalc.expressions.binders import variables_of
from matcalc.expressions.constructors import UNIT, symbol
from matcalc.expressions.errors import MatcalcError, NoRule, ShapeError
from matcalc.expressions.limits import HIGHEST_ORDER
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.expressions.python_arguments import checked
from matcalc.language.functions import derivative_of
from matcalc.language.problem import (
    parse_declarations,
)
from matcalc.multilinear import MultilinearMap, nth_differential
from matcalc.operators import LinearMap
from matcalc.over_complex import (
    as_asked,
    is_complex,
    is_plain,
    real_question,
    require_own_gradient,
)
from matcalc.printing.rules_page import rule_page, rules_markdown, rules_table
from matcalc.questions import (
    Formula,
    Question,
    Several,
    Variable,
    Where,
    names_of,
    pose,
    problem_of,
    question,
    read,
)
from matcalc.riemannian import RiemannianHessian
from matcalc.second_order import Hessian
from matcalc.settings import ALL_FREE, Setting, demands, inner_for, setting, space_for
from matcalc.settings_of_values import setting_of_values
from matcalc.several_variables import BlockHessian, TotalDifferential, block_hessian
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify

__all__ = ["Derivation", "Derivations", "Frobenius", "LinearMap", "Weighted"]


@checked
def parse(text: str, where: Where = None) -> Node:
    """The expression that a text means.

    Raises a MatcalcError with the place in the text where it is not an expression.

    >>> print(parse("norm2(A*X - B)^2"))
    norm2(A*X - B)^2
    """
    return read(text, where).expression


@checked
def symbols(declarations: str) -> tuple[Symbol, ...]:
    """Variables from declarations, in order.

    >>> A, x = symbols("A: matrix(m,n), x: vector(n)")
    >>> print(A @ x)
    A*x
    """
    return tuple(parse_declarations(declarations).values())


@overload
def differential(f: Formula, wrt: Several, where: Where = None) -> TotalDifferential: ...


@overload
def differential(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    inner: ProductChoice | None = None,
    space: SpaceChoice | None = None,
    inner_out: ProductChoice | None = None,
) -> DifferentialMap: ...


@checked
def differential(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: ProductChoice | None = None,
    space: SpaceChoice | None = None,
    inner_out: ProductChoice | None = None,
) -> DifferentialMap | TotalDifferential:
    """The derivative as a linear operator dX -> df; for several variables their sum.

    What it tells of itself, its adjoint, inverse, trace, norm and so on, is said in the inner
    products and on the space chosen. `inner_out` is `inner`, at f(X) where it depends on the
    point, if f maps the space into itself and nothing else is said; otherwise Frobenius.
    Raises MatcalcError where the problem is not well posed or an operation has no rule.

    >>> print(differential("A^2", "A"))
    A*dA + dA*A
    """
    if not isinstance(wrt, str | Symbol):
        names = [one if isinstance(one, str) else one.name for one in wrt]
        if any(one is not None for one in (inner, space, inner_out)):
            raise NoRule(
                "the total differential is that of the Frobenius product, all entries free",
                hint="ask for one variable at a time in another product or on a space",
            )
        parts = zip(names, wrt, strict=True)
        return TotalDifferential({name: differential(f, one, where) for name, one in parts})
    asked = question(f, wrt, where, demands([wrt], inner, space))
    name = asked.variable.name
    inner, inner_out = inner_for(name, inner), inner_for(name, inner_out)
    for product in (inner, inner_out):
        require_own_gradient(asked, product)
    body = simplify(asked.restored(asked.map.body))  # one term for each dX, as on the board
    chosen = (
        None
        if is_plain(asked, inner, space)
        else setting(asked.problem, asked.variable, inner, space)
    )
    outer = setting_of_values(asked, body, chosen, inner_out)
    return DifferentialMap(asked.tangent, body, chosen, outer, question=asked)


@dataclass(frozen=True)
class DifferentialMap(LinearMap):
    """The derivative of a problem: a LinearMap that knows the question it answers.

    With a `setting` for the variable, or one for the values, `outer`, all that it tells is said
    there: <L(V), W>_out = <V, L*(W)>_in for V in the space.
    """

    question: Question = field(kw_only=True)

    @property
    def inner(self) -> str:
        """The inner product of the variable."""
        return self.setting.inner if self.setting else "Frobenius"

    @property
    def inner_out(self) -> str:
        """The inner product of the values."""
        return self.outer.formula if self.outer else "Frobenius"

    @property
    def space(self) -> str:
        """The space that the variable moves in."""
        return self.setting.space.name if self.setting else ALL_FREE

    def pull_back(self, cotangent: Node) -> Node:
        """L*(W) in the products and on the space chosen."""
        found = super().pull_back(cotangent)
        return found if self.setting is None else self.question.shaped(found)

    def derivation(self) -> Derivation:
        """The lines that lead to the operator."""
        return Derivation("differential", self.question, self.body)


@overload
def gradient(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    inner: ProductChoice | None = None,
    space: SpaceChoice | None = None,
) -> Derivation: ...


@overload
def gradient(
    f: Formula,
    wrt: Several,
    where: Where = None,
    inner: ProductChoice | Mapping[str, ProductChoice] | None = None,
    space: SpaceChoice | Mapping[str, SpaceChoice] | None = None,
) -> Derivations: ...


@checked
def gradient(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: ProductChoice | Mapping[str, ProductChoice] | None = None,
    space: SpaceChoice | Mapping[str, SpaceChoice] | None = None,
) -> Derivation | Derivations:
    """The gradient of a scalar, of the shape of the variable: df = <gradient, dX>.

    `inner` chooses the inner product (Frobenius by default) and `space` where the variable moves
    (all entries free by default), both perhaps as text; with a list of names the answer holds one
    gradient for each, and both may be mappings from names. Raises ShapeError where f is not a
    scalar, DomainError for a product that is not symmetric positive definite.

    >>> print(gradient("norm2(A*X - B)^2", "X").value)
    2*A'*(A*X - B)
    """
    names = [wrt] if isinstance(wrt, (str, Symbol)) else wrt
    problem = problem_of(f, where, scalar_for=names, asked=demands(names, inner, space))
    if not problem.expression.shape.is_scalar:
        raise ShapeError(
            f"a gradient needs a scalar, but this is {problem.expression.shape}",
            hint="ask for the differential (an operator in dX) or the jacobian",
        )
    if isinstance(wrt, (str, Symbol)):
        return _gradient(pose(problem, wrt, where), inner, space)
    asked = [pose(problem, one, where) for one in wrt]
    return Derivations({one.variable.name: _gradient(one, inner, space) for one in asked})


def _gradient(
    asked: Question,
    inner: ProductChoice | Mapping[str, ProductChoice] | None,
    space: SpaceChoice | Mapping[str, SpaceChoice] | None,
) -> Derivation:
    inner, space = (inner_for(asked.variable.name, inner), space_for(asked.variable.name, space))
    asked = real_question(asked)
    euclidean = asked.gradient
    if is_plain(asked, inner, space):
        found = Derivation("gradient", asked, euclidean)
    else:
        chosen = setting(asked.problem, asked.variable, inner, space)
        value = _shortest(asked, chosen, euclidean)
        found = Derivation("gradient", asked, value, chosen, euclidean)
    return as_asked(asked, found, inner) if is_complex(asked) else found


def _shortest(asked: Question, chosen: Setting, euclidean: Node) -> Node:
    """The gradient in the setting; multiplied out where that is shorter."""
    found = asked.restored(chosen.represent(euclidean))
    forms = [asked.shaped(chosen.shortened(asked.shaped(form))) for form in (found, expand(found))]
    return min(forms, key=size)


@checked
def jacobian(f: Formula, wrt: Variable, where: Where = None) -> Derivation:
    """The Jacobian: vec(df) = J*vec(dX), vec stacking columns.

    For vectors outputs are rows and inputs columns; the derivative by a scalar has the shape
    of f. Raises NoRule where an operation has no Kronecker form.

    >>> print(jacobian("A*x", "x").value)
    A
    """
    asked = question(f, wrt, where)
    return Derivation("jacobian", asked, asked.shortest(asked.matrix))


@overload
def hessian(f: Formula, wrt: Several, where: Where = None) -> BlockHessian: ...


@overload
def hessian(
    f: Formula, wrt: Variable, where: Where = None, inner: None = None, space: None = None
) -> Hessian: ...


@overload
def hessian(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    inner: ProductChoice | None = None,
    space: SpaceChoice | None = None,
) -> Hessian | RiemannianHessian: ...


@checked
def hessian(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: ProductChoice | None = None,
    space: SpaceChoice | None = None,
) -> Hessian | RiemannianHessian | BlockHessian:
    """The second derivative of a scalar: matrix, operator V -> d(grad f)[V] and bilinear form.

    The matrix is n x n for a vector and mn x mn in vec order for a matrix. In another inner
    product or on a space it is the covariant derivative of the gradient. A list of variables
    gives the blocks, `value[x][y]`. Raises ShapeError where f is not a scalar, NoRule where a
    rule for the second derivative is missing, DomainError as `gradient` does.

    >>> print(hessian("x'*A*x", "x").value)
    A + A'
    """
    if not isinstance(wrt, str | Symbol):
        names = [one if isinstance(one, str) else one.name for one in wrt]
        if inner is not None or space is not None:
            raise NoRule(
                "the blocks of a Hessian are those of the Frobenius product, all entries free",
                hint="ask for one variable at a time in another product or on a space",
            )
        return block_hessian(problem_of(f, where, scalar_for=names), wrt, where)
    problem = problem_of(f, where, scalar_for=[wrt], asked=demands([wrt], inner, space))
    asked = real_question(pose(problem, wrt, where))
    inner, space = inner_for(asked.variable.name, inner), space_for(asked.variable.name, space)
    require_own_gradient(asked, inner)
    if not is_plain(asked, inner, space):
        return _hessian_in(asked, inner, space)
    if asked.variable.shape.is_scalar:
        first = asked.matrix
    elif asked.expression.shape.is_scalar:
        first = pull_back_to(asked.moved, asked.tangent, UNIT)
    else:
        raise ShapeError(f"a Hessian needs a scalar, but this is {asked.expression.shape}")
    first = factored(simplify(first), asked.kept)
    second = asked.about(first)
    return Hessian(second, asked.shaped(first))


def _hessian_in(
    asked: Question, inner: InnerProduct | None, space: SpaceChoice | None
) -> RiemannianHessian:
    if not asked.expression.shape.is_scalar:
        raise ShapeError(f"a Hessian needs a scalar, but this is {asked.expression.shape}")
    is_plain(asked, inner)
    chosen = setting(asked.problem, asked.variable, inner, space)
    euclidean = asked.gradient
    found = _shortest(asked, chosen, euclidean)
    return RiemannianHessian(asked, found, chosen, euclidean)


@checked
def nth_derivative(f: Formula, wrt: Variable, order: int, where: Where = None) -> MultilinearMap:
    """The derivative of that order as a multilinear map in dX1, dX2, ...

    >>> print(nth_derivative("x'*A*x", "x", order=2)("u", "v"))
    u'*A*v + v'*A*u
    """
    if order not in range(1, HIGHEST_ORDER + 1):
        raise MatcalcError(f"the order is a whole number from 1 to {HIGHEST_ORDER}, not {order!r}")
    asked = question(f, wrt, where)
    stem, taken = asked.tangent.name, names_of(asked.problem)
    while any(f"{stem}{place}" in taken for place in range(1, order + 1)):
        stem = f"d{stem}"
    tangents = [
        symbol(f"{stem}{place}", asked.variable.shape, *asked.tangent.structure)
        for place in range(1, order + 1)
    ]
    found = nth_differential(simplify(asked.expression), asked.free, tangents)
    return MultilinearMap(found.tangents, simplify(asked.restored(found.body)))


@checked
def evaluate(expression: Formula, **values: Any) -> Any:
    """The value at arrays given by name; dimensions that no array determines are named too.

    An unknown function phi is a Python function of arrays, its derivatives are phi_prime,
    phi_prime2, ...; a polynomial or spline of NumPy or SciPy brings its own.

    >>> evaluate(parse("x'*x"), x=[3.0, 4.0])
    25.0
    """
    expression = problem_of(expression).expression
    known = {s.name for s in variables_of(expression)} | set(dimension_names(expression))
    used = {k: v for k, v in values.items() if k in known or derivative_of(k)[0] in known}
    return evaluate_as_declared(expression, **used)


@checked
def rules(name: str | None = None, markdown: bool = False) -> str:
    """The rule book as a person reads it: all operations, or the entry of one."""
    if name is not None:
        return rule_page(name)
    return rules_markdown() if markdown else rules_table()
