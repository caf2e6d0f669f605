"""Conditions in words: `X invertible`, `1 <= i`, `x with nonzero entries (else by convention)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

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
    match predicate:
        case Has(subject=subject, property=one):
            return f"{to_text(subject)} {one.value}"
        case Ordered(smaller=smaller, larger=larger, strict=strict):
            return f"{to_text(smaller)} {'<' if strict else '<='} {to_text(larger)}"
        case Equal(left=left, right=right):
            return f"{to_text(left)} = {to_text(right)}"
        case SimpleEigenvalue(subject=subject, position=position, mass=mass):
            of = f" of the pencil with {to_text(mass)}" if mass is not None else ""
            return f"{to_text(subject)} with a simple {_ranked(predicate)}{of}"
        case SimpleSingularValue(subject=subject, position=position):
            return f"{to_text(subject)} with a simple positive singular value {to_text(position)}"
        case NoOppositeEigenvalues(left=left, right=right):
            if left is right:
                return f"{to_text(left)} without two eigenvalues that add to 0"
            return f"{to_text(left)} without an eigenvalue that is minus one of {to_text(right)}"
        case Unless(condition=condition, exception=exception):
            return f"{predicate_text(condition)} unless {_excepted(exception)}"
        case ForAll(index=index, lower=lower, upper=upper, predicate=inner):
            span = f"{to_text(index)} in {to_text(lower)}..{to_text(upper)}"
            return f"{predicate_text(inner)} for {span}"
        case _:
            assert_never(predicate)


def _ranked(predicate: SimpleEigenvalue) -> str:
    place = to_text(predicate.position)
    if place == str(predicate.subject.shape.rows):
        return "largest eigenvalue"
    return "smallest eigenvalue" if place == "1" else f"eigenvalue {place}"


def _excepted(exception: Predicate) -> str:
    match exception:
        case Has(subject=subject, property=one):
            return f"{to_text(subject)} is {one.value}"
        case _:
            return predicate_text(exception)


def condition_texts(required: Iterable[Requirement]) -> tuple[str, ...]:
    """Conditions as an answer lists them: `-1 < x < 1` is one; a kink says what it gives there."""
    texts: list[str] = []
    last: Predicate | None = None
    for one in required:
        text = predicate_text(one.predicate)
        if isinstance(last, Ordered) and isinstance(one.predicate, Ordered):
            left = to_text(one.predicate.smaller)
            if last.larger is one.predicate.smaller:
                text = texts.pop() + text.removeprefix(left)
        texts.append(text + (" (else by convention)" if one.subgradient else ""))
        last = one.predicate
    return tuple(texts)
