"""The styles of papers, and whole documents."""

from __future__ import annotations

from itertools import product

import pytest

import matcalc as mc
from matcalc.language.problem import parse_latex
from matcalc.rulebook import book
from tests.printing.katex import complaints

WHERE = "A: matrix(m, n), x: vector(n), b: vector(m)"
STYLES = (
    "", "transpose=T", r"transpose=\mathsf{T}", r"transpose=\prime", "differential=d",
    "gradient=partial", "bold", "layout", "transpose=T, differential=d, gradient=partial, bold",
)  # fmt: skip
ASKED = (
    mc.gradient("R = A*x - b; norm2(R)^2 + mu*tr(inv(A*A'))", ["x", "A"]),
    mc.jacobian("softmax(A*x)", "x"),
    mc.hessian("logdet(X)", "X", "X: spd(n)", space="symmetric"),
)


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("", r"2 A^{\top}\left(A x - b\right)"),
        ("transpose=T", r"2 A^{T}\left(A x - b\right)"),
        (
            "bold",
            r"2 \boldsymbol{A}^{\top}\left(\boldsymbol{A} \boldsymbol{x} - \boldsymbol{b}\right)",
        ),
    ],
)
def test_a_formula_in_the_style_of_a_paper(style: str, written: str) -> None:
    found = mc.gradient("norm2(A*x - b)^2", "x", WHERE)
    assert found.formula_latex(style) == found.value.latex(style) == written


def test_signs_of_a_derivation_take_their_form() -> None:
    found = mc.gradient("x'*A*x", "x")
    text = found.latex(mc.Typesetting(transpose="T", differential="d", gradient="partial"))
    assert r"df &= d\!\left(x^{T} A x\right)" in text and r"\mathrm{d}" not in text
    assert r"\boxed{\frac{\partial f}{\partial x} = \left(A + A^{T}\right) x}" in text
    both = mc.gradient("x'*A*y", ["x", "y"])
    assert r"\boxed{\nabla_{y} f = A^{\top} x}" in both.latex()
    assert r"\boxed{\frac{\partial f}{\partial \boldsymbol{y}} =" in both.latex(
        "bold, gradient=partial"
    )
    assert "denominator layout" in found.latex("layout") and "layout" not in found.latex()


def test_a_sign_that_is_a_name_of_the_problem_is_not_used() -> None:
    found = mc.gradient("d*x'*T*x", "x", "T: square(n), d: scalar")
    assert found.latex("transpose=T, differential=d") == found.latex()


def test_every_style_and_its_document_compile() -> None:
    texts = []
    for answer, style in product(ASKED, STYLES):
        head, body = answer.latex(style, document=True).split(r"\begin{document}")
        macros = [line for line in head.splitlines() if line.startswith(r"\newcommand")]
        block = body[body.index(r"\begin{align*}") : body.index(r"\end{document}")]
        assert len(macros) == 4 and r"\top" not in block and r"\mathrm{d}" not in block
        texts += [answer.latex(style), "".join([*macros, block])]
    assert complaints(text.replace("align*", "aligned") for text in texts) == []


def test_what_is_written_in_macros_is_read_with_its_preamble() -> None:
    style = mc.Typesetting(transpose=r"\mathsf{T}", bold=True)
    known = {one.name: one for one in mc.symbols(WHERE)}
    text = r"2 \matr{A}^{\transpose}\left(\matr{A} \matr{x} - \matr{b}\right)"
    found = parse_latex(f"{style.preamble}\n{text}", None, book, symbols=known).expression
    assert found == mc.gradient("norm2(A*x - b)^2", "x", WHERE).value


def test_names_come_back_as_the_person_wrote_them() -> None:
    found = mc.gradient(r"\|y - X\hat\beta\|^2", "beta_hat")
    assert r"\boxed{\nabla f = -2 X^{\top}\left(y - X \hat{\beta}\right)}" in found.latex()
    assert r"\hat{\boldsymbol{\beta}}" in found.latex("bold")


@pytest.mark.parametrize("style", ["blod", "bold=yes", "transpose", "gradient=grad"])
def test_a_style_that_is_none_is_told(style: str) -> None:
    with pytest.raises(mc.SyntaxProblem, match=r"style|gradient"):
        mc.parse("x'*x").latex(style)
    with pytest.raises(mc.MatcalcError, match="Typesetting"):
        mc.parse("x'*x").latex(3)
