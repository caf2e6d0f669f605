"""Rewriting by the identities of the book, children first, until nothing changes.

Every identity decreases a weight (checked when it is read), so this ends; where it takes too long
it is stopped, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple
from warnings import warn

from matcalc.expressions.constructors import add, hadamard, index_sum, multiply, trace
from matcalc.expressions.errors import SimplificationStopped
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol, children, visible
from matcalc.expressions.operations import Hadamard, IndexSum, Trace, Transpose
from matcalc.expressions.valued_words import without_values
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.laws import CONSTANT_TERMS, Law, Record, Rewritten
from matcalc.rulebook.records import Rule
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import sweep
from matcalc.simplify.identities import head_of, identities_by_head
from matcalc.simplify.matching import (
    SYNTACTIC,
    Bindings,
    match,
    replace_in_sum,
    take_entries,
)
from matcalc.simplify.places import join, replace_in_product

_MOST_TURNED = 12  # factors of a product that is begun at each of them
_ROUNDS = 200  # kron(kron(...)) comes apart by one factor in a round, products by halves


def simplify(expression: Node, record: Record | None = None) -> Node:
    """The expression with the identities of the book used wherever they apply.

    Each sweep over it is told to `record`. Warns with SimplificationStopped where it is not done.

    >>> from matcalc import parse
    >>> print(simplify(parse("inv(X)*X*y")))
    y
    """
    found = _simplest(expression) if record is None else _rewritten(expression, record)
    if not found.is_done:
        warn(SimplificationStopped(_ROUNDS), stacklevel=2)
    return found.node


class _Rewritten(NamedTuple):
    """What came of an expression, and whether nothing more applies."""

    node: Node
    is_done: bool


@kept_for_an_edition(512)  # parts of answers come again and again
def _simplest(expression: Node) -> _Rewritten:
    return _rewritten(expression, None)


def _rewritten(expression: Node, record: Record | None) -> _Rewritten:
    settled: set[Node] = set()
    for _ in range(_ROUNDS):
        simpler = _one_pass(expression, settled, record)
        if simpler is expression:
            return _Rewritten(expression, True)
        expression = simpler
    return _Rewritten(expression, False)


def written(root: Node, record: Record | None = None, typed: Set[Node] = frozenset()) -> Node:
    """The expression in the words that the book writes answers in.

    What an identity takes apart is put together again only where it is among what was `typed`.

    >>> from matcalc import parse
    >>> print(written(parse("proj_perp(X)*y", "X: matrix(m,n), y: vector(m)")))
    (eye(m) - proj(X))*y
    """
    plainer = identities_by_head(_operations_of(root), "written")

    def rewritten(_: Node, again: Node) -> Rewritten | None:
        found = rewrite_once(again, plainer)
        if found is None or not _puts_together(found.by):
            return found
        return found if typed & {*visible(found.node)} - {*visible(again)} else None

    return sweep(root, rewritten, record) if plainer else root


@kept_for_an_edition(64)
def _puts_together(rule: Rule | Law) -> bool:
    """Whether a rule undoes an identity by which factors came from one operation."""
    if not isinstance(rule, Rule) or not isinstance(rule.left, Product):
        return False
    return simplify(rule.right) is not rule.right


@lru_cache(maxsize=512)
def _operations_of(root: Node) -> frozenset[str]:
    return frozenset(n.operation for n in visible(root) if isinstance(n, Apply))


def _one_pass(root: Node, settled: set[Node], record: Record | None) -> Node:
    """Each node rewritten once. Those that stay as they are get `settled`: the identities that
    an operation brings along when it comes up are about what contains it, which is new.
    """
    identities = identities_by_head(_operations_of(root), "identity")

    def rewritten(node: Node, again: Node) -> Rewritten | None:
        found = rewrite_once(again, identities)
        if found is None and again is node:
            settled.add(node)
        return found

    return sweep(root, rewritten, record, frozenset(settled))


def rewrite_once(node: Node, identities: Mapping[str, Sequence[Rule]]) -> Rewritten | None:
    """The first identity that applies at the top of `node`, applied; None where there is none."""
    if isinstance(node, IndexSum) and (made := index_sum(*node.arguments)) is not node:
        return Rewritten(made, CONSTANT_TERMS)
    for rule, value in _applicable(node, identities):
        if value is not node:
            return Rewritten(value, rule)
    return None


def _applicable(
    node: Node, identities: Mapping[str, Sequence[Rule]]
) -> Iterator[tuple[Rule, Node]]:
    if not isinstance(node, Apply | Product | Sum):
        return
    if isinstance(node, Trace) and _candidates(node.inner, identities):
        turned = (found for chain in _turned(node) for found in _applicable(chain, identities))
        yield from ((rule, trace(value)) for rule, value in turned)
    for rule in _candidates(node, identities):
        place = _place(rule.left, node)
        if place is not None and _holds(rule, place[0]):
            yield rule, place[1](_right_side(rule, place[0]))


def _candidates(node: Node, identities: Mapping[str, Sequence[Rule]]) -> list[Rule]:
    """The identities of which a quick look at the parts of a node rules nothing out."""
    inside = _offered(node)
    return [rule for rule in identities.get(head_of(node), ()) if _needed(rule.left) <= inside]


def _turned(node: Trace) -> Iterator[Product]:
    """The products under a trace that begin with another factor: tr(A*B) = tr(B*A).

    Of a long one that which begins in the middle: what stands across the end is whole there.
    """
    if isinstance(node.inner, Product):
        factors = node.inner.factors
        is_long = len(factors) > _MOST_TURNED
        for start in (len(factors) // 2,) if is_long else range(1, len(factors)):
            turned = multiply(*factors[start:], *factors[:start])
            if isinstance(turned, Product):
                yield turned


def _place(pattern: Node, node: Node) -> tuple[Bindings, Callable[[Node], Node]] | None:
    """Where a pattern stands in a node of its head: its variables, and the node of what is there
    instead.
    """
    match pattern, node:
        case Sum(), Sum():
            terms = replace_in_sum(pattern, node, Bindings())
            return terms and (terms[0], lambda right: add([*terms[1], (terms[2], right)]))
        case Hadamard(), Hadamard():
            entries = take_entries(pattern, node)
            return entries and (entries[0], lambda right: hadamard(right, *entries[1]))
        case Product(), Product():
            parts = replace_in_product(pattern, node)
            return parts and (parts[0], lambda right: join(parts[1], parts[2], right))
    found = Bindings()
    return (found, lambda right: right) if match(pattern, node, found) else None


def _holds(rule: Rule, found: Bindings) -> bool:
    """Over the complex numbers an entry has to say that its identities hold there."""
    return rule.over_complex or not any(value.is_complex for value in found.values.values())


@lru_cache(maxsize=4096)
def _offered(node: Node) -> set[str]:
    """The operations at the top of the parts, and what is known of the factors."""
    factors = node.factors if isinstance(node, Product) else ()
    return set(map(_head, children(node))).union(*map(structure_of, factors))


@lru_cache(maxsize=4096)
def _needed(pattern: Node) -> set[str]:
    """What the parts of a node have to offer, or the pattern cannot match."""
    heads = {head for part in children(pattern) if (head := _head(part))}
    if heads or not isinstance(pattern, Product):
        return heads  # a variable may stand for several of the parts
    known = (part.structure for part in pattern.factors if isinstance(part, Symbol))
    return set().union(*map(without_values, known)) - SYNTACTIC


def _head(part: Node) -> str:
    """`inv` for inv(X), `inv'` for its transpose, nothing for variables and what may be one."""
    match part:
        case Transpose(Apply(operation=name)):
            return f"{name}'"
        case Transpose():
            return ""
        case Apply(operation=name):
            return name
        case Sum() if not part.shape.is_scalar:  # else it may be a dimension
            return "+"
        case _:
            return ""


def _right_side(rule: Rule, found: Bindings) -> Node:
    return instantiate(rule.right, found.values, found.dimensions, book.apply)
