"""The slip behind a wrong formula is named in the words of its writer, and only where it is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.samples.agreement import Sample
from matcalc.samples.sampling import Point, Region
from matcalc.verify.scalars import ratios

LEAST_SQUARES = "norm2(A*X - B)^2"
PENALTY = "logdet(X*X' + l*eye(n))"
SLIPS = [  # f, the variable, a wrong derivative, and the hint in full
    ("norm2(A*x - b)^2/n", "x", "2*A'*(A*x - b)", "a factor 1/n is missing"),
    ("norm2(A*x - b)", "x", "A'*(A*x - b)", "a factor 1/norm2(A*x - b) is missing"),
    ("l*norm2(X)^2", "X", "2*X", "a factor l is missing"),
    (LEAST_SQUARES, "X", "2*sqrt(m)*A'*(A*X - B)", "the claim is sqrt(m) times what is right"),
    (LEAST_SQUARES, "X", "2*A'*(A*X + B)", "the sign of the term B of A*X + B is wrong"),
    (LEAST_SQUARES, "X", "2*A'*A*X", "the term -2*A'*B is missing"),
    (LEAST_SQUARES, "X", "2*A'*A*X - A'*B", "a factor 2 is missing in the term -A'*B"),
    (LEAST_SQUARES, "X", "2*A'*A*X - 2*A'*B + X", "the term X is too many"),
    ("x'*A*x", "x", "A*x", "the term A'*x is missing"),
    ("x'*A*x", "x", "2*A*x", "right only where A is symmetric"),
    ("A*B*A", "A", "dA*B*A", "the term A*B*dA is missing"),
    ("A^2", "A", "2*A*dA", "right only where A and dA commute"),
    ("inv(A)*B", "A", "-dA*inv(A)^2*B", "right only where A and dA commute"),
    (
        "A^2*diag(x)",
        "A",
        "A*diag(x)*dA + dA*A*diag(x)",
        "diag(x) and dA are swapped: it is dA*diag(x), not diag(x)*dA",
    ),
    (
        PENALTY,
        "X",
        "2*inv(X*X' - l*eye(n))*X",
        "the sign of the term -l*eye(n) is wrong: it is X*X' + l*eye(n), not X*X' - l*eye(n)",
    ),
    ("sum(A.^3)", "A", "3*A^2", "read entry by entry: it is 3*A.^2, not 3*A^2"),
]


@pytest.mark.parametrize(("f", "wrt", "claim", "hint"), SLIPS)
def test_the_slip_is_named(f: str, wrt: str, claim: str, hint: str) -> None:
    where = "A: square(n), B: square(n)" if "A*B" in f or "A^2" in f or "A.^" in f else None
    verdict = mc.check(f, wrt, claim=claim, where=where)
    assert verdict.status == "refuted"
    assert verdict.hint == hint


EQUATIONS = [  # two sides that are equal in special cases only
    ("det(2*A)", "2*det(A)", "right only where n = 1"),
    ("det(c*A)", "c*det(A)", "right only where n = 1"),
    ("det(-A)", "-det(A)", "right only where n is odd"),
    ("(A + B)^2", "A^2 + 2*A*B + B^2", "right only where A and B commute"),
    ("inv(A*B)", "inv(A)*inv(B)", "right only where A and B commute"),
    ("A'*B", "A*B", "right only where A is symmetric"),
]


@pytest.mark.parametrize(("first", "second", "hint"), EQUATIONS)
def test_what_is_right_in_special_cases_only(first: str, second: str, hint: str) -> None:
    where = "A: invertible(n), B: invertible(n), c: scalar"
    assert mc.equivalent(first, second, where=where).hint == hint


OTHER_QUESTIONS = [  # f, its variable, a claim, where and how, and what the claim is
    ("tr(A'*X)", "A", None, {"inner": mc.Weighted("M", "N")}, "in the Frobenius inner product"),
    ("logdet(X) + tr(X)", "X + X^2", "X: spd(n)", {}, "in the affine-invariant inner product"),
    ("norm2(X^2)^2", "4*X.^3", "X: square(n)", {}, "of norm2(X.^2)^2"),
]


@pytest.mark.parametrize(("f", "claim", "where", "how", "words"), OTHER_QUESTIONS)
def test_a_claim_that_is_right_in_another_setting(
    f: str, claim: str, where: str | None, how: dict[str, Any], words: str
) -> None:
    verdict = mc.check(f, "X", claim=claim, where=where, **how)
    assert verdict.status == "refuted"
    assert verdict.hint == f"the claim is the gradient {words}"


NO_SUCH_SLIP = [
    ("logdet(X)", "inv(X + 1e-7*eye(n))'", "conjugate"),  # of real values nothing is changed
    ("det(X)", "abs(det(X))*inv(X)'", "symmetric"),  # also a symmetric one may have det(X) < 0
    ("tr(X*X')", "1e-11*X", "0 times"),
]


@pytest.mark.parametrize(("f", "claim", "said"), NO_SUCH_SLIP)
def test_a_slip_is_named_only_where_undoing_it_changes_something(
    f: str, claim: str, said: str
) -> None:
    verdict = mc.check(f, "X", claim)
    assert verdict.status == "refuted" and said not in verdict.hint


def test_a_hint_is_right_of_few_samples_too() -> None:
    hints = [
        mc.check("sum(abs(x))", "x", "0*x + 1", "x: vector(n)", samples=1, seed=seed).hint
        for seed in range(4)
    ]
    assert hints == [""] * 4


def test_a_number_that_is_near_another_is_told_with_its_digits() -> None:
    hint = mc.check("norm2(x)^2", "x", "2*x + 1e-30*x").hint
    assert hint == f"2.{29 * '0'}1 is near 2, with which it holds"


def test_values_too_small_to_be_squared_tell_no_factor() -> None:
    one, other = np.array([1e-200]), np.array([3e-200])
    sample = Sample(Point({}, {}, Region.ANYWHERE), one, other, distance=1.0)
    with np.errstate(all="raise", under="ignore"):
        assert ratios([(one, other)], [sample]) is None
