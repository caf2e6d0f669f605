"""What was typed and is no part of what it was built into: sqrt(x) of sqrt(x)^2, 1/x of x/x.

The whole has a value only where these have one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from matcalc.expressions.binders import REPEATED, free_symbols, over_index
from matcalc.expressions.nodes import Apply, Node, ordered
from matcalc.language.elaboration import Elaboration
from matcalc.language.functions import DefinedFunction, lift
from matcalc.language.syntax import Call, Name, Repeated, Syntax
from matcalc.language.taking import index_symbol
from matcalc.language.vocabulary import Defined

Made = dict[int, list[Node]]


def vanished(built: Elaboration, *roots: Syntax) -> tuple[Node, ...]:
    """The applications on the way to the nodes of the roots that are in none of them, each once."""
    whole = set(ordered(*(built.nodes[root.place] for root in roots)))
    if whole.issuperset(_applications(chain(built.nodes, *built.inverted.values()))):
        return ()
    made: Made = {}
    for node in built.source.arena[: max(root.place for root in roots) + 1]:
        made[node.place] = list(_applications(_made(built, node, made)))
    found = (part for root in roots for part in _within(made, root.first, root.place))
    return tuple(part for part in dict.fromkeys(found) if part not in whole)


def _applications(nodes: Iterable[Node]) -> Iterator[Node]:
    return (node for node in nodes if isinstance(node, Apply))


def _within(made: Made, first: int, place: int) -> list[Node]:
    """What was made in a subtree, each once: a definition may be used by many."""
    return [*dict.fromkeys(part for at in range(first, place + 1) for part in made[at])]


def _made(built: Elaboration, node: Syntax, made: Made) -> Iterator[Node]:
    """What was made for a node itself, of a definition or a function all that it stands for."""
    yield built.nodes[node.place]
    yield from built.inverted.get(node.place, ())
    match node:
        case Name():
            meaning = built.meanings[node.place]
            if isinstance(meaning, Defined):
                yield from _within(made, built.source.arena[meaning.place].first, meaning.place)
        case Call():
            own = built.inference.vocabulary.applied.get(node.place)
            if isinstance(own, DefinedFunction):
                values = [built.nodes[one.place] for one in node.arguments]
                known = dict(zip(own.symbols(), values, strict=True))
                parts = _within(made, own.first, own.place)
                yield from (lift(part, known, built.source.book) for part in parts)
        case Repeated():
            yield from _repeated(built, node, made)


def _repeated(built: Elaboration, node: Repeated, made: Made) -> Iterator[Node]:
    """What was made under a sum over an index, for all values of the index."""
    index, bounds = index_symbol(node.index), built.bounds(node)
    for place in range(node.body.first, node.body.place + 1):
        for part in made[place]:
            if index in free_symbols(part):
                yield over_index(REPEATED[node.word], index, *bounds, part)
        made[place] = [part for part in made[place] if index not in free_symbols(part)]
