"""Other orders in which the identities of the book are used, and where two of them part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from unittest import mock

from matcalc.expressions.nodes import Apply, Node, visible
from matcalc.rulebook.laws import Law, Rewritten
from matcalc.rulebook.records import Rule
from matcalc.rulebook.substitution import map_bottom_up
from matcalc.simplify import rewriting
from matcalc.simplify.identities import identities_by_head
from matcalc.simplify.rewriting import rewrite_once, simplify
from tests.fuzz.variables import Random

_MOST_STEPS = 60
_MOST_NODES = 40  # of an expression whose first steps are all compared
Identities = Mapping[str, Sequence[Rule]]


def parts_first(root: Node, _: Random | None) -> Node:
    """Every part simplified by itself, then what holds it."""
    return map_bottom_up(root, lambda _, again: simplify(again))


def shuffled(root: Node, random: Random) -> Node:
    """The identities of each head in another order."""

    def by_head(operations: frozenset[str], word: str) -> Identities:
        known = identities_by_head(operations, word)
        return {head: _shuffled(rules, random) for head, rules in known.items()}

    with mock.patch("matcalc.simplify.rewriting.identities_by_head", by_head):
        return rewriting._rewritten(root, None).node


def _shuffled(rules: Sequence[Rule], random: Random) -> list[Rule]:
    return [rules[int(place)] for place in random.permutation(len(rules))]


def from_above(root: Node, _: Random | None) -> Node:
    """What holds a part before the part."""
    for _step in range(_MOST_STEPS):
        step = next(_steps(root, reversed(visible(root))), None)
        if step is None:
            return root
        root = step[1]
    return simplify(root)


def _steps(root: Node, nodes: Sequence[Node] | Iterator[Node]) -> Iterator[tuple[Rule | Law, Node]]:
    """What one identity makes of the whole, at one of the nodes."""
    identities = identities_by_head(operations_in(root), "identity")
    for node in nodes:
        for one in _alone(node, identities):
            yield one.by, _with(root, node, one.node)


def _alone(node: Node, identities: Identities) -> Iterator[Rewritten]:
    for head, rules in identities.items():
        for rule in rules:
            found = rewrite_once(node, {head: [rule]})
            if found is not None:
                yield found


def operations_in(root: Node) -> frozenset[str]:
    return frozenset(node.operation for node in visible(root) if isinstance(node, Apply))


def _with(root: Node, old: Node, new: Node) -> Node:
    return map_bottom_up(root, lambda node, again: new if node is old else again)


SCHEDULES: Mapping[str, Callable[[Node, Random], Node]] = {
    "parts first": parts_first,
    "identities shuffled": shuffled,
    "from above": from_above,
}


def parting(root: Node) -> str:
    """Two identities that lead one expression to two forms; "" where no first steps do."""
    for _ in range(_MOST_STEPS):
        nodes = visible(root)
        steps = list(_steps(root, nodes)) if len(nodes) <= _MOST_NODES else []
        forms = {simplify(found): rule for rule, found in steps}
        if len(forms) > 1:
            (first, one), (second, other), *_ = forms.items()
            return f"{root}\n    by {one.name}: {first}\n    by {other.name}: {second}"
        ways = (parts_first, from_above)
        parted = (f for _, f in steps if any(way(f, None) is not simplify(f) for way in ways))
        further = next(parted, None)
        if further is None:
            return ""
        root = further
    return ""
