"""Expressions as they stand on the board: rewriting that leaves traces unrotated.

A line may hold `d(e)`, a differential not yet worked out, and `<C, V>`, an inner product.
`meaning` turns a line into the expression that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.calculus.differential import differential
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Symbol, ordered
from matcalc.expressions.operations import Differential
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.substitution import substitute

_RAW = frozenset({"tr", "inner", "d"})


def raw(name: str, *arguments: Node, shape: Shape = SCALAR) -> Node:
    """An operation written down without simplifying it."""
    return Apply(name, tuple(arguments), shape, NO_STRUCTURE)


def raw_apply(name: str, arguments: Sequence[Node], shape: Shape | None = None) -> Node:
    """As `book.apply`, but traces and inner products stay as they are written."""
    if name in _RAW:
        return raw(name, *arguments, shape=arguments[0].shape if name == "d" else SCALAR)
    return book.apply(name, arguments, shape)


def replace(line: Node, values: Mapping[Node, Node]) -> Node:
    """The line with some of its nodes replaced."""
    return instantiate(line, values, NO_DIMENSIONS, raw_apply)


def unevaluated(node: Node) -> Node:
    """d(node), not worked out."""
    return raw("d", node, shape=node.shape)


def pending(line: Node) -> list[Apply]:
    """The differentials in a line that are not yet worked out."""
    return [n for n in ordered(line) if isinstance(n, Differential)]


def meaning(line: Node, tangents: Mapping[Symbol, Node]) -> Node:
    """What a line stands for: differentials worked out, traces and inner products evaluated."""
    values: dict[Node, Node] = {
        node: differential(node.arguments[0], tangents) for node in pending(line)
    }
    return substitute(line, values)
