"""What a reader meets more than once gets a name, as a book gives it, where that is shorter."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("f", "wrt", "where", "printed"),
    [
        (
            "logdet(L*L' + diag(p)) + tr(inv(L*L' + diag(p))*S)",
            "L",
            "L: matrix(n,k), p: positive_vector(n), S: symmetric(n)",
            "2*(inv(M) - inv(M)*S*inv(M))*L with M = L*L' + diag(p)",  # what is inverted
        ),
        (
            "n*log((y - r*W*y - X*b)'*(y - r*W*y - X*b))/2",
            "b",
            "r: scalar, W: square(n), X: matrix(n,p), y: vector(n)",
            "-n*X'*u/(u'*u) with u = y - r*W*y - X*b",  # r is the person's
        ),
        ("det(A*X*B)", "X", None, "A'*adj(A*X*B)'*B'"),  # it stands there once
    ],
)
def test_what_is_repeated_gets_a_name(f: str, wrt: str, where: str | None, printed: str) -> None:
    assert str(mc.gradient(f, wrt, where=where)) == printed


def test_the_value_of_a_function_is_p_unless_that_is_taken() -> None:
    f = "sum(softplus(X*w))"
    assert str(mc.hessian(f, "w")) == "X'*diag(p.*(1 - p))*X with p = sigmoid(X*w)"
    asked = mc.hessian(f, "w", where="X: matrix(n,p)")
    assert str(asked) == "X'*diag(q.*(1 - q))*X with q = sigmoid(X*w)"


def test_what_is_printed_is_read_back_with_its_names() -> None:
    where = "A: matrix(m,n), x: vector(n), b: vector(m), c: positive"
    answer = mc.gradient("log(c + norm2(A*x - b)^2)^2", "x", where=where)
    assert " with " in str(answer)
    again = mc.parse(str(answer), where)
    rng = np.random.default_rng(0)
    values = {"A": rng.normal(size=(4, 3)), "x": rng.normal(size=3), "b": rng.normal(size=4)}
    r = values["A"] @ values["x"] - values["b"]
    right = 4 * np.log(1.5 + r @ r) / (1.5 + r @ r) * values["A"].T @ r
    assert np.allclose(mc.evaluate(again, c=1.5, **values), right)


def test_a_name_hides_neither_an_index_nor_a_direction() -> None:
    f = "sum(i in 1..n, exp(-norm2(x - M[:, i])^2/2))"
    assert " with " not in str(mc.gradient(f, "x", where="x: vector(d), M: matrix(d,n)"))
    told = str(
        mc.differential("(A*X*B*X')^3", "X", where="X: square(n), A: square(n), B: square(n)")
    )
    assert "dX" not in told.partition(" with ")[2]
