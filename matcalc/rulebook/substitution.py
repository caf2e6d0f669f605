"""Substitution, and what is done at every node of an expression from the leaves up."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from matcalc.expressions.binders import down_to
from matcalc.expressions.nodes import Node, children
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate, rebuild


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
    root: Node, change: Callable[[Node, Node], Node], leaves: Container[Node] = ()
) -> Node:
    """`root` with every node changed once its children are, those of `leaves` not at all.

    `change` is given the node as it was and as its changed children make it.
    """
    done: dict[Node, Node] = {}
    for node in down_to(root, leaves):
        same = node in leaves or all(done[child] is child for child in children(node))
        again = node if same else rebuild(node, done, NO_DIMENSIONS, book.apply)
        done[node] = node if node in leaves else change(node, again)
    return done[root]
