"""Inner products: they turn the derivative, which they do not change, into a gradient.

df = <grad f, dX> in the product chosen. For <U, V> = tr(U'*M*V*N) the gradient is
inv(M)*G*inv(N), where G is the matrix of partial derivatives. The formulas are entries of
`grammar/rules/15_spaces.rules`. Over the complex numbers ' is the conjugate transpose and every
product the real part of its formula, so that it is a real inner product there too.
Source: MIT 18.S096, lecture 4; Absil, Mahony & Sepulchre 2008, sec. 3.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap

from matcalc.expressions.constructors import real_part
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.errors import (
    DomainError,
    ShapeError,
    SyntaxProblem,
    UnknownName,
    WrongArgument,
    expect,
)
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Symbol
from matcalc.language.requests import Formula, Request
from matcalc.language.scanner import parts_of
from matcalc.rulebook import book
from matcalc.rulebook.records import SpaceEntry
from matcalc.rulebook.spaces import M_BY_N, further
from matcalc.rulebook.structure import structure_of
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction
from matcalc.spaces.entries import Given, arguments_of, given_to, request_of
from matcalc.spaces.linear_form import not_linear
from matcalc.spaces.metrics import Metric, ReadForm, ReadProduct
from matcalc.spaces.surroundings import Surroundings

_DEFINITE = frozenset({"spd", "hpd", "positive"})
_CALL = re.compile(r"\s*([A-Za-z][A-Za-z-]*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_PRINTED = re.compile(r"\s*<\s*U\s*,\s*V\s*>\s*=\s*")
_FORM_IN_U_AND_V = re.compile(r"(?=.*\bU\b).*\bV\b", re.DOTALL)


@dataclass(frozen=True, eq=False)
class OfTheBook:
    """An inner product of the book by its name, its weights as text."""

    name: str
    given: Given = ()

    def __post_init__(self) -> None:
        for _, text in self.given:
            expect(text, (str,), "a weight as text")

    @property
    def entry(self) -> SpaceEntry:
        """What the book says of it. Raises UnknownName where it has none of that name."""
        if self.name not in book.products:
            known = ", ".join(book.products)
            raise UnknownName(f"no inner product {self.name!r:.60}", hint=f"there are {known}")
        return book.products[self.name]

    @property
    def is_frobenius(self) -> bool:
        return self.entry.name == "frobenius"

    def request(self, variable: str) -> Request:
        """What it asks of the variable of that name."""
        return request_of(self.entry, self.given, variable)

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable, taken to be what the entry says of it."""
        entry, variable = self.entry, around.variable
        arguments = arguments_of(entry, self.given, around)
        weights = list(zip(further(entry), arguments[-len(further(entry)) :], strict=False))
        if not weights and arguments and not variable.structure & _DEFINITE:
            symmetry = "Hermitian" if variable.is_complex else "symmetric"
            around.note(variable, f"{variable} is {symmetry} positive definite")
        settled = entry not in book.own_spaces() and all(starmap(_is_definite, weights))
        return ReadProduct(entry, arguments, variable.shape, settled, variable.is_complex)

    def __str__(self) -> str:
        named = (f"{name}={text}" for name, text in self.given)
        return f"{self.name}({', '.join(named)})" if self.given else self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OfTheBook) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _is_definite(parameter: Symbol, weight: Node) -> bool:
    """Whether a weight is known to be what its parameter has to be for the product to be one."""
    wanted = {"positive"} if "positive" in parameter.structure else {"spd", "hpd"}
    wanted |= {"positive"} if weight.shape.is_scalar else set()
    return bool(parameter.structure & _DEFINITE and structure_of(weight) & wanted)


def _texts(**weights: str | None) -> Given:
    return tuple((name, text) for name, text in weights.items() if text is not None)


class Frobenius(OfTheBook):
    """<U, V> = tr(U'*V), for vectors u'*v: the gradient holds the partial derivatives."""

    def __init__(self) -> None:
        super().__init__("frobenius")


def frobenius_at(variable: Symbol) -> ReadProduct:
    """The Frobenius product at a variable."""
    entry = book.products["frobenius"]
    return ReadProduct(entry, (), variable.shape, over_complex=variable.is_complex)


class Weighted(OfTheBook):
    """<U, V> = tr(U'*M*V*N) with symmetric positive definite weights M (left) and N (right).

    Over the complex numbers it is the real part, with Hermitian positive definite weights.

    `left` and `right` are expressions in the language, `None` for the identity; a new name is
    assumed to be positive definite. Raises DomainError, when used, where a weight is not.

    >>> print(Weighted(left="M"))
    weighted(left=M)
    """

    def __init__(self, left: str | None = None, right: str | None = None) -> None:
        super().__init__("weighted", _texts(left=left, right=right))


class Elementwise(OfTheBook):
    """<U, V> = sum(W.*U.*V) with positive weights W, an expression in the language.

    Over the complex numbers it is re(sum(W.*conj(U).*V)).

    >>> print(Elementwise("W"))
    elementwise(weight=W)
    """

    def __init__(self, weight: str) -> None:
        super().__init__("elementwise", (("weight", weight),))


