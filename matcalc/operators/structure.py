"""What a linear map V -> L(V) of a space into itself is: diagonal, A*V, V*B, B*V*A', ...

The structure is read off the normal form. It says how to multiply, to solve and to write the
matrix without building more than is needed: each of the three is an expression to compile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcalc.calculus.inversion import inverse, solve
from matcalc.calculus.kronecker import kronecker_matrix, unstacked, vec
from matcalc.calculus.linear_terms import Pair, is_identity
from matcalc.expressions.binders import names_in
from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import (
    elementwise_power,
    hadamard,
    identity,
    minus,
    multiply,
    number,
    ones,
    plus,
    scale,
    split_scalars,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node, Product, Sum, Symbol
from matcalc.expressions.operations import Diagonal, Ones
from matcalc.operators.normal_form import NormalForm, entrywise_part, normal_form
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import read_direction

DIAGONAL = "diagonal"
LEFT = "left product"
RIGHT = "right product"
KRONECKER = "Kronecker product"
TRANSPOSED = "Kronecker product of the transpose"
KRONECKER_SUM = "sum of Kronecker products"
LOW_RANK = "diagonal + low rank"
GENERAL = "general"

_WORD = re.compile(r"\b[A-Za-z]\w*\b")


@dataclass(frozen=True)
class Structure:
    """The structure of a map V -> `body`: its `name`, the `formula` in V and its `parts`.

    diagonal             V -> w.*V                 parts w
    left product         V -> A*V                  parts A
    right product        V -> V*B                  parts B
    Kronecker product    V -> B*V*A'               parts A, B; the matrix is kron(A, B)
    ... of the transpose V -> B*V'*A'              parts A, B; kron(A, B)*commutation
    sum of Kronecker products, of V and V'         parts A1, B1, A2, B2, ...
    diagonal + low rank  vec: V -> w.*V + U*(W'*V) parts w, U, W
    general              whatever is left          no parts
    """

    name: str
    formula: str
    parts: Mapping[str, Node]
    tangent: Symbol
    body: Node

    def apply(self, direction: Node | str) -> Node:
        """The product L(V), with no matrix of the map in it; V may be a text or a new name.

        Raises ShapeError where V has not the shape of the tangent.
        """
        direction = self._read(direction)
        if self.name == DIAGONAL:
            return hadamard(self.parts["w"], direction)
        return substitute(self.body, {self.tangent: direction})

    def solve(self, right: Node | str) -> Node:
        """The V with L(V) = R, the map being invertible: for R = -gradient the Newton step.

        Raises ShapeError where R has not the shape of the tangent.
        """
        right = self._read(right)
        if self.name == DIAGONAL:
            return hadamard(right, elementwise_power(self.parts["w"], number(-1)))
        if self.name == LOW_RANK:
            return unstacked(self._solve_low_rank(vec(right)), self.tangent.shape)
        return solve_map(self.body, self.tangent, right)

    def _read(self, given: Node | str) -> Node:
        found = read_direction(given, self.tangent, self.body)
        if found.shape != self.tangent.shape:
            raise ShapeError(f"the operator takes {self.tangent.shape}, not {found.shape}")
        return found

    def _solve_low_rank(self, right: Node) -> Node:
        """inv(D + U*W')*r = D\\r - (D\\U)*inv(I + W'*(D\\U))*W'*(D\\r). Source: Woodbury 1950."""
        over = elementwise_power(_stacked(self.parts["w"]), number(-1))
        left, turned = self.parts["U"], transpose(self.parts["W"])
        first, spread = _scaled(over, right), _scaled(over, left)
        small = plus(identity(left.shape.columns), multiply(turned, spread))
        return minus(first, multiply(spread, inverse(small), turned, first))

    @property
    def dense(self) -> Node:
        """The matrix in vec order."""
        if self.name == DIAGONAL:
            return _diagonal(_stacked(self.parts["w"]))
        if self.name == LOW_RANK:
            low = multiply(self.parts["U"], transpose(self.parts["W"]))
            return plus(_diagonal(_stacked(self.parts["w"])), low)
        return simplify(kronecker_matrix(self.body, self.tangent))

    def __str__(self) -> str:
        taken = names_in(self.body)
        names = {name: f"{name}_L" if name in taken else name for name in self.parts}
        names["V"] = self.tangent.name
        formula = _WORD.sub(lambda word: names.get(word[0], word[0]), self.formula)
        lines = [f"  {names[name]} = {part}" for name, part in self.parts.items()]
        return "\n".join([f"{self.name}: {formula}", *lines])


def structure(body: Node, tangent: Symbol) -> Structure:
    """The structure of the map tangent -> body, both of one shape.

    >>> from matcalc import symbols
    >>> A, V = symbols("A: matrix(n,n), V: matrix(n,p)")
    >>> print(structure(A @ V + 2*V, V))
    left product: V -> A_L*V
      A_L = A + 2*eye(n)
    """
    form = normal_form(simplify(body), tangent)
    weights, pairs = entrywise_part(form)
    if form.others:
        name, formula, parts = _general()
    elif form.transposed:
        name, formula, parts = _products(form, body, tangent)
    elif not pairs and not form.rank_one:
        name, formula = DIAGONAL, "V -> w.*V"
        parts = {"w": zero(tangent.shape) if weights is None else weights}
    else:
        low = _low_rank(form, pairs, tangent) if weights is not None else None
        if low is not None and weights is not None:
            name, formula = LOW_RANK, _low_rank_formula(tangent)
            parts = {"w": weights, "U": low[0], "W": low[1]}
        else:
            name, formula, parts = _products(form, body, tangent)
    shaped = {key: factored(simplify(part)) for key, part in parts.items()}
    return Structure(name, formula, shaped, tangent, body)


def _low_rank_formula(tangent: Symbol) -> str:
    if tangent.shape.is_vector:
        return "V -> w.*V + U*(W'*V)"
    return "vec(V) -> vec(w).*vec(V) + U*(W'*vec(V))"


Recognised = tuple[str, str, dict[str, Node]]


def _general() -> Recognised:
    return GENERAL, "V -> L(V)", {}


def _products(form: NormalForm, body: Node, tangent: Symbol) -> Recognised:
    """A*V, V*B, B*V*A', B*V'*A' or a sum of those; for a column always A*V."""
    if tangent.shape.is_vector:
        matrix = kronecker_matrix(body, tangent)
        return LEFT, "V -> A*V", {"A": matrix}
    if form.rank_one or form.weights is not None:
        return _general()
    pairs = form.products + form.transposed
    moved = ["V"] * len(form.products) + ["V'"] * len(form.transposed)
    if len(pairs) > 1:
        parts: dict[str, Node] = {}
        for place, (left, right) in enumerate(pairs, 1):
            parts |= {f"A{place}": transpose(right), f"B{place}": left}
        formula = " + ".join(f"B{i}*{v}*A{i}'" for i, v in enumerate(moved, 1))
        return KRONECKER_SUM, f"V -> {formula}", parts
    left, right = pairs[0]
    if form.transposed:
        return TRANSPOSED, "V -> B*V'*A'", {"A": transpose(right), "B": left}
    scalar, plain = split_scalars(left)
    if is_identity(plain):
        return RIGHT, "V -> V*B", {"B": multiply(scalar, right)}
    outer, plain = split_scalars(right)
    if is_identity(plain):
        return LEFT, "V -> A*V", {"A": multiply(outer, left)}
    return KRONECKER, "V -> B*V*A'", {"A": transpose(right), "B": left}


# ---------------------------------------------------------------- low rank


def _low_rank(form: NormalForm, pairs: Sequence[Pair], tangent: Symbol) -> Pair | None:
    """U and W where all but the entrywise part is U*W' with fewer columns than rows, as far as
    the names of the dimensions tell: A'*A counts for A of any m x n with m not n."""
    found = [(vec(direction), vec(functional)) for direction, functional in form.rank_one]
    if pairs and not tangent.shape.is_vector:
        return None
    for left, right in pairs:
        whole = multiply(left, right)
        for value, term in whole.terms if isinstance(whole, Sum) else ((1, whole),):
            cut = _cut(term)
            if cut is None:
                return None
            found.append((scale(value, cut[0]), cut[1]))
    if not found:
        return None
    left, right = (blocks(book, [columns]) for columns in zip(*found, strict=True))
    return left, right


def _cut(term: Node) -> Pair | None:
    """A chain as U*W' at an inner dimension that is not the outer one."""
    if not isinstance(term, Product):
        return None
    places = [i for i, f in enumerate(term.factors[:-1]) if f.shape.columns != term.shape.rows]
    if not places:
        return None
    place = places[0] + 1
    left = multiply(number(term.coefficient), *term.scalars, *term.factors[:place])
    return left, transpose(multiply(*term.factors[place:]))


def _scaled(weights: Node, matrix: Node) -> Node:
    """diag(weights)*matrix."""
    scalar, rest = split_scalars(weights)
    if isinstance(rest, Ones):
        return multiply(scalar, matrix)
    if matrix.shape.is_vector:
        return hadamard(weights, matrix)
    return multiply(book.make(Diagonal, weights), matrix)


def _stacked(weights: Node) -> Node:
    """vec(w), equal weights told as such."""
    scalar, rest = split_scalars(weights)
    if isinstance(rest, Ones):
        return multiply(scalar, ones(Shape(weights.shape.size, ONE)))
    return vec(weights)


def _diagonal(weights: Node) -> Node:
    return _scaled(weights, identity(weights.shape.rows))


# ---------------------------------------------------------------- solving


def solve_map(body: Node, tangent: Symbol, right: Node) -> Node:
    """The V with body(V) = right; by the matrix of the map where nothing better is known."""
    plain = simplify(body)
    try:
        found = solve(plain, tangent, right) or solve(expand(plain), tangent, right)
    except ShapeError:  # factors that are not square: only the whole map has an inverse
        found = None
    if found is None:
        found = multiply(inverse(kronecker_matrix(body, tangent)), vec(right))
        found = unstacked(found, tangent.shape)
    return simplify(found)
