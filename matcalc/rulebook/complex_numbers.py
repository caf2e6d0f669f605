"""Which operations take complex arguments: those whose entry says so.

Many rules hold for real matrices only (a transpose where a conjugate transpose is meant, an
absolute value whose derivative is a sign), so an operation is refused over the complex numbers
unless it has a `complex` clause. What is real in value, like x'*H*x, may go into any operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcalc.expressions.constructors import is_real, real_part
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node
from matcalc.rulebook.records import Operation


def any_complex(nodes: Iterable[Node]) -> bool:
    """Whether one of the nodes may be complex."""
    return any(node.is_complex for node in nodes)


def complex_arguments(operation: Operation, arguments: Sequence[Node]) -> list[Node]:
    """The arguments as the operation takes them: what is real in value by its real part.

    Raises NoRule where a complex one is left and the entry does not take those.
    """
    if operation.over_complex and (operation.linear or operation.is_abbreviation):
        return list(arguments)
    kept = [real_part(a) if a.is_complex and is_real(a) else a for a in arguments]
    if any_complex(kept) and not operation.over_complex:
        raise NoRule(
            f"{operation.spelled[0]} is not available over the complex numbers",
            hint="its rules are known to hold for real arguments only",
        )
    return kept
