"""An array that is not of the declared kind is refused: the formula has used what was declared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.declared import LookedAt, require_declared
from matcalc.language.kinds import KINDS
from matcalc.samples.sampling import Region, size_sets, value_of

SKEWED = np.array([[2.0, 1.0, 0.0], [0.5, 3.0, 0.0], [0.0, 0.0, 1.0]])
TURN = np.array([[0.0, -1.0], [1.0, 0.0]])

# a kind, an array that is not of it, and the word that it lacks; the first can be seen in entries
IN_ENTRIES: list[tuple[str, Any, str]] = [
    ("symmetric(n)", SKEWED, "symmetric"),
    ("spd(n)", SKEWED, "symmetric"),
    ("psd(n)", SKEWED, "symmetric"),
    ("hermitian(n)", 1j * np.eye(3), "hermitian"),
    ("hpd(n)", SKEWED + 0j, "hermitian"),
    ("skew(n)", SKEWED - SKEWED.T + np.eye(3), "skew"),
    ("diagonal(n)", SKEWED, "symmetric"),
    ("lower(n)", SKEWED, "lower"),
    ("upper(n)", SKEWED, "upper"),
]
OF_ALL: list[tuple[str, Any, str]] = [
    ("spd(n)", np.diag([1.0, -2.0]), "spd"),
    ("psd(n)", np.diag([1.0, -2.0]), "psd"),
    ("hpd(n)", np.diag([1.0, -2.0]), "hpd"),
    ("orthogonal(n)", 2 * TURN, "stiefel"),
    ("unitary(n)", 2j * TURN, "complex_stiefel"),
    ("stiefel(m,n)", np.ones((3, 2)), "stiefel"),
    ("permutation(n)", np.array([[0.6, -0.8], [0.8, 0.6]]), "permutation"),
    ("projection(n)", TURN, "projection"),
]


@pytest.mark.parametrize(("kind", "value", "word"), IN_ENTRIES + OF_ALL)
def test_a_value_is_of_the_declared_kinds_only(kind: str, value: Any, word: str) -> None:
    node = mc.parse("s*sum(K)", f"K: {kind}, s: scalar")
    with pytest.raises(mc.DomainError, match=f"K is declared .*, but .* is not {word}"):
        mc.evaluate(node, K=value, s=2.0)


@pytest.mark.parametrize(("kind", "value", "word"), IN_ENTRIES)
def test_code_is_called_with_entries_of_the_declared_kinds_only(
    kind: str, value: Any, word: str
) -> None:
    gradient = mc.gradient("s*re(sum(K))", "s", f"K: {kind}, s: scalar")
    with pytest.raises(mc.DomainError, match=f"is not {word}"):
        gradient.compile()(K=value)


def test_the_gradient_that_was_silently_wrong() -> None:
    gradient, x = mc.gradient("x'*S*x", "x", "S: symmetric(n)").compile(), np.array([1.0, 2, 3])
    symmetric = (SKEWED + SKEWED.T) / 2
    np.testing.assert_allclose(gradient(S=symmetric, x=x), 2 * symmetric @ x)
    with pytest.raises(mc.DomainError, match="S is declared symmetric") as caught:
        gradient(S=SKEWED, x=x)
    assert "(S + S.T)/2" in caught.value.hint


def test_round_off_is_no_asymmetry() -> None:
    random = np.random.default_rng(0)
    factor = random.standard_normal((40, 40))
    value = factor @ np.diag(np.arange(1.0, 41.0)) @ factor.T
    for near in (value * (1 + 1e-10 * random.standard_normal((40, 40))), value.astype(np.float32)):
        assert np.any(near != near.T) or near.dtype == np.float32
        assert np.isfinite(mc.evaluate(mc.parse("tr(S)", "S: spd(n)"), S=near))
        assert mc.gradient("x'*S*x", "x", "S: spd(n)").compile()(S=near, x=np.ones(40)).shape


@pytest.mark.parametrize("order", [33, 100, 257])
def test_large_matrices_are_looked_at_too(order: int) -> None:
    gradient = mc.gradient("x'*S*x", "x", "S: symmetric(n)").compile()
    value = np.random.default_rng(0).standard_normal((order, order))
    with pytest.raises(mc.DomainError, match="not symmetric"):
        gradient(S=value, x=np.ones(order))


USAGES = [u for name, kind in KINDS.items() if name != "elementwise" for u in kind.usages]


@pytest.mark.parametrize("usage", [*USAGES, "open_interval(-inf, -2, n)", "open_interval(-1, inf)"])
def test_samples_are_of_their_kinds(usage: str) -> None:
    (variable,) = mc.symbols(f"K: {usage}")
    random = np.random.default_rng(0)
    for sizes in size_sets(sorted(variable.dimensions), [variable], random):
        value = np.asarray(value_of(variable, sizes, Region.ANYWHERE, random))
        for looked_at in LookedAt:
            require_declared(variable, value, sizes, looked_at)


@pytest.mark.parametrize("kind", ["lower", "upper", "symmetric", "spd", "orthogonal", "projection"])
def test_a_number_is_a_matrix_of_one_entry(kind: str) -> None:
    assert mc.evaluate(mc.parse("3*L", f"L: {kind}(1)"), L=1.0) == 3.0
