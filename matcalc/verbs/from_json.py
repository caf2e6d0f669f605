"""from_json: the expression that a list of nodes writes."""

from __future__ import annotations

from typing import Any

from matcalc.expressions.nodes import Node
from matcalc.interchange import node_list


def from_json(content: Any) -> Node:
    """The expression of an object that `expr.to_json()` gave, or of its text: the same node.

    Raises a MatcalcError with the place in the list for what is no expression.

    >>> from matcalc import parse
    >>> f = parse("tr(A*X)")
    >>> from_json(f.to_json()) is f
    True
    """
    return node_list.from_json(content)
