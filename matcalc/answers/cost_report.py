"""What a derivative costs: forward mode against reverse mode, as polynomials in the dimensions.

Forward mode multiplies the chain rule from the right: one pass for every entry of the variable.
Reverse mode multiplies it from the left: one pass for every entry of the value, so one for a
scalar. What does not depend on the direction is computed once in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcalc.compile.cost import assumed
from matcalc.compile.work import Work, cheapest_form, work_of
from matcalc.expressions.constructors import UNIT, symbol
from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.nodes import Node, Symbol
from matcalc.operators import LinearMap
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify


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
    """`function` is the work for f itself, `forward` and `reverse` that for the derivative."""

    variable: Symbol
    value: Node
    function: Work
    forward: Mode
    reverse: Mode

    @property
    def choice(self) -> Mode:
        """The mode with fewer flops, where all sizes are about the same large number."""
        modes = (self.reverse, self.forward)
        return min(modes, key=lambda mode: assumed(mode.flops))

    def __str__(self) -> str:
        shape, other = self.variable.shape, self._other()
        entries = "entry" if shape.is_scalar else "entries"
        ratio = assumed(other.flops) / max(1.0, assumed(self.choice.flops))
        lines = [
            f"cost of the derivative with respect to {self.variable} ({shape}, "
            f"{shape.size} {entries}):",
            f"  f itself: {self.function.flops} flops",
            self._line(self.reverse, "f", self.value.shape.size),
            self._line(self.forward, self.variable.name, shape.size),
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


def cost_report(
    expression: Node,
    variable: Symbol,
    operator: LinearMap,
    gradient: Node | None,
    symbols: Sequence[Symbol],
) -> CostReport:
    """The cost of the derivative `operator` of an expression by a variable.

    `gradient` is what reverse mode computes where the value is a scalar, if it is known.
    Raises NoRule where an operation has no code.
    """
    function = work_of([expression], symbols)[0]
    body = factored(simplify(operator.body))
    once, each = work_of([cheapest_form(body, symbols)], symbols, operator.tangent)
    forward = Mode("forward", operator.domain.size, once, each)
    cotangent = symbol("cotangent__", operator.codomain)
    if operator.codomain.is_scalar:
        found = factored(simplify(operator.pull_back(UNIT))) if gradient is None else gradient
        found = cheapest_form(found, symbols)
        reverse = Mode("reverse", ONE, Work(), work_of([found], symbols)[0])
    else:
        back = factored(simplify(operator.pull_back(cotangent)))
        reverse = Mode("reverse", operator.codomain.size, *work_of([back], symbols, cotangent))
    return CostReport(variable, expression, function, forward, reverse)
