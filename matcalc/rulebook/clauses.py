"""Checks of an entry that need no equation: every name in its clauses means something.

A misspelled parameter or structure word would otherwise just never apply. Complaints are
`RuleBookError`s with file:line.
"""

from __future__ import annotations

import re

from matcalc.expressions.errors import MatcalcError
from matcalc.language.kinds import KINDS
from matcalc.rulebook.reader import in_entry
from matcalc.rulebook.records import TEMPLATE_WORDS, Clause, Operation

CURVATURE = re.compile(r"(?P<words>[a-z-]+(?:, [a-z-]+)*)(?: if (?P<name>\w+) nonnegative)?")
_CURVED = frozenset({"convex", "concave", "log-concave", "increasing"})
STRUCTURE_WORDS = frozenset({"positive", "nonnegative", "real", "complex"}) | KINDS.keys()
_STATEMENT = re.compile(
    r"^(?P<words>[\w, -]+?)(?:\s+if\s+(?P<conditions>\w+ \w+(?:\W+\w+ \w+)*))?$"
)
_ADJOINT = re.compile(r"<\s*(.+?)\s*,\s*\w+\s*>\s*=")
_ONCE = frozenset({*TEMPLATE_WORDS, "definition", "entries", "complex"})


def check_clauses(operation: Operation) -> None:
    """Raises RuleBookError for a clause that names what the entry does not have."""
    with in_entry(operation.location, operation.name):
        _check_header(operation)
    for clause in operation.clauses:
        with in_entry(clause.location, operation.name):
            if clause.word in _ONCE and operation.texts(clause.word)[0] is not clause:
                raise MatcalcError(f"a second `{clause.word}`", hint="leave one of them out")
            _check(operation, clause)


def _check(operation: Operation, clause: Clause) -> None:
    match clause.word:
        case "linear":
            _require(operation, clause, re.findall(r"\w+", clause.text))
        case "structure":
            _check_structure(operation, clause)
        case "curvature":
            _check_curvature(operation, clause)
        case "complex" if clause.text not in ("holds", "derivatives"):
            raise MatcalcError("it reads `complex holds` or `complex derivatives`")
        case "differential" | "definition" | "computed" | "entries" | "adjoint" | "vec":
            _check_left_side(operation, clause)
            _check_changes(operation, clause)


def _check_header(operation: Operation) -> None:
    """Each name of the header means one thing, and the sizes of the value follow from it."""
    names = [parameter.name for parameter in operation.parameters]
    sizes = {name for parameter in operation.parameters for name in parameter.shape.names}
    given = {parameter.name for parameter in operation.parameters if parameter.kind == "dimension"}
    for name in names:
        if names.count(name) > 1:
            raise MatcalcError(f"two parameters of one name, {name}")
        if name in sizes - given:
            raise MatcalcError(f"{name} is a parameter and a dimension too")
        if f"d{name}" in names:
            raise MatcalcError(f"d{name} is a parameter and the differential of {name} too")
    if names and (free := operation.result.names - sizes - set(names)):
        raise MatcalcError(f"{min(free)}, in the size of the value, is no dimension of a parameter")


def _require(operation: Operation, clause: Clause, names: list[str]) -> None:
    known = {parameter.name for parameter in operation.parameters}
    for name in names:
        if name not in known:
            raise MatcalcError(f"`{clause.word}` names no parameter: {name}")


def _check_structure(operation: Operation, clause: Clause) -> None:
    statement = _STATEMENT.match(clause.text)
    if statement is None:
        raise MatcalcError("a structure reads `word` or `word if X word`")
    conditions = re.findall(r"(\w+) (\w+)", statement["conditions"] or "")
    _require(operation, clause, [name for name, _ in conditions])
    words = re.findall(r"\w+", statement["words"]) + [word for _, word in conditions]
    for word in words:
        if word not in STRUCTURE_WORDS:
            raise MatcalcError(f"no structure is called {word}")


def _check_curvature(operation: Operation, clause: Clause) -> None:
    statement = CURVATURE.fullmatch(clause.text)
    if statement is None or not set(statement["words"].split(", ")) <= _CURVED:
        known = ", ".join(sorted(_CURVED))
        raise MatcalcError(f"a curvature is some of {known}, perhaps `if X nonnegative`")
    _require(operation, clause, [statement["name"]] if statement["name"] else [])


def _check_left_side(operation: Operation, clause: Clause) -> None:
    """Only the right side is read as an equation: the left has to be f(X, ...) as declared."""
    found = _ADJOINT.match(clause.text) if clause.word == "adjoint" else None
    left = found[1] if found else clause.text.partition(" = ")[0].strip()
    if clause.word == "computed":
        left = _with_free_functions(operation, left)
    call = f"{operation.name}({', '.join(p.name for p in operation.parameters)})"
    wanted = f"vec({call})" if clause.word == "vec" else call
    if left.replace(" ", "") != wanted.replace(" ", ""):
        raise MatcalcError(f"the left side has to be {wanted}, not {left}")


def _check_changes(operation: Operation, clause: Clause) -> None:
    """A differential names the change of every argument: one left out would count as 0."""
    if clause.word != "differential":
        return
    right = clause.text.partition(" = ")[2].partition(" where ")[0]
    changes = [f"d{p.name}" for p in operation.parameters if p.kind == "value"]
    for change in changes:
        if change not in re.findall(r"\w+", right):
            unmoved = f"where the value does not change with {change[1:]}"
            hint = f"{unmoved}, add a term that is 0, such as `0*sum({change})`"
            raise MatcalcError(f"{change} does not occur in it", hint=hint)


def _with_free_functions(operation: Operation, left: str) -> str:
    """`frechet(expm, A, E)` as `frechet(f, A, E)`: it may be about one known function."""
    words = re.split(r"(\w+)", left)
    for place, parameter in enumerate(operation.parameters):
        if parameter.kind == "function" and 2 * place + 3 < len(words):
            words[2 * place + 3] = parameter.name
    return "".join(words)
