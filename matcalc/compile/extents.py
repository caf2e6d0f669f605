"""How large the arrays of some code become and how long its loops, known before it runs.

Both are polynomials in the dimensions, and in the integers that bound a loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from matcalc.compile.terms import Term, reachable
from matcalc.expressions.constructors import UNIT, minus, plus
from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.dimensions import ONE, Dimension, Shape, dimension
from matcalc.expressions.limits import MOST_ENTRIES, MOST_STEPS, PER_ENTRY_GIVEN
from matcalc.expressions.nodes import Node, symbols_of

_MOST_PATHS = 16  # ways through loops in loops that are followed


@dataclass(frozen=True)
class Extents:
    """The entries of each array and the steps of each loop, with those of the loops in it."""

    entries: tuple[Dimension, ...]
    steps: tuple[Dimension, ...]

    def check(self, values: Mapping[str, int], given: int) -> None:
        """Raise TooLarge where a limit is passed; `given` are the entries of the arguments."""
        if self._are_small(max(values.values(), default=1)):
            return
        for limit, sizes in ((MOST_ENTRIES, self.entries), (MOST_STEPS, self.steps)):
            for size in sizes:
                if size.names <= values.keys():
                    limit.check(size.evaluate(values), PER_ENTRY_GIVEN * given)

    def _are_small(self, largest: int) -> bool:
        """Whether no limit is near: a quick look that every call can afford."""
        bound: int = self._weight * max(largest, 1) ** self._degree
        return bound <= MOST_STEPS.most

    @cached_property
    def _degree(self) -> int:
        terms = (names for size in self.entries + self.steps for names, _ in size.terms)
        return max(map(len, terms), default=0)

    @cached_property
    def _weight(self) -> int:
        sizes = self.entries + self.steps
        weights = (sum(abs(value) for _, value in size.terms) for size in sizes)
        return int(max(weights, default=0)) + 1


class Measured:
    """What is noted of terms while they are made: the shapes of arrays, the lengths of loops."""

    def __init__(self) -> None:
        self._shapes: dict[Term, Shape] = {}
        self._steps: dict[Term, frozenset[Dimension]] = {}

    def array(self, term: Term, shape: Shape) -> Term:
        """Note the shape of the array that a term makes."""
        self._shapes[term] = shape
        return term

    def loop(self, term: Term, index: Node, lower: Node, upper: Node) -> Term:
        """Note how long a loop is, whose body has been made."""
        assert term.loop is not None
        known: dict[Node, Dimension] = {
            symbol: dimension(symbol.name) for symbol in symbols_of(lower, upper)
        }
        ends = [dimension_value(end, known) for end in (lower, upper)]
        count = dimension_value(plus(minus(upper, lower), UNIT), known) or ONE
        (name,) = (symbol.name for symbol in symbols_of(index))
        inside = {
            steps.substitute({name: end})
            for inner in _direct_loops(term.loop.body)
            for steps in self._steps.get(inner, ())
            for end in ends
            if end is not None
        }
        paths = (count * steps for steps in inside or {ONE})
        self._steps[term] = frozenset(islice(paths, _MOST_PATHS))
        return term

    def extents(self, roots: Iterable[Term]) -> Extents:
        """The extents of the code that computes the roots."""
        terms = reachable(roots)
        shapes = {self._shapes[term] for term in terms if term in self._shapes}
        steps = {size for term in terms for size in self._steps.get(term, ())}
        entries = {shape.size for shape in shapes}
        return Extents(tuple(sorted(entries, key=str)), tuple(sorted(steps, key=str)))


def _direct_loops(body: Term) -> Iterator[Term]:
    """The loops in a body that are in no other loop there."""
    waiting, met = [body], {body}
    while waiting:
        term = waiting.pop()
        if term.loop is not None:
            yield term
            continue
        for inner in term.arguments:
            if inner not in met:
                met.add(inner)
                waiting.append(inner)
