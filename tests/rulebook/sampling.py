"""Random points of the domain of a rule, the widest on which the entry says that it holds.

What the operations of a rule demand is drawn from the predicates of their entries, the same ones
that code enforces and answers print: the argument of `log` has positive entries, that of `inv` is
invertible but neither symmetric nor definite. Different dimension names have different sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from matcalc.compile.function import evaluate
from matcalc.expressions.dimensions import SCALAR, Dimension
from matcalc.expressions.nodes import Apply, Node, Number, Symbol, dimension_names, ordered
from matcalc.expressions.predicates import Has, Ordered, Predicate, Property, Unless
from matcalc.language.kinds import closure, over_complex
from matcalc.rulebook import book
from matcalc.rulebook.rule_book import REQUIREMENTS
from matcalc.samples.numeric import Unusable, real
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    axes_of,
    drawn_symbols,
    possible,
    value_of,
)
from tests.meanings.values import NoValue
from tests.oracle import require_agreement
from tests.rulebook.complex_values import complex_value, is_complex
from tests.rulebook.predicates import holds

TRIES = 400
_WORDS = {
    Property.SYMMETRIC: "symmetric",
    Property.SPD: "spd",
    Property.INVERTIBLE: "invertible",
}
_OF_SQUARES = {"symmetric", "hermitian", "orthogonal", "unitary", "diagonal", "invertible"}
_POSITIVE = {Property.POSITIVE, Property.NONNEGATIVE}


def demands_of(*roots: Node) -> list[Predicate]:
    """What the entries demand of the arguments that stand in their operations."""
    applied = (n for n in ordered(*roots) if isinstance(n, Apply) and book.has(n.operation))
    found = [
        one.predicate for node in applied for w in REQUIREMENTS for one in book.required(node, w)
    ]
    return list(dict.fromkeys(found))


def squares(symbols: Sequence[Symbol]) -> dict[str, Dimension]:
    """The columns of what has the structure of a square matrix, as many as its rows."""
    square = [s for s in symbols if s.structure & _OF_SQUARES and s.shape.columns.name]
    return {s.shape.columns.name or "": s.shape.rows for s in square}


def symmetric_names(demands: Sequence[Predicate]) -> set[str]:
    """The variables whose values have to be symmetric."""
    return {
        one.subject.name
        for one in demands
        if isinstance(one, Has)
        and isinstance(one.subject, Symbol)
        and one.property in (Property.SYMMETRIC, Property.SPD)
    }


@cache
def matrix_functions() -> list[str]:
    """The operations that can stand for the `f` of `frechet(f, A, E)`."""
    return [
        name
        for name in book.names()
        for rule in book.rules(name, "differential")
        for node in ordered(rule.right)
        if isinstance(node, Symbol) and "function" in node.structure and node.name == name
    ]


def points(roots: Sequence[Node], demands: Sequence[Predicate], random: Random) -> Iterator[Point]:
    """Points from the widest region to the narrowest; the caller takes those that it can use."""
    symbols = [s for s in drawn_symbols(*roots) if "function" not in s.structure]
    names = dimension_names(*roots)
    shapes = {node.shape for node in ordered(*roots)}
    for region in Region:
        sizes: dict[str, int] = {}
        for attempt in range(TRIES):
            sizes = _turned(sizes) if attempt % 2 else _sizes(names, random)
            values = [size.evaluate(sizes) for s in shapes for size in (s.rows, s.columns)]
            if min(values, default=1) < 1:
                continue
            drawn = {s.name: _drawn(s, demands, sizes, region, random) for s in symbols}
            if any(value is None for value in drawn.values()):
                continue
            point = Point(sizes, drawn, region)
            if all(_holds_at(point, one) for one in demands):
                yield point


def _holds_at(point: Point, predicate: Predicate) -> bool:
    try:
        return holds(predicate, lambda node: value_at(node, point))
    except Unusable:
        return False


def _sizes(names: Sequence[str], random: Random) -> dict[str, int]:
    choices = random.permutation(np.arange(2, 4 + len(names)))
    return {name: int(size) for name, size in zip(names, choices, strict=False)}


def _turned(sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes in the opposite order, a tall matrix becomes a wide one; an only one is changed.

    What is linear in a 2 x 2 matrix, as its adjugate, is not in a larger one.
    """
    if len(sizes) == 1:
        return {name: size % 3 + 2 for name, size in sizes.items()}
    ends = min(sizes.values(), default=0) + max(sizes.values(), default=0)
    return {name: ends - size for name, size in sizes.items()}


