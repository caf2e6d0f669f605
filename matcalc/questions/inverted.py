"""Adjugates of what has an inverse as books write them: det(X)*inv(X), not adj(X)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from matcalc.expressions.constructors import multiply, transpose
from matcalc.expressions.nodes import Apply, Node, visible
from matcalc.expressions.predicates import Has, Predicate, Property
from matcalc.rulebook import book
from matcalc.rulebook.laws import ADJUGATE, Record, Rewritten
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.naming import opened

_NOT_ZERO = (Property.NONZERO, Property.POSITIVE)


def has_adjugates(root: Node) -> bool:
    """A quick look, before it is asked what f requires."""
    return any(isinstance(node, Apply) and node.operation == "adj" for node in visible(root))


def with_inverses(
    root: Node, required: Collection[Requirement], record: Record | None = None
) -> Node:
    """The expression without adjugates of what is `required` to be invertible."""
    known = {matrix for one in required for matrix in _invertible(one.predicate)}

    def rewritten(_: Node, again: Node) -> Rewritten | None:
        match again:
            case Apply(operation="adj", arguments=(matrix,)) if opened(matrix) in known:
                inverse = book.apply("inv", [matrix])
                return Rewritten(multiply(book.apply("det", [matrix]), inverse), ADJUGATE)
        return None

    return sweep(root, rewritten, record) if known else root


def _invertible(predicate: Predicate) -> Iterator[Node]:
    match predicate:
        case Has(subject=subject, property=Property.INVERTIBLE):
            yield opened(subject)
            yield transpose(opened(subject))
        case Has(subject=subject, property=one) if one in _NOT_ZERO:
            match opened(subject):
                case Apply(operation="det", arguments=(matrix,)):
                    yield matrix
