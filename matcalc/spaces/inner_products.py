"""Inner products: they turn the derivative, which they do not change, into a gradient.

df = <grad f, dX> in the product chosen. For <U, V> = tr(U'*M*V*N) the gradient is
inv(M)*G*inv(N), where G is the matrix of partial derivatives. The formulas are entries of
`grammar/rules/15_spaces.rules`. Over the complex numbers ' is the conjugate transpose and every
product the real part of its formula, so that it is a real inner product there too.
Source: MIT 18.S096, lecture 4; Absil, Mahony & Sepulchre 2008, sec. 3.6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import UNIT, identity, is_zero, real_part, zero
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import DomainError, NotLinear, ShapeError, expect
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.rulebook import book
from matcalc.rulebook.records import SpaceEntry
from matcalc.rulebook.spaces import formula, word_over_complex
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import Surroundings, direction

_GROUP = re.compile(r"[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True)
class ReadProduct:
    """An inner product at a variable: its formulas, ready for U, V and G.

    `settled` says that declarations alone make it an inner product.
    """

    entry: SpaceEntry
    arguments: tuple[Node, ...]
    shape: Shape
    settled: bool = True
    over_complex: bool = False

    @property
    def is_frobenius(self) -> bool:
        return self.entry.name == "frobenius"

    @property
    def elements(self) -> str:
        """The structure that U and V have to have."""
        word = self.entry.text("elements")
        return word_over_complex(word) if self.over_complex else word

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right> as an expression."""
        slots = {"U": left, "V": right}
        clause = self.entry.texts("pairing")[0]
        return real_part(formula(self.entry, clause, self.arguments, self.shape, slots))

    def riesz(self, gradient: Node) -> Node | None:
        """The representer of V -> tr(gradient'*V), where the entry gives it."""
        slots = {"G": gradient}
        found = self.entry.texts("riesz")
        if not found:
            return None
        return formula(self.entry, found[0], self.arguments, self.shape, slots)

    def root(self, direction: Node) -> Node | None:
        """R(U), with <U, V> = tr(R(U)'*R(V)), where the entry gives it."""
        found = self.entry.texts("root")
        if not found:
            return None
        return formula(self.entry, found[0], self.arguments, self.shape, {"U": direction})

    def moved(self, variable: Symbol, value: Node) -> ReadProduct:
        """The product at the value of a function of the variable."""
        found = (substitute(one, {variable: value}) for one in self.arguments)
        return replace(self, arguments=tuple(map(simplify, found)))

    @property
    def point_kind(self) -> frozenset[str]:
        """What the point has to be, of a product that depends on one."""
        at_point = self.entry.kind == "space" or self.elements
        return self.entry.parameters[0].structure if at_point else frozenset()

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
    point_kind: frozenset[str] = frozenset()

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right> as an expression."""
        values: dict[Node, Node] = {self.left: left, self.right: right}
        return substitute(self.body, values)

    def riesz(self, gradient: Node) -> Node | None:
        """Nothing is known in advance: the form has to be inverted."""
        return None

    def root(self, direction: Node) -> Node | None:
        """Nothing is known in advance."""
        return None

    def moved(self, variable: Symbol, value: Node) -> ReadForm:
        """The product at the value of a function of the variable."""
        return replace(self, body=substitute(self.body, {variable: value}))


Metric = ReadProduct | ReadForm


@dataclass(frozen=True)
class Frobenius:
    """<U, V> = tr(U'*V), for vectors u'*v: the gradient holds the partial derivatives."""

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        return _plain(around.variable)

    def __str__(self) -> str:
        return "Frobenius"


def _plain(variable: Symbol) -> ReadProduct:
    return _read("frobenius", (), variable)


def _read(
    name: str, arguments: tuple[Node, ...], variable: Symbol, settled: bool = True
) -> ReadProduct:
    entry, shape = book.products[name], variable.shape
    return ReadProduct(entry, arguments, shape, settled, variable.is_complex)


_CONVENTIONS = ("torch", "jax")


@dataclass(frozen=True)
class Hermitian:
    """<U, V> = re(tr(U'*V)) with the conjugate transpose; over the real numbers tr(U'*V).

    `convention="jax"` gives the conjugate of the gradient, which is what `jax.grad` returns;
    "torch" is the default. Raises DomainError for another convention.

    >>> print(Hermitian())
    <U, V> = re(tr(U'*V))
    """

    convention: str = "torch"

    def __post_init__(self) -> None:
        if self.convention not in _CONVENTIONS:
            known = " and ".join(_CONVENTIONS)
            raise DomainError(f"no convention {self.convention!r}", hint=f"there are {known}")

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        return _plain(around.variable)

    def __str__(self) -> str:
        return f"<U, V> = re(tr(U'*V)){self.note}"

    @property
    def note(self) -> str:
        """What the convention says beside the product."""
        return ", the gradient conjugated as in JAX" if self.convention == "jax" else ""


@dataclass(frozen=True)
class Weighted:
    """<U, V> = tr(U'*M*V*N) with symmetric positive definite weights M (left) and N (right).

    Over the complex numbers it is the real part, with Hermitian positive definite weights.

    `left` and `right` are expressions in the language, `None` for the identity; a new name is
    assumed to be positive definite. Raises DomainError, when used, where a weight is not.

    >>> print(Weighted(left="M"))
    <U, V> = tr(U'*M*V)
    """

    left: str | None = None
    right: str | None = None

    def __post_init__(self) -> None:
        for weight in (self.left, self.right):
            expect(weight, (str, type(None)), "a weight as text")

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        shape = around.variable.shape
        before = self._weight(self.left, Shape(shape.rows, shape.rows), around)
        after = self._weight(self.right, Shape(shape.columns, shape.columns), around)
        weights = (before, after)
        settled = all(map(_is_definite, weights))
        return _read("weighted", weights, around.variable, settled)

    def _weight(self, weight: str | None, shape: Shape, around: Surroundings) -> Node:
        if weight is None:
            return identity(shape.rows)
        definite = "hpd" if around.variable.is_complex else "spd"
        kind = "positive" if shape.is_scalar else definite
        try:
            found = around.matrix(weight, shape, kind)
        except ShapeError as error:
            raise ShapeError(f"the weight {error.message}") from None
        _require_field(found, around)
        return found

    def __str__(self) -> str:
        left = f"*{_bracketed(self.left)}" if self.left else ""
        right = f"*{_bracketed(self.right)}" if self.right else ""
        return f"<U, V> = tr(U'{left}*V{right})"


def _require_field(weight: Node, around: Surroundings) -> None:
    """Raise DomainError for a complex weight at a real variable: only its real part would count."""
    if weight.is_complex and not around.variable.is_complex:
        raise DomainError(
            f"the weight {weight} is complex, but {around.variable.name} is real",
            hint="take re(...) of it",
        )


def _is_definite(weight: Node) -> bool:
    known = structure_of(weight)
    return bool(known & {"spd", "hpd"}) or (weight.shape.is_scalar and "positive" in known)


def _bracketed(weight: str) -> str:
    """The weight as a factor: in brackets where it is a sum."""
    outside, inner = weight, ""
    while outside != inner:
        inner, outside = outside, _GROUP.sub("", outside)
    return f"({weight})" if set(outside) & set("+-") else weight


@dataclass(frozen=True)
class Elementwise:
    """<U, V> = sum(W.*U.*V) with positive weights W, an expression in the language.

    Over the complex numbers it is re(sum(W.*conj(U).*V)).

    >>> print(Elementwise("W"))
    <U, V> = sum(W.*U.*V)
    """

    weight: str

    def __post_init__(self) -> None:
        expect(self.weight, (str,), "a weight as text")

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        shape = around.variable.shape
        weights = around.matrix(self.weight, shape, "positive")
        _require_field(weights, around)
        settled = "positive" in structure_of(weights)
        return _read("elementwise", (weights,), around.variable, settled)

    def __str__(self) -> str:
        return f"<U, V> = sum({_bracketed(self.weight)}.*U.*V)"


@dataclass(frozen=True)
class AffineInvariant:
    """<U, V> = tr(inv(X)*U*inv(X)*V) for symmetric U, V at a positive definite X.

    Over the complex numbers X, U and V are Hermitian.

    >>> print(AffineInvariant())
    <U, V> = tr(X^-1*U*X^-1*V)
    """

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable, taken to be positive definite; it has to be square."""
        variable = around.variable
        if not variable.shape.is_square:
            raise ShapeError(f"the affine-invariant product needs a square X, not {variable.shape}")
        if not variable.structure & {"spd", "hpd"}:
            symmetry = "Hermitian" if variable.is_complex else "symmetric"
            around.notes.append(f"{variable.name} is {symmetry} positive definite")
        return _read("affine-invariant", (variable,), variable)

    def __str__(self) -> str:
        return "<U, V> = tr(X^-1*U*X^-1*V)"


@dataclass(frozen=True)
class Pairing:
    """Any positive definite bilinear form in U and V, as an expression in the language.

    Over the complex numbers it is its real part, with ' the conjugate transpose. Its Riesz map is
    found symbolically. Raises DomainError, when used, for a form that is not
    bilinear, not symmetric or not positive definite.

    >>> print(Pairing("tr(U'*A*V) + tr(U*B*V')"))
    <U, V> = tr(U'*A*V) + tr(U*B*V')
    """

    form: str

    def __post_init__(self) -> None:
        expect(self.form, (str,), "a form in U and V as text")

    def at(self, around: Surroundings) -> Metric:
        """The form at the variable."""
        left, right = (direction(name, around.variable) for name in ("U", "V"))
        body = around.expression(self.form, U=left, V=right)
        if not body.shape.is_scalar:
            raise ShapeError(f"an inner product is a scalar, but {self.form} is {body.shape}")
        self._check_bilinear(real_part(body), left, right)
        return ReadForm(self.form, real_part(body), left, right)

    def _check_bilinear(self, body: Node, left: Symbol, right: Symbol) -> None:
        """Raise DomainError where the form is not linear in U, or not in V."""
        for slot in (left, right):
            at_zero = substitute(body, {slot: zero(slot.shape)})
            try:
                moves = slot in ordered(body)
                linear = moves and is_zero(at_zero) and pull_back_to(body, slot, UNIT) is not None
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
ProductChoice = InnerProduct | str
