"""The question that a wrong claim answers: f in another inner product, or f read another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from matcalc.questions.question import Question
from matcalc.spaces.inner_products import AffineInvariant

_MOST_READINGS = 3  # each is differentiated anew
Changed = Mapping[str, Any]


def other_questions(asked: Question, setting: Changed) -> Iterator[tuple[str, Changed]]:
    """Where a claim may be right instead, in words, and the arguments of a verb that ask there."""
    inner, space = ({key: None} if setting[key] is not None else {} for key in ("inner", "space"))
    if inner:
        yield "in the Frobenius inner product", inner
    if space:
        yield "where the variable moves freely", space
    if inner and space:
        yield "where the variable moves freely, in the Frobenius inner product", {**inner, **space}
    if not inner and all("spd" in one.variable.structure for one in asked.moving):
        yield "in the affine-invariant inner product", {"inner": AffineInvariant()}
    yield from _by_entries(asked)


def _by_entries(asked: Question) -> Iterator[tuple[str, Changed]]:
    """f with a product or a power read entry by entry, or no longer so."""
    from matcalc.verify.changes import BY_ENTRIES, changes

    readings = (one for one in changes(asked.expression) if one.words == BY_ENTRIES)
    for one, _ in zip(readings, range(_MOST_READINGS), strict=False):
        yield f"of {one.whole}", {"f": one.whole, "where": None, "dialect": None}
