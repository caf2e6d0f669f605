"""An expression in the order in which a person wrote it.

Sums, products of scalars and entrywise products commute: equal ones are one object, whose order is
of its structure alone. What is printed stands in the person's order instead: parts as they were
typed, and what else commutes by the places of its names. The result is for printing: it is not in
normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from matcalc.expressions.nodes import (
    Apply,
    Named,
    Node,
    Product,
    Sum,
    Symbol,
    children,
    depth_first,
    inside,
)
from matcalc.expressions.operations import Hadamard
from matcalc.expressions.orientation import upright

_LAST = 1 << 30


@dataclass(frozen=True)
class Arrangement:
    """The names of a text in the order in which they are met, and its parts as they were typed."""

    names: Mapping[str, int]
    typed: dict[Node, Node] = field(default_factory=dict)

    def note(self, node: Node, typed: Node) -> None:
        """The first way in which a part was typed is its way."""
        if children(node):
            self.typed[typed] = self.typed.setdefault(node, typed)

    def __call__(self, root: Node) -> Node:
        """The expression in the order of the text."""
        return self.in_order(upright(self._put(root, lambda node: node)))

    def in_order(self, root: Node) -> Node:
        """The same, transposed sums as they are."""
        return self._put(root, self._ordered)

    def _put(self, root: Node, order: Callable[[Node], Node]) -> Node:
        """Parts as they were typed, all others in an order."""
        done: dict[Node, Node] = {}
        for node in depth_first([root], lambda n: () if n in self.typed else children(n)):
            done[node] = self.typed.get(node) or _with_parts(order(node), done)
        return done[root]

    def _ordered(self, node: Node) -> Node:
        match node:
            case Sum(terms=terms):
                return Sum(tuple(sorted(terms, key=lambda t: (t[0] < 0, self._place(t[1])))))
            case Product(coefficient=coefficient, scalars=scalars, factors=factors):
                return Product(coefficient, tuple(sorted(scalars, key=self._weight)), factors)
            case Hadamard(arguments=arguments, shape=shape):
                return Hadamard.raw(*sorted(arguments, key=self._weight), shape=shape)
            case _:
                return node

    def _weight(self, node: Node) -> tuple[int, tuple[int, ...]]:
        """Simple factors first, as in 2*a*sin(x) and p.*(1 - p)."""
        degree = 1 if isinstance(node, Named) else node.rank[0]
        return degree, self._place(node)

    def _place(self, node: Node) -> tuple[int, ...]:
        """Where the names of a part are met in the text, from the left; without names last."""
        words = [n.name for n in depth_first([node], inside) if isinstance(n, Symbol | Named)]
        found = [self.names.get(word, self.names.get(word[1:], _LAST)) for word in words]
        return tuple(found) or (_LAST,)


def _with_parts(node: Node, parts: Mapping[Node, Node]) -> Node:
    """The node with other parts, as they stand."""
    match node:
        case Sum(terms=terms):
            return Sum(tuple((value, parts[term]) for value, term in terms))
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            front, chain = (tuple(parts[one] for one in some) for some in (scalars, factors))
            return Product(coefficient, front, chain)
        case Named(name=name, value=value):
            return Named(name, parts[value])
        case Apply(operation=name, arguments=arguments, shape=shape, structure=structure):
            return Apply(name, tuple(parts[one] for one in arguments), shape, structure)
        case _:
            return node


def in_order_of(words: Iterable[str]) -> Mapping[str, int]:
    """The place of each of the words among those before it."""
    return {word: place for place, word in enumerate(dict.fromkeys(words))}
