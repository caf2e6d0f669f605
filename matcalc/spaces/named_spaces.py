"""The spaces of the book at a variable: its entries made concrete.

The real ones are in `grammar/rules/15_spaces.rules`, the complex ones in the file after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.assumed import Sort
from matcalc.language.kinds import closure, thin_words
from matcalc.rulebook import book
from matcalc.rulebook.records import SpaceEntry
from matcalc.rulebook.spaces import declared_after, dimensions_of, formula, further
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.entries import Given, arguments_of, assumed_value
from matcalc.spaces.metrics import ReadProduct
from matcalc.spaces.surroundings import Surroundings
from matcalc.spaces.tangent_spaces import Equation, Image, TangentSpace, directions


def named_space(kind: str, given: Given, around: Surroundings, name: str) -> TangentSpace:
    """The space of the book of that kind, at the variable of a problem.

    `given` are the texts of its further matrices, `name` is how the space is printed. Raises
    ShapeError where the variable does not fit, DomainError where it is real and the space complex
    or the other way round, UnknownName for missing matrices.
    """
    entry = over_field_of(around.variable, kind)
    arguments = arguments_of(entry, given, around)
    others = zip(further(entry), arguments[1:], strict=True)
    fixed = [(argument, assumed_value(entry, p, around)) for p, argument in others]
    unknown, cotangent = directions(around.variable, *entry.text("structure").split())
    build = _Build(entry, arguments, unknown, cotangent)
    settled = around.declared and build.is_declared(around.variable)
    seed, point = (None, None) if settled else build.point()
    return TangentSpace(
        name=name.replace(kind, entry.name, 1),
        unknown=unknown,
        cotangent=cotangent,
        maps=tuple(build.each("tangent", {"U": unknown})),
        image=build.image(),
        multiplier=next(iter(build.each("multiplier", {"G": cotangent})), None),
        projection=next(iter(build.each("projection", {"G": cotangent})), None),
        own=ReadProduct(entry, arguments, unknown.shape, settled=entry not in book.own_spaces())
        if entry.texts("pairing")
        else None,
        equations=build.equations(),
        place=build.noted_place(around),
        is_anywhere=build.is_anywhere(around),
        point=point,
        seed=seed,
        fixed=tuple((a, v) for a, v in fixed if isinstance(a, Symbol) and v is not None),
        source=entry.source,
        note=entry.text("note"),
    )


def over_field_of(variable: Symbol, kind: str) -> SpaceEntry:
    """The space of that name over the numbers of the variable: complex-sphere for a sphere.

    Raises DomainError where there is none.
    """
    entry = book.spaces[kind]
    if not variable.is_complex and _is_complex(entry):
        raise DomainError(f"the space {kind} is complex, but {variable.name} is real")
    if not variable.is_complex or _is_complex(entry) or entry.text("complex") == "holds":
        return entry
    if entry.text("complex"):
        return book.spaces[entry.text("complex")]
    known = [name for name in book.spaces if _exists(name)]
    raise DomainError(
        f"the space {kind} is real, but {variable.name} is complex",
        hint=f"over the complex numbers there are {', '.join(known)}, and mc.Space.kernel",
    )


def _is_complex(entry: SpaceEntry) -> bool:
    return entry.parameters[0].is_complex


def _exists(name: str) -> bool:
    """Whether the space of that name is there over the complex numbers."""
    entry = book.spaces[name]
    return _is_complex(entry) or entry.text("complex") == "holds"


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
            for clause in self.entry.texts(word)
        ]

    @property
    def _is_linear(self) -> bool:
        """Whether the space is the same at every point."""
        slots = {"U": self.unknown, "G": self.cotangent}
        moving = [*self.each("tangent", slots), *self.each("projection", slots)]
        return not self.entry.texts("at") and self.arguments[0] not in ordered(*moving)

    def is_declared(self, variable: Symbol) -> bool:
        """Whether the declaration of the variable alone puts it in the space."""
        kind = thin_words(self.entry.parameters[0].structure)
        if self._is_linear and thin_words(variable.structure):
            return True
        words = kind or frozenset(self.entry.text("structure").split())
        needs_more = bool(self.entry.texts("at") or self.entry.texts("tangent")) and not kind
        own_point = bool(kind and self.entry.texts("point"))
        return bool(words) and words <= variable.structure and not (needs_more or own_point)

    def is_anywhere(self, around: Surroundings) -> bool:
        """Whether the variable was declared to be more than a point of the space.

        Complex kinds do not say so much, nor does a space with its own product: there the variable
        is taken to be a point.
        """
        kind, variable = self.entry.parameters[0].structure, around.variable
        fits = bool(kind) and kind <= variable.structure
        is_point = not around.declared or fits or variable.is_complex
        return not (is_point or bool(self.entry.text("pairing")))

    @property
    def kind(self) -> frozenset[str]:
        """What all points of the space are, as far as that holds on a thin set only."""
        own = self.entry.parameters[0].structure
        return closure(*thin_words(own), *self.entry.text("structure").split())

    def noted_place(self, around: Surroundings) -> Symbol:
        """The variable with the kind of a point of the space.

        Noted is what was not declared of it: one equation that is all that the kind says in place
        of the kind.
        """
        variable, words = around.variable, self.kind
        place = Symbol(variable.name, variable.shape, variable.structure | words)
        there = replace(self, arguments=(place, *self.arguments[1:])).equations()
        here = self.equations()
        by_kind = [pair for pair, (left, right) in zip(here, there, strict=True) if left is right]
        noted = [pair for pair in here if pair[0] is not pair[1]]
        if place is not variable and len(by_kind) != 1:
            around.note(Symbol(variable.name, variable.shape, words), Sort.KIND)
            noted = [pair for pair in noted if pair not in by_kind]
        for left, right in noted:
            around.note(left, right)
        return place

    def point(self) -> tuple[Symbol | None, Node | None]:
        """A point from a seed, `point ... of Z: kind`; by default of the kind of its variable."""
        for clause in self.entry.texts("point"):
            text, declared = declared_after(clause)
            (pattern,) = declared.values()
            shape = self.unknown.shape
            sizes = dimensions_of(self.entry, self.arguments, shape)
            words = pattern.structure | (self.unknown.structure & {"complex"})
            seed = Symbol("Z__", pattern.shape.substitute(sizes), words)
            slots = {pattern.name: seed}
            return seed, formula(self.entry, clause, self.arguments, shape, slots, text)
        structure = self.entry.parameters[0].structure
        seed = Symbol("Z__", self.unknown.shape, structure)
        return (seed, seed) if structure else (None, None)

    def image(self) -> Image | None:
        """A linear space as the image of the seed of its points, where that has fewer entries."""
        seed, point = self.point()
        if seed is None or point is None or not self._is_linear:
            return None
        return Image(point, (seed,)) if seed.shape != self.unknown.shape else None

    def equations(self) -> tuple[Equation, ...]:
        found = []
        for clause in self.entry.texts("at"):
            left, right = (
                formula(self.entry, clause, self.arguments, self.unknown.shape, {}, side.strip())
                for side in clause.text.split(" = ")
            )
            found.append((simplify(left), simplify(right)))
        return tuple(found)
