"""Values that the book computes in another way: derivatives of matrix functions of symmetric A.

The reference is the integral of f' over [a, b] for every pair of eigenvalues, which knows no
difference quotient.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.rulebook import book
from tests.oracle import evaluate

DERIVATIVES: dict[str, Callable[[Any], Any]] = {
    "expm": np.exp,
    "logm": lambda x: 1 / x,
    "sinm": np.cos,
    "cosm": lambda x: -np.sin(x),
    "sqrtm": lambda x: 0.5 / np.sqrt(x),
}
BASE = np.linspace(0.4, 3.1, 7)
SPECTRA = {
    "distinct": BASE,
    "repeated": BASE[[0, 0, 2, 3, 3, 3, 6]],
    "all equal": np.full(7, 1.3),
    **{f"gaps of {gap}": BASE[0] + gap * np.arange(7) for gap in (1e-9, 1e-5, 1e-3)},
    "a gap of 1e-9 among others": np.concatenate([BASE[:-1], BASE[:1] + 1e-9]),
}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def reference(
    derivative: Callable[[Any], Any], w: np.ndarray[Any, Any], Q: Any, direction: Any
) -> Any:
    middle, half = np.add.outer(w, w) / 2, np.subtract.outer(w, w) / 2
    means = sum(
        weight / 2 * derivative(middle + node * half)
        for node, weight in zip(NODES, WEIGHTS, strict=True)
    )
    return Q @ (means * (Q.T @ direction @ Q)) @ Q.T


def problem(spectrum: str) -> tuple[Any, Any, Any, Any]:
    random = np.random.default_rng(3)
    Q, _ = np.linalg.qr(random.normal(size=(7, 7)))
    w = SPECTRA[spectrum]
    A = (Q * w) @ Q.T
    return (A + A.T) / 2, w, Q, random.normal(size=(7, 7))


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("name", DERIVATIVES)
def test_the_derivative_at_a_symmetric_matrix(name: str, spectrum: str) -> None:
    A, w, Q, E = problem(spectrum)
    map_ = mc.differential(f"{name}(A)", "A", "A: spd(n)")
    found = evaluate(map_("E"), A=A, E=E)
    expected = reference(DERIVATIVES[name], w, Q, E)
    assert np.linalg.norm(found - expected) < 1e-13 * np.linalg.norm(expected)


@pytest.mark.parametrize("name", ["expm", "logm", "sinm", "cosm"])
def test_only_a_symmetric_argument_is_diagonalised(name: str) -> None:
    symmetric = mc.gradient(f"tr(C*{name}(A))", "A", "A: spd(n), C: square(n)")
    free = mc.gradient(f"tr(C*{name}(A))", "A", "A: invertible(n), C: square(n)")
    assert str(symmetric.value) == f"frechet({name}, A, C)'"
    assert str(free.value) == f"frechet({name}, A', C')"
    assert "eigh" in symmetric.source() and "block" not in symmetric.source()
    assert "block" in free.source() and "eigh" not in free.source()


def test_symmetry_by_structure_is_seen() -> None:
    assert "eigh" in mc.gradient("tr(C*expm(X'*X))", "X", "X: matrix(m,n), C: square(n)").source()


def test_the_code_runs_without_matcalc() -> None:
    A, w, Q, E = problem("repeated")
    names: dict[str, Any] = {}
    source = mc.gradient("tr(C*expm(A))", "A", "A: symmetric(n), C: square(n)").source()
    assert "matcalc" not in source
    exec(source, names)
    np.testing.assert_allclose(names["gradient"](A, E), reference(np.exp, w, Q, E.T), rtol=1e-11)


def test_a_hermitian_matrix_takes_the_block_formula() -> None:
    Z = np.array([[2.0, 1j, 0.5], [-1j, 2.0, 0.0], [0.5, 0.0, 1.0]])
    E = np.array([[0.3, 1.0, 2j], [0.0, 1j, 1.0], [2.0, 0.1, 0.4]])
    map_ = mc.differential("expm(Z)", "Z", "Z: hermitian(n)")
    w, V = np.linalg.eigh(Z)
    expected = reference_over_complex(w, V, E)
    np.testing.assert_allclose(evaluate(map_("E"), Z=Z, E=E), expected, rtol=1e-11)


def reference_over_complex(w: Any, V: Any, direction: Any) -> Any:
    gaps = np.subtract.outer(w, w) + np.eye(3)
    quotients = np.subtract.outer(np.exp(w), np.exp(w)) / gaps + np.diag(np.exp(w))
    return V @ (quotients * (V.conj().T @ direction @ V)) @ V.conj().T


MINE = """
operation gaussm(X: n x n) -> n x n
  differential gaussm(X) = frechet(gaussm, X, dX)
  structure symmetric if X symmetric
  numpy scipy.linalg.expm(-$X @ $X)
  source elementary: expm(-X^2)
"""


@pytest.mark.parametrize("spectrum", SPECTRA)
def test_a_function_of_your_own_is_finite_there_too(tmp_path: Path, spectrum: str) -> None:
    path = tmp_path / "mine.rules"
    path.write_text(MINE)
    names = mc.load_rules(path)
    try:
        A, w, Q, E = problem(spectrum)
        map_ = mc.differential("gaussm(A)", "A", "A: symmetric(n)")
        found = mc.evaluate(map_("E"), A=A, E=E)
    finally:
        book.forget(names)
    expected = reference(lambda x: -2 * x * np.exp(-x * x), w, Q, E)
    assert np.linalg.norm(found - expected) < 1e-12 * np.linalg.norm(expected)
