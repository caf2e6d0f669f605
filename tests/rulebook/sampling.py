"""Random points of the domain of a rule, the widest on which the entry says that it holds.

What an entry says of its domain is read from the places where its operations stand: a variable
that is the argument of `log` has positive entries, one inside `inv` is invertible but neither
symmetric nor definite. Different dimension names have different sizes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from matcalc.compile.function import evaluate
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.language.kinds import KINDS, closure
from matcalc.rulebook import book
from matcalc.verify.numeric import Unusable, real
from matcalc.verify.sampling import (
    Array,
    Point,
    Random,
    Region,
    axes_of,
    dimension_names,
    free_symbols,
    value_of,
)
from tests.meanings.values import NoValue
from tests.oracle import require_agreement
from tests.rulebook.complex_values import complex_value, is_complex

Phrases = Mapping[str, Sequence[str]]
TRIES = 400
_BETWEEN = re.compile(r"between (\S+) and (\S+)")
_ABOVE = re.compile(r"above (\S+)")


def phrases_of(*roots: Node) -> dict[str, list[str]]:
    """What the entries ask of the variables that stand directly in their operations."""
    found: dict[str, list[str]] = {}
    for node in ordered(*roots):
        if isinstance(node, Apply) and book.has(node.operation):
            operation = book.operation(node.operation)
            names = [parameter.name for parameter in operation.parameters]
            arguments = dict(zip(names, node.arguments, strict=False))
            for clause in operation.texts("domain") + operation.texts("smooth"):
                name, _, phrase = (part.strip() for part in clause.text.partition(":"))
                argument = arguments.get(name)
                if isinstance(argument, Symbol):
                    found.setdefault(argument.name, []).append(phrase)
    return found


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


def points(roots: Sequence[Node], phrases: Phrases, random: Random) -> Iterator[Point]:
    """Points from the widest region to the narrowest; the caller takes those that it can use."""
    symbols = [s for s in free_symbols(*roots) if "function" not in s.structure]
    names = dimension_names(*roots)
    shapes = {node.shape for node in ordered(*roots)}
    for region in Region:
        sizes: dict[str, int] = {}
        for attempt in range(TRIES):
            sizes = _turned(sizes) if attempt % 2 else _sizes(names, random)
            values = [size.evaluate(sizes) for s in shapes for size in (s.rows, s.columns)]
            if min(values, default=1) < 1:
                continue
            drawn = {
                s.name: _drawn(s, phrases.get(s.name, ()), sizes, region, random) for s in symbols
            }
            if all(value is not None for value in drawn.values()):
                yield Point(sizes, drawn, region)


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
    symbol: Symbol, phrases: Iterable[str], sizes: Mapping[str, int], region: Region, random: Random
) -> Any:
    """A value, None where it does not meet a phrase that is not a range or a structure."""
    if is_complex(symbol):
        rows, columns = (side.evaluate(sizes) for side in (symbol.shape.rows, symbol.shape.columns))
        wide = rows < columns and any(map(asks_for_rows, phrases))
        return None if wide else complex_value(symbol, sizes, random)
    words = set(symbol.structure)
    for phrase in phrases:
        limits = _limits(phrase)
        if limits is not None:
            return _between(*limits, axes_of(symbol.shape, sizes), random)
        stated = phrase.partition(" unless ")[0].split()
        words |= closure(*(word for word in stated if word in KINDS and word != "positive"))
        if phrase.startswith("positive") and region is Region.ANYWHERE:
            region = Region.POSITIVE
    rows, columns = (size.evaluate(sizes) for size in (symbol.shape.rows, symbol.shape.columns))
    if rows < columns and ("stiefel" in words or any(map(asks_for_rows, phrases))):
        return None
    if rows != columns and "symmetric" in closure(*words):
        return None
    value = value_of(Symbol(symbol.name, symbol.shape, frozenset(words)), sizes, region, random)
    meets = all(_meets(value, phrase) for phrase in phrases)
    return value if meets else None


def _limits(phrase: str) -> tuple[float, float] | None:
    if between := _BETWEEN.match(phrase):
        return float(between[1]), float(between[2])
    if above := _ABOVE.match(phrase):
        return float(above[1]), np.inf
    return None


def _between(low: float, high: float, axes: tuple[int, ...], random: Random) -> Any:
    spread = np.asarray(random.uniform(0.02, 0.98, axes))
    value = low + (high - low) * spread if np.isfinite(high) else low + spread / (1 - spread)
    return value if axes else float(value)


def asks_for_rows(phrase: str) -> bool:
    """Whether the matrix cannot have more columns than rows."""
    return "full column rank" in phrase or "at least as many rows as columns" in phrase


def _meets(value: Any, phrase: str) -> bool:
    if "eigenvalues on the closed negative real axis" in phrase:
        found = np.linalg.eigvals(np.atleast_2d(value))
        return not np.any((np.abs(found.imag) < 1e-3) & (found.real < 0.05))
    return True


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
    needed = [s.name for s in free_symbols(node) if "function" not in s.structure]
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
