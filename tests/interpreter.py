"""The second oracle: the value of an expression on arrays, without any of the code that is emitted.

Nothing of `matcalc.compile` and nothing of the rule book is read here, neither its templates nor
its definitions: what an operation means stands in `tests/meanings` as a textbook has it. Every
value is a 2-D array, a scalar 1 x 1; shapes are those of the values, and each is compared with the
shape that the node declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    children,
    ordered,
)
from matcalc.language.functions import derivative_of
from tests.meanings.arrangements import ARRANGEMENTS
from tests.meanings.entrywise import ELEMENTWISE, REDUCTIONS
from tests.meanings.functions import MATRIX_FUNCTIONS
from tests.meanings.spectra import SPECTRA
from tests.meanings.values import Array, Borderline, Meaning, NoValue, require, whole

MEANINGS: Mapping[str, Meaning] = {
    **ELEMENTWISE,
    **REDUCTIONS,
    **MATRIX_FUNCTIONS,
    **SPECTRA,
    **ARRANGEMENTS,
}

Values = Mapping[str, Any]
Sizes = Mapping[str, int]
Noise = np.random.Generator | None
_LAST_DIGITS = 1e-14
SPELLED_OUT = {"ones"}  # shaped by the node, not by arguments
_BINDERS = ("index_sum", "index_prod", "implicit")
KNOWN = {*MEANINGS, *SPELLED_OUT, *_BINDERS, "elementwise"}
_NEWTON_STEPS, _STEP = 60, 1e-4


def interpret(node: Node, values: Values, sizes: Sizes, noise: Noise = None) -> Any:
    """The value on the axes that arrays have: a number, a 1-D or a 2-D array.

    `sizes` has every dimension name. Raises NoValue where a textbook has no value, KeyError for an
    operation or a name that is unknown. With `noise` the last digits of every value on the way are
    changed, but for whole numbers, which are exact: what moves then is nothing but round-off.
    """
    with np.errstate(all="ignore"):
        value = _value(node, values, sizes, noise)
    kept = [axis for axis in (node.shape.rows, node.shape.columns) if axis.integer != 1]
    return value.reshape([axis.evaluate(sizes) for axis in kept]) if kept else value[0, 0]


def _value(
    root: Node,
    values: Values,
    sizes: Sizes,
    noise: Noise,
    known: dict[Node, Array] | None = None,
) -> Array:
    """Children come before parents; what stands under a binder is left to the binder.

    Values that are `known` are not computed again, and those that are found are added to them.
    """
    table = {} if known is None else known
    stack = [root]
    while stack:
        node = stack[-1]
        missing = [child for child in _evaluated(node) if child not in table]
        if node in table or not missing:
            stack.pop()
            if node not in table:
                found = _compute(node, table, values, sizes, noise)
                table[node] = _shaken(_checked(node, found, sizes), noise)
        else:
            stack += missing
    return table[root]


def _evaluated(node: Node) -> tuple[Node, ...]:
    """The children whose values are wanted, in the same surroundings."""
    match node:
        case Apply(operation="implicit"):
            return ()
        case Apply(operation=name, arguments=(_, lower, upper, _)) if name in _BINDERS:
            return lower, upper
        case Apply(operation="elementwise", arguments=(_, _, inner)):
            return (inner,)
        case _:
            return tuple(child for child in children(node) if not _is_function(child))


def _is_function(node: Node) -> bool:
    return isinstance(node, Symbol) and "function" in node.structure


def _extent(shape: Shape, sizes: Sizes) -> tuple[int, int]:
    return shape.rows.evaluate(sizes), shape.columns.evaluate(sizes)


def _checked(node: Node, value: Array, sizes: Sizes) -> Array:
    expected = _extent(node.shape, sizes)
    if value.shape != expected:
        raise NoValue(f"{node} is declared {expected} and is {value.shape}")
    if not np.all(np.isfinite(value)):
        raise NoValue(f"{node} is not finite")
    return value


def _shaken(value: Array, noise: Noise) -> Array:
    if noise is None:
        return value
    moved = value * (1 + _LAST_DIGITS * noise.standard_normal(value.shape))
    return np.where(value == np.round(value), value, moved)


def _compute(
    node: Node, table: Mapping[Node, Array], values: Values, sizes: Sizes, noise: Noise
) -> Array:
    match node:
        case Symbol(name=name, shape=shape):
            known = sizes[name] if "dimension" in node.structure else values[name]
            return np.asarray(known).reshape(_extent(shape, sizes))
        case Number(value=value):
            return np.array([[float(value)]])
        case Identity(shape=shape):
            return np.eye(*_extent(shape, sizes))
        case Zero(shape=shape):
            return np.zeros(_extent(shape, sizes))
        case Sum(terms=terms):
            return _sum([float(value) * table[term] for value, term in terms])
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            scalar = float(coefficient) * np.prod([table[one][0, 0] for one in scalars])
            return np.asarray(scalar * _chain([table[one] for one in factors]))
        case Named(value=value):
            return table[value]
        case Apply(operation=name) if name in _BINDERS:
            return _bound(node, table, values, sizes, noise)
        case Apply(operation="ones", shape=shape):
            return np.ones(_extent(shape, sizes))
        case Apply(operation="elementwise", arguments=(Symbol(name=name), order, inner)):
            return np.asarray(_derivative(values, name, order)(table[inner]))
        case Apply(operation=name, arguments=arguments):
            meant = MEANINGS[name](*(_argument(one, table) for one in arguments))
            return np.asarray(meant) if np.ndim(meant) else np.array([[meant]])
    raise KeyError(type(node).__name__)


def _argument(node: Node, table: Mapping[Node, Array]) -> Any:
    return MEANINGS[node.name] if isinstance(node, Symbol) and _is_function(node) else table[node]


def _derivative(values: Values, name: str, order: Node) -> Callable[[Array], Array]:
    """Of a function of a problem's own: as it is given, or that of a polynomial."""
    assert isinstance(order, Number)
    wanted = name, int(order.value)
    given = [value for key, value in values.items() if derivative_of(key) == wanted]
    derived: Callable[[Array], Array] = given[0] if given else values[name].deriv(wanted[1])
    return derived


