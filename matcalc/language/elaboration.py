"""Syntax with known shapes to expression nodes, by the constructors, in one pass over the arena.

`A/B` is A*inv(B), `X + s` is X + s*ones(m,n), `[A, B; C, D]` is vstack(hstack(A,B), hstack(C,D)).
Sums and chains are built whole, never two by two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import ClassVar, assert_never

from matcalc.expressions import build
from matcalc.expressions.binders import REPEATED, over_index
from matcalc.expressions.constructors import (
    UNIT,
    dagger,
    elementwise_power,
    from_dimension,
    hadamard,
    identity,
    multiply,
    named,
    negate,
    number,
    ones,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import (
    NO_STRUCTURE,
    Named,
    Node,
    Number,
    Symbol,
    children,
    depth_first,
    ordered,
)
from matcalc.expressions.valued_words import valued
from matcalc.language.broadcasting import met, repeated
from matcalc.language.calls import PRIMES
from matcalc.language.comparing import chosen, compared
from matcalc.language.factors import Factors
from matcalc.language.functions import DefinedFunction, Unknown, function_symbol, lift
from matcalc.language.inference import Inference
from matcalc.language.kinds import closure, open_words
from matcalc.language.requests import Request, structure_of_new
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Comparison,
    Listed,
    Name,
    Negation,
    Numeral,
    Postfix,
    Power,
    Quoted,
    Repeated,
    Selection,
    Solution,
    Syntax,
    Total,
)
from matcalc.language.taking import index_symbol, member_of, part_of
from matcalc.language.vocabulary import (
    CHOICE,
    Constant,
    Defined,
    Direction,
    Fitted,
    Silent,
    Undeclared,
)


class Elaboration:
    """The expression of every syntax node of one inferred text."""

    usages: ClassVar[Mapping[str, str]] = {"eye": "eye(n)"}

    def __init__(self, inference: Inference, free: Collection[str] = ()) -> None:
        self.inference = inference
        self.free = free
        self.source = inference.source
        self.meanings = inference.vocabulary.meanings
        self.forced = dict(inference.unifier.forced())
        self.nodes: list[Node] = []
        self.inverted: defaultdict[int, list[Node]] = defaultdict(list)  # divisors, by place
        self.names = {place: name for name, place in self.source.definitions.items()}
        integers = inference.exponents_of_matrices()
        self.sought = {n.word for n in self.source.arena if isinstance(n, Solution)}
        self.variables = {
            word: self._undeclared(word, closure("integer") if word in integers else NO_STRUCTURE)
            for word in inference.variables
        }
        self.functions = {word: function_symbol(word) for word in inference.vocabulary.functions}

    def _undeclared(self, word: str, structure: frozenset[str]) -> Symbol:
        """A variable of what was inferred, and of what is asked of it or of its place."""
        shape = self.inference.shapes.shape(self.inference.variables[word])
        if word in self.inference.matrices:
            one = self.inference.shapes.shape(self.inference.matrices[word])
            structure |= {valued("family", str(one.rows), str(one.columns))}
        for request in self.source.requests:
            if request.variable == word:
                structure |= request.structure
        if word in self.inference.vocabulary.new:
            structure |= self._of_new(word, shape)
        return self._sought(self._freed(Symbol(word, shape, structure)))

    def _of_new(self, word: str, shape: Shape) -> frozenset[str]:
        formula = self.inference.vocabulary.new[word]
        about = (r.variable for r in self.source.requests if formula in r.formulas)
        known = self.source.declared.get(next(about, ""))
        return structure_of_new(formula, shape, known is not None and known.is_complex)

    def _freed(self, symbol: Symbol) -> Symbol:
        """A variable in `free` without what holds on a thin set only: X' stays written."""
        if symbol.name not in self.free:
            return symbol
        return Symbol(symbol.name, symbol.shape, open_words(symbol.structure))

    def run(self) -> Elaboration:
        """Build every node; errors of the book are placed in the text."""
        inner = self._inner_totals()
        for node in islice(self.source.arena, self.source.text_nodes):
            try:
                self.nodes.append(UNIT if node.place in inner else self._part(node))
            except MatcalcError as problem:
                raise problem.at(self.source.text, node.span) from None
        return self

    def formulas(self) -> Iterator[tuple[Request, Node]]:
        """The formulas besides the text, each with its request; the text was built before."""
        inner = self._inner_totals()
        for one in self.source.placed:
            for place in one.places:
                part = UNIT if place in inner else self._build(self.source.arena[place])
                self.nodes.append(part)
            yield one.request, self.nodes[-1]

    def _sought(self, symbol: Symbol) -> Symbol:
        """The unknown of an equation is known as such."""
        if symbol.name not in self.sought:
            return symbol
        return Symbol(symbol.name, symbol.shape, symbol.structure | {"solution"})

    def declared(self, symbol: Symbol) -> Symbol:
        """A declared variable, its dimensions replaced where they turned out to be integers."""
        symbol = self._freed(self._sought(symbol))
        if not self.forced or symbol.dimensions.isdisjoint(self.forced):
            return symbol
        return symbol.with_sizes(self.forced)

    def _shape(self, node: Syntax) -> Shape:
        return self.inference.shapes.of(node)

    def _node(self, node: Syntax) -> Node:
        return self.nodes[node.place]

    def _apply(self, operation: str, *arguments: Node) -> Node:
        return self.source.book.apply(operation, arguments)

    def _invert(self, node: Node) -> Node:
        return build.inverse(self.source.book, node)

    def _part(self, node: Syntax) -> Node:
        """The node, under its name where a statement defines it; a constant needs none."""
        built, name = self._build(node), self.names.get(node.place)
        if name is None or isinstance(built, Named) or _is_constant(built):
            return built
        return named(name, built)

    # ------------------------------------------------------------ one node

    def _build(self, node: Syntax) -> Node:
        match node:
            case Name():
                whole = self._name(node)
                return member_of(node, whole, self.source) if node.indices else whole
            case Chain():
                return self._chain(node)
            case Total():
                return self._total(node)
            case Call():
                return self._call(node)
            case Postfix():
                return self._postfix(node)
            case Power():
                call = self.inference.vocabulary.exponentials.get(node.place)
                return self._power(node) if call is None else self._call(call)
            case Numeral(value=value):
                return Number(value)
            case Negation(operand=operand):
                return negate(self._node(operand))
            case Selection():
                return self._selection(node)
            case Blocks():
                return self._blocks(node)
            case Solution():
                return self._solution(node)
            case Repeated(word=word, index=index, body=body):
                bounds = self.bounds(node)
                return over_index(REPEATED[word], index_symbol(index), *bounds, self._node(body))
            case Comparison():
                return self._comparison(node)
            case Quoted() | Listed():
                return UNIT  # only functions of libraries take them
            case _:
                assert_never(node)

    def _name(self, node: Name) -> Node:
        match self.meanings[node.place]:
            case Symbol() as symbol:
                known = self.forced.get(symbol.name) if "dimension" in symbol.structure else None
                return from_dimension(known) if known is not None else self.declared(symbol)
            case Undeclared(word=word):
                return self.variables[word]
            case Defined(place=place):
                return self.nodes[place]
            case Fitted(word=word):
                return self._fill(node, word)
            case Constant(signature=signature):
                return self._apply(signature.operation)
            case Direction(word=word, variable=name, structure=structure):
                like = self._variable(name)
                field = like.structure & {"complex"}
                return Symbol(word, like.shape, closure("tangent", *field, *structure))
            case Silent(word=word):
                return Symbol(word, number(1).shape, frozenset({"function"}))

    def _fill(self, node: Syntax, word: str) -> Node:
        """The identity, ones or zeros in the shape that fits."""
        columns = self.inference.sides[node.place][1]
        shape = self._shape(node)
        if word != "eye" and self.inference.unifier.is_unknown(columns) and _is_open(shape.columns):
            self.inference.unifier.unify(columns, ONE)
            shape = self._shape(node)
        if _is_open(shape.rows) or _is_open(shape.columns):
            raise MatcalcError(
                f"nothing tells the size of {self.inference.shapes.quote(node.span)}",
                hint=f"write `{self.usages.get(word, word + '(m,n)')}`",
            )
        if word == "eye":
            return identity(shape.rows)
        return zero(shape) if word == "zeros" else ones(shape)

    def _solution(self, node: Solution) -> Node:
        unknown, residual = self._variable(node.word), self._node(node.residual)
        if unknown not in ordered(residual):
            equation = self.inference.shapes.quote(node.span)
            raise DomainError(
                f"{equation} says nothing about {node.word}, which cancels",
                hint="an equation with one solution is needed, such as `x solves A*x = b`",
            )
        return self._apply("implicit", unknown, residual)

    def _call(self, node: Call) -> Node:
        signature = self.inference.chosen.get(node.place)
        own = self.inference.vocabulary.applied.get(node.place)
        if own is not None:
            return self._own_function(own, [self._node(argument) for argument in node.arguments])
        if signature is not None and node.function[-1] in PRIMES:
            return self.source.book.slope(signature.operation, self._node(node.arguments[0]))
        if signature is not None:
            return self._apply(signature.operation, *map(self._node, node.arguments))
        word = node.function.rsplit(".", 1)[-1]
        if word == CHOICE:
            return self._choice(node)
        if word in ("vector", "matrix"):
            return multiply(self._node(node.arguments[0]), self._fill(node, "ones"))
        return self._fill(node, word)

    def _own_function(self, own: Unknown | DefinedFunction, arguments: list[Node]) -> Node:
        if isinstance(own, DefinedFunction):
            values = dict(zip(own.symbols(), arguments, strict=True))
            return lift(self.nodes[own.place], values, self.source.book)
        order = number(own.order)
        return self._apply("elementwise", function_symbol(own.word), order, *arguments)

    def _variable(self, word: str) -> Symbol:
        declared = self.source.declared.get(word)
        return self.variables[word] if declared is None else self.declared(declared)

    # ------------------------------------------------------------ arithmetic

    def _inner_totals(self) -> set[int]:
        """Sums that are terms of sums of the same form: only the outermost is ever built."""
        return {
            term.place
            for node in self.source.arena
            if isinstance(node, Total)
            for term in node.terms
            if isinstance(term, Total)
            and self.inference.is_scalar(term) == self.inference.is_scalar(node)
        }

    def _total(self, node: Total) -> Node:
        flat: list[tuple[int, Node]] = []
        waiting: list[tuple[int, Syntax]] = [(1, node)]
        scalar = self.inference.is_scalar(node)
        while waiting:
            sign, inner = waiting.pop()
            if isinstance(inner, Total) and self.inference.is_scalar(inner) == scalar:
                signed = zip(inner.signs, inner.terms, strict=True)
                waiting += [(sign * own, term) for own, term in signed][::-1]
            else:
                flat.append((sign, self._node(inner)))
        shape = self._shape(node)
        return build.total(
            [(sign, repeated(term, shape.rows, shape.columns)) for sign, term in flat]
        )

    def _comparison(self, node: Comparison) -> Node:
        left, right = met([self._node(node.left), self._node(node.right)])
        return compared(self.source.book, left, node.operator, right)

    def _choice(self, node: Call) -> Node:
        """`where(c, a, b)`; what is no comparison holds where it is not 0."""
        condition, one, other = map(self._node, node.arguments)
        meaning = self.meanings.get(node.arguments[0].place)
        place = meaning.place if isinstance(meaning, Defined) else node.arguments[0].place
        if not isinstance(self.source.arena[place], Comparison):
            condition = compared(self.source.book, condition, "!=", number(0))
        return chosen(condition, one, other)

    def _chain(self, node: Chain) -> Node:
        """A sign before the first factor is that of the whole, not of what is inverted: -A\\b."""
        first = node.factors[0]
        if isinstance(first, Negation) and "\\" not in node.operators:
            return negate(self._product(first.operand, node))
        return self._product(first, node)

    def _product(self, first: Syntax, node: Chain) -> Node:
        pending = Factors(self.source.book, self._node(first), self.inverted[node.place])
        for operator, factor in zip(node.operators, node.factors[1:], strict=True):
            pending.meet(operator, self._node(factor))
        return pending.finish()

    def _power(self, node: Power) -> Node:
        base, exponent = self._node(node.base), self._node(node.exponent)
        word = node.exponent.operand if isinstance(node.exponent, Negation) else node.exponent
        silent = self.meanings.get(word.place)
        if isinstance(silent, Silent):
            base = self._invert(base) if word is not node.exponent else base
            return dagger(base) if silent.word == "H" else transpose(base)
        if not node.entrywise or (base.shape.is_scalar and exponent.shape.is_scalar):
            return build.power(self.source.book, base, exponent)
        if exponent.shape.is_scalar:
            return elementwise_power(base, exponent)
        logarithm = self._apply("log", base)
        scaled = multiply if base.shape.is_scalar else hadamard
        return self._apply("exp", scaled(logarithm, exponent))

    def _postfix(self, node: Postfix) -> Node:
        operand = self._node(node.operand)
        match node.operator:
            case "inverse":
                return self._invert(operand)
            case "adjoint":
                return dagger(operand)
            case _:
                return transpose(operand)

    # ------------------------------------------------------------ entries and blocks

    def _selection(self, node: Selection) -> Node:
        return part_of(node, self.nodes, self.source)

    def bounds(self, node: Repeated) -> tuple[Node, Node]:
        if node.lower is not None and node.upper is not None:
            return self._node(node.lower), self._node(node.upper)
        size = self.inference.shapes.shape((self.inference.ranges[node.place], ONE)).rows
        return UNIT, from_dimension(size)

    def _blocks(self, node: Blocks) -> Node:
        rows = [[self._node(block) for block in row] for row in node.rows]
        return build.blocks(self.source.book, rows)


def _is_constant(node: Node) -> bool:
    """Whether a scalar is made of numbers and integers, as exponents and positions are."""
    return node.shape.is_scalar and not any(
        isinstance(inner, Named) or (isinstance(inner, Symbol) and "integer" not in inner.structure)
        for inner in depth_first([node], lambda n: () if isinstance(n, Named) else children(n))
    )


def _is_open(size: Dimension) -> bool:
    """Whether a dimension is still unknown after all variables have their dimensions."""
    return any(name[0] == "?" for name in size.names)
