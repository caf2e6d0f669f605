"""The identities of the book by what stands at the head of their left sides.

Two kinds are derived from those that are written: `NAME, transposed` is the transpose of an
identity between products or sums, `NAME, of scalars` an entrywise identity of 1 x 1 matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from matcalc.expressions.constructors import scale, split_coefficient, symbol, transpose
from matcalc.expressions.dimensions import ONE, SCALAR
from matcalc.expressions.nodes import Apply, Node, Product, Sum, ordered
from matcalc.expressions.operations import Transpose
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.records import Rule
from matcalc.rulebook.weight import decreases
from matcalc.simplify.matching import Bindings, match


@kept_for_an_edition(256)
def identities_by_head(operations: frozenset[str], word: str) -> Mapping[str, Sequence[Rule]]:
    """The identities of a clause word that expressions with these operations may need."""
    heads: dict[str, list[Rule]] = {}
    for rule in book.identities_among(operations, word):
        for one in (rule, *derived(rule)):
            heads.setdefault(head_of(one.left), []).append(one)
    return heads


def head_of(node: Node) -> str:
    """The operation, `*` for a product and `+` for a sum."""
    match node:
        case Apply(operation=name):
            return name
        case Sum():
            return "+"
        case _:
            return "*"


@kept_for_an_edition(1024)
def derived(rule: Rule) -> tuple[Rule, ...]:
    """What follows from a written identity where it says more and makes an expression lighter."""
    lighter = (one for one in _consequences(rule) if decreases(one.left, one.right))
    return tuple(one for one in lighter if not match(rule.left, one.left, Bindings()))


def _consequences(rule: Rule) -> Iterator[Rule]:
    value, left = split_coefficient(_mirrored(rule.left))
    right = scale(1 / value, transpose(rule.right))
    if left is not rule.left and not isinstance(left, Transpose):
        # f(X)' needs no identity of its own: f(X) is rewritten within it
        over_complex = rule.over_complex and not _is_about_symmetric(rule)
        name = f"{rule.name}, transposed"
        yield replace(rule, name=name, left=left, right=right, over_complex=over_complex)
    shape = rule.left.shape
    is_chain = isinstance(rule.left, Product) and len(rule.left.factors) > 1
    is_entrywise = not is_chain and all(s.shape == shape for s in rule.symbols.values())
    if _is_any_size(rule) and is_entrywise:
        yield _of_scalars(rule)


def _mirrored(node: Node) -> Node:
    """The transpose; a scalar chain, of which the names choose the direction, from the right."""
    if isinstance(node, Product) and node.shape.is_scalar and len(node.factors) > 1:
        turned = tuple(transpose(factor) for factor in reversed(node.factors))
        if not any(isinstance(factor, Product) for factor in turned):
            return Product(node.coefficient, node.scalars, turned)
    return transpose(node)


def _is_about_symmetric(rule: Rule) -> bool:
    """Whether a part is its own transpose over the real numbers, and its conjugate beyond."""
    parts = ordered(rule.left, rule.right)
    return any("symmetric" in part.structure and not part.shape.is_scalar for part in parts)


def _is_any_size(rule: Rule) -> bool:
    rows, columns = rule.left.shape.rows.name, rule.left.shape.columns.name
    return rows is not None and columns is not None and rows != columns


def _of_scalars(rule: Rule) -> Rule:
    sizes = dict.fromkeys(rule.left.shape.names, ONE)
    symbols = {name: symbol(name, SCALAR, *s.structure) for name, s in rule.symbols.items()}
    values: dict[Node, Node] = {s: symbols[name] for name, s in rule.symbols.items()}
    left, right = (instantiate(side, values, sizes, book.apply) for side in (rule.left, rule.right))
    return replace(rule, name=f"{rule.name}, of scalars", left=left, right=right, symbols=symbols)
