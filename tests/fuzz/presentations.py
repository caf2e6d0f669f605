"""The same expression written otherwise: terms shuffled, names changed, parts spelled out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.dimensions import SCALAR, Shape, dimension
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import instantiate
from tests.fuzz import signs
from tests.fuzz.trees import Tree
from tests.fuzz.variables import Random

_CHANGED = 0.3  # the share of parts that are written otherwise
Way = Callable[[Tree], Tree | None]


def otherwise(root: Tree, random: Random) -> Tree:
    """The tree with parts of it written in other ways that mean the same."""
    parts = tuple(otherwise(part, random) for part in root.parts)
    again = Tree(root.form, root.shape, parts, root.wrapped, root.binds, root.defines)
    if root.defines or random.random() > _CHANGED:
        return again
    ways = [found for way in _WAYS if (found := way(again)) is not None]
    return ways[int(random.integers(len(ways)))]


def _swapped(tree: Tree) -> Tree | None:
    commutes = tree.form is signs.ADD or tree.form is signs.ENTRYWISE
    commutes |= tree.form is signs.TIMES and any(part.shape.is_scalar for part in tree.parts)
    return Tree(tree.form, tree.shape, tree.parts[::-1]) if commutes else None


def _regrouped(tree: Tree) -> Tree | None:
    """(A*B)*C as A*(B*C)."""
    if tree.form not in (signs.ADD, signs.TIMES, signs.ENTRYWISE):
        return None
    (left, last), form = tree.parts, tree.form
    if left.form is not form:
        return None
    first, middle = left.parts
    if form is not signs.TIMES:
        if len({part.shape for part in (first, middle, last)}) > 1:
            return None
        return Tree(form, tree.shape, (first, Tree(form, last.shape, (middle, last))))
    if any(part.shape.is_scalar for part in (first, middle, left, last)):
        return None
    inner = Shape(middle.shape.rows, last.shape.columns)
    return Tree(form, tree.shape, (first, Tree(form, inner, (middle, last))))


def _subtracted(tree: Tree) -> Tree | None:
    """A - B as -B + A."""
    if tree.form is not signs.SUBTRACT:
        return None
    kept, taken = tree.parts
    return Tree(signs.ADD, tree.shape, (Tree(signs.NEGATE, taken.shape, (taken,)), kept))


def _turned_twice(tree: Tree) -> Tree:
    turned = Tree(signs.TRANSPOSE, tree.shape.transposed, (tree,))
    return Tree(signs.TRANSPOSE, tree.shape, (turned,))


def _turned_product(tree: Tree) -> Tree | None:
    """A*B as (B'*A')'."""
    if tree.form is not signs.TIMES or any(part.shape.is_scalar for part in tree.parts):
        return None
    turned = [Tree(signs.TRANSPOSE, part.shape.transposed, (part,)) for part in tree.parts[::-1]]
    whole = Tree(signs.TIMES, tree.shape.transposed, tuple(turned))
    return Tree(signs.TRANSPOSE, tree.shape, (whole,))


def _times(value: int, tree: Tree) -> Tree:
    return Tree(signs.TIMES, tree.shape, (Tree(signs.number(Fraction(value)), SCALAR), tree))


def _three_less_two(tree: Tree) -> Tree:
    return Tree(signs.SUBTRACT, tree.shape, (_times(3, tree), _times(2, tree)))


def _negated_twice(tree: Tree) -> Tree:
    return Tree(signs.NEGATE, tree.shape, (Tree(signs.NEGATE, tree.shape, (tree,)),))


def _bracketed(tree: Tree) -> Tree:
    return Tree(tree.form, tree.shape, tree.parts, not tree.wrapped, tree.binds, tree.defines)


_WAYS: tuple[Way, ...] = (
    _swapped,
    _regrouped,
    _subtracted,
    _turned_twice,
    _turned_product,
    _three_less_two,
    _negated_twice,
    _bracketed,
)


class Renaming:
    """Other names for the variables and dimensions of an expression, and the way back."""

    def __init__(self, node: Node, random: Random) -> None:
        variables, sizes = free_symbols(node), dimension_names(node)
        names = _shuffled([s.name for s in variables], random)
        others = dict(zip(sizes, _shuffled(sizes, random), strict=True))
        self._sizes = {old: dimension(new) for old, new in others.items()}
        self._sizes_back = {new: dimension(old) for old, new in others.items()}
        self._values: dict[Node, Node] = {}
        self._back: dict[Node, Node] = {}
        for one, name in zip(variables, names, strict=True):
            sized = one.with_sizes(self._sizes)
            other = Symbol(name, sized.shape, sized.structure)
            self._values[one], self._back[other] = other, one

    def __call__(self, node: Node) -> Node:
        return instantiate(node, self._values, self._sizes, book.apply)

    def back(self, node: Node) -> Node:
        return instantiate(node, self._back, self._sizes_back, book.apply)


def _shuffled(names: list[str], random: Random) -> list[str]:
    return [names[int(place)] for place in random.permutation(len(names))]
