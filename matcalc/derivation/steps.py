"""A derivation is a list of steps: each line rewrites the one before by one named rule."""

from __future__ import annotations

from dataclasses import dataclass

from matcalc.expressions.nodes import Node


@dataclass(frozen=True)
class Step:
    """One line: `after` is what `before` becomes by `rule`, whose book is `source`.

    Lines hold expressions as they stand on the board, not in normal form; `d(e)` inside one is
    a differential not yet worked out. `equation` holds the two sides of the rule, for printing,
    where the rule is an equation of the book.
    """

    rule: str
    source: str
    before: Node
    after: Node
    equation: tuple[Node, Node] | None = None
