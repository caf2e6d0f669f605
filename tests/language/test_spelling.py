"""What is a name, wherever one is given: declared, defined, bound, a size, or just used."""

from __future__ import annotations

import re

import numpy as np
import pytest

import matcalc as mc
from matcalc.language.reader import grammar_directory
from matcalc.language.spelling import NAME

NO_NAMES = [
    "x²",
    "Aᵀ",
    "x⁻",
    "xⁿ",
    "x٣",
    "xᵢ",
    "\N{MATHEMATICAL BOLD SMALL X}",
    "\N{FULLWIDTH LATIN CAPITAL LETTER A}",
    "ﬁ",
    "中",
    "_x",
    "L__",
    "G__",
    "cotangent__",
]


@pytest.mark.parametrize("name", [*NO_NAMES, "where", "in"])
@pytest.mark.parametrize("kind", ["vector(n)", "scalar"])
def test_what_is_no_name_cannot_be_declared(name: str, kind: str) -> None:
    for ask in (
        lambda: mc.symbols(f"{name}: {kind}"),
        lambda: mc.parse("sum(y)", {name: kind}),
        lambda: mc.parse(f"sum(y) where y: vector(m), {name}: {kind}"),
    ):
        with pytest.raises(mc.SyntaxProblem) as caught:
            ask()
        assert name[:1] in str(caught.value)


@pytest.mark.parametrize("name", ["R²", "Rᵀ", "R__"])
@pytest.mark.parametrize(
    "text",
    ["{0} = X; tr({0})", "def {0}(t) = t; sum(X)", "def f({0}) = 2; f(tr(X))"],
)
def test_nor_defined(name: str, text: str) -> None:
    with pytest.raises(mc.SyntaxProblem, match=name):
        mc.parse(text.format(name), "X: square(n)")


@pytest.mark.parametrize(
    "text", ["sum(x__)", "sum(i__ in 1..n, x[i__])", "x[n__]", "sum(T__ .* x)"]
)
def test_nor_used(text: str) -> None:
    with pytest.raises(mc.SyntaxProblem, match="two underscores"):
        mc.parse(text, "x: vector(n)")


@pytest.mark.parametrize("size", ["n__", "nᵀ", "n٣"])
def test_nor_stand_for_a_size(size: str) -> None:
    with pytest.raises(mc.SyntaxProblem):
        mc.symbols(f"x: vector({size})")


def test_a_superscript_of_a_size_is_its_power() -> None:
    (x,) = mc.symbols("x: vector(n²)")
    assert x is mc.symbols("x: vector(n^2)")[0]


@pytest.mark.parametrize(
    "name", ["x₁", "x_1", "x_", "x__y", "Ω", "\N{SCRIPT SMALL L}", "é", "lambda", "if", "span"]
)
def test_a_name_is_read_printed_and_compiled(name: str) -> None:
    where = f"{name}: vector(n)"
    answer = mc.gradient(f"norm2({name})^2", name, where)
    assert mc.parse(str(answer.value), where) is answer.value
    np.testing.assert_allclose(answer.compile()(**{name: np.arange(3.0)}), [0.0, 2.0, 4.0])


def test_two_names_that_python_reads_alike_are_kept_apart() -> None:
    answer = mc.gradient("x₁'*x1", "x₁", "x₁: vector(n), x1: vector(n)")
    given = {"x₁": np.zeros(2), "x1": np.array([3.0, 5.0])}
    np.testing.assert_allclose(answer.compile()(**given), [3.0, 5.0])


def test_the_grammar_has_the_same_names() -> None:
    text = (grammar_directory() / "expression.lark").read_text(encoding="utf-8")
    (terminal,) = re.findall(r"^NAME: /(.*)/$", text, re.MULTILINE)
    letters = [chr(code) for code in range(0x3000)]
    for pattern in ("{}", "A{}"):
        mine = [c for c in letters if re.fullmatch(NAME, pattern.format(c))]
        assert mine == [c for c in letters if re.fullmatch(terminal, pattern.format(c))]
