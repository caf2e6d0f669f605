"""The tangent space at a variable: what a direction in a space has to satisfy.

A space is W cut down by linear maps that vanish on it, where W is all matrices or those of a
structure (symmetric, skew, ...); or the image of a linear map of parameters.
Source: Absil, Mahony & Sepulchre 2008, ch. 3; Boumal 2023, ch. 7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.constructors import UNIT
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.phrases import Phrase
from matcalc.rulebook import book
from matcalc.rulebook.spaces import formula
from matcalc.rulebook.substitution import substitute
from matcalc.spaces.directions import direction
from matcalc.spaces.metrics import ReadProduct

ALL_FREE = "all entries free"
STRUCTURES = ("hermitian", "diagonal", "symmetric", "skew", "lower", "upper")
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
    of `cotangent`; `multiplier` is the m with K*(m) the normal part of `cotangent` for the map K,
    where the book has it; `own` is the product that the name implies; `equations` hold at points
    of the space, `place` is the variable with the kind of one, and it `is_anywhere` where it was
    declared to be more than that; `point` gives one from the arbitrary symbol `seed`; `fixed` are
    the values that symbols are assumed to have; `formula` is the name as a phrase where it has
    formulas in it.
    """

    name: str
    unknown: Symbol
    cotangent: Symbol
    maps: tuple[Node, ...] = ()
    image: Image | None = None
    multiplier: Node | None = None
    projection: Node | None = None
    own: ReadProduct | None = None
    equations: tuple[Equation, ...] = ()
    place: Symbol | None = None
    is_anywhere: bool = False
    point: Node | None = None
    seed: Symbol | None = None
    fixed: tuple[tuple[Symbol, Node], ...] = ()
    source: str = ""
    note: str = ""
    formula: Phrase = ()

    @property
    def phrase(self) -> Phrase:
        """The name, its formulas as expressions where a person gave any."""
        return self.formula or (self.name,)

    @property
    def shape(self) -> Shape:
        return self.unknown.shape

    @property
    def structure(self) -> str:
        """The structure of every element: symmetric, skew, ...; "" where there is none."""
        words = self.unknown.structure
        return next((word for word in STRUCTURES if word in words), "")

    @property
    def is_all(self) -> bool:
        return not (self.structure or self.maps or self.image or self.projection)

    @property
    def free(self) -> Symbol:
        """A direction with all entries free, under a name that nobody types."""
        return direction("U__", self.unknown)

    def project(self, node: Node) -> Node:
        """The orthogonal projection of an expression. It must be known."""
        assert self.projection is not None
        return substitute(self.projection, {self.cotangent: node})

    def onto_structure(self, node: Node) -> Node:
        """The projection on the matrices of the structure of the space."""
        return project_on(self.structure, node) if self.structure else node

    def moved(self, variable: Symbol, value: Node) -> TangentSpace:
        """The space at the value of a function of the variable."""

        def there(node: Node) -> Node:
            return substitute(node, {variable: value})

        return replace(
            self,
            maps=tuple(map(there, self.maps)),
            image=self.image and replace(self.image, body=there(self.image.body)),
            multiplier=self.multiplier and there(self.multiplier),
            projection=self.projection and there(self.projection),
            equations=tuple((there(left), there(right)) for left, right in self.equations),
        )


def project_on(structure: str, node: Node) -> Node:
    """The orthogonal projection on the matrices of a structure."""
    entry = book.spaces[structure]
    variable = Symbol("X", node.shape, frozenset())
    clause = entry.texts("projection")[0]
    return formula(entry, clause, (variable,), node.shape, {"G": node})


def directions(variable: Symbol, *structure: str) -> tuple[Symbol, Symbol]:
    """The unknown direction and the cotangent, under names that nobody types."""
    return direction("U__", variable, *structure), direction("G__", variable)


def everything(variable: Symbol) -> TangentSpace:
    """No restriction: all entries free."""
    unknown, cotangent = directions(variable)
    return TangentSpace(ALL_FREE, unknown, cotangent)


def operator_of(form: Node, left: Symbol) -> Node:
    """L(V) with form(U, V) = tr(U'*L(V)). Raises NotLinear where the form is not linear in U."""
    return pull_back_to(form, left, UNIT)
