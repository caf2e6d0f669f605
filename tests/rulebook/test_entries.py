"""What every entry has to have: names, sources, code that runs, true statements of structure."""

from __future__ import annotations

import importlib
import re
from itertools import chain
from typing import Any

import numpy as np
import pytest

from matcalc.calculus.differential import differential
from matcalc.compile.function import compile_function
from matcalc.expressions.constructors import number
from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.nodes import Apply, Node, Symbol
from matcalc.expressions.predicates import Has, Ordered, Predicate, Property
from matcalc.language.kinds import closure
from matcalc.printing.latex import to_latex
from matcalc.printing.unicode import to_unicode
from matcalc.rulebook import book
from matcalc.rulebook.clauses import STRUCTURE_WORDS
from matcalc.rulebook.equations import parameter_symbols, tangent_of
from matcalc.rulebook.facts import decided
from matcalc.rulebook.records import Clause, Operation
from matcalc.rulebook.structure import stated
from matcalc.samples.numeric import Curve, Unusable, central_error, require_usable, size
from matcalc.samples.sampling import Array, Point, Random, axes_of, drawn_symbols
from tests.rulebook.laws import COUNT
from tests.rulebook.sampling import (
    demands_of,
    matrix_functions,
    points,
    squares,
    value_at,
    with_function,
)

OPERATIONS = [book.operation(name) for name in book.names()]
_STATEMENT = re.compile(r"^(?P<words>[\w, -]+?)(?:\s+if\s+(?P<conditions>.+))?$")


