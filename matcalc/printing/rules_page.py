"""The rule book as a person reads it: a table of all operations, or one entry."""

from __future__ import annotations

from matcalc.language.signatures import Parameter
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation


def signature(operation: Operation) -> str:
    """`logdet(X: n x n) -> scalar`."""
    inside = ", ".join(_parameter(parameter) for parameter in operation.parameters)
    result = "scalar" if operation.result.is_scalar else str(operation.result)
    return f"{operation.name}({inside}) -> {result}"


def _parameter(parameter: Parameter) -> str:
    if parameter.kind != "value":
        return f"{parameter.name}: {parameter.kind}"
    shape = "scalar" if parameter.shape.is_scalar else str(parameter.shape)
    return f"{parameter.name}: {shape}"


def main_rule(operation: Operation) -> str:
    """The line that says what the operation does: its differential, definition or adjoint."""
    for word in ("definition", "differential", "adjoint"):
        clauses = operation.texts(word)
        if clauses:
            return f"d {clauses[-1].text}" if word == "differential" else clauses[0].text
    return "constant"


def rules_table() -> str:
    """Every operation with its main rule, chapter by chapter."""
    lines: list[str] = []
    chapter = ""
    for name in book.names():
        operation = book.operation(name)
        file = operation.location.partition(".")[0]
        if file != chapter:
            chapter = file
            lines += ["", chapter.lstrip("0123456789_").replace("_", " ").upper()]
        lines.append(f"  {signature(operation):44}  {main_rule(operation)}")
    return "\n".join(lines).strip()


def rule_page(name: str) -> str:
    """The entries behind a spelling, with all their clauses.

    Raises NoRule where there is none.
    """
    found = [s.operation for s in book.signatures(name)] or [book.operation(name).name]
    return "\n\n".join(_entry(book.operation(one)) for one in found)


def _entry(operation: Operation) -> str:
    lines = [f"{signature(operation)}    ({operation.location})"]
    lines += [f"  {clause.word:13}{clause.text}" for clause in operation.clauses]
    return "\n".join(lines)
