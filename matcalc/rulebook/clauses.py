"""Checks of an entry that need no equation: every name in its clauses means something.

A misspelled parameter or structure word would otherwise just never apply. Complaints are
`RuleBookError`s with file:line.
"""

from __future__ import annotations

import re

from matcalc.language.kinds import KINDS
from matcalc.rulebook.reader import RuleBookError
from matcalc.rulebook.records import TEMPLATE_WORDS, Clause, Operation

STRUCTURE_WORDS = frozenset({"positive", "nonnegative", "real", "complex"}) | KINDS.keys()
_STATEMENT = re.compile(
    r"^(?P<words>[\w, -]+?)(?:\s+if\s+(?P<conditions>\w+ \w+(?:\W+\w+ \w+)*))?$"
)
_ADJOINT = re.compile(r"<\s*(.+?)\s*,\s*\w+\s*>\s*=")
_HOLE = re.compile(r"\$[\[(]?(\w+)")


def check_clauses(operation: Operation) -> None:
    """Raises RuleBookError for a clause that names what the entry does not have."""
    names = [parameter.name for parameter in operation.parameters]
    if len(set(names)) < len(names):
        raise RuleBookError(f"{operation.location}: {operation.name}: two parameters of one name")
    for clause in operation.clauses:
        match clause.word:
            case "linear":
                _require(operation, clause, re.findall(r"\w+", clause.text))
            case "structure":
                _check_structure(operation, clause)
            case "complex" if clause.text not in ("holds", "derivatives"):
                raise _complain(operation, clause, "`complex holds` or `complex derivatives`")
            case "differential" | "definition" | "board" | "computed" | "adjoint" | "vec":
                _check_left_side(operation, clause)
            case word if word in TEMPLATE_WORDS:
                _check_template(operation, clause)


def _complain(operation: Operation, clause: Clause, message: str) -> RuleBookError:
    return RuleBookError(f"{clause.location}: {operation.name}: {message}")


def _require(operation: Operation, clause: Clause, names: list[str]) -> None:
    known = {parameter.name for parameter in operation.parameters}
    for name in names:
        if name not in known:
            raise _complain(operation, clause, f"`{clause.word}` names no parameter: {name}")


def _check_structure(operation: Operation, clause: Clause) -> None:
    statement = _STATEMENT.match(clause.text)
    if statement is None:
        raise _complain(operation, clause, "a structure reads `word` or `word if X word`")
    conditions = re.findall(r"(\w+) (\w+)", statement["conditions"] or "")
    _require(operation, clause, [name for name, _ in conditions])
    words = re.findall(r"\w+", statement["words"]) + [word for _, word in conditions]
    for word in words:
        if word not in STRUCTURE_WORDS:
            raise _complain(operation, clause, f"no structure is called {word}")


def _check_left_side(operation: Operation, clause: Clause) -> None:
    """Only the right side is read as an equation: the left has to be f(X, ...) as declared."""
    found = _ADJOINT.match(clause.text) if clause.word == "adjoint" else None
    left = found[1] if found else clause.text.partition(" = ")[0].strip()
    if clause.word == "computed":
        left = _with_free_functions(operation, left)
    call = f"{operation.name}({', '.join(p.name for p in operation.parameters)})"
    wanted = f"vec({call})" if clause.word == "vec" else call
    if left.replace(" ", "") != wanted.replace(" ", ""):
        raise _complain(operation, clause, f"the left side has to be {wanted}, not {left}")


def _with_free_functions(operation: Operation, left: str) -> str:
    """`frechet(expm, A, E)` as `frechet(f, A, E)`: it may be about one known function."""
    words = re.split(r"(\w+)", left)
    for place, parameter in enumerate(operation.parameters):
        if parameter.kind == "function" and 2 * place + 3 < len(words):
            words[2 * place + 3] = parameter.name
    return "".join(words)


def _check_template(operation: Operation, clause: Clause) -> None:
    shapes = [operation.result, *(parameter.shape for parameter in operation.parameters)]
    known = {name for shape in shapes for name in shape.names}
    known |= {parameter.name for parameter in operation.parameters}
    for name in _HOLE.findall(clause.text):
        if name not in known:
            raise _complain(operation, clause, f"${name} is no parameter and no dimension")
