"""The likeliest slip behind a wrong formula: a factor, a sign, a transpose, a term, ...

A slip is named only if undoing it turns the claim into what is right at every sample; the usual
ones are looked for first, and those of the whole formula before those of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import numpy as np

from matcalc.expressions.constructors import UNIT
from matcalc.expressions.nodes import Node
from matcalc.samples.agreement import EQUAL, Pair, Sample, apart, worst
from matcalc.samples.numeric import Unusable, size
from matcalc.samples.sampling import Array, Point, Random, draw
from matcalc.verify.scalars import CLOSE, Scalars, multiple_text, simple_ratio
from matcalc.verify.term_slips import replaced_term, wrong_factor, wrong_shares, wrong_term

_DRAWN = 6  # points of a special kind or size, at which a claim is to be right
_MOST_WRONG = 3  # terms that one slip in a factored formula is in
Change = Callable[[Array], Array]


def likeliest(pair: Pair, found: Sequence[Sample], random: Random) -> str:
    """The slip in words, or nothing where none of the usual ones explains the claim."""
    telling = sorted(found, key=lambda one: (one.agrees, 1 in one.point.sizes.values()))
    return next(filter(None, _slips(pair, telling, random)), "")


def _slips(pair: Pair, found: Sequence[Sample], random: Random) -> Iterator[str]:
    """What each kind of slip has to say, the likeliest first; nothing where it is none."""
    scalars = Scalars(pair, [sample.point for sample in found])
    if all(size(one.claimed) <= one.rounding for one in found):
        yield "the claim is zero"
    yield _multiple(pair, found, scalars)
    yield _turned(pair, found, scalars)
    yield _unsymmetrised(found)
    yield wrong_term(pair, found, scalars)
    yield wrong_shares(pair, found, 1)
    special = list(_special(pair, found, random))
    yield from (text for text, factor in special if factor is UNIT)
    yield wrong_factor(pair, found)
    yield wrong_shares(pair, found, _MOST_WRONG)
    yield from (f"{text}, up to a factor: {multiple_text(f, pair)}" for text, f in special)
    yield _at_some_sizes(pair, found, random)
    yield replaced_term(pair)


# ---------------------------------------------------------------- the whole formula


def _multiple(pair: Pair, found: Sequence[Sample], scalars: Scalars) -> str:
    factor = scalars.named_ratio([(one.right, one.claimed) for one in found], found)
    return "" if factor is None or factor is UNIT else multiple_text(factor, pair)


_TURNED: dict[str, Change] = {
    "a conjugate: the claim is the conjugate of what is right": np.conj,
    "a transpose: the claim is the transpose of what is right": np.transpose,
}


def _turned(pair: Pair, found: Sequence[Sample], scalars: Scalars) -> str:
    """The conjugate or the transpose of what is right, perhaps with a factor."""
    for text, change in _TURNED.items():
        turned = [change(one.right) for one in found]
        if _is_a_change(turned, found):
            pairs = [(value, one.claimed) for value, one in zip(turned, found, strict=True)]
            factor = scalars.named_ratio(pairs, found)
            if factor is not None:
                text += ", as JAX has it" if change is np.conj and pair.has_domain else ""
                return text if factor is UNIT else f"{text}; and {multiple_text(factor, pair)}"
    return ""


def _is_a_change(turned: Sequence[Array], found: Sequence[Sample]) -> bool:
    """Whether the arrays have the shapes of what is right, and are not the same."""
    both = [(value, one.right) for value, one in zip(turned, found, strict=True)]
    return all(value.shape == right.shape for value, right in both) and any(
        apart(value, right) > CLOSE for value, right in both
    )


_SYMMETRISED: dict[str, Change] = {
    "symmetrisation is missing: G + G' of the claimed G is right": lambda g: g + g.T,
    "symmetrisation is missing: (G + G')/2 of the claimed G is right": lambda g: (g + g.T) / 2,
}
_BY_ENTRIES: dict[str, Change] = {
    f"the claim is {form} of the right G, the derivative by the entries of a symmetric matrix": way
    for form, way in {
        "2*G - diag(diag(G))": lambda g: 2 * g - np.diag(np.diag(g)),
        "G + G' - diag(diag(G))": lambda g: g + g.T - np.diag(np.diag(g)),
    }.items()
}


def _unsymmetrised(found: Sequence[Sample]) -> str:
    """What takes a symmetric matrix for one with free entries, or the other way round."""
    if not all(one.right.ndim == 2 and len(set(one.right.shape)) == 1 for one in found):
        return ""
    missing = (
        text
        for text, change in _SYMMETRISED.items()
        if all(apart(change(one.claimed), one.right) <= EQUAL for one in found)
    )
    done = (
        text
        for text, change in _BY_ENTRIES.items()
        if all(apart(change(one.right), one.claimed) <= EQUAL for one in found)
    )
    return next(chain(missing, done), "")


# ---------------------------------------------------------------- right in special cases only


def _special(pair: Pair, found: Sequence[Sample], random: Random) -> Iterator[tuple[str, Node]]:
    """Where the claim is right up to a factor: some of the square matrices are symmetric, or
    commute.
    """
    of_each_size = {tuple(one.point.sizes.items()): one for one in reversed(found)}
    for words, change in _cases(_squares(pair, found), random):
        values = list(_at_special(pair, list(of_each_size.values()), change, random))
        factor = simple_ratio([(one.right, one.claimed) for one in values], values)
        if factor is not None and worst(found) > CLOSE:
            yield f"right only where {words}", factor


Values = dict[str, Any]
Special = Callable[[Values], Values]


def _squares(pair: Pair, found: Sequence[Sample]) -> list[str]:
    """The square matrices among the variables that are free to be anything."""
    sizes = [one.point.sizes for one in found]
    return [
        symbol.name
        for symbol in pair.free
        if all(symbol.shape.rows.evaluate(s) == symbol.shape.columns.evaluate(s) for s in sizes)
        and symbol.shape.rows.evaluate(sizes[0]) > 1
        and not symbol.structure - {"tangent", "invertible", "positive"}
    ]


def _cases(squares: Sequence[str], random: Random) -> Iterator[tuple[str, Special]]:
    """Each symmetric, all symmetric, each two commuting, all commuting."""
    for name in squares:
        yield f"{name} is symmetric", _symmetric([name])
    if len(squares) > 1:
        yield f"{_listed(squares)} are symmetric", _symmetric(squares)
    for pair in combinations(squares, 2):
        yield f"{_listed(pair)} commute", _commuting(pair, random)
    if len(squares) > 2:
        yield f"{_listed(squares)} commute", _commuting(squares, random)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _symmetric(names: Sequence[str]) -> Special:
    def change(values: Values) -> Values:
        matrices = {name: np.asarray(values[name]) for name in names}
        return {name: (value + value.T) / 2 for name, value in matrices.items()}

    return change


def _commuting(names: Sequence[str], random: Random) -> Special:
    """Polynomials in the first matrix."""

    def change(values: Values) -> Values:
        first = np.asarray(values[names[0]])
        same = [name for name in names if np.shape(values[name]) == first.shape]
        numbers = random.uniform(0.5, 1.5, (len(same), 3))
        powers = np.stack([np.eye(len(first)), first, first @ first])
        return {n: np.tensordot(c, powers, 1) for n, c in zip(same, numbers, strict=True)}

    return change


def _at_special(
    pair: Pair, found: Sequence[Sample], change: Special, random: Random
) -> Iterator[Sample]:
    """Samples at random points of the special kind."""
    for sample in found:
        for drawn in _drawn(pair, sample, random):
            try:
                yield pair.at(replace(drawn, values={**drawn.values, **change({**drawn.values})}))
            except Unusable:
                continue


def _drawn(pair: Pair, sample: Sample, random: Random) -> Iterator[Point]:
    """Further points of the same sizes: at few of them signs may be equal by chance."""
    for _ in range(_DRAWN):
        yield draw(pair.symbols, sample.point.sizes, sample.point.region, random)


def _at_some_sizes(pair: Pair, found: Sequence[Sample], random: Random) -> str:
    """Whether the claim is right at size 1 only, as if all were numbers, or at odd or even ones."""
    alike = [one for one in found if one.agrees]
    found = [*found, *_at_special(pair, alike, lambda values: values, random)]
    for name in found[0].point.sizes:
        right = {one.point.sizes[name] for one in found if one.agrees}
        wrong = {one.point.sizes[name] for one in found if not one.agrees}
        if right == {1} and 1 not in wrong:
            return f"right only where {name} = 1"
        for remainder, parity in enumerate(("even", "odd")):
            if len(right) > 1 and {n % 2 for n in right} == {remainder} == {
                1 - n % 2 for n in wrong
            }:
                return f"right only where {name} is {parity}"
    return ""
