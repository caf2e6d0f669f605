"""What a rewriting rests on: a rule of the book, or one of the laws that no entry states.

A pass that is asked to tell of its rewritings gives each as `Rewritten(node, by)`, where `by` is a
`Rule` of the book or a `Law` of the arithmetic of matrices, d, the trace and the inner product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node
from matcalc.rulebook.records import Operation, Rule

Equation = tuple[Node, Node]


@dataclass(frozen=True)
class Law:
    """A law by its name in `words`, or by its `equation`, which `text` is in the language.

    One that has words is called by them, also where an equation says what it does.
    """

    words: str = ""
    text: str = ""
    equation: Equation | None = None
    source: str = ""

    @property
    def name(self) -> str:
        return self.words or self.text


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a node was rewritten to, and by which rule or law."""

    node: Node
    by: Rule | Law


Record = Callable[[Mapping[Node, Rewritten]], None]
"""Told, once for each sweep over an expression from the leaves up, what was rewritten in it."""


def raw(name: str, *arguments: Node, shape: Shape = SCALAR) -> Node:
    """An operation written down without simplifying it; d(X) is a tangent."""
    structure = frozenset({"tangent"}) if name == "d" else NO_STRUCTURE
    return Apply(name, tuple(arguments), shape, structure)


def unevaluated(node: Node) -> Node:
    """d(node), not worked out."""
    return raw("d", node, shape=node.shape)


LINEAR = Law("d is linear; constants stay")
PRODUCT = Law("product rule")
DISTRIBUTIVE = Law("distributive law")
BY_ENTRIES = Law("entry by entry")
TRACE_LINEAR = Law("the trace is linear")
MIRRORED = Law(text="tr M = tr M'")
OWN_TRANSPOSE = Law("a scalar is its own transpose")
OWN_TRACE = Law("a scalar is its own trace")
CYCLIC = Law("the trace is cyclic")
OWN_REAL_PART = Law("a real number is its own real part")
DOT = Law("definition of the dot product")
SUM_LINEAR = Law("sum is linear")
INNER_LINEAR = Law("the inner product is linear")
CHAIN = Law(text="<A*V*B, C> = <V, A'*C*B'>")
SCALAR_FACTOR = Law(text="<s*M, C> = <s, tr(M'*C)>")
TRANSPOSED = Law(text="<V', C> = <V, C'>")
ENTRYWISE = Law(text="<A.*V, C> = <V, A.*C>")
OVER_INDEX = Law("the sum of the adjoints")
REAL_VARIABLE = Law("for a real variable only the real part counts")
UNKNOWN_FUNCTION = Law(text="d phi(X) = phi'(X) .* dX")
IMPLICIT = Law(
    text="differentiate the equation g = 0: dx = -inv(dg/dx)*dg, x fixed in dg",
    source="Griewank & Walther 2008, ch. 15",
)


@cache
def linear_operation(operation: Operation) -> Law:
    """A linear operation is its own differential."""
    return Law(f"{operation.written} is linear", source=operation.source)


@cache
def law_of(by: Rule | Law, words: str = "") -> Law:
    """A rule of the book as a law, called by its equation where it has no words of its own."""
    if isinstance(by, Law):
        return by
    match by.kind:
        case "differential":
            return Law(words, f"d {by.text}", (unevaluated(by.left), by.right), by.source)
        case "adjoint":
            assert by.cotangent is not None
            sides = (
                raw("inner", by.left, by.cotangent),
                raw("inner", by.symbols[by.argument], by.right),
            )
            return Law(words, by.text, sides, by.source)
        case _:
            return Law(words, by.text, (by.left, by.right), by.source)
