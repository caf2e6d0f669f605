"""A question: a problem, the variables that move, and where they move.

A declared structure of a variable (symmetric, orthogonal, ...) is a fact about its value, not
about the directions in which it moves: all entries are free unless a space is chosen. So the
derivative is taken with respect to a twin without that structure, in the expression as it was
typed (X' stays X'), and the structure is put back into the answer, where it simplifies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from matcalc.calculus.conditions import conditions
from matcalc.calculus.differential import named_differential
from matcalc.calculus.pull_back import pull_back
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.constructors import UNIT, is_real, real_part
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.expressions.predicates import Predicate
from matcalc.geometry.setting import Setting, plain
from matcalc.interchange.simplified import simplified
from matcalc.language.problem import Problem
from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap
from matcalc.operators.operator import ALONE
from matcalc.printing.arrangement import Arrangement
from matcalc.printing.phrases import kinds_declared
from matcalc.questions.as_typed import arrangement
from matcalc.questions.inverted import has_adjugates, with_inverses
from matcalc.questions.reading import free_twin, names_of, with_free_entries
from matcalc.rulebook.laws import Law, Record
from matcalc.rulebook.requirements import Requirement
from matcalc.simplify.forms import is_longer_behind, size
from matcalc.simplify.naming import names_in_order, opened
from matcalc.simplify.present import LARGEST_OPENED, Presented
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction

Found = TypeVar("Found")


@dataclass(frozen=True)
class Moving:
    """A variable that moves: its twin with all entries free, its direction, and its setting."""

    variable: Symbol
    free: Symbol
    tangent: Symbol
    setting: Setting

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def inside(self) -> Symbol:
        """The direction with the structure of the space."""
        return Symbol(self.tangent.name, self.tangent.shape, self.setting.space.unknown.structure)


@dataclass(frozen=True)
class Question(Presented):
    """`expression` is to be differentiated by the twins of the variables in `moving`.

    `is_list` says that a list of variables was asked for: then answers are mappings by name.
    """

    problem: Problem
    moving: tuple[Moving, ...]
    expression: Node
    is_list: bool = False

    # ------------------------------------------------------------ what is asked

    @property
    def alone(self) -> Moving:
        """The variable, where there is one. Raises DomainError where there are several."""
        if len(self.moving) != 1:
            names = ", ".join(one.name for one in self.moving)
            raise DomainError(
                f"that is said of one variable, and here move {names}",
                hint="ask for one of them, the others fixed",
            )
        return self.moving[0]

    @property
    def by_name(self) -> dict[str, Moving]:
        return {one.name: one for one in self.moving}

    def variables_at(self, path: Iterable[str]) -> list[Symbol]:
        """The variables of the names that lead to a block."""
        return [self.by_name[name].variable for name in path]

    def first_at(self, path: Iterable[str]) -> Symbol:
        """The variable of a block; where no name leads to it, the only one."""
        return next(iter(self.variables_at(path)), self.moving[0].variable)

    @property
    def settings(self) -> list[Setting]:
        return [one.setting for one in self.moving]

    @property
    def symbols(self) -> list[Symbol]:
        """Every variable of the problem, and those that only products or spaces have."""
        declared = [*self.problem.symbols.values()]
        declared += [symbol for setting in self.settings for symbol in setting.symbols]
        declared += [one.variable for one in self.moving]
        return list(dict.fromkeys(declared))

    @cached_property
    def is_complex(self) -> bool:
        """Whether anything in the question is complex."""
        return any(symbol.is_complex for symbol in self.problem.symbols.values())

    def collected(self, parts: Mapping[str, Node]) -> Node | Blocks:
        """What was found for each variable: a mapping where a list was asked for."""
        return Blocks(parts) if self.is_list else parts[self.alone.name]

    def in_settings(self, settings: Mapping[str, Setting]) -> Question:
        """The same question with these settings, by the names of the variables."""
        if all(settings[one.name] is one.setting for one in self.moving):
            return self
        moving = (replace(one, setting=settings[one.name]) for one in self.moving)
        return replace(self, moving=tuple(moving))

    @cached_property
    def at_any_value(self) -> Question:
        """The same question without what holds only at points of the spaces."""
        return self.in_settings({one.name: one.setting.at_any_value for one in self.moving})

    def about(self, expression: Node) -> Question:
        """The same question about another expression in the twins."""
        return replace(self, expression=expression)

    @property
    def has_real_value(self) -> bool:
        """Whether the value is real, perhaps of complex variables; a twin may be of no kind."""
        return is_real(self.expression) or is_real(self.problem.expression)

    @cached_property
    def of_real_value(self) -> Question:
        """The question about a real value. Raises DomainError where the value is complex."""
        if not self.expression.is_complex:
            return self
        if not self.has_real_value:
            raise DomainError(
                "a gradient or Hessian needs a real value, and this one is complex",
                hint="take re(...) or abs(...)^2 of it, or ask for mc.wirtinger(f, Z)",
            )
        problem = replace(self.problem, expression=real_part(self.problem.expression))
        return replace(self, problem=problem, expression=real_part(self.expression))

    @cached_property
    def _found(self) -> dict[Any, Any]:
        return {}

    def once(self, work: Callable[[Question], Found]) -> Found:
        """What is worked out of the question, once for all that ask."""
        if work not in self._found:
            self._found[work] = work(self)
        found: Found = self._found[work]
        return found

    # ------------------------------------------------------------ the derivative

    @cached_property
    def _simpler(self) -> Node:
        """The expression in its names, or without them where they hide an identity."""
        named = simplify(self.expression)
        if not self.has_names or is_longer_behind(named, LARGEST_OPENED):
            return named
        plain = opened(named)
        seen = simplify(plain)
        return named if seen is plain else seen

    @cached_property
    def moved(self) -> Node:
        """df, with dR for the differential of every named part R that moves."""
        return named_differential(self._simpler, self.tangents)

    @cached_property
    def change(self) -> Node:
        """df in terms of the twins, linear in all directions together."""
        if not self.has_names:
            return self.moved
        return opened(self.moved, closed=set(names_in_order(self._simpler)))

    def covectors(self, body: Node) -> dict[str, Node]:
        """What `body`, a form of df, is the inner product with: one sweep for all variables."""
        found = pull_back(body, [one.tangent for one in self.moving], UNIT)
        return {one.name: part for one, part in zip(self.moving, found, strict=True)}

    @cached_property
    def slopes(self) -> dict[str, Node]:
        """The derivative of a scalar by each variable, in the shortest of its forms."""
        found = self.covectors(self.moved)
        if self.has_names and is_longer_behind(self.moved, LARGEST_OPENED):
            return dict(zip(found, self.together(found.values()), strict=True))
        if self.change is self.moved:
            return {name: self.shaped(value) for name, value in found.items()}
        plain = self.covectors(self.change)
        return {name: self._shorter(found[name], plain[name]) for name in found}

    def formed(self, value: Node, record: Record | None = None) -> Node:
        """As any answer, with inverses where they exist, and what came of a function of the
        person's as SymPy simplifies it.
        """
        plain = super().formed(value, record)
        if has_adjugates(plain):
            inverted = with_inverses(plain, self._required, record)
            plain = plain if inverted is plain else super().formed(inverted, record)
        if not self.problem.functions:
            return plain
        shorter = simplified(plain, self.kept)
        if shorter is plain or self._holds_where(shorter) != self._holds_where(plain):
            return plain
        return super().formed(simplified(plain, self.kept, record), record)

    @cached_property
    def _required(self) -> list[Requirement]:
        """What f demands, where it has a determinant."""
        expression = self.problem.expression
        has_determinant = any(
            isinstance(node, Apply) and node.operation == "det" for node in ordered(expression)
        )
        return conditions(expression) if has_determinant else []

    def _holds_where(self, value: Node) -> frozenset[Predicate]:
        return frozenset(one.predicate for one in conditions(self.problem.expression, value))

    def _shorter(self, *forms: Node) -> Node:
        return min(map(self.shaped, dict.fromkeys(forms)), key=size)

    @property
    def derivative(self) -> LinearMap | BlockMap:
        """df as an operator in the settings of the variables."""
        return self.operator(self.restored(self.change))

    @cached_property
    def tangents(self) -> dict[Symbol, Node]:
        """The twins, each with the direction in which it moves."""
        return {one.free: one.tangent for one in self.moving}

    @cached_property
    def twins(self) -> dict[Node, Node]:
        """The variables by their twins, where they have a structure of their own."""
        return {one.free: one.variable for one in self.moving if one.free is not one.variable}

    @cached_property
    def arranged(self) -> Arrangement:
        """What is printed, in the order in which the person typed the problem."""
        return arrangement(self.problem, [str(variable) for variable in self.twins.values()])

    def __getstate__(self) -> dict[str, object]:
        """What is pickled: a problem leaves its text behind, and so its order is noted."""
        return {**self.__dict__, "arranged": self.arranged}

    @property
    def declared(self) -> Law:
        """The kinds of the variables whose structure is put back into the answer."""
        return kinds_declared(one.variable for one in self.moving if one.free is not one.variable)

    @cached_property
    def of_free_entries(self) -> Question:
        """The same of variables of which nothing is declared."""
        free = tuple(replace(one, variable=one.free) for one in self.moving)
        return self if free == self.moving else replace(self, moving=free)

    @cached_property
    def directions(self) -> dict[str, Symbol]:
        """dX, dY, ... by the names of the variables."""
        return {one.name: one.tangent for one in self.moving}

    def operator(self, body: Node, outer: Setting | None = None) -> LinearMap | BlockMap:
        """`body`, linear in the directions, as an operator in the settings of the variables."""
        return self.multilinear((self.directions,), body, outer)

    def multilinear(
        self, slots: Sequence[Mapping[str, Symbol]], body: Node, outer: Setting | None = None
    ) -> LinearMap | BlockMap:
        """`body`, linear in the directions of each slot, as a map in the settings."""
        after = outer or plain(self.moving[0].variable, body)
        if not self.is_list:
            name = self.alone.name
            return LinearMap(tuple(s[name] for s in slots), body, self.alone.setting, after)
        settings = {one.name: one.setting for one in self.moving}
        return BlockMap(tuple(slots), {ALONE: body}, settings, {ALONE: after})


def pose(problem: Problem, variables: Iterable[Symbol], is_list: bool = False) -> Question:
    """The question about variables of a problem, nothing chosen."""
    known = list(dict.fromkeys(variables))
    over_complex = any(one.is_complex for one in problem.symbols.values())
    taken, moving = names_of(problem), []
    for variable in known:
        tangent = direction_of(variable, taken)
        taken.add(tangent.name)
        setting = plain(variable, over_complex=over_complex)
        moving.append(Moving(variable, free_twin(variable), tangent, setting))
    expression = with_free_entries(problem, known)
    return Question(problem, tuple(moving), expression, is_list)


def direction_of(variable: Symbol, taken: set[str]) -> Symbol:
    """The symbol dX, under a name that is not taken."""
    name = f"d{variable.name}"
    while name in taken:
        name = f"d{name}"
    return direction(name, variable)
