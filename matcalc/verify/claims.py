"""Is a formula right? Proved where normal forms agree, else judged by values.

proved: simplification, and expansion of the difference, leave nothing. verified: the values agree
at random points of several sizes. refuted: they differ; a small counterexample and the likeliest
slip are given. undecided: no point could be used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import is_zero, minus, symbol, transpose, zero
from matcalc.expressions.errors import NoRule, NotLinear
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.rulebook.substitution import substitute
from matcalc.samples.agreement import DIFFERENT, EQUAL, Pair, samples, summary, worst
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored, is_longer_behind, size
from matcalc.simplify.naming import opened
from matcalc.simplify.present import LARGEST_OPENED
from matcalc.simplify.rewriting import simplify
from matcalc.verify.counterexamples import smallest
from matcalc.verify.slips import likeliest
from matcalc.verify.verdict import Verdict

_ROUNDS = 4
_LONGEST_DIFFERENCE = 40
_LAYOUT = "layout: {said} is the transpose; {what} is {right}"


def judge(
    right: Node,
    claimed: Node,
    what: str,
    count: int = 20,
    seed: int = 0,
    said: str = "the claim",
) -> Verdict:
    """Whether `claimed` equals `right`, which is `what` ("the gradient") of a problem."""
    if right.shape != claimed.shape:
        return _misshapen(right, claimed, what, count, seed, said)
    proof = _proof(right, claimed)
    if proof:
        return Verdict("proved", proof, right=right)
    return _judged_by_values(right, claimed, f"{what} - {said}", count, seed)


def judge_operator(
    right: Node, claimed: Node, tangent: Symbol, count: int = 20, seed: int = 0
) -> Verdict:
    """Whether an expression in dX is the differential; both are compared as linear maps too."""
    at_rest = substitute(claimed, {tangent: zero(tangent.shape)})
    if not is_zero(simplify(at_rest)):
        reason = f"the claim is not linear in {tangent.name}: it is not 0 where {tangent.name} is 0"
        return Verdict("refuted", reason, right=right)
    if right.shape == claimed.shape:
        try:
            proof = _proof(*_adjoints((right, claimed), tangent))
        except NotLinear:
            return Verdict("refuted", f"the claim is not linear in {tangent.name}", right=right)
        except NoRule:
            proof = ""
        if proof:
            return Verdict("proved", f"{proof} (of the adjoints)", right=right)
    return judge(right, claimed, "the differential", count, seed)


def _adjoints(bodies: Sequence[Node], tangent: Symbol) -> list[Node]:
    """What one cotangent comes back to through each; complex where a value is, for a real one
    tells nothing of imaginary parts.
    """
    words = ("tangent", "complex") if any(body.is_complex for body in bodies) else ("tangent",)
    cotangent = symbol(free_name("W", *bodies), bodies[0].shape, *words)
    return [pull_back_to(body, tangent, cotangent) for body in bodies]


def _proof(right: Node, claimed: Node) -> str:
    """Why the two are equal, or nothing; names that either gives its parts are seen through."""
    right, claimed = map(_without_names, (right, claimed))
    if simplify(right) is simplify(claimed):
        return "the normal forms agree"
    if is_zero(difference(right, claimed)):
        return "the difference, expanded, is zero"
    return ""


def _without_names(node: Node) -> Node:
    return node if is_longer_behind(node, LARGEST_OPENED) else opened(node)


def difference(right: Node, claimed: Node) -> Node:
    """right - claimed, simplified and expanded until nothing changes."""
    found = simplify(minus(right, claimed))
    for _ in range(_ROUNDS):
        again = simplify(expand(found))
        if again is found:
            break
        found = again
    return found


def _misshapen(right: Node, claimed: Node, what: str, count: int, seed: int, said: str) -> Verdict:
    reason = f"{said} is {claimed.shape}, {what} is {right.shape}"
    hint = ""
    if claimed.shape == right.shape.transposed:
        if judge(right, transpose(claimed), what, count, seed).holds:
            hint = _LAYOUT.format(said=said, what=what, right=right.shape)
        else:
            hint = "shaped as the transpose, and wrong as that too"
    return Verdict("refuted", reason, hint=hint, right=right)


def _judged_by_values(
    right: Node, claimed: Node, subtraction: str, count: int, seed: int
) -> Verdict:
    random = np.random.default_rng(seed)
    pair = Pair(right, claimed)
    found, problem = samples(pair, count, random)
    if not found:
        return Verdict("undecided", f"no usable sample: {problem}", right=right)
    error = worst(found)
    if error <= EQUAL:
        return Verdict("verified", f"the values agree at {summary(found)}", right=right)
    if error <= DIFFERENT:
        reason = f"the values differ by {error:.0e}, which may be round-off"
        return Verdict("undecided", reason, right=right)
    hint = likeliest(pair, found, random)
    counterexample = smallest(pair, found, random)
    return Verdict("refuted", _refuted(right, claimed, subtraction), counterexample, hint, right)


def _refuted(right: Node, claimed: Node, subtraction: str) -> str:
    rest = factored(difference(right, claimed), set(ordered(right)) | set(ordered(claimed)))
    if size(rest) > _LONGEST_DIFFERENCE:
        return f"the values of {subtraction} are not 0"
    return f"the difference, {subtraction}, is {rest}"
