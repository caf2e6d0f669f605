"""The public verbs: parse, symbols, differential, gradient, jacobian, evaluate, rules.

Each takes text (then `wrt` is a name and `where` declares) or an expression built in Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from matcalc.answers import Derivation, Derivations
from matcalc.calculus.differential import differential as differential_of
from matcalc.calculus.inner_products import Frobenius, InnerProduct, Weighted
from matcalc.calculus.linear_map import LinearMap
from matcalc.calculus.pull_back import pull_back
from matcalc.compile.function import evaluate as evaluate_node
from matcalc.expressions.constructors import UNIT, symbol
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.errors import MatcalcError, ShapeError, UnknownName
from matcalc.expressions.nodes import Node, Symbol, dimension_names, ordered, symbols_of
from matcalc.language.problem import (
    Problem,
    parse_declarations,
    parse_expression,
    parse_problem,
)
from matcalc.printing.rules_page import rule_page, rules_table
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify

__all__ = ["Derivation", "Derivations", "Frobenius", "LinearMap", "Weighted"]

Where = str | Mapping[str, str] | None
Formula = str | Node
Variable = str | Symbol


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


def problem_of(f: Formula, where: Where = None) -> Problem:
    """The problem that a text or an expression poses."""
    if isinstance(f, str):
        return parse_problem(f, where, book)
    known = {variable.name: variable for variable in symbols_of(f)}
    return Problem(str(f), f, known, (), {})


def _variable(problem: Problem, wrt: Variable) -> Symbol:
    if isinstance(wrt, Symbol):
        return wrt
    found = problem.symbols.get(wrt)
    if found is None:
        names = ", ".join(problem.symbols)
        close = get_close_matches(wrt, problem.symbols, n=1)
        hint = f"did you mean {close[0]}?" if close else f"the variables are {names}"
        raise UnknownName(f"the problem has no variable {wrt!r}", hint=hint if names else "")
    if "dimension" in found.structure or "integer" in found.structure:
        raise MatcalcError(f"{wrt} is an integer: there is no derivative with respect to it")
    return found


def tangent_for(variable: Symbol, taken: Mapping[str, Symbol]) -> Symbol:
    """The symbol dX, under a name that the problem does not use."""
    name = f"d{variable.name}"
    while name in taken:
        name = f"d{name}"
    return symbol(name, variable.shape, "tangent")


@dataclass(frozen=True)
class _Question:
    """A problem with its variable, and the derivative as a map."""

    problem: Problem
    variable: Symbol
    map: LinearMap

    @property
    def kept(self) -> set[Node]:
        """What the person wrote, which stays as it was written."""
        return set(ordered(self.problem.expression))

    def shaped(self, value: Node) -> Node:
        return factored(simplify(value), self.kept)

    def answer(
        self,
        kind: str,
        value: Node,
        inner: InnerProduct,
        euclidean: Node | None = None,
        paired: Node | None = None,
    ) -> Derivation:
        plain = value if euclidean is None else euclidean
        return Derivation(kind, self.problem, self.variable, self.map, value, inner, plain, paired)


def _question(problem: Problem, wrt: Variable) -> _Question:
    variable = _variable(problem, wrt)
    if any("complex" in node.structure for node in ordered(problem.expression)):
        raise MatcalcError("derivatives over the complex numbers are not available yet")
    tangent = tangent_for(variable, problem.symbols)
    body = differential_of(simplify(problem.expression), {variable: tangent})
    return _Question(problem, variable, LinearMap(tangent, body))


def differential(f: Formula, wrt: Variable, where: Where = None) -> DifferentialMap:
    """The derivative as a linear operator dX -> df.

    Raises MatcalcError where the problem is not well posed or an operation has no rule.

    >>> print(differential("A^2", "A"))
    A*dA + dA*A
    """
    question = _question(problem_of(f, where), wrt)
    body = question.shaped(question.map.body)
    return DifferentialMap(question.map.tangent, body, question)


@dataclass(frozen=True)
class DifferentialMap(LinearMap):
    """The derivative of a problem: a LinearMap that knows the problem it belongs to."""

    question: _Question

    def derivation(self) -> Derivation:
        """The lines that lead to the operator."""
        return self.question.answer("differential", self.body, Frobenius())


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
    problem = problem_of(f, where)
    if not isinstance(wrt, (str, Symbol)):
        names = [_variable(problem, one).name for one in wrt]
        return Derivations({name: _gradient(problem, name, inner) for name in names})
    return _gradient(problem, wrt, inner)


def _gradient(problem: Problem, wrt: Variable, inner: InnerProduct | None) -> Derivation:
    if not problem.expression.shape.is_scalar:
        raise ShapeError(
            f"a gradient needs a scalar, but this is {problem.expression.shape}",
            hint="ask for the differential (an operator in dX) or the jacobian",
        )
    question = _question(problem, wrt)
    euclidean = question.shaped(pull_back(question.map.body, question.map.tangent, UNIT))
    product = inner if inner is not None else Frobenius()
    if isinstance(product, Frobenius):
        return question.answer("gradient", euclidean, product)
    read = _reader(problem)
    value = question.shaped(product.riesz(euclidean, read))
    paired = product.pairing(value, question.map.tangent, read)
    return question.answer("gradient", value, product, euclidean, paired)


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
    question = _question(problem_of(f, where), wrt)
    if question.variable.shape.is_scalar:
        at_one = {question.map.tangent: UNIT}
        value = instantiate(question.map.body, at_one, NO_DIMENSIONS, book.apply)
    else:
        value = question.map.matrix
    return question.answer("jacobian", question.shaped(value), Frobenius())


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
