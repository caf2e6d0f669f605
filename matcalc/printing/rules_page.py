"""The rule book as a person reads it: tables of operations, products and spaces, or one entry."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.language.kinds import kind_text
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation, Rule, SpaceEntry
from matcalc.simplify.identities import derived


def signature(operation: Operation) -> str:
    """`logdet(X: n x n) -> scalar`."""
    inside = ", ".join(map(str, operation.parameters))
    result = "scalar" if operation.result.is_scalar else str(operation.result)
    return f"{operation.name}({inside}) -> {result}"


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
    for kind, chapter in _KINDS.items():
        lines += ["", chapter.upper()]
        lines += [f"  {_space_signature(one):44}  {_space_rule(one)}" for one in _spaces(kind)]
    return "\n".join(lines).strip()


def rules_markdown() -> str:
    """The same as a page of Markdown, with where each rule holds and where it comes from."""
    lines = [
        "# Operations, inner products and spaces",
        "",
        "Made from the rule book by `matcalc rules --format markdown`.",
    ]
    for chapter, operations in _chapters().items():
        lines += ["", f"## {chapter.capitalize()}", ""]
        lines += ["| operation | rule | holds where | source |", "| --- | --- | --- | --- |"]
        for one in operations:
            where = "; ".join(
                clause.text for w in ("requires", "smooth") for clause in one.texts(w)
            )
            cells = (f"`{signature(one)}`", f"`{main_rule(one)}`", where, one.source)
            lines.append(_table_row(cells))
    for kind, chapter in _KINDS.items():
        lines += ["", f"## {chapter.capitalize()}", ""]
        lines += [f"| {kind} | rule | note | source |", "| --- | --- | --- | --- |"]
        for entry in _spaces(kind):
            rule = f"`{_space_rule(entry)}`"
            cells = (f"`{_space_signature(entry)}`", rule, entry.text("note"), entry.source)
            lines.append(_table_row(cells))
    return "\n".join(lines) + "\n"


def _table_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


_KINDS = {"product": "inner products", "space": "spaces"}
_RULES = {"tangent": "{} = 0", "projection": "G becomes {}"}


def _spaces(kind: str) -> list[SpaceEntry]:
    return list((book.products if kind == "product" else book.spaces).values())


def _space_signature(entry: SpaceEntry) -> str:
    """`weighted(M: spd(m), N: spd(n))`, `sphere(x: matrix(m, n))`."""
    kinds = [f"{p.name}: {kind_text(p.shape, p.structure)}" for p in entry.parameters]
    return f"{entry.name}({', '.join(kinds)})"


def _space_rule(entry: SpaceEntry) -> str:
    """What the entry is: the product, or the directions of the space."""
    if entry.kind == "product":
        return f"<U, V> = {entry.text('pairing')}"
    words = [f"U {entry.text('structure')}"] if entry.text("structure") else []
    for word, form in _RULES.items():
        if entry.text(word):
            return ", ".join([*words, *(form.format(clause.text) for clause in entry.texts(word))])
    return ", ".join(words)


def _space_page(entry: SpaceEntry) -> str:
    lines = [f"{entry.kind} {_space_signature(entry)}    ({entry.location})"]
    return "\n".join([*lines, *(f"  {one.word:13}{one.text}" for one in entry.clauses)])


def _chapters() -> dict[str, list[Operation]]:
    chapters: dict[str, list[Operation]] = {}
    for name in book.names():
        operation = book.operation(name)
        chapter = operation.location.partition(".")[0].lstrip("0123456789_").replace("_", " ")
        chapters.setdefault(chapter, []).append(operation)
    return chapters


def rule_page(name: str) -> str:
    """The entries behind a spelling, with all their clauses; or the identity of that name.

    Raises NoRule where there is none.
    """
    spaces = [one for kind in _KINDS for one in _spaces(kind) if one.name == name]
    found = [book.operation(signature.operation) for signature in book.signatures(name)]
    identity = name.partition(",")[0].strip().replace(" ", "-")
    if not (found or spaces) and book.has_identity(identity):
        return _identity(book.identity(identity))
    if not (found or spaces):
        found = [book.operation(name)]
    return "\n\n".join([*map(_entry, found), *map(_space_page, spaces)])


def _entry(operation: Operation) -> str:
    lines = [f"{signature(operation)}    ({operation.location})"]
    lines += [f"  {clause.word:13}{clause.written}" for clause in operation.clauses]
    return "\n".join(lines)


def _identity(rule: Rule) -> str:
    """The identity, and what the book derives from it."""
    follows = [(one.name.partition(", ")[2], f"{one.left} = {one.right}") for one in derived(rule)]
    lines = [("identity", rule.text), *follows, ("source", rule.source)]
    head = f"{rule.name}    ({rule.location})"
    return "\n".join([head, *(f"  {word:13}{text}" for word, text in lines)])
