"""Random formulas as plain trees, which mean something without any normal form.

`value` evaluates a tree naively with NumPy, every array 2-D; `build` puts it together with the
constructors, in the order in which it is written or in another one that means the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matcalc.expressions.constructors import (
    add,
    elementwise_power,
    hadamard,
    identity,
    multiply,
    number,
    ones,
    plus,
    scale,
    trace,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import SCALAR, Shape, dimension
from matcalc.expressions.nodes import Node, Symbol, dimension_names, symbols_of
from matcalc.rulebook import book
from matcalc.samples.sampling import Array
from tests.oracle import evaluate
from tests.strategies import SYMBOLS

SIZES = {"m": 4, "n": 3, "p": 2}
_RANDOM = np.random.default_rng(17)


def _value_of(variable: Symbol) -> Array:
    """Entries of both signs; square matrices are well away from singular ones."""
    axes = (variable.shape.rows.evaluate(SIZES), variable.shape.columns.evaluate(SIZES))
    value = _RANDOM.uniform(0.5, 1.5, axes) * _RANDOM.choice([-1.0, 1.0], axes)
    if axes[0] == axes[1] != 1:
        value = value + 3 * np.eye(axes[0])
    return np.asarray((value + value.T) / 2 if "symmetric" in variable.structure else value)


VALUES: dict[str, Array] = {name: _value_of(variable) for name, variable in SYMBOLS.items()}
Number = Fraction | int


@dataclass(frozen=True)
class Tree:
    """A formula: the kind of its outermost operation, what it takes, and its shape."""

    kind: str
    shape: Shape
    parts: tuple[Tree, ...] = ()
    numbers: tuple[Number, ...] = ()
    name: str = ""

    def __repr__(self) -> str:
        inside = ", ".join(map(str, (*self.numbers, *self.parts)))
        return self.name if self.kind == "symbol" else f"{self.name or self.kind}({inside})"


def axes(shape: Shape) -> tuple[int, int]:
    return shape.rows.evaluate(SIZES), shape.columns.evaluate(SIZES)


def value(tree: Tree) -> Array:
    """The value of the tree, as written."""
    parts = [value(part) for part in tree.parts]
    match tree.kind:
        case "symbol":
            return VALUES[tree.name]
        case "number":
            return np.full((1, 1), float(tree.numbers[0]))
        case "ones":
            return np.ones(axes(tree.shape))
        case "zero":
            return np.zeros(axes(tree.shape))
        case "identity":
            return np.eye(axes(tree.shape)[0])
        case "sum":
            return sum(float(c) * part for c, part in zip(tree.numbers, parts, strict=True))  # type: ignore[return-value]
        case "product":
            return reduce(_times, parts)
        case "hadamard":
            return reduce(np.multiply, parts)
        case "transpose":
            return np.asarray(parts[0].T)
        case "trace":
            return np.full((1, 1), np.trace(parts[0]))
        case "power":
            return np.asarray(parts[0] ** float(tree.numbers[0]))
        case "root of square":
            return np.asarray((parts[0] ** 2) ** float(tree.numbers[0]))
        case "function":
            return np.asarray(_FUNCTIONS[tree.name](parts[0]))
        case _:
            raise AssertionError(tree.kind)


def _times(left: Array, right: Array) -> Array:
    return left * right if 1 in (left.size, right.size) else left @ right


_FUNCTIONS: dict[str, Any] = {
    "tanh": np.tanh,
    "inv": np.linalg.inv,
    "sum": lambda x: np.full((1, 1), np.sum(x)),
    "vec": lambda x: x.reshape(-1, 1, order="F"),
    "tril": np.tril,
    "det": lambda x: np.full((1, 1), np.linalg.det(x)),
}


def largest(tree: Tree) -> float:
    """The size of the largest number on the way, which says how much round-off there can be."""
    inner = [largest(part) for part in tree.parts]
    return max([float(np.max(np.abs(value(tree)))), *inner])


def build(tree: Tree, order: random.Random | None = None) -> Node:
    """The expression; with `order` the parts are put together in another order."""
    parts = [build(part, order) for part in tree.parts]
    match tree.kind:
        case "symbol":
            return SYMBOLS[tree.name]
        case "number":
            return number(Fraction(tree.numbers[0]))
        case "ones":
            return ones(tree.shape)
        case "zero":
            return zero(tree.shape)
        case "identity":
            return identity(tree.shape.rows)
        case "sum":
            return _build_sum(tree, parts, order)
        case "product":
            return _build_product(parts, order)
        case "hadamard":
            return _build_hadamard(parts, order)
        case "transpose":
            return transpose(parts[0])
        case "trace":
            return trace(parts[0])
        case "power":
            return elementwise_power(parts[0], number(Fraction(tree.numbers[0])))
        case "root of square":
            exponent = number(Fraction(tree.numbers[0]))
            return elementwise_power(elementwise_power(parts[0], number(2)), exponent)
        case "function":
            return book.apply(tree.name, [parts[0]])
        case _:
            raise AssertionError(tree.kind)


def _build_sum(tree: Tree, parts: list[Node], order: random.Random | None) -> Node:
    terms = [(Fraction(c), part) for c, part in zip(tree.numbers, parts, strict=True)]
    if order is None:
        return add(terms, tree.shape)
    order.shuffle(terms)
    cut = order.randint(0, len(terms))
    scaled = [scale(c, part) for c, part in terms]
    halves = [
        add([(Fraction(1), t) for t in half], tree.shape) for half in (scaled[:cut], scaled[cut:])
    ]
    return plus(*halves)


def _build_product(parts: list[Node], order: random.Random | None) -> Node:
    if order is None:
        return multiply(*parts)
    scalars = [part for part in parts if part.shape.is_scalar]
    chain = [part for part in parts if not part.shape.is_scalar]
    for scalar in scalars:
        chain.insert(order.randint(0, len(chain)), scalar)
    while len(chain) > 1:
        place = order.randint(0, len(chain) - 2)
        left, right = chain[place : place + 2]
        commutes = left.shape.is_scalar or right.shape.is_scalar
        if commutes and order.random() < 0.5:
            left, right = right, left
        chain[place : place + 2] = [multiply(left, right)]
    return chain[0]


def _build_hadamard(parts: list[Node], order: random.Random | None) -> Node:
    if order is None:
        return hadamard(*parts)
    parts = list(parts)
    order.shuffle(parts)
    while len(parts) > 1:
        place = order.randint(0, len(parts) - 2)
        parts[place : place + 2] = [hadamard(parts[place + 1], parts[place])]
    return parts[0]


def computed(node: Node) -> Array:
    """The value of a built expression by the code of the package, as a 2-D array."""
    names = [s.name for s in symbols_of(node)]
    given: dict[str, Any] = {name: _natural(VALUES[name], SYMBOLS[name]) for name in names}
    sizes = {name: SIZES[name] for name in dimension_names(node)}
    return np.asarray(evaluate(node, **given, **sizes)).reshape(axes(node.shape))


def _natural(array: Array, variable: Symbol) -> Any:
    if variable.shape.is_scalar:
        return array.item()
    return array.ravel() if 1 in array.shape else array


# ---------------------------------------------------------------- strategies

ENDS = [dimension(name) for name in SIZES] + [dimension(1)]
SHAPES = [Shape(rows, columns) for rows in ENDS for columns in ENDS]
_POSITIVE = [Fraction(*pair) for pair in ((1, 1), (1, 1), (2, 1), (1, 2), (3, 2))]
_SIGNED = [*_POSITIVE, Fraction(-1), Fraction(-1), Fraction(-2), Fraction(-3, 2)]
_HALVES = [Fraction(k, 2) for k in (1, -1, 3, 2, 4)]
_LEAVES = [Tree("symbol", variable.shape, name=name) for name, variable in SYMBOLS.items()]


def leaves(wanted: Shape, signed: bool) -> st.SearchStrategy[Tree]:
    found = [leaf for leaf in _LEAVES if leaf.shape == wanted]
    turned = [leaf for leaf in _LEAVES if leaf.shape.transposed == wanted]
    found += [Tree("transpose", wanted, (leaf,)) for leaf in turned]
    found += [Tree("ones", wanted), Tree("zero", wanted)]
    if wanted == SCALAR:
        values = (2, -1 if signed else 3, Fraction(3, 4))
        found += [Tree("number", SCALAR, numbers=(value,)) for value in values]
    elif wanted.is_square:
        found += [Tree("identity", wanted)]
    return st.sampled_from(found)


@st.composite
def trees(
    draw: st.DrawFn, wanted: Shape | None = None, depth: int = 3, signed: bool = True
) -> Tree:
    """A formula of a shape (any, by default), on request without minus signs."""
    if wanted is None:
        wanted = draw(st.sampled_from(SHAPES))
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(leaves(wanted, signed))

    def inner(shape: Shape) -> Tree:
        return draw(trees(shape, depth - 1, signed))

    kinds = ["sum", "sum", "product", "product", "scaled", "hadamard", "transpose", "power", "tanh"]
    kinds += ["trace", "scalars", "det"] if wanted == SCALAR else ["root of square"]
    kinds += ["inv", "tril"] if wanted.is_square and wanted != SCALAR else []
    kind = draw(st.sampled_from(kinds))
    match kind:
        case "sum" | "hadamard":
            count = draw(st.integers(2, 4))
            choice = st.sampled_from(_SIGNED if signed else _POSITIVE)
            coefficients = tuple(draw(choice) for _ in range(count))
            return Tree(kind, wanted, tuple(inner(wanted) for _ in range(count)), coefficients)
        case "product":
            middle = draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=3))
            ends = list(pairwise([wanted.rows, *middle, wanted.columns]))
            factors = [inner(Shape(rows, columns)) for rows, columns in ends]
            return Tree("product", wanted, tuple(factors))
        case "scaled":
            return Tree("product", wanted, (inner(SCALAR), inner(wanted)))
        case "scalars":
            return Tree("product", wanted, tuple(inner(SCALAR) for _ in range(3)))
        case "transpose":
            return Tree("transpose", wanted, (inner(wanted.transposed),))
        case "trace":
            size = draw(st.sampled_from(ENDS))
            return Tree("trace", wanted, (inner(Shape(size, size)),))
        case "power":
            exponent = draw(st.sampled_from([2, 3, -1, -2, 0, 1]))
            return Tree("power", wanted, (draw(trees(wanted, 1, signed)),), (exponent,))
        case "root of square":
            half = draw(st.sampled_from(_HALVES))
            return Tree("root of square", wanted, (draw(trees(wanted, 1, signed)),), (half,))
        case "inv":
            return Tree("function", wanted, (draw(_squares(wanted)),), name="inv")
        case "det":
            size = draw(st.sampled_from(ENDS[:3]))
            return Tree("function", SCALAR, (draw(_squares(Shape(size, size))),), name="det")
        case name:
            return Tree("function", wanted, (inner(wanted),), name=name)


def _squares(wanted: Shape) -> st.SearchStrategy[Tree]:
    return st.sampled_from([leaf for leaf in _LEAVES if leaf.shape == wanted])
