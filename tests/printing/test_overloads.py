"""A call is printed by a name under which it is read back."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from tests.oracle import evaluate


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("softmax_rows(x)", "softmax_rows(x)"),
        ("softmax_rows(X)", "softmax(X)"),
        ("logsumexp_all(x)", "logsumexp_all(x)"),
        ("logsumexp_all(X)", "logsumexp(X)"),
        ("diag_of(s)", "diag_of(s)"),
        ("diag_of(Z)", "diag(Z)"),
        ("diag(x)", "diag(x)"),
    ],
)
def test_an_overload_keeps_its_own_name_where_another_would_be_read(
    text: str, printed: str
) -> None:
    where = "x: vector(n), X: matrix(m,n), Z: square(n), s: scalar"
    node = mc.parse(text, where)
    assert str(node) == printed
    assert mc.parse(printed, where) is node


def test_the_softmax_of_each_row_of_a_column_is_one() -> None:
    node = mc.parse(str(mc.parse("softmax_rows(x)", "x: vector(n)")), "x: vector(n)")
    np.testing.assert_array_equal(evaluate(node, x=[1.0, 2.0, 3.0]), [1.0, 1.0, 1.0])
