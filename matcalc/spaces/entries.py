"""Entries of inner products and spaces at a variable: what they ask and what they are given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcalc.expressions.dimensions import SCALAR, Dimension
from matcalc.expressions.errors import DomainError, ShapeError, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import NO_STRUCTURE, Node, Number, Symbol, symbols_of
from matcalc.language.kinds import closure
from matcalc.language.requests import Formula, Request
from matcalc.rulebook.binding import fitted
from matcalc.rulebook.records import SpaceEntry
from matcalc.rulebook.spaces import formula, further, shape_of_directions
from matcalc.spaces.surroundings import Surroundings

Given = tuple[tuple[str, str], ...]
_NAMED = re.compile(r"(\w+)\s*=(?!=)\s*(.*)", re.DOTALL)
_RANK = "rank"  # of a point, for a reader: it names no matrix of the entry


def given_to(entry: SpaceEntry, parts: Sequence[str]) -> Given:
    """What stands in the brackets after a name: `weighted(M, N)`, or `weighted(right=N)`."""
    free = [parameter.name for parameter in further(entry)]
    if len(parts) > len(free):
        takes = ", ".join(free) if free else "nothing"
        raise SyntaxProblem(f"the {entry.kind} {entry.name} takes {takes} in brackets")
    found: dict[str, str] = {}
    for name, part in zip(free, parts, strict=False):
        named = _NAMED.fullmatch(part)
        found |= {named[1]: named[2]} if named and named[1] in free else {name: part}
    return tuple(found.items())


def request_of(entry: SpaceEntry, given: Given, variable: str) -> Request:
    """What the entry asks of the variable of that name, and of the texts given."""
    known = {parameter.name: parameter for parameter in further(entry)}
    formulas = tuple(
        Formula(text, known[name].shape, known[name].structure)
        if name in known
        else Formula(text, SCALAR, closure("integer"))
        for name, text in given
    )
    first = entry.parameters[0] if known.keys() != {p.name for p in entry.parameters} else None
    structure = NO_STRUCTURE
    if first is not None and not first.is_complex:
        structure = closure(*first.structure, *entry.text("structure").split())
    return Request(variable, shape_of_directions(entry), structure, formulas)


def arguments_of(entry: SpaceEntry, given: Given, around: Surroundings) -> tuple[Node, ...]:
    """The parameters of an entry at the variable: that itself, where it is one, and the others.

    Raises ShapeError where something does not fit, UnknownName where something is missing.
    """
    variable = around.variable
    sizes = _sizes_of_variable(entry, variable)
    others = further(entry)
    read = around.read(request_of(entry, given, variable.name)) if given else ()
    values = dict(zip(dict(given), read, strict=True))
    if unknown := values.keys() - {p.name for p in others} - {_RANK}:
        raise UnknownName(f"the {entry.kind} {entry.name} has no {', '.join(sorted(unknown))}")
    arguments: list[Node] = [] if len(others) == len(entry.parameters) else [variable]
    for parameter in others:
        value, assumed = values.get(parameter.name), assumed_value(entry, parameter, around)
        if value is None:
            arguments.append(_required(entry, parameter, assumed))
            continue
        _check(entry, parameter, value, sizes, variable)
        if assumed is not None and entry.kind == "space":
            around.note(value, assumed)
        arguments.append(value)
    return tuple(arguments)


def _sizes_of_variable(entry: SpaceEntry, variable: Symbol) -> dict[str, Dimension]:
    """The dimensions that the variable alone determines. Raises ShapeError where it misfits."""
    pattern = shape_of_directions(entry)
    found = fitted([(pattern, variable.shape)])
    if found is None:
        what = f"the {entry.kind} {entry.name} is for {pattern}"
        raise ShapeError(f"{what}, but {variable.name} is {variable.shape}")
    return found


def _check(
    entry: SpaceEntry,
    parameter: Symbol,
    value: Node,
    sizes: dict[str, Dimension],
    variable: Symbol,
) -> None:
    """Raise ShapeError or DomainError where a value does not fit a further parameter."""
    own = fitted([(parameter.shape, value.shape)], sizes)
    what = "the weight " if entry.kind == "product" else ""
    if own is None:
        needed = parameter.shape.substitute(sizes)
        raise ShapeError(f"{what}{value} is {value.shape}, but {needed} is needed")
    sizes |= own
    if value.is_complex and not variable.is_complex:
        hint = "take re(...) of it"
        raise DomainError(f"{what}{value} is complex, but {variable.name} is real", hint=hint)
    if "integer" in parameter.structure:
        whole = not isinstance(value, Number) or value.value.denominator == 1
        if not (whole and all(s.structure & {"integer", "dimension"} for s in symbols_of(value))):
            message = f"the space {entry.name} needs an integer {parameter.name}, not {value}"
            raise DomainError(message)


def _required(entry: SpaceEntry, parameter: Symbol, assumed: Node | None) -> Node:
    if assumed is None:
        what = "an integer" if "integer" in parameter.structure else "a matrix"
        others = ", ".join(other.name for other in further(entry))
        message = f"the {entry.kind} {entry.name} needs {what} {parameter.name}"
        raise UnknownName(message, hint=f"{entry.name}({others})")
    return assumed


def assumed_value(entry: SpaceEntry, parameter: Symbol, around: Surroundings) -> Node | None:
    """What a further parameter is when nothing is given for it; None where it has to be given."""
    for clause in entry.texts("definition"):
        name, _, text = clause.text.partition(" = ")
        if name == parameter.name:
            first = [around.variable] if len(further(entry)) < len(entry.parameters) else []
            return formula(entry, clause, first, around.variable.shape, {}, text)
    return None
