"""Reading the equations of an entry and checking them: names, shapes of both sides, weights.

Complaints are `RuleBookError`s: `spd.rules:30: logdet: left side is 1 x 1, right side is n x n`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.constructors import identity, multiply, split_scalars, symbol
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Product, Symbol, dimension_symbol
from matcalc.expressions.operations import Vec
from matcalc.language.declarations import parse_declarations
from matcalc.language.problem import parse_expression, parse_pattern
from matcalc.language.signatures import Book, Parameter
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.reader import in_entry
from matcalc.rulebook.records import Clause, Operation, Rule
from matcalc.rulebook.weight import decreases

_ADJOINT = re.compile(r"<\s*(.+?)\s*,\s*(\w+)\s*>\s*=\s*<\s*(\w+)\s*,\s*(.+?)\s*>$")
_WHERE = re.compile(r"\s+where\s+")
_WITH = re.compile(r"\s+with\s+(?=\w+ = )")
_PART = re.compile(r",\s*(?=\w+ = )")
_COMPLEX = frozenset({"complex"})


def read_rules(
    operation: Operation, kind: str, book: Book, over_complex: bool = False
) -> tuple[Rule, ...]:
    """The rules of one kind (`differential`, `adjoint`, `identity`, ...) of an operation.

    Read `over_complex` the parameters are complex variables, so that ' in the equations is the
    conjugate transpose; where rules say `where X: complex_matrix(m,n)`, they are the ones.
    """
    if kind in ("computed", "entries") and over_complex:
        return ()  # they are about real arguments
    clauses = operation.texts(kind)
    special = [clause for clause in clauses if is_for_complex(clause)]
    general = [clause for clause in clauses if clause not in special]
    chosen = special if over_complex and special else general
    return tuple(read_rule(operation, clause, book, over_complex) for clause in chosen)


def read_rule(operation: Operation, clause: Clause, book: Book, over_complex: bool = False) -> Rule:
    """The rule that a clause states. Raises RuleBookError where it is not well formed."""
    with in_entry(clause.location, operation.name):
        return _Reader(operation, clause, book, over_complex).rule()


def is_for_complex(clause: Clause) -> bool:
    """Whether a differential is about complex arguments alone."""
    conditioned = clause.word == "differential" and "complex" in clause.text
    return conditioned and any("complex" in s.structure for s in _condition(clause)[1].values())


def _condition(clause: Clause) -> tuple[str, dict[str, Symbol]]:
    text, *condition = _WHERE.split(clause.text, maxsplit=1)
    return text, parse_declarations(condition[0]) if condition else {}


def parameter_symbols(operation: Operation, over_complex: bool = False) -> dict[str, Symbol]:
    """The parameters of an operation as the symbols that stand for them in its equations."""
    return {p.name: _parameter_symbol(p, over_complex) for p in operation.parameters}


def _parameter_symbol(parameter: Parameter, over_complex: bool) -> Symbol:
    match parameter.kind:
        case "dimension":
            return dimension_symbol(parameter.name)
        case "index":
            return symbol(parameter.name, SCALAR, "index", "integer", "positive")
        case "value":
            return symbol(parameter.name, parameter.shape, *(["complex"] if over_complex else []))
        case kind:
            return symbol(parameter.name, SCALAR, kind)


@dataclass(frozen=True)
class _Reader:
    """The reading of one clause."""

    operation: Operation
    clause: Clause
    book: Book
    over_complex: bool

    def rule(self) -> Rule:
        text, declared = _condition(self.clause)
        match self.clause.word:
            case "adjoint":
                return self._adjoint(text)
            case "identity" | "written" | "rejected":
                return self._identity(text, declared)
            case _:
                return self._equation(text, declared)

    def _equation(self, text: str, declared: Mapping[str, Symbol]) -> Rule:
        """`f(X) = ...` in the parameters and, in a differential, their tangents."""
        left_text, right_text = self._sides(text)
        symbols = parameter_symbols(self.operation, self.over_complex)
        if self.clause.word == "computed":
            symbols |= self._named_functions(left_text)
        for name, special in declared.items():
            if name not in symbols:
                raise MatcalcError(f"no parameter {name}")
            words = special.structure | (symbols[name].structure & {"complex"})
            symbols[name] = Symbol(name, symbols[name].shape, words)
        known = dict(symbols)
        if self.clause.word == "differential":
            known |= {f"d{name}": tangent_of(value) for name, value in symbols.items()}
        left, right = self._left(symbols), self._right_side(right_text, known)
        if self.clause.word == "vec":
            return self._vec(left, right, symbols)
        return self._rule(left, right, symbols, left.shape)

    def _left(self, symbols: Mapping[str, Symbol]) -> Apply:
        name, result = self.operation.name, self.operation.result
        return Apply(name, tuple(symbols.values()), result, NO_STRUCTURE)

    def _right_side(self, text: str, known: Mapping[str, Symbol]) -> Node:
        """A formula; `with R = ..., v = ...` names parts of it, each in those before it."""
        formula, *listed = _WITH.split(text, maxsplit=1)
        symbols = dict(known)
        parts: dict[Node, Node] = {}
        for part in _PART.split(listed[0]) if listed else ():
            name, _, value = part.partition(" = ")
            node = self._filled(value, symbols, parts)
            symbols[name] = _part_symbol(name, node, known)
            parts[symbols[name]] = node
        return self._filled(formula, symbols, parts)

    def _filled(self, text: str, symbols: Mapping[str, Symbol], parts: Mapping[Node, Node]) -> Node:
        formula = parse_expression(text, symbols, self.book)
        return instantiate(formula, parts, NO_DIMENSIONS, self.book.apply)

    def _named_functions(self, left: str) -> dict[str, Symbol]:
        """The known functions that a `computed` clause is about, by parameter."""
        found = {}
        words = re.findall(r"\w+", left)[1:]
        for parameter, word in zip(self.operation.parameters, words, strict=True):
            if parameter.kind == "function" and word != parameter.name:
                if not self.book.signatures(word):
                    raise MatcalcError(f"no function {word}")
                found[parameter.name] = symbol(word, SCALAR, "function")
        return found

    def _vec(self, left: Apply, right: Node, symbols: Mapping[str, Symbol]) -> Rule:
        """`vec(f(X)) = M * vec(X)`: the parameter is the one that comes last, and M is the rule."""
        scale, chain = split_scalars(right)
        factors = chain.factors if isinstance(chain, Product) else (chain,)
        last: Node = factors[-1]
        inner = last.arguments[0] if isinstance(last, Vec) else last
        if not isinstance(inner, Symbol) or not self.operation.is_linear_in(inner.name):
            raise MatcalcError("a vec rule ends in vec(X)")
        size = inner.shape.size
        matrix = multiply(scale, *(factors[:-1] or [identity(size)]))
        wanted = Shape(left.shape.size, size)
        return self._rule(left, matrix, symbols, wanted, argument=inner.name)

    def _adjoint(self, text: str) -> Rule:
        """`<f(X), C> = <X, ...>`: the parameter on the right is the one it is about."""
        match = _ADJOINT.match(text)
        if match is None:
            raise MatcalcError("an adjoint reads <f(X), C> = <X, ...>")
        _, name, argument, right_text = match.groups()
        symbols = parameter_symbols(self.operation, self.over_complex)
        if argument not in symbols:
            raise MatcalcError(f"no parameter {argument}")
        if name in symbols:
            message = f"{name} is a parameter, and stands for the cotangent too"
            raise MatcalcError(message, hint="call the cotangent otherwise")
        words = ["complex"] if self.over_complex else []
        cotangent = symbol(name, self.operation.result, *words)
        right = self._right_side(right_text, {**symbols, name: cotangent})
        wanted = symbols[argument].shape
        return self._rule(self._left(symbols), right, symbols, wanted, argument, cotangent)

    def _identity(self, text: str, declared: Mapping[str, Symbol]) -> Rule:
        """`left = right` in the parameters and in names of its own."""
        symbols = parameter_symbols(self.operation) | dict(declared)
        used = set(re.findall(r"\w+", text))
        known = {name: value for name, value in symbols.items() if name in used}
        left, right = parse_pattern(*self._sides(text), self.book, known)
        rule = self._rule(left, right, known, left.shape)
        if self.clause.word == "identity" and not decreases(left, right):
            raise MatcalcError("the right side of an identity must be lighter")
        return rule

    def _sides(self, text: str) -> tuple[str, str]:
        left, equals, right = text.partition(" = ")
        if not equals:
            raise MatcalcError(f"a {self.clause.word} needs ` = `")
        return left.strip(), right.strip()

    def _rule(
        self,
        left: Node,
        right: Node,
        symbols: Mapping[str, Symbol],
        wanted: Shape,
        argument: str = "",
        cotangent: Symbol | None = None,
    ) -> Rule:
        if right.shape != wanted:
            raise MatcalcError(f"left side is {wanted}, right side is {right.shape}")
        return Rule(
            kind=self.clause.word,
            text=self.clause.text,
            left=left,
            right=right,
            symbols=symbols,
            location=self.clause.location,
            source=self.operation.source,
            argument=argument,
            cotangent=cotangent,
            over_complex=self.operation.over_complex == "holds",
            name=self.clause.name,
        )


def _part_symbol(name: str, value: Node, known: Mapping[str, Symbol]) -> Symbol:
    if name in known:
        raise SyntaxProblem(f"`with` names a part {name}, which is something else already")
    return Symbol(name, value.shape, _COMPLEX if value.is_complex else NO_STRUCTURE)


def tangent_of(variable: Symbol) -> Symbol:
    """The symbol dX that stands for the differential of X; complex where X is."""
    words = frozenset({"tangent"}) | (variable.structure & {"complex"})
    return Symbol(f"d{variable.name}", variable.shape, words)
