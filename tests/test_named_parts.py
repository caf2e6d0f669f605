"""A definition is a node: answers, code and conditions keep it, and what it hides is not lost."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.constructors import named, transpose
from matcalc.expressions.nodes import Named, Node
from matcalc.printing.text import to_text
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.naming import names_in_order, opened

RANDOM = np.random.default_rng(3)
SIZES = {"A": (3, 2), "X": (2, 4), "B": (3, 4), "C": (3, 4), "Z": (4, 2), "r": (4,)}
GIVEN = {name: RANDOM.standard_normal(size) for name, size in SIZES.items()}
NOISE = "V = t*Z*Z' + s*eye; logdet(V) + r'*inv(V)*r"
NOISY = "s: positive, t: positive, Z: matrix(n,k), r: vector(n)"


def names(*nodes: Node) -> list[str]:
    return [one.name for one in names_in_order(*nodes)]


def test_a_gradient_keeps_the_residual() -> None:
    found = mc.gradient("R = A*X - B; norm2(R)^2 + tr(R'*C)", "X")
    assert to_text(found.value) == "A'*(2*R + C)"
    assert str(found.value) == "A'*(2*R + C) with R = A*X - B"
    A, X, B, C = (GIVEN[name] for name in "AXBC")
    right = A.T @ (2 * (A @ X - B) + C)
    assert np.allclose(found.compile()(A=A, X=X, B=B, C=C), right)
    assert "R = A @ X - B" in found.source()
    assert "R = A X - B" in found.value.latex()
    assert "with R = A*X - B" in str(found)
    assert found.verify().passed


def test_all_gradients_keep_it() -> None:
    found = mc.gradient("R = A*X - B; norm2(R)^2", ["A", "X", "B"])
    assert [to_text(value) for value in found.value.values()] == ["2*R*X'", "2*A'*R", "-2*R"]
    assert found.source().count("A @ X") == 1


def test_every_block_of_a_hessian_keeps_it() -> None:
    found = mc.hessian(NOISE, ["s", "t", "r"], NOISY)
    blocks = [block for row in found.value.values() for block in row.values()]
    assert all(names(block) == ["V"] for block in blocks)
    Z, r, s, t = GIVEN["Z"], GIVEN["r"], 0.7, 1.3
    V = t * Z @ Z.T + s * np.eye(4)
    W = np.linalg.inv(V)
    at = mc.evaluate(found.value["s"]["t"], Z=Z, r=r, s=s, t=t)
    assert at == pytest.approx(2 * r @ W @ W @ Z @ Z.T @ W @ r - np.trace(W @ Z @ Z.T @ W))


def test_a_value_of_a_function_keeps_its_name_where_its_rule_brings_it_again() -> None:
    text = "p = sigmoid(A*x); -y'*log(p) - (1 - y)'*log(1 - p)"
    found = mc.gradient(text, "x", "A: matrix(m,n), x: vector(n), y: vector(m)")
    assert to_text(found.value) == "A'*(p - y)"
    A, x, y = GIVEN["A"], RANDOM.standard_normal(2), np.array([0.0, 1.0, 1.0])
    assert np.allclose(found.compile()(A=A, x=x, y=y), A.T @ (1 / (1 + np.exp(-A @ x)) - y))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("V = kron(X, X); logdet(V)", "2*n*inv(X)'"),
        ("R = A + X; norm2(R - A)^2", "2*X"),
        ("S = 3*X; tr(S'*A)", "3*A"),
    ],
)
def test_what_a_name_hides_is_seen(text: str, value: str) -> None:
    found = mc.gradient(text, "X", "X: square(n), A: square(n)")
    assert str(found.value) == value
    assert found.verify().passed


def test_conditions_are_said_in_the_names() -> None:
    found = mc.gradient("V = A*X; logdet(V)", "X", "A: square(n), X: square(n)")
    assert not any("with" in one for one in found.conditions)
    assert mc.gradient("V = A + X; logdet(V)", "X", "A: square(n)").conditions == ("V invertible",)


def test_a_name_is_one_thing_of_the_shape_and_structure_of_its_value() -> None:
    A, X = mc.symbols("A: matrix(m,n), X: matrix(n,p)")
    R, V = named("R", A @ X), named("V", A.T @ A)
    assert (R.shape, structure_of(V)) == ((A @ X).shape, structure_of(A.T @ A))
    assert transpose(V) is V
    assert transpose(transpose(R)) is R
    assert str(A.T @ R) == "A'*R with R = A*X"
    assert opened(A.T @ R) is A.T @ A @ X
    assert pickle.loads(pickle.dumps(A.T @ R)) is A.T @ R
    assert named("A", A) is A


def test_at_another_point_it_is_another_thing() -> None:
    A, X, Y = mc.symbols("A: matrix(m,n), X: matrix(n,p), Y: matrix(n,p)")
    R = named("R", A @ X)
    assert substitute(A.T @ R, {X: Y}) is A.T @ A @ Y
    assert substitute(A.T @ R, {A: A}) is A.T @ R


def test_what_is_printed_is_read() -> None:
    text = "A'*(2*R + C) with R = A*X - B"
    where = "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p), C: matrix(m,p)"
    read = mc.parse(text, where)
    assert str(read) == text
    assert read is mc.parse("R = A*X - B\nA'*(2*R + C)", where)
    nested = "S*R with R = A*X, S = R'"
    assert str(mc.parse(nested, where)) == nested
    with pytest.raises(mc.SyntaxProblem, match="no name"):
        mc.parse("R with A*X", where)


def test_equal_whatever_is_named() -> None:
    assert mc.equivalent("R = A*X - B; norm2(R)^2", "tr((A*X - B)'*(A*X - B))").holds
    claim = "2*A'*(A*X - B)"
    assert mc.check("R = A*X - B; norm2(R)^2", "X", claim).holds


def test_a_differential_is_written_in_the_direction() -> None:
    found = mc.differential("R = A*X - B; norm2(R)^2", "X")
    assert to_text(found.body) == "2*tr(R'*A*dX)"
    V = RANDOM.standard_normal((2, 4))
    A, X, B = (GIVEN[name] for name in "AXB")
    at = mc.evaluate(found.body, A=A, X=X, B=B, dX=V)
    assert at == pytest.approx(2 * np.sum((A @ X - B) * (A @ V)))


def test_constants_are_put_in() -> None:
    assert str(mc.parse("k = 2; h = 1/2; h*X^k", "X: square(n)")) == "X^2/2"
    R = mc.parse("J = eye(n) - ones(n,n)/n; norm2(J*x)", "x: vector(n)")
    assert [type(one) for one in names_in_order(R)] == [Named]


def test_a_solution_keeps_its_name() -> None:
    found = mc.gradient("x solves A*x = b; c'*x", "b", "A: invertible(n)")
    assert str(mc.gradient("x solves A*x = b; c'*x", "A", "A: invertible(n)").named) == (
        "-v*x' with x solves A*x = b, v solves A'*v = c"
    )
    assert str(found.value) == "inv(A)'*c"


def test_two_parts_under_one_name_are_told_apart() -> None:
    A, X = mc.symbols("A: square(n), X: square(n)")
    first, second = named("R", A @ X), named("R", X @ A)
    assert str(first + second) == "R + R1 with R = X*A, R1 = A*X"
    assert str(named("A", A @ X) + A) == "A1 + A with A1 = A*X"
