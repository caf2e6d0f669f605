"""How the conditions of an answer read."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "wrt", "where", "conditions"),
    [
        ("logdet(A*X*B)", "X", "", ("A*X*B invertible",)),
        ("sum(log(A*x + b))", "x", "", ("A*x + b positive",)),
        ("sum(arcsin(x))", "x", "", ("-1 < x < 1",)),
        ("c'*(x./y)", "y", "", ("y with nonzero entries",)),
        ("s^p", "s", "s: scalar, p: scalar", (
            "s nonnegative unless p is an integer", "s nonzero unless 1 <= p",
        )),
        ("lambda_max(A)", "A", "A: symmetric(n)", ("A with a simple largest eigenvalue",)),
        ("lambda(A, 2)", "A", "A: symmetric(n)", ("A with a simple eigenvalue 2",)),
        ("lambda_min(A, M)", "A", "A: symmetric(n), M: spd(n)", (
            "A with a simple smallest eigenvalue of the pencil with M",
        )),
        ("norm_spec(X)", "X", "", ("X with a simple positive singular value 1",)),
        ("tr(B*sylvester(A, S, C))", "C", "", (
            "A without an eigenvalue that is minus one of S",
        )),
        ("tr(B*lyap(A, Q))", "Q", "", ("A without two eigenvalues that add to 0",)),
        ("sum(i in 1..n, log(x[i]))", "x", "x: vector(n)", ("x[i] positive for i in 1..n",)),
        ("max(x)", "x", "", ("x with a single largest entry (else by convention)",)),
        ("x solves A*x = b; c'*x", "b", "", ("A invertible",)),
    ],
)  # fmt: skip
def test_conditions_read_as_one_would_say_them(
    text: str, wrt: str, where: str, conditions: tuple[str, ...]
) -> None:
    assert mc.gradient(text, wrt, where or None).conditions == conditions
