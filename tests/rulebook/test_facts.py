"""What is known of a predicate before any value is: from sizes, numbers and declarations."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expressions.constructors import from_dimension, number
from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.nodes import Apply
from matcalc.expressions.predicates import Equal, Has, Ordered, Property, Unless, mapped, subjects
from matcalc.rulebook import book
from matcalc.rulebook.facts import decided, resolved
from matcalc.rulebook.substitution import substitute

WHERE = """A: matrix(m,n), x: vector(n), p: positive_vector(n), S: spd(n), Q: orthogonal(n),
    B: invertible(n), s: scalar, t: positive, k: integer"""


def required(text: str) -> list[bool | None]:
    """What is known of each thing that the outermost operation requires."""
    node = mc.parse(text, WHERE)
    assert isinstance(node, Apply)
    return [decided(one.predicate) for one in book.required(node, "requires")]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("log(x)", [None]),
        ("log(p)", [True]),
        ("log(1 + x.^2)", [True]),
        ("log(1 + sum(i in 1..m, x[i]^2)*t)", [True]),
        ("log1p(x)", [None]),
        ("log1p(p)", [True]),
        ("inv(B*S)", [True]),
        ("logdet(Q)", [True]),
        ("logdet(A'*A)", [None]),
        ("sqrtm(B'*B)", [True]),
        ("logm(S*Q*S*Q')", [True]),
        ("logm(S*Q)", [None]),
        ("logm(-S*Q*S*Q')", [None]),
        ("lambda_max(S + Q*S*Q')", [True]),
        ("lambda_max(Q)", [None]),
        ("chol(S)", [True]),
        ("svdvals(A)", [None]),
        ("svdvals(B)", [True]),
        ("logm(S)", [True]),
        ("sylvester(S, S, B)", [True]),
    ],
)
def test_what_declarations_and_sizes_tell(text: str, known: list[bool | None]) -> None:
    assert required(text) == known


n, m = dimension("n"), dimension("m")


@pytest.mark.parametrize(
    ("smaller", "larger", "strict", "known"),
    [
        (n, n + 1, True, True),
        (n, n, True, False),
        (n, n, False, True),
        (dimension(1), n, False, True),
        (dimension(2), n, False, None),
        (n * 2 + 1, n * 2, False, False),
        (m, n, False, None),
        (m, m * n, False, True),
        (dimension(0), m * n, True, True),
        (n, n * (n + 1) / 2, False, True),
    ],
)
def test_sizes_are_compared_as_polynomials(
    smaller: Dimension, larger: Dimension, strict: bool, known: bool | None
) -> None:
    low, high = from_dimension(smaller), from_dimension(larger)
    assert decided(Ordered(low, high, strict)) is known


def test_equal_sizes() -> None:
    assert decided(Equal(from_dimension(m * n), from_dimension(n * m))) is True
    assert decided(Equal(from_dimension(n), from_dimension(n + 1))) is False
    assert decided(Equal(from_dimension(m), from_dimension(n))) is None


def test_an_exception_counts_where_it_is_known() -> None:
    x, p = mc.symbols("x: scalar, p: scalar")
    condition = Has(x, Property.NONNEGATIVE)
    for value, left in ((2, None), (number(0.5), condition)):
        exponent = number(value) if isinstance(value, int) else value
        about = Unless(condition, Has(exponent, Property.INTEGER))
        assert decided(about) is (True if left is None else None)
        assert left is None or resolved(about) == left
    assert resolved(Unless(condition, Has(p, Property.INTEGER))) == Unless(
        condition, Has(p, Property.INTEGER)
    )


def test_a_predicate_is_about_what_is_put_into_it() -> None:
    x, y = mc.symbols("x: vector(n), y: vector(n)")
    about = Unless(Has(x, Property.POSITIVE), Ordered(x, y, strict=True))
    moved = mapped(about, lambda node: substitute(node, {x: y}))
    assert list(subjects(moved)) == [y, y, y]
    assert list(subjects(about)) == [x, x, y]
