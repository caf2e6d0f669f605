"""The statements of a problem, read into one syntax arena: definitions, functions, the value.

`R = A*X - B` names a subexpression, `def f(t) = ...` a function, and `x solves g = h` makes x the
solution of an equation; the last statement is the value.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field

from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.nodes import Symbol
from matcalc.language.functions import DefinedFunction
from matcalc.language.reader import read
from matcalc.language.scanner import Layout, Statement
from matcalc.language.spelling import check_name
from matcalc.language.syntax import Numeral, Solution, Syntax, Total
from matcalc.language.tokens import names_in
from matcalc.language.tree_builder import Marks


@dataclass
class Statements:
    """What the statements of a text define, by places in the arena; `root` is the value."""

    arena: list[Syntax] = field(default_factory=list)
    definitions: dict[str, int] = field(default_factory=dict)
    functions: dict[str, DefinedFunction] = field(default_factory=dict)
    root: Syntax | None = None
    marks: Marks = field(default_factory=dict)


def read_statements(
    text: str, layout: Layout, declared: Mapping[str, Symbol], variables: Collection[str] = ()
) -> Statements:
    """Read every statement. Raises SyntaxProblem, also for a name that has a meaning already.

    Of a word such as Ax that is no name, the letters are told from the names in the text, those
    `declared` and the `variables` of a derivative.
    """
    found = Statements()
    if layout.percent is not None:
        found.marks["%"] = layout.percent, layout.percent + 1
    defined = {one.name for one in layout.statements if one.name and not one.parameters}
    values = {name for name, symbol in declared.items() if "callable" not in symbol.structure}
    names = names_in(text) | {*values, *variables, *defined}
    for statement in layout.statements:
        if statement.name is not None:
            _check_new(statement, text, declared, found)
        first = len(found.arena)
        found.root = read(text, statement.start, statement.end, found.arena, found.marks, names)
        if statement.right is not None:
            found.root = _solution(text, statement, found.root, found, names)
        if statement.parameters:
            found.functions[statement.name or ""] = DefinedFunction(
                statement.name or "", statement.parameters, first, found.root.place
            )
        elif statement.name is not None:
            found.definitions[statement.name] = found.root.place
    return found


def _solution(
    text: str, statement: Statement, left: Syntax, found: Statements, names: frozenset[str]
) -> Syntax:
    """`x solves g = h`: the residual g - h, and what makes it zero."""
    assert statement.right is not None and statement.name is not None
    arena = found.arena
    right = read(text, statement.right, statement.right_end, arena, found.marks, names)
    residual = left
    if not (isinstance(right, Numeral) and right.value == 0):
        residual = _added(Total(left.start, right.end, [left, right], [1, -1]), left, arena)
    solution = Solution(statement.name_start, right.end, statement.name, residual)
    return _added(solution, left, arena)


def _added(node: Syntax, leftmost: Syntax, arena: list[Syntax]) -> Syntax:
    node.place, node.first = len(arena), leftmost.first
    arena.append(node)
    return node


def _check_new(
    statement: Statement, text: str, declared: Container[str], found: Statements
) -> None:
    name = statement.name or ""
    for word in (name, *statement.parameters):
        check_name(word, text, (statement.name_start, statement.name_start + len(name)))
    is_declared = name in declared and statement.right is None
    if is_declared or name in found.definitions or name in found.functions:
        how = "a variable" if is_declared else "defined before"
        raise SyntaxProblem(
            f"`{name}` cannot be defined here: it is {how}",
            hint="give the subexpression another name",
        ).at(text, (statement.name_start, statement.name_start + len(name)))
