"""A part's name in place of the part, also where only a factor of it is left over."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expressions.constructors import named, transpose
from matcalc.simplify.naming import in_names, under_name

KINDS = "A: matrix(m,n), B: matrix(n,k), t: positive, x: vector(n)"


@pytest.mark.parametrize(
    ("part", "text", "wanted"),
    [
        ("A*x", "2*t*B'*A'*A*x*x'", "2*t*B'*A'*P*x'"),
        ("A*B", "norm2(A*B*B'*x)*B'*A'", "norm2(P*B'*x)*P'"),
        ("tanh(A*x)", "(A*x).*tanh(A*x).^2", "(A*x).*P.^2"),
        ("tanh(A*B)", "tanh(A*B)'*A*x", "P'*A*x"),
        ("A*B + tanh(A*B)", "(A*B + tanh(A*B))'*A*x", "P'*A*x"),
        ("(A*B).^2", "((A*B).^2)'*A*x", "P'*A*x"),
        ("t^2", "t^3*x", "P*t*x"),
        ("1/t", "x/t^2", "P*x/t"),
        ("sqrt(t)", "x/t", "x/t"),
    ],
)
def test_a_part_is_found_in_longer_products(part: str, text: str, wanted: str) -> None:
    whole = mc.parse(part, KINDS)
    name = named("P", whole)
    assert str(under_name(mc.parse(text, KINDS), whole, name)).partition(" with ")[0] == wanted


def test_an_expression_that_has_none_of_the_parts_is_left_alone() -> None:
    root, part = (mc.parse(text, KINDS) for text in ("B'*x", "A*x"))
    assert in_names(root, {part: named("P", part), transpose(part): part}) is root
