"""Substitution, and what is done at every node of an expression from the leaves up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from matcalc.expressions.nodes import Node, inside, visible
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate, rebuild
from matcalc.rulebook.laws import Record, Rewritten


def substitute(root: Node, values: Mapping[Node, Node]) -> Node:
    """`root` with expressions in place of others, all of them at once.

    The index of a sum catches nothing that comes in from outside.

    >>> from matcalc import symbols, parse
    >>> t, i = symbols("t: scalar, i: scalar")
    >>> print(substitute(parse("sum(i in 1..n, (t + x[i])^2)", "t: scalar, x: vector(n)"), {t: i}))
    sum(i1 in 1..n, (x[i1] + i)^2)
    """
    return instantiate(root, values, NO_DIMENSIONS, book.apply)


def map_bottom_up(
    root: Node, change: Callable[[Node, Node], Node], settled: Collection[Node] = ()
) -> Node:
    """`root` with every node changed once its children are, those that are `settled` not at all.

    What is inside a settled node is settled too. `change` is given the node as it was and as its
    changed children make it. A named part is one node: what it stands for is left alone.
    """
    done: dict[Node, Node] = {}
    changed = False
    for node in visible(root):
        if node in settled:
            done[node] = node
            continue
        again = node
        if changed and any(done[child] is not child for child in inside(node)):
            again = rebuild(node, done, NO_DIMENSIONS, book.apply)
        done[node] = again = change(node, again)
        changed = changed or again is not node
    return done[root]


def sweep(
    root: Node,
    change: Callable[[Node, Node], Rewritten | None],
    record: Record | None = None,
    settled: Collection[Node] = (),
) -> Node:
    """As `map_bottom_up`, where `change` says by what it rewrites a node, None where it does not.

    What was rewritten is told to `record`: nodes with their children rewritten already.
    """
    told: dict[Node, Rewritten] = {}

    def changed(node: Node, again: Node) -> Node:
        found = change(node, again)
        if found is None:
            return again
        told[again] = found
        return found.node

    result = map_bottom_up(root, changed, settled)
    if record is not None and told:
        record(root, result, told)
    return result
