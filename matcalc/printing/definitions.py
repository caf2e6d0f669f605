"""An expression with what the names in it stand for: `2*A'*R with R = A*X - B`.

What an expression shares is written once: where it would be long written out, as `a2` in terms of
`a1` in terms of `a0` is, the parts that stand in it more than once get names, t1, t2, ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from matcalc.expressions.binders import bound_in, free_symbols, names_in, numbered
from matcalc.expressions.blocks import Blocks, leaves
from matcalc.expressions.constructors import add, minus, named, zero
from matcalc.expressions.constructors import is_zero as vanishes
from matcalc.expressions.nodes import Apply, Named, Node, Product, Sum, children, inside, ordered
from matcalc.expressions.operations import Solution
from matcalc.rulebook.substitution import map_bottom_up
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order

LONGEST = 1_000  # tokens that a reader takes in as one formula, with much good will
_WORTH_NAMING = 6
Term = tuple[Fraction, Node]


@dataclass(frozen=True)
class Marks:
    """How definitions follow a formula in a style: what stands before and between them, how words
    are written, and what is said of an adjoint solution.
    """

    before: str
    between: str
    words: str = "{}"
    adjoint: str = " (adjoint solution)"


TEXT = Marks(" with ", ", ", adjoint="")  # it is read back
PAGE = Marks("", ", ")
BOARD = Marks("    with ", ", ")
LATEX = Marks(r",\quad ", r",\; ", r"\text{{{}}}")
Write = Callable[[Node], str]


def complete(root: Node, write: Write, marks: Marks = TEXT, known: Collection[str] = ()) -> str:
    """The expression, and after it what the names in it stand for, but for those known."""
    (short,) = readable([root])
    return write(short) + definitions([short], write, marks, known)


def by_names(blocks: Blocks, write: Write, marks: Marks) -> str:
    """Each block on a line, and after all of them what the names in them stand for."""
    paths, nodes = zip(*leaves(blocks), strict=True)
    values = readable(nodes)
    pairs = zip(paths, values, strict=True)
    lines = [f"{', '.join(path)}: {write(value)}" for path, value in pairs]
    said = definitions(values, write, marks)
    return "\n".join([*lines, said.strip()] if said else lines)


def definitions(
    roots: Sequence[Node], write: Write, marks: Marks, known: Collection[str] = ()
) -> str:
    """What the names in expressions stand for, as it is said after them; "" without names."""
    told = [one for one in names_in_order(*roots) if one.name not in known]
    told.sort(key=_is_adjoint)  # what the answer has made comes after what the person has
    said = marks.between.join(given(one, write, marks) for one in told)
    return marks.before + said if said else ""


def given(part: Named, write: Write, marks: Marks) -> str:
    """What a name stands for: `R = A*X - B`, or `v solves A'*v = c`."""
    if not isinstance(part.value, Solution):
        return f"{write(part)} = {write(part.value)}"
    unknown, residual = children(part.value)
    terms = residual.terms if isinstance(residual, Sum) else ((Fraction(1), residual),)
    left = add(_left(unknown, terms))
    right = minus(left, residual)
    if left.shape != residual.shape:
        left, right = residual, zero(residual.shape)
    said = f"{write(unknown)}{marks.words.format(' solves ')}{write(left)} = "
    said += "0" if vanishes(right) else write(right)
    return said + (marks.words.format(marks.adjoint) if _is_adjoint(part) else "")


def _left(unknown: Node, terms: Sequence[Term]) -> list[Term]:
    """The side of the unknown, A*v = z - y; of a term -v on the other one, A*v*A' + q = v."""
    moved = [one for one in terms if unknown in ordered(one[1])]
    is_plain = any(value < 0 for value, _ in terms) and all(value > 0 for value, _ in moved)
    return moved if is_plain else [one for one in terms if one[0] > 0]


def _is_adjoint(part: Named) -> bool:
    return isinstance(part.value, Solution) and "adjoint" in part.value.variable.structure


def readable(roots: Sequence[Node]) -> list[Node]:
    """The expressions with a name of its own for every named part, and for what is repeated in
    them where they would be too long without.
    """
    roots = _distinct(roots)
    longest = max(size(part) for part in (*roots, *(one.value for one in names_in_order(*roots))))
    return roots if longest <= LONGEST else _with_shared(roots)


def _distinct(roots: Sequence[Node]) -> list[Node]:
    """No two parts under one name, and none under that of a variable."""
    parts = names_in_order(*roots)
    times = Counter(part.name for part in parts)
    taken = names_in(*roots).difference(map(_unknown, parts))
    if times.keys().isdisjoint(taken) and times.total() == len(times):
        return list(roots)
    new: dict[Node, Node] = {}
    for part in parts:
        name = numbered(part.name, taken)
        taken.add(name)
        new[part] = Named(name, map_bottom_up(part.value, lambda _, again: new.get(again, again)))
    return [map_bottom_up(root, lambda _, again: new.get(again, again)) for root in roots]


def _unknown(part: Named) -> str:
    """The name of the unknown for which a part is the solution of an equation."""
    return part.value.variable.name if isinstance(part.value, Solution) else ""


def _with_shared(roots: Sequence[Node]) -> list[Node]:
    """A name for every part of some length that stands in more than one place."""
    nodes = ordered(*roots)
    uses = Counter(child for node in nodes for child in inside(node))
    bound = set(bound_in(*roots))
    fresh = _fresh(roots)
    shared = {
        node: next(fresh)
        for node in nodes
        if uses[node] > 1 and isinstance(node, Sum | Product | Apply)
        if size(node) >= _WORTH_NAMING and not (bound and bound.intersection(free_symbols(node)))
    }
    made: dict[Node, Node] = {}

    def under_name(old: Node, again: Node) -> Node:
        again = made.get(again, again)
        return named(shared[old], again) if old in shared else again

    for part in names_in_order(*roots):
        made[part] = Named(part.name, map_bottom_up(part.value, under_name))
    return [map_bottom_up(root, under_name) for root in roots]


def _fresh(roots: Sequence[Node]) -> Iterator[str]:
    taken = names_in(*roots) | {part.name for part in names_in_order(*roots)}
    return (name for k in count(1) if (name := f"t{k}") not in taken)
