"""A proof that two expressions are equal: lines that lead from the equation to one that is plain.

Each line is an equation from which the one before follows, by reasons that can be re-applied: a
rule of the book or a law, where it was used, and what it made of that part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from matcalc.expressions.nodes import Node
from matcalc.rulebook.laws import Law, law_of
from matcalc.rulebook.records import Rule


@dataclass(frozen=True, slots=True)
class Use:
    """Where a rule or law was used: the part that was `before`, and is `after`."""

    before: Node
    after: Node
    by: Rule | Law

    @property
    def name(self) -> str:
        return law_of(self.by).words or law_of(self.by).text


@dataclass(frozen=True, slots=True)
class Line:
    """An equation, from which the line before follows by what was used, one after the other."""

    left: Node
    right: Node
    uses: tuple[Use, ...]

    @property
    def reason(self) -> str:
        """What was used, each once."""
        return "; ".join(dict.fromkeys(use.name for use in self.uses))

    def __str__(self) -> str:
        reason = f"    [{self.reason}]" if self.uses else ""
        return f"{self.left} = {self.right}{reason}"


@dataclass(frozen=True)
class Proof:
    """That `left = right`, with the `reason` in one sentence; the lines are written when asked.

    The last line has the same on both sides.
    """

    left: Node
    right: Node
    reason: str
    write: Callable[[], Iterable[Line]]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines after `left = right`, the last one plain."""
        return tuple(self.write())

    def __str__(self) -> str:
        return "\n".join([f"{self.left} = {self.right}", *map(str, self.lines)])


Method = Callable[[Node, Node], Proof | None]
