"""Inner products: they turn the derivative, which they do not change, into a gradient.

df = <grad f, dX> in the product chosen. For <U, V> = tr(U'*M*V*N) the gradient is
inv(M)*G*inv(N), where G is the matrix of partial derivatives. The formulas are entries of
`grammar/rules/spaces.rules`.
Source: MIT 18.S096, lecture 4; Absil, Mahony & Sepulchre 2008, sec. 3.6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matcalc.calculus.hermitian import Hermitian
from matcalc.calculus.pull_back import pull_back
from matcalc.calculus.surroundings import Surroundings
from matcalc.expressions.constructors import UNIT, identity, is_zero, zero
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import DomainError, NotLinear, ShapeError
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.kinds import closure
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.spaces import SpaceEntry, entries, formula
from matcalc.rulebook.structure import structure_of

NO_SPACE = ""


_GROUP = re.compile(r"[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True)
class ReadProduct:
    """An inner product at a variable: its formulas, ready for U, V and G.

    `settled` says that declarations alone make it an inner product; `doubtful` names in words
    what is left to be decided otherwise.
    """

    entry: SpaceEntry
    arguments: tuple[Node, ...]
    shape: Shape
    settled: bool = True

    @property
    def is_frobenius(self) -> bool:
        return self.entry.name == "frobenius"

    @property
    def elements(self) -> str:
        """The structure that U and V have to have."""
        return self.entry.text("elements")

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right> as an expression."""
        slots = {"U": left, "V": right}
        clause = self.entry.all("pairing")[0]
        return formula(self.entry, clause, self.arguments, self.shape, slots)

    def riesz(self, gradient: Node) -> Node | None:
        """The representer of V -> tr(gradient'*V), where the entry gives it."""
        slots = {"G": gradient}
        found = self.entry.all("riesz")
        if not found:
            return None
        return formula(self.entry, found[0], self.arguments, self.shape, slots)

    @property
    def source(self) -> str:
        return self.entry.source


