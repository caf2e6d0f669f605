"""What compiled functions accept, and what they say about the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.function import compile_function, evaluate
from matcalc.expressions.constructors import dagger, identity, multiply, ones, plus, symbol
from matcalc.expressions.dimensions import Shape, dimension, shape
from matcalc.expressions.errors import DomainError, MatcalcError, ShapeError
from matcalc.expressions.nodes import dimension_symbol
from tests.compile.expressions import A, S, a, apply, arrays, chain, m, n, t, x, y

N = dimension_symbol("n")
image = compile_function(chain(A, x), [A, x, y])


def test_declared_but_unused_arguments_are_accepted() -> None:
    values = arrays()
    with_y = image(A=values["A"], x=values["x"], y=values["y"])
    np.testing.assert_array_equal(with_y, image(A=values["A"], x=values["x"]))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"A": np.ones((4, 3))}, DomainError, "missing x: n x 1"),
        ({"A": np.ones((4, 3)), "xx": np.ones(3)}, DomainError, "did you mean x?"),
        ({"A": np.ones((4, 3)), "x": np.ones(4)}, ShapeError, r"x is 4, expected n with n = 3"),
        ({"A": np.ones((4, 3)), "x": np.ones(3), "n": 5}, ShapeError, r"n = 5 \(as given\)"),
        ({"A": np.ones((4, 3)), "x": np.ones((1, 3))}, ShapeError, r"pass x.reshape\(-1\)"),
        ({"A": np.ones(3), "x": np.ones(3)}, ShapeError, "a 2-D array is expected"),
        ({"A": "text", "x": np.ones(3)}, DomainError, "not an array of numbers"),
        ({"A": [[1, 2], [3]], "x": np.ones(3)}, DomainError, "its rows differ in length"),
        ({"A": np.ones((4, 3)), "x": np.ones(3), "n": 2.5}, DomainError, "positive integer"),
        ({"A": np.ones((4, 3)), "x": np.ones(3), "y": np.ones(5)}, ShapeError, "m = 4"),
    ],
)
def test_what_does_not_fit_is_explained(
    arguments: dict[str, Any], error: type[MatcalcError], message: str
) -> None:
    with pytest.raises(error, match=message):
        image(**arguments)


def test_scalar_argument() -> None:
    assert evaluate(plus(a, a), a=np.array(2)) == 4.0
    with pytest.raises(ShapeError, match="a is a scalar"):
        evaluate(plus(a, a), a=np.ones(3))


def test_lists_integers_and_given_dimensions() -> None:
    found = image(A=[[1, 2], [3, 4], [5, 6]], x=(1, 1), n=2, m=3)
    np.testing.assert_array_equal(found, [3.0, 7.0, 11.0])
    assert found.dtype == float


def test_arrays_are_neither_copied_nor_changed() -> None:
    values = arrays()
    assert evaluate(A, A=values["A"]) is values["A"]
    assert np.shares_memory(evaluate(t(A), A=values["A"]), values["A"])
    frozen = {name: values[name] for name in ("A", "x")}
    for array in frozen.values():
        array.flags.writeable = False
    image(**frozen)


def test_complex_and_single_precision_stay() -> None:
    z = symbol("z", shape("n"), "complex")
    assert evaluate(z, z=np.ones(3, complex)).dtype == complex
    assert evaluate(z, z=np.ones(3)).dtype == complex
    assert evaluate(z, z=np.ones(3, np.float32)).dtype == np.complex64
    assert evaluate(plus(x, x), x=np.ones(3, np.float32)).dtype == np.float32
    assert evaluate(chain(t(z), z), z=np.full(2, 1j)) == -2
    assert evaluate(chain(dagger(z), z), z=np.full(2, 1j, np.complex64)) == 2
    with pytest.raises(DomainError, match="x is real, but complex numbers were given"):
        evaluate(x, x=np.ones(3, complex))


def test_dimensions_by_name() -> None:
    np.testing.assert_array_equal(evaluate(identity(n), n=4), np.eye(4))
    with pytest.raises(DomainError, match="missing n: a dimension"):
        evaluate(identity(n))
    with pytest.raises(DomainError, match="positive integer, not 0"):
        evaluate(identity(n), n=0)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 1.5, np.float32(np.inf)])
def test_an_integer_is_finite_and_whole(value: float) -> None:
    where = "x: vector(n), X: square(n), k: integer, p: index(n)"
    place, power = mc.parse("x[p]", where), mc.parse("tr(X^k)", where)
    assert evaluate(place, x=[2.0, 3.0, 5.0], p=np.float32(2)) == 3
    assert evaluate(power, X=[[1.0, 2.0], [0.0, 3.0]], k=np.int64(3)) == 28
    with pytest.raises(DomainError, match=f"p has to be an integer from 1 on, not {value}"):
        evaluate(place, x=[2.0, 3.0, 5.0], p=value)
    with pytest.raises(DomainError, match=f"k has to be an integer, not {value}"):
        evaluate(power, X=np.eye(2), k=value)
    with pytest.raises(DomainError, match="n is a positive integer, not"):
        evaluate(identity(n), n=value)


def test_dimension_of_a_variable_that_is_not_given() -> None:
    shape_only = compile_function(ones(shape(n)), [x])
    np.testing.assert_array_equal(shape_only(n=4), np.ones(4))
    np.testing.assert_array_equal(shape_only(x=np.zeros(2)), np.ones(2))
    with pytest.raises(DomainError, match="missing x: n x 1"):
        shape_only()


@pytest.mark.parametrize(
    ("size", "given", "length", "expected"),
    [
        (m * n, {"y": np.ones(4)}, 12, 3),
        (n * (n + 1) / 2, {}, 15, 5),
        (n * n, {}, 49, 7),
        (n * 3 + m, {"y": np.ones(4)}, 10, 2),
        (n * n + n * 2, {}, 15, 3),
    ],
)
def test_dimension_from_a_polynomial(
    size: Any, given: dict[str, Any], length: int, expected: int
) -> None:
    v = symbol("v", Shape(size, dimension(1)))
    function = compile_function(multiply(N, v), [v, y] if given else [v])
    np.testing.assert_array_equal(function(v=np.ones(length), **given), np.full(length, expected))
    with pytest.raises(ShapeError, match="v is"):
        function(v=np.ones(length + 1), **given)


def test_a_variable_that_is_also_a_dimension() -> None:
    order = symbol("n", shape(1), "integer")
    found = evaluate(multiply(order, S), S=np.eye(3), n=3)
    np.testing.assert_array_equal(found, 3 * np.eye(3))
    with pytest.raises(ShapeError, match="n = 4"):
        evaluate(multiply(order, S), S=np.eye(3), n=4)


def test_one_name_for_two_shapes() -> None:
    other = symbol("x", shape(m))
    with pytest.raises(ShapeError, match="x is both"):
        compile_function((x, other), [])


def test_the_operations_own_failures_are_not_hidden() -> None:
    with pytest.raises(DomainError, match="Singular matrix") as caught:
        evaluate(apply("inv", S), S=np.zeros((2, 2)))
    assert isinstance(caught.value.__cause__, np.linalg.LinAlgError)


@pytest.mark.parametrize("row", [(3,), (1, 3)])
@pytest.mark.parametrize("column", [(3,), (3, 1)])
def test_rows_and_columns_may_be_two_dimensional(
    row: tuple[int, ...], column: tuple[int, ...]
) -> None:
    a, x = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 7.0])
    for kinds in ("a: matrix(1,n), x: matrix(n,1)", "a: matrix(1,n), x: vector(n)"):
        gradient = mc.gradient("(a*x)^2", "x", where=kinds).compile()
        found = gradient(a=a.reshape(row), x=x.reshape(column))
        np.testing.assert_allclose(found, 2 * 41 * a)


def test_a_number_may_be_a_1_x_1_matrix() -> None:
    s = mc.parse("3*s", where="s: matrix(1,1)")
    assert mc.evaluate(s, s=np.array([[2.0]])) == 6


@pytest.mark.parametrize("shape", [(3, 1), (1, 1, 3), (2, 3)])
def test_a_row_that_lies_the_other_way_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(mc.MatcalcError, match="a 1-D array, or a 2-D one of that shape"):
        mc.evaluate(mc.parse("sum(a)", where="a: matrix(1,n)"), a=np.ones(shape))