class AffineInvariant(OfTheBook):
    """<U, V> = tr(inv(X)*U*inv(X)*V) for symmetric U, V at a positive definite X.

    Over the complex numbers X, U and V are Hermitian.

    >>> print(AffineInvariant())
    affine-invariant
    """

    def __init__(self) -> None:
        super().__init__("affine-invariant")


_CONVENTIONS = ("torch", "jax")


class Hermitian(OfTheBook):
    """<U, V> = re(tr(U'*V)) with the conjugate transpose; over the real numbers tr(U'*V).

    `convention="jax"` gives the conjugate of the gradient, which is what `jax.grad` returns;
    "torch" is the default. Raises DomainError for another convention.

    >>> print(Hermitian())
    hermitian(torch)
    """

    convention: str

    def __init__(self, convention: str = "torch") -> None:
        if convention not in _CONVENTIONS:
            known = " and ".join(_CONVENTIONS)
            raise DomainError(f"no convention {convention!r}", hint=f"there are {known}")
        super().__init__("frobenius")
        object.__setattr__(self, "convention", convention)

    def __str__(self) -> str:
        return f"hermitian({self.convention})"

    @property
    def note(self) -> str:
        """What the convention says beside the product."""
        return ", the gradient conjugated as in JAX" if self.convention == "jax" else ""


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
    is_frobenius = False

    def __post_init__(self) -> None:
        expect(self.form, (str,), "a form in U and V as text")

    def request(self, variable: str) -> Request:
        """The form, in U and V of the shape of the variable."""
        slots = (("U", NO_STRUCTURE), ("V", NO_STRUCTURE))
        return Request(variable, M_BY_N, formulas=(Formula(self.form, SCALAR, slots=slots),))

    def at(self, around: Surroundings) -> Metric:
        """The form at the variable."""
        left, right = (direction(name, around.variable) for name in ("U", "V"))
        (body,) = around.read(self.request(around.variable.name))
        if not body.shape.is_scalar:
            raise ShapeError(f"an inner product is a scalar, but {self.form} is {body.shape}")
        self._check_bilinear(real_part(body), left, right)
        return ReadForm(self.form, real_part(body), left, right)

    def _check_bilinear(self, body: Node, left: Symbol, right: Symbol) -> None:
        """Raise DomainError where the form is not linear in U, or not in V."""
        for slot in (left, right):
            if not_linear(body, [slot]) and not_linear(expand(simplify(body)), [slot]):
                raise DomainError(
                    f"{self.form} is not linear in {slot.name}, so it is no inner product",
                    hint="a form is a sum of terms with U and V once each",
                )

    def __str__(self) -> str:
        return f"<U, V> = {self.form}"


InnerProduct = OfTheBook | Pairing
ProductChoice = InnerProduct | str | Mapping[str, str]


def product_of(choice: ProductChoice) -> InnerProduct:
    """The product that a person gives, names, writes as a form, or describes by its `kind`.

    Raises SyntaxProblem for anything else.

    >>> print(product_of("weighted(M)"))
    weighted(left=M)
    """
    match choice:
        case OfTheBook() | Pairing():
            return choice
        case str():
            return _typed(choice)
        case Mapping():
            return _described(dict(choice))
    raise WrongArgument(
        f"an inner product is a name or a product such as mc.Weighted, not {choice!r:.60}"
    )


def _described(form: dict[str, str]) -> InnerProduct:
    """From the JSON form, `{"kind": "weighted", "left": "M"}`."""
    match form:
        case {"kind": "custom" | "pairing", "form": text, **rest} if not rest:
            return Pairing(text)
        case {"kind": "hermitian", **rest} if not rest.keys() - {"convention"}:
            return Hermitian(**rest)
        case {"kind": name, **given}:
            return OfTheBook(name, _texts(**given))
    raise SyntaxProblem(f"no inner product is described by {form}", hint='"kind" says which')


def _typed(text: str) -> InnerProduct:
    """`weighted(M,N)`, or a form in U and V: bare, or as it is printed, `<U, V> = ...`."""
    call = _CALL.fullmatch(text)
    name = call[1].lower() if call else ""
    given = parts_of(call[2] or "") if call else []
    if name == "hermitian":
        return Hermitian(*given)
    if name == "pairing" and len(given) == 1:
        return Pairing(given[0])
    if name in book.products:
        entry = book.products[name]
        if further(entry) and not given:
            usage = f"{name}({', '.join(p.name for p in further(entry))})"
            raise SyntaxProblem(f"{text!r:.60} has no weight", hint=f"write {usage}")
        return OfTheBook(name, given_to(entry, given))
    if _FORM_IN_U_AND_V.match(text):
        return Pairing(_PRINTED.sub("", text).strip())
    hint = (
        'there are frobenius, "weighted(M,N)" for <U,V> = tr(U\'*M*V*N), "elementwise(W)", '
        "affine-invariant, hermitian, and any form in U and V, such as \"tr(U'*A*V) + tr(U*B*V')\""
    )
    raise SyntaxProblem(f"no inner product {text!r:.60}", hint=hint)
