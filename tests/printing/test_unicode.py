"""Unicode for a terminal."""

from __future__ import annotations

import pytest

from matcalc.printing.unicode import to_unicode
from tests.printing.samples import SAMPLES

EXPECTED = {
    "content": "2 (A + Aᵀ)",
    "half content": "(A + Aᵀ) / 2",
    "three halves": "3 (A + Aᵀ) / 2",
    "no content": "2 A + 4 B",
    "negative sum": "−(A + B)",
    "difference": "A − B",
    "negative product": "−Aᵀ B",
    "constant": "a − 3",
    "centred": "x − total(x)/n",
    "one minus": "1 − f(X).^2",
    "ones": "a ones(n)",
    "sum of ones": "a ones(n) + b ones(n)",
    "two scalars added": "x + a + b",
    "minus identity": "A − Iₙ",
    "scaled identity": "a Iₙ",
    "identity": "I",
    "zero": "0",
    "row of ones": "ones(1, n)",
    "matrix of ones": "ones(m, n)",
    "number": "−3/2",
    "over scalar": "A/size(A, p)",
    "chain over scalar": "A x / √(xᵀ x)",
    "over product": "x/(2 √(xᵀ x))",
    "three halves times": "3 x / 2",
    "reciprocal": "1/(a b)",
    "reciprocal square": "1/(a + b)²",
    "cofactor": "−X⁻ᵀ/a",
    "scalar chain times": "2 (xᵀ A x) x",
    "scalar chain": "2 xᵀ A x",
    "two scalar chains": "(yᵀ y) (xᵀ A x)",
    "quotient of chains": "xᵀ A x / (xᵀ x)",
    "sum times": "(a + b) A",
    "outer product": "x yᵀ",
    "cube": "X³",
    "inverse squared": "X⁻²",
    "transpose squared": "A (Xᵀ)² B",
    "sum squared": "(A + B)²",
    "inverse of sum": "(A + B)⁻¹",
    "transpose of call": "F(A B)ᵀ",
    "symbolic power": "Xᵏ",
    "square": "a²",
    "root": "√a",
    "one over root": "1/√a",
    "power minus one": "a^(p − 1)",
    "power of fraction": "(1/2)ᵖ",
    "two times power": "2·3ᵖ",
    "entry square": "X.^2",
    "entry root": "sqrt(X)",
    "entry reciprocal": "1 ⊘ X",
    "two over entries": "2 ⊘ X",
    "entry quotient": "A ⊘ X",
    "long entry quotient": "A ⊙ B ⊘ X.^2",
    "reciprocal of entry product": "1 ⊘ (A ⊙ B)",
    "scaled entry product": "2 A ⊙ B",
    "entry product of chain": "X ⊙ (x yᵀ)",
    "chain of entry product": "(A ⊙ B) X",
    "entry": "x[i]",
    "entry of": "X[i, j]",
    "entry of indexed name": "W₂[i, j]",
    "row": "(A B)[i, :]",
    "column": "X[:, j]",
    "slice": "X[:, 2:k]",
    "segment": "x[1:k]",
    "blocks": "[A, B; X, A]",
    "sum over index": "∑(i=1..n, x[i])",
    "twice sum over index": "2 ∑(i=1..n, x[i])",
    "product over index": "∏(i=1..n, x[i])",
    "function of yours": "φ′(x)",
    "tangent": "Aᵀ dX X⁻¹",
    "names": "α eps W₂",
    "unevaluated": "d(A X)",
    "raw call": "g(Aᵀ dX)",
    "raw single term": "2 A",
    "raw single factor": "A",
    "raw nested sum": "−(A − B) + X",
    "raw nested product": "A (B X)",
    "raw signs": "2 (−3 A)",
    "raw negative sum": "−(A + B)",
    "raw number": "2 A",
}


def test_every_sample_has_an_expected_form() -> None:
    assert EXPECTED.keys() == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_construct(name: str) -> None:
    assert to_unicode(SAMPLES[name]) == EXPECTED[name]
