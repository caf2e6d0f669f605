"""What the `curvature` clauses of the rule book say of an operation at its arguments."""

from __future__ import annotations

from matcalc.convexity.signs import NONNEGATIVE, Signs
from matcalc.expressions.nodes import Apply
from matcalc.rulebook import book
from matcalc.rulebook.clauses import CURVATURE


def stated(node: Apply, signs: Signs) -> set[str]:
    """The words that hold: `convex`, `increasing`; some where an argument is nonnegative."""
    found = set[str]()
    if book.has(node.operation):
        operation = book.operation(node.operation)
        arguments = dict(zip((p.name for p in operation.parameters), node.arguments, strict=True))
        for clause in operation.texts("curvature"):
            match = CURVATURE.fullmatch(clause.text)
            assert match is not None, clause.location
            if not match["name"] or signs.of(arguments[match["name"]]) <= NONNEGATIVE:
                found |= set(match["words"].split(", "))
    return found
