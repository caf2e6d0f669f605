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
from typing import TYPE_CHECKING

from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import is_zero, symbol, zero
from matcalc.expressions.errors import NoRule, NotLinear
from matcalc.expressions.nodes import Node, Symbol
from matcalc.printing.predicates import predicate_text
from matcalc.proofs import methods
from matcalc.proofs.domains import is_defined_with, is_thin, narrowing
from matcalc.proofs.proof import Proof
from matcalc.rulebook.substitution import substitute
from matcalc.samples.place import EVERYWHERE, Place
from matcalc.verify.other_forms import meant
from matcalc.verify.typed_numbers import meant_otherwise
from matcalc.verify.verdict import Verdict

if TYPE_CHECKING:
    from matcalc.verify.by_values import Values


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
    values = cache(lambda: _values(right, claimed, place))

    def by_values() -> Verdict:
        return values().verdict(f"{what} - {said}", count, seed)

    if proof := methods.proof_of(*both, methods.AT_ONCE):
        return _proved(right, claimed, place, proof, by_values)
    if values().agree_at_a_glance and (proof := methods.proof_of(*both, methods.BY_SEARCH)):
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
    return right.shape == claimed.shape and _values(right, claimed, place).agree_at_a_glance


def _values(right: Node, claimed: Node, place: Place) -> Values:
    from matcalc.verify.by_values import Values  # brings in NumPy, which a proof does without

    return Values(right, claimed, place)


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
