"""Kinds for the names that nobody declared: the default ones, or the nearest that fit.

Nearest is the fewest changes, and among those a scalar to a vector (`X*beta`) before a vector to
a scalar, and that before a vector to a matrix.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations, islice, product, takewhile

from matcalc.language.clashes import Clash
from matcalc.language.inference import Inference
from matcalc.language.kinds import default_kind
from matcalc.language.syntax import Syntax
from matcalc.language.vocabulary import Source, Vocabulary

_OTHER_KINDS = {
    "vector": ("scalar", "matrix"),
    "scalar": ("vector", "matrix"),
    "matrix": ("scalar", "vector"),
    "any": (),
}
_FIRMNESS = {"scalar": 0, "vector": 1, "matrix": 3}
_MOST_ATTEMPTS = 400
_MOST_WORK = 100_000


def infer(
    source: Source,
    vocabulary: Vocabulary,
    equal: tuple[Syntax, ...] = (),
    scalar: Syntax | None = None,
    variables: Collection[str] = (),
) -> Inference:
    """Shapes that fit; `equal` are nodes that must have one shape (the sides of an equation).

    `scalar` is a node that should be 1 x 1, if any kinds of the undeclared names make it so;
    the `variables` of the derivative keep theirs.
    Raises ShapeError for the default kinds where no kinds fit.
    """
    defaults = {word: _default(word, vocabulary) for word in vocabulary.undeclared}
    first = Inference(source, vocabulary, defaults)
    try:
        found = _without_spreading(first.run(equal), equal)
        return found if scalar is None else _as_scalar(found, scalar, variables, equal)
    except Clash as clash:
        for other in _others(first, defaults, equal):
            return other
        raise clash.explained(first.shapes) from None


def _default(word: str, vocabulary: Vocabulary) -> str:
    """A matrix that only formulas have, or a name that is one alone, is of any shape that fits."""
    kind = default_kind(word)
    new = vocabulary.new
    return "any" if new.get(word) or (word in new and kind == "matrix") else kind


def _others(
    first: Inference, defaults: Mapping[str, str], equal: tuple[Syntax, ...]
) -> Iterator[Inference]:
    """What fits with other kinds, the nearest first."""
    attempts = min(_MOST_ATTEMPTS, _MOST_WORK // len(first.source.arena))
    for kinds in islice(_nearest_kinds(defaults), attempts):
        try:
            yield Inference(first.source, first.vocabulary, kinds).run(equal)
        except Clash:
            continue


def _as_scalar(
    found: Inference, node: Syntax, variables: Collection[str], equal: tuple[Syntax, ...]
) -> Inference:
    """The nearest kinds that make the node a scalar: in `N*logdet(S)` a scalar N.

    The variables keep their kinds, so that `A*x` stays a vector for the derivative by x; only a
    Greek one, a scalar for want of anything better, may turn out to be a vector.
    """
    if found.is_scalar(node) or not variables:
        return found
    fitting = (
        other
        for other in _others(found, found.kinds, equal)
        if other.is_scalar(node)
        and all(found.kinds.get(name) in ("scalar", other.kinds.get(name)) for name in variables)
    )
    return _least_spread(found, fitting)


def _least_spread(found: Inference, others: Iterator[Inference]) -> Inference:
    """Of the nearest kinds, those that add no scalar to what is none: in `Y - X*beta` a vector Y.

    What was found stands where there are no others.
    """
    first = next(others, found)
    if first is found or not first.spread:
        return first
    count = _changes(found, first)
    near = takewhile(lambda other: _changes(found, other) == count, others)
    return min([first, *islice(near, 8)], key=lambda other: len(other.spread))


def _changes(found: Inference, other: Inference) -> int:
    return sum(kind != other.kinds[word] for word, kind in found.kinds.items())


def _without_spreading(found: Inference, equal: tuple[Syntax, ...]) -> Inference:
    """In `x'*A*x + c` an undeclared c is a scalar, though a vector would fit too.

    So it is for a name that occurs once, added to what is a scalar computed from vectors. In
    `x - mu`, a sum of mere names, an undeclared mu is a vector as x is, though a scalar would fit.
    """
    constants = {word for total in found.spread for word in found.added_once(total)}
    shifts = {word for total in found.spread for word in found.beside_vectors(total)}
    for words, kind in ((constants, "scalar"), (shifts, "vector")):
        kinds = {**found.kinds, **dict.fromkeys(words, kind)}
        try:
            other = Inference(found.source, found.vocabulary, kinds).run(equal) if words else found
        except Clash:
            continue
        if len(other.spread) < len(found.spread):
            return other
    return found


def _nearest_kinds(defaults: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Other assignments of kinds, the nearest first."""
    for count in range(1, min(len(defaults), 4) + 1):
        changes = [
            (_distance(defaults, words, choice), dict(zip(words, choice, strict=True)))
            for words in islice(combinations(defaults, count), _MOST_ATTEMPTS)
            for choice in product(*(enumerate(_OTHER_KINDS[defaults[word]]) for word in words))
        ]
        for _, change in sorted(changes, key=lambda entry: entry[0]):
            yield {**defaults, **{word: kind for word, (_, kind) in change.items()}}


def _distance(
    defaults: Mapping[str, str], words: tuple[str, ...], choice: tuple[tuple[int, str], ...]
) -> int:
    """How far a change of kinds is from what was expected: capitals are matrices last of all."""
    return sum(
        rank + _FIRMNESS[defaults[word]] for word, (rank, _) in zip(words, choice, strict=True)
    )
