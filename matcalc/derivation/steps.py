"""A derivation is a list of steps: each line rewrites the one before by named reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matcalc.derivation.told import Use, at_arguments
from matcalc.expressions.nodes import Apply, Node, visible
from matcalc.expressions.operations import Differential
from matcalc.printing.definitions import LONGEST
from matcalc.printing.text import to_text
from matcalc.rulebook.laws import (
    DISTRIBUTIVE,
    DOT,
    INNER_LINEAR,
    LINEAR,
    OWN_TRANSPOSE,
    SCALAR_COMMUTES,
    TRACE_LINEAR,
    Law,
)
from matcalc.rulebook.records import Rule
from matcalc.simplify.forms import size


@dataclass(frozen=True)
class Reason:
    """A law, and where it was used: the part of the line that was `before`, and is `after`.

    With the differentials of the arguments, where it is the rule of an operation.
    """

    law: Law
    before: Node
    after: Node
    changes: tuple[Node, ...] = ()

    @property
    def name(self) -> str:
        """The law in words, or as an equation in the language."""
        return self.law.name

    @property
    def source(self) -> str:
        """The book it is from; "" for what every book has."""
        return self.law.source

    @property
    def rule(self) -> Rule | None:
        """The rule of the book that it is, if any."""
        return self.law.rule

    @property
    def uses(self) -> list[Use]:
        """The operation that it is the rule of at its arguments; none where words name it."""
        before = self.before.inner if isinstance(self.before, Differential) else None
        is_told = isinstance(before, Apply) and self.law.equation is not None and self.changes
        return [(before, self.changes)] if isinstance(before, Apply) and is_told else []


@dataclass(frozen=True)
class Step:
    """One line: `before` becomes `after` by its reasons, used one after the other.

    Lines hold expressions as they stand on the board, not in normal form; `d(e)` inside one is
    a differential not yet worked out.
    """

    reasons: tuple[Reason, ...]
    before: Node
    after: Node

    def mapped(self, change: Callable[[Node], Node]) -> Step:
        """The same line with all that stands in it changed alike."""
        reasons = (replace(r, before=change(r.before), after=change(r.after)) for r in self.reasons)
        return Step(tuple(reasons), change(self.before), change(self.after))

    @property
    def laws(self) -> list[Law]:
        """The laws of the line, each once; that d is passed on needs no words beside others, nor
        what factors a sum beside inner products made one.

        Nor does a reason of which nothing shows: x for the solution x of an equation.
        """
        found: dict[Law, list[Use]] = {}
        shown = [one for one in self.reasons if _shows(one)] or self.reasons
        for reason in shown if len({one.law for one in self.reasons}) > 1 else self.reasons:
            found.setdefault(reason.law, []).extend(reason.uses)
        hidden = {LINEAR, DISTRIBUTIVE} if INNER_LINEAR in found else {LINEAR}
        laws = [law for law in found if law not in hidden or len(found) == 1]
        return [at_arguments(law, found[law], self.before) if found[law] else law for law in laws]

    @property
    def rule(self) -> str:
        """The reasons in one phrase: `tr is linear; product rule`."""
        return "; ".join(dict.fromkeys(law.name for law in self.laws))

    @property
    def source(self) -> str:
        """The books that the laws are from."""
        return "; ".join(unique(law.source for law in self.laws))


# laws that a person uses at several places at once
_IN_ONE_GO = ({LINEAR}, {DOT}, {DISTRIBUTIVE}, {OWN_TRANSPOSE}, {TRACE_LINEAR})


def joined(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps, neighbours by one and the same of some laws made one, and a scalar multiplied out
    brought to its place.

    One of which nothing shows in print is one with the next, and that a sum is put in another form
    goes with its inner products made one.
    """
    found: list[Step] = []
    for step in _seen(steps):
        last = found[-1] if found else step
        both = _laws_of(last), _laws_of(step)
        is_alike = both[0] == both[1] and both[0] in _IN_ONE_GO
        if found and (is_alike or both == ({DISTRIBUTIVE}, {SCALAR_COMMUTES})):
            found[-1] = _both(last, step)
        else:
            found.append(step)
    return tuple(_gathered(found))


def _gathered(steps: Sequence[Step]) -> Iterator[Step]:
    """The sum of inner products as one, in the form of the answer at once."""
    waiting: Step | None = None
    for step in steps:
        if waiting is not None and _laws_of(step) == {DISTRIBUTIVE}:
            yield _both(waiting, step)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = step if _is_plain_sum(step) else None
        if waiting is None:
            yield step
    if waiting is not None:
        yield waiting


def _laws_of(step: Step) -> set[Law]:
    return {reason.law for reason in step.reasons}


def _is_plain_sum(step: Step) -> bool:
    """Whether inner products are made one, and nothing else rides with that."""
    nodes = visible(step.after)
    is_sum = _laws_of(step) == {INNER_LINEAR}
    return is_sum and all(reason.after in nodes for reason in step.reasons)


def _seen(steps: Iterable[Step]) -> list[Step]:
    """The steps, each of which nothing shows made one with the next; the last with the one before.

    x, for the solution of an equation, is written as its name is.
    """
    found: list[Step] = []
    for step in steps:
        if found and not _shows(found[-1]):
            found.append(_both(found.pop(), step))
        else:
            found.append(step)
    if len(found) > 1 and not _shows(found[-1]):
        last = found.pop()
        found.append(_both(found.pop(), last))
    return found


def _both(first: Step, second: Step) -> Step:
    return Step(first.reasons + second.reasons, first.before, second.after)


_text = lru_cache(1_000)(to_text)  # of a line that ends one step and begins the next


def _shows(one: Reason | Step) -> bool:
    if _text(one.before) == _text(one.after):
        return False
    # long lines are printed in names for what they repeat, and may differ behind these alone
    is_long = max(size(one.before), size(one.after)) > LONGEST
    return not is_long or str(one.before) != str(one.after)


def unique(texts: Iterable[str]) -> list[str]:
    """Each text once, in order, without empty ones."""
    return list(dict.fromkeys(text for text in texts if text))
