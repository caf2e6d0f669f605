"""The equations that the book states of the operations in an expression: of inv(M), M*inv(M) = I.

An identity speaks of an application as soon as a part of its left side is matched by it and says
what all variables stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from matcalc.expressions.constructors import minus
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered, symbols_of
from matcalc.expressions.operations import Transpose
from matcalc.proofs.domains import is_defined_with
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.laws import Law
from matcalc.rulebook.records import Rule
from matcalc.simplify.identities import derived
from matcalc.simplify.matching import Bindings, match

_ROUNDS = 2  # what an equation brings in has equations of its own


@dataclass(frozen=True, slots=True)
class Relation:
    """An equation that holds, by a rule of the book or by what is given."""

    left: Node
    right: Node
    by: Rule | Law

    @property
    def bracket(self) -> Node:
        """left - right, which is 0."""
        return minus(self.left, self.right)


def relations_of(*roots: Node) -> list[Relation]:
    """What the book states of the operations that stand in the expressions, each once.

    An equation whose left side has operations that stand nowhere says nothing yet.
    """
    known = dict.fromkeys(ordered(*roots))
    asked: set[Node] = set()
    found: dict[tuple[Node, Node], Relation] = {}
    for _ in range(_ROUNDS):
        nodes = [node for node in known if node not in asked and isinstance(node, Apply)]
        asked = set(known)
        for one in chain.from_iterable(map(_about, nodes)):
            sides = one.left, one.right
            is_new = sides not in found and all(atom in asked for atom in _atoms(one.left))
            if is_new and is_defined_with(sides, roots):
                found[sides] = one
        known |= dict.fromkeys(ordered(*(one.right for one in found.values())))
    return list(found.values())


def _atoms(root: Node) -> Iterator[Node]:
    """What is more than a variable or its transpose to the arithmetic of words."""
    for node in ordered(root):
        is_variable = isinstance(node, Transpose) and isinstance(node.inner, Symbol)
        if isinstance(node, Apply) and not is_variable:
            yield node


def _about(node: Apply) -> Iterator[Relation]:
    """The instances of identities that the application settles."""
    for rule, part in _speaking_of(node.operation):
        found = Bindings()
        if not match(part, node, found) or not _holds(rule, found):
            continue
        try:
            sides = [_instance(rule, side, found) for side in (rule.left, rule.right)]
        except MatcalcError:
            continue
        if sides[0] is not sides[1]:
            yield Relation(sides[0], sides[1], rule)


def _holds(rule: Rule, found: Bindings) -> bool:
    return rule.over_complex or not any(value.is_complex for value in found.values.values())


def _instance(rule: Rule, side: Node, found: Bindings) -> Node:
    return instantiate(side, found.values, found.dimensions, book.apply)


@kept_for_an_edition(512)
def _speaking_of(operation: str) -> Sequence[tuple[Rule, Node]]:
    """The identities of an entry, and the part of their left sides that settles each."""
    if not book.has(operation):
        return ()
    written = book.rules(operation, "identity")
    rules = [*written, *(rule for one in written for rule in derived(one))]
    pairs = ((rule, _settling(rule, operation)) for rule in rules)
    return [(rule, part) for rule, part in pairs if part is not None and part is not rule.left]


def _settling(rule: Rule, operation: str) -> Node | None:
    """The part of the left side that the operation is at the top of, with all variables in it."""
    wanted = set(symbols_of(rule.left))
    parts = (n for n in ordered(rule.left) if isinstance(n, Apply) and n.operation == operation)
    return next((part for part in parts if wanted <= set(symbols_of(part))), None)
