"""A linear map on a product of spaces: a direction for each of several variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from matcalc.calculus.inversion import inverse
from matcalc.calculus.kronecker import vec
from matcalc.calculus.pull_back import pull_back
from matcalc.expressions.binders import free_name
from matcalc.expressions.blocks import Blocks, map_leaves
from matcalc.expressions.build import blocks
from matcalc.expressions.constructors import multiply, number, plus, power, symbol, zero
from matcalc.expressions.errors import NoRule, ShapeError, UnknownName, expect
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.setting import Ground
from matcalc.operators.invariants import determinant, spectral
from matcalc.operators.linear_map import LinearMap
from matcalc.operators.operator import ALONE, Bodies, Operator, Places, Slot, Slots
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import read_direction
from matcalc.spaces.real_coordinates import coordinates, parted

Given = Node | str | Mapping[str, Node | str]


@dataclass(frozen=True)
class BlockMap(Operator):
    """A linear map of a product of spaces: `bodies` are linear in all `directions` together.

    `D["X"]` is the operator of one variable, `D(X="V")` applies the map, `D.adjoint(W)` has a
    value for each variable. With several slots of directions it is multilinear: they are given
    one after another, each a mapping by the names of the variables.
    """

    slots: tuple[Slot, ...]
    bodies: Bodies
    settings: Places
    outers: Places

    def made(
        self, slots: Slots, bodies: Bodies, settings: Places, outers: Places
    ) -> LinearMap | BlockMap:
        """A map of such variables and values; what is no product on either side is a LinearMap."""
        if {*slots[0], *bodies} != {ALONE}:
            return BlockMap(tuple(slots), bodies, settings, outers)
        directions = tuple(slot[ALONE] for slot in slots)
        return LinearMap(directions, bodies[ALONE], settings[ALONE], outers[ALONE])

    @property
    def tangent(self) -> Blocks:
        """The directions dX, dY, ... of a map of one slot."""
        return Blocks(self.tangents)

    @property
    def body(self) -> Node | Blocks:
        """The value at the tangents, linear in all of them together."""
        return self._told(self.bodies)

    def _told(self, values: Mapping[str, Node]) -> Node | Blocks:
        return values[ALONE] if ALONE in values else Blocks(values)

    @property
    def normal_form(self) -> Blocks:
        """The normal form of each block."""
        return Blocks(
            {r: map_leaves(row, lambda part: part.normal_form) for r, row in self.rows.items()}
        )

    @property
    def structure(self) -> Blocks:
        """What each block is. Raises ShapeError where one is no map of one space into itself."""
        return Blocks(
            {r: map_leaves(row, lambda part: part.structure) for r, row in self.rows.items()}
        )

    @cached_property
    def rows(self) -> Blocks:
        """The blocks: the map of one variable into the values of another."""
        return Blocks(
            {
                row: Blocks({name: self._part(row, name) for name in self.tangents})
                for row in self.bodies
            }
        )

    def block(self, row: str, name: str) -> LinearMap:
        """The map of one variable into the values of a row."""
        found: LinearMap = self.rows[row][name]
        return found

    def _part(self, row: str, name: str) -> LinearMap:
        fixed: dict[Node, Node] = {
            t: zero(t.shape) for key, t in self.tangents.items() if key != name
        }
        body = simplify(substitute(self.bodies[row], fixed))
        return LinearMap((self.tangents[name],), body, self.settings[name], self.outers[row])

    def __getitem__(self, name: str) -> LinearMap | Blocks:
        """The operator of one variable; of a map into a product the row of that variable."""
        rows = self.rows
        found: LinearMap | Blocks = rows[ALONE][name] if ALONE in rows else rows[name]
        return found

    # ------------------------------------------------------------ applying

    def apply(self, *given: Given, **named: Node | str) -> Node | Blocks:
        """The value in these directions, by the names of the variables; one left out is 0.

        Raises UnknownName for another name, ShapeError for a direction of another shape.
        """
        slots = [self._slot(one) for one in given] + ([named] if named else [])
        nameless = any(ALONE in slot for slot in slots) and ALONE not in self.slots[0]
        if len(slots) != self.arity or not all(slots) or nameless:
            some = ", ".join(f'{name}="V{place}"' for place, name in enumerate(self.slots[0]))
            hint = some if self.arity == 1 else f"for each slot a mapping: dict({some})"
            raise ShapeError("directions are given by the names of the variables", hint=hint)
        values: dict[Node, Node] = {}
        for tangents, chosen in zip(self.slots, slots, strict=True):
            values |= {tangent: zero(tangent.shape) for tangent in tangents.values()}
            for name, direction in chosen.items():
                if name not in tangents:
                    known = f"the variables are {', '.join(tangents)}"
                    raise UnknownName(f"no differential in {name!r}", hint=known)
                values[tangents[name]] = self._read(direction, tangents[name])
        return self._told({row: simplify(substitute(b, values)) for row, b in self.bodies.items()})

    def _slot(self, given: Given) -> Mapping[str, Node | str]:
        return given if isinstance(given, Mapping) else {ALONE: given}

    def _read(self, given: Node | str, tangent: Symbol) -> Node:
        found = read_direction(given, tangent, *self.bodies.values())
        if found.shape != tangent.shape:
            raise ShapeError(f"a direction is {tangent.shape}, not {found.shape}")
        return found

    # ------------------------------------------------------------ adjoint

    def gives(self, row: str, image: Ground) -> bool:
        """Whether the values of a row are in a space: those of each of its blocks."""
        return all(self.block(row, name).has_values_in(image) for name in self.tangents)

    def pulled_back(self, cotangents: Mapping[str, Node]) -> Mapping[str, Node]:
        """L*(W) for each variable, one sweep for each row."""
        shares: dict[str, list[Node]] = {name: [] for name in self.tangents}
        for row, body in self.bodies.items():
            covector = self.outers[row].covector(cotangents[row])
            found = pull_back(body, list(self.tangents.values()), covector)
            for name, share in zip(self.tangents, found, strict=True):
                shares[name].append(share)
        elements = {name: self.settings[name].element(plus(*shares[name])) for name in shares}
        return {name: simplify(found) for name, found in elements.items()}

    # ------------------------------------------------------------ as a matrix

    def _blocks(self, block: Callable[[str, str], Node]) -> Node:
        """One matrix of the blocks."""
        return blocks(book, [[block(r, n) for n in self.tangents] for r in self.bodies])

    @property
    def matrix(self) -> Node:
        """J with [vec(L_x); vec(L_y); ...] = J*[vec(dX); vec(dY); ...]."""
        return self._blocks(lambda row, name: matrix_of(self.block(row, name)))

    def _completed(self) -> Node:
        """The matrix in real coordinates that is the identity across the spaces."""

        def block(row: str, name: str) -> Node:
            restriction = self.block(row, name).restriction
            return restriction.completed if row == name else restriction.coordinates

        return self._blocks(block)

    def _require_endomorphism(self, word: str) -> None:
        """Raise NoRule for a map that does not take the product of spaces into itself."""
        if set(self.bodies) != set(self.tangents):
            raise NoRule(f"a map of {', '.join(self.tangents)} into another space has no {word}")
        for row, name, part in self._parts():
            own = self.settings[row]
            if self.outers[row] is not own and not part.has_values_in(own.ground):
                raise NoRule(
                    f"the map takes directions of {name} out of the space "
                    f"{own.space.name} of {row}: it has no {word} there"
                )

    def _parts(self) -> Iterable[tuple[str, str, LinearMap]]:
        return ((r, n, self.block(r, n)) for r in self.bodies for n in self.tangents)

    @property
    def trace(self) -> Node:
        """The sum of the eigenvalues: of the traces of the blocks on the diagonal."""
        self._require_endomorphism("trace")
        return simplify(plus(*(self.block(name, name).trace for name in self.tangents)))

    @property
    def determinant(self) -> Node:
        """The product of the eigenvalues."""
        self._require_endomorphism("determinant")
        return simplify(determinant(self._completed()))

    @property
    def norm(self) -> Node:
        """The largest |L(V)| over |V| = 1, where |V|^2 is the sum over the variables."""
        return simplify(
            spectral(self._blocks(lambda row, name: self.block(row, name).scaled_matrix))
        )

    @property
    def norm_fro(self) -> Node:
        """The root of the sum of the squares of those of the blocks."""
        squares = [power(part.norm_fro, number(2)) for _, _, part in self._parts()]
        return simplify(book.apply("sqrt", [plus(*squares)]))

    @property
    def is_self_adjoint(self) -> bool:
        """Whether each block is the adjoint of the one across the diagonal."""
        from matcalc.samples.agreement import same_values

        if set(self.bodies) != set(self.tangents):
            return False
        names = list(self.tangents)
        for place, row in enumerate(names):
            if not self.block(row, row).is_self_adjoint:
                return False
            for name in names[:place]:
                here, across = self.block(row, name), self.block(name, row)
                if not same_values(here.body, across.pull_back(here.tangent)):
                    return False
        return True

    # ------------------------------------------------------------ solving

    def solve(self, right: Mapping[str, Node | str]) -> Blocks:
        """The V with L(V) = R, one linear system for all variables; R by their names.

        Raises NoRule where the map is not one of the product of spaces into itself.
        """
        self._require_endomorphism("inverse")
        expect(right, (Mapping,), "a right side for each variable, by name")
        if set(right) != set(self.tangents):
            names = ", ".join(self.tangents)
            raise ShapeError(f"the right side has one part for each variable, of {names}")
        sides = blocks(
            book, [[coordinates(self._read(right[n], t))] for n, t in self.tangents.items()]
        )
        found = parted(multiply(inverse(self._completed()), sides), self.tangents.values())
        return Blocks(dict(zip(self.tangents, found, strict=True)))

    @property
    def inverse(self) -> BlockMap:
        """The map R -> V with L(V) = R."""
        rights = {
            name: symbol(free_name(f"R{name}", *self.bodies.values()), t.shape)
            for name, t in self.tangents.items()
        }
        return BlockMap((rights,), self.solve(rights), self.outers, self.settings)


def matrix_of(part: LinearMap) -> Node:
    """The matrix of a block; by a scalar the derivative stacked as a column."""
    return vec(part.at_unit) if part.domain.is_scalar else part.matrix
