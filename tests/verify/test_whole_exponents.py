"""Powers of negative numbers: identities that hold of positive bases only, and those of all."""

from __future__ import annotations

import pytest

import matcalc as mc

SCALARS = "x: scalar, y: scalar, a: scalar, b: scalar, p: positive, k: integer"
ARRAYS = "x: vector(n), c: vector(n), X: square(n), A: matrix(m,n), S: spd(n), a: scalar"
FALSE = [
    ("(x^2)^a", "x^(2*a)", SCALARS),
    ("(x^a)^b", "x^(a*b)", SCALARS),
    ("(x^2)^p", "x^(2*p)", SCALARS),
    ("(x^k)^a", "x^(k*a)", SCALARS),
    ("x^a", "sqrt(x^2)^a", SCALARS),
    ("(x^2)^a", "x^(2*a)", "x: scalar, a: open_interval(0, 4)"),
    ("(x.^(2*a)).^(1/2)", "x.^a", ARRAYS),
    ("abs(x).^a", "(-x).^a", ARRAYS),
    ("sign(x).*abs(x).^a", "x.^a", ARRAYS),
    ("(A.^2).^a", "A.^(2*a)", ARRAYS),
    ("(c'*x)^a", "abs(c'*x)^a", ARRAYS),
    ("det(X)^a", "abs(det(X))^a", ARRAYS),
]
TRUE = [
    ("x^a*x^b", "x^(a + b)", SCALARS),
    ("(x^a)^2", "x^(2*a)", SCALARS),
    ("(x^a)^k", "x^(k*a)", SCALARS),
    ("(x^2)^a", "abs(x)^(2*a)", SCALARS),
    ("(x*y)^a", "x^a*y^a", SCALARS),
    ("(p^a)^b", "p^(a*b)", SCALARS),
    ("abs(x.^a)", "abs(x).^a", ARRAYS),
    ("powm(S, a)*powm(S, 2)", "powm(S, a + 2)", ARRAYS),
]


@pytest.mark.parametrize(("one", "other", "where"), FALSE)
def test_what_differs_at_negative_bases_is_refuted(one: str, other: str, where: str) -> None:
    verdict = mc.equivalent(one, other, where)
    assert verdict.status == "refuted" and verdict.counterexample is not None


@pytest.mark.parametrize(("one", "other", "where"), TRUE)
def test_what_is_true_of_negative_bases_too_is_not(one: str, other: str, where: str) -> None:
    assert mc.equivalent(one, other, where).holds


def test_the_counterexample_is_one() -> None:
    point = mc.equivalent("(x^2)^a", "x^(2*a)", SCALARS).counterexample
    assert point is not None
    x, a = point.values["x"], point.values["a"]
    assert x < 0 and a % 1 == 0.5
    assert float(point.expected) == pytest.approx(abs(x) ** (2 * a))
    assert float(point.found) == pytest.approx(-(abs(x) ** (2 * a)))


def test_a_gradient_that_is_right_of_positive_bases_only_is_refuted() -> None:
    for f, claim, where in (
        ("(x^a)^b", "a*b*x^(a*b - 1)", SCALARS),
        ("sum(x.^a)", "a*abs(x).^(a - 1)", ARRAYS),
    ):
        assert mc.check(f, "x", claim, where).status == "refuted", f
    assert mc.check("sum(x.^a)", "x", "a*x.^(a - 1)", ARRAYS).status == "proved"


def test_sizes_without_a_value_are_no_condition() -> None:
    alone = mc.equivalent("x'*inv(x*x')*x", "1", "x: vector(n)")
    assert alone.status == "verified" and alone.reason.startswith("valid where n = 1: ")
    missed = mc.equivalent("logm(S^2)", "2*logm(S)", "S: symmetric(n)")
    assert missed.status == "verified" and "valid where" not in missed.reason
