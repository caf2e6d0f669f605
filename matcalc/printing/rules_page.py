"""The rule book as a person reads it: a table of all operations, or one entry."""

from __future__ import annotations

from matcalc.language.kinds import kind_text
from matcalc.language.signatures import Parameter
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation
from matcalc.rulebook.spaces import SpaceEntry, entries

_SPACES = ("product", "space")


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
    for chapter, operations in _chapters().items():
        lines += ["", chapter.upper()]
        lines += [f"  {signature(one):44}  {main_rule(one)}" for one in operations]
    return "\n".join(lines).strip()


def rules_markdown() -> str:
    """The same as a page of Markdown, with where each rule holds and where it comes from."""
    lines = ["# Operations", "", "Made from the rule book by `matcalc rules --format markdown`."]
    for chapter, operations in _chapters().items():
        lines += ["", f"## {chapter.capitalize()}", ""]
        lines += ["| operation | rule | holds where | source |", "| --- | --- | --- | --- |"]
        for one in operations:
            where = "; ".join(clause.text for w in ("domain", "smooth") for clause in one.texts(w))
            cells = (f"`{signature(one)}`", f"`{main_rule(one)}`", where, one.source)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _chapters() -> dict[str, list[Operation]]:
    chapters: dict[str, list[Operation]] = {}
    for name in book.names():
        operation = book.operation(name)
        chapter = operation.location.partition(".")[0].lstrip("0123456789_").replace("_", " ")
        chapters.setdefault(chapter, []).append(operation)
    return chapters


def rule_page(name: str) -> str:
    """The entries behind a spelling, with all their clauses; also of a product or a space.

    Raises NoRule where there is none.
    """
    pages = [_space(entries()[kind, name]) for kind in _SPACES if (kind, name) in entries()]
    found = [s.operation for s in book.signatures(name)]
    if not (found or pages):
        found = [book.operation(name).name]
    return "\n\n".join([*(_entry(book.operation(one)) for one in found), *pages])


def _space(entry: SpaceEntry) -> str:
    inside = ", ".join(f"{p.name}: {kind_text(p.shape, p.structure)}" for p in entry.parameters)
    lines = [f"{entry.kind} {entry.name}({inside})    ({entry.location})"]
    lines += [f"  {clause.word:13}{clause.text}" for clause in entry.clauses]
    return "\n".join(lines)


def _entry(operation: Operation) -> str:
    lines = [f"{signature(operation)}    ({operation.location})"]
    lines += [f"  {clause.word:13}{clause.text}" for clause in operation.clauses]
    return "\n".join(lines)
