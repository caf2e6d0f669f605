"""Reading the equations of an entry and checking them: names, shapes of both sides, weights.

Complaints are `RuleBookError`s: `spd.rules:30: logdet: left side is 1 x 1, right side is n x n`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from matcalc.expressions.constructors import (
    identity,
    multiply,
    split_scalars,
    symbol,
)
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Product, Symbol, dimension_symbol
from matcalc.expressions.operations import Vec
from matcalc.language.problem import parse_declarations, parse_expression, parse_pattern
from matcalc.language.signatures import Book, Parameter
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.reader import RuleBookError, complaint
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
    if kind == "computed" and over_complex:
        return ()  # it is about real arguments
    clauses = operation.texts(kind)
    special = [clause for clause in clauses if is_for_complex(clause)]
    general = [clause for clause in clauses if clause not in special]
    chosen = special if over_complex and special else general
    return tuple(read_rule(operation, clause, book, over_complex) for clause in chosen)


def read_rule(operation: Operation, clause: Clause, book: Book, over_complex: bool = False) -> Rule:
    """The rule that a clause states. Raises RuleBookError where it is not well formed."""
    try:
        return _read(operation, clause, book, over_complex)
    except RuleBookError:
        raise
    except MatcalcError as error:
        told = complaint(clause.location, operation.name, error.message, error.hint)
        raise told.at(error.text, error.span) from None


def is_for_complex(clause: Clause) -> bool:
    """Whether a differential is about complex arguments alone."""
    conditioned = clause.word == "differential" and "complex" in clause.text
    return conditioned and any("complex" in s.structure for s in _condition(clause)[1].values())


def _condition(clause: Clause) -> tuple[str, dict[str, Symbol]]:
    text, *condition = _WHERE.split(clause.text, maxsplit=1)
    return text, parse_declarations(condition[0]) if condition else {}


def _read(operation: Operation, clause: Clause, book: Book, over_complex: bool) -> Rule:
    text, declared = _condition(clause)
    match clause.word:
        case "adjoint":
            return _read_adjoint(operation, clause, text, book, over_complex)
        case "identity" | "rejected":
            return _read_identity(operation, clause, text, declared, book)
        case _:
            return _read_equation(operation, clause, text, declared, book, over_complex)


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


def _read_equation(
    operation: Operation,
    clause: Clause,
    text: str,
    declared: Mapping[str, Symbol],
    book: Book,
    over_complex: bool,
) -> Rule:
    """`f(X) = ...` in the parameters and, in a differential, their tangents."""
    left_text, right_text = _sides(operation, clause, text)
    symbols = parameter_symbols(operation, over_complex)
    if clause.word == "computed":
        symbols |= _named_functions(operation, clause, left_text, book)
    for name, special in declared.items():
        if name not in symbols:
            raise complaint(clause.location, operation.name, f"no parameter {name}")
        words = special.structure | (symbols[name].structure & {"complex"})
        symbols[name] = Symbol(name, symbols[name].shape, words)
    known = dict(symbols)
    if clause.word == "differential":
        known |= {f"d{name}": tangent_of(value) for name, value in symbols.items()}
    left = Apply(operation.name, tuple(symbols.values()), operation.result, NO_STRUCTURE)
    right = _right_side(right_text, known, book)
    if clause.word == "vec":
        return _read_vec(operation, clause, left, right, symbols)
    _check(operation, clause, left.shape, right.shape)
    return _rule(operation, clause, left, right, symbols)


def _right_side(text: str, known: Mapping[str, Symbol], book: Book) -> Node:
    """A formula; `with R = ..., v = ...` names parts of it, each in those before it."""
    formula, *listed = _WITH.split(text, maxsplit=1)
    symbols = dict(known)
    parts: dict[Node, Node] = {}
    for part in _PART.split(listed[0]) if listed else ():
        name, _, value = part.partition(" = ")
        node = _filled(value, symbols, parts, book)
        symbols[name] = _part_symbol(name, node, known)
        parts[symbols[name]] = node
    return _filled(formula, symbols, parts, book)


def _filled(
    text: str, symbols: Mapping[str, Symbol], parts: Mapping[Node, Node], book: Book
) -> Node:
    return instantiate(parse_expression(text, symbols, book), parts, NO_DIMENSIONS, book.apply)


def _part_symbol(name: str, value: Node, known: Mapping[str, Symbol]) -> Symbol:
    if name in known:
        raise SyntaxProblem(f"`with` names a part {name}, which is something else already")
    return Symbol(name, value.shape, _COMPLEX if value.is_complex else NO_STRUCTURE)


def _named_functions(
    operation: Operation, clause: Clause, left: str, book: Book
) -> dict[str, Symbol]:
    """The known functions that a `computed` clause is about, by parameter."""
    found = {}
    words = re.findall(r"\w+", left)[1:]
    for parameter, word in zip(operation.parameters, words, strict=True):
        if parameter.kind == "function" and word != parameter.name:
            if not book.signatures(word):
                raise complaint(clause.location, operation.name, f"no function {word}")
            found[parameter.name] = symbol(word, SCALAR, "function")
    return found


def _read_vec(
    operation: Operation, clause: Clause, left: Apply, right: Node, symbols: Mapping[str, Symbol]
) -> Rule:
    """`vec(f(X)) = M * vec(X)`: the parameter is the one that comes last, and M is the rule."""
    scale, chain = split_scalars(right)
    factors = chain.factors if isinstance(chain, Product) else (chain,)
    last: Node = factors[-1]
    inner = last.arguments[0] if isinstance(last, Vec) else last
    if not isinstance(inner, Symbol) or not operation.is_linear_in(inner.name):
        raise complaint(clause.location, operation.name, "a vec rule ends in vec(X)")
    size = inner.shape.size
    matrix = multiply(scale, *factors[:-1]) if len(factors) > 1 else multiply(scale, identity(size))
    _check(operation, clause, Shape(left.shape.size, size), matrix.shape)
    return _rule(operation, clause, left, matrix, symbols, argument=inner.name)


def tangent_of(variable: Symbol) -> Symbol:
    """The symbol dX that stands for the differential of X; complex where X is."""
    words = frozenset({"tangent"}) | (variable.structure & {"complex"})
    return Symbol(f"d{variable.name}", variable.shape, words)


def _read_adjoint(
    operation: Operation, clause: Clause, text: str, book: Book, over_complex: bool
) -> Rule:
    """`<f(X), C> = <X, ...>`: the parameter on the right is the one it is about."""
    match = _ADJOINT.match(text)
    if match is None:
        message = "an adjoint reads <f(X), C> = <X, ...>"
        raise complaint(clause.location, operation.name, message)
    _, cotangent_name, argument, right_text = match.groups()
    symbols = parameter_symbols(operation, over_complex)
    if argument not in symbols:
        raise complaint(clause.location, operation.name, f"no parameter {argument}")
    if cotangent_name in symbols:
        message = f"{cotangent_name} is a parameter, and stands for the cotangent too"
        raise complaint(clause.location, operation.name, message, "call the cotangent otherwise")
    words = ["complex"] if over_complex else []
    cotangent = symbol(cotangent_name, operation.result, *words)
    known = {**symbols, cotangent_name: cotangent}
    left = Apply(operation.name, tuple(symbols.values()), operation.result, NO_STRUCTURE)
    right = _right_side(right_text, known, book)
    _check(operation, clause, symbols[argument].shape, right.shape)
    return _rule(operation, clause, left, right, symbols, argument=argument, cotangent=cotangent)


def _read_identity(
    operation: Operation, clause: Clause, text: str, declared: Mapping[str, Symbol], book: Book
) -> Rule:
    """`left = right` in the parameters and in names of its own."""
    left_text, right_text = _sides(operation, clause, text)
    symbols = parameter_symbols(operation) | dict(declared)
    used = set(re.findall(r"\w+", text))
    known = {name: value for name, value in symbols.items() if name in used}
    left, right = parse_pattern(left_text, right_text, book, known)
    _check(operation, clause, left.shape, right.shape)
    if clause.word == "identity" and not decreases(left, right):
        message = "the right side of an identity must be lighter"
        raise complaint(clause.location, operation.name, message)
    return _rule(operation, clause, left, right, known)


def _sides(operation: Operation, clause: Clause, text: str) -> tuple[str, str]:
    left, equals, right = text.partition(" = ")
    if not equals:
        raise complaint(clause.location, operation.name, f"a {clause.word} needs ` = `")
    return left.strip(), right.strip()


def _check(operation: Operation, clause: Clause, left: Shape, right: Shape) -> None:
    if left != right:
        message = f"left side is {left}, right side is {right}"
        raise complaint(clause.location, operation.name, message)


def _rule(
    operation: Operation,
    clause: Clause,
    left: Node,
    right: Node,
    symbols: Mapping[str, Symbol],
    argument: str = "",
    cotangent: Symbol | None = None,
) -> Rule:
    return Rule(
        kind=clause.word,
        text=clause.text,
        left=left,
        right=right,
        symbols=symbols,
        location=clause.location,
        source=operation.source,
        argument=argument,
        cotangent=cotangent,
        over_complex=operation.over_complex == "holds",
        name=clause.name,
    )
