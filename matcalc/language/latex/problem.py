"""A formula in LaTeX to a problem: its expression, the variables and the claim that it names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from matcalc.expressions.nodes import Symbol
from matcalc.language.latex.groups import groups, part_of
from matcalc.language.latex.names import Names
from matcalc.language.latex.reader import read_tokens
from matcalc.language.latex.spelling import spelled
from matcalc.language.latex.statements import Piece, Reader, Reading, Statement
from matcalc.language.latex.words import Words, words_of
from matcalc.language.signatures import Book
from matcalc.language.statements import Statements
from matcalc.language.syntax import Syntax
from matcalc.language.understanding import Told


def latex_statements(
    text: str,
    declared: Mapping[str, Symbol],
    book: Book,
    variables: Collection[str] = (),
    calls: Mapping[str, str] | None = None,
) -> tuple[Statements, Told, list[str]]:
    """The statements of a text in LaTeX, what else it tells, and what is to be reported.

    `calls` maps names as the text has them to names of matcalc's.
    Raises SyntaxProblem, placed in the text.
    """
    functions = {name for name, one in declared.items() if "callable" in one.structure}
    conjugated = {name for name, one in declared.items() if one.is_complex}
    sizes = {name for one in declared.values() for name in one.dimensions}
    names = Names({*declared, *sizes, *variables}, functions, conjugated, sizes=frozenset(sizes))
    names.calls = _spelled(calls or {}, names, words_of(book))
    found = Reader(text, names, words_of(book)).read()
    statements = _built(text, found, frozenset(names.declared))
    told = Told(found.variables, _written(text, found), found.transposed, found.order)
    return statements, told, [sentence for _, sentence in found.reports]


def _spelled(calls: Mapping[str, str], names: Names, known: Words) -> dict[str, str]:
    r"""The names of matcalc's for `h_{t-1}` and the like, by the word that each is read as."""
    from matcalc.language.latex.delimiters import delimited
    from matcalc.language.latex.operands import operand
    from matcalc.language.latex.tokens import Tokens

    found = {}
    for written, name in calls.items():
        bare = replace(names, declared=(), calls=_Itself(), primes="'" in written)
        tokens = Tokens(written, bare, known, operand)
        tokens.sequence(delimited(written, groups(written)), len(written))
        words = [str(one) for one in tokens.found if one.type == "NAME"]
        found["_".join(words)] = name
    return found


class _Itself(dict[str, str]):
    """Every word as its own name, so that all that stands at a letter belongs to it."""

    def __contains__(self, word: object) -> bool:
        return True


def _built(text: str, found: Reading, names: frozenset[str]) -> Statements:
    statements = Statements()
    arena = statements.arena
    for name, piece in found.definitions:
        statements.definitions[name] = _tree(text, piece, statements, names).place
    statements.root = _tree(text, found.value, statements, names)
    assert statements.root is arena[-1]
    return statements


def _tree(text: str, piece: Piece, statements: Statements, names: frozenset[str]) -> Syntax:
    found = piece.tokens.found
    if len(found) == 1 and found[0] == "0":  # of the shape that is expected
        found[0] = found[0].update(type="NAME", value="zeros")
    return read_tokens(piece.tokens, text, piece.span, statements.arena, names)


def _written(text: str, found: Reading) -> str:
    """The claim as the text has it."""
    if not found.claim:
        return ""
    return part_of(text, found.claim[0].start, found.claim[-1].end)


def latex_words(text: str, book: Book) -> set[str]:
    """The names in a text in LaTeX, `\\mathrm{d}X` as dX."""
    reader = Reader(text, Names(()), words_of(book))
    return set().union(*(piece.words for piece in reader.pieces()))


def latex_equation(text: str, book: Book) -> tuple[str, str]:
    r"""A claim in LaTeX: its left side as matcalc spells it, and the formula on its right.

    The left is empty where it is no name and no derivative. Raises SyntaxProblem.

    >>> from matcalc.rulebook import book
    >>> latex_equation(r"\frac{\partial f}{\partial X} = 2 A^\top R", book)
    ('∂f/∂X', '2 A^\\top R')
    """
    reader = Reader(text, Names(()), words_of(book))
    statement = reader.only_statement()
    right = next(side for side in reversed(statement.sides) if side)
    written = part_of(text, right[0].start, right[-1].end)
    return left_side_of(reader, statement) if len(statement.sides) > 1 else "", written


def left_side_of(reader: Reader, statement: Statement) -> str:
    """What stands on the left of an equation, as matcalc spells it: `∇_X f`, `df`, `∂f/∂X`."""
    inside = spelled(reader.tokens_of(statement.sides[0]).found)
    inside = inside.replace("d*", "d", inside.startswith("d*"))
    if not statement.is_derivative:
        return inside
    whole = inside if inside.isidentifier() else f"({inside})" if inside else "f"
    below, often = "∂".join(statement.variables), "" if statement.order == 1 else statement.order
    if statement.is_nabla:
        return f"∇{often}{f'_{below}' if below else ''} {whole}"
    marked = "'" if statement.transposed else ""
    power = f"^{often}" if often and len(statement.variables) == 1 else ""
    return f"∂{often}{whole}/∂{below}{power}{marked}"
