"""A claim that is a Python function: judged by values alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcalc.expressions.nodes import Node
from matcalc.samples.agreement import Pair, Sample, samples
from matcalc.samples.coded import Coded, Misshapen, quoted
from matcalc.samples.coverage import many_sizes
from matcalc.samples.place import Place
from matcalc.samples.report import sizes_text
from matcalc.samples.sampling import axes_of
from matcalc.verify.by_values import judged_by_values
from matcalc.verify.other_forms import meant
from matcalc.verify.slips import likeliest
from matcalc.verify.verdict import Verdict

_FEW, _SIZE = 4, 3


def fits(right: Node, claimed: Coded, place: Place) -> bool:
    """Whether a function returns arrays of the shape of `right`, as far as it returns any."""
    random = np.random.default_rng(0)
    pair = Pair(right, claimed, place)
    try:
        samples(pair, 1, random, many_sizes(pair, random))
    except Misshapen:
        return False
    return True


def judge_code(
    right: Node, claimed: Coded, what: str, count: int, seed: int, place: Place
) -> Verdict:
    """Whether the values of a function are those of `right`, which is `what`."""
    pair = Pair(right, claimed, place)
    reason = f"the values of {claimed.name} are not those of {what}"
    try:
        verdict = judged_by_values(pair, right, lambda: reason, count, seed)
    except Misshapen as problem:
        reason = _misshapen(right, claimed, what, problem)
        hint = _as_shaped(right, claimed, what, place)
        hint = hint or _slip_at_equal_sizes(pair, _at_equal_sizes(pair))
        return Verdict("refuted", reason, hint=hint, right=right)
    if pair.faults and not pair.has_values:
        return _broken(pair, right, claimed, what)
    return verdict


def _broken(pair: Pair, right: Node, claimed: Coded, what: str) -> Verdict:
    """A function that fails at sizes at which what is right has a value.

    That the names in it are unknown, or the kinds of its arrays, says nothing of its formula; it
    is about shapes where the function has values at equal sizes.
    """
    sizes, error = next(iter(pair.faults.items()))
    said = f"{claimed.name} raises {quoted(error)}"
    fitting = _at_equal_sizes(pair)
    if not fitting and not isinstance(error, ArithmeticError | IndexError | ValueError):
        return Verdict("undecided", said, right=right)
    at = f" at {sizes}" if pair.dimensions else ""
    reason = f"{what} has a value{at}, and there {said}"
    return Verdict("refuted", reason, hint=_slip_at_equal_sizes(pair, fitting), right=right)


def _at_equal_sizes(pair: Pair) -> list[Sample]:
    """Samples where all dimensions are equal, so that arrays fit which are turned wrongly."""
    sizes = dict.fromkeys(pair.dimensions, _SIZE)
    try:
        return samples(pair, _FEW, np.random.default_rng(0), [sizes])[0]
    except Misshapen:
        return []


def _slip_at_equal_sizes(pair: Pair, found: Sequence[Sample]) -> str:
    if not found or len(pair.dimensions) == 1:
        return ""
    equal = f"right only where {' = '.join(pair.dimensions)}"
    agree = all(one.agrees for one in found)
    hint = equal if agree else likeliest(pair, found, np.random.default_rng(0))
    return hint and f"{hint} (looked at where all sizes are {_SIZE}, and the arrays fit)"


def _misshapen(right: Node, claimed: Coded, what: str, problem: Misshapen) -> str:
    sizes = problem.point.sizes
    found, wanted = _axes(problem.found), _axes(axes_of(right.shape, sizes))
    at = f" at {sizes_text(sizes)}" if sizes else ""
    return f"{claimed.name} returns {found}{at}, and {what} is {right.shape}: {wanted}"


def _axes(found: tuple[int, ...]) -> str:
    return f"an array of shape {found}" if found else "a number"


def _as_shaped(right: Node, claimed: Coded, what: str, place: Place) -> str:
    """What a function of another shape returns instead."""

    def judged(form: Node) -> Verdict | None:
        pair = Pair(form, replace(claimed, shape=form.shape), place)
        try:
            return judged_by_values(pair, form, str, _FEW, 0)
        except Misshapen:
            return None

    return meant(right, claimed.name, what, judged)
