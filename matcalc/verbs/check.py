"""check: whether a derivative worked out by hand is right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.answers.answer import Answer
from matcalc.expressions.nodes import Node, ordered
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import ask_alone
from matcalc.questions.claims import read_claim
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Variable, Where
from matcalc.verbs.gradient import gradient
from matcalc.verbs.jacobian import jacobian

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict


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

    asked = ask_alone(f, wrt, where)
    claimed = read_claim(claim, asked)
    if asked.alone.tangent in ordered(claimed):
        right = asked.shaped(asked.change)
        return judge_operator(right, claimed, asked.alone.tangent, samples, seed)
    if asked.expression.shape.is_scalar:
        right = value_of(gradient(f, wrt, where))
        return judge(right, claimed, "the gradient", samples, seed)
    right = value_of(jacobian(f, wrt, where))
    verdict = judge(right, claimed, "the Jacobian", samples, seed)
    if claimed.shape != right.shape and not verdict.hint:
        return _without_tangent(verdict, asked)
    return verdict


def _without_tangent(verdict: Verdict, asked: Question) -> Verdict:
    """The verdict on a matrix of a wrong shape, which may have been meant as an operator."""
    dx = asked.alone.tangent.name
    return replace(verdict, hint=f"a claim about the differential is an expression in {dx}")


def value_of(answer: Answer) -> Node:
    """The formula that the answer about one variable is."""
    assert isinstance(answer.value, Node)
    return answer.value
