"""Compiled code against NumPy written by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from matcalc.compile.function import compile_function, evaluate
from matcalc.expressions.constructors import (
    UNIT,
    divide,
    elementwise_power,
    from_dimension,
    hadamard,
    identity,
    minus,
    multiply,
    number,
    ones,
    plus,
    power,
    scale,
    symbol,
    zero,
)
from matcalc.expressions.dimensions import Shape, dimension, shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Symbol, dimension_symbol
from tests.compile.expressions import (
    SYMBOLS,
    A,
    B,
    C,
    R,
    S,
    T,
    a,
    apply,
    arrays,
    b,
    chain,
    inv,
    m,
    n,
    p,
    t,
    x,
    y,
    z,
)

i = symbol("i", shape(1), "integer")
j = symbol("j", shape(1), "integer")
HALF = number(Fraction(1, 2))


def node(operation: str, *arguments: Node, result: Shape) -> Node:
    """An operation with a syntax of its own, which the rule book does not hold."""
    return Apply(operation, arguments, result, NO_STRUCTURE)


def at(vector: Node, place: Node) -> Node:
    return node("entry", vector, place, result=shape(1))


def sum_over(index: Symbol, upper: Node, body: Node) -> Node:
    return node("index_sum", index, UNIT, upper, body, result=body.shape)


def beside(left: Node, right: Node) -> Node:
    columns = left.shape.columns + right.shape.columns
    return node("hstack", left, right, result=Shape(left.shape.rows, columns))


def above(top: Node, bottom: Node) -> Node:
    rows = top.shape.rows + bottom.shape.rows
    return node("vstack", top, bottom, result=Shape(rows, top.shape.columns))


Truth = Callable[[Any], Any]
N, M = dimension_symbol("n"), dimension_symbol("m")
eye = np.eye(3)

CASES: dict[str, tuple[Node, Truth]] = {
    "product": (chain(A, B), lambda v: v.A @ v.B),
    "residual": (chain(t(A), minus(chain(A, x), y)), lambda v: v.A.T @ (v.A @ v.x - v.y)),
    "quadratic form": (chain(t(x), S, z), lambda v: v.x @ v.S @ v.z),
    "outer": (chain(x, t(y)), lambda v: np.outer(v.x, v.y)),
    "outer in a chain": (
        chain(S, x, t(y), R),
        lambda v: v.S @ np.outer(v.x, v.y) @ v.R,
    ),
    "row": (chain(t(y), A), lambda v: v.y @ v.A),
    "inner times matrix": (multiply(chain(t(x), z), A), lambda v: (v.x @ v.z) * v.A),
    "fractions": (
        scale(Fraction(-1, 3), multiply(a, power(b, number(-2)), A)),
        lambda v: -v.a / (3 * v.b**2) * v.A,
    ),
    "negative product": (scale(-1, chain(A, B)), lambda v: -(v.A @ v.B)),
    "negative scalar product": (multiply(number(-1), a, b), lambda v: -v.a * v.b),
    "quotient of sums": (
        divide(plus(a, b), minus(a, power(b, number(3)))),
        lambda v: (v.a + v.b) / (v.a - v.b**3),
    ),
    "roots": (
        multiply(power(a, HALF), power(b, scale(-1, HALF))),
        lambda v: np.sqrt(v.a) / np.sqrt(v.b),
    ),
    "power of a negative": (power(scale(-1, a), number(2)), lambda v: v.a**2),
    "symbolic power": (power(plus(a, UNIT), scale(-1, b)), lambda v: (v.a + 1) ** -v.b),
    "number to a power": (power(number(2), a), lambda v: 2**v.a),
    "inverse": (inv(S), lambda v: np.linalg.inv(v.S)),
    "inverse times vector": (chain(inv(S), x), lambda v: np.linalg.inv(v.S) @ v.x),
    "inverse in the middle": (
        chain(A, inv(S), B),
        lambda v: v.A @ np.linalg.inv(v.S) @ v.B,
    ),
    "inverse on the right": (chain(A, inv(S)), lambda v: v.A @ np.linalg.inv(v.S)),
    "inverse transposed": (chain(A, t(inv(S))), lambda v: v.A @ np.linalg.inv(v.S).T),
    "inverse transposed by vector": (
        chain(t(x), t(inv(S)), z),
        lambda v: v.x @ np.linalg.inv(v.S).T @ v.z,
    ),
    "two inverses": (chain(inv(S), inv(T)), lambda v: np.linalg.inv(v.T_ @ v.S)),
    "inverse between": (
        chain(inv(S), T, inv(S)),
        lambda v: np.linalg.inv(v.S) @ v.T_ @ np.linalg.inv(v.S),
    ),
    "inverse of a sum": (
        chain(inv(plus(chain(t(A), A), identity(n))), t(A), y),
        lambda v: np.linalg.solve(v.A.T @ v.A + eye, v.A.T @ v.y),
    ),
    "row scaling": (chain(apply("diag", x), B), lambda v: np.diag(v.x) @ v.B),
    "column scaling": (chain(A, apply("diag", x)), lambda v: v.A @ np.diag(v.x)),
    "scaling a vector": (chain(apply("diag", x), z), lambda v: v.x * v.z),
    "diagonal alone": (apply("diag", x), lambda v: np.diag(v.x)),
    "two diagonals": (
        chain(apply("diag", x), apply("diag", z)),
        lambda v: np.diag(v.x * v.z),
    ),
    "diagonal and inverse": (
        chain(inv(S), apply("diag", x)),
        lambda v: np.linalg.inv(v.S) @ np.diag(v.x),
    ),
    "trace of two": (
        node("tr", chain(t(A), C), result=shape(1)),
        lambda v: np.trace(v.A.T @ v.C),
    ),
    "trace of many": (
        node("tr", chain(S, t(A), R, C, T), result=shape(1)),
        lambda v: np.trace(v.S @ v.A.T @ v.R @ v.C @ v.T_),
    ),
    "trace with an inverse": (
        node("tr", chain(inv(S), T), result=shape(1)),
        lambda v: np.trace(np.linalg.inv(v.S) @ v.T_),
    ),
    "trace with a diagonal": (
        node("tr", chain(apply("diag", x), T), result=shape(1)),
        lambda v: np.trace(np.diag(v.x) @ v.T_),
    ),
    "trace of inverses": (
        node("tr", chain(inv(S), inv(T)), result=shape(1)),
        lambda v: np.trace(np.linalg.inv(v.T_ @ v.S)),
    ),
    "trace of a dyad": (
        node("tr", chain(x, t(z)), result=shape(1)),
        lambda v: v.x @ v.z,
    ),
    "scalar to every entry": (plus(A, multiply(a, ones(A.shape))), lambda v: v.A + v.a),
    "only broadcast scalars": (
        plus(scale(2, ones(A.shape)), multiply(a, ones(A.shape))),
        lambda v: np.full((4, 3), 2 + v.a),
    ),
    "bias of rows": (
        plus(A, chain(y, ones(shape(1, n)))),
        lambda v: v.A + v.y[:, None],
    ),
    "row and column": (
        plus(chain(y, ones(shape(1, n))), chain(ones(shape(m)), t(x))),
        lambda v: v.y[:, None] + v.x,
    ),
    "column spread alone": (
        chain(y, ones(shape(1, n))),
        lambda v: np.outer(v.y, np.ones(3)),
    ),
    "ones": (ones(shape(m, n)), lambda v: np.ones((4, 3))),
    "row sums": (chain(A, ones(shape(n))), lambda v: v.A.sum(1)),
    "column sums": (chain(ones(shape(1, m)), A), lambda v: v.A.sum(0)),
    "ones matrix in a chain": (
        chain(ones(shape(p, m)), A),
        lambda v: np.ones((5, 4)) @ v.A,
    ),
    "ones matrix on the right": (
        chain(A, ones(shape(n, p))),
        lambda v: v.A @ np.ones((3, 5)),
    ),
    "sum by ones": (chain(ones(shape(1, n)), x), lambda v: v.x.sum()),
    "hadamard": (hadamard(A, C), lambda v: v.A * v.C),
    "elementwise quotient": (
        hadamard(A, elementwise_power(C, number(-1))),
        lambda v: v.A / v.C,
    ),
    "elementwise power": (elementwise_power(A, number(3)), lambda v: v.A**3),
    "elementwise inverse square root": (
        elementwise_power(x, number(Fraction(-1, 2))),
        lambda v: v.x**-0.5,
    ),
    "hadamard with spread": (
        hadamard(A, plus(chain(y, ones(shape(1, n))), ones(A.shape))),
        lambda v: v.A * (v.y[:, None] + 1),
    ),
    "elementwise function": (apply("exp", scale(-1, A)), lambda v: np.exp(-v.A)),
    "kron": (apply("kron", A, S), lambda v: np.kron(v.A, v.S)),
    "kron of vectors": (apply("kron", x, y), lambda v: np.kron(v.x, v.y)),
    "kron of column and row": (apply("kron", x, t(y)), lambda v: np.outer(v.x, v.y)),
    "kron with a row": (
        apply("kron", t(y), S),
        lambda v: np.kron(v.y[None, :], v.S),
    ),
    "kron of two rows": (apply("kron", t(x), t(y)), lambda v: np.kron(v.x, v.y)),
    "identity": (
        plus(S, multiply(a, identity(n)), scale(-2, identity(n))),
        lambda v: v.S + (v.a - 2) * eye,
    ),
    "zero": (zero(shape(m, n)), lambda v: np.zeros((4, 3))),
    "dimension": (
        divide(apply("sum", A), from_dimension(m * n)),
        lambda v: np.mean(v.A),
    ),
    "dimension alone": (plus(power(N, number(2)), M), lambda v: 13.0),
    "number": (number(Fraction(7, 3)), lambda v: 7 / 3),
    "small power": (chain(S, S, S), lambda v: v.S @ v.S @ v.S),
    "large power": (chain(*[S] * 9), lambda v: np.linalg.matrix_power(v.S, 9)),
    "large power by vector": (
        chain(*[S] * 9, x),
        lambda v: np.linalg.matrix_power(v.S, 9) @ v.x,
    ),
    "matrix power by name": (
        node("matrix_power", S, N, result=S.shape),
        lambda v: np.linalg.matrix_power(v.S, 3),
    ),
    "entry": (at(x, number(2)), lambda v: v.x[1]),
    "entry of a row": (at(t(x), N), lambda v: v.x[-1]),
    "entry of a matrix": (
        node("entry_of", A, M, number(1), result=shape(1)),
        lambda v: v.A[3, 0],
    ),
    "row of a matrix": (
        node("row", A, number(2), result=shape(1, n)),
        lambda v: v.A[1],
    ),
    "column of a matrix": (node("column", A, N, result=shape(m)), lambda v: v.A[:, 2]),
    "slice": (
        node("slice", A, number(2), M, number(1), number(2), result=shape(m - 1, 2)),
        lambda v: v.A[1:4, 0:2],
    ),
    "slice of one row": (
        node("slice", A, number(2), number(2), number(1), N, result=shape(1, n)),
        lambda v: v.A[1],
    ),
    "segment": (
        node("segment", y, number(2), minus(M, UNIT), result=shape(m - 2)),
        lambda v: v.y[1:3],
    ),
    "entry at a computed place": (
        at(x, plus(at(scale(0, x), number(1)), number(2))),
        lambda v: v.x[1],
    ),
    "blocks": (
        above(beside(S, beside(T, t(A))), beside(A, beside(C, R))),
        lambda v: np.block([[v.S, v.T_, v.A.T], [v.A, v.C, v.R]]),
    ),
    "matrix beside a vector": (beside(A, y), lambda v: np.column_stack([v.A, v.y])),
    "row under a matrix": (above(A, t(x)), lambda v: np.vstack([v.A, v.x])),
    "vectors above each other": (
        above(x, above(y, a)),
        lambda v: np.r_[v.x, v.y, v.a],
    ),
    "two columns": (beside(x, z), lambda v: np.stack([v.x, v.z], axis=1)),
    "two rows": (above(t(x), t(z)), lambda v: np.stack([v.x, v.z])),
    "numbers in a matrix": (
        above(beside(a, b), beside(UNIT, a)),
        lambda v: np.array([[v.a, v.b], [1, v.a]]),
    ),
    "sum over an index": (
        sum_over(i, N, multiply(i, power(at(x, i), number(2)))),
        lambda v: v.x**2 @ [1, 2, 3],
    ),
    "sum of matrices": (
        sum_over(i, N, multiply(at(x, i), plus(A, scale(2, C)))),
        lambda v: v.x.sum() * (v.A + 2 * v.C),
    ),
    "double sum": (
        sum_over(
            i,
            M,
            sum_over(
                j,
                N,
                multiply(at(y, i), at(chain(S, x), j), apply("exp", multiply(at(y, i), at(x, j)))),
            ),
        ),
        lambda v: v.y @ np.exp(np.outer(v.y, v.x)) @ (v.S @ v.x),
    ),
    "sum in a sum with one name": (
        sum_over(i, M, multiply(at(y, i), sum_over(i, N, power(at(x, i), at(z, i))), at(y, i))),
        lambda v: (v.y @ v.y) * np.sum(v.x**v.z),
    ),
    "long body": (
        sum_over(
            i,
            N,
            multiply(
                apply("exp", plus(at(chain(S, x), i), at(z, i))),
                apply("sin", plus(at(chain(S, x), i), at(z, i))),
                plus(at(chain(S, x), i), at(z, i)),
            ),
        ),
        lambda v: np.sum(np.exp(q := v.S @ v.x + v.z) * np.sin(q) * q),
    ),
    "product over an index": (
        node("index_prod", i, UNIT, N, plus(at(x, i), UNIT), result=shape(1)),
        lambda v: np.prod(v.x + 1),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_value_is_that_of_numpy(name: str) -> None:
    expression, truth = CASES[name]
    values = arrays()
    expected = truth(SimpleNamespace(**{**values, "T_": values["T"]}))
    found = evaluate(expression, SYMBOLS, **values)
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_scalar_results_are_floats() -> None:
    assert type(evaluate(chain(t(x), x), x=np.ones(3))) is float
    assert type(evaluate(number(3))) is float


def test_several_values_share_their_parts() -> None:
    residual = minus(chain(A, x), y)
    roots = {"value": chain(t(residual), residual), "gradient": chain(t(A), residual)}
    function = compile_function(roots, [A, x, y])
    values = arrays()
    found = function(A=values["A"], x=values["x"], y=values["y"])
    difference = values["A"] @ values["x"] - values["y"]
    assert set(found) == {"value", "gradient"}
    assert found["value"] == pytest.approx(difference @ difference)
    np.testing.assert_allclose(found["gradient"], values["A"].T @ difference)
    assert function.source.count("A @ x") == 1
    pair = compile_function(tuple(roots.values()), [A, x, y])
    assert isinstance(pair(A=values["A"], x=values["x"], y=values["y"]), tuple)


def test_literal_dimensions_of_one_are_not_axes() -> None:
    fixed = symbol("F", Shape(dimension(1), dimension(3)))
    np.testing.assert_allclose(evaluate(chain(fixed, t(fixed)), F=np.arange(3.0)), 5.0)


def test_symbolic_dimension_stays_an_axis_where_it_is_one() -> None:
    values = {"A": np.full((1, 1), 2.0), "B": np.full((1, 1), 3.0)}
    np.testing.assert_allclose(evaluate(chain(A, B), **values), [[6.0]])
