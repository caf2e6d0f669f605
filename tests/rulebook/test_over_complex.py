"""What an entry with a `complex` clause says, at complex values: identities and structure too.

Differentials, adjoints and vec forms are measured with all other equations in test_rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from _pytest.mark.structures import ParameterSet

from matcalc.expressions.constructors import conjugate
from matcalc.expressions.dimensions import SCALAR, Shape
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Apply, Node, Symbol, dimension_names, ordered
from matcalc.language.kinds import closure
from matcalc.rulebook import book
from matcalc.rulebook.equations import parameter_symbols
from matcalc.rulebook.instantiate import NO_DIMENSIONS, instantiate
from matcalc.rulebook.records import Operation, Rule
from matcalc.rulebook.structure import statements_over_complex
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import Point, Random, Region, drawn_symbols, value_of
from tests.rulebook.complex_values import complex_value
from tests.rulebook.sampling import (
    demanded_words,
    demands_of,
    matrix_functions,
    raw_apply,
    squares,
    value_at,
    with_function,
)

OPERATIONS = [book.operation(name) for name in book.names()]
MEMBERS = [operation for operation in OPERATIONS if operation.over_complex]
# What is ever said of a complex value; symbols with other structure stand for real ones.
_POSSIBLE = {
    "symmetric",
    "diagonal",
    "lower",
    "upper",
    "invertible",
    "complex",
    "hermitian",
    "hpd",
    "unitary",
    "complex_stiefel",
}
_LARGEST = 1e-8
_POINTS, _TRIES = 4, 100


def over_complex(symbol: Symbol) -> Symbol:
    """The symbol as it may be bound over the complex numbers."""
    fixed = symbol.structure & {"dimension", "index", "integer", "function", "callable"}
    if fixed or not symbol.structure <= _POSSIBLE:
        return symbol
    return Symbol(symbol.name, symbol.shape, symbol.structure | {"complex"})


def complexified(node: Node) -> Node:
    """The expression with complex variables, as it stands."""
    symbols = [one for one in ordered(node) if isinstance(one, Symbol)]
    values: dict[Node, Node] = {one: over_complex(one) for one in symbols}
    return instantiate(node, values, NO_DIMENSIONS, raw_apply)


def drawn(symbol: Symbol, sizes: dict[str, int], random: Random) -> Any:
    if not symbol.is_complex:
        return value_of(symbol, sizes, Region.POSITIVE, random)
    value = complex_value(symbol, sizes, random)
    if "diagonal" in symbol.structure:
        return np.diag(np.diag(value))
    if "symmetric" in symbol.structure:
        return value + value.T
    for word, part in (("lower", np.tril), ("upper", np.triu)):
        value = part(value) if word in symbol.structure else value
    return value


def point_for(nodes: Sequence[Node], seed: int) -> Point:
    random = np.random.default_rng(seed)
    names = dimension_names(*nodes)
    sizes = {name: int(random.integers(2, 5)) for name in names}
    demands = demands_of(*nodes)
    symbols = [
        Symbol(s.name, s.shape, demanded_words(s, demands))
        for s in drawn_symbols(*nodes)
        if "function" not in s.structure
    ]
    return Point(sizes, {s.name: drawn(s, sizes, random) for s in symbols}, Region.ANYWHERE)


def pairs(left: Node, right: Node) -> list[tuple[Any, Any]]:
    """Values of both at some points at which both have one."""
    found: list[tuple[Any, Any]] = []
    for seed in range(_TRIES):
        point = point_for([left, right], seed)
        if any(value is None for value in point.values.values()):
            continue
        try:
            both = value_at(left, point), value_at(right, point)
        except (Unusable, ValueError):
            continue
        found += [both] if both[0].size else []
        if len(found) == _POINTS:
            break
    return found


def identities() -> list[ParameterSet]:
    return [
        pytest.param(rule, id=f"{rule.location} of {operation.name}")
        for operation in MEMBERS
        if operation.over_complex == "holds"
        for rule in book.rules(operation.name, "identity")
        if any(over_complex(s).is_complex for s in rule.symbols.values())
    ]


@pytest.mark.parametrize("rule", identities())
def test_an_identity_holds_over_the_complex_numbers(rule: Rule) -> None:
    assert rule.over_complex
    found = pairs(complexified(rule.left), complexified(rule.right))
    assert found, "no usable complex point"
    for left, right in found:
        assert np.max(np.abs(left - right)) <= _LARGEST * (1 + np.max(np.abs(left)))


def application(operation: Operation, extra: str = "") -> Apply:
    symbols = parameter_symbols(operation, over_complex=True).values()
    known = [
        Symbol(s.name, s.shape, s.structure | closure(extra)) if extra and s.is_complex else s
        for s in symbols
    ]
    sizes = squares(known)
    arguments = tuple(Symbol(s.name, s.shape.substitute(sizes), s.structure) for s in known)
    node = Apply(operation.name, arguments, operation.result.substitute(sizes), frozenset())
    made = with_function(node, matrix_functions()[0])
    assert isinstance(made, Apply)
    return made


COMPUTED = [
    operation
    for operation in MEMBERS
    if operation.parameters and not operation.is_abbreviation
    if operation.name not in ("re", "im")  # which say what a conjugate is
]


@pytest.mark.parametrize("operation", COMPUTED, ids=lambda operation: operation.name)
def test_the_conjugate_of_the_value_is_the_value_at_the_conjugates(operation: Operation) -> None:
    """Conjugates are pushed to the variables, through every operation."""
    node = application(operation)
    found = pairs(node, conjugate(node))
    assert found, "no usable complex point"
    for value, turned in found:
        assert np.max(np.abs(value.conj() - turned)) <= _LARGEST * (1 + np.max(np.abs(value)))


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "real": lambda value: np.allclose(np.imag(value), 0, atol=1e-12 * np.max(np.abs(value))),
    "positive": lambda value: np.all(np.isreal(value)) and np.all(np.real(value) > 0),
    "nonnegative": lambda value: np.all(np.isreal(value)) and np.all(np.real(value) >= 0),
    "hermitian": lambda value: np.allclose(value, value.conj().T),
    "hpd": lambda value: np.allclose(value, value.conj().T) and np.linalg.eigvalsh(value).min() > 0,
    "projection": lambda value: np.allclose(value @ value, value),
    "unitary": lambda value: np.allclose(value.conj().T @ value, np.eye(len(value))),
    "complex_stiefel": lambda value: np.allclose(value.conj().T @ value, np.eye(len(value.T))),
    "symmetric": lambda value: np.allclose(value, value.T),
    "skew": lambda value: np.allclose(value, -value.T),
    "diagonal": lambda value: np.allclose(value, np.diag(np.diag(value))),
    "lower": lambda value: np.allclose(value, np.tril(value)),
    "upper": lambda value: np.allclose(value, np.triu(value)),
    "invertible": lambda value: abs(np.linalg.det(np.atleast_2d(value))) > 1e-9,
}


def statements() -> list[ParameterSet]:
    found = []
    for operation in filter(lambda one: one.parameters and one.name != "triu", MEMBERS):
        for words, conditions in statements_over_complex(operation):
            needed = {word for _, word in conditions}
            if words and needed <= _POSSIBLE:
                name = f"{operation.name} {' '.join(sorted(words))}"
                found.append(pytest.param(operation, words, next(iter(needed), ""), id=name))
    return found


@pytest.mark.parametrize(("operation", "words", "extra"), statements())
def test_a_statement_of_structure_holds(
    operation: Operation, words: frozenset[str], extra: str
) -> None:
    node = application(operation, extra)
    values = [value for value, _ in pairs(node, node)]
    assert values
    for value in values:
        assert all(_CHECKS[word](value) for word in words)


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if not o.over_complex and any(p.kind == "value" for p in o.parameters)],
    ids=lambda operation: operation.name,
)
def test_an_entry_without_the_clause_refuses_complex_arguments(operation: Operation) -> None:
    symbols = parameter_symbols(operation, over_complex=True).values()
    with pytest.raises(NoRule, match="not available over the complex numbers"):
        book.apply(operation.name, list(symbols))


def test_a_real_value_may_go_into_any_operation() -> None:
    x = Symbol("x", Shape(SCALAR.rows, SCALAR.columns), frozenset({"complex"}))
    square = book.apply("hadamard", [x, conjugate(x)])
    assert not book.apply("relu", [square]).is_complex
