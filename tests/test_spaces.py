"""Gradients in the inner product and on the space that a person chooses."""

from __future__ import annotations

import pytest

import matcalc as mc
from tests.oracle import evaluate

FORMS = [
    ("tr(U'*A*V) + tr(U*B*V')", "X: matrix(n,m), A: spd(n), B: spd(m)", "sylvester(A, B, C)"),
    ("tr(U'*A*V) + tr(U*V'*B)", "X: matrix(n,m), A: spd(n), B: spd(n)", "inv(A + B)*C"),
    ("tr(U'*A*V*B)", "X: matrix(n,m), A: spd(n), B: spd(m)", "inv(A)*C*inv(B)"),
    ("inner(U,V) + sum(W.*U.*V)", "X: matrix(n,m), W: positive_matrix(n,m)", "C./(W + 1)"),
    ("2*inner(U,V)", "X: matrix(n,m)", "C/2"),
    ("3*inner(U,V) + tr(U*V)", "X: square(n)", "3*C/8 - C'/8"),
]


@pytest.mark.parametrize(("form", "where", "expected"), FORMS)
def test_the_riesz_map_of_a_form_is_found(form: str, where: str, expected: str) -> None:
    shape = "square(n)" if "square" in where else "matrix(n,m)"
    declared = f"{where}, C: {shape}"
    g = mc.gradient("inner(C,X)", "X", where=declared, inner=mc.Pairing(form))
    assert mc.equivalent(g.value, mc.parse(expected, declared)).status in ("proved", "verified")
    assert g.inner == f"<U, V> = {form}"
    assert g.verify().passed


REFUSED = [
    ("tr(U*V)", "X: square(n)"),
    ("tr(U'*A*V)", "X: matrix(n,m), A: symmetric(n)"),
    ("tr(U'*A*V)", "X: matrix(n,m), A: square(n)"),
    ("tr(U'*A*V*B)", "X: matrix(n,m), A: square(n), B: square(m)"),
    ("-tr(U'*V)", "X: matrix(n,m)"),
    ("tr(U'*V) - 2*tr(U)*tr(V)", "X: square(n)"),
    ("inner(U,V) - tr(U)*tr(V)/4", "X: square(n)"),
    ("inner(U,V) - 3*tr(U*V)", "X: square(n)"),
    ("tr(inv(X)*U*inv(X)*V)", "X: spd(n)"),
    ("tr(U'*A*V) + tr(U*B*V')", "X: matrix(n,m), A: spd(n), B: symmetric(m)"),
    ("sum(W.*U.*V)", "X: matrix(n,m), W: matrix(n,m)"),
    ("tr(U)*tr(V)", "X: square(n)"),
    ("c*tr(U'*V)", "X: matrix(n,m), c: scalar"),
    ("tr(U'*V) + 1", "X: square(n)"),
    ("tr(U'*U)", "X: square(n)"),
    ("0*tr(U'*V)", "X: square(n)"),
]


@pytest.mark.parametrize(("form", "where"), REFUSED)
def test_a_form_that_is_no_inner_product_is_refused(form: str, where: str) -> None:
    with pytest.raises(mc.DomainError, match="no inner product"):
        mc.gradient("sum(X)", "X", where=where, inner=mc.Pairing(form))


@pytest.mark.parametrize(
    ("weight", "kind"),
    [
        ("A", "A: symmetric(n)"),
        ("A", "A: square(n)"),
        ("A + A'", "A: square(n)"),
        ("-A", "A: spd(n)"),
    ],
)
def test_a_weight_that_is_not_definite_is_refused(weight: str, kind: str) -> None:
    with pytest.raises(mc.DomainError, match="no inner product"):
        mc.gradient("sum(x)", "x", where=f"x: vector(n), {kind}", inner=mc.Weighted(weight))


def test_a_weight_that_may_be_singular_is_accepted_under_a_condition() -> None:
    where = "x: vector(n), A: matrix(k,n)"
    g = mc.gradient("sum(x)", "x", where=where, inner=mc.Weighted("A'*A"))
    assert str(g.value) == "inv(A'*A)*ones(n)"
    assert "A'*A invertible" in g.conditions


