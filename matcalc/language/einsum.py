"""`einsum('ij,jk,k->i', A, B, x)` of arrays with one or two axes, as products of matrices.

Every index is a vertex, every operand a vertex or an edge between two. An index over which is
summed is taken out where it has at most two neighbours, and its operands become one: A*diag(v)*B.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matcalc.expressions.build import Operations
from matcalc.expressions.constructors import UNIT, hadamard, multiply, transpose
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Node
from matcalc.language.array_values import NUMBER, Array, Value, column
from matcalc.language.syntax import Syntax
from matcalc.language.unification import Unifier


class EinsumRefused(Exception):
    """Why a text of subscripts cannot be written with matrices."""


class _Factor(NamedTuple):
    """An operand and its one or two different indices: rows, columns."""

    indices: str
    node: Node

    def along(self, first: str) -> Node:
        """The operand with this index along its rows."""
        return self.node if self.indices[0] == first else transpose(self.node)


@dataclass(frozen=True)
class Einsum:
    """The indices of every operand and of the value, and those summed over in a fitting order."""

    operands: Sequence[Syntax]
    terms: Sequence[str]
    result: str
    order: Sequence[str]

    def shape(self, unifier: Unifier, arrays: Sequence[Array]) -> Array | None:
        sizes: dict[str, Dimension] = {}
        for term, array in zip(self.terms, arrays, strict=True):
            if len(term) != array.axes:
                return None
            for index, size in zip(term, array.sides, strict=False):
                if not unifier.unify(sizes.setdefault(index, size), size):
                    return None
        match [sizes[index] for index in self.result]:
            case []:
                return NUMBER
            case [size]:
                return column(size)
            case [rows, columns]:
                return Array((rows, columns), 2)
            case _:
                return None

    def value(self, book: Operations, values: Sequence[Value]) -> Node:
        network = _Network(book)
        for term, value in zip(self.terms, values, strict=True):
            network.add(term, value.node)
        for index in self.order:
            network.sum_over(index)
        return network.finish(self.result)


class _Network:
    """The operands, those that have the same indices as one."""

    def __init__(self, book: Operations) -> None:
        self._book = book
        self._scalar: Node = UNIT
        self._factors: dict[frozenset[str], _Factor] = {}

    def add(self, indices: str, node: Node) -> None:
        """Multiply by an operand, of which `ii` are the entries on the diagonal."""
        if not indices:
            self._scalar = multiply(self._scalar, node)
            return
        if len(indices) == 2 and indices[0] == indices[1]:
            indices, node = indices[0], self._book.apply("diag_of", [node])
        other = self._factors.get(frozenset(indices))
        if other is not None:
            node = hadamard(other.along(indices[0]), node)
        self._factors[frozenset(indices)] = _Factor(indices, node)

    def sum_over(self, index: str) -> None:
        vector = self._factors.pop(frozenset(index), None)
        edges = [one for one in self._factors.values() if index in one.indices]
        for edge in edges:
            del self._factors[frozenset(edge.indices)]
        names = [edge.indices.replace(index, "") for edge in edges]
        if not edges:
            assert vector is not None
            self.add("", self._book.apply("sum", [vector.node]))
            return
        left = edges[0].along(names[0])
        if len(edges) == 2:
            right = edges[1].along(index)
            inside = [] if vector is None else [self._diagonal(vector.node)]
            self.add("".join(names), multiply(left, *inside, right))
        elif vector is None:
            self.add(names[0], self._book.apply("rowsum", [left]))
        else:
            self.add(names[0], multiply(left, vector.node))

    def _diagonal(self, node: Node) -> Node:
        return self._book.apply("diag", [node])

    def finish(self, result: str) -> Node:
        if not result:
            return self._scalar
        vectors = [self._factors.get(frozenset(index)) for index in result]
        matrix = self._factors.get(frozenset(result)) if len(result) == 2 else None
        if matrix is None:
            nodes = [one.node for one in vectors if one is not None]
            return multiply(self._scalar, nodes[0], *map(transpose, nodes[1:]))
        left, right = ([] if v is None else [self._diagonal(v.node)] for v in vectors)
        return multiply(self._scalar, *left, matrix.along(result[0]), *right)


def read_einsum(text: str, operands: Sequence[Syntax]) -> Einsum:
    """The subscripts of a call. Raises EinsumRefused with the reason where they are none."""
    left, arrow, result = text.replace(" ", "").partition("->")
    terms = left.split(",")
    letters = "".join(terms)
    if not arrow:
        result = "".join(sorted(one for one in set(letters) if letters.count(one) == 1))
    if not letters.isalpha() and letters:
        raise EinsumRefused("indices are letters, and each operand has one or two")
    if len(terms) != len(operands):
        raise EinsumRefused(f"it has indices for {len(terms)} operands, and {len(operands)} follow")
    if any(len(term) > 2 for term in terms) or len(result) > 2:
        raise EinsumRefused("an array of three axes is none of matcalc's")
    if len(set(result)) < len(result) or not set(result) <= set(letters):
        raise EinsumRefused(f"`{result}` is no result of it")
    return Einsum(operands, terms, result, _order(terms, result))


def _order(terms: Sequence[str], result: str) -> list[str]:
    """The indices summed over, those with the fewest neighbours first."""
    near: dict[str, set[str]] = {index: set() for term in terms for index in term}
    for first, last in (term for term in terms if len(term) == 2):
        near[first].add(last)
        near[last].add(first)
    near = {index: others - {index} for index, others in near.items()}
    found: list[str] = []
    while open_ := [index for index in near if index not in result]:
        index = min(open_, key=lambda one: len(near[one]))
        others = near.pop(index)
        if len(others) > 2:
            raise EinsumRefused(f"the sum over `{index}` needs an array of {len(others)} axes")
        _connect(near, index, others)
        found.append(index)
    return found


def _connect(near: Mapping[str, set[str]], index: str, others: Iterable[str]) -> None:
    """Without the index, its neighbours are neighbours of each other."""
    together = set(others)
    for other in together:
        near[other].discard(index)
        near[other].update(together - {other})
