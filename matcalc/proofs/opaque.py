"""Matrices and numbers that the index form does not look into: variables, inv(M), det(M), ...

Two are the same where their arguments are. Where f(X') is f(X)', one of both is taken for f.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from matcalc.expressions.constructors import transpose
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.expressions.operations import Transpose
from matcalc.proofs.networks import Factor, Head, Unresolved, digest, node_key, poly_key
from matcalc.proofs.reduction import canonical
from matcalc.proofs.shapes import Entries, numbered, plain_sizes, sizes_of, turned
from matcalc.rulebook import book
from matcalc.rulebook.records import Rule
from matcalc.rulebook.structure import structure_of

_ONE = Fraction(1)
_SIGNS = frozenset({"positive", "nonnegative"})
_SAME, _TURNED = "same", "turned"


def given(node: Node) -> Entries:
    """A variable, or what is taken for one."""
    words = structure_of(node)
    return _of_head(_head(node_key(node), node, "symmetric" in words))


def _head(key: str, node: Node, symmetric: bool) -> Head:
    return Head(key, "given", node, symmetric, bool(structure_of(node) & _SIGNS))


def _of_head(head: Head) -> Entries:
    shape: Shape = head.content.shape
    rows = numbered(plain_sizes(shape.rows))
    columns = numbered(plain_sizes(shape.columns), len(rows) + 1)
    factors = [Factor(head, rows + columns, _ONE)]
    return Entries(rows, columns, canonical([(_ONE, factors, [])]))


def opaque(node: Apply, known: Mapping[Node, Entries]) -> Entries:
    """An operation that is not looked into, at arguments in their index form."""
    if any(isinstance(n, Symbol) and "index" in n.structure for n in ordered(node)):
        raise Unresolved
    arguments = [known.get(one) for one in node.arguments]
    key = other = _key(node, arguments)
    way = _under_transposes(node.operation) if all(map(_may_be_turned, arguments)) else ""
    if way:
        other = _key(node, [one and turned(one) for one in arguments])
    symmetric = "symmetric" in structure_of(node) or (way == _TURNED and other == key)
    if way == _TURNED and other < key:
        return turned(_of_head(_head(other, transpose(node), symmetric)))
    return _of_head(_head(min(key, other), node, symmetric))


def _may_be_turned(entries: Entries | None) -> bool:
    """Whether it is a matrix, or a number, which is its own transpose."""
    return entries is None or bool(entries.rows) == bool(entries.columns)


def _key(node: Apply, arguments: Sequence[Entries | None]) -> str:
    parts = []
    for argument, entries in zip(node.arguments, arguments, strict=True):
        if entries is None:
            parts.append(node_key(argument))
        else:
            sizes = ",".join(map(str, sizes_of(entries.free)))
            parts.append(f"{poly_key(entries.terms)}|{len(entries.rows)}|{sizes}")
    return digest(f"{node.operation}({';'.join(parts)}):{node.shape if not parts else ''}")


@lru_cache(maxsize=256)
def _under_transposes(operation: str) -> str:
    """What the book says of an operation at transposes: its transpose, the same, or nothing."""
    if not book.has(operation):
        return ""
    for clause in book.operation(operation).texts("identity"):
        if "transpose" in clause.name and (way := _way(operation, book.identity(clause.name))):
            return way
    return ""


def _way(operation: str, rule: Rule) -> str:
    left, right = rule.left, rule.right
    if not isinstance(left, Apply) or left.operation != operation:
        return ""
    if not all(isinstance(one, Transpose) or one.shape.is_scalar for one in left.arguments):
        return ""
    plain = tuple(one.inner if isinstance(one, Transpose) else one for one in left.arguments)
    inside = right.inner if isinstance(right, Transpose) else right
    if not isinstance(inside, Apply) or (inside.operation, inside.arguments) != (operation, plain):
        return ""
    return _SAME if inside is right else _TURNED
