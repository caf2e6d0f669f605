"""From df, linear in dX, to vec(df) = J*vec(dX), as the Jacobian is read off.

It is `kronecker_matrix` told from the outside in: each line takes away some of what stands around
dX, by vec(A*V*B) = kron(B', A)*vec(V) and its kin. A column is its own vec, so that for vectors
the lines only bring dx to the right.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest
from typing import Protocol

from matcalc.calculus.kronecker import kron, kronecker_matrix, of_operation, one_level, vec
from matcalc.calculus.pull_back import moving_nodes
from matcalc.derivation.closing import is_multiplied_out
from matcalc.derivation.lines import chain
from matcalc.derivation.steps import Reason
from matcalc.derivation.toward_gradient import plus_as_written
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import (
    UNIT,
    ZERO,
    add,
    hadamard,
    identity,
    is_zero,
    multiply,
    number,
    ones,
    plus,
    split_scalars,
    symbol,
    transpose,
)
from matcalc.expressions.dimensions import ONE, Shape, dimension
from matcalc.expressions.marks import is_moving, is_tangent
from matcalc.expressions.nodes import Apply, Identity, Node, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import Diagonal, EntrySum, Hadamard, Stack, Trace
from matcalc.rulebook import book
from matcalc.rulebook.laws import (
    COMMON_DENOMINATOR,
    DISTRIBUTIVE,
    OWN_TRANSPOSE,
    SCALAR_COMMUTES,
    Law,
    Record,
    law_of,
)
from matcalc.rulebook.records import Rule
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand

_MOST_TERMS = 30

_N = dimension("n")
_A, _B, _V = (symbol(name, Shape(_N, _N)) for name in "ABV")
_U, _W = (symbol(name, Shape(_N, ONE)) for name in "uv")
VEC_LINEAR = Law("vec of a sum, term by term")
VEC_PRODUCT = Law(equation=(vec(multiply(_A, _V, _B)), multiply(kron(transpose(_B), _A), vec(_V))))
VEC_ENTRYWISE = Law(
    equation=(vec(hadamard(_A, _V)), multiply(book.make(Diagonal, vec(_A)), vec(_V)))
)
ENTRYWISE = Law(equation=(hadamard(_U, _W), multiply(book.unchanged(Diagonal, _U), _W)))
TRACE = Law(
    equation=(Trace.raw(multiply(transpose(_A), _V)), multiply(transpose(vec(_A)), vec(_V)))
)
BILINEAR = Law(
    equation=(
        multiply(transpose(_U), _V, _W),
        multiply(transpose(vec(multiply(_U, transpose(_W)))), vec(_V)),
    )
)
SUM = Law(equation=(EntrySum.raw(_U), Product(UNIT.value, (), (transpose(ones(_U.shape)), _U))))
BY_PARTS = Law("part by part")


class Forms(Protocol):
    """How an answer gets its form."""

    def shaped(self, value: Node, record: Record | None = None) -> Node: ...


def multiply_out(lines: Lines) -> None:
    """Vectors in which dx is a factor of each term."""
    lines.use(DISTRIBUTIVE, _over_sums)


def _over_sums(node: Node) -> Node | None:
    """(A + dX)*b and u.*(v + dv) multiplied out, where they are vectors and the sum moves."""
    if isinstance(node, Hadamard) and node.shape.is_vector:
        return _over_sum_of_entries(node)
    if not isinstance(node, Product) or not (node.shape.is_vector or node.shape.is_scalar):
        return None
    for place, factor in enumerate(node.factors):
        if isinstance(factor, Sum) and is_moving(factor) and not factor.shape.is_vector:
            before, after = node.factors[:place], node.factors[place + 1 :]
            outside = (number(node.coefficient), *node.scalars, *before)
            return plus(
                *(chain(*outside, number(value), term, *after) for value, term in factor.terms)
            )
    return None


def _over_sum_of_entries(node: Hadamard) -> Node | None:
    for place, factor in enumerate(node.arguments):
        if isinstance(factor, Sum) and is_moving(factor):
            others = (*node.arguments[:place], *node.arguments[place + 1 :])
            return add((value, hadamard(term, *others)) for value, term in factor.terms)
    return None


@dataclass(frozen=True)
class _Term:
    """M*vec(V), V one of the nodes of df."""

    matrix: Node
    node: Node

    @property
    def written(self) -> Node:
        """As a product in which nothing is turned round, the factors of M and those of vec(V)."""
        right = vec(self.node)
        if self.matrix.shape.is_scalar:
            return chain(self.matrix, right)
        scalar, rest = split_scalars(self.matrix)
        if isinstance(rest, Identity):
            return chain(scalar, right)
        sides = self.matrix, right
        (c, scalars, factors), (d, more, others) = map(_parts, sides)
        return Product(c * d, (*scalars, *more), (*factors, *others))

    @property
    def applied(self) -> Node:
        """The same, M as one factor."""
        if self.node.shape.is_scalar:
            return chain(self.matrix, self.node)
        return Product(UNIT.value, (), (self.matrix, vec(self.node)))


def _parts(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    if isinstance(node, Product):
        return node.coefficient, node.scalars, node.factors
    return UNIT.value, (), (node,)


def _is_by_scalars(tangents: Collection[Node]) -> bool:
    """Whether the derivatives have the shape of f, not that of a Jacobian."""
    return all(tangent.shape.is_scalar for tangent in tangents)


def is_stacked(body: Node, tangents: Collection[Node]) -> bool:
    """Whether the matrices in front of the tangents are those of vec(df)."""
    return body.shape.columns != ONE and not _is_by_scalars(tangents)


def sum_of_products(matrices: Mapping[Node, Node], is_flat: bool) -> Node:
    """The sum of the J*vec(dX), `is_flat` without brackets around a product."""
    terms = [_Term(matrix, t) for t, matrix in matrices.items() if not is_zero(matrix)]
    written = [one.written if is_flat else one.applied for one in terms]
    return plus_as_written(written) if written else ZERO


def toward_jacobian(lines: Lines, body: Node, wanted: Mapping[Node, Node], forms: Forms) -> None:
    """The lines from vec(df) toward the sum of J*vec(dX), each J as `wanted` for its dX.

    By scalars, from df to the sum of their products with the derivatives.
    """
    found = _Jacobian(lines, body, wanted)
    if not found.terms:
        return
    if _is_by_scalars(wanted):
        found.by_scalars()
    else:
        found.write()
    shaped = {one.node: _shaped(one.matrix, wanted[one.node], forms) for one in found.terms}
    matrices = {one.node: one.matrix for one in found.terms}
    if any(one.steps for one in shaped.values()):
        lines.write((), sum_of_products(matrices, is_flat=False))
    for row in zip_longest(*(one.steps for one in shaped.values())):
        steps = {node: step for node, step in zip(shaped, row, strict=True) if step is not None}
        matrices |= {node: step.after for node, step in steps.items()}
        reasons = [reason for step in steps.values() for reason in step.reasons]
        after = sum_of_products(matrices, is_flat=False)
        laws = {reason.law for reason in reasons}
        if laws <= {DISTRIBUTIVE, COMMON_DENOMINATOR}:
            law = DISTRIBUTIVE if laws == {DISTRIBUTIVE} else COMMON_DENOMINATOR
            reasons = [Reason(law, lines.line, after)]
        lines.write(reasons, after)


def _shaped(matrix: Node, wanted: Node, forms: Forms) -> Lines:
    """The lines from a matrix to the form that the answer has, as far as the passes lead."""
    lines = Lines(matrix)
    ways = (lambda: None, lambda: None, lambda: expand(lines.line, lines.sweep))
    for way in ways:
        if lines.line is not wanted:
            way()
            forms.shaped(lines.line, lines.sweep)
    return lines


class _Jacobian:
    """The terms of a line, as the matrices before dX grow."""

    def __init__(self, lines: Lines, body: Node, tangents: Collection[Node]) -> None:
        self.lines = lines
        self.tangents = tangents
        self.body = body
        nodes = ordered(body)
        self.moving = moving_nodes(nodes, *tangents)
        self.place = {node: place for place, node in enumerate(nodes)}
        self.terms = [_Term(identity(body.shape.size), body)] if body in self.moving else []

    def write(self) -> None:
        """The lines down to one term for each dX, from vec(df)."""
        while waiting := [one.node for one in self.terms if one.node not in self.tangents]:
            law = _law(max(waiting, key=self.place.__getitem__))
            if len(self.terms) > _MOST_TERMS:
                law = BY_PARTS
            self._open({node for node in waiting if law in (_law(node), BY_PARTS)}, law)
        self._gather()

    @property
    def matrices(self) -> dict[Node, Node]:
        return {one.node: one.matrix for one in self.terms}

    def by_scalars(self) -> None:
        """One line, in which the directions are taken out."""
        body = self.lines.line
        moved = [tangent for tangent in self.tangents if tangent in self.place]
        still = dict[Node, Node].fromkeys(moved, ZERO)
        self.terms = [
            _Term(substitute(body, {**still, tangent: UNIT}), tangent) for tangent in moved
        ]
        after = plus_as_written([one.applied for one in self.terms])
        self.lines.write([Reason(SCALAR_COMMUTES, body, after)], after)

    def _open(self, nodes: Set[Node], law: Law) -> None:
        """The next line: by the law, at each of the nodes."""
        before, terms = self._line(), list[_Term]()
        for one in self.terms:
            terms += self._inside(one, law) if one.node in nodes else [one]
        if law is BY_PARTS and len(nodes) == 1:
            law = self._told_of(*nodes)
        self.terms = terms
        self.lines.write([Reason(law, before, self._line())], self._line())

    def _told_of(self, node: Node) -> Law:
        """What the vec of a part is in terms of the tangents."""
        inside = self._inside(_Term(identity(node.shape.size), node), BY_PARTS)
        return replace(BY_PARTS, equation=(vec(node), plus_as_written([t.written for t in inside])))

    def _inside(self, one: _Term, law: Law) -> list[_Term]:
        level = [] if law is BY_PARTS else one_level(one.node, self.moving)
        if law is SUM and isinstance(one.node, EntrySum):
            level = [(transpose(ones(one.node.inner.shape)), one.node.inner)]
        elif law.rule is not None and isinstance(one.node, Apply) and one.node.shape.is_scalar:
            level = of_operation(one.node, self.moving)  # an entry of a vector
        at_once = [t for t in self.tangents if not level and t in ordered(one.node)]
        level += [(kronecker_matrix(one.node, t), t) for t in at_once if isinstance(t, Symbol)]
        return [_Term(multiply(one.matrix, matrix), child) for matrix, child in level]

    def _line(self) -> Node:
        return plus_as_written([one.written for one in self.terms])

    def _gather(self) -> None:
        """The sum of M*vec(dX) is J*vec(dX), J as `kronecker_matrix` has it where that is equal."""
        before, count = self._line(), len(self.terms)
        self.terms = [
            _Term(self._matrix(tangent), tangent)
            for tangent in self.tangents
            if any(one.node is tangent for one in self.terms)
        ]
        reasons = [Reason(DISTRIBUTIVE, before, self._line())] if len(self.terms) < count else []
        self.lines.write(reasons, self._line())

    def _matrix(self, tangent: Node) -> Node:
        total = plus(*(one.matrix for one in self.terms if one.node is tangent))
        assert isinstance(tangent, Symbol)
        whole = kronecker_matrix(self.body, tangent)
        return whole if is_multiplied_out(total, whole) else total


def _rules(node: Apply) -> Sequence[Rule]:
    """The equations of an entry for vec(f(X)), none where it has none."""
    return book.rules_at(node, "vec") if book.has(node.operation) else ()


def _law(node: Node) -> Law:
    """The law by which the vec of a node is told by those of the nodes inside it."""
    is_column = node.shape.columns == ONE
    match node:
        case Trace():
            return TRACE
        case EntrySum() if node.inner.shape.columns == ONE:
            return SUM
        case Sum():
            return DISTRIBUTIVE if is_column else VEC_LINEAR
        case Product() if any(map(is_moving, node.scalars)):
            return SCALAR_COMMUTES
        case Product(factors=(*_, last)) if not node.shape.is_scalar or is_moving(last):
            return VEC_PRODUCT
        case Product(factors=(first, *_)):
            return OWN_TRANSPOSE if is_tangent(transpose(first)) else BILINEAR
        case Hadamard() if not node.shape.is_scalar:
            return ENTRYWISE if is_column else VEC_ENTRYWISE
        case Apply() if rules := _rules(node):
            is_of_rows = is_column and isinstance(node, Stack)
            return law_of(rules[0], "row by row" if is_of_rows else "")
        case Product() | Apply():
            return BY_PARTS
    raise AssertionError("a leaf has no law")
