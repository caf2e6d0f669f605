"""The matrix of every linear operation of the book, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.calculus.kronecker import kronecker_matrix
from matcalc.compile.function import evaluate
from matcalc.expressions.constructors import zero
from matcalc.expressions.nodes import Apply, Node, Symbol, dimension_names, ordered
from matcalc.language.kinds import closure
from matcalc.rulebook import book
from matcalc.rulebook.equations import parameter_symbols
from tests.rulebook.sampling import demands_of, points, value_at, with_function

SIZED = {"reshape", "slice", "segment"}  # not of any sizes: those below
LINEAR = [
    pytest.param(name, argument, id=f"{name} {argument}")
    for name in book.names()
    if name not in SIZED
    for group in book.operation(name).linear
    for argument in sorted(group)
]


def tangent_in(node: Node, name: str) -> tuple[Node, Symbol]:
    """The operation with a direction in that place, and the direction.

    What it is linear in together with that is 0, as where it does not move.
    """
    assert isinstance(node, Apply)
    operation = book.operation(node.operation)
    together = next(group for group in operation.linear if name in group)
    arguments = []
    for parameter, argument in zip(operation.parameters, node.arguments, strict=True):
        if parameter.name == name:
            tangent = Symbol("V", argument.shape, closure("tangent"))
            argument = tangent
        elif parameter.name in together:
            argument = zero(argument.shape)
        arguments.append(argument)
    return Apply(node.operation, tuple(arguments), node.shape, frozenset()), tangent


@pytest.mark.parametrize(("name", "argument"), LINEAR)
def test_the_matrix_has_the_images_of_the_unit_matrices_as_columns(
    name: str, argument: str
) -> None:
    operation = book.operation(name)
    symbols = tuple(parameter_symbols(operation).values())
    plain = Apply(name, symbols, operation.result, frozenset())
    body, tangent = tangent_in(with_function(plain, "expm"), argument)
    matrix = kronecker_matrix(body, tangent)
    point = next(points([body], demands_of(body), np.random.default_rng(2)))
    found = np.atleast_2d(value_at(matrix, point))
    shape = np.shape(point.values["V"])
    for column, unit in enumerate(np.eye(np.size(point.values["V"]))):
        image = value_at(body, point, {"V": unit.reshape(shape, order="F")})
        np.testing.assert_allclose(
            found[:, column], image.reshape(-1, order="F"), atol=1e-9 * (1 + np.abs(image).max())
        )


def value(node: Node, **values: Any) -> Any:
    names = {s.name for s in ordered(node) if isinstance(s, Symbol)} | set(dimension_names(node))
    return evaluate(node, **{name: given for name, given in values.items() if name in names})


@pytest.mark.parametrize(("which", "letters"), [(1, "iaib->ab"), (2, "aibi->ab")])
def test_partial_traces(which: int, letters: str) -> None:
    p, q = 2, 3
    found = mc.jacobian(f"ptrace(X,p,q,{which})", "X", where="X: matrix(p*q,p*q)").value
    assert "sum" not in str(found)
    X = np.random.default_rng(1).normal(size=(p * q, p * q))
    expected = np.einsum(letters, X.reshape(p, q, p, q))
    result = value(found, p=p, q=q) @ X.reshape(-1, order="F")
    np.testing.assert_allclose(result, expected.reshape(-1, order="F"))


def test_parts_of_complex_values_along_real_directions() -> None:
    where = "A: complex_matrix(m,n), B: complex_matrix(m,n), x: vector(n)"
    found = mc.jacobian("conj(A*x) + im(B*x)", "x", where=where).value
    assert str(found) == "conj(A) + im(B)"
    size = mc.jacobian("abs(A*x)", "x", where=where).value
    random = np.random.default_rng(4)
    A = random.normal(size=(3, 2)) + 1j * random.normal(size=(3, 2))
    x, h = random.normal(size=2), 1e-6
    columns = [(np.abs(A @ (x + h * e)) - np.abs(A @ (x - h * e))) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(value(size, A=A, x=x), np.transpose(columns), rtol=1e-7)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("reshape(X, 6, 2)", range(12)),
        ("X[2:3,1:2]", [1, 2, 5, 6]),
        ("vec(X)[3:5]", [2, 3, 4]),
    ],
)
def test_selections_of_entries(text: str, places: list[int]) -> None:
    found = value(mc.jacobian(text, "X", where="X: matrix(4,3)").value)
    np.testing.assert_array_equal(found, np.eye(12)[list(places)])


CONSTANTS = ["diag_selection(1)", "commutation(1,1)", "basis(1,1)", "selection(1,1,1)"]
CONSTANTS += ["exchange(1)", "duplication(1)", "elimination(1)", "toeplitz_projection(1)"]


@pytest.mark.parametrize("text", CONSTANTS)
def test_constants_of_order_1_are_numbers(text: str) -> None:
    assert mc.evaluate(mc.parse(text)) == 1
