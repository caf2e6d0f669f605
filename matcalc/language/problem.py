"""A person's text to a problem: the expression, its variables, and what was assumed.

The pipeline: scan the text into statements, read each into one syntax arena, look up names,
infer shapes, elaborate. Everything raised is a MatcalcError placed in the text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.errors import ShapeError, SyntaxProblem
from matcalc.expressions.nodes import Named, Node, Symbol
from matcalc.language.declarations import declarations_of, parse_declarations, read_declarations
from matcalc.language.elaboration import Elaboration
from matcalc.language.kind_search import infer
from matcalc.language.kinds import OPEN, kind_text
from matcalc.language.names import look_up
from matcalc.language.provenance import Shapes
from matcalc.language.reader import read
from matcalc.language.scanner import Layout, scan
from matcalc.language.signatures import Book
from matcalc.language.statements import read_statements
from matcalc.language.syntax import Syntax, Total
from matcalc.language.vocabulary import Source

__all__ = [
    "Problem",
    "names_defined",
    "parse_declarations",
    "parse_expression",
    "parse_pattern",
    "parse_problem",
]

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Problem:
    """A text that was understood.

    `symbols` holds every variable, declared or not; `assumptions` says in words what was
    inferred; `definitions` are the named subexpressions, shared with `expression`; `sizes` holds
    declared dimensions that the problem determines, such as n = 2; `typed` says that it was text,
    `beside` what was read with it so that the shapes fit that too, and `functions` are the
    statements that define functions.
    """

    text: str
    expression: Node
    symbols: Mapping[str, Symbol]
    assumptions: tuple[str, ...]
    definitions: Mapping[str, Node]
    typed: bool = False
    sizes: Mapping[str, Dimension] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    functions: Mapping[str, str] = field(default_factory=dict)


def parse_problem(
    text: str,
    where: str | Mapping[str, str] | None,
    book: Book,
    free: Collection[str] = (),
    scalar_for: Collection[str] = (),
) -> Problem:
    """Read all that a person types: statements, the value, and declarations after `where`.

    `where` declares more variables; those named in `free` are taken without the structure
    that holds only on a thin set (symmetric, orthogonal), so that X' stays written.
    Where the derivative by the names `scalar_for` needs a scalar, kinds of the other undeclared
    names are preferred that make the value one.
    Raises SyntaxProblem, UnknownName, ShapeError or DomainError.
    """
    layout = scan(text)
    declared = _declarations(text, layout, where)
    for name in declared.keys() & set(free):
        known = declared[name]
        declared[name] = Symbol(name, known.shape, known.structure & OPEN)
    statements = read_statements(text, layout, declared)
    root = statements.root
    assert root is not None
    source = Source(
        text,
        statements.arena,
        declared,
        statements.definitions,
        book,
        closed=False,
        rigid=False,
        functions=statements.functions,
    )
    inference = infer(source, look_up(source), scalar=root, variables=scalar_for)
    built = Elaboration(inference).run()
    return Problem(
        text,
        _value(built.nodes[root.place]),
        {n: built.declared(s) for n, s in declared.items()} | built.variables | built.functions,
        tuple(_assumptions(built)),
        {name: built.nodes[place] for name, place in statements.definitions.items()},
        typed=True,
        sizes=built.forced,
        functions={
            one.name: f"def {text[one.name_start : one.end].strip()}"
            for one in layout.statements
            if one.name and one.parameters
        },
    )


def _value(root: Node) -> Node:
    """What is asked about: the last statement, whether it has a name or not."""
    return root.value if isinstance(root, Named) else root


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
                text=text,
                span=(layout.where, len(text)),
            )
    return declared


def _assumptions(built: Elaboration) -> list[str]:
    found = [f"{s.name}: {kind_text(s.shape, s.structure)}" for s in built.variables.values()]
    found += [f"{name}: an unknown elementwise function" for name in built.functions]
    found += [f"{name} = {value}" for name, value in built.forced.items()]
    shapes = built.inference.shapes
    for total in built.inference.spread:
        found.append(_spreading(total, shapes))
    return list(dict.fromkeys(found))


def _spreading(total: Total, shapes: Shapes) -> str:
    """What is said of a scalar added to a matrix."""
    signed = list(zip(total.signs, total.terms, strict=True))
    sign, scalar = next((s, t) for s, t in signed if shapes.of(t).is_scalar)
    whole = next(t for _, t in signed if not shapes.of(t).is_scalar)
    matrix = shapes.quote(whole.start, whole.end)[1:-1]
    added = shapes.quote(scalar.start, scalar.end)[1:-1]
    adds, to, mark = ("adds", "to", "+") if sign > 0 else ("subtracts", "from", "-")
    note = f"{matrix} {mark} {added} {adds} {added} {to} every entry"
    if shapes.of(whole).is_square:
        note += f"; {matrix} {mark} {added}*I is the other reading"
    return note


def parse_expression(
    text: str, symbols: Mapping[str, Symbol], book: Book, functions: Mapping[str, str] = NOTHING
) -> Node:
    """Read an expression whose variables are all known, and the statements before it.

    Every name must be one of `symbols`, a dimension of theirs, a function, of those that the
    statements `functions` define too, or defined by a statement of the text; else UnknownName.
    """
    own = names_defined(text)
    brought = [statement for name, statement in functions.items() if name not in own]
    text = "\n".join([*brought, text])
    layout = scan(text)
    if layout.where is not None:
        raise SyntaxProblem(
            "declarations are not expected here: all variables are known",
            text=text,
            span=(layout.where, len(text)),
        )
    statements = read_statements(text, layout, symbols)
    assert statements.root is not None
    source = Source(
        text,
        statements.arena,
        symbols,
        statements.definitions,
        book,
        closed=True,
        rigid=True,
        functions=statements.functions,
    )
    return _value(Elaboration(infer(source, look_up(source))).run().nodes[statements.root.place])


def _read_single(text: str, start: int, end: int, arena: list[Syntax]) -> Syntax:
    layout = scan(text[start:end])
    if layout.where is not None or len(layout.statements) > 1 or layout.statements[0].name:
        raise SyntaxProblem("one expression is expected here", text=text, span=(start, end))
    return read(text, start, end, arena)


def parse_pattern(
    left: str, right: str, book: Book, symbols: Mapping[str, Symbol]
) -> tuple[Node, Node]:
    """Both sides of an equation, their shapes inferred together.

    Names outside `symbols` take default kinds and shapes that fit both sides.
    """
    text = f"{left} = {right}"
    arena: list[Syntax] = []
    first = _read_single(text, 0, len(left), arena)
    second = _read_single(text, len(left) + 3, len(text), arena)
    source = Source(text, arena, symbols, {}, book, closed=False, rigid=True)
    built = Elaboration(infer(source, look_up(source), (first, second))).run()
    sides = built.nodes[first.place], built.nodes[second.place]
    if sides[0].shape != sides[1].shape:
        raise ShapeError(f"left side is {sides[0].shape}, right side is {sides[1].shape}")
    return sides
