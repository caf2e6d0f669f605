"""Inner products and spaces as they are typed, and as they are printed."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.spaces.inner_products import product_of

SPACES = [
    mc.Space.kernel("A*U = 0"),
    mc.Space.kernel(["A*U = 0", "U*B = 0"]),
    mc.Space.kernel("[A, B]*U = 0", within="symmetric"),
    mc.Space.span("P", "P + Q"),
    mc.Space.mask("M"),
    mc.Space.image("B*S*B'", S="symmetric(p)"),
    mc.Space.image("B*S*C", S="matrix(p,q)"),
    mc.Space.named("sphere"),
    mc.Space.named("ellipsoid", B="B"),
]


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_a_printed_space_is_read_back(space: mc.Space) -> None:
    assert mc.Space.read(str(space)) == space


def test_a_basis_and_a_pattern_may_stand_in_brackets() -> None:
    assert mc.Space.read("span(P, Q)") == mc.Space.span("P", "Q")
    assert mc.Space.read(" mask( M ) ") == mc.Space.mask("M")


def test_the_matrix_of_a_named_space_may_be_called_as_a_direction_is() -> None:
    assert mc.Space.read("ellipsoid(U)") == mc.Space.named("ellipsoid", B="U")


def test_a_capital_is_taken_for_a_slip() -> None:
    with pytest.raises(mc.UnknownName) as caught:
        mc.Space.read("Sphere")
    assert caught.value.hint == "did you mean sphere?"


def test_the_new_names_of_an_image_fit_the_variable() -> None:
    found = mc.gradient("tr(A*X)", "X", space=mc.Space.image("B*S*B'", S="symmetric(p)"))
    assert "B: matrix(n, p)" in found.assumptions
    assert found.verify(samples=3).passed


def test_the_rule_book_shows_spaces_and_products() -> None:
    assert "space sphere(X: matrix(m, n))" in mc.rules("sphere")
    assert "  pairing      tr(inv(X)*U*inv(X)*V)" in mc.rules("affine-invariant")
    assert "operation" not in mc.rules("symmetric") and "projection" in mc.rules("symmetric")


def test_what_is_no_space_gets_a_hint_of_all_forms() -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.Space.read("B*S*B'")
    assert "span of P, Q" in caught.value.hint


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "span", "of": ["P"]}, 'the kind span needs "basis"'),
        ({"kind": "mask", "of": "M"}, 'the kind mask needs "mask"'),
        ({"kind": "kernel"}, 'the kind kernel needs "of"'),
        ({"of": "A*U"}, "no space is described"),
        (3, "expected the JSON form of a space"),
    ],
)
def test_a_form_that_is_not_one_says_what_it_needs(form: dict[str, object], said: str) -> None:
    with pytest.raises(mc.MatcalcError, match=said):
        mc.Space.from_dict(form)


@pytest.mark.parametrize(
    "product",
    [
        mc.Weighted("M"),
        mc.Weighted("M", "N"),
        mc.Elementwise("W"),
        mc.AffineInvariant(),
        mc.Pairing("tr(U'*A*V) + tr(U*B*V')"),
    ],
    ids=str,
)
def test_a_product_is_read_back_to_one_with_the_same_formula(product: object) -> None:
    assert str(product_of(str(product))) == str(product)


def test_a_product_may_be_named_by_its_class() -> None:
    assert product_of("pairing(tr(U'*A*V))") == mc.Pairing("tr(U'*A*V)")
    assert product_of("weighted(right=N)") == mc.Weighted(right="N")
    assert product_of("Weighted(M)") == mc.Weighted("M")


def test_a_total_differential_takes_a_product_for_each_variable() -> None:
    where = "A: matrix(m,n), M: spd(m)"
    found = mc.differential("x'*A*y", ["x", "y"], where, inner={"x": mc.Weighted("M")})
    back = found.adjoint("w")
    assert str(back["x"]) == "w*inv(M)*A*y" and str(back["y"]) == "w*A'*x"
