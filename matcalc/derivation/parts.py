"""Lines of their own for the parts that a problem names, as in a paper.

First what dR is for each part R that moves; then, with df in terms of these, what <g_R, dR> is,
from the last part to the first, which leads from df to the gradients. No line writes a part out,
so all of them together are as long as the problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcalc.calculus.differential import changes
from matcalc.derivation.closing import between
from matcalc.derivation.forward import forward
from matcalc.derivation.lines import inner_products
from matcalc.derivation.steps import Reason, Step, joined
from matcalc.derivation.toward_gradient import linear_in, plus_as_written, through_part
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import named, plus
from matcalc.expressions.nodes import Named, Node, Symbol
from matcalc.expressions.operations import Inner
from matcalc.expressions.phrases import Written
from matcalc.rulebook.laws import ABOVE, Record
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order

_WORTH_NAMING = 4  # tokens of a cotangent

Form = Callable[[Node, Record], object]


@dataclass(frozen=True)
class Chain:
    """Lines that follow one from another; they say what `name` is, and f's derivative without.

    That may be stacked, vec(df).
    """

    start: Node
    steps: tuple[Step, ...]
    name: Node | None = None
    is_stacked: bool = False

    def label(self, of: Written) -> Written | Node:
        """What stands before the first line, where the derivative is called `of`."""
        return self.name or (stacked_label(of) if self.is_stacked else of)

    @property
    def last(self) -> Node:
        """The line that they end with."""
        return self.steps[-1].after if self.steps else self.start


def stacked_label(of: Written) -> Written:
    """vec(df), vec(d(grad f))."""
    drawn = rf"\operatorname{{vec}}\left({of.latex}\right)"
    return Written(f"vec({of.text})", f"vec({of.unicode})", drawn)


def chain_of(lines: Lines, name: Node | None = None) -> Chain:
    """The lines as they are told, neighbours by one law joined."""
    steps = joined(lines.steps)
    return Chain(steps[0].before if steps else lines.line, steps, name)


def are_called_after(tangents: Mapping[Symbol, Node]) -> bool:
    """Whether directions are dX, dY, ..., as dR is for a part R; dX1 and dX2 are of two orders."""
    symbols = ((variable, one) for variable, one in tangents.items() if isinstance(one, Symbol))
    return all(one.name == f"d{variable.name}" for variable, one in symbols)


def moving_parts(expression: Node, tangents: Mapping[Symbol, Node]) -> dict[Named, Named]:
    """dR, under that name, for the parts R of an expression that move."""
    if not expression.has_names or not are_called_after(tangents):
        return {}
    found = changes(expression, tangents)
    moving = ((part, found.get(part)) for part in names_in_order(expression))
    return {part: change for part, change in moving if isinstance(change, Named)}


def differentials(parts: Mapping[Named, Named], tangents: Mapping[Symbol, Node]) -> Iterator[Chain]:
    """What each dR is."""
    for part, change in parts.items():
        lines = forward(part.value, tangents, parts)
        lines.settle()
        if lines.line is not change.value:
            lines.apply(between(lines.line, change.value))
        yield chain_of(lines, change)


@dataclass
class Products:
    """The inner products with parts that a line is the sum of, and what they come to."""

    lines: Lines
    parts: Mapping[Named, Named]
    ends: Sequence[Node]
    form: Form
    arrived: dict[Node, list[Inner]] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def followed(self) -> Iterator[Chain]:
        """What each <g_R, dR> is, and the line in terms of the variables' own directions."""
        self._arrive(self.lines.line)
        for part, change in reversed(list(self.parts.items())):
            if change in self.arrived:
                lines = Lines(self._together(f"g_{part.name}", change))
                pair = lines.line
                through_part(lines, self.ends)
                lines.shape(inner_products(lines.line), self.form)
                chain = chain_of(lines, pair)
                self.reasons.append(Reason(ABOVE, pair, chain.last))
                self._arrive(chain.last)
                yield chain
        self._gather()

    def _arrive(self, line: Node) -> None:
        for pair in inner_products(line):
            self.arrived.setdefault(pair.right, []).append(pair)

    def _together(self, name: str, change: Node) -> Inner:
        """All that arrived at dR as one inner product, under a name where it is not short."""
        pairs = self.arrived.pop(change)
        total = plus(*(pair.left for pair in pairs))
        plain = Inner.raw(total, change)
        if len(pairs) > 1:
            self.reasons.append(Reason(linear_in(change), plus_as_written(pairs), plain))
        cotangent = named(name, total) if size(total) >= _WORTH_NAMING else total
        if not isinstance(cotangent, Named) or cotangent is total:
            return plain
        together = Inner.raw(cotangent, change)
        self.reasons.append(Reason(ABOVE, plain, together))
        return together

    def _gather(self) -> None:
        """The line by all that was said above, then one inner product for each direction."""
        pairs = [pair for arrived in self.arrived.values() for pair in arrived]
        self.lines.write(self.reasons, plus_as_written(pairs))
        sums = {
            plus_as_written(pairs): Inner.raw(plus(*(pair.left for pair in pairs)), end)
            for end, pairs in self.arrived.items()
        }
        reasons = [
            Reason(linear_in(after.right), before, after)
            for before, after in sums.items()
            if before is not after
        ]
        self.lines.write(reasons, plus_as_written(list(sums.values())))
