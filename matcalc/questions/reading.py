"""Reading what is asked about: the problem that a text or an expression poses, its variables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from matcalc.expressions.binders import names_in
from matcalc.expressions.errors import MatcalcError, UnknownName, expect
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import OPEN, kind_text
from matcalc.language.problem import Problem, parse_problem
from matcalc.language.same_names import require_same, variables_by_name
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.substitution import substitute
from matcalc.spaces.demands import Demands

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


def free_twin(variable: Symbol) -> Symbol:
    """The same variable with all entries free."""
    return Symbol(variable.name, variable.shape, variable.structure & OPEN)


def with_free_entries(problem: Problem, variables: Sequence[Symbol], where: Where) -> Node:
    """The expression, as it was typed, in twins of the variables whose entries are all free."""
    moved = [variable for variable in variables if free_twin(variable) is not variable]
    if not moved:
        return problem.expression
    values: dict[Node, Node] = {variable: free_twin(variable) for variable in moved}
    if not problem.typed:
        return substitute(problem.expression, values)
    names = [variable.name for variable in moved]
    wanted = [v.name for v in variables] if problem.expression.shape.is_scalar else []
    again = read(problem.text, where, names, wanted, problem.beside)
    # what is inferred is read without the structure that a space gave it
    known: dict[Node, Node] = {again.symbols[name]: one for name, one in problem.symbols.items()}
    known |= {again.symbols[one.name]: free_twin(one) for one in moved}
    return substitute(again.expression, known)
