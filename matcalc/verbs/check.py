"""check: whether a derivative worked out by hand is right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from matcalc.expressions.blocks import Path
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import kind_text
from matcalc.language.understanding import Problem
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Several, Variable, Where, problem_of
from matcalc.verbs.claimed import Claim, Claims, by_path
from matcalc.verbs.comparison import Comparison
from matcalc.verbs.equivalent import equivalent
from matcalc.verbs.mistaken import other_questions
from matcalc.verbs.table import DERIVATIVES, derivative_named, function

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict


@checked
def check(
    f: Formula,
    wrt: Variable | Several | None = None,
    claim: Claims | None = None,
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
    r"""Whether a derivative worked out by hand is right.

    The claim may be a whole equation, `df/dX = ...`, `grad = ...`, `df = ...`, `dX |-> ...`,
    `d2f = ...`; of several variables one for each, as a list of such equations or a mapping from
    names. `of` says what it is where the claim does not: a name of a verb. Left out, it is the
    differential where the claim contains dX (d before the variable's name), else the gradient of
    a scalar f, the Jacobian matrix of anything else; or, and the verdict says so, what has the
    shape of the claim, as the Hessian. A differential and a Hessian may be told as
    operators on dX. The claim may be of a dialect of its own, told from its marks or named by
    `claim_dialect`; without marks it is of that of f, if it fits there. The other arguments are
    those of the verb. A formula of a paper may say it all, `\nabla_x x^\top A x = 2 A x`; one
    without a derivative, as `\operatorname{tr}(AB) = \operatorname{tr}(BA)`, is judged as it
    stands. Raises a MatcalcError where f or the claim cannot be read.

    >>> print(check("norm2(A*X - B)^2", "X", claim="df/dX = A'*(A*X - B)").hint)
    a factor 2 is missing
    """
    if wrt is None or claim is None:
        problem = problem_of(f, where, dialect=dialect)
        wrt = wrt or _one_or_all(problem.told.variables)
        if claim is None:  # the formula's own is of its dialect, marks or none
            claim = own = _claim_in(problem)
            claim_dialect = dialect = problem.dialect.name
            if wrt is None:
                return equivalent(f, own, where, samples, seed, dialect)
        if wrt is None:
            raise MatcalcError("the claim is about no variable", hint="say which: wrt=...")
        of = of or {1: "", 2: "hessian"}[problem.told.order]
    asked = ask(f, wrt, where, inner, space, dialect)
    claims = by_path(asked, claim, claim_dialect)
    said = _said(claims.values(), of)
    kinds = _by_form(asked, claims.values(), conjugate) if not said else (said,)
    if said == "differential" and not of:  # D f(x) = A*x is one of matrices, if it has no dX
        kinds = ("differential", "jacobian")
    setting = {"where": where, "inner": inner, "space": space, "dialect": dialect}

    def held(kind: str, **other: Any) -> Held:
        if kind == "differential" and asked.is_list:
            _require_whole(asked, claims)
        chosen = _arguments(asked, kind, claims.values(), order, conjugate)
        answer = function(kind)(**{"f": f, "wrt": wrt, **setting, **chosen, **other})
        return {path: Comparison(answer, path, one, samples, seed) for path, one in claims.items()}

    first = held(kinds[0])
    if all(one.fits for one in first.values()):
        verdict = _or_of_another_kind(_verdict(first), first, held)
        verdict = _or_of_another_question(verdict, asked, setting, partial(held, kinds[0]))
        is_guessed = kinds == ("wirtinger",) and not (
            said or conjugate or _are_partial(claims.values())
        )
        return _judged_as(verdict) if is_guessed and not verdict.holds else verdict
    others = (_fitting(held, kind) for kind in kinds[1:])
    if other := next(filter(None, others), None):
        return _judged_as(_verdict(other))
    verdict = _or_of_another_kind(_verdict(first), first, held)

    def at(where: Where) -> Verdict:
        how: Any = {"of": of, "inner": inner, "space": space, "order": order}
        how |= {"conjugate": conjugate, "dialect": dialect, "claim_dialect": claim_dialect}
        return check(f, wrt, claim, where, samples, seed, **how)

    return _or_at_its_sizes(verdict, first, at)


def _one_or_all(names: tuple[str, ...]) -> str | list[str] | None:
    return names[0] if len(names) == 1 else [*names] or None


def _claim_in(problem: Problem) -> str:
    """The claim that a formula of a paper makes itself, about the gradient where it is by X'."""
    told = problem.told
    if not told.claim:
        raise MatcalcError("there is no claim", hint="say what the derivative is: claim=...")
    turned = told.transposed and problem.expression.shape.is_scalar
    return rf"({told.claim})^{{\top}}" if turned else told.claim


Held = Mapping[Path, Comparison]


def _fitting(held: Callable[[str], Held], kind: str) -> Held | None:
    """The claims held against a derivative of that kind, if they have its shape."""
    with suppress(MatcalcError):
        found = held(kind)
        if all(one.fits for one in found.values()):
            return found
    return None


def _judged_as(verdict: Verdict) -> Verdict:
    """The verdict on a claim that did not say what it is about, and it is not the likeliest."""
    kind = verdict.answer.kind.in_words
    return replace(verdict, reason=f"judged as the {kind}: {verdict.reason}")


def _or_of_another_kind(verdict: Verdict, held: Held, ask: Callable[[str], Held]) -> Verdict:
    """The verdict, with the kind of derivative that a wrong claim is instead."""
    one, *more = held.values()
    asked, kinds = one.answer.question, {"gradient": "hessian", "hessian": "gradient"}
    kind = kinds.get(one.answer.kind)
    if verdict.status != "refuted" or more or not kind or len(asked.moving) > 1:
        return verdict
    shape = asked.moving[0].variable.shape
    wanted = shape if kind == "gradient" else Shape(shape.size, shape.size)
    other = _fitting(ask, kind) if one.has_shape(wanted) else None
    if not other or not _may_hold(other) or not (found := _verdict(other)).holds:
        return verdict
    return replace(verdict, hint=f"the claim is the {found.answer.kind.in_words}")


def _or_of_another_question(
    verdict: Verdict, asked: Question, setting: Mapping[str, Any], ask: Callable[..., Held]
) -> Verdict:
    """The verdict, with what a claim is right for where no slip explains it: another f, say."""
    explained = verdict.hint and not verdict.hint.endswith(" = 1")  # as numbers most are right
    if verdict.status != "refuted" or explained:
        return verdict
    for words, other in other_questions(asked, setting):
        with suppress(MatcalcError):
            found = ask(**other)
            if _may_hold(found) and (judged := _verdict(found)).holds:
                hint = f"the claim is the {judged.answer.kind.in_words} {words}"
                return replace(verdict, hint=hint)
    return verdict


def _or_at_its_sizes(verdict: Verdict, held: Held, at: Callable[[Where], Verdict]) -> Verdict:
    """The verdict on a claim that fits at some sizes only: those, if nobody declared others."""
    one, *more = held.values()
    if more or not (sizes := one.sizes):
        return verdict
    problem = one.answer.question.problem
    there = [symbol.with_sizes(sizes) for symbol in problem.symbols.values()]
    try:
        found = at({one.name: kind_text(one.shape, one.structure) for one in there})
    except MatcalcError:
        return verdict
    words = ", ".join(f"{name} = {size}" for name, size in sizes.items())
    declared = (problem.symbols[name] for name in problem.symbols.keys() - problem.inferred)
    if sizes.keys().isdisjoint(name for symbol in declared for name in symbol.dimensions):
        return replace(found, reason=f"taken for {words}: {found.reason}")
    told = found.hint and f"where {words}: {found.hint}"
    return replace(verdict, hint=f"right only where {words}" if found.holds else told)


def _may_hold(held: Held) -> bool:
    return all(one.may_hold for one in held.values())


def _require_whole(asked: Question, claims: Mapping[Path, Claim]) -> None:
    """Raises MatcalcError for the part of a differential that belongs to one variable."""
    if any(path or 0 < len(one.along) < len(asked.moving) for path, one in claims.items()):
        raise MatcalcError(
            f"the differential is one map of {', '.join(map(str, asked.directions.values()))}",
            hint="df = ... with all of them, or ask for one variable",
        )


def _verdict(held: Held) -> Verdict:
    """The verdict on all claims about an answer."""
    from matcalc.verify.verdict import together

    verdicts = {", ".join(path): one.verdict() for path, one in held.items()}
    verdict = next(iter(verdicts.values())) if len(verdicts) == 1 else together(verdicts)
    said = (text for one in verdicts.values() for text in one.assumptions)
    answer = next(iter(held.values())).answer
    assumed = tuple(dict.fromkeys((*answer.assumptions, *said)))
    return replace(verdict, answer=answer, assumptions=assumed)


def _said(claims: Iterable[Claim], of: str) -> str:
    """What the claims say that they are about, or nothing."""
    if of and not derivative_named(of):
        hint = f"a claim is of a {', '.join(DERIVATIVES)}"
        raise MatcalcError(f"nothing is checked of a {of!r}", hint=hint)
    said = {one.kind for one in claims if one.kind} | ({derivative_named(of)} if of else set())
    if len(said) > 1:
        raise MatcalcError(f"the claim is of one thing, not of {' and '.join(sorted(said))}")
    return said.pop() if said else ""


def _by_form(asked: Question, claims: Collection[Claim], conjugate: bool) -> tuple[str, ...]:
    """What claims may be about that do not say it: by their names and by f, the likeliest first.

    The shape of a claim tells which.
    """
    words = set().union(*(one.words for one in claims))
    if words & {tangent.name for tangent in asked.directions.values()}:
        return "differential", "hessian"
    if any(place for one in claims for place in one.places(asked)):
        return ("nth_derivative",)
    if not asked.expression.shape.is_scalar:
        return ("jacobian",)
    told = conjugate or not asked.has_real_value or _are_partial(claims)
    if told and all(one.is_complex for one in asked.tangents):
        return ("wirtinger",)
    firsts = ("gradient", "jacobian")
    return firsts if _are_partial(claims) else (*firsts, "hessian")


def _are_partial(claims: Iterable[Claim]) -> bool:
    return any(one.is_partial for one in claims)


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
