"""Widths beside those that TeX measures, and where formulas are broken."""

from __future__ import annotations

import pytest

from matcalc.printing.breaking import broken, wrapped
from matcalc.printing.width import width

MEASURED = {  # in points, by pdfTeX with \setbox\hbox{$\displaystyle ...$}\the\wd
    r"= \mathrm{d}t\,c^{\top} A \operatorname{expm}\left(t A\right) x": 93.2,
    r"= \left(A\,\mathrm{d}X\,B + B\,\mathrm{d}X\,A\right)^{\top}": 104.4,
    r"= 2\,\mathrm{d}s\,s \operatorname{tr}\left(X\right)": 61.8,
    r"\quad - \frac{\left(y - r W y - X b\right)^{\top}\left(y - r W y - X b\right)}{2 v}": 172.1,
    r"\boxed{\nabla f = \cos\left(X\right) \odot \left(A^{\top} a b^{\top} B^{\top}\right)}": 133.1,
    r"= \mathrm{d}\!\left(\operatorname{tr}\left(A X^{k}\right)\right)": 65.4,
}


@pytest.mark.parametrize("formula", MEASURED)
def test_widths_are_about_those_of_tex(formula: str) -> None:
    assert 0.9 * MEASURED[formula] < width(formula) < 1.25 * MEASURED[formula]


@pytest.mark.parametrize(
    ("formula", "room", "lines"),
    [
        ("A + B", 100, ["A + B"]),
        ("A X - B + C Y", 50, ["A X - B", "+ C Y"]),
        (r"\operatorname{tr}\left(A + B\right)", 45,
         [r"\operatorname{tr}\left(A\right.", r"\left.{} + B\right)"]),
        (r"\left\langle A + B, C\right\rangle", 45,
         [r"\left\langle A + B,\right.", r"\left.{} C\right\rangle"]),
        (r"\left(A X\right)\left(B Y\right)", 40,
         [r"\left(A X\right)", r"{}\cdot\left(B Y\right)"]),
        (r"\frac{A X + B Y + C Z}{n}", 75,
         [r"\frac{1}{n}", r"\cdot \left(A X + B Y\right.", r"\left.{} + C Z\right)"]),
        (r"2 R,\quad R = A X - B", 70, ["2 R,", "R = A X - B"]),
        (r"v\text{ solves }A^{\top} v = c", 30, [r"v\text{ solves }A^{\top} v = c"]),
        (r"\sum_{i=1}^{n} \operatorname{f}\left(x_{i}\right)", 30,
         [r"\sum_{i=1}^{n} \operatorname{f}\left(x_{i}\right)"]),
    ],
)  # fmt: skip
def test_formulas_are_broken_where_a_person_would(
    formula: str, room: float, lines: list[str]
) -> None:
    assert broken(formula, room) == lines


def test_words_are_wrapped_and_their_formulas_kept() -> None:
    assert wrapped("the trace is cyclic: $A B + C$; yes", 90) == [
        "the trace is cyclic:",
        "$A B + C$; yes",
    ]
