"""A person's text to a problem: the expression, its variables, and what was assumed.

The pipeline: scan the text into statements, read each into one syntax arena, look up names,
infer shapes, elaborate. Everything raised is a MatcalcError placed in the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.errors import ShapeError, SyntaxProblem
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.assumed import Fact, Origin
from matcalc.language.declarations import (
    columns_written,
    declarations_of,
    parse_declarations,
    read_declarations,
)
from matcalc.language.dialects import LATEX, MATCALC, Dialect
from matcalc.language.elaboration import Elaboration
from matcalc.language.kind_search import infer
from matcalc.language.latex_marks import is_latex
from matcalc.language.members import with_families
from matcalc.language.names import look_up
from matcalc.language.notation import refuse_notation
from matcalc.language.notes import signs_of_matrices
from matcalc.language.readings import cut_or_whole, in_its_dialect
from matcalc.language.requests import Request
from matcalc.language.scanner import Layout, scan
from matcalc.language.signatures import Book
from matcalc.language.statements import Statements, read_statements
from matcalc.language.syntax import Syntax
from matcalc.language.tokens import words_without
from matcalc.language.understanding import (
    Answered,
    Problem,
    answered,
    read_single,
    understood,
    with_formulas,
    with_requests,
)
from matcalc.language.unification import NO_SIZES
from matcalc.language.vanished import vanished
from matcalc.language.vocabulary import Source

NOTHING: Mapping[str, str] = {}
NO_SYMBOLS: Mapping[str, Symbol] = {}


def parse_problem(
    text: str,
    where: str | Mapping[str, str] | None,
    book: Book,
    variables: Collection[str] = (),
    requests: Collection[Request] = (),
    dialect: str | None = None,
) -> Problem:
    """Read all that a person types: statements, the value, and declarations after `where`.

    `where` declares more variables; the `variables` of a derivative are names wherever they stand.
    The `dialect` is told by its marks where it is not named. What the `requests` say is known
    beforehand; where nothing fits them, they are left to who asks.
    Raises SyntaxProblem, UnknownName, ShapeError or DomainError.
    """
    if is_latex(text, where or "", dialect):
        return parse_latex(text, where, book, variables, requests)
    layout = scan(text)
    declared = _declarations(text, layout, where)
    columns = _columns(text, layout, where)

    def meant(statements: Statements) -> Problem:
        known = with_families(declared, statements.arena, text)
        source = _source(text, statements, known, book, variables=variables, columns=columns)
        found, said = in_its_dialect(partial(with_requests, requests), source, dialect)
        return replace(found, facts=(*found.facts, *_said(found, said)))

    reading = partial(read_statements, text, layout, declared)
    known = {*declared, *(one.name for one in layout.statements if one.name)}
    refuse_notation(text, layout.where, known | {*variables})
    words = words_without(text, known, variables)
    found = cut_or_whole(lambda names: meant(reading(names)), variables, words)
    functions = {
        one.name: f"def {text[one.name_start : one.end].strip()}"
        for one in layout.statements
        if one.name and one.parameters
    }
    return replace(found, functions=functions)


def parse_latex(
    text: str,
    where: str | Mapping[str, str] | None,
    book: Book,
    variables: Collection[str] = (),
    requests: Collection[Request] = (),
    names: Mapping[str, str] = NOTHING,
    symbols: Mapping[str, Symbol] = NO_SYMBOLS,
    shape: Shape | None = None,
) -> Problem:
    r"""Read a formula in LaTeX; `names` are matcalc's for some of the text's, as `h_{t-1}`.

    Of the variables the `symbols` are known besides those declared, of a size that nothing tells
    the `shape` of the whole.
    """
    from matcalc.language.latex.problem import latex_statements

    declared = {**symbols, **declared_outside(where)}
    statements, told, reports = latex_statements(text, declared, book, variables, names)
    known = with_families(declared, statements.arena, text)
    source = _source(text, statements, known, book, variables=variables, dialect=LATEX)
    found = understood(source, shape) if shape else with_requests(requests, source)
    return _with_reports(replace(found, told=told), reports)


def _with_reports(found: Problem, reports: Iterable[str]) -> Problem:
    said = (Fact(found.expression, (one,), Origin.INFERRED) for one in dict.fromkeys(reports))
    return replace(found, facts=(*said, *found.facts))


def _said(found: Problem, said: tuple[Fact, ...]) -> Iterator[Fact]:
    """How other dialects read the text; of signs alone, where no other reads the whole."""
    yield from said
    if not said and found.inference is not None and found.dialect is MATCALC:
        for sentence in signs_of_matrices(found.inference):
            yield Fact(found.expression, (sentence,), Origin.INFERRED)


def _source(
    text: str, found: Statements, symbols: Mapping[str, Symbol], book: Book, **known: Any
) -> Source:
    """What is to be understood, with what else is known of it."""
    functions, marks = found.functions, found.marks
    brought = {"functions": functions, "marks": marks, **known}
    return Source(text, found.arena, symbols, found.definitions, book, **brought)


def parse_formulas(request: Request, symbols: Mapping[str, Symbol], book: Book) -> Answered:
    """The formulas of a request, where the other variables are known already.

    Where they have not the shapes that are asked for, who asks says so.
    """
    source = Source("", [], symbols, {}, book, closed=False, rigid=True)
    source = with_formulas(source, [request])
    try:
        built = Elaboration(infer(source, look_up(source))).run()
    except ShapeError:
        if all(formula.shape is None for formula in request.formulas):
            raise
        loose = tuple(replace(formula, shape=None) for formula in request.formulas)
        shape = symbols[request.variable].shape
        return parse_formulas(replace(request, shape=shape, formulas=loose), symbols, book)
    return answered(built)[request]


def declarations_in(text: str, where: str | Mapping[str, str] | None) -> dict[str, Symbol]:
    """The variables that a text declares itself, and those that `where` declares besides."""
    if is_latex(text, where or "", None):
        return declared_outside(where)
    return _declarations(text, scan(text), where)


def names_defined(text: str) -> set[str]:
    """The names that the statements of a text define."""
    if is_latex(text, (), None):
        return set()
    return {one.name for one in scan(text).statements if one.name}


def _declarations(
    text: str, layout: Layout, where: str | Mapping[str, str] | None
) -> dict[str, Symbol]:
    declared = declared_outside(where)
    if layout.where is None:
        return declared
    for name, symbol in read_declarations(text, layout.where).items():
        if declared.setdefault(name, symbol) is not symbol:
            raise SyntaxProblem(
                f"`{name}` is declared twice, and differently",
                hint="leave one of the two declarations out",
            ).at(text, (layout.where, len(text)))
    return declared


def declared_outside(where: str | Mapping[str, str] | None) -> dict[str, Symbol]:
    if isinstance(where, str):
        return parse_declarations(where)
    return declarations_of(where) if where is not None else {}


def _columns(text: str, layout: Layout, where: str | Mapping[str, str] | None) -> frozenset[str]:
    """The names that are declared as matrices of one column."""
    inside = text[layout.where :] if layout.where is not None else ""
    pairs = (
        [f"{name}: {kind}" for name, kind in where.items()] if isinstance(where, Mapping) else []
    )
    outside = where if isinstance(where, str) else ", ".join(pairs)
    return columns_written(f"{outside}; {inside}")


def parse_expression(
    text: str, symbols: Mapping[str, Symbol], book: Book, shape: Shape | None = None
) -> Node:
    """Read an expression in matcalc's own language whose variables are all known.

    It may have statements before it. Where nothing else tells its size, as that of `I`, it has
    the `shape` expected. Raises as `parse_closed` does.
    """
    return parse_closed(text, symbols, book, shape=shape, dialect=MATCALC.name).expression


def parse_closed(
    text: str,
    symbols: Mapping[str, Symbol],
    book: Book,
    functions: Mapping[str, str] = NOTHING,
    shape: Shape | None = None,
    dialect: str | None = None,
    likely: Dialect = MATCALC,
    sizes: Mapping[str, Dimension] = NO_SIZES,
    rigid: bool = True,
) -> Problem:
    """Read a text whose variables are all known, as a claim: statements and the value.

    Of dimensions that are named the `sizes` are known; unless they are `rigid`, the text may tell
    those of others.

    Its `dialect` is told by its marks where it is not named; else it is the `likely` one, where
    that fits. Every name must be one of `symbols`, a dimension of theirs, a function, of those
    that the statements `functions` define too, or defined by a statement of the text; else
    UnknownName.
    """
    own = names_defined(text)
    brought = [statement for name, statement in functions.items() if name not in own]
    if is_latex(text, symbols, dialect):
        return _closed_latex(text, symbols, book, shape, sizes, rigid)
    text = "\n".join([*brought, text])
    layout = scan(text)
    if layout.where is not None:
        raise SyntaxProblem("declarations are not expected here: all variables are known").at(
            text, (layout.where, len(text))
        )
    statements = read_statements(text, layout, symbols)
    source = _source(text, statements, symbols, book, closed=True, rigid=rigid, sizes=sizes)
    found, said = in_its_dialect(partial(understood, shape=shape), source, dialect, likely)
    return replace(found, facts=(*found.facts, *_said(found, said)))


def _closed_latex(
    text: str,
    symbols: Mapping[str, Symbol],
    book: Book,
    shape: Shape | None,
    sizes: Mapping[str, Dimension],
    rigid: bool,
) -> Problem:
    from matcalc.language.latex.problem import latex_statements

    statements, told, reports = latex_statements(text, symbols, book)
    known = {"closed": True, "rigid": rigid, "sizes": sizes, "dialect": LATEX}
    found = understood(_source(text, statements, symbols, book, **known), shape)
    return _with_reports(replace(found, told=told), reports)


def parse_pattern(
    left: str, right: str, book: Book, symbols: Mapping[str, Symbol]
) -> tuple[Node, Node]:
    """Both sides of an equation, of shapes inferred together; names outside `symbols` fit both."""
    return parse_sides(left, right, book, symbols)[0]


def parse_sides(
    left: str,
    right: str,
    book: Book,
    symbols: Mapping[str, Symbol],
    names: frozenset[str] = frozenset(),
) -> tuple[tuple[Node, Node], tuple[Node, ...]]:
    """The same, and what vanished; the letters among `names` are told in words such as Ax."""
    text = f"{left} = {right}"
    arena: list[Syntax] = []
    first = read_single(text, 0, len(left), arena, names)
    second = read_single(text, len(left) + 3, len(text), arena, names)
    source = Source(text, arena, symbols, {}, book, closed=False, rigid=True)
    built = Elaboration(infer(source, look_up(source), (first, second))).run()
    sides = built.nodes[first.place], built.nodes[second.place]
    if sides[0].shape != sides[1].shape:
        raise ShapeError(f"left side is {sides[0].shape}, right side is {sides[1].shape}")
    return sides, vanished(built, first, second)
