"""The verbs that judge a person's own formula: check, equivalent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.expressions.binders import variables_of
from matcalc.expressions.constructors import symbol
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import MatcalcError, ShapeError, UnknownName
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.python_arguments import checked
from matcalc.interface import gradient, jacobian
from matcalc.language.problem import (
    NOTHING,
    Problem,
    names_defined,
    parse_expression,
    parse_pattern,
)
from matcalc.language.same_names import variables_by_name
from matcalc.questions import Formula, Question, Variable, Where, pose, problem_of
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict

_SIZELESS = "nothing tells the size"


@checked
def check(
    f: Formula,
    wrt: Variable,
    claim: Formula,
    where: Where = None,
    samples: int = 20,
    seed: int = 0,
) -> Verdict:
    """Whether a derivative worked out by hand is right.

    The claim is the gradient of a scalar f, the Jacobian matrix of anything else, or, where it
    contains dX (d before the variable's name), the differential. Raises a MatcalcError where f
    or the claim cannot be read.

    >>> print(check("norm2(A*X - B)^2", "X", claim="A'*(A*X - B)").hint)
    a factor 2 is missing
    """
    from matcalc.verify.claims import judge, judge_operator

    asked = pose(problem_of(f, where), wrt, where if isinstance(f, str) else None)
    claimed = _read_claim(claim, asked)
    if asked.tangent in ordered(claimed):
        right = asked.shaped(asked.map.body)
        return judge_operator(right, claimed, asked.tangent, samples, seed)
    if asked.expression.shape.is_scalar:
        answer = gradient(f, wrt, where)
        return judge(answer.value, claimed, "the gradient", samples, seed)
    right = jacobian(f, wrt, where).value
    verdict = judge(right, claimed, "the Jacobian", samples, seed)
    if claimed.shape != right.shape and not verdict.hint:
        return _without_tangent(verdict, asked)
    return verdict


def _without_tangent(verdict: Verdict, asked: Question) -> Verdict:
    """The verdict on a matrix of a wrong shape, which may have been meant as an operator."""
    dx = asked.tangent.name
    return replace(verdict, hint=f"a claim about the differential is an expression in {dx}")


@checked
def equivalent(
    first: Formula, second: Formula, where: Where = None, samples: int = 20, seed: int = 0
) -> Verdict:
    """Whether two expressions are equal wherever both are defined.

    >>> print(equivalent("tr(A*B)", "tr(B*A)"))
    proved: the normal forms agree
    """
    from matcalc.verify.claims import judge

    one, other = _both(first, second, where)
    return judge(one, other, "the first", samples, seed, said="the second")


def _both(first: Formula, second: Formula, where: Where) -> tuple[Node, Node]:
    """Both expressions, their shapes inferred together where both are typed."""
    if isinstance(first, str) and isinstance(second, str):
        return _both_typed(first, second, where)
    if isinstance(first, str):
        other, one = _both(second, first, where)
        return one, other
    known = variables_by_name(*(one for one in (first, second) if isinstance(one, Node)))
    return first, _read(second, known, first.shape)


def _both_typed(first: str, second: str, where: Where) -> tuple[Node, Node]:
    one = problem_of(first, where)
    try:
        alone = problem_of(second, where).expression
        together = parse_pattern(first, second, book, problem_of("0", where).symbols)
    except MatcalcError:
        return _one_by_the_other(one, second, where)
    # Inferred together, x'*x and x*x' would fit each other: with a scalar x.
    if _form(one.expression.shape) != _form(alone.shape):
        return one.expression, alone
    return together


def _one_by_the_other(one: Problem, second: str, where: Where) -> tuple[Node, Node]:
    """The second text read in the variables of the first, or else the first in those of it."""
    try:
        return one.expression, _in_names_of(one, second)
    except MatcalcError as problem:
        try:
            other = problem_of(second, where)
            return _in_names_of(other, one.text), other.expression
        except MatcalcError:
            raise problem from None


def _form(shape: Shape) -> tuple[bool, bool]:
    return shape.is_scalar, shape.is_square


def _read_claim(claim: Formula, asked: Question) -> Node:
    """The claim, in the names of the problem, and dX."""
    if isinstance(claim, Node):
        return _of_the_problem(claim, asked)
    return _in_names_of(asked.problem, claim, _expected_shape(asked), asked.tangent)


def _of_the_problem(claim: Node, asked: Question) -> Node:
    """A claim made in Python, whose dX is the tangent. Raises UnknownName for new variables."""
    known = {**asked.problem.symbols, asked.tangent.name: asked.tangent}
    plain = [s for s in variables_of(claim) if s.name == asked.tangent.name]
    claim = substitute(claim, {s: asked.tangent for s in plain if s.shape == asked.tangent.shape})
    for name in variables_by_name(claim, known=known).keys() - known.keys():
        raise UnknownName(
            f"the claim has a variable {name}, and f has none of that name",
            hint=f"the variables are {', '.join(known)}",
        )
    return claim


def _in_names_of(problem: Problem, text: str, shape: Shape | None = None, *more: Symbol) -> Node:
    """A text in the variables of a problem, the parts and functions that it names, and `more`.

    A part that the text names itself, as its own solution or its own residual, is its own.
    """
    own = names_defined(text) & problem.definitions.keys()
    parts = {name: node for name, node in problem.definitions.items() if name not in own}
    named = {name: symbol(name, node.shape) for name, node in parts.items()}
    known = {**problem.symbols, **named, **{one.name: one for one in more}}
    known = {name: variable for name, variable in known.items() if name not in own}
    found = _read(text, known, shape or problem.expression.shape, problem.functions)
    values: Mapping[Node, Node] = {named[name]: node for name, node in parts.items()}
    return substitute(found, values)


def _expected_shape(asked: Question) -> Shape:
    own, variable = asked.expression.shape, asked.variable.shape
    if own.is_scalar:
        return variable
    return own if variable.is_scalar else Shape(own.size, variable.size)


def _read(
    text: Formula,
    known: Mapping[str, Symbol],
    shape: Shape,
    functions: Mapping[str, str] = NOTHING,
) -> Node:
    """A formula in known names; `I`, `ones` and `zeros` alone take the shape expected."""
    if isinstance(text, Node):
        return text
    try:
        return parse_expression(text, known, book, functions)
    except ShapeError as error:
        if _SIZELESS not in error.message or shape.is_scalar:
            raise
        fitted = f"{text} + zeros({shape.rows}, {shape.columns})"
        return parse_expression(fitted, known, book, functions)