def by_name(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


def application(operation: Operation, structure: dict[str, frozenset[str]] | None = None) -> Node:
    """The operation at its own parameters, which may be declared with structure."""
    words = structure or {}
    symbols = [
        Symbol(s.name, s.shape, s.structure | words.get(s.name, frozenset()))
        for s in parameter_symbols(operation).values()
    ]
    known = stated(operation, symbols) & {"complex"}
    sizes = squares(symbols)
    sized = tuple(Symbol(s.name, s.shape.substitute(sizes), s.structure) for s in symbols)
    node = Apply(operation.name, sized, operation.result.substitute(sizes), known)
    return with_function(node, matrix_functions()[0])


def usable(node: Node, count: int = COUNT) -> list[tuple[Point, Array]]:
    """Points of the domain at which the expression has a value, with the value."""
    found: list[tuple[Point, Array]] = []
    for point in points([node], demands_of(node), np.random.default_rng(3)):
        try:
            found.append((point, value_at(node, point)))
        except Unusable:
            continue
        if len(found) == count:
            break
    return found


def numpy_function(spelling: str) -> Any:
    """The function that a spelling like `np.linalg.inv` names, None for other spellings."""
    home, _, name = spelling.rpartition(".")
    if home.split(".")[0] not in ("np", "scipy"):
        return None
    return getattr(importlib.import_module(home.replace("np", "numpy", 1)), name)


# ---------------------------------------------------------------- the entry as a whole


@by_name(OPERATIONS)
def test_an_entry_is_complete(operation: Operation) -> None:
    words = {clause.word for clause in operation.clauses}
    assert operation.source.strip()
    if not words & {"definition", "differential", "linear"} and values_of(operation):
        assert is_used_in_rules(operation.name)
    if operation.is_abbreviation:
        assert not words & {"linear", "adjoint", "vec", "numpy"}
    if "adjoint" in words or "vec" in words:
        assert operation.linear
    if {"linear", "differential"} <= words:  # linear in some, with a rule for the others
        assert set(chain.from_iterable(operation.linear)) < set(values_of(operation))


USES = ("vec", "computed")


def is_used_in_rules(name: str) -> bool:
    """Whether a `vec` or `computed` equation names it: then it needs no derivative of its own."""
    clauses = [c for o in OPERATIONS if o.name != name for w in USES for c in o.texts(w)]
    return any(name in clause.text for clause in clauses)


def values_of(operation: Operation) -> list[str]:
    return [p.name for p in operation.parameters if p.kind == "value"]


@by_name([operation for operation in OPERATIONS if operation.linear])
def test_a_linear_operation_has_an_adjoint_for_each_argument(operation: Operation) -> None:
    linear = set(chain.from_iterable(operation.linear))
    assert linear <= set(values_of(operation))
    adjoints = [rule.argument for rule in book.rules(operation.name, "adjoint")]
    assert sorted(adjoints) == sorted(linear)
    transposed = {rule.argument for rule in book.rules(operation.name, "vec")}
    assert transposed <= linear


@by_name(OPERATIONS)
def test_names_are_consistent(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", operation.name)
    assert operation.spelled[0] == operation.name
    assert len(set(operation.spelled)) == len(operation.spelled)
    assert len({p.name for p in operation.parameters}) == len(operation.parameters)
    for spelling in operation.spelled:
        assert operation.signature in book.signatures(spelling)
    taken = {f"d{p.name}" for p in operation.parameters}
    assert not taken & {p.name for p in operation.parameters}


def test_overloads_of_a_spelling_differ() -> None:
    """In their arguments or, as for tall and for wide matrices, in their results."""
    for spelling in book.spellings():
        shapes = [
            (signature.result, *((p.shape, p.kind) for p in signature.parameters))
            for signature in book.signatures(spelling)
        ]
        assert len(set(shapes)) == len(shapes), spelling


@by_name(OPERATIONS)
def test_spellings_of_numpy_and_scipy_exist(operation: Operation) -> None:
    for spelling in operation.spelled:
        if spelling.split(".")[0] in ("np", "scipy"):
            assert callable(numpy_function(spelling)), spelling


@by_name(OPERATIONS)
def test_templates_use_the_parameters_and_dimensions_of_the_signature(
    operation: Operation,
) -> None:
    sizes = operation.result.names | {n for p in operation.parameters for n in p.shape.names}
    known = {p.name for p in operation.parameters} | sizes
    for word, template in operation.templates.items():
        holes = re.findall(r"\$[\[({]?(\w+)", template)
        assert set(holes) <= known, f"{word}: {template}"
        if word == "numpy" and not operation.is_abbreviation:
            assert set(values_of(operation)) <= set(holes)


@by_name(OPERATIONS)
def test_it_prints(operation: Operation) -> None:
    node = application(operation)
    for text in (to_latex(node), to_unicode(node)):
        assert text
        assert "$" not in text
    latex = to_latex(node)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right")


# ---------------------------------------------------------------- the value


COMPUTED = [o for o in OPERATIONS if not o.is_abbreviation]


@by_name(COMPUTED)
def test_the_code_runs_and_gives_the_declared_shape(operation: Operation) -> None:
    found = usable(application(operation))
    assert len(found) == COUNT
    for _, value in found:
        assert np.all(np.isfinite(value))


@by_name([o for o in COMPUTED if any(map(numpy_function, o.spelled))])
def test_the_value_is_that_of_the_library(operation: Operation) -> None:
    function = next(f for f in map(numpy_function, operation.spelled) if f is not None)
    for point, value in usable(application(operation)):
        arguments = [point.values[p.name] for p in operation.parameters]
        np.testing.assert_allclose(value, function(*arguments), rtol=1e-9, atol=1e-12)


LINEAR = [(o, group) for o in OPERATIONS for group in o.linear]


@pytest.mark.parametrize(
    ("operation", "group"), LINEAR, ids=[f"{o.name} {'+'.join(sorted(g))}" for o, g in LINEAR]
)
def test_it_is_linear_where_the_entry_says_so(operation: Operation, group: frozenset[str]) -> None:
    node = application(operation)
    random = np.random.default_rng(5)
    for point, first in usable(node):
        other = {name: random.standard_normal(np.shape(point.values[name])) for name in group}
        both = {name: 3 * point.values[name] - 2 * other[name] for name in group}
        expected = 3 * first - 2 * value_at(node, point, _plain(other))
        np.testing.assert_allclose(value_at(node, point, _plain(both)), expected, atol=1e-9)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: v if np.ndim(v) else float(v) for name, v in values.items()}


# ---------------------------------------------------------------- shapes with a side 1


NOT_OF_SCALARS = {
    "std": "the deviation of a single entry is 0, where the root has no derivative",
    "segment": "a range a:b of a scalar is refused, since it may be another than 1:1",
    "slice": "a range a:b of a scalar is refused, since it may be another than 1:1",
}


def degenerate() -> list[Any]:
    """Every operation with one of its dimensions the number 1, and elementwise ones at scalars."""
    found = []
    for operation in OPERATIONS:
        shapes = [p.shape for p in operation.parameters if p.kind == "value"]
        names = sorted({name for s in shapes for name in s.names})
        for group in [*([name] for name in names), *([names] if len(names) > 1 else [])]:
            label = f"{operation.name} {' '.join(f'{name}=1' for name in group)}"
            if group != names or operation.name not in NOT_OF_SCALARS:
                found.append(pytest.param(operation, dict.fromkeys(group, ONE), id=label))
    return found


@pytest.mark.parametrize(("operation", "ones"), degenerate())
def test_it_also_holds_with_a_dimension_1(operation: Operation, ones: dict[str, Dimension]) -> None:
    symbols: list[Node] = []
    last = {p.name: p.last.substitute(ones) for p in operation.parameters if p.last is not None}
    for one in parameter_symbols(operation).values():
        if one.name in ones or last.get(one.name) == ONE:
            symbols.append(number(1))
        else:
            known = {name: ones[name] for name in one.shape.names if name in ones}
            symbols.append(Symbol(one.name, one.shape.substitute(known), one.structure))
    node = with_function(book.apply(operation.name, symbols), matrix_functions()[0])
    moving = [s for s in drawn_symbols(node) if s.name in differentiable(operation)]
    change = differential(node, {s: tangent_of(s) for s in moving})
    assert change.shape == node.shape
    found = usable(node)
    assert found or any(p.kind == "dimension" for p in operation.parameters) or _excludes(node)
    random = np.random.default_rng(1)
    for point, _ in found:
        _check_differential(node, change, moving, point, random)


def _excludes(node: Node) -> bool:
    """Whether the entry rules such shapes out: more columns than rows, or no entries at all."""
    sizes = (node.shape.rows, node.shape.columns)
    return any(decided(one) is None and _of_columns(one) for one in demands_of(node)) or any(
        value.denominator == 1 and value < 0 for size in sizes for _, value in size.terms
    )


def _of_columns(predicate: Predicate) -> bool:
    """Whether there may be no more columns than rows."""
    match predicate:
        case Has(property=Property.FULL_COLUMN_RANK):
            return True
        case _:
            return isinstance(predicate, Ordered)


def differentiable(operation: Operation) -> set[str]:
    """The arguments that may move: all, or those in which an operation without rule is linear."""
    if operation.texts("differential") or operation.texts("definition"):
        return set(values_of(operation))
    return set(chain.from_iterable(operation.linear))


def _check_differential(
    node: Node, change: Node, moving: list[Symbol], point: Point, random: Random
) -> None:
    shapes = {s: axes_of(s.shape, point.sizes) for s in moving}
    steps = _plain({s.name: 0.3 * random.standard_normal(axes) for s, axes in shapes.items()})

    def value(t: float) -> Array:
        return value_at(node, point, {n: point.values[n] + t * v for n, v in steps.items()})

    try:
        require_usable(Curve(value, value(0.0)))
    except Unusable:
        return
    tangents = {f"d{name}": step for name, step in steps.items()}
    assert central_error(Curve(value, value_at(change, point, tangents))) < 1e-6


# ---------------------------------------------------------------- structure


def eigenvalues(value: Array) -> Array:
    return np.asarray(np.linalg.eigvalsh((value + value.T) / 2))


def close(left: Array, right: Array) -> bool:
    return size(left - right) <= 1e-9 * (1 + size(left) + size(right))


def is_of(value: Array, word: str) -> bool:
    """Whether an array has a structure; the words are those that declarations use."""
    match word:
        case "symmetric":
            return close(value, value.T)
        case "skew":
            return close(value, -value.T)
        case "spd":
            return close(value, value.T) and bool(np.all(eigenvalues(value) > 0))
        case "psd":
            return close(value, value.T) and bool(np.all(eigenvalues(value) > -1e-9))
        case "diagonal":
            return close(value, np.diag(np.diag(value)))
        case "lower":
            return close(value, np.tril(value))
        case "upper":
            return close(value, np.triu(value))
        case "orthogonal" | "stiefel":
            return close(value.T @ value, np.eye(value.shape[1]))
        case "projection":
            return close(value @ value, value)
        case "permutation":
            return close(value, np.round(value)) and is_of(value, "orthogonal")
        case "hermitian":
            return close(value, value.conj().T)
        case "unitary" | "complex_stiefel":
            return close(value.conj().T @ value, np.eye(value.shape[1]))
        case "real":
            return bool(np.allclose(np.imag(value), 0, atol=1e-12 * np.max(np.abs(value))))
        case "complex":
            return True
        case "invertible":
            return float(np.linalg.cond(np.atleast_2d(value))) < 1e12
        case "real_powers":
            return bool(np.all(np.abs(np.angle(np.linalg.eigvals(value))) < np.pi - 1e-9))
        case "positive":
            return bool(np.all(value > 0))
        case "nonnegative":
            return bool(np.all(value >= 0))
        case _:
            raise AssertionError(f"no test for the word {word}")


STATEMENTS = [(o, clause) for o in OPERATIONS for clause in o.texts("structure")]


@pytest.mark.parametrize(
    ("operation", "clause"), STATEMENTS, ids=[f"{c.location} {o.name}" for o, c in STATEMENTS]
)
def test_the_value_has_the_structure_stated(operation: Operation, clause: Clause) -> None:
    statement = _STATEMENT.match(clause.text)
    assert statement is not None
    conditions = re.findall(r"(\w+) (\w+)", statement["conditions"] or "")
    words = re.findall(r"\w+", statement["words"])
    assert all(word in STRUCTURE_WORDS for word in words)
    assert {name for name, _ in conditions} <= {p.name for p in operation.parameters}
    given: dict[str, frozenset[str]] = {}
    for name, word in conditions:
        given[name] = given.get(name, frozenset()) | closure(word)
    found = usable(application(operation, given), count=8)
    assert found
    for point, value in found:
        for word in closure(*words):
            assert is_of(value, word), f"not {word} at {dict(point.values)}"


@pytest.mark.parametrize("word", ["symmetric", "spd", "lower", "upper", "diagonal", "orthogonal"])
def test_the_tests_of_structure_can_fail(word: str) -> None:
    assert not is_of(np.arange(9.0).reshape(3, 3), word)
    assert is_of(np.eye(3), word)


def test_templates_compile_on_their_own() -> None:
    """The code of an operation is a function that does not need the package."""
    for operation in COMPUTED:
        node = application(operation)
        symbols = [s for s in drawn_symbols(node) if "function" not in s.structure]
        source = compile_function(node, symbols).source
        assert "matcalc" not in source
        exec(compile(source, operation.name, "exec"), {})
