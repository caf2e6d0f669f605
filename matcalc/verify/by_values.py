"""What values say of a claim: a glance at a few, and the verdict where there is no proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matcalc.compile.arithmetic import Imprecise, Undefined
from matcalc.expressions.nodes import Node, ordered
from matcalc.proofs.normal_forms import difference
from matcalc.samples.agreement import DIFFERENT, EQUAL, Pair, Sample, samples, worst
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
    not_covered,
    only_size_1,
    sizes_covered,
    summary,
    told_apart,
)
from matcalc.samples.numeric import Unusable
from matcalc.samples.place import Place
from matcalc.samples.report import sizes_text
from matcalc.samples.sampling import Point, Random, Region
from matcalc.samples.turns import beside, is_rational, not_met, turns
from matcalc.simplify.forms import factored, size
from matcalc.verify.counterexamples import lacking, smallest, without_value
from matcalc.verify.degenerate import at_degenerate
from matcalc.verify.slips import likeliest
from matcalc.verify.verdict import Verdict
from matcalc.verify.whole_exponents import at_whole_exponents

_GLANCES = 4
_TELLING = frozenset(Region) - {Region.SMALL}  # where a claim may be said to hold
_LONGEST_DIFFERENCE = 40
_ALIKE = 2
_MOST_LOOKS = 6  # with many digits one may take a tenth of a second


class Values:
    """Those of what is right, and of what is claimed."""

    def __init__(self, right: Node, claimed: Node, place: Place) -> None:
        self._pair = Pair(right, claimed, place)
        self._right = right
        self._both = place.along(right), place.along(claimed)

    @property
    def agree_at_a_glance(self) -> bool:
        """Whether a few do not tell them apart."""
        found, _ = samples(self._pair, _GLANCES, np.random.default_rng(0))
        return all(one.error <= DIFFERENT for one in found)

    def verdict(self, subtraction: str, count: int, seed: int) -> Verdict:
        """The verdict by values; `subtraction` says in words which difference should be 0."""

        def refuted() -> str:
            return _refuted(*self._both, subtraction)

        return judged_by_values(self._pair, self._right, refuted, count, seed)


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
    whole = list(at_whole_exponents(pair, followed))
    apart = next((one for one, look in looks if look.apart), None)
    apart = apart or _first_apart_far_out(pair, [*far, *near])
    apart = apart or _first_apart_far_out(pair, whole)
    if apart:
        return _refutation(pair, right, [apart, *found], refuted(), random)
    fallen, said = at_degenerate(pair, followed)
    if fallen:
        return _refutation(pair, right, [fallen, *found], refuted(), random)
    missed = not_met(pair, [*found, *far, *near, *whole], followed)
    more = f"{closeness(looks, is_rational(pair))}{_further(far, near, whole)}{missed}{said}"
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


def _further(far: Sequence[Sample], near: Sequence[Sample], whole: Sequence[Sample]) -> str:
    places = {"far out": far, "where entries change signs": near, "of whole exponents": whole}
    said = " and ".join(f"{len(met)} {words}" for words, met in places.items() if met)
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
    missed = f"; valid where {where}" if where else not_covered(unused)
    only = f"valid where {alone}: " if (alone := only_size_1(used, unused)) else ""
    said = f"{summary(found)}{more}{missed}"
    coverage = f"{only}{sizes_covered(used)}{said}"
    return Verdict("verified", f"{only}the values agree at {said}", right=right, coverage=coverage)


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
