"""Kinds for the names that nobody declared: the default ones, or the nearest that fit.

Nearest is the fewest changes, and among those a scalar to a vector (`X*beta`) before a vector to
a scalar, and that before a vector to a matrix.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations, islice, pairwise, product

from matcalc.language.arrays import ArrayInference
from matcalc.language.clashes import Clash
from matcalc.language.dialects import LATEX
from matcalc.language.inference import Inference
from matcalc.language.latex.meaning import LatexInference
from matcalc.language.literals import scalars_of_constants, scalars_of_literals
from matcalc.language.matrices import MatrixInference
from matcalc.language.syntax import Call, Chain, Name, Negation, Power, Syntax
from matcalc.language.tuples import plain_function
from matcalc.language.vocabulary import Silent, Source, Vocabulary

_OTHER_KINDS = {
    "vector": ("scalar",),
    "scalar": ("vector",),
    "matrix": ("scalar", "vector"),
    "any": (),
    "matrices": (),
}
# In a text with axes `logits` is a matrix where nothing else fits.
_WITH_MATRICES = {**_OTHER_KINDS, "vector": ("scalar", "matrix")}
_FIRMNESS = {"scalar": 0, "vector": 1, "matrix": 3, "matrices": 3}
_OF_ENTRIES = frozenset({"sum", "mean", "prod", "max", "min", "var", "std"})
_MOST_ATTEMPTS = 400
_MOST_WORK = 100_000


def infer(
    source: Source,
    vocabulary: Vocabulary,
    equal: tuple[Syntax, ...] = (),
    value: Syntax | None = None,
) -> Inference:
    """Shapes that fit; `equal` are nodes that must have one shape (the sides of an equation).

    Default kinds come first, then those that need no broadcasting, and among them those that make
    the `value` a scalar with the fewest changes. What is asked of a text changes nothing in it.
    Raises ShapeError for the default kinds where no kinds fit.
    """
    defaults = _defaults(source, vocabulary)
    first = _attempt(source, vocabulary, defaults)
    try:
        first.run(equal)
    except Clash as clash:
        best = _best(_others(first, defaults, equal), first, None, value)
        if best is None and source.dialect.arrays:
            best = _best(_others(first, defaults, equal, _WITH_MATRICES), first, None, value)
        if best is None:
            raise clash.explained(first.shapes) from None
        return best
    if not (first.spread or _has_odd_sizes(first)) and (value is None or first.is_scalar(value)):
        return first
    return _best(_others(first, defaults, equal), first, first, value) or first


def changes(found: Inference) -> int:
    """How many undeclared names have another kind than their usual one."""
    usual = _defaults(found.source, found.vocabulary)
    return sum(kind not in ("any", "family", usual[word]) for word, kind in found.kinds.items())


def _best(
    others: Iterator[Inference],
    first: Inference,
    found: Inference | None,
    value: Syntax | None,
) -> Inference | None:
    """The reading of the lowest rank, the nearest of several; those that come are ever farther."""
    best, lowest = found, None if found is None else _rank(found, first, value)
    for other in others:
        rank = _rank(other, first, value)
        if lowest is None or rank < lowest:
            best, lowest = other, rank
        if lowest == _PERFECT:
            break
    return best


_PERFECT = (False,) * 6


def _rank(found: Inference, first: Inference, value: Syntax | None) -> tuple[bool, ...]:
    """What speaks against a reading, the gravest first.

    That is a small letter for a matrix, a capital for a vector (unless a Greek letter, a scalar
    for want of anything better, turns out to be one), scalars alone where nothing asks for one,
    broadcasting, sizes such as 2 - n, and a value that is no scalar.
    """
    changed = {(kind, found.kinds[word]) for word, kind in first.kinds.items()}
    strained = any(other == "matrix" != kind for kind, other in changed)
    narrowed = ("matrix", "vector") in changed and ("scalar", "vector") not in changed
    no_scalar = value is not None and not found.is_scalar(value)
    bare, odd = _is_bare(found, first), _has_odd_sizes(found)
    return strained, narrowed, bare, bool(found.spread), odd, no_scalar


def _is_bare(found: Inference, first: Inference) -> bool:
    """Whether all became scalars though no place asks for one.

    Such a place is the base of a power, as in `m*v^2/2 + m*g*h`, or any beside a Greek letter that
    would have to become a vector, as in `x*log(lambda) - lambda`.
    """
    if first.source.has_arrays or set(found.kinds.values()) - {"any"} != {"scalar"}:
        return False
    usual = set(first.kinds.values()) - {"any"}
    asked = _demanded(first.source, first.vocabulary, first.kinds) or (
        "scalar" in usual and first.spread
    )
    return usual != {"scalar"} and not asked


def _has_odd_sizes(found: Inference) -> bool:
    """Whether a variable would have a size that gets smaller with another, such as 2 - n."""
    sizes = (found.unifier.resolve(side) for sides in found.variables.values() for side in sides)
    return any(value < 0 for size in sizes for names, value in size.terms if names)


def _attempt(source: Source, vocabulary: Vocabulary, kinds: Mapping[str, str]) -> Inference:
    """An attempt with these kinds, as the dialect has shapes."""
    if source.dialect.arrays:
        return ArrayInference(source, vocabulary, kinds)
    if source.dialect is LATEX:
        return LatexInference(source, vocabulary, kinds)
    reading = MatrixInference if source.dialect.tables else Inference
    return reading(source, vocabulary, kinds)


def _defaults(source: Source, vocabulary: Vocabulary) -> dict[str, str]:
    """The kind that each undeclared name has first."""
    scalars = {
        *scalars_of_literals(source, vocabulary),
        *scalars_of_constants(source, vocabulary),
    }
    return {
        word: "scalar" if word in scalars else _default(word, source, vocabulary)
        for word in vocabulary.undeclared
    }


def _default(word: str, source: Source, vocabulary: Vocabulary) -> str:
    """A matrix that only formulas have, or a name that is one alone, is of any shape that fits.

    What has members x_i is a vector, or a family of matrices X_i; what has A_ij is a matrix.
    """
    kind = source.dialect.usual_kind(word)
    if word in vocabulary.members:
        several = "matrices" if kind == "matrix" else "vector"
        return several if vocabulary.members[word] == 1 else "matrix"
    new = vocabulary.new
    return "any" if new.get(word) or (word in new and kind == "matrix") else kind


def _others(
    first: Inference,
    defaults: Mapping[str, str],
    equal: tuple[Syntax, ...],
    other_kinds: Mapping[str, tuple[str, ...]] = _OTHER_KINDS,
) -> Iterator[Inference]:
    """What fits with other kinds, the nearest first."""
    attempts = min(_MOST_ATTEMPTS, _MOST_WORK // len(first.source.arena))
    options = _options(defaults, first.source, other_kinds)
    demanded = _demanded(first.source, first.vocabulary, defaults)
    for kinds in islice(_nearest_kinds(defaults, options, demanded), attempts):
        try:
            other = _attempt(first.source, first.vocabulary, kinds).run(equal)
        except Clash:
            continue
        if not any(_is_misread(node, other, first) for node in first.source.arena):
            yield other


def _is_misread(node: Syntax, other: Inference, first: Inference) -> bool:
    """A sum of what became a scalar for it, a power of a matrix that only other kinds make one.

    Who types `sum(x^2)` or `sum((y - X*b)^2)` means `.^2`: the usual kinds have a shape for what
    is raised, as they have none in `(t*A)^2`.
    """
    exponentials = other.vocabulary.exponentials
    match node:
        case Call(function=word, arguments=[operand]) if plain_function(word) in _OF_ENTRIES:
            wrong = other.is_scalar(operand)
        case Call(function="|.|", arguments=[Name() as operand]):
            wrong = True
        case Call(function="|.|", arguments=[operand]):
            return _is_narrowed(operand, other, first)
        case Power(exponent=operand, entrywise=False) if node.place in exponentials:
            wrong = not other.is_scalar(operand) and operand.place < len(first.sides)
        case Power(base=operand, entrywise=False) if not other.source.dialect.arrays:
            wrong = not other.is_scalar(operand) and operand.place < len(first.sides)
        case _:
            return False
    inside = other.source.arena[operand.first : operand.place + 1]
    words = {name.word for name in inside if isinstance(name, Name)} & first.kinds.keys()
    turned = {w for w in words if (first.kinds[w], other.kinds[w]) == ("vector", "scalar")}
    return wrong and bool(turned)


def _is_narrowed(operand: Syntax, other: Inference, first: Inference) -> bool:
    """Whether a capital in `|A*X|`, which is a determinant in books, became something smaller."""
    inside = other.source.arena[operand.first : operand.place + 1]
    words = {name.word for name in inside if isinstance(name, Name)} & first.kinds.keys()
    return any(first.kinds[word] == "matrix" != other.kinds[word] for word in words)


def _options(
    defaults: Mapping[str, str], source: Source, other_kinds: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """The other kinds that each name may have; a capital is a scalar only as factor or divisor."""
    factors = {
        name.word
        for node in source.arena
        if isinstance(node, Chain)
        for factor in _multiplied(node)
        if isinstance(name := _bare(factor), Name)
    }
    return {
        word: ("vector",) if kind == "matrix" and word not in factors else other_kinds[kind]
        for word, kind in defaults.items()
    } | _options_of_members(source)


def _options_of_members(source: Source) -> dict[str, tuple[str, ...]]:
    """Of x_i, x may be a family, unless x stands there by itself; A of A_ij is a matrix."""
    names = [node for node in source.arena if isinstance(node, Name)]
    whole = {name.word for name in names if not name.indices}
    return {
        name.word: () if name.word in whole or len(name.indices) > 1 else ("family",)
        for name in names
        if name.indices
    }


def _multiplied(node: Chain) -> list[Syntax]:
    """The factors that meet others as matrices or scalars do, not entry by entry."""
    signs = ["*", *node.operators, "*"]
    around = pairwise(signs)
    if node.operators and all(sign in (".*", "./") for sign in node.operators):
        return []
    return [
        f for f, both in zip(node.factors, around, strict=True) if not set(both) <= {".*", "./"}
    ]


def _bare(factor: Syntax) -> Syntax:
    """A factor without its sign and its power."""
    factor = factor.operand if isinstance(factor, Negation) else factor
    return factor.base if isinstance(factor, Power) else factor


def _demanded(source: Source, vocabulary: Vocabulary, defaults: Mapping[str, str]) -> set[str]:
    """The small letters that are bases of powers: only a square matrix has one otherwise."""
    powers = [node for node in source.arena if isinstance(node, Power) and not node.entrywise]
    raised = [one for one in powers if not _is_transposed(one, vocabulary)]
    bases = [node.base for node in raised if not source.dialect.arrays]
    words = {base.word for base in bases if isinstance(base, Name) and not base.indices}
    return {word for word in words if defaults.get(word) == "vector"}


def _is_transposed(power: Power, vocabulary: Vocabulary) -> bool:
    exponent = power.exponent
    word = exponent.operand if isinstance(exponent, Negation) else exponent
    return isinstance(vocabulary.meanings.get(word.place), Silent)


def _nearest_kinds(
    defaults: Mapping[str, str], options: Mapping[str, tuple[str, ...]], demanded: Collection[str]
) -> Iterator[dict[str, str]]:
    """Other assignments of kinds, the nearest first; the demanded ones are scalars in all."""
    nearest = {**defaults, **dict.fromkeys(demanded, "scalar")}
    free = [word for word in defaults if word not in demanded]
    for count in range(not demanded, min(len(free), 4) + 1):
        changes = [
            (_distance(defaults, words, choice), dict(zip(words, choice, strict=True)))
            for words in islice(combinations(free, count), _MOST_ATTEMPTS)
            for choice in product(*(enumerate(options[word]) for word in words))
        ]
        for _, change in sorted(changes, key=lambda entry: entry[0]):
            yield {**nearest, **{word: kind for word, (_, kind) in change.items()}}


def _distance(
    defaults: Mapping[str, str], words: tuple[str, ...], choice: tuple[tuple[int, str], ...]
) -> int:
    """How far a change of kinds is from what was expected: capitals are matrices last of all."""
    return sum(
        rank + _FIRMNESS[defaults[word]] for word, (rank, _) in zip(words, choice, strict=True)
    )
