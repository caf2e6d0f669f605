"""The one reading of a text that may be of several dialects.

The dialect is the one that is named, else the one that strong marks tell. Where neither does, the
text is read in the likely one, as a rule matcalc's own, and in each that its weak marks allow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node
from matcalc.language.assumed import Fact, Origin
from matcalc.language.dialects import (
    MATCALC,
    Dialect,
    Marks,
    dialect_told,
    require_signs,
    weakly_marked,
    without_repeats,
)
from matcalc.language.vocabulary import Source


class Meaning(Protocol):
    """What a text means in one dialect, how many names have unusual kinds there, and how many axes
    the arguments of a function have.
    """

    @property
    def expression(self) -> Node: ...

    @property
    def changes(self) -> int: ...

    def most_axes(self, function: str) -> int: ...


M = TypeVar("M", bound=Meaning)


def in_its_dialect(
    read: Callable[[Source], M], source: Source, named: str | None, likely: Dialect = MATCALC
) -> tuple[M, tuple[Fact, ...]]:
    """What the text means in its dialect, and what is said of others.

    A text without strong marks is of the `likely` dialect, if it has no sign that this one lacks.
    Raises what the reading in the dialect decided for raises.
    """
    told = dialect_told(source.text, source.marks, named)
    if told is not None:
        return read(source.in_dialect(told)), ()
    first = MATCALC if likely.lacks & source.marks.keys() else likely
    others = dict.fromkeys((MATCALC, *weakly_marked(source.marks)))
    others.pop(first, None)
    return _weighed(read, source, first, list(others))


def _weighed(
    read: Callable[[Source], M], source: Source, first: Dialect, others: Sequence[Dialect]
) -> tuple[M, tuple[Fact, ...]]:
    """The reading in the first dialect, unless only another fits, or fits with fewer changes of
    kinds; it is said how the others read the text, if they can read it otherwise.
    """
    try:
        require_signs(source.text, source.marks, first)
        own = read(source.in_dialect(first))
    except MatcalcError:
        for dialect, one in _readings(read, source, others):
            return _taken(dialect, one)
        raise
    differing = [one for one in others if _may_differ(one, source.marks, own)]
    readings = _readings(read, source, differing)
    found = {dialect: one for dialect, one in readings if one.expression != own.expression}
    for dialect, one in found.items():
        if one.changes < own.changes:
            return _taken(dialect, one)
    near = {dialect: one for dialect, one in found.items() if one.changes == own.changes}
    return own, tuple(_noted(own, dialect, one) for dialect, one in near.items())


def _may_differ(dialect: Dialect, marks: Marks, own: Meaning) -> bool:
    """Whether a text may have another value in the dialect than it has as it was read."""
    if dialect is MATCALC or dialect.arrays:
        return True
    marked = [(mark, axes) for mark, axes in dialect.differs.items() if mark in marks]
    return bool(marked) and (
        own.changes > 0 or any(own.most_axes(mark[:-1]) >= axes for mark, axes in marked)
    )


def _readings(
    read: Callable[[Source], M], source: Source, dialects: Sequence[Dialect]
) -> Iterator[tuple[Dialect, M]]:
    """What the text means in those of the dialects in which it fits without repeating a row."""
    for dialect in dialects:
        with suppress(MatcalcError):
            yield dialect, read(source.in_dialect(without_repeats(dialect)))


def _taken(dialect: Dialect, found: M) -> tuple[M, tuple[Fact, ...]]:
    said = f"read as {dialect.spoken} reads it"
    return found, (Fact(found.expression, (said,), Origin.INFERRED),)


def _noted(own: Meaning, dialect: Dialect, other: Meaning) -> Fact:
    """How another dialect reads the text, and how it is asked to."""
    note = (f"{dialect.spoken} reads this as `", other.expression, f"`; dialect: {dialect.name}")
    return Fact(own.expression, note, Origin.INFERRED)


def cut_or_whole(
    understood: Callable[[Collection[str]], M], names: Collection[str], words: Collection[str]
) -> M:
    """What a text means where words such as Ax, of which no letter is declared, are products, or
    else names, if it fits so with fewer changes of kinds. One with a Greek letter is no name.

    It is `understood` with the `names` that stand for values.
    """
    if not words:
        return understood(names)
    mixed = [word for word in words if not word.isascii()]
    as_names = {*names, *"".join(mixed), *(word for word in words if word.isascii())}
    with suppress(MatcalcError):
        product = understood({*names, *"".join(words)})
        if not product.changes:
            return product
        with suppress(MatcalcError):
            whole = understood(as_names)
            return whole if whole.changes < product.changes else product
        return product
    return understood(as_names)
