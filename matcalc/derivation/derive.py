"""A whole derivation: f restated, df by one rule a line, and on to the answer in its form.

The passes that found the answer are run again and tell of what they do: `simplify` on f,
`differential`, `pull_back`, and what gives the answer its form. Where a definition such as
norm2(X) = sqrt(tr(X'*X)) leads to the same answer, the board begins with that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from matcalc.derivation.definitions import Definition, definitions, put_back, write_out
from matcalc.derivation.forward import forward
from matcalc.derivation.steps import Step, joined
from matcalc.derivation.toward_gradient import toward_gradient
from matcalc.derivation.trace import Lines
from matcalc.expressions.nodes import Node, Symbol, children, ordered
from matcalc.language.kinds import kind_text
from matcalc.rulebook.laws import Law, Record, raw
from matcalc.simplify.rewriting import simplify


class Asked(Protocol):
    """A question: what is differentiated by what, and how its answer gets its form.

    `free` is the variable without what is declared of it, which `restored` puts back.
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
    """The lines: f `restated`, then the `steps` from `start`, which is d(f)."""

    restated: tuple[Step, ...]
    start: Node
    steps: tuple[Step, ...]

    @property
    def last(self) -> Node:
        """The line that the derivation ends with."""
        return self.steps[-1].after if self.steps else self.start


Way = Callable[[Lines, list[Definition]], None]


def derived_gradient(asked: Asked, value: Node) -> Derived:
    """The lines from f to <value, dX>, where `value` is the gradient in the Frobenius product.

    >>> from matcalc import gradient
    >>> print(gradient("x'*A*x", "x").steps[-1].rule)
    the inner product is linear; distributive law
    """

    def onward(lines: Lines, known: list[Definition]) -> None:
        if asked.tangent in ordered(lines.line):
            toward_gradient(lines, [asked.tangent])
            _to_its_form(lines, asked, known)

    def settled(lines: Lines, known: list[Definition]) -> None:
        lines.settle()
        onward(lines, known)

    return _arriving(asked, raw("inner", value, asked.tangent), (onward, settled))


def derived_differential(asked: Asked, value: Node) -> Derived:
    """The lines from f to `value`, which is df as an expression in dX."""

    def onward(lines: Lines, known: list[Definition]) -> None:
        lines.settle()
        put_back(lines, known)
        lines.restore(asked.restored, _declared(asked.variable))
        simplify(lines.line, lines.sweep)

    return _arriving(asked, value, (onward,))


def _to_its_form(lines: Lines, asked: Asked, known: list[Definition]) -> None:
    """From <G, dX> as it came out to the form that the answer has."""
    lines.settle()
    put_back(lines, known)
    lines.restore(asked.restored, _declared(asked.variable))
    (gradient, _) = children(lines.line)
    asked.shaped(gradient, lines.sweep)


def _declared(variable: Symbol) -> Law:
    return Law(f"{variable.name}: {kind_text(variable.shape, variable.structure)}")


def _arriving(asked: Asked, wanted: Node, ways: tuple[Way, ...]) -> Derived:
    """The first way that arrives at the answer in its own form; the last one, if none does."""
    found = Derived((), wanted, ())
    for restated, known in _starts(asked):
        for way in ways:
            lines = forward(restated.line, {asked.free: asked.tangent})
            start = lines.steps[0].before if lines.steps else lines.line
            way(lines, known)
            found = Derived(tuple(restated.steps), start, joined(lines.steps))
            if found.last is wanted or not found.steps:
                return found
    return found


def _starts(asked: Asked) -> Iterator[tuple[Lines, list[Definition]]]:
    """f with its definitions written out, where it has any, and f without."""
    plain = Lines(asked.expression)
    simplify(asked.expression, plain.sweep)
    known = definitions(plain.line, asked.free)
    if known:
        out = Lines(plain.line, plain.steps)
        write_out(out, known)
        yield out, known
    yield plain, []
