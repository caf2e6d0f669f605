"""`einsum('ij,jk,k->i', A, B, x)` of arrays with one or two axes, as products of matrices.

Every index is a vertex, every operand a vertex or an edge between two. An index over which is
summed is taken out where it has at most two neighbours, and its operands become one: A*diag(v)*B.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import zip_longest
from typing import NamedTuple

from matcalc.expressions.build import Operations
from matcalc.expressions.constructors import UNIT, hadamard, multiply, ones, transpose
from matcalc.expressions.dimensions import ONE, Dimension, Shape
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
        for index, following in zip_longest(self.order, self.order[1:]):
            network.sum_over(index, following)
        return network.finish(self.result)


class _Network:
    """The operands by their indices."""

    def __init__(self, book: Operations) -> None:
        self._book = book
        self._scalar: Node = UNIT
        self._factors: dict[frozenset[str], list[_Factor]] = {}

    def add(self, indices: str, node: Node) -> None:
        """Multiply by an operand, of which `ii` are the entries on the diagonal."""
        if not indices:
            self._scalar = multiply(self._scalar, node)
            return
        if len(indices) == 2 and indices[0] == indices[1]:
            indices, node = indices[0], self._book.apply("diag_of", [node])
        self._factors.setdefault(frozenset(indices), []).append(_Factor(indices, node))

    def _pop(self, first: str, second: str = "") -> list[Node]:
        """The operands with these indices, in this order, no longer part of it."""
        found = self._factors.pop(frozenset(first + second), [])
        return [one.along(first) for one in found]

    def sum_over(self, index: str, following: str | None) -> None:
        """Take an index out, and with it the one that goes next where nothing else has it."""
        vectors = self._pop(index)
        others = sorted({o for key in self._factors if index in key for o in key - {index}})
        if not others:
            self._sum(vectors)
        elif len(others) == 2:
            left, right = self._pop(others[0], index), self._pop(index, others[1])
            inside = [self._diagonal(vectors)] if vectors else []
            self.add("".join(others), multiply(_entrywise(left), *inside, _entrywise(right)))
        elif not vectors and others == [following] and self._only_edge(index, following):
            self._sum(self._pop(*self._factors[frozenset(index + others[0])][0].indices))
        else:
            matrix = _entrywise(self._pop(others[0], index))
            vector = _entrywise(vectors) if vectors else ones(Shape(matrix.shape.columns, ONE))
            self.add(others[0], multiply(matrix, vector))

    def _only_edge(self, index: str, other: str | None) -> bool:
        """Whether the operands that have the other index have just these two."""
        near = {key for key in self._factors if other in key}
        return near == {frozenset((index, other))}

    def _sum(self, nodes: Sequence[Node]) -> None:
        """All entries of the product, of two vectors x'*y; nothing where it is done already."""
        if len(nodes) > 1 and nodes[0].shape.is_vector:
            self.add("", multiply(transpose(nodes[0]), _entrywise(nodes[1:])))
        elif nodes:
            self.add("", self._book.apply("sum", [_entrywise(nodes)]))

    def _diagonal(self, nodes: Sequence[Node]) -> Node:
        return self._book.apply("diag", [_entrywise(nodes)])

    def finish(self, result: str) -> Node:
        if len(result) < 2:
            return multiply(self._scalar, *map(_entrywise, filter(None, [self._pop(result)])))
        left, right = self._pop(result[0]), self._pop(result[1])
        matrix = self._pop(*result)
        if matrix:
            before, after = ([self._diagonal(one)] if one else [] for one in (left, right))
            return multiply(self._scalar, *before, _entrywise(matrix), *after)
        return multiply(self._scalar, _entrywise(left), transpose(_entrywise(right)))


def _entrywise(nodes: Sequence[Node]) -> Node:
    return reduce(hadamard, nodes)


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
    near: dict[str, set[str]] = {index: set() for index in ["", *"".join(terms)]}
    for term in terms:
        near[term[:1]].add(term[-1:])
        near[term[-1:]].add(term[:1])
    near = {index: others - {index} for index, others in near.items() if index}
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
