"""LaTeX for a paper."""

from __future__ import annotations

import pytest

from matcalc import parse
from matcalc.expressions.constructors import number, power, symbol
from matcalc.expressions.dimensions import SCALAR, shape
from matcalc.expressions.nodes import Apply
from matcalc.printing.latex import to_latex
from tests.printing.samples import SAMPLES

EXPECTED = {
    "content": r"2\left(A + A^{\top}\right)",
    "half content": r"\frac{1}{2}\left(A + A^{\top}\right)",
    "three halves": r"\frac{3}{2}\left(A + A^{\top}\right)",
    "no content": "2 A + 4 B",
    "negative sum": r"-\left(A + B\right)",
    "difference": "A - B",
    "negative product": r"-A^{\top} B",
    "constant": "a - 3",
    "centred": r"x - \frac{\operatorname{total}\left(x\right)}{n}\,\mathbf{1}",
    "one minus": r"\mathbf{1}\mathbf{1}^{\top} - \operatorname{f}\left(X\right)^{\circ 2}",
    "ones": r"a\,\mathbf{1}",
    "sum of ones": r"a\,\mathbf{1} + b\,\mathbf{1}",
    "two scalars added": r"a\,\mathbf{1} + b\,\mathbf{1} + x",
    "minus identity": "A - I_{n}",
    "scaled identity": "a I_{n}",
    "identity": "I_{2 n}",
    "zero": "0",
    "row of ones": r"\mathbf{1}^{\top}",
    "matrix of ones": r"\mathbf{1}\mathbf{1}^{\top}",
    "number": r"-\frac{3}{2}",
    "over scalar": r"\frac{A}{\operatorname{size}\left(A, p\right)}",
    "chain over scalar": r"\frac{A x}{\sqrt{x^{\top} x}}",
    "over product": r"\frac{x}{2 \sqrt{x^{\top} x}}",
    "three halves times": r"\frac{3}{2} x",
    "reciprocal": r"\frac{1}{a b}",
    "reciprocal square": r"\frac{1}{\left(a + b\right)^{2}}",
    "cofactor": r"-\frac{X^{-\top}}{a}",
    "scalar chain times": r"2\left(x^{\top} A x\right) x",
    "scalar chain": r"2 x^{\top} A x",
    "two scalar chains": r"\left(y^{\top} y\right)\left(x^{\top} A x\right)",
    "quotient of chains": r"\frac{x^{\top} A x}{x^{\top} x}",
    "sum times": r"\left(a + b\right) A",
    "outer product": r"x y^{\top}",
    "cube": "X^{3}",
    "inverse squared": "X^{-2}",
    "transpose squared": r"A\left(X^{\top}\right)^{2} B",
    "sum squared": r"\left(A + B\right)^{2}",
    "inverse of sum": r"\left(A + B\right)^{-1}",
    "transpose of call": r"\operatorname{F}\left(A B\right)^{\top}",
    "symbolic power": "X^{k}",
    "square": "a^{2}",
    "root": r"\sqrt{a}",
    "one over root": r"\frac{1}{\sqrt{a}}",
    "power minus one": "a^{p - 1}",
    "power of fraction": r"\left(\frac{1}{2}\right)^{p}",
    "two times power": r"2 \cdot 3^{p}",
    "entry square": r"X^{\circ 2}",
    "entry root": r"X^{\circ 1/2}",
    "entry reciprocal": r"X^{\circ -1}",
    "two over entries": r"2 X^{\circ -1}",
    "entry quotient": r"A \oslash X",
    "long entry quotient": r"A \odot B \oslash X^{\circ 2}",
    "reciprocal of entry product": r"A^{\circ -1} \odot B^{\circ -1}",
    "scaled entry product": r"2 A \odot B",
    "entry product of chain": r"X \odot \left(x y^{\top}\right)",
    "chain of entry product": r"\left(A \odot B\right) X",
    "entry": "x_{i}",
    "entry of": "X_{i,j}",
    "entry of indexed name": r"\left[W_{2}\right]_{i,j}",
    "row": r"\left[A B\right]_{i,:}",
    "column": "X_{:,j}",
    "slice": "X_{:,2:k}",
    "segment": "x_{1:k}",
    "blocks": r"\begin{bmatrix} A & B \\ X & A \end{bmatrix}",
    "sum over index": r"\sum_{i=1}^{n} x_{i}",
    "twice sum over index": r"2 \sum_{i=1}^{n} x_{i}",
    "product over index": r"\prod_{i=1}^{n} x_{i}",
    "function of yours": r"\phi'\left(x\right)",
    "tangent": r"A^{\top}\,\mathrm{d}X\,X^{-1}",
    "names": r"\alpha\,\mathit{eps}\,W_{2}",
    "unevaluated": r"\mathrm{d}\!\left(A X\right)",
    "raw call": r"\operatorname{g}\left(A^{\top}\,\mathrm{d}X\right)",
    "raw single term": "2 A",
    "raw single factor": "A",
    "raw nested sum": r"-\left(A - B\right) + X",
    "raw nested product": r"A\left(B X\right)",
    "raw signs": r"2\left(-3 A\right)",
    "raw negative sum": r"-\left(A + B\right)",
    "raw number": "2 A",
}


def test_every_sample_has_an_expected_form() -> None:
    assert EXPECTED.keys() == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_construct(name: str) -> None:
    assert to_latex(SAMPLES[name]) == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lambda", r"\lambda"),
        ("λ", r"\lambda"),
        ("Omega", r"\Omega"),
        ("Alpha", r"\mathit{Alpha}"),
        ("x1", "x_{1}"),
        ("sigma_12", r"\sigma_{12}"),
        ("x_max", r"x_{\mathit{max}}"),
        ("x_hat", r"\hat{x}"),
        ("Sigma_tilde", r"\tilde{\Sigma}"),
        ("rate", r"\mathit{rate}"),
        ("a_b_c", r"a_{\mathit{b\_c}}"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert to_latex(symbol(name, SCALAR)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[A, B; zeros(n,2*n)]", r"\begin{bmatrix} A & B \\ 0 & 0 \end{bmatrix}"),
        ("[A, B; C]", r"\begin{bmatrix} \begin{bmatrix} A & B \end{bmatrix} \\ C \end{bmatrix}"),
        ("frechet(expm, A, B)", r"\operatorname{expm}'\left(A\right)\left[B\right]"),
        ("logsigmoid(x).^2", r"\left(\log\sigma\left(x\right)\right)^{\circ 2}"),
        ("log1p(A*x)", r"\log\left(1 + A x\right)"),
    ],
)
def test_marks_do_not_clash(text: str, expected: str) -> None:
    where = "A: square(n), B: square(n), C: matrix(n,2*n), x: vector(n)"
    assert to_latex(parse(text, where)) == expected


def test_an_entry_of_a_primed_name_can_be_raised() -> None:
    entry = Apply("entry", (symbol("x'", shape("n")), number(2)), SCALAR, frozenset())
    assert to_latex(power(entry, number(2))) == r"\left[x'\right]_{2}^{2}"
