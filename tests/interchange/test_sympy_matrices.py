"""Expressions in SymPy and back: the same expressions, and the values that they have there."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import sympy
from sympy import (
    BlockMatrix,
    Derivative,
    Determinant,
    Function,
    MatrixSymbol,
    Max,
    Permanent,
    Piecewise,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    cos,
    exp,
    log,
    sqrt,
    symbols,
)

import matcalc as mc
from matcalc.language.problem import declared_outside
from tests.sympy_round_trip import agrees

m, n = symbols("m n", integer=True, positive=True)
i, j = symbols("i j", integer=True)
s = Symbol("s", real=True)
A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
Y = MatrixSymbol("Y", m, n)
x, y = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1)
SIZES = {"m": 2, "n": 3, "p": 2, "q": 2}

# Each text with what SymPy has for it; it comes back as the same node.
PAIRS = [
    ("x'*A*x", {"A": "square(n)"}, "Trace(x.T*A*x)"),
    ("s*x + y", {"s": "scalar"}, "s*x + y"),
    ("logdet(S) - 2*logdet(A)", {"S": "spd(n)", "A": "square(n)"}, ""),
    ("logdet(A*S)/3", {"S": "spd(n)", "A": "square(n)"}, ""),
    ("kron(A, B)*C", {"A": "matrix(m,n)", "B": "matrix(p,q)", "C": "matrix(n*q,2)"}, ""),
    ("[A, x; x', s]", {"A": "square(n)", "s": "scalar"}, ""),
    ("A[2:3,1:2]*A[i,:]'", {"A": "matrix(4,2)", "i": "index(4)"}, ""),
    ("A[i,2] + x[i]*basis(2,n)'*x", {"A": "square(n)", "i": "index(n)"}, ""),
    ("sum(i in 2..n, x[i]^i)*prod(j in 1..n, x[j])", {}, ""),
    ("sigmoid(A*x).*y + relu(x) + maximum(s, x)", {"A": "square(n)", "s": "scalar"}, ""),
    ("x./y + x.^s + diag(A)", {"A": "square(n)", "s": "scalar"}, ""),
    ("norm2(A*x - y)^3 + sum(A) + sqrt(s)", {"A": "square(n)", "s": "positive"}, ""),
    ("inv(A)*diag(x)*A^3 + ones(n,n) - 2*eye(n)", {"A": "invertible(n)"}, ""),
    ("Y*inv(sqrtm(Y'*Y))", {"Y": "matrix(m,n)"}, "Y*((Y.T*Y)**(1/2))**(-1)"),
    ("sqrtm(S)*inv(S)", {"S": "spd(n)"}, "S**(1/2)*S**(-1)"),
    ("A^k", {"A": "square(n)", "k": "integer"}, "A**k"),
    ("n*tr(A)/m + pi*exp(tanh(s))", {"A": "matrix(m,m)", "s": "scalar"}, ""),
    ("phi(x) + phi'(x)", {"phi": "elementwise"}, ""),
]


@pytest.mark.parametrize(("text", "kinds", "written"), PAIRS)
def test_an_expression_comes_back(text: str, kinds: dict[str, str], written: str) -> None:
    node = mc.parse(text, {**{"x": "vector(n)", "y": "vector(n)"}, **kinds})
    value = node.to_sympy()
    assert not written or str(value) == written
    known = {name: kind for name, kind in kinds.items() if kind != "elementwise" and name != "i"}
    known |= {"x": "vector(n)"}
    assert mc.from_sympy(value, known) is node
    if not any(part in text for part in ("phi", "A[i", "sqrtm")):  # SymPy's root takes minutes
        sizes = {**SIZES, "k": 2}
        assert agrees(node, value, sizes, random.Random(text)) == ""


def test_kinds_are_assumptions_where_sympy_has_them() -> None:
    node = mc.parse("s*t*k*x", "s: positive, t: scalar, k: integer, x: vector(n)")
    found = {one.name: one for one in node.to_sympy().atoms(Symbol)}
    assert found["s"].is_positive and found["t"].is_real and found["k"].is_integer
    assert found["n"].is_integer and found["n"].is_positive
    assert mc.from_sympy(node.to_sympy()) is node


def test_a_matrix_is_explicit_at_sizes() -> None:
    found = mc.parse("A*x + y", "A: matrix(m,n)").to_sympy(m=2, n=1)
    a, (c, z) = MatrixSymbol("A", 2, 1), (MatrixSymbol("y", 2, 1), symbols("x", real=True))
    assert found == sympy.Matrix([a[0, 0] * z + c[0, 0], a[1, 0] * z + c[1, 0]])
    inverse = mc.parse("inv(A)", "A: invertible(n)").to_sympy(n=2)
    E = MatrixSymbol("A", 2, 2).as_explicit()
    assert (inverse * E).applyfunc(sympy.simplify) == sympy.eye(2)
    for sizes in ({"m": 2}, {"m": 2, "n": 2, "k": 1}):
        with pytest.raises(mc.UnknownName, match=r"its sizes are m=\.\.\., n=\.\.\."):
            mc.parse("A*x", "A: matrix(m,n)").to_sympy(**sizes)


def test_what_is_one_by_one_is_a_scalar() -> None:
    quadratic = mc.parse("x'*A*x", "A: square(n)")
    assert mc.from_sympy(x.T * A * x) is quadratic
    assert mc.from_sympy(Trace(x.T * A * x)) is quadratic
    entry = mc.from_sympy((x.T * A * x)[0, 0])
    value = entry.to_sympy()
    assert mc.equivalent(entry, quadratic).status == "proved"
    assert agrees(entry, value, SIZES, random.Random(1)) == ""


def test_sums_count_from_one() -> None:
    sums = Sum(x[i, 0] ** 2, (i, 0, n - 1)) * Sum(x[i, 0], (i, 1, n - 1)) / Sum(i, (i, 2, 5))
    found = mc.from_sympy(sums)
    assert found == mc.parse(
        "sum(i in 1..n, x[i]^2)*sum(i in 1..n-1, x[i+1])/sum(i in 2..5, i)", "x: vector(n)"
    )
    nested = mc.from_sympy(
        Sum(Sum(A[i, j], (j, 0, i)) * Sum(x[j, 0], (j, 0, n - 1)), (i, 0, n - 1))
    )
    assert str(mc.from_sympy(Sum(abs(i) * x[i + 2, 0], (i, -2, n - 3)))) == (
        "sum(i in 1..n, abs(i - 3)*x[i])"
    )
    value = mc.evaluate(nested, A=[[1, 2], [3, 4]], x=[5, 7])
    assert value == 8 * 12


def test_functions_of_entries_in_sympy_s_words() -> None:
    assert str(mc.from_sympy(x.applyfunc(lambda z: z * exp(-z) + s))) == "exp(-x).*x + s"
    of_three = mc.from_sympy(Max(s, 0, x[0, 0]))
    assert [mc.evaluate(of_three, s=s, x=[t, 9]) for s, t in ((-1, -2), (3, 1), (3, 4))] == [
        0,
        3,
        4,
    ]
    assert str(mc.from_sympy(exp(A))) == "expm(A)"
    assert str(mc.from_sympy(sympy.Matrix([[s, 1], [x[0, 0], cos(s)]]))) == "[s, 1; x[1], cos(s)]"


def test_declarations_say_what_sympy_cannot() -> None:
    found = mc.from_sympy(log(Determinant(A)), "A: spd(n)")
    assert found is mc.parse("logdet(A)", "A: spd(n)")
    with pytest.raises(mc.ShapeError, match="`A` is declared 3 x 3, and in SymPy it is n x n"):
        mc.from_sympy(Trace(A), "A: spd(3)")


def test_complex_matrices_are_conjugated() -> None:
    node = mc.parse("norm2(Z)*re(tr(Z'*C))", "Z: complex_matrix(m,n), C: complex_matrix(m,n)")
    value = node.to_sympy()
    assert str(value) == "re(Trace(Adjoint(C)*Z))*sqrt(Trace(Adjoint(Z)*Z))"
    assert mc.from_sympy(value, "Z, C: complex_matrix(m,n)") is node
    for known in ({"complex": True}, {"imaginary": True}, {"real": False}):
        assert mc.from_sympy(sympy.conjugate(Symbol("z", **known))).is_complex


DERIVATIVES = [
    (Derivative(log(Determinant(A)), A), "inv(A)'"),
    (Derivative(Trace(A) + Trace(A * A), A), "2*A' + eye(n)"),
    (Derivative(Y * x, x), "Y'"),  # the layout of SymPy: entry (i, j) is d f_j/d x_i
    (Derivative(x.T * A, x), "A"),
    (Derivative(x.T * A * x, (x, 2)), "A + A'"),
    (Derivative((A + s * B) ** -1, s), "-inv(s*B + A)*B*inv(s*B + A)"),
    (Derivative(sqrt(x.T * x), x), "x/norm2(x)"),
    (Derivative(Function("f")(Trace(A * B)), A), "f'(tr(A*B))*B'"),
]


@pytest.mark.parametrize(("value", "expected"), DERIVATIVES)
def test_derivatives_are_worked_out(value: sympy.Basic, expected: str) -> None:
    assert str(mc.from_sympy(value)) == expected


def test_the_layout_is_that_of_sympy() -> None:
    """Where SymPy has the derivative of a vector, its is the same."""
    for value in (Y * x, x.T * A, A * B * x):
        assert mc.from_sympy(value.diff(x)) is mc.from_sympy(Derivative(value, x))


REFUSED = [
    (Permanent(A), "`Permanent` of SymPy's has no counterpart"),
    (Piecewise((s, s > 0), (0, True)), "`Piecewise` of SymPy's"),
    (cos(A), "`cos` of SymPy's"),
    (Derivative(A * B, A), "is no matrix"),
    (Symbol("x y"), "is not a name"),
    (Symbol("s") + s, "two symbols of SymPy's are called `s`"),
    (BlockMatrix([[A, ZeroMatrix(n, 1)]])[:, ::2], "`MatrixSlice` of SymPy's"),
    (Function("f")(A), "`f` of SymPy's"),
    (sympy.sec(A), "`sec` of SymPy's"),
    (Sum(x[i, 0], (i, 3, 1)), "`Sum` of SymPy's"),
    (Symbol("C", commutative=False) * s, "`C` of SymPy's does not commute"),
    (sympy.zeros(0, 2), "`ImmutableDenseMatrix` of SymPy's"),
    (sympy.oo * s, "`Infinity` of SymPy's"),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
def test_what_has_no_counterpart_is_named(value: sympy.Basic, message: str) -> None:
    with pytest.raises(mc.MatcalcError, match=message):
        mc.from_sympy(value)


@pytest.mark.parametrize("text", ["vec(A)", "max(x)", "chol(S)", "sum(i in 1..n, x[i]*A)"])
def test_what_sympy_does_not_have_is_named(text: str) -> None:
    node = mc.parse(text, "A: matrix(m,n), x: vector(n), S: spd(n)")
    with pytest.raises(mc.NoRule, match="SymPy's matrix expressions have no counterpart"):
        node.to_sympy()


def test_no_text_is_an_expression_of_sympy_s() -> None:
    with pytest.raises(mc.MatcalcError, match="an expression of SymPy's is expected"):
        mc.from_sympy("x.T*x")
    assert declared_outside(None) == {}


def test_sympy_waits_until_it_is_asked() -> None:
    asked = "g = mc.gradient('sum(tanh(A*x))', 'x'); print(g, g.latex(), g.text(), mc.from_sympy)"
    code = f"import sys, matcalc as mc; {asked}; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
