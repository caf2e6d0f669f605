"""The sides of what is taken from an array: X[i, j], X[a:b, :], x_i; and the ranges of indices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from matcalc.expressions.dimensions import ONE, Dimension, dimension
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import sizes_of
from matcalc.language.clashes import Clash
from matcalc.language.meeting import Sides
from matcalc.language.members import fixed_end, fixed_ends, indexed_axes
from matcalc.language.sizes import size_of
from matcalc.language.syntax import Name, Numeral, Repeated, Selection, Subscript, Syntax, Total
from matcalc.language.unification import Unifier
from matcalc.language.vocabulary import Source, Undeclared, Vocabulary

_SCALAR: Sides = (ONE, ONE)
_COUNTED = (Name, Numeral, Total)  # i + 1


class Inferred(Protocol):
    """What these functions need of an inference."""

    source: Source
    vocabulary: Vocabulary
    unifier: Unifier
    sides: list[Sides]
    arrays: dict[int, Sides]
    matrices: dict[str, Sides]

    def is_scalar(self, node: Syntax) -> bool: ...


def selected(known: Inferred, node: Selection) -> Sides:
    """The sides of X[i, j], X[:, j], x[a:b]."""
    for subscript in node.subscripts:
        single = subscript.single
        if single is not None and not known.is_scalar(single):
            raise Clash(node, "subscript", (single,))
    rows, columns = known.sides[node.operand.place]
    unifier = known.unifier
    meaning = known.vocabulary.meanings.get(node.operand.place)
    if known.is_scalar(node.operand) and not isinstance(meaning, Symbol):
        raise Clash(node, "subscript_count", ())
    if len(node.subscripts) == 1:
        if not unifier.unify(columns, ONE) and not unifier.unify(rows, ONE):
            raise Clash(node, "subscript_count", ())
        whole = rows if unifier.is_one(columns) else columns
        size = _extent(known, node, node.subscripts[0], whole)
        return (size, ONE) if unifier.is_one(columns) else (ONE, size)
    if len(node.subscripts) != 2:
        raise Clash(node, "subscript_count", ())
    first, second = node.subscripts
    return _extent(known, node, first, rows), _extent(known, node, second, columns)


def _extent(known: Inferred, node: Selection, subscript: Subscript, whole: Dimension) -> Dimension:
    """How many rows or columns a subscript keeps."""
    if subscript.single is not None:
        return ONE
    if subscript.lower is None and subscript.upper is None:
        return whole
    if subscript.lower is None or subscript.upper is None:
        raise Clash(node, "open_range", (subscript.lower, subscript.upper))
    lower = known.vocabulary.sizes[subscript.lower.place]
    upper = known.vocabulary.sizes[subscript.upper.place]
    size = upper - lower + 1
    if (size * -1).is_at_least(0):
        raise Clash(node, "empty_range", (subscript.lower, subscript.upper))
    return size


def member(known: Inferred, node: Name, whole: Sides) -> Sides:
    """The sides of x_i, an entry of a vector or a row of a matrix as a column, and of A_ij."""
    known.arrays[node.place] = whole
    meaning = known.vocabulary.meanings[node.place]
    if isinstance(meaning, Symbol) and (sizes := sizes_of(meaning.structure, "family")):
        return sizes[0], sizes[1]
    if node.word in known.matrices:
        return known.matrices[node.word]
    rows, columns = map(known.unifier.is_one, whole)
    if (rows and columns) or (len(node.indices) == 2 and (rows or columns)):
        raise Clash(node, "told", (f"`{node.word}` has no entries with these indices",))
    if len(node.indices) == 2 or rows or columns:
        return _SCALAR
    if not isinstance(meaning, Undeclared) and node.word[0].isupper():
        row, column = f"`{node.word}[{node.indices[0]},:]'`", f"`{node.word}[:,{node.indices[0]}]`"
        message = f"an index of the matrix {node.word} may be that of a row or of a column"
        raise Clash(node, "told", (message, f"write {row} or {column}"))
    return whole[1], ONE


def is_undeclared_entry(known: Inferred, node: Syntax) -> bool:
    """Whether x_i, or a sum or product in which it stands, was taken for a number."""
    inside = known.source.arena[node.first : node.place + 1]
    return known.is_scalar(node) and any(
        isinstance(name, Name)
        and len(name.indices) == 1
        and isinstance(known.vocabulary.meanings[name.place], Undeclared)
        for name in inside
    )


def require_array(known: Inferred, node: Syntax) -> None:
    """A number x_i where an array is expected, as in `norm2(x_i - m)`, is rather a vector."""
    if is_undeclared_entry(known, node):
        text = known.source.text[slice(*node.span)]
        raise Clash(node, "told", (f"`{text}` is a number, and a vector is expected",))


# ---------------------------------------------------------------- ranges


def range_of(known: Inferred, node: Repeated) -> Dimension:
    """The range of a sum that names none: that of all entries at its index."""
    inside = known.source.arena[node.first : node.place]
    taken = [size for size, index, _ in _positions(known, inside) if index == node.index]
    if not taken:
        hint = f"write `{node.word}({node.index} in 1..n, ...)`"
        raise Clash(node, "told", (f"nothing tells the range of {node.index}", hint))
    for size in taken[1:]:
        if not known.unifier.unify(taken[0], size):
            hint = f"write `{node.word}({node.index} in 1..n, ...)`"
            raise Clash(node, "told", (f"the entries at {node.index} have several ranges", hint))
    return taken[0]


def take_ranges(known: Inferred) -> None:
    """An array of which nothing else tells the length is as long as the range of its index.

    That is where all positions in it are indices alone, of sums that end alike.
    """
    ends: dict[Dimension, set[Dimension | None]] = {}
    for size, index, place in _positions(known, known.source.arena):
        size = known.unifier.resolve(size)
        if known.unifier.is_unknown(size):
            ends.setdefault(size, set()).add(_end(known, index, place))
    for size, found in ends.items():
        end = found.pop() if len(found) == 1 else None
        if end is not None:
            known.unifier.unify(size, end)


def _end(known: Inferred, index: str | Syntax, place: int) -> Dimension | None:
    """Where the sum around a place ends that runs over an index."""
    arena = known.source.arena
    found = _around(arena, index, place)
    return None if found is None else fixed_end(found, arena, known.source.text)


def _around(arena: Sequence[Syntax], index: str | Syntax, place: int) -> Repeated | None:
    """The sum around a place that runs over an index."""
    around = (
        node
        for node in arena[place:]
        if isinstance(node, Repeated) and node.first <= place and node.index == index
    )
    return next(around, None)


def require_inside(known: Inferred) -> None:
    """The first and the last position that a sum takes are ones of the array."""
    first = known.source.dialect.first
    for size, index, place in _positions(known, known.source.arena):
        for position in _reached(known, index, place):
            if (position * -1 + first).is_at_least(1):
                hint = f"positions count from {first}"
            elif (position - first + 1 - known.unifier.resolve(size)).is_at_least(1):
                hint = f"the last position is {known.unifier.resolve(size)}"
            else:
                continue
            raise ShapeError(
                f"a position that the sum reaches, {position}, is outside of the array", hint=hint
            ).at(known.source.text, known.source.arena[place].span)


def _reached(known: Inferred, index: str | Syntax, place: int) -> list[Dimension]:
    """The positions that are taken at the ends of a sum, as far as they are told."""
    arena, text = known.source.arena, known.source.text
    inside = [] if isinstance(index, str) else arena[index.first : index.place + 1]
    bound = {one.word for one in inside if isinstance(one, Name) and one.bound}
    word = index if isinstance(index, str) else next(iter(bound), "")
    found = _around(arena, word, place)
    if found is None or len(bound) > 1 or not all(isinstance(one, _COUNTED) for one in inside):
        return []
    position = dimension(word) if isinstance(index, str) else size_of(index, arena, text, True)
    reached = [position.substitute({word: end}) for end in fixed_ends(found, arena, text)]
    return [one for one in reached if not any(_may_be_zero(known, name) for name in one.names)]


def _may_be_zero(known: Inferred, name: str) -> bool:
    """Whether a name is an integer of any sign, as no size and no index is."""
    declared = known.source.declared.get(name)
    words = declared.structure if declared is not None else frozenset[str]()
    return "integer" in words and words.isdisjoint(("dimension", "index"))


def _positions(
    known: Inferred, nodes: Sequence[Syntax]
) -> Iterator[tuple[Dimension, str | Syntax, int]]:
    """The size of every axis at which one position is taken, with the position and its place."""
    for node, axis, count, index in indexed_axes(nodes):
        sides = known.arrays.get(node.place, known.sides[node.place])
        axis = int(known.unifier.is_one(sides[0])) if count == 1 else axis
        yield sides[axis], index, node.place
