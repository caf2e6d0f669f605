"""The second oracle knows every operation of the book, and the emitted code agrees with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.constructors import number
from matcalc.expressions.nodes import Node, dimension_names
from matcalc.rulebook import book
from matcalc.rulebook.equations import parameter_symbols
from matcalc.rulebook.records import Operation
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import Array, Point, Random, axes_of, drawn_symbols
from tests.interpreter import MEANINGS, SPELLED_OUT, interpret
from tests.meanings.values import Borderline, NoValue
from tests.oracle import require_agreement, sensitivity
from tests.rulebook import test_over_complex as complex_points
from tests.rulebook.sampling import matrix_functions, value_at, with_function
from tests.rulebook.test_entries import application, usable

LIMIT = 1e-9
OPERATIONS = [book.operation(name) for name in book.names()]


def parameters(operation: Operation) -> list[Node]:
    """The parameters, each number that an overload is told by as that number: sum(X, 1)."""
    kinds = [parameter.kind for parameter in operation.parameters]
    symbols = parameter_symbols(operation).values()
    return [number(int(k)) if k.isdigit() else s for k, s in zip(kinds, symbols, strict=True)]


def built(operation: Operation) -> Node:
    """The operation at its parameters, as it is kept: an abbreviation is unfolded."""
    if not operation.is_abbreviation:
        return application(operation)
    return book.apply(operation.name, parameters(operation))


def meaning(operation: Operation, point: Point) -> Any:
    """The value of the operation itself, whatever it is unfolded to."""
    node = application(operation)
    told = {p.name: int(p.kind) for p in operation.parameters if p.kind.isdigit()}
    return interpret(node, {**point.values, **told}, point.sizes)


def test_every_operation_of_the_book_has_a_meaning() -> None:
    assert not set(book.names()) - set(MEANINGS) - SPELLED_OUT


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_code_computes_what_the_operation_means(operation: Operation) -> None:
    found = usable(built(operation))
    assert found
    for point, value in found:
        np.testing.assert_allclose(value, meaning(operation, point), rtol=LIMIT, atol=LIMIT)


def complex_values(operation: Operation) -> Iterator[tuple[Point, Array]]:
    symbols = list(parameter_symbols(operation, over_complex=True).values())
    node = with_function(book.apply(operation.name, [*symbols]), matrix_functions()[0])
    for seed in range(20):
        point = complex_points.point_for([node, *symbols], seed)
        try:
            value = value_at(node, point)
        except Unusable:
            continue
        if value.size:  # a range that ends before it starts
            yield point, value


@pytest.mark.parametrize("operation", complex_points.MEMBERS, ids=lambda operation: operation.name)
def test_the_code_computes_it_over_the_complex_numbers(operation: Operation) -> None:
    found = list(complex_values(operation))
    assert found
    for point, value in found:
        np.testing.assert_allclose(value, meaning(operation, point), rtol=1e-8, atol=1e-8)


def wild(operation: Operation, node: Node, random: Random) -> tuple[dict[str, Any], dict[str, int]]:
    """Sizes and values that care for no domain: whole entries, positions outside, equal sides."""
    sizes = {name: int(random.integers(1, 5)) for name in dimension_names(node)}
    values: dict[str, Any] = {}
    for one in drawn_symbols(node):
        entries = 2 * random.standard_normal(axes_of(one.shape, sizes))
        rounded = np.round(entries) if random.random() < 0.5 else entries
        values[one.name] = rounded if rounded.ndim else float(rounded)
        if one.structure & {"integer", "index"}:
            values[one.name] = int(random.integers(-2, 6))
    return values, sizes


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_code_gives_no_number_where_the_operation_has_none(operation: Operation) -> None:
    node = built(operation)
    random = np.random.default_rng(2)
    for _ in range(25):
        values, sizes = wild(operation, node, random)
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(mc.evaluate(node, **values, **sizes))
        except mc.MatcalcError:
            continue
        try:
            require_agreement(node, found, values, sizes)
        except Borderline as error:
            several = str(error).startswith("the vectors of")
            assert several or np.all(np.isinf(found)), f"{found}: {error}"


def test_a_position_outside_has_no_value() -> None:
    """The interpreter is no copy of NumPy's habits: it can refuse."""
    x = mc.parse("sum(i in 1..n, x[i])", where="x: vector(n)")
    assert interpret(x, {"x": [1.0, 2.0, 4.0]}, {"n": 3}) == 7
    for text, values in [
        ("sum(i in k..2, x[i])", {"k": 0}),
        ("x[7]", {}),
        ("x[k]", {"k": 0}),
        ("(x[1] - 3)^(1/2)", {}),
        ("logdet(x*x')", {}),
    ]:
        node = mc.parse(text, where="x: vector(n), k: index(n)")
        with pytest.raises(NoValue):
            interpret(node, {"x": [1.0, 2.0, 4.0], **values}, {"n": 3})


def test_a_variable_that_equations_define_is_solved_for() -> None:
    node = mc.parse("x solves A*x - b = 0; sum(x)", where="A: square(n), b: vector(n)")
    A, b = np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([4.0, 8.0])
    assert interpret(node, {"A": A, "b": b}, {"n": 2}) == pytest.approx(3.0)
    root = mc.parse("y solves y + y^3 - t = 0; y", where="t: scalar, y: scalar")
    assert interpret(root, {"t": 10.0}, {}) == pytest.approx(2.0)


def test_deep_expressions_need_no_deep_calls() -> None:
    (x,) = mc.symbols("x: scalar")
    node: Node = x
    for _ in range(5000):
        node = book.apply("tanh", [node])
    assert 0 < interpret(node, {"x": 1.0}, {}) < 0.02


def test_a_sum_that_ends_two_before_it_starts_has_no_value() -> None:
    node = mc.parse("sum(i in k..n, x[i])", "x: vector(n), k: integer")
    x = np.array([2.0, 3.0])
    assert interpret(node, {"x": x, "k": 3}, {"n": 2}) == 0.0
    with pytest.raises(NoValue, match="positions 4 to 2"):
        interpret(node, {"x": x, "k": 4}, {"n": 2})


def test_the_solution_of_a_nearly_singular_equation_is_seen_to_be_round_off() -> None:
    """Of s - t no more than 7 digits are right, and so of u."""
    node = mc.parse("u solves (s - t)*u - 1 = 0; u", "s: scalar, t: scalar, u: scalar")
    assert sensitivity(node, {"s": 1.1 + 1e-9, "t": 1.1}, {}) > 1e-7
    assert sensitivity(node, {"s": 1.1, "t": 0.3}, {}) < 1e-12
