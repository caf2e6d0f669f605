"""What every linear map tells in the same way: of one variable, or of a product of spaces.

On a product the inner products add up, so that the adjoint is that of the blocks across the
diagonal, the trace the sum of those on it, and the matrix is made of the blocks' matrices.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import plus, scale, symbol
from matcalc.expressions.errors import NoRule, ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.geometry.setting import Ground, Setting, same_product
from matcalc.language.same_names import variables_by_name
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction
from matcalc.spaces.tangent_spaces import everything

ALONE = ""  # the name of what is no product: of the values of f, of the domain of an adjoint
Slot = Mapping[str, Symbol]
Slots = Sequence[Slot]
Bodies = Mapping[str, Node]
Places = Mapping[str, Setting]


class Operator(ABC):
    """A map linear in each of its `slots`, which are directions by the names of the variables.

    `bodies` are the values by the names of their rows, `settings` and `outers` the inner products
    and spaces of both sides; what is no product has the name ALONE.
    """

    if TYPE_CHECKING:

        @property
        def slots(self) -> tuple[Slot, ...]: ...
        @property
        def bodies(self) -> Bodies: ...
        @property
        def settings(self) -> Places: ...
        @property
        def outers(self) -> Places: ...
        @property
        def tangent(self) -> Any: ...
        @property
        def body(self) -> Any: ...

    @abstractmethod
    def made(self, slots: Slots, bodies: Bodies, settings: Places, outers: Places) -> Any:
        """A map like this one."""

    @abstractmethod
    def apply(self, *given: Any, **named: Any) -> Any:
        """The value in these directions, texts or expressions."""

    @abstractmethod
    def pulled_back(self, cotangents: Mapping[str, Node]) -> Mapping[str, Node]:
        """L*(W) for each variable, W by the names of the rows."""

    @abstractmethod
    def gives(self, row: str, image: Ground) -> bool:
        """Whether the values of a row are in a space."""

    @abstractmethod
    def block(self, row: str, name: str) -> Any:
        """The map of one variable into the values of a row; of no product the map itself."""

    @property
    def arity(self) -> int:
        """In how many slots of directions it is linear."""
        return len(self.slots)

    @property
    def tangents(self) -> Slot:
        """The directions of a map of one slot. Raises NoRule for a multilinear one."""
        if self.arity != 1:
            raise NoRule(
                f"that is said of a map of one direction, and this one takes {self.arity}",
                hint="give it all directions but one, M(U, V), and differentiate by the last",
            )
        return self.slots[0]

    @property
    def domain(self) -> Any:
        """The shape of what the operator takes, or the shapes."""
        return self.tangent.shape

    @property
    def codomain(self) -> Any:
        """The shape of what the operator gives, or the shapes."""
        return self.body.shape

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.apply(*given, **named)

    @property
    def adjoint(self) -> Any:
        """The operator L* with <L(V), W> = <V, L*(W)>, from the values back to the space."""
        unnamed = {row: direction(f"W{row}__", body) for row, body in self.bodies.items()}
        found = self.pulled_back(unnamed)
        taken, named = [*self.bodies.values(), *found.values()], dict[str, Symbol]()
        for row, one in unnamed.items():  # a product may have a matrix W
            named[row] = symbol(free_name(f"W{row}", *taken), one.shape, *one.structure)
            taken.append(named[row])
        values: dict[Node, Node] = {unnamed[row]: one for row, one in named.items()}
        bodies = {name: substitute(body, values) for name, body in found.items()}
        return self.made([named], bodies, self.outers, self.settings)

    def __matmul__(self, inner: Operator) -> Any:
        """The composition L(M(V)), which is the chain rule.

        Raises NoRule where L takes elements of a space, and values of M are not in it.
        """
        if not isinstance(inner, Operator):
            return NotImplemented
        if set(inner.bodies) != set(self.tangents):
            raise NoRule("the values of the inner map are not what the outer map takes")
        for row, body in inner.bodies.items():
            self._require_fit(row, body, inner)
        variables_by_name(*self.bodies.values(), *inner.bodies.values())
        values: dict[Node, Node] = {self.tangents[row]: body for row, body in inner.bodies.items()}
        bodies = {row: simplify(substitute(body, values)) for row, body in self.bodies.items()}
        whole = inner if {*self.tangents, *self.bodies} == {ALONE} else self
        return whole.made(inner.slots, bodies, inner.settings, self.outers)

    def _require_fit(self, row: str, body: Node, inner: Operator) -> None:
        taken, setting = self.tangents[row].shape, self.settings[row]
        if taken != body.shape:
            raise ShapeError(f"the outer map takes {taken}, the inner gives {body.shape}")
        if not (setting.space.is_all or inner.gives(row, setting.ground)):
            raise NoRule(
                f"the outer map takes elements of the space {setting.space.name}, and values "
                "of the inner one are not in it"
            )

    def __add__(self, other: Operator) -> Any:
        """The sum. Raises NoRule where the maps are on different spaces, or in other products."""
        if not isinstance(other, Operator):
            return NotImplemented
        fits = set(self.tangents) == set(other.tangents) and set(self.bodies) == set(other.bodies)
        pairs = ((self.settings[k], other.settings[k]) for k in self.tangents)
        if not fits or not all(_is_same(*pair) for pair in pairs):
            raise NoRule("a sum takes maps of the same variables, on one space, in one product")
        values: dict[Node, Node] = {other.tangents[k]: t for k, t in self.tangents.items()}
        moved = {row: substitute(body, values) for row, body in other.bodies.items()}
        variables_by_name(*self.bodies.values(), *moved.values())
        bodies = {row: plus(body, moved[row]) for row, body in self.bodies.items()}
        outers = {row: _common(self.outers[row], other.outers[row], bodies[row]) for row in bodies}
        return self.made(self.slots, bodies, self.settings, outers)

    def __rmul__(self, factor: int) -> Any:
        bodies = {row: scale(factor, body) for row, body in self.bodies.items()}
        return self.made(self.slots, bodies, self.settings, self.outers)

    def __str__(self) -> str:
        return str(self.body)


def _is_same(one: Setting, other: Setting) -> bool:
    return one.space == other.space and same_product(one.ground, other.ground)


def _common(one: Setting, other: Setting, body: Node) -> Setting:
    """Where the values of a sum are."""
    if not same_product(one.ground, other.ground):
        raise NoRule("a sum takes maps whose values are in one inner product")
    if one.space == other.space:
        return one
    # values of the one are in a space, those of the other are not known to be
    return replace(one, space=everything(direction("X__", body)))
