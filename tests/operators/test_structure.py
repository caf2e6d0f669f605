"""The structure of operators: recognised, and product, solution and matrix right in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.constructors import symbol
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node, symbols_of
from matcalc.operators.linear_map import LinearMap
from matcalc.operators.structure import GENERAL
from tests.oracle import evaluate

SIZES = {"m": 5, "n": 4, "p": 3, "k": 2, "q": 2}

# f, the variable, declarations, the name, the parts that it has
HESSIANS = [
    ("norm2(T - U*V')^2", "U", "U: matrix(n,k), V: matrix(m,k)", "right product", "B"),
    ("norm2(A*X - C)^2", "X", "A: matrix(m,n), X: matrix(n,p)", "left product", "A"),
    ("norm2(A*X*C)^2", "X", "A: matrix(m,n), X: matrix(n,k), C: matrix(k,p)", "Kronecker", "A B"),
    ("sum(exp(X))", "X", "X: matrix(m,n)", "diagonal", "w"),
    ("sum(log(1 + exp(x)))", "x", "x: vector(n)", "diagonal", "w"),
    ("sum(exp(x)) + (c'*x)^2", "x", "x: vector(n)", "diagonal + low rank", "w U W"),
    ("norm2(A*x)^2 + norm2(x)^2", "x", "A: matrix(m,n)", "diagonal + low rank", "w U W"),
    ("norm2(A*x)^2 + sum(exp(x)) + (c'*x)^2", "x", "A: matrix(m,n)", "low rank", "w U W"),
    ("sum(exp(X)) + tr(C'*X)^2", "X", "X: matrix(m,n)", "diagonal + low rank", "w U W"),
    ("norm2(X)", "X", "X: matrix(m,n)", "diagonal + low rank", "w U W"),
    ("tr(X'*S*X*T) + norm2(X)^2", "X", "S: spd(n), T: spd(p)", "sum of Kronecker", "A1 B1 A2 B2"),
    ("logdet(X)", "X", "X: invertible(n)", "product of the transpose", "A B"),
    ("tr(X^3)", "X", "X: square(n)", "sum of Kronecker", "A1 B1 A2 B2"),
    ("norm2(X'*X)^2", "X", "X: matrix(n,p)", "sum of Kronecker", "A1 B1 A2 B2 A3 B3"),
    ("det(X)", "X", "X: invertible(n)", GENERAL, ""),
    ("sum(log(1 + exp(A*x)))", "x", "A: matrix(m,n)", "left product", "A"),
    ("x'*S*x/(x'*x)", "x", "S: symmetric(n)", "left product", "A"),
]


def arrays(*nodes: Node) -> dict[str, Any]:
    """Random arrays for every variable, well conditioned where the variable is square."""
    random = np.random.default_rng(7)
    found: dict[str, Any] = {}
    for variable in symbols_of(*nodes):
        rows, columns = (d.evaluate(SIZES) for d in (variable.shape.rows, variable.shape.columns))
        value = random.normal(size=(rows, columns))
        if variable.shape.is_square:
            value = value @ value.T / rows + np.eye(rows)
        found[variable.name] = value if variable.shape.columns.integer != 1 else value[:, 0]
    return found


def number(node: Node, values: dict[str, Any]) -> Any:
    known = {s.name for s in symbols_of(node)}
    sizes = {k: v for k, v in SIZES.items() if k not in known}
    return np.asarray(evaluate(node, **values, **sizes))


def agree(operator: LinearMap, invertible: bool = True) -> None:
    """The product, the matrix and the solution of the structure against each other."""
    found = operator.structure
    V, R = symbol("V__", operator.domain), symbol("R__", operator.domain)
    values = arrays(operator.body, V, R)
    stacked = {name: values[name].reshape(-1, order="F") for name in ("V__", "R__")}
    dense = number(found.dense, values)
    plain = number(operator.apply(V), values)
    assert np.allclose(number(found.apply(V), values), plain)
    assert np.allclose(dense @ stacked["V__"], plain.reshape(-1, order="F"))
    assert np.allclose(
        number(operator.normal_form.expression, values | {operator.tangent.name: values["V__"]}),
        plain,
    )
    if invertible:
        solution = number(found.solve(R), values).reshape(-1, order="F")
        assert np.allclose(dense @ solution, stacked["R__"])


@pytest.mark.parametrize(("f", "wrt", "where", "name", "parts"), HESSIANS)
def test_the_structure_of_a_hessian(f: str, wrt: str, where: str, name: str, parts: str) -> None:
    hessian = mc.hessian(f, wrt, where=where)
    assert name in hessian.structure.name
    assert set(hessian.structure.parts) == set(parts.split())
    assert hessian.map.is_self_adjoint
    # the Hessians of a norm and of a Rayleigh quotient are singular along x
    agree(hessian.map, invertible=f not in ("norm2(X)", "x'*S*x/(x'*x)"))


@pytest.mark.parametrize(
    ("f", "name"),
    [
        ("2*X", "diagonal"),
        ("diag(d)*X", "diagonal"),
        ("(A + A')*X", "left product"),
        ("A*X + 2*X", "left product"),
        ("X*B - 2*X", "right product"),
        ("A*X*B", "Kronecker product"),
        ("A*X + X*B", "sum of Kronecker products"),
        ("W.*X + diag(d)*X", "diagonal"),
        ("A*(W.*X)*B", GENERAL),
    ],
)
def test_the_structure_of_an_operator(f: str, name: str) -> None:
    where = "X: matrix(n,p), A: matrix(n,n), B: matrix(p,p), d: vector(n), W: matrix(n,p)"
    operator = mc.differential(f, "X", where=where)
    assert operator.structure.name == name
    agree(operator.operator)


def test_a_structure_prints_with_its_parts() -> None:
    hessian = mc.hessian("norm2(A*X - C)^2", "X")
    assert str(hessian.structure) == "left product: dX -> A_L*dX\n  A_L = 2*A'*A"
    assert str(hessian.structure.solve(mc.parse("R", "R: matrix(n,p)"))) == "inv(A'*A)*R/2"


def test_the_product_builds_no_kronecker_matrix() -> None:
    found = mc.hessian("norm2(T - U*V')^2", "U").structure
    direction = symbol("Z", found.tangent.shape)
    assert str(found.apply(direction)) == "2*Z*V'*V"
    assert "kron" not in str(found.solve(direction))


def test_a_transposed_term_is_in_the_normal_form() -> None:
    operator = mc.differential("X*X' + W.*X*B", "X", where="X: matrix(n,n)")
    form = operator.normal_form
    assert len(form.transposed) == 1
    assert len(form.products) == 1
    agree(mc.differential("A*X'*B + X", "X", where="X: matrix(n,n)").operator)


def test_a_map_between_spaces_has_a_normal_form_only() -> None:
    operator = mc.differential("A*X*B", "X", where="A: matrix(m,n), X: matrix(n,p)")
    assert str(operator.normal_form) == "A*dX*B"
    with pytest.raises(ShapeError):
        _ = operator.structure


@pytest.mark.parametrize(
    ("f", "product", "solution"),
    [("W.*X", "V.*W", "V./W"), ("A*X", "A*V", "inv(A)*V"), ("2*X", "2*V", "V/2")],
)
def test_a_direction_may_be_text(f: str, product: str, solution: str) -> None:
    found = mc.differential(f, "X", "A: invertible(n), W: matrix(n,p), X: matrix(n,p)").structure
    assert str(found.apply("V")) == product
    assert str(found.solve("V")) == solution
    with pytest.raises(mc.ShapeError, match="the operator takes n x p"):
        found.apply(mc.symbols("V: matrix(p,n)")[0])
