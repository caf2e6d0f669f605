"""Conditions in words: `X invertible`, `1 <= i`, `x with nonzero entries (else a subgradient)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from matcalc.expressions.nodes import Node
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

Write = Callable[[Node], str]


def predicate_text(predicate: Predicate, write: Write = to_text) -> str:
    """A predicate as a condition of an answer says it.

    >>> from matcalc.expressions.predicates import Property
    >>> from matcalc.language.declarations import parse_declarations
    >>> (X,) = parse_declarations("X: square(n)").values()
    >>> predicate_text(Has(X, Property.INVERTIBLE))
    'X invertible'
    """
    match predicate:
        case Has(subject=subject, property=one):
            return f"{write(subject)} {one.value}"
        case Ordered(smaller=smaller, larger=larger, strict=strict):
            return f"{write(smaller)} {'<' if strict else '<='} {write(larger)}"
        case Equal(left=left, right=right):
            return f"{write(left)} = {write(right)}"
        case SimpleEigenvalue(subject=subject, position=position, mass=mass):
            of = f" of the pencil with {write(mass)}" if mass is not None else ""
            return f"{write(subject)} with a simple {_ranked(predicate, write)}{of}"
        case SimpleSingularValue(subject=subject, position=position):
            return f"{write(subject)} with a simple positive singular value {write(position)}"
        case NoOppositeEigenvalues(left=left, right=right):
            if left is right:
                return f"{write(left)} without two eigenvalues that add to 0"
            return f"{write(left)} without an eigenvalue that is minus one of {write(right)}"
        case Unless(condition=condition, exception=exception):
            return f"{predicate_text(condition, write)} unless {_excepted(exception, write)}"
        case ForAll(index=index, lower=lower, upper=upper, predicate=inner):
            span = f"{write(index)} in {write(lower)}..{write(upper)}"
            return f"{predicate_text(inner, write)} for {span}"
        case _:
            assert_never(predicate)


def _ranked(predicate: SimpleEigenvalue, write: Write) -> str:
    place = write(predicate.position)
    if place == str(predicate.subject.shape.rows):
        return "largest eigenvalue"
    return "smallest eigenvalue" if place == "1" else f"eigenvalue {place}"


def _excepted(exception: Predicate, write: Write) -> str:
    match exception:
        case Has(subject=subject, property=one):
            return f"{write(subject)} is {one.value}"
        case _:
            return predicate_text(exception, write)


def condition_texts(required: Iterable[Requirement], write: Write = to_text) -> tuple[str, ...]:
    """Conditions as an answer lists them: `-1 < x < 1` is one; a kink says what it gives there."""
    texts: list[str] = []
    last: Predicate | None = None
    for one in required:
        text = predicate_text(one.predicate, write)
        if isinstance(last, Ordered) and isinstance(one.predicate, Ordered):
            left = write(one.predicate.smaller)
            if last.larger is one.predicate.smaller:
                text = texts.pop() + text.removeprefix(left)
        texts.append(text + (" (else a subgradient)" if one.subgradient else ""))
        last = one.predicate
    return tuple(texts)