def _drawn(
    symbol: Symbol,
    demands: Sequence[Predicate],
    sizes: Mapping[str, int],
    region: Region,
    random: Random,
) -> Any:
    """A value that goes some way to meet the demands; None where the shape cannot meet them."""
    words = demanded_words(symbol, demands)
    if is_complex(symbol):
        return complex_value(Symbol(symbol.name, symbol.shape, words), sizes, random)
    low, high = -np.inf, np.inf
    for one in (one.condition if isinstance(one, Unless) else one for one in demands):
        match one:
            case Has(subject=subject, property=named) if subject is symbol:
                if named in _POSITIVE and region is Region.ANYWHERE:
                    region = Region.POSITIVE
            case Ordered(smaller=Number(value=value), larger=subject) if subject is symbol:
                low = max(low, float(value))
            case Ordered(smaller=subject, larger=Number(value=value)) if subject is symbol:
                high = min(high, float(value))
    axes = axes_of(symbol.shape, sizes)
    if low > -np.inf and "integer" not in words:
        return _between(low, high, axes, random)
    rows, columns = (size.evaluate(sizes) for size in (symbol.shape.rows, symbol.shape.columns))
    if not possible(Symbol(symbol.name, symbol.shape, words), sizes):
        return None
    if rows != columns and "symmetric" in words:
        return None
    return value_of(Symbol(symbol.name, symbol.shape, words), sizes, region, random)


def demanded_words(symbol: Symbol, demands: Sequence[Predicate]) -> frozenset[str]:
    """What a variable is declared to be, and what the demands add: Hermitian where complex."""
    plain = (one.condition if isinstance(one, Unless) else one for one in demands)
    named = {one.property for one in plain if isinstance(one, Has) and one.subject is symbol}
    more = closure(*(word for one, word in _WORDS.items() if one in named))
    return symbol.structure | (over_complex(more) if is_complex(symbol) else more)


def _between(low: float, high: float, axes: tuple[int, ...], random: Random) -> Any:
    spread = np.asarray(random.uniform(0.02, 0.98, axes))
    value = low + (high - low) * spread if np.isfinite(high) else low + spread / (1 - spread)
    return value if axes else float(value)


def with_function(node: Node, name: str) -> Node:
    """The expression with its variable functions f standing for the matrix function `name`."""
    from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate

    meant = Symbol(name, SCALAR, frozenset({"function"}))
    free: dict[Node, Node] = {
        s: meant
        for s in ordered(node)
        if isinstance(s, Symbol) and "function" in s.structure and not book.has(s.name)
    }
    return instantiate(node, free, NO_DIMENSIONS, raw_apply) if free else node


def raw_apply(name: str, arguments: Sequence[Node], shape: Any) -> Node:
    """An operation as it stands."""
    return Apply(name, tuple(arguments), shape, frozenset())


def finite(compute: Callable[[], Any]) -> Array:
    """A finite array, complex if it is. Raises Unusable where there is none."""
    parts = [real(lambda part=part: part(compute())) for part in (np.real, np.imag)]  # type: ignore[misc]
    return np.asarray(parts[0] + 1j * parts[1]) if np.any(parts[1]) else parts[0]


def value_at(node: Node, point: Point, more: Mapping[str, Any] | None = None) -> Array:
    """The value of an expression, of the shape that it declares; Unusable where it has none."""
    known = {**point.values, **(more or {})}
    needed = [s.name for s in drawn_symbols(node) if "function" not in s.structure]
    sizes = {name: point.sizes[name] for name in dimension_names(node)}
    given = {name: known[name] for name in needed}
    over_complex = node.is_complex or any(map(np.iscomplexobj, given.values()))
    judge = finite if over_complex else real
    value = judge(lambda: evaluate(node, **given, **sizes))
    wanted = axes_of(node.shape, point.sizes)
    if value.shape != wanted:
        raise Unusable(f"the value has shape {value.shape}, not {wanted}")
    try:
        require_agreement(node, value, given, point.sizes)
    except NoValue as error:  # whether code refuses such points is a question of its own
        raise Unusable(str(error)) from None
    return value
