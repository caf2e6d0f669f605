"""check: whether a derivative worked out by hand is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.answers.answer import Answer
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, ordered
from matcalc.expressions.python_arguments import checked
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.asking import Inner, Spaces, ask_alone
from matcalc.questions.claims import read_claim
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Variable, Where
from matcalc.verbs.differential import DIFFERENTIAL, differential
from matcalc.verbs.gradient import gradient
from matcalc.verbs.hessian import HESSIAN, hessian
from matcalc.verbs.jacobian import JACOBIAN, jacobian

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict

_VERBS: Mapping[str, Callable[..., Answer]] = {
    "gradient": gradient,
    "differential": differential,
    "jacobian": jacobian,
    "hessian": hessian,
}


@checked
def check(
    f: Formula,
    wrt: Variable,
    claim: Formula,
    where: Where = None,
    samples: int = 20,
    seed: int = 0,
    of: str = "",
    inner: Inner = None,
    space: Spaces = None,
) -> Verdict:
    """Whether a derivative worked out by hand is right.

    `of` says what the claim is: "gradient", "jacobian", "hessian" or "differential", the last two
    also as an operator on dX (d before the variable's name). Left out, it is the differential
    where the claim contains dX, else the gradient of a scalar f, the Jacobian matrix of anything
    else. `inner` and `space` are those of `gradient`. Raises a MatcalcError where f or the claim
    cannot be read.

    >>> print(check("norm2(A*X - B)^2", "X", claim="A'*(A*X - B)").hint)
    a factor 2 is missing
    """
    asked = ask_alone(f, wrt, where, inner, space)
    answer = _verb(of)(f, wrt, where, inner=inner, space=space) if of else None
    claimed = read_claim(claim, asked, answer.value.shape if answer else None)
    is_operator = asked.alone.tangent in ordered(claimed)
    if answer is None:
        answer = _verb(_told(asked, is_operator))(f, wrt, where, inner=inner, space=space)
    verdict = _judged(asked, answer, claimed, samples, seed)
    return replace(verdict, answer=answer, assumptions=answer.assumptions)


def _judged(asked: Question, answer: Answer, claimed: Node, samples: int, seed: int) -> Verdict:
    from matcalc.verify.claims import judge, judge_operator

    tangent = asked.alone.tangent
    if answer.kind in (DIFFERENTIAL, HESSIAN) and tangent in ordered(claimed):
        right, said = (_on_space(asked, body) for body in (asked.shaped(answer.body), claimed))
        return judge_operator(right, said, tangent, samples, seed)
    verdict = judge(value_of(answer), claimed, f"the {answer.kind.in_words}", samples, seed)
    if answer.kind is JACOBIAN and claimed.shape != answer.value.shape and not verdict.hint:
        return _without_tangent(verdict, asked)
    return verdict


def _on_space(asked: Question, body: Node) -> Node:
    """An operator as all that it says of directions in the space."""
    found = asked.operator(body)
    assert isinstance(found, LinearMap)
    return found.restriction.by_zero if found.is_restricted else body


def _told(asked: Question, is_operator: bool) -> str:
    """What a claim is about, by its form and by f."""
    if is_operator:
        return "differential"
    return "gradient" if asked.expression.shape.is_scalar else "jacobian"


def _verb(kind: str) -> Callable[..., Answer]:
    """The verb of that kind. Raises MatcalcError where there is none."""
    if kind not in _VERBS:
        hint = f"a claim is of a {', '.join(_VERBS)}"
        raise MatcalcError(f"nothing is checked of a {kind!r}", hint=hint)
    return _VERBS[kind]


def _without_tangent(verdict: Verdict, asked: Question) -> Verdict:
    """The verdict on a matrix of a wrong shape, which may have been meant as an operator."""
    dx = asked.alone.tangent.name
    return replace(verdict, hint=f"a claim about the differential is an expression in {dx}")


def value_of(answer: Answer) -> Node:
    """The formula that the answer about one variable is."""
    assert isinstance(answer.value, Node)
    return answer.value
