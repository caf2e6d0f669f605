"""Why two forms are one value, where no pass tells: the line that closes a derivation."""

from __future__ import annotations

from matcalc.derivation.steps import Reason
from matcalc.expressions.nodes import Named, Node
from matcalc.expressions.operations import Inner
from matcalc.rulebook.laws import DISTRIBUTIVE, SAME_VALUE, definition
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order, opened

_LARGEST_EXPANDED = 2000


def is_multiplied_out(left: Node, right: Node) -> bool:
    """Whether only brackets are different, where that is not too long to tell."""
    short = max(size(left), size(right)) <= _LARGEST_EXPANDED
    return short and expand(left) is expand(right)


def between(before: Node, after: Node) -> list[Reason]:
    """Why two forms are one value: names written out, sums multiplied out, names put in."""
    if isinstance(before, Inner) and isinstance(after, Inner):
        before, after = before.left, after.left
    if is_multiplied_out(before, after):
        return [Reason(DISTRIBUTIVE, before, after)]
    common = set(names_in_order(before)) & set(names_in_order(after))
    out, back = _written_out(before, common), _written_out(after, common)
    plain, wanted = opened(before, closed=common), opened(after, closed=common)
    law = DISTRIBUTIVE if is_multiplied_out(plain, wanted) else SAME_VALUE
    middle = [] if plain is wanted else [Reason(law, plain, wanted)]
    return [*out, *middle, *(Reason(one.law, one.after, one.before) for one in reversed(back))]


def _written_out(node: Node, closed: set[Named]) -> list[Reason]:
    """The names in a node written out, one after the other, the outermost first."""
    found: list[Reason] = []
    for name in reversed(names_in_order(node)):
        if name not in closed:
            others = [one for one in names_in_order(node) if one is not name]
            plain = opened(node, closed=others)
            found.append(Reason(definition(name), node, plain))
            node = plain
    return found
