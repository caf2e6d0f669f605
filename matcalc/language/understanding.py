"""What a text means: its syntax with names looked up, shapes inferred and nodes built.

A problem is the expression with its variables and what was assumed of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from matcalc.expressions.binders import free_symbols
from matcalc.expressions.constructors import from_dimension
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.expressions.nodes import Named, Node, Symbol, dimension_symbol
from matcalc.language.array_elaboration import ArrayElaboration
from matcalc.language.arrays import ArrayInference
from matcalc.language.assumed import Fact, Origin, Sort
from matcalc.language.dialects import MATCALC, Dialect, dialect_named
from matcalc.language.elaboration import Elaboration
from matcalc.language.entries import require_inside
from matcalc.language.inference import Inference
from matcalc.language.kind_search import changes, infer
from matcalc.language.latex.meaning import LatexElaboration, LatexInference
from matcalc.language.matrices import MatrixInference
from matcalc.language.matrix_elaboration import MatrixElaboration
from matcalc.language.names import look_up
from matcalc.language.notes import notes, vector_readings
from matcalc.language.reader import read
from matcalc.language.requests import Placed, Request
from matcalc.language.scanner import scan
from matcalc.language.syntax import Call, Syntax
from matcalc.language.vanished import vanished
from matcalc.language.vocabulary import Source


@dataclass(frozen=True)
class Told:
    """What a formula says besides its expression: variables, a claim about a derivative.

    `transposed` is a derivative with respect to a transpose, `order` 2 that of second ones.
    """

    variables: tuple[str, ...] = ()
    claim: str = ""
    transposed: bool = False
    order: int = 1


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class Problem:
    """A text that was understood.

    `symbols` holds every variable, declared or not; `facts` what was inferred; `definitions` are
    the named subexpressions, shared with `expression`; `sizes` holds declared dimensions that the
    problem determines, such as n = 2; `functions` are the statements that define functions,
    `asked` the formulas that were read with the text, and `inference` is that of a text in its
    `dialect`. What `vanished` was typed, and the expression has a value only where it has one;
    what a formula of a paper says besides is `told`.
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
    told: Told = NOTHING_TOLD

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
        return value_of(built.nodes[self.inference.source.text_nodes - 1])


@dataclass(frozen=True)
class Answered:
    """The formulas of a request as expressions, and the variables that only they have."""

    formulas: tuple[Node, ...]
    new: tuple[Symbol, ...]


def with_requests(requests: Collection[Request], source: Source) -> Problem:
    """What a text means with what is asked of its variables, or else without it."""
    if requests:
        with suppress(MatcalcError):
            return replace(understood(with_formulas(source, requests)), text=source.text)
    return understood(source)


def elaborated(inference: Inference, free: Collection[str] = ()) -> Elaboration:
    """The nodes of what was inferred, as its dialect builds them."""
    if isinstance(inference, MatrixInference):
        return MatrixElaboration(inference, free).run()
    if isinstance(inference, ArrayInference):
        return ArrayElaboration(inference, free).run()
    if isinstance(inference, LatexInference):
        return LatexElaboration(inference, free).run()
    return Elaboration(inference, free).run()


def understood(source: Source, shape: Shape | None = None) -> Problem:
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
        value_of(built.nodes[root.place]),
        declared | undeclared | built.functions,
        tuple(_facts(built, undeclared.values())),
        {name: built.nodes[place] for name, place in source.definitions.items()},
        sizes=built.forced,
        asked=answered(built),
        inference=inference,
        dialect=dialect_named(source.dialect.name),
        vanished=vanished(built, root),
    )


def with_formulas(source: Source, requests: Iterable[Request]) -> Source:
    """The source with the formulas of requests, read below its text."""
    text, arena, placed = source.text, list(source.arena), []
    for request in requests:
        for formula in request.formulas:
            start = len(text) + 1 if text else 0
            text = f"{text}\n{formula.text}" if text else formula.text
            root = read_single(text, start, len(text), arena)
            placed.append(Placed(request, formula, root))
    return replace(source, text=text, arena=arena, requests=tuple(requests), placed=tuple(placed))


def answered(built: Elaboration) -> dict[Request, Answered]:
    """The formulas besides the text by what asks them."""
    found: dict[Request, list[Node]] = {one: [] for one in built.source.requests}
    for request, node in built.formulas():
        found[request].append(node)
    new = [built.variables[word] for word in built.inference.vocabulary.new]
    return {
        request: Answered(tuple(nodes), tuple(s for s in new if s in free_symbols(*nodes)))
        for request, nodes in found.items()
    }


def value_of(root: Node) -> Node:
    """What is asked about: the last statement, whether it has a name or not."""
    return root.value if isinstance(root, Named) else root


def read_single(
    text: str, start: int, end: int, arena: list[Syntax], names: frozenset[str] = frozenset()
) -> Syntax:
    layout = scan(text[start:end])
    if layout.where is not None or len(layout.statements) > 1 or layout.statements[0].name:
        raise SyntaxProblem("one expression is expected here").at(text, (start, end))
    return read(text, start, end, arena, names=names)


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