def test_an_unknown_weight_is_assumed_definite_and_said_so() -> None:
    g = mc.gradient("x'*A*x", "x", inner=mc.Weighted("W"))
    assert "W: spd(n)" in g.assumptions
    assert "dx'*W*G" in g.text() and "G = inv(W)*(A + A')*x" in g.text()


def test_one_function_in_four_inner_products() -> None:
    where = "x: vector(n), A: square(n), W: spd(n), w: positive_vector(n)"
    asked = {
        "(A + A')*x": None,
        "inv(W)*(A + A')*x": mc.Weighted("W"),
        "((A + A')*x)./w": mc.Elementwise("w"),
        "inv(W + eye(n))*(A + A')*x": mc.Pairing("U'*W*V + U'*V"),
    }
    for expected, product in asked.items():
        g = mc.gradient("x'*A*x", "x", where=where, inner=product)
        assert mc.equivalent(g.value, mc.parse(expected, where)).status in ("proved", "verified")


def test_the_gradient_of_a_functional_under_its_own_product() -> None:
    where = "u: vector(n), h: positive"
    g = mc.gradient("h*sum(sin(u))", "u", where=where, inner=mc.Pairing("h*U'*V"))
    assert str(g.value) == "cos(u)"


def test_conventions_for_a_symmetric_matrix_side_by_side() -> None:
    where = "X: spd(n)"
    riesz = mc.gradient("logdet(X)", "X", where=where, space="symmetric")
    book = mc.gradient("logdet(X)", "X", where=where, space="symmetric-cookbook")
    assert str(riesz.value) == "inv(X)"
    assert mc.equivalent(book.value, mc.parse("2*inv(X) - diag(diag(inv(X)))", where))
    assert any("Cookbook" in line for line in book.assumptions)


def test_covariance_estimation_in_the_affine_invariant_metric() -> None:
    where = "A: spd(n), X: symmetric(n)"
    g = mc.gradient("logdet(A) + tr(inv(A)*X)", "A", where=where, inner=mc.AffineInvariant())
    assert str(g.value) == "A - X"
    assert g.space == "symmetric"


MANIFOLDS = [
    ("sphere", "x: vector(n)", "x'*A*x", "x"),
    ("stiefel", "X: stiefel(n,p)", "tr(X'*A*X)", "X"),
    ("stiefel", "X: matrix(n,p)", "tr(X'*A*X)", "X"),
    ("stiefel-canonical", "X: stiefel(n,p)", "tr(X'*A*X)", "X"),
    ("grassmann", "X: stiefel(n,p)", "tr(X'*A*X)", "X"),
    ("orthogonal", "X: orthogonal(n)", "tr(A*X)", "X"),
    ("spd", "X: spd(n)", "tr(A*X)", "X"),
    ("oblique", "X: matrix(n,m)", "tr(X'*A*X)", "X"),
    ("simplex", "x: positive_vector(n)", "x'*A*x", "x"),
    ("poincare-ball", "x: vector(n)", "x'*A*x", "x"),
    ("oblique-rows", "X: matrix(n,k)", "tr(X'*A*X)", "X"),
    ("hyperboloid", "x: vector(n)", "x'*A*x", "x"),
    ("spd-det1", "X: spd(n)", "tr(A*X)", "X"),
    ("doubly-stochastic", "X: positive_matrix(n,n)", "tr(A*X)", "X"),
    ("traceless", "X: square(n)", "tr(A*X*X)", "X"),
    ("circulant", "X: square(n)", "tr(A*X*X)", "X"),
]


@pytest.mark.parametrize(("space", "kind", "f", "name"), MANIFOLDS)
def test_gradients_on_spaces_hold_at_random_points(
    space: str, kind: str, f: str, name: str
) -> None:
    g = mc.gradient(f, name, where=f"{kind}, A: square(n)", space=space)
    report = g.verify()
    assert report.passed, str(report)
    assert g.space == space


