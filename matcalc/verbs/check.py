"""check: whether a derivative worked out by hand is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matcalc.answers.answer import Answer
from matcalc.expressions.blocks import Blocks, Path
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.operators.operator import ALONE
from matcalc.printing.phrases import fact_text
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.claims import read_claim
from matcalc.questions.code import read_code
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.rulebook.substitution import substitute
from matcalc.verbs.claimed import Claim, Claims, by_path
from matcalc.verbs.table import DERIVATIVES, derivative_named, function

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict


@checked
def check(
    f: Formula,
    wrt: Variable | Several,
    claim: Claims,
    where: Where = None,
    samples: int = 20,
    seed: int = 0,
    of: str = "",
    inner: Inner = None,
    space: Spaces = None,
    order: int | None = None,
    conjugate: bool = False,
    dialect: str | None = None,
    claim_dialect: str | None = None,
) -> Verdict:
    """Whether a derivative worked out by hand is right.

    The claim may be a whole equation, `df/dX = ...`, `grad = ...`, `df = ...`, `dX |-> ...`,
    `d2f = ...`; of several variables one for each, as a list of such equations or a mapping from
    names. `of` says what it is where the claim does not: a name of a verb. Left out, it is the
    differential where the claim contains dX (d before the variable's name), else the gradient of
    a scalar f, the Jacobian matrix of anything else. A differential and a Hessian may be told as
    operators on dX. The claim may be of a dialect of its own, told from its marks or named by
    `claim_dialect`; without marks it is of that of f, if it fits there. The other arguments are
    those of the verb. Raises a MatcalcError where f or the claim cannot be read.

    >>> print(check("norm2(A*X - B)^2", "X", claim="df/dX = A'*(A*X - B)").hint)
    a factor 2 is missing
    """
    asked = ask(f, wrt, where, inner, space, dialect)
    claims = by_path(asked, claim, claim_dialect)
    kind = _kind(asked, claims.values(), of)
    if kind == "differential" and asked.is_list:
        _require_whole(asked, claims)
    how = {
        "inner": inner,
        "space": space,
        "dialect": dialect,
        **_arguments(asked, kind, claims.values(), order, conjugate),
    }
    answer = function(kind)(f, wrt, where=where, **how)
    return _verdict(answer, claims, samples, seed)


def _require_whole(asked: Question, claims: Mapping[Path, Claim]) -> None:
    """Raises MatcalcError for the part of a differential that belongs to one variable."""
    if any(path or 0 < len(one.along) < len(asked.moving) for path, one in claims.items()):
        raise MatcalcError(
            f"the differential is one map of {', '.join(map(str, asked.directions.values()))}",
            hint="df = ... with all of them, or ask for one variable",
        )


def _verdict(answer: Answer, claims: Mapping[Path, Claim], samples: int, seed: int) -> Verdict:
    """The verdict on all claims about an answer."""
    from matcalc.verify.verdict import together

    verdicts = {
        ", ".join(path): _judged(answer, path, one, samples, seed) for path, one in claims.items()
    }
    verdict = next(iter(verdicts.values())) if len(verdicts) == 1 else together(verdicts)
    said = (text for one in verdicts.values() for text in one.assumptions)
    assumed = tuple(dict.fromkeys((*answer.assumptions, *said)))
    return replace(verdict, answer=answer, assumptions=assumed)


def _kind(asked: Question, claims: Iterable[Claim], of: str) -> str:
    """What the claims are about: as they say, or by their form and by f."""
    if of and not derivative_named(of):
        hint = f"a claim is of a {', '.join(DERIVATIVES)}"
        raise MatcalcError(f"nothing is checked of a {of!r}", hint=hint)
    said = {one.kind for one in claims if one.kind} | ({derivative_named(of)} if of else set())
    if len(said) > 1:
        raise MatcalcError(f"the claim is of one thing, not of {' and '.join(sorted(said))}")
    if said:
        return said.pop()
    words = set().union(*(one.words for one in claims))
    if words & {tangent.name for tangent in asked.directions.values()}:
        return "differential"
    if any(one.is_partial for one in claims) and all(s.is_complex for s in asked.tangents):
        return "wirtinger"
    return "gradient" if asked.expression.shape.is_scalar else "jacobian"


def _arguments(
    asked: Question, kind: str, claims: Iterable[Claim], order: int | None, conjugate: bool
) -> dict[str, Any]:
    """The order, where the kind takes one, and so on: as given, or as the claims say."""
    given = {"order": order, "conjugate": conjugate or None}
    found = {name: value for one in claims for name, value in one.arguments.items()}
    found |= {name: value for name, value in given.items() if value is not None}
    for name in found:
        if name not in DERIVATIVES[kind].options:
            raise MatcalcError(f"a claim about the {kind} takes no {name}")
    if "order" in DERIVATIVES[kind].options and "order" not in found:
        found["order"] = max((place for one in claims for place in one.places(asked)), default=1)
    return found


def _judged(answer: Answer, path: Path, claim: Claim, samples: int, seed: int) -> Verdict:
    """The verdict on one claim, about a block of the answer."""
    from matcalc.answers.verification import directions_of, place_of
    from matcalc.verify.claims import judge, judge_operator
    from matcalc.verify.coded_claims import judge_code

    asked, place = answer.question, place_of(answer)
    how: Any = {"count": samples, "seed": seed, "place": place}
    directions = [one for slot in directions_of(answer) for one in slot.values()]
    named = claim.directions(asked, directions)
    known = [*directions, *(one for one in named if isinstance(one, Symbol))]
    is_map = answer.kind.is_operator and not claim.words.isdisjoint(one.name for one in known)
    right = asked.shaped(_operator_at(answer, path)) if is_map else _block(answer.value, path)
    if callable(claim.formula):
        code = read_code(claim.formula, asked, right.shape, directions)
        return judge_code(right, code, f"the {answer.kind.in_words}", **how)
    formula, facts = read_claim(claim.formula, asked, right.shape, known, claim.dialect)
    claimed = substitute(formula, named)
    if is_map and len(directions) == 1:
        verdict = judge_operator(right, claimed, directions[0], **how)
    else:
        verdict = judge(right, claimed, f"the {answer.kind.in_words}", **how)
    verdict = verdict if is_map else _with_hint(verdict, asked, claimed)
    return replace(verdict, assumptions=tuple(map(fact_text, facts)))


def _block(value: Any, path: Path) -> Node:
    """The formula that the names lead to. Raises MatcalcError where there is more than one."""
    for name in path:
        value = value[name] if isinstance(value, Blocks) else value
    while isinstance(value, Blocks) and len(value) == 1:
        (value,) = value.values()
    if isinstance(value, Node):
        return value
    example = ", ".join(f'"{name}": ...' for name in value)
    raise MatcalcError(
        f"there is a formula for each of {', '.join(value)}",
        hint=f"claim={{{example}}}, or a list of equations df/dX = ...",
    )


def _operator_at(answer: Answer, path: Path) -> Node:
    """What the operator takes directions to: as a whole, in a row, or in a block of a Hessian."""
    operator = answer.operator
    if len(path) == 2:
        found: Node = operator.rows[path[0]][path[1]].body
        return found
    bodies = operator.bodies
    return bodies[ALONE] if ALONE in bodies else _block(Blocks(bodies), path)


def _with_hint(verdict: Verdict, asked: Question, claimed: Node) -> Verdict:
    """The verdict on a matrix of a wrong shape, which may have been meant as an operator."""
    if verdict.hint or verdict.right.shape == claimed.shape:
        return verdict
    tangents = ", ".join(map(str, asked.directions.values()))
    return replace(verdict, hint=f"a claim about the differential is an expression in {tangents}")
