"""Where a product pattern of the rule book stands inside a longer product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcalc.expressions.constructors import multiply, number, transpose
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol
from matcalc.expressions.operations import Transpose
from matcalc.simplify.matching import Bindings, match, match_all, take


def replace_in_product(pattern: Product, node: Product) -> tuple[Bindings, list[Node], int] | None:
    """Where a product pattern stands inside a longer product.

    Gives the bindings, the parts of the product with the matched ones taken out, and the place
    among them at which the right side of the identity belongs.
    """
    for start, end, found in _windows(pattern.factors, node.factors):
        taken = take(pattern.scalars, node.scalars, found)
        if taken is None:
            continue
        found, scalars = taken
        before = [number(node.coefficient / pattern.coefficient), *scalars, *node.factors[:start]]
        return found, [*before, *node.factors[end:]], len(before)
    return None


def _windows(
    patterns: Sequence[Node], factors: Sequence[Node]
) -> Iterator[tuple[int, int, Bindings]]:
    """Where the patterns stand among the factors: first place, place after, bindings."""
    if not patterns:
        yield 0, 0, Bindings()
    for start in range(len(factors) - len(patterns) + 1 if patterns else 0):
        window = factors[start : start + len(patterns)]
        if not all(map(_has_head, patterns, window)):
            continue
        found = Bindings()
        if match_all(patterns, window, found):
            yield start, start + len(patterns), found
    if len(patterns) == 2:
        yield from _runs(patterns, factors)


def _runs(patterns: Sequence[Node], factors: Sequence[Node]) -> Iterator[tuple[int, int, Bindings]]:
    """Two patterns of which one stands for a product: in inv(A*B)*A*B, `inv(X)*X`.

    The operation says what the product is, which has to stand beside it as a run of factors.
    """
    closed = [side for side, pattern in enumerate(patterns) if not _is_open(pattern)]
    for place, factor in enumerate(factors) if closed else ():
        for side in closed:
            pattern, found = patterns[side], Bindings()
            if not _has_head(pattern, factor) or not match(pattern, factor, found):
                continue
            beside = patterns[1 - side]
            wanted = _value(beside, found)
            if not isinstance(wanted, Product) or wanted.scalars or wanted.coefficient != 1:
                continue
            count = len(wanted.factors)
            start = place + 1 if side == 0 else place - count
            if start >= 0 and tuple(factors[start : start + count]) == wanted.factors:
                yield min(place, start), max(place + 1, start + count), found


def _is_open(pattern: Node) -> bool:
    """Whether a pattern is a variable or its transpose, which anything may match."""
    inner = pattern.inner if isinstance(pattern, Transpose) else pattern
    return isinstance(inner, Symbol)


def _has_head(pattern: Node, node: Node) -> bool:
    """Whether the outermost operations are the same: a quick look before matching."""
    if isinstance(pattern, Sum):
        return isinstance(node, Sum)
    if not isinstance(pattern, Apply) or _is_open(pattern):
        return True
    if not isinstance(node, Apply) or node.operation != pattern.operation:
        return False
    return not isinstance(pattern, Transpose) or _has_head(pattern.inner, node.arguments[0])


def _value(pattern: Node, found: Bindings) -> Node | None:
    """What `X` or `X'` stands for, if X is bound."""
    match pattern:
        case Symbol():
            return found.values.get(pattern)
        case Transpose(Symbol() as inner):
            value = found.values.get(inner)
            return transpose(value) if value is not None else None
        case _:
            return None


def join(parts: Sequence[Node], place: int, middle: Node) -> Node:
    """The product of `parts` with `middle` put in at `place`."""
    return multiply(*parts[:place], middle, *parts[place:])
