"""The formulas of inner products and spaces, whose entries a book has.

`formula` reads a clause at actual arguments: where those are complex, ' is the conjugate
transpose, spd is Hermitian positive definite, and symmetric is Hermitian. Complaints begin with
file:line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.errors import MatcalcError, ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.declarations import parse_declarations
from matcalc.language.kinds import closure, over_complex
from matcalc.language.problem import parse_expression
from matcalc.rulebook import book
from matcalc.rulebook.binding import fitted
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.reader import RuleBookError
from matcalc.rulebook.records import Clause, SpaceEntry

_SLOTS = ("U", "V", "G")
M_BY_N = Shape(dimension("m"), dimension("n"))
Sizes = dict[str, Dimension]


def declared_after(clause: Clause) -> tuple[str, dict[str, Symbol]]:
    """A clause `formula of Z: kind` as the formula and the variables that it declares."""
    text, _, declarations = clause.text.partition(" of ")
    return text, parse_declarations(declarations) if declarations else {}


def dimensions_of(entry: SpaceEntry, arguments: Sequence[Node], shape: Shape) -> Sizes:
    """What the dimension names of the entry stand for, from its arguments.

    `shape` is that of U, V and G, which a product calls m x n. Raises ShapeError for arguments
    that do not fit.
    """
    pairs = [(p.shape, a.shape) for p, a in zip(entry.parameters, arguments, strict=False)]
    found = fitted([*pairs, (M_BY_N, shape)] if entry.kind == "product" else pairs)
    if found is None:
        needed = ", ".join(f"{p.name}: {p.shape}" for p in entry.parameters)
        given = ", ".join(str(a.shape) for a in arguments)
        raise ShapeError(f"{entry.name} needs {needed}, but got {given}")
    return found


def formula(
    entry: SpaceEntry,
    clause: Clause,
    arguments: Sequence[Node],
    shape: Shape,
    slots: Mapping[str, Node],
    text: str | None = None,
) -> Node:
    """The formula of a clause with `slots` (U, V, G, Z) and the entry's parameters put in.

    A formula that needs the first parameters only is given only those.
    """
    sizes = dimensions_of(entry, arguments, shape)
    over_complex = any(node.is_complex for node in (*arguments, *slots.values()))
    root, symbols = _read(entry, clause, clause.text if text is None else text, over_complex)
    values: dict[Node, Node] = {}
    given = dict(zip((p.name for p in entry.parameters), arguments, strict=False)) | dict(slots)
    for name, symbol in symbols.items():
        if name in given:
            values[symbol] = given[name]
    return instantiate(root, values, sizes, book.apply)


_FORMULAS = frozenset(
    ("tangent", "multiplier", "projection", "pairing", "riesz", "root", "at", "point", "definition")
)


def stated_formulas(
    entry: SpaceEntry, clause: Clause
) -> Iterator[tuple[Node, Mapping[str, Symbol]]]:
    """The formulas of a clause and the symbols in them; both sides of an equation."""
    if clause.word in _FORMULAS:
        for text in declared_after(clause)[0].split(" = "):
            yield _read(entry, clause, text, False)


@kept_for_an_edition(1024)
def _read(
    entry: SpaceEntry, clause: Clause, text: str, over_complex: bool
) -> tuple[Node, dict[str, Symbol]]:
    """The formula in the entry's own symbols, which have their declared kinds and shapes."""
    parameters = [_complex(p) if over_complex else p for p in entry.parameters]
    symbols = {parameter.name: parameter for parameter in parameters}
    pattern = shape_of_directions(entry)
    plain = closure("tangent", *(["complex"] if over_complex else []))
    symbols |= {slot: Symbol(slot, pattern, plain) for slot in _SLOTS}
    symbols |= declared_after(clause)[1]
    try:
        return parse_expression(text, symbols, book), symbols
    except MatcalcError as error:
        raise RuleBookError(f"{clause.location}: {entry.name}: {error.message}") from None


def _complex(parameter: Symbol) -> Symbol:
    return Symbol(parameter.name, parameter.shape, over_complex(parameter.structure))


def _has_point(entry: SpaceEntry) -> bool:
    """Whether its first parameter is the variable itself."""
    return entry.kind == "space" or entry.text("structure") != ""


def further(entry: SpaceEntry) -> tuple[Symbol, ...]:
    """The parameters that are not the variable itself."""
    return entry.parameters[1:] if _has_point(entry) else entry.parameters


def shape_of_directions(entry: SpaceEntry) -> Shape:
    """The shape of U, V and G in the letters of the entry."""
    return entry.parameters[0].shape if _has_point(entry) else M_BY_N
