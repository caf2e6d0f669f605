"""Answers with names for what is repeated: `A'*diag(p.*(1 - p))*A with p = sigmoid(A*x)`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from matcalc.expressions.binders import bound_in, free_symbols, names_in, numbered
from matcalc.expressions.bottom_up import transposed_together
from matcalc.expressions.constructors import named, transpose
from matcalc.expressions.marks import is_moving, transposes
from matcalc.expressions.nodes import Apply, Node, Number, Sum, inside, visible
from matcalc.expressions.operations import (
    Diagonal,
    ElementwisePower,
    Hadamard,
    Inverse,
    OverIndex,
    Power,
    Transpose,
)
from matcalc.rulebook import book
from matcalc.simplify.forms import size
from matcalc.simplify.naming import in_names, with_turned

_LONG = 7  # tokens that a reader would not read twice
_LONG_FUNCTION = 4  # exp(A*x); exp(x) needs no name
_LARGEST = 1_000  # longer ones are shared in printing
_ARITHMETIC = (Power, ElementwisePower, Hadamard, OverIndex)
_SAID_OF = (Transpose, Diagonal, Inverse)  # what a book writes of a part, and names the part


def with_repeated(value: Node, taken: Collection[str] = ()) -> Node:
    """`value` with names for what a reader meets more than once; none of those that are taken."""
    known = {*taken, *names_in(value)}
    while size(value) <= _LARGEST and (part := _repeated(value)) is not None:
        name = _name(part, known)
        known.add(name)
        value = in_names(value, with_turned({part: named(name, part)}))
    return value


def _name(part: Node, taken: Collection[str]) -> str:
    """The first letter that a book has for it and the person has not; dR would be taken too."""
    letters = _letters(part)
    free = (n for n in letters if n not in taken and f"d{n}" not in taken)
    return next(free, "") or numbered(letters[0], taken, 1)


def _letters(part: Node) -> str:
    """r for a residual, p for the value of a function, M for what is inverted."""
    if part.shape.is_scalar:
        return "stcgh"
    is_residual = isinstance(part, Sum) and any(value < 0 for value, _ in part.terms)
    letters = "pqrs" if _is_function(part) else "ruvw" if is_residual else "uvwz"
    if part.shape.is_vector:
        return letters
    return letters.upper() if is_residual or _is_function(part) else "MKST"


def _repeated(value: Node) -> Node | None:
    """What shortens most under a name, of what is long enough for one."""
    times = _times(value)
    # A name for what depends on the index of a sum, or on dX, would hide that.
    bound = set(bound_in(value))
    found = {
        part: saved
        for part, count in times.items()
        if count > 1 and part is not value
        if (saved := _saved(part, count)) >= part.shape.is_scalar
        if bound.isdisjoint(free_symbols(part)) and not is_moving(part)
    }
    return max(found, key=lambda part: (found[part], part.rank), default=None)


def _times(value: Node) -> Counter[Node]:
    """How often a reader meets each part, or its transpose."""
    times = Counter({value: 1})
    for node in reversed(visible(value)):
        for child in inside(node):
            times[child] += times[node]
    for node in sorted(filter(transposed_together, times), key=transposes):
        turned = transpose(node)
        if turned is not node and turned in times and node in times and turned is not value:
            times[node] += times.pop(turned)
    return times


def _saved(part: Node, times: int) -> int:
    """The tokens saved by a name, less than none of what needs none."""
    if isinstance(part, (*_SAID_OF, Number)) or _is_reciprocal(part):
        return -1
    saved = times * (size(part) - 1) - size(part) - 2
    return saved if size(part) >= (_LONG_FUNCTION if _is_function(part) else _LONG) else -1


def _is_reciprocal(part: Node) -> bool:
    match part:
        case Power(_, Number(value=exponent)) | ElementwisePower(_, Number(value=exponent)):
            return exponent < 0
        case _:
            return False


def _is_function(node: Node) -> bool:
    """Whether a node is f(X) for a nonlinear f of the book."""
    if not isinstance(node, Apply) or not book.has(node.operation) or isinstance(node, _ARITHMETIC):
        return False
    return not book.operation(node.operation).linear
