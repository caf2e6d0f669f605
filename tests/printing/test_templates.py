"""Templates of the rule book: which holes are bracketed, and how the result binds."""

from __future__ import annotations

import pytest

from matcalc.printing.latex import LatexStyle
from matcalc.printing.style import Level, Piece
from matcalc.printing.templates import filled, holes
from matcalc.printing.unicode import UnicodeStyle

ATOM, RAISED = Piece("A"), Piece("Aᵀ", Level.POSTFIX)
PRODUCT, NEGATIVE = Piece("A B", Level.PRODUCT), Piece("A", negative=True)


@pytest.mark.parametrize(
    ("template", "argument", "text", "level"),
    [
        ("tr($(X))", PRODUCT, "tr(A B)", Level.ATOM),
        ("tr($X)", PRODUCT, "tr(A B)", Level.ATOM),
        ("tr($X)", NEGATIVE, "tr(−A)", Level.ATOM),
        ("det $X", ATOM, "det A", Level.PRODUCT),
        ("det $X", RAISED, "det Aᵀ", Level.PRODUCT),
        ("det $X", PRODUCT, "det (A B)", Level.PRODUCT),
        ("$X⁺", RAISED, "(Aᵀ)⁺", Level.POSTFIX),
        ("$X⁻¹", PRODUCT, "(A B)⁻¹", Level.POSTFIX),
        ("‖$X‖₂", PRODUCT, "‖A B‖₂", Level.ATOM),
        ("‖$X‖²", PRODUCT, "‖A B‖²", Level.POSTFIX),
        ("log|det $X|", PRODUCT, "log|det (A B)|", Level.FRACTION),
        ("logm($(X))", PRODUCT, "logm(A B)", Level.ATOM),
        ("log σ($(X))", ATOM, "log σ(A)", Level.FRACTION),
        ("log(1 + $X)", PRODUCT, "log(1 + A B)", Level.ATOM),
        ("log(1 + $X)", NEGATIVE, "log(1 + (−A))", Level.ATOM),
        ("$X ⊗ $X", PRODUCT, "(A B) ⊗ (A B)", Level.PRODUCT),
        ("π", ATOM, "π", Level.ATOM),
    ],
)
def test_unicode_template(template: str, argument: Piece, text: str, level: Level) -> None:
    assert filled(template, {"X": argument}, UnicodeStyle()) == Piece(text, level)


@pytest.mark.parametrize(
    ("template", "text", "level"),
    [
        (r"\operatorname{tr}\left($(X)\right)", r"\operatorname{tr}\left(A B\right)", Level.ATOM),
        (r"\lVert $X\rVert_{F}", r"\lVert A B\rVert_{F}", Level.ATOM),
        (r"\left\lVert $X\right\rVert", r"\left\lVert A B\right\rVert", Level.ATOM),
        (
            r"\log\lvert\det $X\rvert",
            r"\log\lvert\det \left(A B\right)\rvert",
            Level.FRACTION,
        ),
        ("$X^{-1}", r"\left(A B\right)^{-1}", Level.POSTFIX),
        (
            r"\left(\lambda I - $X\right)^{+}",
            r"\left(\lambda I - A B\right)^{+}",
            Level.POSTFIX,
        ),
        (r"\log\Gamma\left($(X)\right)", r"\log\Gamma\left(A B\right)", Level.FRACTION),
        (r"\overline{$X}", r"\overline{A B}", Level.ATOM),
        (r"K_{$X,$X}", "K_{A B,A B}", Level.ATOM),
        (r"\psi^{($X)}\left($(X)\right)", r"\psi^{(A B)}\left(A B\right)", Level.ATOM),
    ],
)
def test_latex_template(template: str, text: str, level: Level) -> None:
    assert filled(template, {"X": PRODUCT}, LatexStyle()) == Piece(text, level)


def test_holes() -> None:
    assert holes("K_{$m,$(n)}") == {"m", "n"}
