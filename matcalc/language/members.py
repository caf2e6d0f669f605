"""What x_i stands for under a sum over i: an entry of a vector x, or one of a family.

A family x_1, ..., x_n of vectors of length p is an array of n rows: x_i is its row i as a column.
One of m x p matrices is an array of n rows of m*p entries, those of each matrix row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import valued
from matcalc.language.binding import parted
from matcalc.language.kinds import kind_text, thin_words
from matcalc.language.sizes import size_of
from matcalc.language.syntax import Name, Repeated, Selection, Syntax


def with_families(
    declared: Mapping[str, Symbol], arena: Sequence[Syntax], text: str
) -> dict[str, Symbol]:
    """The declared variables, x_i: vector(p) as the n x p array x of which x_i are the rows."""
    found = dict(declared)
    members = {node.word: node for node in arena if isinstance(node, Name) and node.indices}
    for name, symbol in declared.items():
        stem, indices = parted(name)
        member = members.get(stem)
        if member is None or len(indices) != len(member.indices):
            continue
        if stem in found:
            raise SyntaxProblem(
                f"`{name}` is one of a family `{stem}`, which is declared on its own too",
                hint=f"call one of them otherwise, or declare `{stem}` alone",
            ).at(text, member.span)
        del found[name]
        found[stem] = _family(symbol, member, arena, text)
    return found


def _family(one: Symbol, member: Name, arena: Sequence[Syntax], text: str) -> Symbol:
    """All members of a family, each as declared."""
    counts = [_count(member, axis, arena, text) for axis in range(len(member.indices))]
    shape, structure = one.shape, one.structure
    sizes = [*counts, *(size for size in (shape.rows, shape.columns) if size != ONE)]
    named = all(size.name or size.integer for size in sizes[1:])
    if len(sizes) > 3 - (not named) or thin_words(structure) | structure & {"invertible"}:
        kind = kind_text(shape, structure)
        raise SyntaxProblem(
            f"`{one.name}` is declared {kind}, and no families of these are known",
            hint=f"declare `{one.name}` as `scalar`, `vector(p)` or `matrix(m,p)`",
        ).at(text, member.span)
    if len(sizes) == 3:
        structure |= {valued("family", *map(str, sizes[1:]))}
        return Symbol(member.word, Shape(sizes[0], sizes[1] * sizes[2]), structure)
    return Symbol(member.word, Shape(*sizes, *[ONE] * (2 - len(sizes))), structure)


def _count(member: Name, axis: int, arena: Sequence[Syntax], text: str) -> Dimension:
    """How many members there are along an axis: as the sums say that run over them."""
    uses = (node for node in arena if isinstance(node, Name) and node.word == member.word)
    indices = {use.indices[axis] for use in uses if len(use.indices) > axis}
    sums = (node for node in arena if isinstance(node, Repeated) and node.index in indices)
    counts = {size for one in sums if (size := fixed_end(one, arena, text)) is not None}
    if len(counts) != 1:
        raise SyntaxProblem(
            f"nothing tells how many `{text[slice(*member.span)]}` there are",
            hint="write the range: `sum(i in 1..n, ...)`",
        ).at(text, member.span)
    return counts.pop()


def fixed_end(node: Repeated, arena: Sequence[Syntax], text: str) -> Dimension | None:
    """The upper bound of a sum, where no index of another one stands in it."""
    return None if node.upper is None else _fixed(node.upper, arena, text)


def fixed_ends(node: Repeated, arena: Sequence[Syntax], text: str) -> list[Dimension]:
    """The bounds of a sum in which no index of another one stands."""
    bounds = (one for one in (node.lower, node.upper) if one is not None)
    return [end for one in bounds if (end := _fixed(one, arena, text)) is not None]


def _fixed(bound: Syntax, arena: Sequence[Syntax], text: str) -> Dimension | None:
    inside = arena[bound.first : bound.place + 1]
    if any(isinstance(name, Name) and name.bound for name in inside):
        return None
    return size_of(bound, arena, text)


def indexed_axes(arena: Sequence[Syntax]) -> Iterator[tuple[Syntax, int, int, Syntax | str]]:
    """Every position at which an array is taken: the array's node, its axis, how many axes are
    given, and the index alone as a word, else the node that it is.
    """
    for node in arena:
        match node:
            case Name(indices=indices):
                for axis, index in enumerate(indices):
                    yield node, axis, len(indices), index
            case Selection(operand=operand, subscripts=subscripts):
                for axis, subscript in enumerate(subscripts):
                    one = subscript.single
                    if isinstance(one, Name) and one.bound:
                        yield operand, axis, len(subscripts), one.word
                    elif one is not None:
                        yield operand, axis, len(subscripts), one
            case _:
                pass
