"""What a derivative costs: forward mode against reverse mode, as polynomials in the dimensions.

Forward mode multiplies the chain rule from the right: one pass for every entry of the variable.
Reverse mode multiplies it from the left: one pass for every entry of the value, so one for a
scalar. What does not depend on the direction is computed once in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcalc.compile.cost import assumed
from matcalc.compile.work import Work, cheapest_form, work_of
from matcalc.expressions.blocks import Blocks, Value, leaves, map_leaves
from matcalc.expressions.constructors import UNIT, symbol
from matcalc.expressions.dimensions import ONE, Dimension, dimension
from matcalc.expressions.nodes import Node, Symbol
from matcalc.operators.operator import Operator
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer


@dataclass(frozen=True)
class Mode:
    """One way to the derivative: `once` what is done once, `each` what every pass takes."""

    name: str
    passes: Dimension
    once: Work
    each: Work

    @property
    def flops(self) -> Dimension:
        """The arithmetic operations of all passes together."""
        return self.once.flops + self.each.flops * self.passes

    @property
    def memory(self) -> Dimension:
        """The numbers that intermediate results take, one pass at a time."""
        return self.once.memory + self.each.memory

    @property
    def solving(self) -> str:
        """The solves and factorisations of one pass and of what is done once."""
        counts: dict[str, int] = {}
        for name, count in (*self.once.solves, *self.each.solves):
            counts[name] = counts.get(name, 0) + count
        names = tuple(dict.fromkeys([*self.once.factorised, *self.each.factorised]))
        return Work(factorised=names, solves=tuple(counts.items())).solving


@dataclass(frozen=True)
class CostReport:
    """`function` is the work for f itself, `forward` and `reverse` that for the derivative.

    Of a second derivative f itself is the gradient.
    """

    variables: tuple[Symbol, ...]
    values: tuple[Node, ...]
    function: Work
    forward: Mode
    reverse: Mode

    @property
    def choice(self) -> Mode:
        """The mode with fewer flops, where all sizes are about the same large number."""
        modes = (self.reverse, self.forward)
        return min(modes, key=lambda mode: assumed(mode.flops))

    def __str__(self) -> str:
        other = self._other()
        ratio = assumed(other.flops) / max(1.0, assumed(self.choice.flops))
        names = ", ".join(variable.name for variable in self.variables)
        lines = [
            f"cost of the derivative with respect to {', '.join(map(_described, self.variables))}:",
            f"  f itself: {self.function.flops} flops",
            self._line(self.reverse, "f", _size(self.values)),
            self._line(self.forward, names, _size(self.variables)),
            f"  choice:   {self.choice.name} mode"
            + (f", about {ratio:.0f} times cheaper at sizes near 1000" if ratio >= 2 else ""),
        ]
        return "\n".join([*lines, *self._solving()])

    def _solving(self) -> list[str]:
        if not self.choice.solving:
            return []
        parts = (self.choice.once, self.choice.each)
        solves = sum(count for part in parts for _, count in part.solves)
        shared = solves > len({name for part in parts for name in part.factorised})
        note = " (counted as factorised once for all its solves)" if shared else ""
        return [f"  solves:   {self.choice.solving}{note}"]

    def as_dict(self) -> dict[str, str]:
        """The same for a program, polynomials as text."""
        return {
            "function": str(self.function.flops),
            "reverse": str(self.reverse.flops),
            "reverse_memory": str(self.reverse.memory),
            "forward": str(self.forward.flops),
            "forward_memory": str(self.forward.memory),
            "choice": self.choice.name,
            "solving": self.choice.solving,
        }

    def _other(self) -> Mode:
        return self.forward if self.choice is self.reverse else self.reverse

    def _line(self, mode: Mode, what: str, entries: Dimension) -> str:
        each = "" if entries == ONE else f", one for each entry of {what}"
        passes = f"{mode.passes} {'pass' if mode.passes == ONE else 'passes'}{each}"
        return (
            f"  {mode.name + ':':9} {passes}: {mode.flops} flops, memory for {mode.memory} numbers"
        )


def _described(variable: Symbol) -> str:
    entries = "entry" if variable.shape.is_scalar else "entries"
    return f"{variable} ({variable.shape}, {variable.shape.size} {entries})"


def cost_of(answer: Answer) -> CostReport:
    """The cost of an answer. Raises NoRule where an operation has no code."""
    asked, symbols = answer.question, answer.question.symbols
    bases = [asked.restored(node) for node in answer.kind.orders(answer)[-1]]
    operator = answer.kind.last_operator(answer)
    return CostReport(
        tuple(one.variable for one in asked.moving),
        tuple(bases),
        work_of(bases, symbols)[0],
        _forward(operator, symbols),
        _reverse(answer, operator, symbols),
    )


def _forward(operator: Operator, symbols: Sequence[Symbol]) -> Mode:
    tangents = list(operator.tangents.values())
    bodies = [factored(simplify(body)) for body in operator.bodies.values()]
    once, each = work_of([cheapest_form(body, symbols) for body in bodies], symbols, tangents)
    return Mode("forward", _size(tangents), once, each)


def _reverse(answer: Answer, operator: Operator, symbols: Sequence[Symbol]) -> Mode:
    if all(body.shape.is_scalar for body in operator.bodies.values()) and len(operator.bodies) == 1:
        found = [node for _, node in leaves(_slopes(answer, operator))]
        found = [cheapest_form(node, symbols) for node in found]
        return Mode("reverse", ONE, Work(), work_of(found, symbols)[0])
    cotangents = {
        row: symbol(f"cotangent{row}__", body.shape) for row, body in operator.bodies.items()
    }
    back = [factored(part) for part in operator.pulled_back(cotangents).values()]
    weights = list(cotangents.values())
    return Mode("reverse", _size(weights), *work_of(back, symbols, weights))


def _slopes(answer: Answer, operator: Operator) -> Value:
    """What reverse mode computes where the last derivative is a scalar."""
    if answer.kind.depends_on_setting:
        found: Value = answer.computed
        return found
    back = Blocks(operator.pulled_back(dict.fromkeys(operator.bodies, UNIT)))
    return map_leaves(back, lambda node: factored(simplify(node)))  # type: ignore[no-any-return]


def _size(nodes: Sequence[Node]) -> Dimension:
    """How many entries they have together."""
    total = dimension(0)
    for one in nodes:
        total = total + one.shape.size
    return total
