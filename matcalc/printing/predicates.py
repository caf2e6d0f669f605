"""Conditions in words: `X invertible`, `1 <= i`, `x with nonzero entries (else by convention)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from matcalc.expressions.phrases import AT_MOST, EQUALS, LESS, ONE_OF, UP_TO, Phrase, related
from matcalc.expressions.predicates import (
    Equal,
    ForAll,
    Has,
    NoOppositeEigenvalues,
    Ordered,
    Predicate,
    SimpleEigenvalue,
    SimpleSingularValue,
    Unless,
)
from matcalc.language.kinds import complex_word
from matcalc.printing.phrases import phrase_text
from matcalc.printing.text import to_text
from matcalc.rulebook.requirements import Requirement


def predicate_text(predicate: Predicate) -> str:
    """A predicate as a condition of an answer says it.

    >>> from matcalc.expressions.predicates import Property
    >>> from matcalc.language.declarations import parse_declarations
    >>> (X,) = parse_declarations("X: square(n)").values()
    >>> predicate_text(Has(X, Property.INVERTIBLE))
    'X invertible'
    """
    return phrase_text(predicate_phrase(predicate))


def predicate_phrase(predicate: Predicate) -> Phrase:
    """The same with its formulas as expressions, for every style of writing."""
    match predicate:
        case Has(subject=subject, property=one):
            return subject, f" {complex_word(one.value) if subject.is_complex else one.value}"
        case Ordered(smaller=smaller, larger=larger, strict=strict):
            return related(smaller, LESS if strict else AT_MOST, larger)
        case Equal(left=left, right=right):
            return related(left, EQUALS, right)
        case SimpleEigenvalue(subject=subject, mass=mass):
            of: Phrase = (" of the pencil with ", mass) if mass is not None else ()
            return subject, " with a simple ", *_ranked(predicate), *of
        case SimpleSingularValue(subject=subject, position=position):
            return subject, " with a simple positive singular value ", position
        case NoOppositeEigenvalues(left=left, right=right):
            if left is right:
                return left, " without two eigenvalues that add to 0"
            return left, " without an eigenvalue that is minus one of ", right
        case Unless(condition=condition, exception=exception):
            return *predicate_phrase(condition), " unless ", *_excepted(exception)
        case ForAll(index=index, lower=lower, upper=upper, predicate=inner):
            span = (*related(index, ONE_OF, lower), UP_TO, upper)
            return *predicate_phrase(inner), " for ", *span
        case _:
            assert_never(predicate)


def _ranked(predicate: SimpleEigenvalue) -> Phrase:
    place = to_text(predicate.position)
    if place == str(predicate.subject.shape.rows):
        return ("largest eigenvalue",)
    return ("smallest eigenvalue",) if place == "1" else ("eigenvalue ", predicate.position)


def _excepted(exception: Predicate) -> Phrase:
    if isinstance(exception, Has):
        return exception.subject, f" is {exception.property.value}"
    return predicate_phrase(exception)


def condition_phrases(required: Iterable[Requirement]) -> list[Phrase]:
    """Conditions as an answer lists them: `-1 < x < 1` is one; a kink says what it gives there."""
    phrases: list[Phrase] = []
    last: Predicate | None = None
    for one in required:
        phrase = predicate_phrase(one.predicate)
        if _follows(last, one.predicate):
            phrase = phrases.pop() + phrase[1:]
        phrases.append((*phrase, " (else by convention)") if one.subgradient else phrase)
        last = one.predicate
    return phrases


def _follows(last: Predicate | None, one: Predicate) -> bool:
    """Whether an inequality begins where the last one ends."""
    return isinstance(last, Ordered) and isinstance(one, Ordered) and last.larger is one.smaller
