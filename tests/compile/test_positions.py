"""Positions and bounds that sizes leave in doubt are checked by the code; others are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.kernels import KERNELS
from matcalc.compile.kernels.checks import position, span, steps

WHERE = "x: vector(n), X: matrix(m,n), S: symmetric(n), k: integer, p: index(n), c: vector(n/2)"
X = np.arange(1.0, 13.0).reshape(3, 4)
x = np.array([2.0, 3.0, 5.0, 7.0])
S = np.array([[3.0, 1.0, 0.0], [1.0, 5.0, 1.0], [0.0, 1.0, 9.0]])


def value(text: str, **values: Any) -> Any:
    return mc.evaluate(mc.parse(text, WHERE), **values)


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("sum(i in k..2, x[i])", {"x": x, "k": 0}, "position 0 of x: positions run from 1 to 4"),
        ("sum(i in k..3, x[i-1])", {"x": x, "k": 1}, "position 0 of x: positions run from 1 to 4"),
        ("sum(i in 1..5, x[i])", {"x": x}, "position 5 of x: positions run from 1 to 4"),
        ("prod(i in k..2, x[i])", {"x": x, "k": 0}, "position 0 of x: positions run from 1 to 4"),
        ("sum(i in 1..n, x[i]*x[i+k])", {"x": x, "k": 1}, "position 5 of x"),
        ("x[k]", {"x": x, "k": 0}, "position 0 of x: positions run from 1 to 4"),
        ("x[k]", {"x": x, "k": -1}, "position -1 of x"),
        ("x[k]", {"x": x, "k": 5}, "position 5 of x"),
        ("x[k-p]", {"x": x, "k": 1, "p": 1}, "position 0 of x"),
        ("x'[k]", {"x": x, "k": 0}, "position 0 of x"),
        ("x[n-5]", {"x": x[:3]}, "position -2 of x"),
        ("x[p/2]", {"x": x, "p": 3}, "position 1.5 of x"),
        ("sum(x[1:5])", {"x": x[:2]}, "positions 1 to 5 of x: positions run from 1 to 2"),
        ("sum(x[n-5:n])", {"x": x}, "positions -1 to 4 of x"),
        ("X[k,:]", {"X": X, "k": 0}, "position 0 of X: positions run from 1 to 3"),
        ("X[:,k]", {"X": X, "k": 0}, "position 0 of X: positions run from 1 to 4"),
        ("X[k,p]", {"X": X, "k": 0, "p": 1}, "position 0 of X: positions run from 1 to 3"),
        ("X[1:5,:]", {"X": X}, "positions 1 to 5 of X: positions run from 1 to 3"),
        ("X[:,2:5]", {"X": X}, "positions 2 to 5 of X: positions run from 1 to 4"),
        ("X[k,1:2]", {"X": X, "k": 0}, "position 0 of X"),
        ("x[2,k]", {"x": x, "k": 2}, "position 2 of x: positions run from 1 to 1"),
        ("basis(k,4)", {"k": 0}, "positions run from 1 to 4"),
        ("basis(k,4)", {"k": 5}, "positions run from 1 to 4"),
        ("lambda(S,k)", {"S": S, "k": 0}, "positions run from 1 to 3"),
        ("lambda(S,k)", {"S": S, "k": 4}, "positions run from 1 to 3"),
        ("sum(i in 1..k, 2^i)", {"k": -2}, "nothing runs from 1 to -2"),
        ("sum(i in 3..n, x[i])", {"x": x[:1]}, "nothing runs from 3 to 1"),
        ("sum(i in 1..n/2, x[i])", {"x": x[:3], "n": 3}, "nothing runs from 1 to 1.5"),
        ("prod(i in 2..k, 2^i)", {"k": -1}, "nothing runs from 2 to -1"),
        ("sum(i in 1..n, sum(j in i+2..n, x[i]*x[j]))", {"x": x}, "nothing runs from 6 to 4"),
        ("sum(i in 1..n, prod(j in i+2..n, x[j]))", {"x": x}, "nothing runs from 6 to 4"),
        ("x[k:k+n-1]", {"x": x, "k": 2}, "positions 2 to 5 of x: positions run from 1 to 4"),
        ("X[:,k:k+n-1]", {"X": X, "k": 2}, "positions 2 to 5 of X: positions run from 1 to 4"),
        ("X[k:k+m-1,:]", {"X": X, "k": 2}, "positions 2 to 4 of X: positions run from 1 to 3"),
    ],
)
def test_a_position_outside_is_an_error_that_names_it(
    text: str, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(mc.DomainError) as caught:
        value(text, **values)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("sum(i in 0..2, x[i+1])", {"x": x}, 10.0),
        ("x[k]", {"x": x, "k": 4}, 7.0),
        ("x[n-k]", {"x": x, "k": 1}, 5.0),
        ("x[n/2]", {"x": x, "n": 4}, 3.0),
        ("sum(x[2:3])", {"x": x}, 8.0),
        ("x[2:3]", {"x": x}, [3.0, 5.0]),
        ("x'[2:3]", {"x": x}, [3.0, 5.0]),
        ("sum(x[2:n] - x[1:n-1])", {"x": x}, 5.0),
        ("sum(x[2:n])", {"x": x[:1]}, 0.0),
        ("X[k,:]", {"X": X, "k": 3}, X[2]),
        ("X[:,k]", {"X": X, "k": 4}, X[:, 3]),
        ("X[2:3,1:2]", {"X": X}, X[1:3, :2]),
        ("X[k,2:3]", {"X": X, "k": 2}, X[1, 1:3]),
        ("X[2:3,k]", {"X": X, "k": 2}, X[1:3, 1]),
        ("x[2,k]", {"x": x, "k": 1}, 3.0),
        ("sum(x[2:3] .* (X[1:2,1:2]*x[2:3]) .* (X[2:3,1:2]*x[2:3]))", {"X": X, "x": x}, 19080.0),
        ("basis(k,4)", {"k": 2}, [0.0, 1.0, 0.0, 0.0]),
        ("lambda(S,k)", {"S": S, "k": 3}, np.linalg.eigvalsh(S)[2]),
        ("sum(i in 1..k, 2^i)", {"k": 3}, 14.0),
        ("sum(i in 1..k, 2^i)", {"k": 0}, 0.0),
        ("prod(i in 2..k, 2^i)", {"k": 1}, 1.0),
        ("sum(i in 3..n, x[i])", {"x": x[:2]}, 0.0),
        ("sum(i in 1..n, sum(j in 1..i, x[j]))", {"x": x}, 34.0),
        ("sum(i in 1..n-1, sum(j in i+2..n, x[i]*x[j]))", {"x": x}, 45.0),
        ("sum(i in 1..n-1, sum(j in i+2..n, 1))", {"x": x, "n": 4}, 3.0),
        ("x[k:k+n-1]", {"x": x, "k": 1}, x),
        ("X[:,k:k+n-1]", {"X": X, "k": 1}, X),
    ],
)
def test_what_is_inside_has_its_value(text: str, values: dict[str, Any], expected: Any) -> None:
    np.testing.assert_allclose(value(text, **values), expected)


@pytest.mark.parametrize(
    ("text", "wrt", "values", "message"),
    [
        ("x[k]^2", "x", {"x": x, "k": 0}, "position 0"),
        ("sum(X[k,:].^2)", "X", {"X": X, "k": 0}, "position 0"),
        ("sum(x[1:5].^2)", "x", {"x": x}, "positions 1 to 5"),
        ("sum(i in k..2, x[i]^2)", "x", {"x": x, "k": 0}, "position 0"),
        ("a'*X^k*b", "X", {"X": S, "a": x[:3], "b": x[1:], "k": -2}, "valid where 0 <= k"),
    ],
)
def test_a_gradient_refuses_where_its_function_has_no_value(
    text: str, wrt: str, values: dict[str, Any], message: str
) -> None:
    where = WHERE.replace("matrix(m,n)", "square(n)") + ", a: vector(n), b: vector(n)"
    where = where if "^k" in text else WHERE
    with pytest.raises(mc.DomainError) as caught:
        mc.gradient(text, wrt, where).compile()(**values)
    assert message in str(caught.value)


def test_terms_that_are_alike_are_counted_only_where_there_are_so_many() -> None:
    nested = mc.gradient("sum(i in 1..n-1, sum(j in i+2..n, 3*x[i]^2))", "x", WHERE)
    np.testing.assert_allclose(nested.compile()(x=x), [24.0, 18.0, 0.0, 0.0])
    alone = mc.gradient("sum(i in 3..n, 2*x[1])", "x", WHERE).compile()
    np.testing.assert_allclose(alone(x=x), [4.0, 0.0, 0.0, 0.0])
    with pytest.raises(mc.DomainError, match="nothing runs from 3 to 1"):
        alone(x=x[:1])
    assert str(mc.gradient("sum(i in 2..n, 2*x[1])", "x", WHERE).value) == "2*(n - 1)*basis(1, n)"


@pytest.mark.parametrize(
    "text",
    [
        "sum(i in 1..n, x[i]^2)",
        "sum(i in 1..n-1, (x[i+1] - x[i])^2)",
        "sum(i in 2..n, x[i-1]*x[i])",
        "sum(i in 1..n, sum(j in 1..m, X[j,i]))",
        "sum(i in 1..n, x[n+1-i]*x[i])",
        "sum(i in 1..m, sum(X[i,:]))",
        "x[1] + x[n] + x[3]",
        "sum(x[2:n] - x[1:n-1])",
        "sum(X[1:m,1:n-1])",
        "sum(i in 1..2*n, 2^i)",
    ],
)
def test_code_whose_positions_follow_from_the_sizes_has_no_check(text: str) -> None:
    source = mc.gradient(f"({text})*s", "s", f"{WHERE}, s: scalar").source()
    assert not any(f"{kernel}(" in source for kernel in KERNELS)


@pytest.mark.parametrize("place", [np.inf, -np.inf, np.nan, 1.5])
def test_what_is_not_finite_and_whole_is_no_position(place: float) -> None:
    for first, last in ((place, 2), (1, place), (place, place)):
        with pytest.raises(IndexError, match="of x: positions run from 1 to 4"):
            span(first, last, 4, "x")
        with pytest.raises(ValueError, match="nothing runs from"):
            steps(first, last)
    with pytest.raises(IndexError, match=f"position {place} of x: positions run from 1 to 4"):
        position(place, 4, "x")


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_position_that_overflows_is_an_error() -> None:
    with pytest.raises(mc.DomainError, match="position inf of x: positions run from 1 to 4"):
        value("x[2^k]", x=x, k=2000)


def test_one_index_with_two_ranges_is_certain_of_neither() -> None:
    source = mc.gradient(
        "s*(sum(i in 1..n, x[i]) + sum(i in k..2, x[i+1] + x[i]))", "s", f"{WHERE}, s: scalar"
    ).source()
    assert "position(i, n, 'x')" in source and "position(i + 1, n, 'x')" in source


def test_a_source_with_checks_runs_alone() -> None:
    text = mc.gradient("position[k]^2", "position", "position: vector(n), k: integer").source()
    assert "matcalc" not in text
    space: dict[str, Any] = {}
    exec(text, space)
    np.testing.assert_allclose(space["gradient"](x, 2), [0.0, 6.0, 0.0, 0.0])
    with pytest.raises(IndexError, match="positions run from 1 to 4"):
        space["gradient"](x, 0)
