"""Is a formula right? Proved where a proof is found, else judged by values.

proved: there is a proof in lines; only what a first glance at values does not tell apart is worth
a search for one. verified: the values agree
at random points of five sizes, and far out. refuted: they differ by more than rounding, which is
looked at with many digits; a small counterexample and the likeliest slip are given. undecided: no
point could be used, or the digits do not suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

import numpy as np

from matcalc.calculus.pull_back import pull_back_to
from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import is_zero, symbol, zero
from matcalc.expressions.errors import NoRule, NotLinear
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.printing.predicates import predicate_text
from matcalc.proofs import methods
from matcalc.proofs.domains import is_defined_with, is_thin, narrowing
from matcalc.proofs.normal_forms import difference
from matcalc.proofs.proof import Proof
from matcalc.rulebook.substitution import substitute
from matcalc.samples.agreement import (
    DIFFERENT,
    EQUAL,
    EVERYWHERE,
    Pair,
    Place,
    Sample,
    samples,
    worst,
)
from matcalc.samples.coverage import (
    Sizes,
    close_looks,
    closeness,
    entries_at,
    equal_sizes,
    far_out,
    is_apart_beyond,
    is_of_square_only,
    many_sizes,
    sizes_covered,
    summary,
    told_apart,
)
from matcalc.samples.numeric import Unusable
from matcalc.samples.report import sizes_text
from matcalc.samples.sampling import Point, Random, Region
from matcalc.samples.turns import beside, is_rational, not_met, turns
from matcalc.simplify.forms import factored, size
from matcalc.verify.counterexamples import lacking, smallest, without_value
from matcalc.verify.degenerate import at_degenerate
from matcalc.verify.other_forms import meant
from matcalc.verify.slips import likeliest
from matcalc.verify.typed_numbers import meant_otherwise
from matcalc.verify.verdict import Verdict

_GLANCES = 4
_TELLING = frozenset(Region) - {Region.SMALL}  # where a claim may be said to hold
_LONGEST_DIFFERENCE = 40
_ALIKE = 2
_MOST_LOOKS = 6  # with many digits one may take a tenth of a second


def judge(
    right: Node,
    claimed: Node,
    what: str,
    count: int = 20,
    seed: int = 0,
    said: str = "the claim",
    place: Place = EVERYWHERE,
) -> Verdict:
    """Whether `claimed` equals `right`, which is `what` ("the gradient") of a problem."""
    if right.shape != claimed.shape:
        if is_plain_zero(claimed) or is_plain_zero(right):
            return _of_zero(right, claimed, what, count, seed, said, place)
        return _misshapen(right, claimed, what, count, seed, said, place)
    both = place.along(right), place.along(claimed)
    pair = cache(lambda: Pair(right, claimed, place))

    def by_values() -> Verdict:
        reason = f"{what} - {said}"
        return judged_by_values(pair(), right, lambda: _refuted(*both, reason), count, seed)

    if proof := methods.proof_of(*both, methods.AT_ONCE):
        return _proved(right, claimed, place, proof, by_values)
    if _agree_at_a_glance(pair()) and (proof := methods.proof_of(*both, methods.BY_SEARCH)):
        return _proved(right, claimed, place, proof, by_values)
    verdict = by_values()
    if verdict.status == "verified" and (proof := methods.proof_of(*both, methods.AT_LAST)):
        return _proved(right, claimed, place, proof, lambda: verdict)
    if verdict.status != "refuted":
        return verdict

    def holds(changed: Sequence[Node]) -> bool:
        return judge(changed[0], changed[1], what, count, seed, said, place).holds

    remark = meant_otherwise((right, claimed), holds)
    return replace(verdict, hint=remark or verdict.hint)


def _proved(
    right: Node, claimed: Node, place: Place, proof: Proof, by_values: Callable[[], Verdict]
) -> Verdict:
    """The verdict by a proof, which says nothing of where only one of the two has a value.

    Where the claim has fewer, values tell whether it has so at all but a few points.
    """
    asked, said = (right, *place.defined), (claimed, *place.claimed)
    narrower = narrowing(said, asked) if place.defined else []
    if not narrower:
        return Verdict("proved", proof.reason, right=right, proof=proof)
    found = by_values()
    if found.status == "refuted" or not all(map(is_thin, narrower)):
        return found
    where = " and ".join(map(predicate_text, narrower))
    return Verdict("proved", f"{proof.reason}, where {where}", right=right, proof=proof)


def may_hold(right: Node, claimed: Node, place: Place = EVERYWHERE) -> bool:
    """Whether a first look does not tell them apart: to explain a difference costs more."""
    if right.shape != claimed.shape:
        return False
    return _agree_at_a_glance(Pair(right, claimed, place))


def _agree_at_a_glance(pair: Pair) -> bool:
    found, _ = samples(pair, _GLANCES, np.random.default_rng(0))
    return all(one.error <= DIFFERENT for one in found)


def judge_operator(
    right: Node,
    claimed: Node,
    tangent: Symbol,
    count: int = 20,
    seed: int = 0,
    place: Place = EVERYWHERE,
) -> Verdict:
    """Whether an expression in dX is the differential; both are compared as linear maps too."""
    at_rest = substitute(claimed, {tangent: zero(tangent.shape)})
    still = judge(at_rest, zero(claimed.shape), "the claim", count, seed, place=place)
    if still.status == "refuted":
        reason = f"the claim is not linear in {tangent.name}: it is not 0 where {tangent.name} is 0"
        return replace(still, reason=reason, hint="", right=right)
    if right.shape == claimed.shape:
        both = place.along(right), place.along(claimed)
        with suppress(NotLinear, NoRule):  # a block [A, dA; 0, A] is affine in dA
            left, other = _adjoints(both, tangent)
            proof = methods.proof_of(left, other)
            said = (claimed, *place.claimed)
            if proof and is_defined_with(said, (right, *place.defined)):
                reason = f"{proof.reason} (of the adjoints)"
                return Verdict("proved", reason, right=right, proof=proof)
    return judge(right, claimed, "the differential", count, seed, place=place)


def _adjoints(bodies: Sequence[Node], tangent: Symbol) -> Iterator[Node]:
    """What one cotangent comes back to through each; complex where a value is, for a real one
    tells nothing of imaginary parts.
    """
    words = ("tangent", "complex") if any(body.is_complex for body in bodies) else ("tangent",)
    cotangent = symbol(free_name("W", *bodies), bodies[0].shape, *words)
    return (pull_back_to(body, tangent, cotangent) for body in bodies)


def is_plain_zero(node: Node) -> bool:
    """Whether it is the number 0, which stands for a zero of any shape."""
    return node.shape.is_scalar and is_zero(node)


def _of_zero(
    right: Node, claimed: Node, what: str, count: int, seed: int, said: str, place: Place
) -> Verdict:
    """A zero is taken in the shape of what it is compared with."""
    shape = right.shape if is_plain_zero(claimed) else claimed.shape
    right, claimed = (zero(shape) if is_plain_zero(one) else one for one in (right, claimed))
    verdict = judge(right, claimed, what, count, seed, said, place)
    return replace(verdict, reason=f"0 is taken as {zero(shape)}: {verdict.reason}")


def _misshapen(
    right: Node, claimed: Node, what: str, count: int, seed: int, said: str, place: Place
) -> Verdict:
    def judged(form: Node) -> Verdict | None:
        if form.shape != claimed.shape:
            return None
        return judge(form, claimed, what, count, seed, place=place)

    reason = f"{said} is {claimed.shape}, {what} is {right.shape}"
    return Verdict("refuted", reason, hint=meant(right, said, what, judged), right=right)


def judged_by_values(
    pair: Pair, right: Node, refuted: Callable[[], str], count: int, seed: int
) -> Verdict:
    """The verdict that values alone give; `refuted` says in words that they differ."""
    random = np.random.default_rng(seed)
    found, sets, problem = _drawn(pair, count, random)
    if not found:
        return Verdict("undecided", f"no usable sample: {problem}", right=right)
    try:
        apart = _first_apart(pair, found)
    except Unusable as unusable:
        return Verdict("undecided", str(unusable), right=right)
    if apart:
        return _refutation(pair, right, [apart, *found], refuted(), random)
    followed, looks = turns(pair), list(close_looks(pair, found))
    far, near = list(far_out(pair, found)), list(beside(pair, found, followed))
    apart = next((one for one, look in looks if look.apart), None)
    apart = apart or _first_apart_far_out(pair, [*far, *near])
    if apart:
        return _refutation(pair, right, [apart, *found], refuted(), random)
    fallen, said = at_degenerate(pair, followed)
    if fallen:
        return _refutation(pair, right, [fallen, *found], refuted(), random)
    missed = not_met(pair, [*found, *far, *near], followed)
    more = f"{closeness(looks, is_rational(pair))}{_further(far, near)}{missed}{said}"
    return _agreed(pair, right, found, sets, more)


def _drawn(
    pair: Pair, count: int, random: Random
) -> tuple[list[Sample], list[dict[str, int]], str]:
    """Samples of different sizes, and of the same size for all; of that alone where others have
    none. The sizes that were tried, and why the last unusable point was none.
    """
    sets = many_sizes(pair, random)
    found, problem = samples(pair, count, random, sets)
    alike = equal_sizes(pair) if len(pair.dimensions) > 1 else []
    alike = alike[1:2] if found else alike
    if alike and (found or not pair.has_code):
        more, problem = samples(pair, _ALIKE if found else count, random, alike)
        found, sets = [*found, *more], [*sets, *alike]
    return found, sets, problem


def _refutation(
    pair: Pair, right: Node, found: Sequence[Sample], reason: str, random: Random
) -> Verdict:
    """The verdict on a claim that is wrong at the first of the samples."""
    counterexample = smallest(pair, found[0], turns(pair), random)
    hint = likeliest(pair, found, random) if worst(found[1:]) > EQUAL else ""
    return Verdict("refuted", reason, counterexample, hint, right)


def _first_apart(pair: Pair, found: Sequence[Sample]) -> Sample | None:
    """A sample at which the values differ by more than rounding.

    Raises Unusable where none does and some are in doubt.
    """
    doubt: Unusable | None = None
    for one in _clearest(pair, found):
        try:
            if pair.is_apart(one):
                return one
        except Unusable as unusable:
            doubt = unusable
    if doubt:
        raise doubt
    return None


def _first_apart_far_out(pair: Pair, far: Sequence[Sample]) -> Sample | None:
    """One of which many digits say so: rounding plays its part where entries are large."""
    for one in _clearest(pair, far)[:_MOST_LOOKS]:
        try:
            if pair.looked_at(one).apart:
                return one
        except (Imprecise, Undefined):
            if pair.has_code and is_apart_beyond(pair, one):
                return one
    return None


def _clearest(pair: Pair, found: Sequence[Sample]) -> list[Sample]:
    """Those that do not agree: the clear ones first, and of these the small ones."""
    apart = (one for one in found if not one.agrees)
    return sorted(
        apart, key=lambda one: (one.error <= DIFFERENT, *entries_at(pair, one), -one.error)
    )


def _further(far: Sequence[Sample], near: Sequence[Sample]) -> str:
    said = f"{len(far)} far out" if far else ""
    said += f"{' and ' if far else ''}{len(near)} where entries change signs" if near else ""
    return f", and at {said}" if said else ""


def _agreed(
    pair: Pair, right: Node, found: Sequence[Sample], sets: Sequence[Sizes], more: str
) -> Verdict:
    """Verified, unless the claim has no value at points where what is right has one."""
    narrow = next((one for one in found if one.beyond and one.point.region in _TELLING), None)
    if pair.has_domain and narrow is not None and narrow.beyond is not None:
        reason = f"the claim has no value everywhere; it holds for {narrow.point.region.value}"
        counterexample = without_value(pair, narrow.beyond, np.random.default_rng(0))
        return Verdict("refuted", reason, counterexample, "", right)
    used = [one for one in sets if any(one == sample.point.sizes for sample in found)]
    unused = [one for one in sets if one not in used]
    where = told_apart(used, unused)
    asked = pair.has_domain or pair.has_code
    is_narrow = (asked and not where) or pair.faults or is_of_square_only(pair, found, sets)
    if is_narrow and (missing := lacking(pair, unused)):
        return _without_values(pair, right, missing, where)
    where = where or " and ".join(f"not {sizes_text(one)}" for one in unused)
    said = f"{summary(found)}{more}" + (f"; valid where {where}" if where else "")
    coverage = f"{sizes_covered(used)}{said}"
    return Verdict("verified", f"the values agree at {said}", right=right, coverage=coverage)


def _without_values(
    pair: Pair, right: Node, missing: Sequence[tuple[Point, str]], where: str
) -> Verdict:
    """The verdict on a claim that has no value at sizes at which what is right has one."""
    point, why = missing[0]
    sizes = ", ".join(sizes_text(one.sizes) for one, _ in missing)
    reason = f"what is right has a value at {sizes}, and the claim has none: {why}"
    counterexample = without_value(pair, point, np.random.default_rng(0))
    hint = f"right only where {where}" if where else ""
    return Verdict("refuted", reason, counterexample, hint, right)


def _refuted(right: Node, claimed: Node, subtraction: str) -> str:
    rest = factored(difference(right, claimed), set(ordered(right)) | set(ordered(claimed)))
    if size(rest) > _LONGEST_DIFFERENCE:
        return f"the values of {subtraction} are not 0"
    return f"the difference, {subtraction}, is {rest}"