def test_a_wrong_gradient_on_a_space_does_not_pass() -> None:
    from dataclasses import replace

    g = mc.gradient("x'*A*x", "x", where="x: vector(n), A: square(n)", space="sphere")
    assert (
        not replace(g, value=mc.parse("(A + A')*x", "A: square(n), x: vector(n)")).verify().passed
    )


PROJECTED = ["toeplitz", "symmetric-toeplitz", "hankel", "circulant", "banded(1, 1)"]


@pytest.mark.parametrize("space", PROJECTED)
@pytest.mark.parametrize("inner", [mc.Elementwise("W"), mc.Weighted("M", "M"), mc.Weighted("2*M")])
def test_a_product_on_a_space_that_only_a_projection_describes(
    space: str, inner: mc.Weighted | mc.Elementwise
) -> None:
    """The representer of all matrices, or its projection, is not the one in the space."""
    where = "X: square(n), A: square(n), M: spd(n), W: positive_matrix(n,n)"
    g = mc.gradient("tr(A*X)", "X", where=where, inner=inner, space=space)
    report = g.verify()
    assert report.passed, str(report)


def test_the_affine_invariant_product_on_a_part_of_the_symmetric_matrices() -> None:
    where, product = "X: spd(n), A: square(n)", mc.AffineInvariant()
    g = mc.gradient("tr(A*X)", "X", where=where, inner=product, space="symmetric-toeplitz")
    assert g.verify().passed


def test_a_banded_matrix() -> None:
    where = "X: matrix(m,n), A: matrix(m,n)"
    for space in ("banded(1, 2)", "banded(k, l)", mc.Space.named("banded", k="0", l="1")):
        g = mc.gradient("inner(A,X)", "X", where=where, space=space)
        assert g.verify().passed
    assert str(mc.gradient("inner(A,X)", "X", where, space="banded(1,2)").value) == "band(A, 1, 2)"
    as_json = mc.Space.from_dict({"kind": "banded", "k": 1, "l": 2})
    assert as_json == mc.Space.read("banded(1,2)")
    for wrong in ("banded", "banded(1)", "banded(1/2, 1)", "banded(1, A)", "banded(1, 2, 3)"):
        with pytest.raises(mc.MatcalcError):
            mc.gradient("inner(A,X)", "X", where=where, space=wrong)


POINTWISE = [
    ("spd-fisher", "tr(inv(X)*U*inv(X)*V)/2", "spd"),
    ("spd-bures-wasserstein", "tr(sylvester(X, X, U)*V)/2", "spd"),
    ("spd-log-euclidean", "tr(frechet(logm, X, U)*frechet(logm, X, V))", "spd"),
    ("simplex-fisher", "sum(U.*V./x)", "simplex"),
    ("positive", "sum(U.*V./X.^2)", ""),
]


@pytest.mark.parametrize(("space", "form", "plain"), POINTWISE)
def test_a_product_that_depends_on_the_point_by_name_and_by_its_form(
    space: str, form: str, plain: str
) -> None:
    kinds = {"simplex": "x: positive_vector(n), A: square(n)", "": "X: positive_matrix(n,n)"}
    where = f"{kinds.get(plain, 'X: spd(n)')}, A: square(n)".replace("A: square(n), A", "A")
    f, name = ("x'*A*x", "x") if plain == "simplex" else ("tr(A*X) + tr(A*X*A*X)", "X")
    named = mc.gradient(f, name, where=where, space=space)
    formed = mc.gradient(f, name, where=where, inner=mc.Pairing(form), space=plain or None)
    assert named.verify().passed and formed.verify().passed
    assert named.inner == f"<U, V> = {form}"


def test_a_size_that_only_a_matrix_of_the_space_has() -> None:
    where = "x: vector(n), a: vector(n), Q: matrix(n,q)"
    g = mc.gradient("a'*x", "x", where=where, space="sphere-in-range(Q)")
    assert g.verify().passed


