"""A person's text to a problem: the expression, its variables, and what was assumed.

The pipeline: scan the text into statements, read each into one syntax arena, look up names,
infer shapes, elaborate. Everything raised is a MatcalcError placed in the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import from_dimension
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import MatcalcError, ShapeError, SyntaxProblem
from matcalc.expressions.nodes import Named, Node, Symbol, dimension_symbol
from matcalc.language.array_elaboration import ArrayElaboration
from matcalc.language.arrays import ArrayInference
from matcalc.language.assumed import Fact, Origin, Sort
from matcalc.language.declarations import (
    columns_written,
    declarations_of,
    parse_declarations,
    read_declarations,
)
from matcalc.language.dialects import MATCALC, Dialect, dialect_named
from matcalc.language.elaboration import Elaboration
from matcalc.language.entries import require_inside
from matcalc.language.inference import Inference
from matcalc.language.kind_search import changes, infer
from matcalc.language.latex_marks import refuse_latex
from matcalc.language.matrices import MatrixInference
from matcalc.language.matrix_elaboration import MatrixElaboration
from matcalc.language.members import with_families
from matcalc.language.names import look_up
from matcalc.language.notation import refuse_notation
from matcalc.language.notes import notes, signs_of_matrices, vector_readings
from matcalc.language.reader import read
from matcalc.language.readings import cut_or_whole, in_its_dialect
from matcalc.language.requests import Placed, Request
from matcalc.language.scanner import Layout, scan
from matcalc.language.signatures import Book
from matcalc.language.statements import Statements, read_statements
from matcalc.language.syntax import Call, Syntax
from matcalc.language.tokens import words_without
from matcalc.language.unification import NO_SIZES
from matcalc.language.vanished import vanished
from matcalc.language.vocabulary import Source

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Problem:
    """A text that was understood.

    `symbols` holds every variable, declared or not; `facts` what was inferred; `definitions` are
    the named subexpressions, shared with `expression`; `sizes` holds declared dimensions that the
    problem determines, such as n = 2; `functions` are the statements that define functions,
    `asked` the formulas that were read with the text, and `inference` is that of a text in its
    `dialect`. What `vanished` was typed, and the expression has a value only where it has one.
    """

    text: str
    expression: Node
    symbols: Mapping[str, Symbol]
    facts: tuple[Fact, ...]
    definitions: Mapping[str, Node]
    sizes: Mapping[str, Dimension] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[Request, Answered] = field(default_factory=dict)
    inference: Inference | None = None
    dialect: Dialect = MATCALC
    vanished: tuple[Node, ...] = ()

    @property
    def changes(self) -> int:
        """How many undeclared names have another kind than their usual one."""
        return changes(self.inference) if self.inference is not None else 0

    def most_axes(self, function: str) -> int:
        """How many axes the arguments of that function have: 0 of scalars, 2 of matrices."""
        assert self.inference is not None
        calls = (one for one in self.inference.source.arena if isinstance(one, Call))
        named = (one for one in calls if one.function.partition(":")[0] == function)
        shapes = (self.inference.shapes.of(part) for one in named for part in one.arguments)
        return max(((one.rows != ONE) + (one.columns != ONE) for one in shapes), default=0)

    @property
    def inferred(self) -> set[str]:
        """The variables whose kinds nobody declared."""
        return {str(fact.subject) for fact in self.facts if fact.predicate is Sort.KIND}

    def __getstate__(self) -> dict[str, object]:
        """What is pickled: the inference knows the whole book, and is left behind."""
        return {**self.__dict__, "inference": None}

    def freed(self, names: Collection[str]) -> Node:
        """The expression as it was typed, these variables without what holds on a thin set only.

        X' stays written, though X was declared symmetric. The problem has to come from a text.
        """
        assert self.inference is not None
        built = elaborated(self.inference, names)
        return _value(built.nodes[self.inference.source.text_nodes - 1])


@dataclass(frozen=True)
class Answered:
    """The formulas of a request as expressions, and the variables that only they have."""

    formulas: tuple[Node, ...]
    new: tuple[Symbol, ...]


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
    refuse_latex(text, where or "", dialect)
    layout = scan(text)
    declared = _declarations(text, layout, where)
    columns = _columns(text, layout, where)

    def understood(statements: Statements) -> Problem:
        known = with_families(declared, statements.arena, text)
        source = _source(text, statements, known, book, variables=variables, columns=columns)
        found, said = in_its_dialect(partial(_with_requests, requests), source, dialect)
        return replace(found, facts=(*found.facts, *_said(found, said)))

    reading = partial(read_statements, text, layout, declared)
    known = {*declared, *(one.name for one in layout.statements if one.name)}
    refuse_notation(text, layout.where, known | {*variables})
    words = words_without(text, known, variables)
    found = cut_or_whole(lambda names: understood(reading(names)), variables, words)
    functions = {
        one.name: f"def {text[one.name_start : one.end].strip()}"
        for one in layout.statements
        if one.name and one.parameters
    }
    return replace(found, functions=functions)


def _with_requests(requests: Collection[Request], source: Source) -> Problem:
    """What a text means with what is asked of its variables, or else without it."""
    if requests:
        with suppress(MatcalcError):
            return replace(_understood(_with_formulas(source, requests)), text=source.text)
    return _understood(source)


def _said(found: Problem, said: tuple[Fact, ...]) -> Iterator[Fact]:
    """How other dialects read the text; of signs alone, where no other reads the whole."""
    yield from said
    if not said and found.inference is not None and found.dialect is MATCALC:
        for sentence in signs_of_matrices(found.inference):
            yield Fact(found.expression, (sentence,), Origin.INFERRED)


def elaborated(inference: Inference, free: Collection[str] = ()) -> Elaboration:
    """The nodes of what was inferred, as its dialect builds them."""
    if isinstance(inference, MatrixInference):
        return MatrixElaboration(inference, free).run()
    if isinstance(inference, ArrayInference):
        return ArrayElaboration(inference, free).run()
    return Elaboration(inference, free).run()


def _source(
    text: str, found: Statements, symbols: Mapping[str, Symbol], book: Book, **known: Any
) -> Source:
    """What is to be understood, with what else is known of it."""
    functions, marks = found.functions, found.marks
    brought = {"functions": functions, "marks": marks, **known}
    return Source(text, found.arena, symbols, found.definitions, book, **brought)


def _understood(source: Source, shape: Shape | None = None) -> Problem:
    """What a text means in the dialect of its source, of that shape where nothing tells it."""
    vocabulary = look_up(source)
    root = source.arena[source.text_nodes - 1]
    value = None if source.closed else root
    inference = infer(source, vocabulary, value=value)
    if shape is not None:
        inference.expect(root, shape)
    inference.unifier.keep_new()
    built = elaborated(inference)
    require_inside(inference)
    undeclared = {n: s for n, s in built.variables.items() if n not in vocabulary.new}
    declared = {name: built.declared(symbol) for name, symbol in source.declared.items()}
    return Problem(
        source.text,
        _value(built.nodes[root.place]),
        declared | undeclared | built.functions,
        tuple(_facts(built, undeclared.values())),
        {name: built.nodes[place] for name, place in source.definitions.items()},
        sizes=built.forced,
        asked=_answered(built),
        inference=inference,
        dialect=dialect_named(source.dialect.name),
        vanished=vanished(built, root),
    )


def _with_formulas(source: Source, requests: Iterable[Request]) -> Source:
    """The source with the formulas of requests, read below its text."""
    text, arena, placed = source.text, list(source.arena), []
    for request in requests:
        for formula in request.formulas:
            start = len(text) + 1 if text else 0
            text = f"{text}\n{formula.text}" if text else formula.text
            root = _read_single(text, start, len(text), arena)
            placed.append(Placed(request, formula, root))
    return replace(source, text=text, arena=arena, requests=tuple(requests), placed=tuple(placed))


def _answered(built: Elaboration) -> dict[Request, Answered]:
    """The formulas besides the text by what asks them."""
    found: dict[Request, list[Node]] = {one: [] for one in built.source.requests}
    for request, node in built.formulas():
        found[request].append(node)
    new = [built.variables[word] for word in built.inference.vocabulary.new]
    return {
        request: Answered(tuple(nodes), tuple(s for s in new if s in free_symbols(*nodes)))
        for request, nodes in found.items()
    }


def parse_formulas(request: Request, symbols: Mapping[str, Symbol], book: Book) -> Answered:
    """The formulas of a request, where the other variables are known already.

    Where they have not the shapes that are asked for, who asks says so.
    """
    source = Source("", [], symbols, {}, book, closed=False, rigid=True)
    source = _with_formulas(source, [request])
    try:
        built = Elaboration(infer(source, look_up(source))).run()
    except ShapeError:
        if all(formula.shape is None for formula in request.formulas):
            raise
        loose = tuple(replace(formula, shape=None) for formula in request.formulas)
        shape = symbols[request.variable].shape
        return parse_formulas(replace(request, shape=shape, formulas=loose), symbols, book)
    return _answered(built)[request]


def _value(root: Node) -> Node:
    """What is asked about: the last statement, whether it has a name or not."""
    return root.value if isinstance(root, Named) else root


def declarations_in(text: str, where: str | Mapping[str, str] | None) -> dict[str, Symbol]:
    """The variables that a text declares itself, and those that `where` declares besides."""
    refuse_latex(text, where or "", None)
    return _declarations(text, scan(text), where)


def names_defined(text: str) -> set[str]:
    """The names that the statements of a text define."""
    return {one.name for one in scan(text).statements if one.name}


def _declarations(
    text: str, layout: Layout, where: str | Mapping[str, str] | None
) -> dict[str, Symbol]:
    declared: dict[str, Symbol] = {}
    if isinstance(where, str):
        declared = parse_declarations(where)
    elif where is not None:
        declared = declarations_of(where)
    if layout.where is None:
        return declared
    for name, symbol in read_declarations(text, layout.where).items():
        if declared.setdefault(name, symbol) is not symbol:
            raise SyntaxProblem(
                f"`{name}` is declared twice, and differently",
                hint="leave one of the two declarations out",
            ).at(text, (layout.where, len(text)))
    return declared


def _columns(text: str, layout: Layout, where: str | Mapping[str, str] | None) -> frozenset[str]:
    """The names that are declared as matrices of one column."""
    inside = text[layout.where :] if layout.where is not None else ""
    pairs = (
        [f"{name}: {kind}" for name, kind in where.items()] if isinstance(where, Mapping) else []
    )
    outside = where if isinstance(where, str) else ", ".join(pairs)
    return columns_written(f"{outside}; {inside}")


def _facts(built: Elaboration, undeclared: Iterable[Symbol]) -> Iterator[Fact]:
    otherwise = vector_readings(built.inference)
    for symbol in undeclared:
        yield Fact(symbol, Sort.KIND, Origin.INFERRED, otherwise.get(symbol.name, ""))
    for function in built.functions.values():
        yield Fact(function, Sort.FUNCTION, Origin.INFERRED)
    for name, size in built.forced.items():
        yield Fact(dimension_symbol(name), from_dimension(size), Origin.INFERRED)
    for node, said in notes(built.inference):
        yield Fact(built.nodes[node.place], (said,), Origin.INFERRED)


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
    refuse_latex(text, symbols, dialect)
    text = "\n".join([*brought, text])
    layout = scan(text)
    if layout.where is not None:
        raise SyntaxProblem("declarations are not expected here: all variables are known").at(
            text, (layout.where, len(text))
        )
    statements = read_statements(text, layout, symbols)
    source = _source(text, statements, symbols, book, closed=True, rigid=rigid, sizes=sizes)
    found, said = in_its_dialect(partial(_understood, shape=shape), source, dialect, likely)
    return replace(found, facts=(*found.facts, *_said(found, said)))


def _read_single(
    text: str, start: int, end: int, arena: list[Syntax], names: frozenset[str] = frozenset()
) -> Syntax:
    layout = scan(text[start:end])
    if layout.where is not None or len(layout.statements) > 1 or layout.statements[0].name:
        raise SyntaxProblem("one expression is expected here").at(text, (start, end))
    return read(text, start, end, arena, names=names)


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
    first = _read_single(text, 0, len(left), arena, names)
    second = _read_single(text, len(left) + 3, len(text), arena, names)
    source = Source(text, arena, symbols, {}, book, closed=False, rigid=True)
    built = Elaboration(infer(source, look_up(source), (first, second))).run()
    sides = built.nodes[first.place], built.nodes[second.place]
    if sides[0].shape != sides[1].shape:
        raise ShapeError(f"left side is {sides[0].shape}, right side is {sides[1].shape}")
    return sides, vanished(built, first, second)
