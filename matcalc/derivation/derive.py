"""A whole derivation: f restated, df by one rule a line, and on to the answer in its form.

The passes that found the answer are run again and tell of what they do: `simplify` on f,
`differential`, `pull_back`, and what gives the answer its form. Where a definition such as
norm2(X) = sqrt(tr(X'*X)) leads to the same answer, the board begins with that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from matcalc.derivation.definitions import Definitions
from matcalc.derivation.forward import forward_steps
from matcalc.derivation.steps import Step
from matcalc.derivation.toward_gradient import toward_gradient
from matcalc.derivation.trace import Trace, joined
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.kinds import kind_text
from matcalc.rulebook.laws import Law, Record, raw, unevaluated
from matcalc.simplify.rewriting import simplify


class Asked(Protocol):
    """A question: what is differentiated by what, and how its answer gets its form.

    `restored` puts back what is declared of the variable, which `free` does not have.
    """

    @property
    def expression(self) -> Node: ...
    @property
    def variable(self) -> Symbol: ...
    @property
    def free(self) -> Symbol: ...
    @property
    def tangent(self) -> Symbol: ...
    def restored(self, value: Node) -> Node: ...
    def shaped(self, value: Node, record: Record | None = None) -> Node: ...


@dataclass(frozen=True)
class Derived:
    """The lines: f `restated` before it is differentiated, and the `steps` from d(f) on."""

    restated: tuple[Step, ...]
    start: Node
    steps: tuple[Step, ...]

    @property
    def last(self) -> Node:
        """The line that the derivation ends with."""
        return self.steps[-1].after if self.steps else self.start


def derived_gradient(asked: Asked, value: Node) -> Derived:
    """The lines from f to <value, dX>, the gradient in the Frobenius product."""
    wanted = raw("inner", value, asked.tangent)
    return _arriving(asked, wanted, lambda start, turned: _gradient(asked, start, turned))


def derived_differential(asked: Asked, value: Node) -> Derived:
    """The lines from f to `value`, df as an expression in dX."""
    return _arriving(asked, value, lambda start, turned: _differential(asked, start))


Way = Callable[[Definitions, bool], list[Step]]


def _arriving(asked: Asked, wanted: Node, way: Way) -> Derived:
    """The first of the ways that arrives at the answer in its own form."""
    found = None
    for start in _starts(asked):
        for turned in (False, True):
            steps = way(start, turned)
            found = Derived(tuple(start.steps), start.differential(asked), tuple(steps))
            if found.last is wanted or not steps:
                return found
    assert found is not None
    return found


def _starts(asked: Asked) -> Iterator[Definitions]:
    """f with its definitions written out, and f without."""
    written = Trace(asked.expression)
    simplify(asked.expression, written.sweep)
    plain = Definitions(written.line, written.steps)
    out = plain.written_out(asked.free)
    if out is not plain:
        yield out
    yield plain
