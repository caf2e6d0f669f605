"""Conjugates are pushed to the variables; what is real stays as it is."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from matcalc.expressions.constructors import (
    IMAGINARY_UNIT,
    UNIT,
    conjugate,
    dagger,
    divide,
    imaginary_part,
    is_real,
    multiply,
    negate,
    number,
    plus,
    power,
    real_part,
    trace,
    transpose,
)
from matcalc.expressions.nodes import Node
from matcalc.language.declarations import parse_declarations
from matcalc.language.problem import parse_expression
from matcalc.rulebook import book
from tests.oracle import evaluate

WHERE = (
    "Z: complex_matrix(n,n), A: complex_matrix(n,n), H: hermitian(n), U: unitary(n), "
    "M: matrix(n,n), x: complex_vector(n), y: complex_vector(n), z: complex_scalar, t: scalar"
)
SYMBOLS = parse_declarations(WHERE)


def read(text: str) -> Node:
    return parse_expression(text, SYMBOLS, book)


def values(seed: int = 0, size: int = 3) -> dict[str, object]:
    random = np.random.default_rng(seed)

    def entries(*axes: int) -> np.ndarray:
        return random.standard_normal(axes) + 1j * random.standard_normal(axes)

    square = entries(size, size)
    return {
        "Z": entries(size, size),
        "A": entries(size, size),
        "H": square + square.conj().T,
        "U": np.linalg.qr(entries(size, size))[0],
        "M": random.standard_normal((size, size)),
        "x": entries(size),
        "y": entries(size),
        "z": complex(entries()),
        "t": float(random.standard_normal()),
    }


EXPRESSIONS = (
    "Z*A + 2*M",
    "x'*Z*y",
    "tr(A*Z')*inv(Z)",
    "(Z.*A).^2 - Z'",
    "det(Z)*x + t*conj(y)",
    "diag(x)*Z.'",
    "expm(Z/4)",
    "imaginary_unit*z*x",
    "re(Z)*x + abs(y)",
    "H*U",
    "kron(Z, A)",
    "norm2(x)^3",
    "sum(i in 1..n, x[i]*Z[i,:])",
    "sqrt(z)*exp(Z)",
)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_parts_have_the_values_of_the_parts(text: str) -> None:
    node, known = read(text), values()
    direct = np.asarray(evaluate(node, **known))
    for made, expected in (
        (conjugate(node), direct.conj()),
        (real_part(node), direct.real),
        (imaginary_part(node), direct.imag),
        (dagger(node), direct.conj().T),
    ):
        np.testing.assert_allclose(evaluate(made, **known, n=3), expected, atol=1e-10)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_twice_conjugated_is_the_same_node(text: str) -> None:
    node = read(text)
    assert conjugate(conjugate(node)) is node
    assert dagger(dagger(node)) is node


@pytest.mark.parametrize("text", ["x'*H*x", "tr(Z'*Z)", "tr(Z*A*A'*Z')", "z*conj(z)", "x'*x + t"])
def test_what_is_its_own_conjugate_is_real(text: str) -> None:
    assert is_real(read(text))
    assert imaginary_part(read(text)) is number(0)


def test_what_is_real_stays() -> None:
    M, t = read("M"), read("t")
    assert conjugate(M) is M
    assert dagger(M) is transpose(M)
    assert real_part(multiply(t, M)) is multiply(t, M)
    for text in ("abs(Z)", "re(Z)", "norm2(Z)", "logdet(Z)"):
        assert not read(text).is_complex


def test_hermitian_matrices() -> None:
    H = read("H")
    assert dagger(H) is H
    assert transpose(H) is conjugate(H)
    assert dagger(read("inv(H + Z'*Z)")) is read("inv(H + Z'*Z)")


def test_the_imaginary_unit() -> None:
    i, z = IMAGINARY_UNIT, read("z")
    assert multiply(i, i) is number(-1)
    assert [power(i, number(k)) for k in (3, 4, -1)] == [negate(i), UNIT, negate(i)]
    assert divide(z, i) is negate(multiply(i, z))
    assert real_part(multiply(i, z)) is negate(imaginary_part(z))
    assert imaginary_part(multiply(i, z)) is real_part(z)
    assert plus(z, conjugate(z)) is not z


def test_the_form_that_reads_well_is_kept() -> None:
    assert str(read("y'*Z'*x")) == "y'*Z'*x"
    assert str(read("transpose(x)*conj(y)")) == "y'*x"
    assert str(trace(read("conj(Z)*transpose(A)"))) == "tr(Z'*A)"
    assert str(read("re(conj(z)*x'*y)")) == "re(z*y'*x)"


def test_a_deep_composition_has_a_conjugate() -> None:
    node = read("Z")
    for _ in range(3 * sys.getrecursionlimit()):
        node = book.apply("exp", [plus(node, read("A"))])
    assert conjugate(conjugate(node)) is node
