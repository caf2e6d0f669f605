"""The methods of proof in their order, from cheap to dear; the first that succeeds is told."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.nodes import Node
from matcalc.proofs.by_entries import by_entries
from matcalc.proofs.completion import by_completion
from matcalc.proofs.normal_forms import by_common_denominator, by_expansion, by_normal_forms
from matcalc.proofs.proof import Method, Proof
from matcalc.proofs.scalars import by_scalars
from matcalc.simplify.forms import is_longer_behind
from matcalc.simplify.naming import opened
from matcalc.simplify.present import LARGEST_OPENED

AT_ONCE: Sequence[Method] = (by_normal_forms, by_expansion, by_common_denominator)
# Bounded, and worth it where values do not tell them apart.
BY_SEARCH: Sequence[Method] = (by_completion, by_entries)
# Where the values agree throughout: SymPy takes half a second to load.
AT_LAST: Sequence[Method] = (by_scalars,)


def proof_of(left: Node, right: Node, methods: Sequence[Method] = AT_ONCE) -> Proof | None:
    """Why the two are equal, or nothing; names that either gives its parts are seen through."""
    left, right = map(_without_names, (left, right))
    return next(filter(None, (method(left, right) for method in methods)), None)


def _without_names(node: Node) -> Node:
    return node if is_longer_behind(node, LARGEST_OPENED) else opened(node)
