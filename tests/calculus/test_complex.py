"""Derivatives by complex variables, in the pairing re(tr(U'*V))."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.derivation.lines import meaning
from matcalc.expressions.constructors import minus, real_part
from matcalc.expressions.nodes import Node, symbols_of
from matcalc.samples.agreement import Pair, samples
from tests.oracle import evaluate

MATRICES = (
    "Z: complex_matrix(n,m), A: complex_matrix(k,n), B: complex_matrix(m,k), C: complex_matrix(k,m)"
)
SQUARES = (
    "Z: complex_matrix(n,n), A: complex_matrix(n,n), B: complex_matrix(n,n), H: hermitian(n), "
    "U: unitary(n)"
)
VECTORS = (
    "x: complex_vector(n), A: complex_matrix(k,n), H: hermitian(n), a: complex_vector(n), "
    "b: positive_vector(k), c: complex_vector(k)"
)
GRADIENTS = [
    ("norm2(A*Z - C)^2", "Z", MATRICES, "2*A'*(A*Z - C)"),
    ("re(tr(B*A*Z))", "Z", MATRICES, "A'*B'"),
    ("im(tr(B*A*Z))", "Z", MATRICES, "imaginary_unit*A'*B'"),
    ("tr(Z*Z')", "Z", MATRICES, "2*Z"),
    ("norm2(Z'*Z - eye(m))^2/4", "Z", MATRICES, "Z*(Z'*Z - eye(m))"),
    ("norm_nuc(Z)", "Z", MATRICES, "polar(Z)"),
    ("re(tr(A*Z*B*conj(Z)))", "Z", SQUARES, "(A*Z*B + conj(B)*Z*conj(A)).'"),
    ("abs(det(Z))^2", "Z", SQUARES, "2*det(Z)*adj(Z)'"),
    ("logdet(Z)", "Z", SQUARES, "inv(Z)'"),
    ("re(tr(A*inv(Z)))", "Z", SQUARES, "-(inv(Z)*A*inv(Z))'"),
    ("re(tr(A*expm(Z)))", "Z", SQUARES, "frechet(expm, Z', A')"),
    ("re(tr(kron(A, Z)))", "Z", SQUARES, "conj(tr(A))*eye(n)"),
    ("re(x'*H*x)", "x", VECTORS, "2*H*x"),
    ("x'*H*x", "x", VECTORS, "2*H*x"),
    ("abs(a'*x)^2", "x", VECTORS, "2*(a'*x)*a"),
    ("norm2(x)", "x", VECTORS, "x/norm2(x)"),
    ("sum((abs(A*x).^2 - b).^2)/2", "x", VECTORS, "2*A'*((A*x).*(abs(A*x).^2 - b))"),
    ("log(1 + x'*H*x)", "x", VECTORS, "2*H*x/(re(x'*H*x) + 1)"),
    ("norm2(A*y - c)^2", "y", VECTORS + ", y: vector(n)", "2*re(A'*(A*y - c))"),
]


@pytest.mark.parametrize(("f", "variable", "where", "expected"), GRADIENTS)
def test_the_gradient_and_its_checks(f: str, variable: str, where: str, expected: str) -> None:
    found = mc.gradient(f, variable, where=where)
    known = {symbol.name: symbol for symbol in symbols_of(found.problem.expression)}
    assert str(found.value) == expected or mc.equivalent(found.value, expected).holds, known
    assert found.verify().passed
    assert found.inner == "<U, V> = re(tr(U'*V))"
    assert mc.differential(f, variable, where=where).verify().passed


@pytest.mark.parametrize(("f", "variable", "where", "expected"), GRADIENTS)
def test_every_line_of_the_derivation_is_true(
    f: str, variable: str, where: str, expected: str
) -> None:
    found = mc.gradient(f, variable, where=where)
    asked = found.question
    tangents = {asked.alone.free: asked.alone.tangent}
    right = real_part(asked.change)
    for step in found.steps:
        line = real_part(meaning(step.after, tangents))
        values, reason = samples(Pair(right, line), 4, np.random.default_rng(0))
        assert values, reason
        assert max(sample.error for sample in values) < 1e-8, f"{step.rule}: {step.after}"


def numeric_gradient(f: Any, Z: Any, step: float = 1e-6) -> Any:
    """df/dRe(Z) + i*df/dIm(Z) by central differences."""
    out = np.zeros_like(Z)
    for place in np.ndindex(Z.shape):
        for unit in (1, 1j):
            moved = np.zeros_like(Z)
            moved[place] = step * unit
            out[place] += unit * (f(Z + moved) - f(Z - moved)) / (2 * step)
    return out


def entries(*axes: int, seed: int = 0) -> Any:
    random = np.random.default_rng(seed)
    return random.standard_normal(axes) + 1j * random.standard_normal(axes)


def test_the_conventions() -> None:
    A, Z = entries(4, 3, seed=1), entries(3, 2)
    f = lambda Z: float(np.linalg.norm(A @ Z) ** 2 + (A @ Z)[0, 0].imag)  # noqa: E731
    text, where = "norm2(A*Z)^2 + im((A*Z)[1,1])", "A: complex_matrix(4,3), Z: complex_matrix(3,2)"
    expected = numeric_gradient(f, Z)
    ours = mc.gradient(text, "Z", where=where, inner=mc.Hermitian())
    np.testing.assert_allclose(ours.compile()(A=A, Z=Z), expected, atol=1e-7)
    jax = mc.gradient(text, "Z", where=where, inner=mc.Hermitian(convention="jax"))
    np.testing.assert_allclose(jax.compile()(A=A, Z=Z), expected.conj(), atol=1e-7)
    assert jax.verify().passed and "JAX" in jax.inner
    half = mc.wirtinger(text, "Z", where=where, conjugate=True)
    np.testing.assert_allclose(2 * half.compile()(A=A, Z=Z), expected, atol=1e-7)
    with pytest.raises(mc.DomainError, match="no convention 'other'"):
        mc.Hermitian(convention="other")


def test_over_the_real_numbers_the_product_is_that_of_frobenius() -> None:
    found = mc.gradient("norm2(A*X - B)^2", "X", inner=mc.Hermitian())
    assert str(found.value) == "2*A'*(A*X - B)"


WIRTINGER = [
    ("tr(B*A*Z)", MATRICES, "(B*A).'", "zeros(n, m)"),
    ("norm2(Z)^2", MATRICES, "conj(Z)", "Z"),
    ("tr(A*Z*Z')", SQUARES, "A.'*conj(Z)", "A*Z"),
    ("logdet(Z)", SQUARES, "inv(Z).'/2", "inv(Z)'/2"),
    ("det(Z)", SQUARES, "adj(Z).'", "zeros(n, n)"),
    ("tr(Z*A*conj(Z)*re(Z))*im(tr(Z))", SQUARES, "", ""),
]


@pytest.mark.parametrize(("f", "where", "plain", "conjugated"), WIRTINGER)
def test_wirtinger_derivatives(f: str, where: str, plain: str, conjugated: str) -> None:
    for conjugate, expected in ((False, plain), (True, conjugated)):
        found = mc.wirtinger(f, "Z", where=where, conjugate=conjugate)
        assert not expected or mc.equivalent(found.value, expected).holds, str(found)
        assert found.verify().passed


def test_a_holomorphic_function_has_its_derivative() -> None:
    found = mc.wirtinger("exp(z)*z^3", "z", where="z: complex_scalar")
    z = 0.3 - 0.7j
    assert abs(found.compile()(z=z) - np.exp(z) * (z**3 + 3 * z**2)) < 1e-12
    assert str(mc.wirtinger("z^2*sin(z)", "z", "z: complex_scalar", conjugate=True).value) == "0"


def pairing(left: Any, right: Any) -> float:
    return float(np.vdot(left, right).real)


MAPS = [
    "A*Z*B",
    "A*Z'*B",
    "conj(Z)*A",
    "inv(Z)",
    "Z'*Z",
    "re(Z)*A",
    "im(A*Z)",
    "Z.*A + Z.'",
    "kron(A, Z)",
    "diag(diag(Z))*Z",
    "abs(Z)",
    "expm(Z)",
    "Z.^3 + tr(Z)*A",
    "[Z, A; B, Z']",
]


@pytest.mark.parametrize("f", MAPS)
def test_the_adjoint(f: str) -> None:
    """<L(V), W> = <V, L*(W)> for a map that is linear over the real numbers."""
    operator = mc.differential(f, "Z", where=SQUARES)
    known = {"Z": entries(3, 3), "A": entries(3, 3, seed=1), "B": entries(3, 3, seed=2)}
    V = entries(3, 3, seed=3)
    image = evaluate(operator("V"), **known, V=V)
    W = entries(*image.shape, seed=4)
    if not operator.body.is_complex:
        W = W.real
    back = evaluate(operator.adjoint("W"), **known, W=W)
    assert abs(pairing(image, W) - pairing(V, back)) < 1e-9 * np.linalg.norm(W) * np.linalg.norm(V)


@pytest.mark.parametrize("f", ["A*Z*B", "inv(Z)", "Z.'*A", "Z.*A + Z*tr(Z)", "Z^3", "tr(A*Z)"])
def test_the_matrix_of_a_holomorphic_map(f: str) -> None:
    operator = mc.differential(f, "Z", where=SQUARES)
    known = {"Z": entries(2, 2), "A": entries(2, 2, seed=1), "B": entries(2, 2, seed=2)}
    V = entries(2, 2, seed=3)
    image = np.asarray(evaluate(operator("V"), **known, V=V)).ravel(order="F")
    matrix = np.atleast_2d(evaluate(operator.matrix, **known, n=2))
    np.testing.assert_allclose(matrix @ V.ravel(order="F"), image, atol=1e-10)


def test_the_matrix_by_a_real_variable() -> None:
    where = "A: complex_matrix(m,n), a: complex_vector(n), x: vector(n)"
    assert str(mc.jacobian("A*x", "x", where=where).value) == "A"
    row = mc.jacobian("a'*x", "x", where=where)
    a = entries(3)
    np.testing.assert_allclose(row.compile()(a=a, x=np.ones(3)), a.conj())


@pytest.mark.parametrize("f", ["A*Z*B", "inv(Z)", "Z.*A", "H*Z + Z*H", "U*Z", "Z*A + tr(Z)*H"])
def test_a_holomorphic_map_is_solved(f: str) -> None:
    operator = mc.differential(f, "Z", where=SQUARES)
    names = ("Z", "A", "B", "R")
    known = {name: entries(3, 3, seed=seed) for seed, name in enumerate(names)}
    known["H"] = known["A"] + known["A"].conj().T
    known["U"] = np.linalg.qr(known["B"])[0]
    V = evaluate(operator.solve("R"), **known, n=3)
    np.testing.assert_allclose(evaluate(operator("V"), **known, V=V, n=3), known["R"], atol=1e-9)


def test_self_adjoint_maps() -> None:
    for f, expected in (("H*Z", True), ("A*Z", False), ("re(Z)", True), ("Z*conj(A)", False)):
        assert mc.differential(f, "Z", where=SQUARES).is_self_adjoint is expected


def test_second_derivatives_as_forms() -> None:
    second = mc.nth_derivative("re(x'*H*x)", "x", order=2, where=VECTORS)
    form = real_part(minus(second("u", "v"), mc.parse("2*re(u'*H*v)", FORM)))
    found, reason = samples(Pair(form, form), 2, np.random.default_rng(0))
    assert found and all(abs(float(sample.right)) < 1e-12 for sample in found), reason


FORM = "u: complex_vector(n), v: complex_vector(n), H: hermitian(n)"
REFUSED: list[tuple[Any, str]] = [
    (lambda: mc.gradient("tr(Z)", "Z", where=SQUARES), "needs a real value"),
    (lambda: mc.hessian("tr(Z)^2", "Z", where=SQUARES), "needs a real value"),
    (lambda: mc.hessian("norm2(x)^4", "x", VECTORS).matrix, "linear over the real numbers only"),
    (lambda: mc.jacobian("conj(Z)", "Z", where=SQUARES), "linear over the real numbers only"),
    (lambda: mc.jacobian("norm2(Z)", "Z", where=SQUARES), "linear over the real numbers only"),
    (lambda: mc.jacobian("conj(z)", "z", where="z: complex_scalar"), "real numbers only"),
    (lambda: mc.differential("Z + Z'", "Z", SQUARES).solve("R"), "is singular at random points"),
    (lambda: mc.differential("re(Z)", "Z", SQUARES).inverse, "between real and complex values"),
    (lambda: mc.differential("A*Z", "Z", SQUARES).structure, "structure of a map over"),
    (lambda: mc.parse("relu(Z)", SQUARES), "relu is not available over the complex numbers"),
    (lambda: mc.parse("max(diag(Z))", SQUARES), "not available over the complex numbers"),
    (lambda: mc.gradient("norm2(Z)", "Z", SQUARES, space="toeplitz"), "toeplitz is real"),
    (lambda: mc.wirtinger("A*Z", "Z", SQUARES), "needs a scalar"),
    (lambda: mc.wirtinger("norm2(x)", "x", "x: vector(n)"), "x is real"),
]


@pytest.mark.parametrize(("ask", "message"), REFUSED)
def test_what_is_not_known_is_refused(ask: Any, message: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        ask()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Z'*A",
        "Z.'",
        "conj(Z)",
        "inv(Z)'",
        "inv(Z).'",
        "conj(det(Z))*U'",
        "-(A*Z - B)'",
        "(A + B').'",
    ],
)
def test_the_text_reads_back(text: str) -> None:
    node: Node = mc.parse(text, SQUARES)
    assert mc.parse(str(node), SQUARES) is node


def test_the_marks() -> None:
    Z = mc.parse("Z'", SQUARES)
    assert (str(Z), Z.unicode(), Z.latex()) == ("Z'", "Zᴴ", r"Z^{\mathsf{H}}")
    plain = mc.parse("Z.'*conj(A)", SQUARES)
    assert str(plain) == "Z.'*conj(A)"
    assert plain.unicode() == "Zᵀ conj(A)"
    assert plain.latex() == r"Z^{\top} \overline{A}"
    assert mc.parse("M'", "M: matrix(m,n)").unicode() == "Mᵀ"


def test_a_hessian_that_is_linear_over_the_complex_numbers() -> None:
    found = mc.hessian("x'*H*x", "x", where=VECTORS)
    assert str(found.value) == "2*H"
    assert str(found.form("u", "v")) == "2*re(u'*H*v)"


def test_unitary_matrices_are_used() -> None:
    assert str(mc.gradient("norm2(U*Z)^2", "Z", where=SQUARES).value) == "2*Z"
    assert mc.parse("inv(U)", SQUARES) is not mc.parse("U'", SQUARES)
    assert mc.equivalent("inv(U)", "U'", SQUARES).status == "proved"
