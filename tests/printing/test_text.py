"""What a person would type."""

from __future__ import annotations

import pytest

from matcalc.expressions.constructors import multiply, plus, symbol
from matcalc.expressions.dimensions import SCALAR, shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.printing.text import describe, to_text
from tests.printing.samples import SAMPLES, A, entrywise, x

EXPECTED = {
    "content": "2*(A + A')",
    "half content": "(A + A')/2",
    "three halves": "3*(A + A')/2",
    "no content": "2*A + 4*B",
    "negative sum": "-(A + B)",
    "difference": "A - B",
    "negative product": "-A'*B",
    "constant": "a - 3",
    "centred": "x - total(x)/n",
    "one minus": "1 - f(X).^2",
    "ones": "a*ones(n)",
    "sum of ones": "a*ones(n) + b*ones(n)",
    "two scalars added": "x + a + b",
    "minus identity": "A - eye(n)",
    "scaled identity": "a*eye(n)",
    "identity": "eye(2*n)",
    "zero": "zeros(n, n)",
    "row of ones": "ones(1, n)",
    "matrix of ones": "ones(m, n)",
    "number": "-3/2",
    "over scalar": "A/size(A, p)",
    "chain over scalar": "A*x/sqrt(x'*x)",
    "over product": "x/(2*sqrt(x'*x))",
    "three halves times": "3*x/2",
    "reciprocal": "1/(a*b)",
    "reciprocal square": "1/(a + b)^2",
    "cofactor": "-inv(X)'/a",
    "scalar chain times": "2*(x'*A*x)*x",
    "scalar chain": "2*x'*A*x",
    "two scalar chains": "(y'*y)*(x'*A*x)",
    "quotient of chains": "x'*A*x/(x'*x)",
    "sum times": "(a + b)*A",
    "outer product": "x*y'",
    "cube": "X^3",
    "inverse squared": "inv(X)^2",
    "transpose squared": "A*X'^2*B",
    "sum squared": "(A + B)^2",
    "inverse of sum": "inv(A + B)",
    "transpose of call": "F(A*B)'",
    "symbolic power": "X^k",
    "square": "a^2",
    "root": "sqrt(a)",
    "one over root": "1/sqrt(a)",
    "power minus one": "a^(p - 1)",
    "power of fraction": "(1/2)^p",
    "two times power": "2*3^p",
    "entry square": "X.^2",
    "entry root": "sqrt(X)",
    "entry reciprocal": "1./X",
    "two over entries": "2./X",
    "entry quotient": "A./X",
    "long entry quotient": "A.*B./X.^2",
    "reciprocal of entry product": "1./(A.*B)",
    "scaled entry product": "2*A.*B",
    "entry product of chain": "X.*(x*y')",
    "chain of entry product": "(A.*B)*X",
    "entry": "x[i]",
    "entry of": "X[i, j]",
    "entry of indexed name": "W2[i, j]",
    "row": "(A*B)[i, :]",
    "column": "X[:, j]",
    "slice": "X[:, 2:k]",
    "segment": "x[1:k]",
    "blocks": "[A, B; X, A]",
    "sum over index": "sum(i in 1..n, x[i])",
    "twice sum over index": "2*sum(i in 1..n, x[i])",
    "product over index": "prod(i in 1..n, x[i])",
    "function of yours": "phi'(x)",
    "tangent": "A'*dX*inv(X)",
    "names": "alpha*eps*W2",
    "unevaluated": "d(A*X)",
    "raw call": "g(A'*dX)",
    "raw single term": "2*A",
    "raw single factor": "A",
    "raw nested sum": "-(A - B) + X",
    "raw nested product": "A*(B*X)",
    "raw signs": "2*(-3*A)",
    "raw negative sum": "-(A + B)",
    "raw number": "2*A",
}


def test_every_sample_has_an_expected_form() -> None:
    assert EXPECTED.keys() == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_construct(name: str) -> None:
    assert to_text(SAMPLES[name]) == EXPECTED[name]


def test_a_thousand_layers_print_without_recursion() -> None:
    deep: Node = x
    for _ in range(1000):
        deep = entrywise("f", plus(multiply(A, deep), x))
    assert to_text(deep).startswith("f(A*f(A*f(")
    assert to_text(deep).endswith("f(A*x + x)" + " + x)" * 999)


@pytest.mark.parametrize(
    ("made", "declaration"),
    [
        (symbol("X", shape("n", "p")), "X: matrix(n, p)"),
        (symbol("x", shape("n")), "x: vector(n)"),
        (symbol("X", shape("n", "n")), "X: square(n)"),
        (symbol("t", SCALAR, "positive"), "t: positive"),
    ],
)
def test_describe(made: Symbol, declaration: str) -> None:
    assert describe(made) == declaration
