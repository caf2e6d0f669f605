"""Random points have the declared structure and nothing more."""

from __future__ import annotations

import numpy as np
import pytest

from matcalc.expressions.constructors import multiply, number
from matcalc.expressions.dimensions import shape
from matcalc.expressions.nodes import Apply, Node, Symbol, dimension_names, dimension_symbol
from matcalc.language.kinds import closure
from matcalc.samples.sampling import (
    Array,
    Region,
    draw,
    drawn_symbols,
    size_sets,
    tangent_to,
    value_of,
)

SIZES = {"m": 3, "n": 5, "p": 2}


def symbol(name: str, rows: str | int, columns: str | int, *structure: str) -> Symbol:
    return Symbol(name, shape(rows, columns), frozenset(structure))


def sample(*structure: str, seed: int = 0, region: Region = Region.ANYWHERE) -> Array:
    random = np.random.default_rng(seed)
    return np.asarray(value_of(symbol("S", "n", "n", *structure), SIZES, region, random))


def symmetric(value: Array) -> bool:
    return bool(np.allclose(value, value.T))


def test_a_plain_square_matrix_is_general() -> None:
    values = [sample(seed=seed) for seed in range(20)]
    assert not any(symmetric(value) for value in values)
    assert {float(np.sign(np.linalg.det(value))) for value in values} == {-1.0, 1.0}
    assert max(float(np.linalg.cond(value)) for value in values) < 10
    assert any(np.linalg.eigvalsh(value + value.T).min() < 0 for value in values)


@pytest.mark.parametrize("seed", range(5))
def test_structures_hold(seed: int) -> None:
    eye = np.eye(5)
    assert symmetric(sample("symmetric", seed=seed))
    definite = sample("spd", "psd", "symmetric", "invertible", seed=seed)
    assert symmetric(definite) and np.linalg.eigvalsh(definite).min() > 0.1
    assert np.linalg.eigvalsh(sample("psd", "symmetric", seed=seed)).min() >= 0
    assert np.allclose(sample("skew", seed=seed), -sample("skew", seed=seed).T)
    diagonal = sample("diagonal", "symmetric", "lower", "upper", seed=seed)
    assert np.allclose(diagonal, np.diag(np.diag(diagonal)))
    orthogonal = sample("orthogonal", "invertible", "stiefel", seed=seed)
    assert np.allclose(orthogonal.T @ orthogonal, eye)
    assert np.allclose(sample("lower", seed=seed), np.tril(sample("lower", seed=seed)))
    assert np.allclose(sample("upper", seed=seed), np.triu(sample("upper", seed=seed)))
    permutation = sample("permutation", "orthogonal", seed=seed)
    assert set(permutation.ravel()) == {0.0, 1.0} and np.allclose(permutation @ permutation.T, eye)
    projection = sample("projection", seed=seed)
    assert np.allclose(projection @ projection, projection) and not symmetric(projection)
    assert symmetric(sample("projection", "symmetric", seed=seed))
    assert sample("positive", seed=seed).min() > 0


def test_structures_are_not_more_special_than_declared() -> None:
    signs = [np.linalg.eigvalsh(sample("symmetric", seed=seed)) for seed in range(5)]
    assert any(value.min() < 0 < value.max() for value in signs)
    orthogonal = [np.linalg.det(sample("orthogonal", seed=seed)) for seed in range(20)]
    assert {round(value) for value in orthogonal} == {-1, 1}
    assert any(np.diag(sample("diagonal", seed=seed)).min() < 0 for seed in range(5))


def test_shapes_follow_the_sizes() -> None:
    point = draw(
        [
            symbol("A", "m", "n"),
            symbol("x", "n", 1),
            symbol("r", 1, "n"),
            symbol("s", 1, 1),
            symbol("k", 1, 1, "integer"),
            symbol("i", 1, 1, "index", "integer", "positive"),
            symbol("Q", "n", "p", "stiefel"),
        ],
        SIZES,
        Region.ANYWHERE,
        np.random.default_rng(0),
    )
    values = point.values
    assert [np.shape(values[name]) for name in "Axrs"] == [(3, 5), (5,), (5,), ()]
    assert isinstance(values["s"], float)
    assert isinstance(values["k"], int) and isinstance(values["i"], int)
    assert 1 <= values["i"] <= min(SIZES.values())
    assert np.allclose(values["Q"].T @ values["Q"], np.eye(2))


def test_a_size_that_happens_to_be_one_stays_an_axis() -> None:
    random = np.random.default_rng(0)
    value = value_of(symbol("A", "m", "n"), {"m": 1, "n": 4}, Region.ANYWHERE, random)
    assert value.shape == (1, 4)


@pytest.mark.parametrize("region", list(Region))
def test_regions_keep_declared_structure(region: Region) -> None:
    assert symmetric(sample("symmetric", region=region))
    assert sample("positive", region=region).min() > 0
    free = sample(region=region)
    if region in (Region.POSITIVE, Region.FRACTION, Region.LARGE):
        assert free.min() > 0
    if region in (Region.DEFINITE, Region.SYMMETRIC):
        assert np.linalg.eigvalsh(free + free.T).min() > 0


def test_sizes_differ_and_come_in_both_orders() -> None:
    sets = size_sets(["m", "n", "p"], [], np.random.default_rng(0))
    assert len(sets) == 4
    assert all(len(set(sizes.values())) == 3 for sizes in sets)
    assert {sizes["m"] < sizes["n"] for sizes in sets} == {True, False}
    assert len({tuple(sizes.values()) for sizes in sets}) == 4


def test_sizes_respect_declarations() -> None:
    random = np.random.default_rng(0)
    tall = symbol("Q", "n", "p", "stiefel")
    assert all(sizes["n"] > sizes["p"] for sizes in size_sets(["n", "p"], [tall], random))
    assert size_sets([], [], random) == [{}]
    assert size_sets(["n"], [Symbol("Q", shape(2, 3), frozenset({"stiefel"}))], random) == []


def test_complex_values() -> None:
    assert np.iscomplexobj(sample("complex"))
    hermitian, definite = (sample(*closure(word)) for word in ("hermitian", "hpd"))
    unitary = sample(*closure("unitary"))
    np.testing.assert_allclose(hermitian, hermitian.conj().T)
    assert np.linalg.eigvalsh(hermitian).min() < 0 < np.linalg.eigvalsh(definite).min()
    np.testing.assert_allclose(unitary.conj().T @ unitary, np.eye(len(unitary)), atol=1e-12)


def test_bound_indices_and_dimensions_need_no_value() -> None:
    index, vector = symbol("i", 1, 1, "index"), symbol("x", "n", 1)
    size: Node = dimension_symbol("n")
    entry = Apply("entry", (vector, index), shape(1, 1), frozenset())
    total = Apply("index_sum", (index, number(1), size, entry), shape(1, 1), frozenset())
    assert drawn_symbols(multiply(total, size)) == [vector]
    assert drawn_symbols(multiply(total, entry)) == [index, vector]
    assert dimension_names(total) == ["n"]


@pytest.mark.parametrize("word", ["symmetric", "skew", "diagonal", "lower", "upper"])
def test_directions_stay_in_the_span_of_a_structure(word: str) -> None:
    direction = tangent_to(frozenset({word}), (4, 4), np.random.default_rng(0))
    checks = {
        "symmetric": direction - direction.T,
        "skew": direction + direction.T,
        "diagonal": direction - np.diag(np.diag(direction)),
        "lower": np.triu(direction, 1),
        "upper": np.tril(direction, -1),
    }
    assert np.allclose(checks[word], 0) and np.any(direction)
