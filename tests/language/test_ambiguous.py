"""What two people would read in two ways is refused, or read and said how the other is typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import matcalc as mc
from tests.golden.comparison import Golden
from tests.language.ambiguous import cases, readings


def test_what_is_said_is_golden(golden: Golden) -> None:
    golden(Path(__file__).with_name("ambiguous.golden"), readings())


OFFERED = re.compile(r"`([^`]+)`")
WITH_TEXTS = ["A^2x", "A.^2x", "a/b c", "xa*x + a", "[A B]", "X\\beta", "sum(x^2)", "A(x - b)"]


@pytest.mark.parametrize("text", WITH_TEXTS)
def test_each_text_that_is_offered_can_be_typed(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text)
    offered = [
        one
        for one in OFFERED.findall(caught.value.hint)
        if not set(one) & set(":[") and one != "where"
    ]
    assert len(offered) >= 1
    for one in offered:
        mc.parse(f"[{one}]" if "[" in text else one)


@pytest.mark.parametrize("text", ["np.trace(A B)", "X(:,1)' A", "np.sum(2x)"])
def test_a_tool_without_products_that_have_no_sign_has_none(text: str) -> None:
    with pytest.raises(mc.SyntaxProblem, match="which has no"):
        mc.parse(text)


@pytest.mark.parametrize(
    ("text", "same"), [("X^T X b", "X'*X*b"), ("A^-1 b", "inv(A)*b"), ("A^-T b", "inv(A)'*b")]
)
def test_a_transpose_or_an_inverse_stands_beside_a_factor(text: str, same: str) -> None:
    where = "A: square(n), X: matrix(m,n), b: vector(n)"
    assert mc.parse(text, where) is mc.parse(same, where)


def test_there_are_more_than_thirty() -> None:
    assert len(cases()) > 30
