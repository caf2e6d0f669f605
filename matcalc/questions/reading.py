"""Reading what is asked about: the problem that a text or an expression poses, its variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from matcalc.expressions.binders import free_symbols, names_in
from matcalc.expressions.errors import MatcalcError, UnknownName, expect
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.operations import Solution
from matcalc.language.kinds import open_words
from matcalc.language.problem import parse_problem
from matcalc.language.requests import Request
from matcalc.language.same_names import require_same, variables_by_name
from matcalc.language.understanding import Problem
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.substitution import substitute

Where = str | Mapping[str, str] | None
Formula = str | Node
Variable = str | Symbol
Several = list[str] | list[Symbol] | tuple[Variable, ...]


def read(
    text: str,
    where: Where,
    variables: Iterable[str] = (),
    requests: Iterable[Request] = (),
    dialect: str | None = None,
) -> Problem:
    """`parse_problem` with the rule book; a text that comes again is not read again."""
    given = where if where is None or isinstance(where, str) else tuple(where.items())
    return _read(text, given, tuple(variables), tuple(requests), dialect)


@kept_for_an_edition(256)
def _read(
    text: str,
    where: str | tuple[tuple[str, str], ...] | None,
    variables: tuple[str, ...],
    requests: tuple[Request, ...],
    dialect: str | None,
) -> Problem:
    declared = dict(where) if isinstance(where, tuple) else where
    return parse_problem(text, declared, book, variables, requests, dialect)


def problem_of(
    f: Formula,
    where: Where = None,
    variables: Iterable[Variable] = (),
    requests: Iterable[Request] = (),
    dialect: str | None = None,
) -> Problem:
    """The problem that a text or an expression poses.

    `variables` are those of a derivative; what the `requests` say
    of variables is known when a text is read, in the `dialect`.
    """
    if isinstance(f, str):
        return read(f, where, map(str, variables), requests, dialect)
    solutions = {n.variable.name: n for n in ordered(f) if isinstance(n, Solution)}
    free = {symbol.name for symbol in free_symbols(f)}
    definitions = {name: node for name, node in solutions.items() if name not in free}
    return Problem(str(f), f, variables_by_name(f), (), definitions)


def variable_of(problem: Problem, wrt: Variable) -> Symbol:
    """The variable of that name, or that very one.

    Raises UnknownName where there is none, DomainError where it is declared otherwise, and
    MatcalcError for what is no variable of a derivative, such as an integer.
    """
    expect(wrt, (str, Symbol), "a variable or its name")
    name = wrt if isinstance(wrt, str) else wrt.name
    found = problem.symbols.get(name)
    if found is None:
        hint = _hint_of_variables(name, problem) if problem.symbols else ""
        raise UnknownName(f"the problem has no variable {name!r}", hint=hint)
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


def _hint_of_variables(name: str, problem: Problem) -> str:
    """A name that was meant, or one that was not meant as one name, as `xa`."""
    longer = next((other for other in problem.symbols if name in other and other.isalpha()), "")
    if longer:
        before, _, after = longer.partition(name)
        product = "*".join(part for part in (before, name, after) if part)
        return f"`{longer}` is one name; a product is `{product}`, a function has brackets"
    if f"{name}_" in "".join(problem.symbols):
        return f"`{name}_i` is a name of its own outside of `sum(i, ...)`; an entry is `{name}[i]`"
    close = get_close_matches(name, problem.symbols, n=1)
    names = ", ".join(problem.symbols)
    return f"did you mean {close[0]}?" if close else f"the variables are {names}"


def names_of(problem: Problem) -> set[str]:
    """Every name that stands in a problem: of variables, indices, dimensions and parts."""
    return {*problem.symbols, *problem.definitions} | names_in(problem.expression)


def free_twin(variable: Symbol) -> Symbol:
    """The same variable with all entries free."""
    return Symbol(variable.name, variable.shape, open_words(variable.structure))


def with_free_entries(problem: Problem, variables: Iterable[Symbol]) -> Node:
    """The expression, as it was typed, in twins of the variables whose entries are all free."""
    moved: dict[Node, Node] = {v: free_twin(v) for v in variables if free_twin(v) is not v}
    if moved and problem.inference is not None:
        return problem.freed([str(variable) for variable in moved])
    return substitute(problem.expression, moved) if moved else problem.expression
