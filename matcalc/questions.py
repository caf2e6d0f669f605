"""A question: a problem, the variable of the derivative, and the derivative as a map.

A declared structure of the variable (symmetric, orthogonal, ...) is a fact about its value, not
about the directions in which it moves: all entries are free. So the derivative is taken with
respect to a twin without that structure, in the expression as it was typed (X' stays X'), and the
structure is put back into the answer, where it simplifies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

from matcalc.calculus.demands import Demands
from matcalc.calculus.differential import named_differential
from matcalc.calculus.pull_back import pull_back_to
from matcalc.calculus.wirtinger import require_complex_linear
from matcalc.expressions.binders import names_in
from matcalc.expressions.constructors import UNIT, symbol
from matcalc.expressions.errors import MatcalcError, UnknownName, expect
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.language.kinds import OPEN, kind_text
from matcalc.language.problem import Problem, parse_problem
from matcalc.language.same_names import require_same, variables_by_name
from matcalc.operators import LinearMap, direction_words
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.laws import Record
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.coordinates import in_coordinates
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored, size
from matcalc.simplify.naming import in_own_names, names_in_order, opened
from matcalc.simplify.rewriting import simplify

_LARGEST_EXPANDED = 80
_LARGEST_OPENED = 400  # a form that is never the shorter one for a reader is not looked for

Where = str | Mapping[str, str] | None
Formula = str | Node
Variable = str | Symbol
Several = list[str] | list[Symbol] | tuple[Variable, ...]


def read(
    text: str,
    where: Where,
    free: Collection[str] = (),
    scalar_for: Collection[str] = (),
    beside: Collection[str] = (),
) -> Problem:
    """`parse_problem` with the rule book; a text that comes again is not read again.

    The shapes that nobody declared fit the expressions `beside` too, where anything does.
    """
    given = where if where is None or isinstance(where, str) else tuple(where.items())
    how = (given, tuple(free), tuple(scalar_for))
    found = _read(text, *how)
    if not (beside and found.assumptions):
        return found
    named = "".join(f"beside__{place} = {one}\n" for place, one in enumerate(beside))
    try:
        together = _read(named + text, *how)
    except MatcalcError:
        return found  # what does not fit is complained of where it is used
    return _alone(together, found, tuple(beside))


def _alone(together: Problem, alone: Problem, beside: tuple[str, ...]) -> Problem:
    """What was read together with other expressions, without what only those have."""
    names = [line.partition(": ")[0] for line in alone.assumptions]
    new = together.symbols.keys() - alone.symbols.keys()
    lines = [line for line in together.assumptions if line.partition(": ")[0] not in new]
    lines.sort(key=lambda line: (*names, line.partition(": ")[0]).index(line.partition(": ")[0]))
    return replace(
        together,
        text=alone.text,
        symbols={name: together.symbols[name] for name in alone.symbols},
        assumptions=tuple(lines),
        definitions={name: together.definitions[name] for name in alone.definitions},
        beside=beside,
    )


@kept_for_an_edition(256)
def _read(
    text: str,
    where: str | tuple[tuple[str, str], ...] | None,
    free: tuple[str, ...],
    scalar_for: tuple[str, ...],
) -> Problem:
    declared = dict(where) if isinstance(where, tuple) else where
    return parse_problem(text, declared, book, free=free, scalar_for=scalar_for)


def problem_of(
    f: Formula,
    where: Where = None,
    scalar_for: Iterable[Variable] = (),
    asked: Demands | None = None,
) -> Problem:
    """The problem that a text or an expression poses.

    `scalar_for` are the variables of a derivative that needs a scalar; variables that nobody
    declared are what is `asked` of them.
    """
    if isinstance(f, str):
        asked = asked or Demands()
        names = [str(one) for one in scalar_for]
        found = read(f, where, scalar_for=names, beside=asked.beside)
        for name, structure in asked.structures.items():
            found = _narrowed(found, name, structure)
        return found
    return Problem(str(f), f, variables_by_name(f), (), {})


def _narrowed(problem: Problem, name: str, structure: frozenset[str]) -> Problem:
    """The problem with a structure for a variable whose kind was only inferred."""
    known = problem.symbols.get(name)
    line = f"{name}: {kind_text(known.shape, known.structure)}" if known is not None else ""
    if known is None or line not in problem.assumptions:
        return problem
    narrow = Symbol(name, known.shape, known.structure | structure)
    said = f"{name}: {kind_text(narrow.shape, narrow.structure)}"
    nodes = {"": problem.expression, **problem.definitions}
    moved = {key: substitute(node, {known: narrow}) for key, node in nodes.items()}
    return replace(
        problem,
        expression=moved.pop(""),
        symbols={**problem.symbols, name: narrow},
        assumptions=tuple(said if one == line else one for one in problem.assumptions),
        definitions=moved,
    )


def variable_of(problem: Problem, wrt: Variable) -> Symbol:
    """The variable of that name, or that very one.

    Raises UnknownName where there is none, DomainError where it is declared otherwise, and
    MatcalcError for what is no variable of a derivative, such as an integer.
    """
    expect(wrt, (str, Symbol), "a variable or its name")
    name = wrt if isinstance(wrt, str) else wrt.name
    found = problem.symbols.get(name)
    if found is None:
        names = ", ".join(problem.symbols)
        close = get_close_matches(name, problem.symbols, n=1)
        hint = f"did you mean {close[0]}?" if close else f"the variables are {names}"
        raise UnknownName(f"the problem has no variable {name!r}", hint=hint if names else "")
    if isinstance(wrt, Symbol):
        require_same(found, wrt)
    if "solution" in found.structure:
        raise MatcalcError(
            f"{name} is defined by an equation: it depends on the other variables",
            hint="ask for the derivative with respect to one of those",
        )
    if "callable" in found.structure:
        raise MatcalcError(f"{name} is a function: there is no derivative with respect to it")
    if "dimension" in found.structure or "integer" in found.structure:
        raise MatcalcError(f"{name} is an integer: there is no derivative with respect to it")
    return found


def names_of(problem: Problem) -> set[str]:
    """Every name that stands in a problem: of variables, indices, dimensions and parts."""
    return {*problem.symbols, *problem.definitions} | names_in(problem.expression)


@dataclass(frozen=True)
class Question:
    """`expression` is to be differentiated by `free`, the twin of the problem's `variable`."""

    problem: Problem
    variable: Symbol
    free: Symbol
    expression: Node

    @cached_property
    def tangent(self) -> Symbol:
        """The symbol dX, under a name that the problem does not use."""
        name, taken = f"d{self.variable.name}", names_of(self.problem)
        while name in taken:
            name = f"d{name}"
        return symbol(name, self.variable.shape, *direction_words(self.variable))

    @cached_property
    def map(self) -> LinearMap:
        """The derivative in terms of the twin."""
        still = set(names_in_order(self._simpler))
        return LinearMap(self.tangent, opened(self.moved, closed=still))

    @cached_property
    def _simpler(self) -> Node:
        """The expression in its names, or without them where they hide an identity."""
        named = simplify(self.expression)
        plain = opened(named)
        if plain is named or size(plain) > _LARGEST_OPENED:
            return named
        seen = simplify(plain)
        return named if seen is plain else seen

    @cached_property
    def moved(self) -> Node:
        """df, with dR for the differential of every named part R that moves."""
        return named_differential(self._simpler, {self.free: self.tangent})

    @property
    def gradient(self) -> Node:
        """The gradient of a scalar, of all entries, in the shortest of its forms."""
        body = self.map.body
        bodies = [self.moved] if size(body) > _LARGEST_OPENED else [self.moved, body]
        found = dict.fromkeys(pull_back_to(one, self.tangent, UNIT) for one in bodies)
        return min(map(self.shaped, found), key=size)

    @property
    def matrix(self) -> Node:
        """The Jacobian in vec order; by a scalar the derivative in the shape of f."""
        if not self.variable.shape.is_scalar:
            return self.map.matrix
        require_complex_linear(self.map.body, self.tangent)
        return substitute(self.map.body, {self.tangent: UNIT})

    @cached_property
    def kept(self) -> set[Node]:
        """What the person wrote, which stays as it was written."""
        return set(ordered(self.problem.expression))

    def restored(self, value: Node) -> Node:
        """The same with the variable in place of its twin."""
        if self.free is self.variable:
            return value
        return substitute(value, {self.free: self.variable})

    def shaped(self, value: Node, record: Record | None = None) -> Node:
        """An answer as a reader wants it: in the person's names, unless it is shorter without.

        What was rewritten for that is told to `record`.
        """
        own = self.problem.definitions
        restored = in_own_names(self.restored(value), own)
        ways = self._ways(restored)
        best = min(ways, key=lambda way: size(way(restored, None)))
        return best(restored, record)

    def _ways(self, value: Node) -> list[Callable[[Node, Record | None], Node]]:
        """How the value may get its form, with and without the names in it."""
        if not names_in_order(value) or size(opened(value)) > _LARGEST_OPENED:
            return [self._formed]
        return [self._formed_without_names, self._formed, self._formed_multiplied_out]

    def _formed(self, value: Node, record: Record | None) -> Node:
        own = self.problem.definitions
        plain = factored(simplify(value, record), self.kept, record)
        by_entries = in_coordinates(plain, record)
        if by_entries is not plain:
            plain = factored(simplify(by_entries, record), self.kept, record)
        return in_own_names(plain, own, record)

    def _formed_without_names(self, value: Node, record: Record | None) -> Node:
        return self._formed(opened(value, record), record)

    def _formed_multiplied_out(self, value: Node, record: Record | None) -> Node:
        formed = self._formed(value, record)
        if size(formed) > _LARGEST_EXPANDED:
            return formed
        return self._formed(expand(formed, record), record)

    def shortest(self, value: Node) -> Node:
        """As `shaped`, or multiplied out where that is shorter: diag(s) - s*s' for a softmax."""
        return min(self.forms(value), key=size)

    def forms(self, value: Node) -> list[Node]:
        """The value factored, and multiplied out where it is not too long for that."""
        # what was factored may meet identities again: kron(x', I)*vec(B)*y' is B*x*y'
        plain = self.shaped(self.shaped(value))
        if size(plain) > _LARGEST_EXPANDED:
            return [plain]
        return [plain, self.shaped(expand(plain))]

    def about(self, expression: Node) -> Question:
        """The same question about another expression in the twin."""
        return Question(self.problem, self.variable, self.free, expression)


def question(
    f: Formula, wrt: Variable, where: Where = None, asked: Demands | None = None
) -> Question:
    """The question that a text or an expression poses about a variable."""
    problem = problem_of(f, where, asked=asked)
    return pose(problem, wrt, where if isinstance(f, str) else None)


def pose(problem: Problem, wrt: Variable, where: Where = None) -> Question:
    """The question about one variable of a problem that was read with `where`."""
    variable = variable_of(problem, wrt)
    free = Symbol(variable.name, variable.shape, variable.structure & OPEN)
    if free is variable:
        return Question(problem, variable, free, problem.expression)
    if problem.typed:
        wanted = [variable.name] if problem.expression.shape.is_scalar else []
        again = read(problem.text, where, [variable.name], wanted, problem.beside)
        # what is inferred is read without the structure that a space gave it
        moved: dict[Node, Node] = {again.symbols[n]: one for n, one in problem.symbols.items()}
        moved[again.symbols[variable.name]] = free
        twin = substitute(again.expression, moved)
        return Question(problem, variable, free, twin)
    twin = substitute(problem.expression, {variable: free})
    return Question(problem, variable, free, twin)
