"""The likeliest slip behind a wrong formula, found term by term and factor by factor.

A change of the claim that makes it right is the slip, and so is a change of what is right that
makes it the claim; it is named only if it does at every sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from matcalc.expressions.constructors import (
    UNIT,
    divide,
    is_number,
    is_zero,
    minus,
    multiply,
    scale,
)
from matcalc.expressions.nodes import Node, Sum, symbols_of
from matcalc.samples.agreement import Pair, Sample
from matcalc.samples.numeric import size
from matcalc.samples.sampling import Array
from matcalc.samples.together import Together
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size as length
from matcalc.simplify.rewriting import simplify
from matcalc.verify.changes import Change, Term, changes, terms
from matcalc.verify.scalars import CLOSE, Scalars, multiple_text, ratios, simple_shares

_MOST_TOKENS, _MOST_TERMS = 4_000, 24  # of all that is looked at together: 100 changes of 40
_LONGEST = 40


@dataclass(frozen=True)
class _Side:
    """The claim or what is right, and at each sample its value and the one that it is to have."""

    pair: Pair
    root: Node
    samples: Sequence[Sample]

    @property
    def is_claim(self) -> bool:
        return self.root is self.pair.claimed

    @property
    def most(self) -> int:
        """How many changes are looked at: of what is long fewer, for each costs more."""
        return _MOST_TOKENS // length(self.root)

    def own(self, sample: Sample) -> Array:
        return sample.claimed if self.is_claim else sample.right

    def wanted(self, sample: Sample) -> Array:
        return sample.right if self.is_claim else sample.claimed

    def values(self, nodes: Sequence[Node], samples: Sequence[Sample]) -> list[list[Array | None]]:
        """Of each node its values at the samples."""
        together = Together([self.pair.place.formula(node) for node in nodes])
        columns = [together(sample.point) for sample in samples]
        return [list(row) for row in zip(*columns, strict=True)]


def _sides(pair: Pair, found: Sequence[Sample]) -> list[_Side]:
    roots = [root for root in (pair.claimed, pair.right) if root is not None]
    return [_Side(pair, root, found) for root in roots]


def wrong_term(pair: Pair, found: Sequence[Sample], scalars: Scalars) -> str:
    """A term that is missing, or too many, or has a wrong sign, or else a wrong factor."""
    slips: list[str] = []
    for side in _sides(pair, found):
        for term in _promising_terms(side):
            (rests,) = side.values([term.rest], found)
            missing = _times_missing(side, rests, found)
            times = None if missing is None else scalars.named(1 + missing)
            if times is not None:
                slips.append(_term_text(side, term, times))
                if is_zero(times) or is_number(times, -1):
                    return slips[-1]
    return next(iter(slips), "")


def wrong_shares(pair: Pair, found: Sequence[Sample], most: int) -> str:
    """What a claim takes of the terms of what is right, multiplied out, if only some are wrong."""
    whole = expand(simplify(pair.right))
    if not isinstance(whole, Sum) or len(whole.terms) > _MOST_TERMS:
        return ""
    each = [scale(value, term) for value, term in whole.terms]
    values = _Side(pair, whole, found).values(each, found)
    shares = simple_shares(values, found)
    wrong = [(term, k) for term, k in zip(each, shares, strict=True) if k is not UNIT]
    if not 0 < len(wrong) <= min(most, len(each) - 1):
        return ""
    return "; ".join(_share_text(pair, term, share) for term, share in wrong)


def _share_text(pair: Pair, term: Node, share: Node) -> str:
    if is_zero(share):
        return f"the term {term} is missing"
    return multiple_text(share, pair, f"the term {multiply(share, term)}")


def _promising_terms(side: _Side) -> Iterator[Term]:
    """Those of which some multiple would be right at the first sample."""
    first = side.samples[:1]
    every = list(islice(terms(side.root), side.most))
    values = side.values([term.rest for term in every], first)
    for term, rests in zip(every, values, strict=True):
        if _times_missing(side, rests, first) is not None:
            yield term


def _times_missing(
    side: _Side, rests: Sequence[Array | None], samples: Sequence[Sample]
) -> Array | None:
    """How many times the term that leaves these rests is to be added, at each sample."""
    known = [rest for rest in rests if rest is not None]
    if len(known) < len(rests):
        return None
    values = [side.own(one) - rest for one, rest in zip(samples, known, strict=True)]
    wanted = [side.wanted(one) - side.own(one) for one in samples]
    return ratios(list(zip(values, wanted, strict=True)), samples)


def _term_text(side: _Side, term: Term, times: Node) -> str:
    if is_zero(times) and not side.is_claim:
        return f"{_multiplied_out(side.root, term)} is missing"
    if is_zero(times):
        return f"{_in_its_sum(side.root, term)} is too many"
    if side.is_claim:
        return multiple_text(divide(UNIT, times), side.pair, _in_its_sum(side.root, term))
    named = f"the term {multiply(times, term.node)}"  # as it stands in the claim
    return multiple_text(times, side.pair, _of_its_sum(side.root, term, named))


def _multiplied_out(root: Node, term: Term) -> str:
    """A term as it stands in the whole formula, where it is one term of that too."""
    whole = expand(simplify(minus(root, term.rest)))
    is_one = not isinstance(whole, Sum) and length(whole) <= _LONGEST
    return f"the term {whole}" if is_one else _in_its_sum(root, term)


def _in_its_sum(root: Node, term: Term) -> str:
    return _of_its_sum(root, term, f"the term {term.node}")


def _of_its_sum(root: Node, term: Term, named: str) -> str:
    return named if term.sum is root else f"{named} of {term.sum}"


def wrong_factor(pair: Pair, found: Sequence[Sample]) -> str:
    """Two factors swapped, a transpose, an inverse, a power, a sign inside a function."""
    for side in _sides(pair, found):
        for change in _promising_changes(side):
            (values,) = side.values([change.whole], found)
            if all(map(partial(_is_wanted, side), values, found)):
                return _change_text(side, change)
    return ""


def _promising_changes(side: _Side) -> Iterator[Change]:
    first = side.samples[:1]
    every = list(islice(changes(side.root), side.most))
    values = side.values([change.whole for change in every], first)
    return (c for c, (value,) in zip(every, values, strict=True) if _is_wanted(side, value, *first))


def _is_wanted(side: _Side, value: Array | None, sample: Sample) -> bool:
    if value is None:
        return False
    least = CLOSE * size(sample.right - sample.claimed) + sample.rounding
    return size(value - side.wanted(sample)) <= least


def _change_text(side: _Side, change: Change) -> str:
    wrong, right = change.before, change.after
    if not side.is_claim:
        wrong, right = right, wrong
    return f"{change.words}: it is {right}, not {wrong}"


def replaced_term(pair: Pair) -> str:
    """One term in place of another, where all others are right: dA for A^2*dA."""
    if pair.claimed is None:  # it is code
        return ""
    right, claimed = _expanded(pair.right), _expanded(pair.claimed)
    wrong, missing = claimed - right, right - claimed
    if not (len(wrong) == len(missing) == 1 and claimed & right):
        return ""
    (one,), (other,) = wrong, missing
    names, wanted = set(symbols_of(one)), set(symbols_of(other))
    is_alike = names <= wanted or wanted <= names
    return f"the term {one} stands where {other} is right" if is_alike else ""


def _expanded(root: Node) -> set[Node]:
    """The terms of an expression, multiplied out."""
    spread = expand(simplify(root))
    return {scale(*term) for term in spread.terms} if isinstance(spread, Sum) else {spread}
