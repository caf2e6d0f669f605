"""Products and spaces of complex variables: the same engine as over the real numbers."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.spaces.inner_products import InnerProduct

KINDS = (
    "X: complex_matrix(n,m), C: complex_matrix(n,m), M: hpd(n), N: hpd(m), H: hermitian(n), "
    "W: positive_matrix(n,m), A: complex_matrix(k,n), R: spd(n)"
)
SQUARES = "X: complex_matrix(n,n), C: complex_matrix(n,n), B: complex_matrix(n,n), H: hermitian(n)"

PRODUCTS: list[tuple[InnerProduct, str]] = [
    (mc.Weighted("M", "N"), "inv(M)*C*inv(N)"),
    (mc.Weighted(right="N"), "C*inv(N)"),
    (mc.Weighted("R"), "inv(R)*C"),
    (mc.Elementwise("W"), "C./W"),
    (mc.Pairing("tr(U'*M*V*N)"), "inv(M)*C*inv(N)"),
    (mc.Pairing("re(tr(U'*M*V)) + re(tr(U*N*V'))"), "sylvester(M, N, C)"),
    (mc.Pairing("tr(U'*V) + 2*tr(U'*M*V)"), "inv(eye(n) + 2*M)*C"),
    (mc.Pairing("re(tr(U'*V)) + re(tr(U.'*V))/2"), "(4*C - 2*conj(C))/3"),
]


@pytest.mark.parametrize(("product", "expected"), PRODUCTS)
def test_the_riesz_map_over_the_complex_numbers(product: InnerProduct, expected: str) -> None:
    g = mc.gradient("re(tr(C'*X))", "X", where=KINDS, inner=product)
    assert mc.equivalent(g.value, mc.parse(expected, KINDS)).holds
    assert g.verify().passed
    assert g.inner.startswith("<U, V> = ") and "re(" in g.inner
    assert "re(" in g.text()


def test_a_hermitian_weight_is_taken_to_be_positive_definite_and_said_so() -> None:
    g = mc.gradient("re(tr(C'*X))", "X", where=KINDS, inner=mc.Weighted("H"))
    assert "H: hpd(n)" in g.assumptions
    assert "P: hpd(n)" in mc.gradient("norm2(X)^2", "X", KINDS, inner=mc.Weighted("P")).assumptions


REFUSED: list[tuple[InnerProduct, str]] = [
    (mc.Weighted("-M"), "not positive definite"),
    (mc.Weighted("M - 3*R"), "not positive definite"),
    (mc.Weighted("G"), "not symmetric"),
    (mc.Weighted("imaginary_unit*M"), "no inner product"),
    (mc.Elementwise("C"), "no inner product"),
    (mc.Pairing("tr(U.'*V)"), "not positive definite"),
    (mc.Pairing("im(tr(U'*V))"), "not symmetric"),
    (mc.Pairing("abs(tr(U'*V))"), "not linear"),
    (mc.Pairing("re(tr(U'*V)) - re(tr(U.'*V))"), "no inner product"),
]


@pytest.mark.parametrize(("product", "reason"), REFUSED)
def test_what_is_no_inner_product_is_refused(product: InnerProduct, reason: str) -> None:
    with pytest.raises(mc.DomainError, match=reason):
        mc.gradient("norm2(X)^2", "X", where=f"{KINDS}, G: complex_matrix(n,n)", inner=product)


def test_a_real_variable_of_a_complex_problem() -> None:
    where = "y: vector(n), A: complex_matrix(k,n), c: complex_vector(k), M: hpd(n), R: spd(n)"
    f = "norm2(A*y - c)^2"
    for inner in (None, mc.Weighted("R"), mc.Pairing("U'*re(M)*V + U'*V"), mc.Weighted("re(M)")):
        for space in (None, "sphere", mc.Space.kernel("re(A)*U = 0")):
            g = mc.gradient(f, "y", where=where, inner=inner, space=space)
            report = g.verify()
            assert report.passed, str(report)
            assert not g.value.is_complex
    for product in (mc.Weighted("M"), mc.Elementwise("imaginary_unit*ones(n)")):
        with pytest.raises(mc.DomainError, match="is complex, but y is real"):
            mc.gradient(f, "y", where=where, inner=product)


def test_the_affine_invariant_product_of_hermitian_matrices() -> None:
    where = "X: hpd(n), A: complex_matrix(n,n)"
    g = mc.gradient("re(tr(A*X))", "X", where=where, inner=mc.AffineInvariant())
    assert mc.equivalent(g.value, mc.parse("X*(A + A')*X/2", where)).holds
    assert g.space == "hermitian" and g.verify().passed
    declared = "X: hermitian(n), A: complex_matrix(n,n)"
    g = mc.gradient("re(tr(A*X))", "X", declared, mc.AffineInvariant(), "hermitian")
    assert "X is Hermitian positive definite" in g.assumptions


KERNELS = [
    ("A*U = 0", None, None, KINDS, "C - A'*inv(A*A')*A*C"),
    ("A*U = 0", None, mc.Weighted("M"), KINDS, ""),
    ("im(diag(U)) = 0", None, None, SQUARES, "C - imaginary_unit*diag(im(diag(C)))"),
    ("re(tr(B'*U)) = 0", None, None, SQUARES, "C - re(tr(B'*C))/re(tr(B'*B))*B"),
    ("tr(B'*U) = 0", None, None, SQUARES, "C - tr(B'*C)/tr(B'*B)*B"),
    ("U - U' = 0", None, None, SQUARES, "(C + C')/2"),
    ("U + U' = 0", None, None, SQUARES, "(C - C')/2"),
    ("U - U.' = 0", None, None, SQUARES, "(C + C.')/2"),
    ("U = -U.'", None, None, SQUARES, "(C - C.')/2"),
    ("U - conj(U) = 0", None, None, SQUARES, "re(C)"),
    ("re(U) = 0", None, None, SQUARES, "imaginary_unit*im(C)"),
    ("tr(U) = 0", "hermitian", None, SQUARES, "(C + C')/2 - re(tr(C))/n*eye(n)"),
]


@pytest.mark.parametrize(("of", "within", "product", "where", "expected"), KERNELS)
def test_a_kernel(
    of: str, within: str | None, product: InnerProduct | None, where: str, expected: str
) -> None:
    space = mc.Space.kernel(of, within)
    g = mc.gradient("re(tr(C'*X))", "X", where=where, inner=product, space=space)
    if expected:
        assert mc.equivalent(g.value, mc.parse(expected, where)).holds
    report = g.verify()
    assert report.passed, str(report)


def test_a_kernel_whose_maps_depend_on_each_other() -> None:
    """The matrices that commute with B: the projector is that of the Kronecker form."""
    g = mc.gradient("norm2(X)^2", "X", SQUARES, space=mc.Space.kernel("U*B - B*U = 0"))
    random = np.random.default_rng(3)
    X, B = random.normal(size=(2, 3, 3)) + 1j * random.normal(size=(2, 3, 3))
    K = np.kron(B.T, np.eye(3)) - np.kron(np.eye(3), B)
    among = np.eye(9) - np.linalg.pinv(K, 1e-10) @ K
    expected = (among @ (2 * X).ravel(order="F")).reshape(3, 3, order="F")
    np.testing.assert_allclose(g.compile()(X=X, B=B), expected, atol=1e-9)


def test_spans_images_and_masks() -> None:
    spaces = [
        mc.Space.span("B"),
        mc.Space.span("B", "eye(n)"),
        mc.Space.image("B*S*B'", S="hermitian(n)"),
        mc.Space.mask("P"),
    ]
    for space in spaces:
        g = mc.gradient("re(tr(C'*X))", "X", where=f"{SQUARES}, P: matrix(n,n)", space=space)
        report = g.verify()
        assert report.passed, str(report)


NAMED = [
    ("sphere", "complex-sphere"),
    ("stiefel", "complex-stiefel"),
    ("grassmann", "complex-grassmann"),
    ("oblique", "complex-oblique"),
    ("symmetric", "hermitian"),
    ("skew", "skew-hermitian"),
    ("orthogonal", "unitary"),
    ("spd", "hpd"),
    ("traceless", "traceless"),
    ("lower", "lower"),
    ("complex-circle", "complex-circle"),
]


@pytest.mark.parametrize(("asked", "found"), NAMED)
def test_a_space_is_that_over_the_field_of_the_variable(asked: str, found: str) -> None:
    g = mc.gradient("re(tr(C*X)) + norm2(X)^4", "X", where=SQUARES, space=asked)
    assert g.space == found
    report = g.verify()
    assert report.passed, str(report)


def test_a_space_over_the_other_field_is_refused() -> None:
    with pytest.raises(mc.DomainError, match="the space simplex is real, but x is complex"):
        mc.gradient("norm2(x)^2", "x", where="x: complex_vector(n)", space="simplex")
    with pytest.raises(mc.DomainError, match="the space unitary is complex, but X is real"):
        mc.gradient("norm2(X)^2", "X", where="X: square(n)", space="unitary")
    for within, kinds in (("hermitian", "X: square(n)"), ("symmetric", SQUARES)):
        with pytest.raises(mc.DomainError, match=f"are not {within}"):
            mc.gradient("norm2(X)^2", "X", kinds, space=mc.Space.kernel("tr(U)", within))


def test_gradients_on_spaces() -> None:
    where = "X: hermitian(n), A: complex_matrix(n,n)"
    found = mc.gradient("re(tr(A*X))", "X", where=where, space="hermitian")
    assert str(found.value) == "(A + A')/2" and found.space == "hermitian"
    where = "x: complex_vector(n), a: complex_vector(n)"
    found = mc.gradient("re(a'*x)", "x", where=where, space="complex-sphere")
    assert mc.equivalent(found.value, "a - re(x'*a)*x").holds
    assert "x'*x = 1" in found.assumptions


def test_the_convention_of_jax_on_a_space() -> None:
    where = "x: complex_vector(n), a: complex_vector(n)"
    found = mc.gradient("re(a'*x)", "x", where, mc.Hermitian("jax"), "complex-sphere")
    assert mc.equivalent(found.value, "conj(a) - re(x'*a)*conj(x)").holds
    assert "JAX" in found.inner and found.verify().passed


def test_a_wrong_gradient_on_a_space_does_not_pass() -> None:
    from dataclasses import replace

    where = "x: complex_vector(n), a: complex_vector(n)"
    found = mc.gradient("re(a'*x)", "x", where=where, space="complex-sphere")
    for wrong in ("a", "a - (x'*a)*x", "a - 2*re(x'*a)*x", "conj(a) - re(x'*a)*conj(x)"):
        assert not replace(found, value=mc.parse(wrong, where)).verify().passed


def test_the_adjoint_under_complex_products() -> None:
    where = "x: complex_vector(n), A: complex_matrix(k,n), M: hpd(n), N: hpd(k)"
    inner, outer = mc.Weighted("M"), mc.Weighted("N")
    operator = mc.differential("A*x", "x", where=where, inner=inner, inner_out=outer)
    assert str(operator.adjoint("W")) == "inv(M)*A'*N*W"


def test_a_matrix_and_its_conjugate_are_invertible_together() -> None:
    where = "A: complex_matrix(m,n), C: complex_matrix(p,n), z: complex_vector(n)"
    found = mc.wirtinger("norm2(A*z)^2", "z", where, space="C*U = 0")
    assert found.conditions == ("C*C' invertible",)
