"""How an answer is given to a reader: the order of the passes, stated once.

Simplified, factored as it came, with sums over entries as matrices; then in the person's own names,
without them, or multiplied out, whichever is the shortest to read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property

from matcalc.expressions.constructors import negate
from matcalc.expressions.nodes import Node, Product, ordered
from matcalc.language.understanding import Problem
from matcalc.rulebook.laws import Record
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.coordinates import in_coordinates
from matcalc.simplify.distribution import multiplied_out
from matcalc.simplify.expansion import expand, has_sums_in_terms
from matcalc.simplify.forms import factored, is_longer_behind, size
from matcalc.simplify.index_sums import without_index_sums
from matcalc.simplify.naming import OwnNames, formed_together, length, names_in_order, opened
from matcalc.simplify.rewriting import simplify, written

_LARGEST_EXPANDED = 80
_CANCELS = 0.75  # what saves less is as good factored: projections stay whole
_MOST_TIMES_LONGER = 2  # what cancels where names are written out does not make up for more
_SHORT = 4  # tokens of what a name stands for: sum(x)/n
LARGEST_OPENED = 400  # a form that is never the shorter one for a reader is not looked for
Way = Callable[[Node, Record | None], Node]


class Presented(ABC):
    """The passes for what is found of one problem, whose variables are worked with as twins."""

    problem: Problem
    expression: Node

    @property
    @abstractmethod
    def twins(self) -> Mapping[Node, Node]:
        """The variables by their twins."""

    @cached_property
    def kept(self) -> set[Node]:
        """What the person wrote, which stays as it was written."""
        return set(ordered(self.problem.expression))

    def restored(self, value: Node) -> Node:
        """The same with the variables in place of their twins."""
        return substitute(value, self.twins) if self.twins else value

    def shaped(self, value: Node, record: Record | None = None) -> Node:
        """An answer as a reader wants it: in the person's names, unless it is shorter without.

        What was rewritten for that is told to `record`.
        """
        if not self.has_names:
            return self._with_less(self.formed(self.restored(value), record), record)
        restored = self._own.put_into(self.restored(value), record)
        if is_longer_behind(restored, LARGEST_OPENED):
            if record is not None:
                return self.formed(restored, record)
            (formed,) = self.together([value])
            return formed
        restored = opened(restored, record, closed=self._own.parts)
        if restored not in self._compared:
            self._compared[restored] = self._forms_by_way(restored)
        forms = self._compared[restored]
        best = min(forms, key=lambda way: _reading(forms[way]))
        return forms[best] if record is None else best(restored, record)

    def together(self, values: Iterable[Node]) -> list[Node]:
        """Long answers, what they share under names."""
        known = [self._own.put_into(self.restored(value)) for value in values]
        return formed_together(known, self._own.parts, self.formed)

    @cached_property
    def has_names(self) -> bool:
        """Whether anything in the problem has a name."""
        return bool(self._own.parts or self.expression.has_names)

    @cached_property
    def _own(self) -> OwnNames:
        return OwnNames(self.problem.definitions)

    @cached_property
    def _compared(self) -> dict[Node, dict[Way, Node]]:
        """The forms of values in the person's names: two ways to an answer often meet here."""
        return {}

    def formed(self, value: Node, record: Record | None = None) -> Node:
        """A value simplified and factored, its names left as they are."""
        plain = self._factored(value, record)
        for changed in (simplify, without_index_sums, in_coordinates, self._multiplied_out):
            other = changed(plain, record)
            plain = plain if other is plain else self._factored(other, record)
        worded = _in_words(plain, record, self.kept)
        plain = plain if worded is plain else factored(worded, self.kept, record)
        return self._own.put_into(plain, record) if self.has_names else plain

    def _multiplied_out(self, value: Node, record: Record | None) -> Node:
        return multiplied_out(value, self.kept, record)

    def _factored(self, value: Node, record: Record | None) -> Node:
        return factored(simplify(value, record), self.kept, record)

    def _with_less(self, formed: Node, record: Record | None) -> Node:
        """A form multiplied out where much cancels: far shorter even before it is factored."""
        if size(formed) > _LARGEST_EXPANDED or not has_sums_in_terms(formed):
            return formed
        if size(expand(formed)) > _CANCELS * size(formed):
            return formed
        return self.formed(expand(formed, record), record)

    def _formed_without_names(self, value: Node, record: Record | None) -> Node:
        return self.formed(opened(value, record), record)

    def _formed_without_short_names(self, value: Node, record: Record | None) -> Node:
        """Without those that hide no more than a mean: x - mu has the sum 0."""
        long = {part for part in names_in_order(value) if size(part.value) > _SHORT}
        return self.formed(opened(value, record, closed=long), record)

    def _formed_multiplied_out(self, value: Node, record: Record | None) -> Node:
        return self.formed(expand(self.formed(value, record), record), record)

    def _forms_by_way(self, value: Node) -> dict[Way, Node]:
        """The forms to choose from, each by the way to it."""
        formed = self.formed(value, None)
        found: dict[Way, Node] = {self.formed: formed}
        if value.has_names and not is_longer_behind(value, _MOST_TIMES_LONGER * size(formed)):
            found[self._formed_without_names] = self._formed_without_names(value, None)
        elif any(size(part.value) <= _SHORT for part in names_in_order(value)):
            found[self._formed_without_short_names] = self._formed_without_short_names(value, None)
        if size(formed) <= _LARGEST_EXPANDED and (spread := expand(formed)) is not formed:
            found[self._formed_multiplied_out] = self.formed(spread, None)
        return found

    def shortest(self, value: Node) -> Node:
        """As `shaped`, or multiplied out where that is shorter: diag(s) - s*s' for a softmax."""
        return min(self.forms(value), key=_size_after_sign)

    def forms(self, value: Node) -> list[Node]:
        """The value factored, and multiplied out where it is not too long for that."""
        # what was factored may meet identities again: kron(x', I)*vec(B)*y' is B*x*y'
        plain = self.shaped(self.shaped(value))
        if size(plain) > _LARGEST_EXPANDED:
            return [plain]
        return [plain, self.shaped(expand(plain))]


def _size_after_sign(value: Node) -> int:
    """Books keep a residual as it was typed and a minus before it: that is no reason to turn it."""
    is_negative = isinstance(value, Product) and value.coefficient < 0
    return size(negate(value) if is_negative else value)


def _reading(value: Node) -> tuple[int, int]:
    """What a reader has to take in: the formula, and of two alike what its names stand for."""
    return size(value), length(value)


def _in_words(value: Node, record: Record | None, typed: Set[Node]) -> Node:
    """A value in the words of answers, simplified unless that is what brings other words in."""
    worded = written(value, record, typed)
    if worded is value or simplify(worded) is value:
        return worded
    return written(simplify(worded, record), record, typed)
