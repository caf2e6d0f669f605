"""equivalent: whether two expressions are equal wherever both are defined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.language.dialects import MATCALC
from matcalc.language.problem import parse_closed, parse_sides
from matcalc.language.same_names import variables_by_name
from matcalc.language.understanding import Problem
from matcalc.printing.phrases import fact_text
from matcalc.printing.text import describe
from matcalc.questions.claims import in_names_of
from matcalc.questions.reading import Formula, Where, problem_of
from matcalc.rulebook import book

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict

Both = tuple[Node, Node, tuple[Node, ...]]


@checked
def equivalent(
    first: Formula,
    second: Formula,
    where: Where = None,
    samples: int = 20,
    seed: int = 0,
    dialect: str | None = None,
) -> Verdict:
    """Whether two expressions are equal wherever both are defined.

    Each text is read in the dialect, or in the one that its marks tell.

    >>> print(equivalent("tr(A*B)", "tr(B*A)"))
    proved: the normal forms agree
    """
    from matcalc.samples.place import EVERYWHERE
    from matcalc.verify.claims import judge

    one, other, vanished = _both(first, second, where, dialect)
    place = replace(EVERYWHERE, claimed=vanished)
    verdict = judge(one, other, "the first", samples, seed, "the second", place)
    read = {first: one, second: other}
    notes = (note for pair in read.items() for note in _notes(*pair, where, dialect))
    assumed = dict.fromkeys((*_assumed(one, other, where), *notes))
    return replace(verdict, claim=one, assumptions=tuple(assumed))


def _notes(formula: Formula, read: Node, where: Where, dialect: str | None) -> Iterator[str]:
    """What is said of how a text was read, where the other one changed nothing in that."""
    if isinstance(formula, Node):
        return
    with suppress(MatcalcError):
        found = problem_of(formula, where, dialect=dialect)
        facts = found.facts if found.expression is read else ()
        yield from (fact_text(fact) for fact in facts if isinstance(fact.predicate, tuple))


def _assumed(one: Node, other: Node, where: Where) -> tuple[str, ...]:
    """The kinds of the variables that nobody declared."""
    declared = problem_of("0", where).symbols
    found = variables_by_name(one, other)
    return tuple(describe(s) for name, s in found.items() if name not in declared)


def _both(first: Formula, second: Formula, where: Where, dialect: str | None) -> Both:
    """Both expressions, their shapes inferred together where both are typed, and what vanished."""
    if isinstance(first, str) and isinstance(second, str):
        return _both_typed(first, second, where, dialect)
    if isinstance(first, str):
        other, one, vanished = _both(second, first, where, dialect)
        return one, other, vanished
    known = variables_by_name(*(one for one in (first, second) if isinstance(one, Node)))
    if isinstance(second, Node):
        return first, second, ()
    read = parse_closed(second, known, book, shape=first.shape, dialect=dialect)
    return first, read.expression, read.vanished


def _both_typed(first: str, second: str, where: Where, dialect: str | None) -> Both:
    one = problem_of(first, where, dialect=dialect)
    try:
        other = problem_of(second, where, dialect=dialect)
        own = {one.dialect, other.dialect} == {MATCALC}
        declared, names = problem_of("0", where).symbols, frozenset((*one.symbols, *other.symbols))
        together = parse_sides(first, second, book, declared, names) if own else None
    except MatcalcError:
        together = None
    if together is None:
        return _one_by_the_other(one, second, where, dialect)
    # Inferred together, x'*x and x*x' would fit each other: with a scalar x.
    if one.expression.shape.is_scalar != other.expression.shape.is_scalar:
        return one.expression, other.expression, (*one.vanished, *other.vanished)
    (left, right), vanished = together
    return left, right, vanished


def _one_by_the_other(one: Problem, second: str, where: Where, dialect: str | None) -> Both:
    """The second text read in the variables of the first, or else the first in those of it."""
    try:
        read = in_names_of(one, second, dialect=dialect)
        return one.expression, read.expression, (*one.vanished, *read.vanished)
    except MatcalcError as problem:
        try:
            other = problem_of(second, where, dialect=dialect)
            read = in_names_of(other, one.text, dialect=dialect)
            return read.expression, other.expression, (*read.vanished, *other.vanished)
        except MatcalcError:
            raise problem from None