def test_a_kernel_under_a_weight() -> None:
    where = "x: vector(n), A: matrix(k,n), c: vector(n), W: spd(n)"
    space = mc.Space.kernel("A*U = 0")
    g = mc.gradient("c'*x", "x", where=where, inner=mc.Weighted("W"), space=space)
    assert g.verify().passed
    assert "A*inv(W)*A' invertible" in g.conditions
    assert g.space == "A*U = 0"


def test_an_inverse_that_the_answer_no_longer_shows_is_a_condition() -> None:
    where = "X: square(n), C: square(n), B: square(n)"
    kernel = mc.gradient("tr(C*X)", "X", where=where, space=mc.Space.kernel("B*U = 0"))
    assert str(kernel.value) == "zeros(n, n)" and kernel.conditions == ("B invertible",)
    image = mc.Space.image("B*S*B'", S="symmetric(n)")
    assert mc.gradient("tr(C*X)", "X", where=where, space=image).conditions == ("B invertible",)


def test_spans_images_and_masks() -> None:
    where = "X: matrix(n,m), P: matrix(n,m), Q: matrix(n,m), C: matrix(n,m), B: matrix(n,p)"
    span = mc.gradient("inner(C,X)", "X", where=where, space=mc.Space.span("P", "Q"))
    assert span.verify().passed
    mask = mc.gradient("inner(C,X)", "X", where=where, space=mc.Space.mask("P"))
    assert str(mask.value) == "C.*P"
    square = "X: square(n), B: orthogonal(n), C: square(n)"
    image = mc.Space.image("B*S*B'", S="symmetric(n)")
    assert mc.gradient("inner(C,X)", "X", where=square, space=image).verify().passed


def test_several_variables_on_their_own_spaces() -> None:
    where = "x: vector(n), y: vector(m), A: matrix(n,m)"
    both = mc.gradient("x'*A*y", ["x", "y"], where=where, space={"x": "sphere", "y": "simplex"})
    assert both.space == "x: sphere; y: simplex"
    assert both.verify(samples=4).passed


@pytest.mark.parametrize("wrong", ["spher", "ellipsoid", "ellipsoid(B, B)", "A+"])
def test_a_space_that_does_not_exist_is_refused(wrong: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.gradient("x'*x", "x", where="x: vector(n), B: spd(n)", space=wrong)


HESSIANS = [
    ("2*A*V - 2*(x'*A*V)*x - 2*(x'*A*x)*V", "x'*A*x", "x: vector(n)", "sphere", None),
    ("inv(W)*A*V", "x'*A*x/2", "x: vector(n), W: spd(n)", None, mc.Weighted("W")),
    ("a.*V/2", "a'*x", "x: positive_vector(n), a: vector(n)", None, mc.Pairing("sum(U.*V./x)")),
]


@pytest.mark.parametrize(("expected", "f", "kind", "space", "inner"), HESSIANS)
def test_a_riemannian_hessian(
    expected: str, f: str, kind: str, space: str | None, inner: mc.Pairing | None
) -> None:
    where = f"{kind}, A: symmetric(n), V: vector(n)"
    hessian = mc.hessian(f, "x", where=where, space=space, inner=inner)
    image = hessian.map(mc.parse("V", where))
    if space == "sphere":  # equal at points of the sphere only
        arrays = {"x": [0.6, 0.8], "V": [0.8, -0.6], "A": [[1.0, 2.0], [2.0, 5.0]]}
        found, wanted = (evaluate(e, **arrays) for e in (image, mc.parse(expected, where)))
        assert abs(found - wanted).max() < 1e-12
    else:
        assert mc.equivalent(image, mc.parse(expected, where)).status in ("proved", "verified")


def test_the_adjoint_under_the_products_chosen() -> None:
    where = "x: vector(n), A: matrix(k,n)"
    inner, outer = mc.Weighted("M"), mc.Weighted("N")
    operator = mc.differential("A*x", "x", where=where, inner=inner, inner_out=outer)
    assert str(operator.adjoint("W")) == "inv(M)*A'*N*W"
