"""What a function computes and what it takes: its parameters, and the dimensions that it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcalc.compile.extents import Extents
from matcalc.compile.lowering import Lowering
from matcalc.compile.sizes import Reading, axes_of, readings
from matcalc.compile.terms import Term, reachable
from matcalc.expressions.blocks import leaves
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node, Symbol

Named = Mapping[str, "Node | Named"]
Roots = Node | tuple[Node, ...] | Named


@dataclass(frozen=True)
class Inputs:
    """What a generated function takes.

    `symbols` are its parameters in order, `dimensions` the names that come after them. Of the
    symbols, `used` enter the value and `measured` only give their shape. `identifiers` maps
    names to parameters, and `extents` say how large what is computed becomes.
    """

    symbols: tuple[Symbol, ...]
    dimensions: tuple[str, ...]
    used: frozenset[str]
    measured: frozenset[str]
    identifiers: Mapping[str, str]
    extents: Extents


def roots_of(expression: Roots) -> tuple[Node, ...]:
    """The expression or expressions, in order."""
    if isinstance(expression, Node):
        return (expression,)
    if isinstance(expression, tuple):
        return expression
    return tuple(node for _, node in leaves(expression))


def _parameters(
    lowering: Lowering, symbols: Sequence[Symbol], terms: Sequence[Term]
) -> tuple[Symbol, ...]:
    """The declared variables in order, then any others of the expressions by name."""
    free = set().union(*(term.indices for term in terms))
    others = [s for s in lowering.symbols if not s.structure & {"dimension", "function"}]
    others += [symbol for symbol in lowering.loops if lowering.names[symbol.name] in free]
    found: dict[str, Symbol] = {}
    declared = [symbol for symbol in symbols if "dimension" not in symbol.structure]
    for symbol in [*declared, *sorted(others, key=lambda symbol: symbol.name)]:
        known = found.setdefault(symbol.name, symbol)
        if known.shape != symbol.shape:
            raise ShapeError(f"{symbol.name} is both {known.shape} and {symbol.shape}")
    return tuple(found.values())


def inputs_of(
    lowering: Lowering, symbols: Sequence[Symbol], terms: Sequence[Term]
) -> tuple[Inputs, list[Reading]]:
    """What the code of the terms takes, and how the dimensions that it needs are read."""
    parameters = _parameters(lowering, symbols, terms)
    names = lowering.names
    reached = {term.parts[0] for term in reachable(terms) if term.cheap and len(term.parts) == 1}
    given = {symbol.name for symbol in parameters}
    used = frozenset(name for name in given if names[name] in reached)
    sizes = {symbol.name for symbol in lowering.symbols if "dimension" in symbol.structure}
    needed = {name for name in sizes if names[name] in reached} - given
    by_use = sorted(parameters, key=lambda symbol: symbol.name not in used)
    reads: list[Reading] = []
    for reading in reversed(list(readings(axes_of(by_use), given))):
        if reading.name in needed:
            reads.insert(0, reading)
            needed |= reading.axis.size.names - given
    missing = needed - {reading.name for reading in reads}
    measured = frozenset(reading.axis.symbol.name for reading in reads) - used
    extents = lowering.measured.extents(terms)
    inputs = Inputs(parameters, tuple(sorted(missing)), used, measured, names, extents)
    return inputs, reads
