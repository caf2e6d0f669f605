"""Counterexamples as one would write them down, right as printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc

Gradient = Callable[..., Any]
WRONG: list[tuple[str, str, Gradient, Gradient]] = [  # f, the claim, and both by NumPy
    ("norm2(x)^2", "2*x + x/10^9", lambda x: (2 + 1e-9) * x, lambda x: 2 * x),
    ("norm1(x)", "ones(n)", lambda x: np.ones(len(x)), lambda x: np.sign(x)),
    ("x'*A*x", "2*A*x", lambda A, x: 2 * A @ x, lambda A, x: (A + A.T) @ x),
    (
        "norm2(A*x - b)^2",
        "A'*(A*x - b)",
        lambda A, b, x: A.T @ (A @ x - b),
        lambda A, b, x: 2 * A.T @ (A @ x - b),
    ),
    ("norm2(x)", "x", lambda x: x, lambda x: x / np.linalg.norm(x)),
    ("max(x)", "x/norm2(x)", lambda x: x / np.linalg.norm(x), lambda x: 1.0 * (x == max(x))),
]


def printed(text: str) -> Any:
    """`[1, 2; 3, 4]`, a column as a vector."""
    rows = [[float(entry) for entry in row.split(",")] for row in text.strip("[]").split(";")]
    return np.squeeze(np.array(rows), axis=1) if len(rows[0]) == 1 else np.array(rows)


@pytest.mark.parametrize(("f", "claim", "claimed", "gradient"), WRONG)
def test_it_has_small_integers_at_sizes_from_2_and_is_right_as_printed(
    f: str, claim: str, claimed: Gradient, gradient: Gradient
) -> None:
    text = str(mc.check(f, "x", claim=claim, where="x: vector(n)").counterexample)
    point = {name: printed(value) for name, value in re.findall(r"(\w+) = (\[.*?\])", text)}
    for value in point.values():
        assert min(value.shape) > 1
        assert np.all(value == np.round(value)) and np.max(np.abs(value)) <= 3
    assert np.all(point["x"] != 0)  # no kink, and no place where the norm has none
    found, expected = map(printed, re.findall(r"(?:found|expected) (\[.*?\])", text))
    assert np.allclose(found, claimed(**point), rtol=1e-3)
    assert np.allclose(expected, gradient(**point), rtol=1e-3)
    assert np.any(found != expected)


@pytest.mark.parametrize(
    ("one", "other", "where", "said"),
    [
        ("relu(x - 10^4)", "0", "x: scalar", "x = 1.004e+04: found 0, expected 40"),
        ("(m - n)*ones(m,n)", "zeros(m,n)", "", "m = 2, n = 3: found [0, 0, 0; 0, 0, 0]"),
        ("A", "2*A", "A: square(n)", "found"),
        ("2.718281828459045*s", "exp(1)*s", "s: scalar", "apart beyond the digits of floats"),
        ("(n-1)*(n-2)*(n-3)*(n-4)*(n-5)*s", "0*ones(n)'*ones(n)", "s: scalar", "n = 6"),
        ("[cos(s); s]'*[s; 1]", "s*cos(s)", "s: scalar", "s = 1: found 0.5403, expected 1.54"),
    ],
)
def test_what_stands_in_it(one: str, other: str, where: str, said: str) -> None:
    assert said in str(mc.equivalent(one, other, where or None).counterexample)


@pytest.mark.parametrize(
    ("one", "other", "hint"),
    [
        ("0.3333333333*x", "x/3", "0.3333333333 is near 1/3, with which it holds"),
        ("6.2832*x", "2*pi*x", "6.2832 is near 2*pi, with which it holds"),
        ("0.3333*x + 3.1416*y", "x/3 + pi*y", "0.3333 is near 1/3 and 3.1416 is near pi"),
        ("0.35*x", "x/3", ""),
    ],
)
def test_a_typed_number_is_what_it_says_and_a_near_fraction_is_named(
    one: str, other: str, hint: str
) -> None:
    verdict = mc.equivalent(one, other, "x: vector(n), y: vector(n)")
    assert verdict.status == "refuted"
    assert hint in verdict.hint
    assert verdict.hint or not hint