def _sum(terms: list[Array]) -> Array:
    if len({term.shape for term in terms}) != 1:
        raise NoValue(f"a sum of the shapes {[term.shape for term in terms]}")
    return np.asarray(sum(terms[1:], terms[0]))


def _chain(factors: list[Array]) -> Array:
    """From left to right; of no factors, 1."""
    product = factors[0] if factors else np.ones((1, 1))
    for factor in factors[1:]:
        if product.shape[1] != factor.shape[0]:
            raise NoValue(f"{product.shape} times {factor.shape}")
        product = product @ factor
    return product


# ---------------------------------------------------------------- what binds a name


def _bound(
    node: Apply, table: Mapping[Node, Array], values: Values, sizes: Sizes, noise: Noise
) -> Array:
    """Sums and products as loops, from the left; only nested ones nest these calls."""
    name = node.arguments[0]
    assert isinstance(name, Symbol)
    if node.operation == "implicit":
        return _solution(name, node.arguments[1], values, sizes, noise)
    _, lower, upper, body = node.arguments
    positions = _positions(whole(table[lower]), whole(table[upper]))
    terms = _terms(body, name, positions, values, sizes, noise)
    rows, columns = _extent(node.shape, sizes)
    if node.operation == "index_prod":
        return _chain([np.eye(rows), *terms])
    return _sum([np.zeros((rows, columns)), *terms])


def _positions(first: int, last: int) -> range:
    """None where the last is the first - 1; nothing runs to one below that."""
    require(last >= first - 1, f"positions {first} to {last}")
    return range(first, last + 1)


def _terms(
    body: Node, index: Symbol, positions: range, values: Values, sizes: Sizes, noise: Noise
) -> Iterator[Array]:
    """The body at each position; what does not depend on the index is computed once."""
    moving: set[Node] = {index}
    for node in ordered(body):
        if any(child in moving for child in children(node)):
            moving.add(node)
    known: dict[Node, Array] = {}
    for position in positions:
        yield _value(body, {**values, index.name: position}, sizes, noise, known)
        known = {node: value for node, value in known.items() if node not in moving}


def _solution(unknown: Symbol, residual: Node, values: Values, sizes: Sizes, noise: Noise) -> Array:
    """Newton's method from what is given for the unknown, or ones; its Jacobian by differences.

    Noise makes another equation, the same one in all steps.
    """
    shape = _extent(unknown.shape, sizes)
    seed = None if noise is None else int(noise.integers(2**32))

    def at(x: Array) -> Array:
        same = None if seed is None else np.random.default_rng(seed)
        return _value(residual, {**values, unknown.name: x}, sizes, same).reshape(-1)

    x = np.asarray(values.get(unknown.name, np.ones(shape))).reshape(-1)
    for _ in range(_NEWTON_STEPS):
        moves = _STEP * np.eye(len(x))
        jacobian = np.array([at(x + move) - at(x - move) for move in moves]).T / (2 * _STEP)
        step = np.linalg.solve(jacobian, at(x))
        x = x - step
        if np.linalg.norm(step) <= 1e-13 * (1 + np.linalg.norm(x)):
            return np.asarray(x.reshape(shape))
    raise Borderline(f"{residual} = 0 was not solved for {unknown.name}")
