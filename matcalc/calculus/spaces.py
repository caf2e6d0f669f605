"""Spaces that a variable moves in: linear ones, and manifolds through their tangent spaces at it.

A space is W cut down by linear maps that vanish on it, where W is all matrices or those of a
structure (symmetric, skew, ...); or the image of a linear map of parameters. The formulas of
named spaces are entries of `grammar/rules/spaces.rules`.
Source: Absil, Mahony & Sepulchre 2008, ch. 3; Boumal 2023, ch. 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from matcalc.calculus.inner_products import Own
from matcalc.calculus.pull_back import pull_back
from matcalc.calculus.surroundings import Surroundings
from matcalc.expressions.constructors import UNIT, hadamard, minus, multiply, plus, trace, transpose
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import MatcalcError, ShapeError, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.declarations import declarations_of
from matcalc.language.kinds import closure
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.spaces import (
    SpaceEntry,
    declared_after,
    dimensions_of,
    entries,
    formula,
    names,
)

_CALL = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_EQUATION = re.compile(r"(?<![<>=])=(?!=)")
Equation = tuple[Node, Node]


@dataclass(frozen=True)
class Image:
    """The elements as a linear map `body` of the parameters."""

    body: Node
    parameters: tuple[Symbol, ...]


@dataclass(frozen=True)
class TangentSpace:
    """The space at a variable: what a direction in it has to satisfy.

    `maps` are linear in `unknown` and vanish on the space; `projection` is the orthogonal one,
    of `cotangent`; `point` gives a point of the space from the arbitrary symbol `seed`.
    """

    name: str
    unknown: Symbol
    cotangent: Symbol
    maps: tuple[Node, ...] = ()
    image: Image | None = None
    projection: Node | None = None
    own: Own | None = None
    equations: tuple[Equation, ...] = ()
    point: Node | None = None
    seed: Symbol | None = None
    source: str = ""
    note: str = ""

    @property
    def shape(self) -> Shape:
        return self.unknown.shape

    @property
    def structure(self) -> str:
        """The structure of every element: symmetric, skew, ...; "" where there is none."""
        words = self.unknown.structure
        return next((word for word in _STRUCTURES if word in words), "")

    @property
    def is_all(self) -> bool:
        return not (self.structure or self.maps or self.image or self.projection)

    def project(self, node: Node) -> Node:
        """The orthogonal projection of an expression. It must be known."""
        assert self.projection is not None
        return put(self.projection, self.cotangent, node)

    def onto_structure(self, node: Node) -> Node:
        """The projection on the matrices of the structure of the space."""
        return project_on(self.structure, node) if self.structure else node


_STRUCTURES = ("diagonal", "symmetric", "skew", "lower", "upper")


def put(body: Node, symbol: Symbol, value: Node) -> Node:
    """`body` with a value for one of its symbols."""
    return instantiate(body, {symbol: value}, NO_DIMENSIONS, book.apply)


def project_on(structure: str, node: Node) -> Node:
    """The orthogonal projection on the matrices of a structure."""
    entry = entries()["space", structure]
    variable = Symbol("X", node.shape, frozenset())
    clause = entry.all("projection")[0]
    return formula(entry, clause, (variable,), node.shape, {"G": node})


def _directions(shape: Shape, *structure: str) -> tuple[Symbol, Symbol]:
    """The unknown direction and the cotangent, under names that nobody types."""
    unknown = Symbol("U__", shape, closure("tangent", *structure))
    return unknown, Symbol("G__", shape, closure("tangent"))


ALL_FREE = "all entries free"


@dataclass(frozen=True)
class Space:
    """Where a variable moves: a named space, or one given by equations, a basis or a pattern.

    >>> print(Space.kernel("A*U = 0", within="symmetric"))
    A*U = 0 within symmetric
    """

    kind: str
    texts: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def named(name: str, **matrices: str) -> Space:
        """A space of the book, with its further matrices: `Space.named("ellipsoid", B="B")`.

        Raises UnknownName for a name that the book does not have.
        """
        if ("space", name) not in entries():
            known = names("space")
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise UnknownName(f"no space is called {name!r}", hint=hint)
        return Space(name, (), tuple(matrices.items()))

    @staticmethod
    def kernel(of: str | Sequence[str], within: str | None = None) -> Space:
        """The U with `of` zero, such as "A*U = 0", among the matrices of a structure."""
        texts = (of,) if isinstance(of, str) else tuple(of)
        return Space("kernel", texts, (("within", within),) if within else ())

    @staticmethod
    def span(*basis: str) -> Space:
        """The linear combinations of some matrices."""
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
        match dict(form):
            case {"kind": "kernel", "of": of, **rest} if not rest.keys() - {"within"}:
                return Space.kernel(of, rest.get("within"))
            case {"kind": "span", "basis": basis, **rest} if not rest:
                return Space.span(*basis)
            case {"kind": "image", "of": of, "param": parameters, **rest} if not rest:
                return Space.image(of, **parameters)
            case {"kind": "mask", "mask": pattern, **rest} if not rest:
                return Space.mask(pattern)
            case {"kind": str(name), **rest}:
                return Space.named(name, **{key: str(value) for key, value in rest.items()})
        raise SyntaxProblem(f"no space is described by {dict(form)}")

    @staticmethod
    def read(text: str) -> Space:
        """A name with its matrices, as typed: `sphere`, `ellipsoid(B)`."""
        call = _CALL.fullmatch(text)
        if call is None:
            raise SyntaxProblem(f"a space is a name such as symmetric or sphere, not {text!r}")
        space = Space.named(call[1])
        given = [part.strip() for part in (call[2] or "").split(",") if part.strip()]
        free = [p.name for p in entries()["space", call[1]].parameters[1:]]
        if len(given) > len(free):
            raise SyntaxProblem(f"the space {call[1]} takes {len(free)} matrices")
        return Space(space.kind, (), tuple(zip(free, given, strict=False)))

    def with_weight(self, weight: str) -> Space | None:
        """The space with the matrix of its own product so named, None where it has none.

        A person writes the Lorentz product as <U, V> = tr(U'*J*V) with a J that is not definite.
        """
        entry = entries().get(("space", self.kind))
        name = entry.text("assumed").partition(" = ")[0] if entry is not None else ""
        return Space(self.kind, (), ((name, weight),)) if name and not self.parameters else None

    def at(self, around: Surroundings) -> TangentSpace:
        """The space at the variable of a problem.

        Raises ShapeError where the variable does not fit, UnknownName for missing matrices.
        """
        makers = {"kernel": _kernel, "span": _span, "image": _image, "mask": _mask}
        maker = makers.get(self.kind)
        return maker(self, around) if maker else _named(self, around)

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


def everything(variable: Symbol) -> TangentSpace:
    """No restriction: all entries free."""
    unknown, cotangent = _directions(variable.shape)
    return TangentSpace(ALL_FREE, unknown, cotangent)


def _named(space: Space, around: Surroundings) -> TangentSpace:
    entry = entries()["space", space.kind]
    arguments = _arguments(entry, space, around)
    unknown, cotangent = _directions(around.variable.shape, *entry.text("elements").split())
    build = _Build(entry, arguments, unknown, cotangent)
    seed, point = build.point() if not build.is_declared(around.variable) else (None, None)
    return TangentSpace(
        name=str(space),
        unknown=unknown,
        cotangent=cotangent,
        maps=tuple(build.each("tangent", {"U": unknown})),
        image=build.image(),
        projection=next(iter(build.each("projection", {"G": cotangent})), None),
        own=Own(entry, arguments) if entry.all("pairing") else None,
        equations=build.equations() if build.is_on(around) else (),
        point=point,
        seed=seed,
        source=entry.source,
        note=entry.text("note"),
    )


@dataclass(frozen=True)
class _Build:
    """The clauses of an entry at its arguments."""

    entry: SpaceEntry
    arguments: tuple[Node, ...]
    unknown: Symbol
    cotangent: Symbol

    def each(self, word: str, slots: Mapping[str, Node]) -> list[Node]:
        shape = self.unknown.shape
        return [
            formula(self.entry, clause, self.arguments, shape, slots)
            for clause in self.entry.all(word)
        ]

    def _declared(self, word: str) -> tuple[Node, Symbol] | None:
        """The formula of a clause `... of Z: kind`, with its variable under a name of our own."""
        for clause in self.entry.all(word):
            text, declared = declared_after(clause)
            (pattern,) = declared.values()
            sizes = dimensions_of(self.entry, self.arguments, self.unknown.shape)
            symbol = Symbol("Z__", pattern.shape.substitute(sizes), pattern.structure)
            slots = {pattern.name: symbol}
            shape = self.unknown.shape
            return formula(self.entry, clause, self.arguments, shape, slots, text), symbol
        return None

    def is_declared(self, variable: Symbol) -> bool:
        """Whether the declaration of the variable alone puts it in the space."""
        kind = self.entry.parameters[0].structure
        words = kind or frozenset(self.entry.text("elements").split())
        needs_more = bool(self.entry.all("at") or self.entry.all("tangent")) and not kind
        own_point = bool(kind and self.entry.all("point"))
        return bool(words) and words <= variable.structure and not (needs_more or own_point)

    def is_on(self, around: Surroundings) -> bool:
        """Whether the variable is known to be a point of the space, or is assumed to be one.

        Where its kind was only inferred, the space says what it is; where it was declared to be
        more, the tangent space is that at its value.
        """
        kind = self.entry.parameters[0].structure
        if self.entry.all("at") and kind and kind <= around.variable.structure:
            return True
        assumed = not around.declared or self.entry.text("pairing") != ""
        if assumed:
            around.notes += [f"{left} = {right}" for left, right in self.equations()]
        return assumed

    def point(self) -> tuple[Symbol | None, Node | None]:
        """A point from a seed: where the entry says none, of the kind of its variable."""
        found = self._declared("point")
        if found is not None:
            return found[1], found[0]
        structure = self.entry.parameters[0].structure
        seed = Symbol("Z__", self.unknown.shape, structure)
        return (seed, seed) if structure else (None, None)

    def image(self) -> Image | None:
        found = self._declared("image")
        return Image(found[0], (found[1],)) if found is not None else None

    def equations(self) -> tuple[Equation, ...]:
        found = []
        for clause in self.entry.all("at"):
            left, right = (
                formula(self.entry, clause, self.arguments, self.unknown.shape, {}, side.strip())
                for side in clause.text.split(" = ")
            )
            found.append((left, right))
        return tuple(found)


def _arguments(
    entry: SpaceEntry, space: Space, around: Surroundings
) -> tuple[Node, ...]:
    """The variable and the further matrices of a space."""
    first, *others = entry.parameters
    given = dict(space.parameters)
    rank = given.pop("rank", "")
    if rank.isidentifier() and rank not in around.known:
        around.assumed[rank] = Symbol(rank, SCALAR, closure("integer"))
    sizes = dimensions_of_first(entry, around.variable)
    arguments: list[Node] = [around.variable]
    for parameter in others:
        shape = parameter.shape.substitute(sizes)
        text = given.pop(parameter.name, None)
        if text is None:
            raise_unless_assumed(entry, parameter)
            arguments.append(_assumed(entry, around))
        elif entry.text("assumed").startswith(f"{parameter.name} = "):
            known = entry.text("assumed").partition(" = ")[2]
            around.notes.append(f"{text} = {known}")
            arguments.append(around.matrix(text, shape, *parameter.structure))
        else:
            arguments.append(around.matrix(text, shape, *parameter.structure))
    if given:
        raise UnknownName(f"the space {entry.name} has no {', '.join(given)}")
    return tuple(arguments)


def dimensions_of_first(entry: SpaceEntry, variable: Symbol) -> Mapping[str, Any]:
    """The dimensions that the variable alone determines. Raises ShapeError where it misfits."""
    pattern, actual = entry.parameters[0].shape, variable.shape
    sizes = {}
    for wanted, found in ((pattern.rows, actual.rows), (pattern.columns, actual.columns)):
        if wanted.name is not None:
            sizes.setdefault(wanted.name, found)
        if wanted.substitute(sizes) != found:
            raise ShapeError(
                f"the space {entry.name} is for {pattern}, but {variable.name} is {actual}"
            )
    return sizes


def raise_unless_assumed(entry: SpaceEntry, parameter: Symbol) -> None:
    """Raise UnknownName where a matrix of a space is missing."""
    if not entry.text("assumed").startswith(f"{parameter.name} = "):
        raise UnknownName(
            f"the space {entry.name} needs a matrix {parameter.name}",
            hint=f"{entry.name}({parameter.name})",
        )


def _assumed(entry: SpaceEntry, around: Surroundings) -> Node:
    """The matrix that a further parameter is when none is given."""
    clause = entry.all("assumed")[0]
    text = clause.text.partition(" = ")[2]
    first = Symbol(entry.parameters[0].name, around.variable.shape, frozenset())
    head = SpaceEntry("space", entry.name, entry.parameters[:1], entry.clauses, entry.location)
    return formula(head, clause, (first,), around.variable.shape, {}, text)


# ---------------------------------------------------------------- spaces that a person describes


def _kernel(space: Space, around: Surroundings) -> TangentSpace:
    within = dict(space.parameters).get("within", "")
    if within and within not in _STRUCTURES:
        raise UnknownName(
            f"a kernel lies within {', '.join(_STRUCTURES)}, not {within!r}",
            hint="add the other conditions as further equations",
        )
    unknown, cotangent = _directions(around.variable.shape, *([within] if within else []))
    typed = Symbol("U", unknown.shape, unknown.structure)
    maps = []
    for text in space.texts:
        left, *right = _EQUATION.split(text)
        body = around.expression(left, U=typed)
        if right and right[0].strip() != "0":
            body = minus(body, around.expression(right[0], U=typed))
        maps.append(put(body, typed, unknown))
    return TangentSpace(str(space), unknown, cotangent, tuple(maps))


def _span(space: Space, around: Surroundings) -> TangentSpace:
    shape = around.variable.shape
    unknown, cotangent = _directions(shape)
    basis = [around.matrix(text, shape) for text in space.texts]
    weights = tuple(
        Symbol(f"Z{place}__", SCALAR, closure("tangent")) for place in range(len(basis))
    )
    body = plus(*(multiply(weight, b) for weight, b in zip(weights, basis, strict=True)))
    return TangentSpace(str(space), unknown, cotangent, image=Image(body, weights))


def _image(space: Space, around: Surroundings) -> TangentSpace:
    declared = declarations_of(dict(space.parameters))
    unknown, cotangent = _directions(around.variable.shape)
    body = around.expression(space.texts[0], **declared)
    if body.shape != unknown.shape:
        raise ShapeError(f"{space.texts[0]} is {body.shape}, the variable is {unknown.shape}")
    own = {s: Symbol(f"{s.name}__", s.shape, s.structure) for s in declared.values()}
    moved = instantiate(body, dict(own), NO_DIMENSIONS, book.apply)
    return TangentSpace(str(space), unknown, cotangent, image=Image(moved, tuple(own.values())))


def _mask(space: Space, around: Surroundings) -> TangentSpace:
    unknown, cotangent = _directions(around.variable.shape)
    pattern = around.matrix(space.texts[0], unknown.shape)
    around.notes.append(f"the entries of {space.texts[0]} are 0 or 1")
    projection = hadamard(pattern, cotangent)
    return TangentSpace(str(space), unknown, cotangent, projection=projection)


def operator_of(form: Node, left: Symbol) -> Node:
    """L(V) with form(U, V) = tr(U'*L(V)). Raises NotLinear where the form is not linear in U."""
    return pull_back(form, left, UNIT)


def frobenius_pairing(left: Node, right: Node) -> Node:
    """tr(left'*right)."""
    return trace(multiply(transpose(left), right))


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