@dataclass(frozen=True)
class ReadForm:
    """A bilinear form that a person wrote, at a variable."""

    text: str
    body: Node
    left: Symbol
    right: Symbol
    settled: bool = False
    is_frobenius: bool = False
    elements: str = ""
    source: str = "the form given"

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right> as an expression."""
        values: dict[Node, Node] = {self.left: left, self.right: right}
        return instantiate(self.body, values, NO_DIMENSIONS, book.apply)

    def riesz(self, gradient: Node) -> Node | None:
        """Nothing is known in advance: the form has to be inverted."""
        return None


Metric = ReadProduct | ReadForm


@dataclass(frozen=True)
class Frobenius:
    """<U, V> = tr(U'*V), for vectors u'*v: the gradient holds the partial derivatives."""

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        return Hermitian().at(around)

    def __str__(self) -> str:
        return "Frobenius"


@dataclass(frozen=True)
class Weighted:
    """<U, V> = tr(U'*M*V*N) with symmetric positive definite weights M (left) and N (right).

    `left` and `right` are expressions in the language, `None` for the identity; a new name is
    assumed to be positive definite. Raises DomainError, when used, where a weight is not.

    >>> print(Weighted(left="M"))
    <U, V> = tr(U'*M*V)
    """

    left: str | None = None
    right: str | None = None

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        shape = around.variable.shape
        before = self._weight(self.left, Shape(shape.rows, shape.rows), around)
        after = self._weight(self.right, Shape(shape.columns, shape.columns), around)
        weights = (before, after)
        settled = all(map(_is_definite, weights))
        return ReadProduct(entries()["product", "weighted"], weights, shape, settled)

    def _weight(self, weight: str | None, shape: Shape, around: Surroundings) -> Node:
        if weight is None:
            return identity(shape.rows)
        kind = "positive" if shape.is_scalar else "spd"
        try:
            return around.matrix(weight, shape, kind)
        except ShapeError as error:
            raise ShapeError(f"the weight {error.message}") from None

    def __str__(self) -> str:
        left = f"*{_bracketed(self.left)}" if self.left else ""
        right = f"*{_bracketed(self.right)}" if self.right else ""
        return f"<U, V> = tr(U'{left}*V{right})"


def _is_definite(weight: Node) -> bool:
    known = structure_of(weight)
    return "spd" in known or (weight.shape.is_scalar and "positive" in known)


def _bracketed(weight: str) -> str:
    """The weight as a factor: in brackets where it is a sum."""
    outside, inner = weight, ""
    while outside != inner:
        inner, outside = outside, _GROUP.sub("", outside)
    return f"({weight})" if set(outside) & set("+-") else weight


@dataclass(frozen=True)
class Elementwise:
    """<U, V> = sum(W.*U.*V) with positive weights W, an expression in the language.

    >>> print(Elementwise("W"))
    <U, V> = sum(W.*U.*V)
    """

    weight: str

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        shape = around.variable.shape
        weights = around.matrix(self.weight, shape, "positive")
        settled = "positive" in structure_of(weights)
        return ReadProduct(entries()["product", "elementwise"], (weights,), shape, settled)

    def __str__(self) -> str:
        return f"<U, V> = sum({_bracketed(self.weight)}.*U.*V)"


@dataclass(frozen=True)
class AffineInvariant:
    """<U, V> = tr(inv(X)*U*inv(X)*V) for symmetric U, V at a positive definite X.

    >>> print(AffineInvariant())
    <U, V> = tr(X^-1*U*X^-1*V)
    """

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable, which is taken to be spd; it has to be square."""
        variable = around.variable
        if not variable.shape.is_square:
            raise ShapeError(f"the affine-invariant product needs a square X, not {variable.shape}")
        if "spd" not in variable.structure:
            around.notes.append(f"{variable.name} is symmetric positive definite")
        entry = entries()["product", "affine-invariant"]
        return ReadProduct(entry, (variable,), variable.shape)

    def __str__(self) -> str:
        return "<U, V> = tr(X^-1*U*X^-1*V)"


@dataclass(frozen=True)
class Pairing:
    """Any positive definite bilinear form in U and V, as an expression in the language.

    Its Riesz map is found symbolically. Raises DomainError, when used, for a form that is not
    bilinear, not symmetric or not positive definite.

    >>> print(Pairing("tr(U'*A*V) + tr(U*B*V')"))
    <U, V> = tr(U'*A*V) + tr(U*B*V')
    """

    form: str

    def at(self, around: Surroundings) -> Metric:
        """The form at the variable."""
        shape = around.variable.shape
        left, right = (Symbol(name, shape, closure("tangent")) for name in ("U", "V"))
        body = around.expression(self.form, U=left, V=right)
        if not body.shape.is_scalar:
            raise ShapeError(f"an inner product is a scalar, but {self.form} is {body.shape}")
        self._check_bilinear(body, left, right)
        return ReadForm(self.form, body, left, right)

    def _check_bilinear(self, body: Node, left: Symbol, right: Symbol) -> None:
        """Raise DomainError where the form is not linear in U, or not in V."""
        for slot in (left, right):
            at_zero = instantiate(body, {slot: zero(slot.shape)}, NO_DIMENSIONS, book.apply)
            try:
                moves = slot in ordered(body)
                linear = moves and is_zero(at_zero) and pull_back(body, slot, UNIT) is not None
            except NotLinear:
                linear = False
            if not linear:
                raise DomainError(
                    f"{self.form} is not linear in {slot.name}, so it is no inner product",
                    hint="a form is a sum of terms with U and V once each",
                )

    def __str__(self) -> str:
        return f"<U, V> = {self.form}"


@dataclass(frozen=True)
class Own:
    """The product that the name of a space implies: its entry gives it."""

    entry: SpaceEntry
    arguments: Sequence[Node]

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        return ReadProduct(self.entry, tuple(self.arguments), around.variable.shape)

    def __str__(self) -> str:
        return f"<U, V> = {self.entry.text('pairing')}"


InnerProduct = Frobenius | Weighted | Elementwise | AffineInvariant | Pairing | Hermitian
