"""The public verbs: parse, symbols, differential, gradient, jacobian, evaluate, rules.

Each takes text (then `wrt` is a name and `where` declares) or an expression built in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.answers import Derivation, Derivations
from matcalc.calculus.inner_products import Frobenius, InnerProduct, Weighted
from matcalc.calculus.pull_back import pull_back
from matcalc.compile.function import evaluate as evaluate_node
from matcalc.expressions.constructors import UNIT, symbol
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.errors import MatcalcError, ShapeError
from matcalc.expressions.nodes import Node, Symbol, dimension_names, symbols_of
from matcalc.language.problem import (
    Problem,
    parse_declarations,
    parse_expression,
    parse_problem,
)
from matcalc.operators import LinearMap, MultilinearMap, nth_differential
from matcalc.printing.rules_page import rule_page, rules_table
from matcalc.questions import Formula, Question, Variable, Where, pose, problem_of, question
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.second_order import Hessian
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify

__all__ = ["Derivation", "Derivations", "Frobenius", "LinearMap", "Weighted"]


def parse(text: str, where: Where = None) -> Node:
    """The expression that a text means.

    Raises a MatcalcError with the place in the text where it is not an expression.

    >>> print(parse("norm2(A*X - B)^2"))
    norm2(A*X - B)^2
    """
    return parse_problem(text, where, book).expression


def symbols(declarations: str) -> tuple[Symbol, ...]:
    """Variables from declarations, in order.

    >>> A, x = symbols("A: matrix(m,n), x: vector(n)")
    >>> print(A @ x)
    A*x
    """
    return tuple(parse_declarations(declarations).values())


def differential(f: Formula, wrt: Variable, where: Where = None) -> DifferentialMap:
    """The derivative as a linear operator dX -> df.

    Raises MatcalcError where the problem is not well posed or an operation has no rule.

    >>> print(differential("A^2", "A"))
    A*dA + dA*A
    """
    asked = question(f, wrt, where)
    return DifferentialMap(asked.tangent, asked.shaped(asked.map.body), asked)


@dataclass(frozen=True)
class DifferentialMap(LinearMap):
    """The derivative of a problem: a LinearMap that knows the question it answers."""

    question: Question

    def derivation(self) -> Derivation:
        """The lines that lead to the operator."""
        return Derivation("differential", self.question, self.body, Frobenius())


def gradient(
    f: Formula,
    wrt: Variable | Sequence[Variable],
    where: Where = None,
    inner: InnerProduct | None = None,
    space: str | None = None,
) -> Derivation | Derivations:
    """The gradient of a scalar, of the shape of the variable: df = <gradient, dX>.

    `inner` chooses the inner product (Frobenius by default, or `Weighted`); with a list of names
    the answer holds one gradient for each. Raises ShapeError where f is not a scalar.

    >>> print(gradient("norm2(A*X - B)^2", "X").value)
    2*A'*(A*X - B)
    """
    if space is not None:
        raise MatcalcError(f"gradients on the space {space!r} are not available yet")
    problem = problem_of(f, where, scalar=True)
    if not problem.expression.shape.is_scalar:
        raise ShapeError(
            f"a gradient needs a scalar, but this is {problem.expression.shape}",
            hint="ask for the differential (an operator in dX) or the jacobian",
        )
    if isinstance(wrt, (str, Symbol)):
        return _gradient(pose(problem, wrt, where), inner)
    asked = [pose(problem, one, where) for one in wrt]
    return Derivations({one.variable.name: _gradient(one, inner) for one in asked})


def _gradient(asked: Question, inner: InnerProduct | None) -> Derivation:
    euclidean = asked.shaped(pull_back(asked.map.body, asked.tangent, UNIT))
    product = inner if inner is not None else Frobenius()
    if isinstance(product, Frobenius):
        return Derivation("gradient", asked, euclidean, product)
    read = _reader(asked.problem)
    value = asked.shaped(product.riesz(euclidean, read))
    paired = product.pairing(value, asked.tangent, read)
    return Derivation("gradient", asked, value, product, euclidean, paired)


def _reader(problem: Problem) -> Any:
    """Reads a weight: names of the problem, and a new name as an spd matrix of that order."""

    def read(text: str, order: Dimension) -> Node:
        known = dict(problem.symbols)
        if text.isidentifier() and text not in known:
            known |= parse_declarations(f"{text}: spd({order})")
        return parse_expression(text, known, book)

    return read


def jacobian(f: Formula, wrt: Variable, where: Where = None) -> Derivation:
    """The Jacobian: vec(df) = J*vec(dX), vec stacking columns.

    For vectors outputs are rows and inputs columns; the derivative by a scalar has the shape
    of f. Raises NoRule where an operation has no Kronecker form.

    >>> print(jacobian("A*x", "x").value)
    A
    """
    asked = question(f, wrt, where)
    return Derivation("jacobian", asked, asked.shaped(_jacobian_matrix(asked)), Frobenius())


def _jacobian_matrix(asked: Question) -> Node:
    if not asked.variable.shape.is_scalar:
        return asked.map.matrix
    return instantiate(asked.map.body, {asked.tangent: UNIT}, NO_DIMENSIONS, book.apply)


def hessian(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    inner: InnerProduct | None = None,
    space: str | None = None,
) -> Hessian:
    """The second derivative of a scalar: matrix, operator V -> d(grad f)[V] and bilinear form.

    The matrix is n x n for a vector and mn x mn in vec order for a matrix. Raises ShapeError
    where f is not a scalar, NoRule where a rule for the second derivative is missing.

    >>> print(hessian("x'*A*x", "x").value)
    A + A'
    """
    if inner is not None or space is not None:
        raise MatcalcError("a Hessian in another inner product or space is not available yet")
    asked = pose(problem_of(f, where, scalar=True), wrt, where)
    if asked.variable.shape.is_scalar:
        first = _jacobian_matrix(asked)
    elif asked.expression.shape.is_scalar:
        first = pull_back(asked.map.body, asked.tangent, UNIT)
    else:
        raise ShapeError(f"a Hessian needs a scalar, but this is {asked.expression.shape}")
    first = factored(simplify(first), asked.kept)
    second = asked.about(first)
    return Hessian(second, asked.shaped(first), second.shaped(_jacobian_matrix(second)))


def nth_derivative(f: Formula, wrt: Variable, order: int, where: Where = None) -> MultilinearMap:
    """The derivative of that order as a multilinear map in dX1, dX2, ...

    >>> print(nth_derivative("x'*A*x", "x", order=2)("u", "v"))
    v'*A*u + u'*A*v
    """
    asked = question(f, wrt, where)
    tangents = [
        symbol(f"{asked.tangent.name}{place}", asked.variable.shape, "tangent")
        for place in range(1, order + 1)
    ]
    found = nth_differential(simplify(asked.expression), asked.free, tangents)
    return MultilinearMap(found.tangents, simplify(asked.restored(found.body)))


def evaluate(expression: Node, **values: Any) -> Any:
    """The value at arrays given by name; dimensions that no array determines are named too.

    >>> evaluate(parse("x'*x"), x=[3.0, 4.0])
    25.0
    """
    known = {s.name for s in symbols_of(expression)} | set(dimension_names(expression))
    return evaluate_node(expression, (), **{k: v for k, v in values.items() if k in known})


def rules(name: str | None = None) -> str:
    """The rule book as a person reads it: all operations, or the entry of one."""
    if name is None:
        return rules_table()
    return rule_page(name)
