"""Spaces that a variable moves in, as a person names or describes them.

Linear spaces, and manifolds through their tangent spaces at the variable: a name of the book, the
kernel or the image of a linear map, the span of matrices, or a pattern of zeros.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    conjugate,
    dagger,
    hadamard,
    imaginary_part,
    is_real,
    minus,
    multiply,
    negate,
    plus,
    real_part,
)
from matcalc.expressions.dimensions import SCALAR, Shape, dimension
from matcalc.expressions.errors import (
    DomainError,
    MatcalcError,
    ShapeError,
    SyntaxProblem,
    UnknownName,
    expect,
)
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.phrases import VANISHES, Phrase, listed
from matcalc.language.declarations import declarations_of
from matcalc.language.kinds import closure
from matcalc.language.requests import Formula, Request, Slots
from matcalc.language.scanner import parts_of
from matcalc.rulebook import book
from matcalc.rulebook.spaces import M_BY_N
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.spaces.directions import direction
from matcalc.spaces.entries import given_to, request_of
from matcalc.spaces.linear_form import linear_form
from matcalc.spaces.named_spaces import named_space
from matcalc.spaces.surroundings import Surroundings
from matcalc.spaces.tangent_spaces import STRUCTURES, Image, TangentSpace, directions

_DESCRIBED = {
    "kernel": '"of", an equation or several, and perhaps "within"',
    "span": '"basis", a list of matrices',
    "image": '"of", a linear map, and "param", the kinds of its parameters',
    "mask": '"mask", a matrix of zeros and ones',
}
_CALL = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_BASIS = re.compile(r"\s*(span|mask)(?:\s*\((.*)\)|\s+of\s+(.*))\s*", re.DOTALL)
_EQUATION = re.compile(r"(?<![<>=])=(?!=)")


@dataclass(frozen=True)
class Space:
    """Where a variable moves: a named space, or one given by equations, a basis or a pattern.

    >>> print(Space.kernel("A*U = 0", within="symmetric"))
    A*U = 0 within symmetric
    """

    kind: str
    texts: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for text in (*self.texts, *(value for _, value in self.parameters)):
            expect(text, (str,), "an expression as text")

    @staticmethod
    def named(name: str, **matrices: str) -> Space:
        """A space of the book, with its further matrices: `Space.named("ellipsoid", B="B")`.

        Raises UnknownName for a name that the book does not have.
        """
        expect(name, (str,), "the name of a space")
        if name not in book.spaces:
            known = list(book.spaces)
            close = get_close_matches(name.lower(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise UnknownName(f"no space is called {name!r}", hint=hint)
        return Space(name, (), tuple(matrices.items()))

    @staticmethod
    def kernel(of: str | Sequence[str], within: str | None = None) -> Space:
        """The U with `of` zero, such as "A*U = 0", among the matrices of a structure."""
        expect(of, (str, list, tuple), "an equation in U as text, or a list of them")
        texts = (of,) if isinstance(of, str) else tuple(of)
        return Space("kernel", texts, (("within", within),) if within else ())

    @staticmethod
    def span(*basis: str) -> Space:
        """The linear combinations of some matrices, complex ones of a complex variable."""
        if not basis:
            raise SyntaxProblem("a span needs at least one matrix")
        return Space("span", basis)

    @staticmethod
    def image(of: str, **parameters: str) -> Space:
        """The values of a linear map: `Space.image("B*S*B'", S="symmetric(p)")`."""
        return Space("image", (of,), tuple(parameters.items()))

    @staticmethod
    def mask(pattern: str) -> Space:
        """The matrices that are zero where the pattern of zeros and ones is."""
        return Space("mask", (pattern,))

    @staticmethod
    def from_dict(form: Mapping[str, Any]) -> Space:
        """From the JSON form, `{"kind": "kernel", "of": "A*U", "within": "symmetric"}`."""
        expect(form, (Mapping,), "the JSON form of a space")
        match dict(form):
            case {"kind": "kernel", "of": of, **rest} if not rest.keys() - {"within"}:
                return Space.kernel(of, rest.get("within"))
            case {"kind": "span", "basis": basis, **rest} if not rest:
                return Space.span(*basis)
            case {"kind": "image", "of": of, "param": parameters, **rest} if not rest:
                return Space.image(of, **parameters)
            case {"kind": "mask", "mask": pattern, **rest} if not rest:
                return Space.mask(pattern)
            case {"kind": str(name), **rest} if name not in _DESCRIBED:
                return Space.named(name, **{key: str(value) for key, value in rest.items()})
            case {"kind": str(name)}:
                raise SyntaxProblem(f"the kind {name} needs {_DESCRIBED[name]}, not {dict(form)}")
        raise SyntaxProblem(f"no space is described by {dict(form)}", hint='"kind" says which')

    @staticmethod
    def read(text: str) -> Space:
        """As typed or printed: `sphere`, `ellipsoid(B)`, an equation in U, `span of P, Q`.

        Equations may end in `within symmetric`, an image is `B*S*B' with S: symmetric(p)`.
        """
        call = _CALL.fullmatch(text)
        if call is not None and call[1] in book.spaces:
            return Space(call[1], (), given_to(book.spaces[call[1]], parts_of(call[2] or "")))
        basis = _BASIS.fullmatch(text)
        if basis is not None:
            inside = parts_of(basis[2] if basis[2] is not None else basis[3])
            return Space.span(*inside) if basis[1] == "span" else Space.mask(", ".join(inside))
        values, declared, parameters = text.partition(" with ")
        if declared:
            pairs = (part.partition(":") for part in parts_of(parameters))
            return Space.image(values.strip(), **{n.strip(): kind.strip() for n, _, kind in pairs})
        if re.search(r"\bU\b", text):
            equations, _, within = text.partition(" within ")
            return Space.kernel(parts_of(equations), within.strip() or None)
        if call is not None:
            return Space.named(call[1])  # which says that there is none
        raise SyntaxProblem(
            f"a space is a name such as symmetric or sphere, not {text!r}",
            hint="or an equation in U such as A*U = 0, span of P, Q, mask of M, "
            "or B*S*B' with S: symmetric(p)",
        )

    def with_weight(self, weight: str) -> Space | None:
        """The space with the matrix of its own product so named, None where it has none.

        A person writes the Lorentz product as <U, V> = tr(U'*J*V) with a J that is not definite.
        """
        entry = book.spaces.get(self.kind)
        name = entry.text("definition").partition(" = ")[0] if entry is not None else ""
        return Space(self.kind, (), ((name, weight),)) if name and not self.parameters else None

    def request(self, variable: str) -> Request:
        """What it asks of the variable of that name."""
        match self.kind:
            case "kernel":
                within = dict(self.parameters).get("within")
                slots = (("U", closure(*([within] if within else []))),)
                shape = Shape(M_BY_N.rows, M_BY_N.rows) if within else M_BY_N
                return Request(variable, shape, formulas=tuple(self._sides(slots)))
            case "span" | "mask":
                return Request(variable, M_BY_N, formulas=_of_the_shape(self.texts))
            case "image":
                own = tuple(declarations_of(dict(self.parameters)).values())
                return Request(variable, M_BY_N, formulas=_of_the_shape(self.texts, own))
        return request_of(book.spaces[self.kind], self.parameters, variable)

    def _sides(self, slots: Slots) -> Iterator[Formula]:
        """Both sides of the equations, two of one shape; a right side that is 0 is left out."""
        for place, text in enumerate(self.texts):
            left, *right = _EQUATION.split(text)
            shape = Shape(dimension(f"r{place}"), dimension(f"c{place}"))
            yield Formula(left, shape, slots=slots)
            if right and right[0].strip() != "0":
                yield Formula(right[0], shape, slots=slots)

    def at(self, around: Surroundings) -> TangentSpace:
        """The space at the variable of a problem.

        Raises ShapeError where the variable does not fit, UnknownName for missing matrices.
        """
        makers = {"kernel": _kernel, "span": _span, "image": _image, "mask": _mask}
        maker = makers.get(self.kind)
        if maker is not None:
            return maker(self, around)
        return named_space(self.kind, self.parameters, around, str(self))

    def __str__(self) -> str:
        inside = ", ".join(self.texts)
        match self.kind:
            case "kernel":
                equations = ", ".join(t if _EQUATION.search(t) else f"{t} = 0" for t in self.texts)
                within = dict(self.parameters).get("within")
                return f"{equations} within {within}" if within else equations
            case "span" | "mask":
                return f"{self.kind} of {inside}"
            case "image":
                given = ", ".join(f"{name}: {kind}" for name, kind in self.parameters)
                return f"{inside} with {given}"
            case name:
                given = ", ".join(value for _, value in self.parameters)
                return f"{name}({given})" if given else name


# ---------------------------------------------------------------- spaces that a person describes


def _of_the_shape(texts: Sequence[str], own: Sequence[Symbol] = ()) -> tuple[Formula, ...]:
    return tuple(Formula(text, M_BY_N, declared=tuple(own)) for text in texts)


def _kernel(space: Space, around: Surroundings) -> TangentSpace:
    within = dict(space.parameters).get("within", "")
    if within and within not in STRUCTURES:
        raise UnknownName(
            f"a kernel lies within {', '.join(STRUCTURES)}, not {within!r}",
            hint="add the other conditions as further equations",
        )
    if within:
        _require_structure(within, around)
    words = [within] if within else []
    unknown, cotangent = directions(around.variable, *words)
    typed = direction("U", around.variable, *words)
    request = space.request(around.variable.name)
    sides: dict[Shape | None, list[Node]] = {}
    for formula, node in zip(request.formulas, around.read(request), strict=True):
        sides.setdefault(formula.shape, []).append(node)
    bodies = [minus(*both) if len(both) > 1 else both[0] for both in sides.values()]
    linear = [
        linear_form(text, body, [typed], " = 0")
        for text, body in zip(space.texts, bodies, strict=True)
    ]
    maps = tuple(_as_real(substitute(body, {typed: unknown})) for body in linear)
    formulas: list[Phrase] = [(body, " ", VANISHES) for body in bodies]
    name = (*listed(formulas), f" within {within}" if within else "")
    return TangentSpace(str(space), unknown, cotangent, maps, formula=name)


def _as_real(constraint: Node) -> Node:
    """The same equations, real where they can be, and Hermitian in place of skew-Hermitian.

    So that the multipliers, which have the values of the map for their space, are determined.
    """
    if not constraint.is_complex:
        return constraint
    if is_real(constraint):
        return real_part(constraint)
    if conjugate(constraint) is negate(constraint):
        return imaginary_part(constraint)
    skew = dagger(constraint) is negate(constraint)
    return expand(multiply(IMAGINARY_UNIT, constraint)) if skew else constraint


def _require_structure(within: str, around: Surroundings) -> None:
    """Raise DomainError where the matrices of a structure are not over the field of the variable.

    X' is the conjugate transpose of a complex X: there, symmetric and skew are not what they say.
    """
    name, is_complex = around.variable.name, around.variable.is_complex
    if is_complex and within in ("symmetric", "skew"):
        raise DomainError(
            f"{name} is complex: its matrices are not {within}", hint="say hermitian, or give maps"
        )
    if within == "hermitian" and not is_complex:
        raise DomainError(f"{name} is real: its matrices are not hermitian", hint="say symmetric")


def _read(space: Space, around: Surroundings) -> tuple[Node, ...]:
    """The matrices that describe a space. Raises ShapeError where one has another shape."""
    shape = around.variable.shape
    found = around.read(space.request(around.variable.name))
    for text, node in zip(space.texts, found, strict=True):
        if node.shape != shape:
            raise ShapeError(f"{text} is {node.shape}, but {shape} is needed")
    return found


def _span(space: Space, around: Surroundings) -> TangentSpace:
    unknown, cotangent = directions(around.variable)
    basis = [*_read(space, around)]
    if unknown.is_complex:
        basis += [multiply(IMAGINARY_UNIT, b) for b in basis]
    weights = tuple(
        Symbol(f"Z{place}__", SCALAR, closure("tangent")) for place in range(len(basis))
    )
    body = plus(*(multiply(weight, b) for weight, b in zip(weights, basis, strict=True)))
    image = Image(body, weights)
    name = ("span of ", *listed((one,) for one in basis[: len(space.texts)]))
    return TangentSpace(str(space), unknown, cotangent, image=image, formula=name)


def _image(space: Space, around: Surroundings) -> TangentSpace:
    declared = declarations_of(dict(space.parameters))
    if not declared:
        raise SyntaxProblem(
            f"the image {space.texts[0]} needs its parameters, with their kinds",
            hint='as in Space.image("B*t", t="vector(p)") or `B*t with t: vector(p)`',
        )
    unknown, cotangent = directions(around.variable)
    (text,), (body,) = space.texts, _read(space, around)
    body = linear_form(text, body, list(declared.values()))
    own = [Symbol(f"{s.name}__", s.shape, s.structure) for s in declared.values()]
    values: dict[Node, Node] = dict(zip(declared.values(), own, strict=True))
    moved = substitute(body, values)
    given = listed((declared[name], f": {kind}") for name, kind in space.parameters)
    name, image = (body, " with ", *given), Image(moved, tuple(own))
    return TangentSpace(str(space), unknown, cotangent, image=image, formula=name)


def _mask(space: Space, around: Surroundings) -> TangentSpace:
    unknown, cotangent = directions(around.variable)
    (pattern,) = _read(space, around)
    around.note(pattern, f"the entries of {pattern} are 0 or 1")
    projection = hadamard(pattern, cotangent)
    zero_or_one = book.apply("heaviside", [pattern])
    fixed = ((pattern, zero_or_one),) if isinstance(pattern, Symbol) else ()
    return TangentSpace(
        str(space),
        unknown,
        cotangent,
        projection=projection,
        fixed=fixed,
        formula=("mask of ", pattern),
    )


SpaceChoice = Space | str | Mapping[str, Any]


def space_of(choice: SpaceChoice) -> Space:
    """The space that a person names, describes or gives. Raises MatcalcError for anything else."""
    match choice:
        case Space():
            return choice
        case str():
            return Space.read(choice)
        case Mapping():
            return Space.from_dict(choice)
    raise MatcalcError(f"a space is a name or a mc.Space, not {choice!r}")
